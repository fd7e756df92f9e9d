"""Filings, and the people behind them: sealed, or known by a keyed hash alone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    Row,
    bindparam,
    delete,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base
from app.store.sealing import Sealed

KEPT_AT_MOST = timedelta(days=730)
"""24 months after filing, whatever happens (contract, section 8)."""


class FilingStatus(StrEnum):
    """Where a filing as a whole stands."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class CodePurpose(StrEnum):
    """What a mailed code is for."""

    CONFIRM = "confirm"
    READ = "read"
    """For a quarter of an hour: letters, answers, and every change on the pages."""
    WITHDRAW = "withdraw"
    ERASE = "erase"


class SealedColumns:
    """A sealed thing in a row; empty after it was destroyed."""

    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_epoch: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_receipt: Mapped[bytes | None] = mapped_column(LargeBinary)
    epoch: Mapped[str | None]

    @property
    def thing(self) -> Sealed | None:
        """The sealed thing, or None once it is destroyed."""
        if self.sealed is None or self.key_epoch is None or self.epoch is None:
            return None
        return Sealed(self.sealed, self.key_epoch, self.key_receipt or b"", self.epoch)


EMPTY: dict[str, None] = {"sealed": None, "key_epoch": None, "key_receipt": None}
"""What is written over a sealed thing to destroy it."""


def columns(thing: Sealed) -> dict[str, Any]:
    """Return a sealed thing as column values."""
    return {
        "sealed": thing.sealed,
        "key_epoch": thing.key_epoch,
        "key_receipt": thing.key_receipt,
        "epoch": thing.epoch,
    }


class Filing(Base):
    """What a resident submitted once; it holds no personal data."""

    __tablename__ = "filing"
    __table_args__ = (Index(None, "status", "confirm_by"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    residence: Mapped[str]
    language: Mapped[str]
    asks: Mapped[str]
    on_behalf: Mapped[bool]
    status: Mapped[FilingStatus]
    rulebook: Mapped[str]
    """Fingerprint of the law pack by which the person was answered."""
    filed_on: Mapped[date]
    """The day at the residence."""
    filed_at: Mapped[datetime]
    confirm_by: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    purge_on: Mapped[date] = mapped_column(index=True)
    """The day from which nothing personal may be left."""
    purged_at: Mapped[datetime | None]
    receipt_public: Mapped[bytes] = mapped_column(LargeBinary)


class DropFiling(SealedColumns, Base):
    """That a resident filed with California's platform: its DROP ID, sealed."""

    __tablename__ = "drop_filing"

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)
    lodged_on: Mapped[date]


class Receipt(Base):
    """The keyed hash of a receipt."""

    __tablename__ = "receipt"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), index=True)


class Idempotency(Base):
    """An answer that is given again for the same key, readable by its holder alone."""

    __tablename__ = "idempotency"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_answer: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Confirmation(Base):
    """The mailed link that leads to a button."""

    __tablename__ = "confirmation"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Cancellation(Base):
    """The mailed link that stops what is on hold."""

    __tablename__ = "cancellation"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Code(Base):
    """The newest mailed code of a filing, for one purpose."""

    __tablename__ = "code"

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)
    purpose: Mapped[CodePurpose] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    used_at: Mapped[datetime | None]


class Person(SealedColumns, Base):
    """Who asks: one sealed document, found again by the keyed hash of a mailbox."""

    __tablename__ = "person"

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)


class Draft(Base):
    """What was typed so far, under a key that only the visitor's cookie holds."""

    __tablename__ = "draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    filing_id: Mapped[UUID | None]
    """Set once it was sent, so that sending again files nothing new."""


class Reseal(Base):
    """A filing whose data keys have to be sealed to a new receipt."""

    __tablename__ = "reseal"

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)
    asked_at: Mapped[datetime]


class Recovery(Base):
    """A mailbox that asked for a new receipt: the same row whether it filed or not."""

    __tablename__ = "recovery"

    mailbox: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    known_as: Mapped[bytes] = mapped_column(LargeBinary)
    """Every keyed hash under which its filings may be found, one after another."""
    asked_at: Mapped[datetime | None] = mapped_column(index=True)
    """Until the worker has looked for filings."""
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    used_at: Mapped[datetime | None]


class MadeUp(Base):
    """A filing that a demonstration made up: nothing of it ever leaves."""

    __tablename__ = "made_up"

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)


def held(session: Session, filing_id: UUID) -> Filing:
    """Return a filing as it stands, held against other writers until the commit.

    Whoever writes anything of a filing holds the filing first, then its request, then
    its messages: who comes second waits, and nobody waits in a ring. Rows that only
    point to the filing may still be added by others.
    """
    session.flush()
    return session.get_one(
        Filing, filing_id, with_for_update={"key_share": True}, populate_existing=True
    )


def reopen(session: Session, filing_id: UUID) -> None:
    """Forget that a filing was over, since a request of it is not any more.

    Its data is kept again as long as that of any other; what was destroyed is gone.
    """
    filing = session.get_one(Filing, filing_id)
    if filing.purged_at is not None:
        return
    if filing.status in {FilingStatus.CLOSED, FilingStatus.WITHDRAWN}:
        filing.status = FilingStatus.CONFIRMED
    filing.closed_on = None
    filing.purge_on = filing.filed_on + KEPT_AT_MOST


_BY_RECEIPT = select(Receipt.filing_id).where(
    Receipt.hash.in_(bindparam("hashes", expanding=True))
)


def filing_of(session: Session, hashes: tuple[bytes, ...]) -> UUID | None:
    """Return the filing behind a receipt, by the hashes it may be stored under."""
    return session.scalar(_BY_RECEIPT, {"hashes": list(hashes)})


_TOLD = select(Idempotency.__table__).where(
    Idempotency.__table__.c.key_hash == bindparam("hash"),
    Idempotency.__table__.c.expires_at > bindparam("at"),
)


def told_before(
    session: Session, hashes: Sequence[bytes], *, at: datetime
) -> Row[Any] | None:
    """Return what was answered for a key, by the hashes it may be stored under."""
    connection = session.connection()
    for one in hashes:  # nearly always one; a list would be written out each time
        found = connection.execute(_TOLD, {"hash": one, "at": at}).first()
        if found is not None:
            return found
    return None


def forget_answer(session: Session, key_hash: bytes) -> None:
    """Forget what was to be answered for a key, since it came to nothing."""
    session.execute(delete(Idempotency).where(Idempotency.key_hash == key_hash))
