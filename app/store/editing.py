"""Changes of the directory that wait for a second person, and whether any have to."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.record_acts import Act
from app.store.base import Base, insert_once


class Outcome(StrEnum):
    """What became of a proposal."""

    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Proposal(Base):
    """A change that one person made ready, until another one decides about it."""

    __tablename__ = "proposal"
    __table_args__ = (Index(None, "decided_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor: Mapped[str] = mapped_column(index=True)
    act: Mapped[Act]
    name: Mapped[str]
    """What the audit trail says that it is about."""
    things: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What would be written, each with the hash of what it would follow."""
    rests_on: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """The law and the answer of the moment; None of proposals before these were kept."""
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    """None while it waits; or was left lying until its time was over."""
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[Outcome | None]
    word: Mapped[str]
    """What who decided said about it; empty until then."""


class TwoPeople(Base):
    """Whether what grants or takes coverage, or moves letters, needs two people."""

    __tablename__ = "two_people"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    needed: Mapped[bool]
    since: Mapped[datetime]


def set_two_people(session: Session, *, needed: bool, at: datetime) -> bool:
    """Say whether a second person has to look; return whether that is new."""
    new = {"id": 1, "needed": False, "since": at}
    insert_once(session, TwoPeople.__table__, new)
    row = session.get_one(TwoPeople, 1, with_for_update=True, populate_existing=True)
    if row.needed is needed:
        return False
    row.needed, row.since = needed, at
    session.flush()
    return True


def two_people_needed(session: Session) -> bool:
    """Return whether a second person has to look; not so until somebody said so."""
    row = session.get(TwoPeople, 1)
    return row is not None and row.needed
