"""A draft and the records that it would write to: what it would change, who came between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.draft_edit import Draft
from app.actions.draft_merger import begun
from app.actions.foresee_edit import Effect, foresee, foresee_merger, foresee_parting
from app.actions.read_audit import names_of
from app.actions.vendor_record import Document, Record, Seen, changes
from app.domain.record_acts import Act
from app.store.vendors import Written


@dataclass(frozen=True, slots=True)
class Case:
    """A draft, and the records that it would write to."""

    draft: Draft
    record: Record
    other: Record
    """The one that stands for both, or would; empty where the draft is about one."""

    @property
    def written(self) -> tuple[Written, ...]:
        """Every version of both, oldest first."""
        both = (*self.record.written, *self.other.written)
        return tuple(sorted(both, key=lambda one: one.id))

    @property
    def seen(self) -> Seen:
        """Which versions there are: whoever saw just these saw the whole."""
        return self.record.seen | self.other.seen

    def since(self, seen: Seen) -> tuple[Written, ...]:
        """Return the versions that somebody who saw some of them did not see."""
        return tuple(one for one in self.written if one.id not in seen)

    @property
    def begins(self) -> date | None:
        """The day ahead on which a merger begins; None of whatever counts at once."""
        names = self.draft.things[0].document if self.draft.act is Act.MERGE else {}
        double = (names or {}).get("double") or {}
        return date.fromisoformat(double["since"]) if "take" in double else None

    def of(self, slug: str) -> Record:
        """Return the record of a slug."""
        return self.other if slug == self.other.slug else self.record


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A version that somebody wrote after the form was shown."""

    who: str
    """A member's address, or the word of an import."""
    at: datetime
    part: str
    key: str
    changes: tuple[tuple[str, Any, Any], ...]
    """Name of a field, what it was, and what it is."""
    gone: bool
    """Whether it took the thing out."""


def effect_of(session: Session, desk: Desk, case: Case, *, today: date) -> Effect:
    """Return what a case would change."""
    things = case.draft.things
    begins = case.begins
    if begins is not None:
        names = things[0].document or {}
        later = tuple(begun(case.record, case.other, names))
        then = foresee_merger(
            session, desk, case.record, case.other, later, today=begins
        )
        return replace(then, begins=begins)
    if case.draft.act is Act.MERGE:
        return foresee_merger(
            session, desk, case.record, case.other, things, today=today
        )
    if case.draft.act is Act.PART and case.record.is_double:
        return foresee_parting(
            session, desk, case.record, case.other, things, today=today
        )
    return foresee(session, desk, case.record, things, today=today)


def meanwhile(
    session: Session, case: Case, later: Sequence[Written]
) -> tuple[Meanwhile, ...]:
    """Return who wrote these versions of a case, and what each changed."""
    names = names_of(session, {one.recorded_by for one in later})
    return tuple(
        Meanwhile(
            names.get(one.recorded_by, one.recorded_by),
            one.recorded_at,
            one.part,
            one.key,
            changes(_before(case, one), one.document) if one.document else (),
            one.document is None,
        )
        for one in later
    )


def _before(case: Case, one: Written) -> Document:
    """Return what stood of a thing before a version of it."""
    record = case.record if one in case.record.written else case.other
    found: Document = {}
    for version in record.written:
        if version.id == one.id:
            break
        if (version.part, version.key) == (one.part, one.key):
            found = version.document or {}
    return found
