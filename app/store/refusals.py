"""Vendors that refuse people because of where they live: proposals, and what is recorded."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.refusals import Reading, Refuses
from app.store.base import Base


class RefusalProposal(Base):
    """That a vendor's refusals should be recorded; it names nobody."""

    __tablename__ = "refusal_proposal"
    __table_args__ = (Index(None, "vendor", "residence"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor: Mapped[str]
    residence: Mapped[str]
    since: Mapped[date]
    """The day of the first of them."""
    filings: Mapped[int]
    """How many different ones, when it was last looked."""
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(index=True)


class ResidencyRefusal(Base):
    """What was decided about a vendor and a place; the newest row stands."""

    __tablename__ = "residency_refusal"
    __table_args__ = (Index(None, "vendor", "residence", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor: Mapped[str]
    residence: Mapped[str]
    reading: Mapped[Reading]
    since: Mapped[date]
    filings: Mapped[int]
    """On how many different filings it rests."""
    words: Mapped[str]
    """Why, in a word of staff."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


def standing(session: Session) -> list[ResidencyRefusal]:
    """Return the newest row of each vendor and place."""
    found = select(ResidencyRefusal).order_by(ResidencyRefusal.id)
    newest = {(row.vendor, row.residence): row for row in session.scalars(found)}
    return [newest[pair] for pair in sorted(newest)]


def refusing(session: Session) -> dict[tuple[str, str], Refuses]:
    """Return what warns people, by vendor and residence."""
    return {
        (row.vendor, row.residence): Refuses(row.reading, row.recorded_at.date())
        for row in standing(session)
        if row.reading is not Reading.NOTHING
    }
