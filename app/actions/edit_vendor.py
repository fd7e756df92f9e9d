"""Write what staff say of a vendor: seen first, dated, cited, and never over anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.draft_edit import Draft, Faulty, Form, draft_of
from app.actions.foresee_edit import Effect, foresee
from app.actions.read_audit import names_of
from app.actions.read_typed import Fault, Yard
from app.actions.tell_left_mailbox import tell_left_mailboxes
from app.actions.vendor_record import Record, Thing, record_of
from app.domain.record_acts import Act
from app.store import audit, vendors
from app.store.vendors import VendorRow, Version, Written

AUDITED = {
    Act.NEW: "company added",
    Act.NAMES: "company renamed",
    Act.FACT: "fact of a company changed",
    Act.ROUTE: "way to a company changed",
    Act.OFFER: "offer of a company changed",
    Act.ORDER: "order on a company changed",
    Act.STRIKE: "struck from a company",
}
"""What the audit trail calls each act."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A version that somebody wrote after the form was shown."""

    who: str
    """A member's address, or the word of an import."""
    at: datetime
    part: str
    key: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a form would do, and nothing done yet."""

    record: Record
    draft: Draft
    effect: Effect
    meanwhile: tuple[Meanwhile, ...] = ()


@dataclass(frozen=True, slots=True)
class Refilled:
    """A form with which something is wrong; nothing of it is lost."""

    record: Record
    faults: Mapping[str, Fault]


@dataclass(frozen=True, slots=True)
class Saved:
    """It is written."""

    slug: str


@dataclass(frozen=True, slots=True)
class NoVendor:
    """There is no such vendor, or no such thing of it."""


def look_at_edit(
    session: Session, desk: Desk, form: Form, seen: int | None, *, at: datetime
) -> Looked | Refilled | NoVendor:
    """Return what a form would change, without writing anything."""
    found = _drafted(session, desk, form, at.date())
    if isinstance(found, Refilled | NoVendor):
        return found
    return _looked(session, desk, *found, seen, today=at.date())


def save_edit(
    session: Session,
    desk: Desk,
    form: Form,
    seen: int,
    *,
    at: datetime,
    by: UUID,
) -> Saved | Looked | Refilled | NoVendor:
    """Write what a form says, if the record still is the one that was seen.

    Otherwise return what it would do to the record as it is now, and who changed that.
    """
    vendors.hold(session)
    found = _drafted(session, desk, form, at.date())
    if isinstance(found, Refilled | NoVendor):
        return found
    record, draft = found
    if record.seen != seen:
        return _looked(session, desk, record, draft, seen, today=at.date())
    write(session, desk, record, draft, at=at, by=by)
    return Saved(draft.slug)


def _drafted(
    session: Session, desk: Desk, form: Form, today: date
) -> tuple[Record, Draft] | Refilled | NoVendor:
    slugs = slugs_of(session)
    record = record_of(session, form.slug)
    if form.act is not Act.NEW and not record.stands:
        return NoVendor()
    if not _is_there(form, record):
        return NoVendor()
    by = Yard(
        places=desk.rulebook.places,
        slugs=slugs,
        today=today,
        local=not desk.portal.production,
    )
    draft = draft_of(form, record, by)
    if isinstance(draft, Faulty):
        return Refilled(record, draft.faults)
    return (record_of(session, draft.slug) if form.act is Act.NEW else record), draft


def _is_there(form: Form, record: Record) -> bool:
    """Return whether the thing stands that a form is about."""
    part = form.part if form.act is Act.STRIKE else form.act.value
    named = form.act in {Act.ROUTE, Act.OFFER, Act.ORDER, Act.STRIKE} and form.key
    if not named:
        return form.act is not Act.STRIKE
    return part in vendors.LISTS and record.document(part, form.key) is not None


def slugs_of(session: Session) -> frozenset[str]:
    """Return the slugs that were ever given: none is given twice."""
    return frozenset(session.scalars(select(VendorRow.vendor).distinct()))


def _looked(
    session: Session,
    desk: Desk,
    record: Record,
    draft: Draft,
    seen: int | None,
    *,
    today: date,
) -> Looked:
    effect = foresee(session, desk, record, draft.things, today=today)
    later = record.written[seen:] if seen is not None else ()
    return Looked(record, draft, effect, meanwhile(session, later))


def meanwhile(session: Session, later: Sequence[Written]) -> tuple[Meanwhile, ...]:
    """Return who wrote these versions."""
    names = names_of(session, {one.recorded_by for one in later})
    return tuple(
        Meanwhile(
            names.get(one.recorded_by, one.recorded_by),
            one.recorded_at,
            one.part,
            one.key,
        )
        for one in later
    )


def write(
    session: Session,
    desk: Desk,
    record: Record,
    draft: Draft,
    *,
    at: datetime,
    by: UUID,
) -> None:
    """Add the rows, tell whose mailbox is left, and let every copy in memory know."""
    effect = foresee(session, desk, record, draft.things, today=at.date())
    for part, versions in _versions(draft.things, at=at, by=by).items():
        vendors.add_all(session, part, versions)
    vendors.count_change(session)
    tell_left_mailboxes(session, desk, record.written, effect.told, at=at)
    audit.append(
        session,
        at=at,
        actor=str(by),
        action=AUDITED[draft.act],
        subject=draft.slug,
        name=draft.name,
    )


def _versions(
    things: Iterable[Thing], *, at: datetime, by: UUID
) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for thing in things:
        found.setdefault(thing.part, []).append(
            vendors.version_of(
                thing.vendor, thing.key, thing.document, at=at, by=str(by)
            )
        )
    return found
