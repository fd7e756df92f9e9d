"""Change what is known of a vendor: look first at what a form would do, then save it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.draft_edit import Faulty, draft_of
from app.actions.edit_case import Case, Meanwhile, effect_of, meanwhile
from app.actions.edit_form import Form, other_of
from app.actions.foresee_edit import Effect
from app.actions.propose_edit import needs_two, propose_if_needed
from app.actions.read_typed import Fault, Yard
from app.actions.vendor_record import Record, Seen, record_of
from app.actions.write_edit import write
from app.domain.record_acts import Act
from app.store import vendors
from app.store.editing import two_people_needed
from app.store.vendors import VendorRow


@dataclass(frozen=True, slots=True)
class Looked:
    """What a form would do, and nothing done yet."""

    case: Case
    effect: Effect
    waits: bool
    """Whether a second person has to look before it counts."""
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
class Proposed:
    """It waits for a second person."""

    id: UUID


@dataclass(frozen=True, slots=True)
class NoVendor:
    """There is no such vendor, or no such thing of it."""


def look_at_edit(
    session: Session, desk: Desk, form: Form, seen: Seen | None, *, at: datetime
) -> Looked | Refilled | NoVendor:
    """Return what a form would change, without writing anything."""
    found = _drafted(session, desk, form, at.date())
    if isinstance(found, Refilled | NoVendor):
        return found
    return _looked(session, desk, found, seen, today=at.date())


def save_edit(
    session: Session,
    desk: Desk,
    form: Form,
    seen: Seen,
    *,
    at: datetime,
    by: UUID,
) -> Saved | Proposed | Looked | Refilled | NoVendor:
    """Write what a form says, or let it wait, if the record still is the one seen.

    Otherwise return what it would do to the record as it is now, and who changed that.
    """
    vendors.hold(session)
    found = _drafted(session, desk, form, at.date())
    if isinstance(found, Refilled | NoVendor):
        return found
    if found.seen != seen:
        return _looked(session, desk, found, seen, today=at.date())
    waiting = propose_if_needed(session, desk, found, at=at, by=by)
    if waiting is not None:
        return Proposed(waiting)
    write(session, desk, found, at=at, by=by)
    return Saved(found.draft.slug)


def _drafted(
    session: Session, desk: Desk, form: Form, today: date
) -> Case | Refilled | NoVendor:
    slugs = slugs_of(session)
    record = record_of(session, form.slug)
    if form.act is not Act.NEW and not record.stands:
        return NoVendor()
    if not _is_there(form, record) or not _may(form.act, record):
        return NoVendor()
    other = record_of(session, other_of(form, record))
    by = Yard(
        places=desk.rulebook.places,
        slugs=slugs,
        today=today,
        local=not desk.portal.production,
    )
    draft = draft_of(form, record, other, by, _kept(desk, record, other))
    if isinstance(draft, Faulty):
        return Refilled(record, draft.faults)
    if form.act is Act.NEW:
        record = record_of(session, draft.slug)
    return Case(draft, record, other)


def _may(act: Act, record: Record) -> bool:
    """Return whether an act can be about a record that is a double, or is none."""
    if act is Act.PART:
        return record.double is not None
    return record.double is None if act is Act.MERGE else not record.is_double


def _kept(desk: Desk, record: Record, other: Record) -> frozenset[str]:
    """Return the names and sites that a record has of its doubles but one."""
    doubles = desk.directory.doubles_of(other.slug)
    return frozenset(
        name
        for one in doubles
        if one.slug != record.slug
        for name in (one.name, *one.brands, *one.domains)
    )


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
    case: Case,
    seen: Seen | None,
    *,
    today: date,
) -> Looked:
    effect = effect_of(session, desk, case, today=today)
    later = case.since(seen) if seen is not None else ()
    waits = two_people_needed(session) and needs_two(case, effect)
    return Looked(case, effect, waits, meanwhile(session, case, later))
