"""Begin mergers on their day: until then the two records stand side by side."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.draft_edit import Draft
from app.actions.draft_merger import begun
from app.actions.edit_case import Case
from app.actions.vendor_record import Record, author_of_merger, record_of
from app.actions.write_edit import write
from app.domain.record_acts import Act
from app.store import vendors


def mergers_due(session: Session, *, desk: Desk, at: datetime) -> list[str]:  # noqa: ARG001
    """Return the slugs of records whose double begins to count."""
    return [
        slug
        for slug, one in desk.directory.vendors.items()
        if one.double and one.double.waits and one.double.since <= at.date()
    ]


def begin_merger(session: Session, slug: str, *, desk: Desk, at: datetime) -> bool:
    """Let a merger count whose day has come; return whether there was one.

    The day is read again: it may have been taken back, or put off, meanwhile.
    """
    vendors.hold(session)
    record = record_of(session, slug)
    names = record.document("vendor", "")
    if names is None or record.double is None or record.is_double:
        return False
    if record.double["since"] > at.date().isoformat():
        return False
    other = _standing(session, record.double["of"])
    if other.slug == slug:  # that one was merged into it: they are one already
        return False
    if not other.stands:  # an import named one that nobody has
        return False
    things = tuple(begun(record, other, names))
    draft = Draft(slug, Act.MERGE, things, f"→ {other.slug}")
    case = Case(draft, record, other)
    write(session, desk, case, at=at, by=_who(record), actor="worker")
    return True


def _standing(session: Session, slug: str) -> Record:
    """Return the record that stands for one now: it may have been merged on."""
    found = record_of(session, slug)
    while found.is_double and found.double:
        found = record_of(session, found.double["of"])
    return found


def _who(record: Record) -> str:
    """Return who said that the merger comes: a member, or the word of an import."""
    return author_of_merger(one for one in record.written if one.part == "vendor")
