"""Notes that a record looks wrong, and what became of each; rows are only added."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Select, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.about import Became
from app.store.base import Base


class RecordNote(Base):
    """Something that looks wrong in a record of the law pack or of the directory."""

    __tablename__ = "record_note"
    __table_args__ = (Index(None, "record", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    record: Mapped[str]
    """Its name: ``law:eu-gdpr``."""
    version: Mapped[str]
    """The version of the pack or the directory that was looked at."""
    words: Mapped[str]
    """About a record, never about a person."""
    written_at: Mapped[datetime]
    written_by: Mapped[UUID]


class NoteResolution(Base):
    """What became of a note, and in which version."""

    __tablename__ = "note_resolution"

    note_id: Mapped[UUID] = mapped_column(primary_key=True)
    became: Mapped[Became]
    version: Mapped[str]
    words: Mapped[str]
    """What was changed, or why it was right."""
    resolved_at: Mapped[datetime] = mapped_column(index=True)
    resolved_by: Mapped[UUID]


def open_notes() -> Select[UUID]:
    """Return the statement that finds the notes that nobody resolved."""
    return (
        select(RecordNote.id)
        .outerjoin(NoteResolution, NoteResolution.note_id == RecordNote.id)
        .where(NoteResolution.note_id.is_(None))
    )


def count_open(session: Session) -> int:
    """Return how many notes are open."""
    return (
        session.scalar(select(func.count()).select_from(open_notes().subquery())) or 0
    )
