"""Matching lists: what is sealed to a vendor's key, and what was answered of it.

A batch is what one vendor got on one day. Its key is sealed to the public half of the
vendor's API key, so that what hangs on it is opened by who brings that key, and by
nobody else: not by the worker that wrote it, nor by who reads the database. A listing
is one request's place in a batch. When the request's data is destroyed, its listing's
data key is, too.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.timeline import DenialGround, EventKind
from app.store.base import Base


class Batch(Base):
    """What one vendor can fetch since one day."""

    __tablename__ = "matching_batch"

    vendor: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts the vendor's batches: who has all up to one asks for what came since."""
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """The vendor's key to which it is sealed."""
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    made_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    """From when on it can be fetched: nothing comes to it any more."""
    fetched_at: Mapped[datetime | None]
    """When it was fetched first."""


class Listing(Base):
    """One request on its vendor's list."""

    __tablename__ = "matching_listing"
    __table_args__ = (
        ForeignKeyConstraint(
            ["filing_id", "request_id"], ["request.filing_id", "request.id"]
        ),
        Index(None, "vendor", "batch"),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor: Mapped[str]
    batch: Mapped[int]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    items: Mapped[str]
    """The ends of its items' ids, with spaces between: which lists, and how many."""
    sent_on: Mapped[date | None]
    """The day of the sending that it is about: what is sent anew is listed anew."""
    listed_at: Mapped[datetime]
    taken_off: Mapped[int | None]
    """The batch that says that it was taken back."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_vendor: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Its data key, under that of the batch."""


WAITING = text("taken_at IS NULL")
"""As it stands in the index by which the worker finds what to take."""


class ListAnswer(Base):
    """What a vendor answered of an item, or of a whole request; never changed."""

    __tablename__ = "matching_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["filing_id", "request_id"], ["request.filing_id", "request.id"]
        ),
        Index(
            "ix_matching_answer_waiting",
            "received_at",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID]
    item: Mapped[str | None]
    """The end of the item's id; None for an answer about the request."""
    code: Mapped[int | None]
    """By the platform's codes; None for one in our words."""
    kind: Mapped[EventKind | None]
    denial_ground: Mapped[DenialGround | None]
    until: Mapped[date | None]
    received_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    """When the worker recorded what it says."""


def batch_place(vendor: str, number: int) -> bytes:
    """Return the context of a batch's key."""
    return f"matching_batch|{vendor}|{number}".encode()


def listing_place(request_id: UUID, vendor: str, number: int) -> bytes:
    """Return what ties a listing to its request and its batch."""
    return f"matching_listing|{request_id}|{vendor}|{number}".encode()


def newest_batch(session: Session, vendor: str) -> Batch | None:
    """Return the last batch of a vendor."""
    return session.scalar(
        select(Batch)
        .where(Batch.vendor == vendor)
        .order_by(Batch.number.desc())
        .limit(1)
    )


def answers_of(session: Session, filing_id: UUID, request_id: UUID) -> list[ListAnswer]:
    """Return what was answered of a request by the list, oldest first."""
    found = select(ListAnswer).where(
        ListAnswer.filing_id == filing_id, ListAnswer.request_id == request_id
    )
    return list(session.scalars(found.order_by(ListAnswer.id)))
