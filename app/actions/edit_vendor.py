"""Write what staff say of a vendor: seen first, dated, cited, and never over anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.draft_edit import Draft, Faulty, Form, draft_of, other_of
from app.actions.foresee_edit import Effect, foresee, foresee_merger
from app.actions.read_audit import names_of
from app.actions.read_typed import Fault, Yard
from app.actions.tell_left_mailbox import tell_left_mailboxes
from app.actions.vendor_record import Record, Thing, record_of
from app.domain.foresight import is_weighty
from app.domain.record_acts import Act
from app.store import audit, vendors
from app.store.base import new_id
from app.store.editing import Proposal, two_people_needed
from app.store.vendors import VendorRow, Version, Written

AUDITED = {
    Act.NEW: "company added",
    Act.NAMES: "company renamed",
    Act.FACT: "fact of a company changed",
    Act.ROUTE: "way to a company changed",
    Act.OFFER: "offer of a company changed",
    Act.ORDER: "order on a company changed",
    Act.STRIKE: "struck from a company",
    Act.RETIRE: "company retired",
    Act.MERGE: "companies merged",
    Act.PART: "companies parted",
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

    case: "Case"
    effect: Effect
    waits: bool
    """Whether a second person has to look before it counts."""
    meanwhile: tuple[Meanwhile, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A draft, and the records that it would write to."""

    draft: Draft
    record: Record
    other: Record
    """The one that would stand for both; empty where the draft is about one."""

    @property
    def written(self) -> tuple[Written, ...]:
        """Every version of both, oldest first."""
        both = (*self.record.written, *self.other.written)
        return tuple(sorted(both, key=lambda one: one.id))

    @property
    def seen(self) -> int:
        """How many versions there are: whoever saw so many saw the whole."""
        return len(self.written)

    def of(self, slug: str) -> Record:
        """Return the record of a slug."""
        return self.other if slug == self.other.slug else self.record


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
    session: Session, desk: Desk, form: Form, seen: int | None, *, at: datetime
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
    seen: int,
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
    if has_to_wait(session, desk, found, today=at.date()):
        return Proposed(propose(session, found, at=at, by=by))
    write(session, desk, found, at=at, by=by)
    return Saved(found.draft.slug)


def _drafted(
    session: Session, desk: Desk, form: Form, today: date
) -> Case | Refilled | NoVendor:
    slugs = slugs_of(session)
    record = record_of(session, form.slug)
    if form.act is not Act.NEW and not record.stands:
        return NoVendor()
    if not _is_there(form, record) or (form.act is Act.PART) is (record.double is None):
        return NoVendor()
    other = record_of(session, other_of(form))
    by = Yard(
        places=desk.rulebook.places,
        slugs=slugs,
        today=today,
        local=not desk.portal.production,
    )
    draft = draft_of(form, record, other, by)
    if isinstance(draft, Faulty):
        return Refilled(record, draft.faults)
    if form.act is Act.NEW:
        record = record_of(session, draft.slug)
    return Case(draft, record, other)


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
    seen: int | None,
    *,
    today: date,
) -> Looked:
    effect = effect_of(session, desk, case, today=today)
    later = case.written[seen:] if seen is not None else ()
    waits = two_people_needed(session) and needs_two(case, effect)
    return Looked(case, effect, waits, meanwhile(session, later))


def has_to_wait(session: Session, desk: Desk, case: Case, *, today: date) -> bool:
    """Return whether a second person has to look at a case before it counts."""
    if not two_people_needed(session):
        return False
    return needs_two(case, effect_of(session, desk, case, today=today))


def needs_two(case: Case, effect: Effect) -> bool:
    """Return whether a case grants or takes coverage, or moves letters."""
    if effect.changes_coverage:
        return True
    record = case.record
    before = record.shape().value() if record.stands else None
    return is_weighty(before, record.shape(case.draft.things).value())


def propose(session: Session, case: Case, *, at: datetime, by: UUID) -> UUID:
    """Let a case wait for a second person, with what it would follow; return its id."""
    proposal = Proposal(
        id=new_id(at),
        vendor=case.draft.slug,
        act=case.draft.act,
        name=case.draft.name,
        things=[
            {**asdict(thing), "was": case.of(thing.vendor).hash_of(thing)}
            for thing in case.draft.things
        ],
        made_at=at,
        made_by=by,
        decided_at=None,
        decided_by=None,
        outcome=None,
        word="",
    )
    session.add(proposal)
    session.flush()
    audit.append(
        session,
        at=at,
        actor=str(by),
        action="change proposed",
        subject=case.draft.slug,
        name=case.draft.name,
    )
    return proposal.id


def effect_of(session: Session, desk: Desk, case: Case, *, today: date) -> Effect:
    """Return what a case would change."""
    things = case.draft.things
    if case.draft.act is Act.MERGE:
        return foresee_merger(
            session, desk, case.record, case.other, things, today=today
        )
    return foresee(session, desk, case.record, things, today=today)


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
    case: Case,
    *,
    at: datetime,
    by: UUID,
    approved_by: UUID | None = None,
) -> None:
    """Add the rows, tell whose mailbox is left, and let every copy in memory know.

    The rows are of who wrote them; where a second person looked, the audit trail has
    the one who let them count.
    """
    draft = case.draft
    effect = effect_of(session, desk, case, today=at.date())
    for part, versions in _versions(draft.things, at=at, by=by).items():
        vendors.add_all(session, part, versions)
    vendors.count_change(session)
    tell_left_mailboxes(session, desk, case.written, effect.told, at=at)
    audit.append(
        session,
        at=at,
        actor=str(approved_by or by),
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
                thing.vendor,
                thing.key,
                thing.document,
                at=at,
                by=thing.said_by or str(by),
            )
        )
    return found
