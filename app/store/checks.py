"""Vendors to look at again since a day on which a law, an offer or an order turned."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.about import Found
from app.domain.legal_calendar import Turn
from app.store.base import Base

OPEN = text("done_at IS NULL")
"""In the statement's own words: a parameter would keep SQLite from the index."""


class RecordTurn(Base):
    """A day on which a record turned: once it is here, its vendors are queued."""

    __tablename__ = "record_turn"
    __table_args__ = (UniqueConstraint("record", "turn", "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    record: Mapped[str]
    """Its name: ``law:eu-gdpr``."""
    turn: Mapped[Turn]
    day: Mapped[date]
    queued_at: Mapped[datetime]
    vendors: Mapped[int]
    """How many were queued; perhaps none."""


class VendorCheck(Base):
    """One vendor to look at again."""

    __tablename__ = "vendor_check"
    __table_args__ = (
        Index(
            "ix_vendor_check_open", "turn_id", sqlite_where=OPEN, postgresql_where=OPEN
        ),
        Index(None, "vendor"),
    )

    turn_id: Mapped[UUID] = mapped_column(
        ForeignKey("record_turn.id"), primary_key=True
    )
    vendor: Mapped[str] = mapped_column(primary_key=True)
    assigned_to: Mapped[UUID | None]
    """The member of staff who looks after it."""
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]
    found: Mapped[Found | None]
    words: Mapped[str | None]
    """What was found, in a word of staff."""
