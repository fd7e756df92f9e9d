"""What is known by the Data Rights Protocol: tokens, states, callbacks, odd answers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.drp import Reason, State, Status
from app.store.base import Base
from app.store.people import SealedColumns


class Fault(StrEnum):
    """Why nothing goes to a business: somebody has to speak with it."""

    NO_TOKEN = "no_token"  # noqa: S105 - a word for it
    """It gave none when it was asked to."""
    NOT_OURS = "not_ours"
    """A token that it had just given was none of ours."""
    FORBIDDEN = "forbidden"
    """Its address is none that may be called."""


class ProtocolPair(SealedColumns, Base):
    """The token by which one business knows us; sealed, for the worker alone.

    By address and business: several share an address, and each has its own.
    """

    __tablename__ = "protocol_pair"

    api_base: Mapped[str] = mapped_column(primary_key=True)
    business_id: Mapped[str] = mapped_column(primary_key=True)
    vendor: Mapped[str]
    set_up_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    """Since when nothing is sent to it; None while all is well."""
    fault: Mapped[Fault | None]
    skew: Mapped[int | None]
    """Seconds by which its clock was ahead of ours at the last answer."""


class ProtocolRequest(SealedColumns, Base):
    """Where one request stands by its company's own server.

    Sealed: what the server calls it, where that is, what was sent, and a link.
    """

    __tablename__ = "protocol_request"
    __table_args__ = (
        ForeignKeyConstraint(["filing_id", "id"], ["request.filing_id", "request.id"]),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The request's own."""
    message_id: Mapped[UUID]
    """The message that carried it: our id of it in the protocol."""
    status: Mapped[Status | None]
    reason: Mapped[Reason | None]
    expected_by: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    next_read: Mapped[datetime | None] = mapped_column(index=True)
    failures: Mapped[int]
    """Times in a row that the server gave no answer that could be read."""

    @property
    def state(self) -> State | None:
        """The last state that was believed."""
        return State(self.status, self.reason) if self.status else None


class ProtocolCallback(Base):
    """The address, for one request, at which its company may say that there is news."""

    __tablename__ = "protocol_callback"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(index=True)
    request_id: Mapped[UUID]


class Oddity(StrEnum):
    """What was odd about an answer, or why it is kept."""

    FIRST = "first"
    """The answer to the request itself; nothing is odd about it."""
    HINT = "hint"
    """A callback that came before the server's own id of the request was known."""
    UNREADABLE = "unreadable"
    """No JSON, or none that says where the request stands."""
    REFUSED = "refused"
    """An error instead of an answer."""
    UNKNOWN_WORD = "unknown_word"
    NOT_NEXT = "not_next"
    """A state that cannot follow, most often after an end."""
    OTHER_REQUEST = "other_request"
    """An answer about another request than was asked about."""
    EXPIRED = "expired"
    UNACKNOWLEDGED = "unacknowledged"
    """An end, without an acknowledgement before it."""
    TAKEN_BACK_THERE = "taken_back_there"
    """Revoked, and nobody here had taken it back."""
    CANNOT_FOLLOW = "cannot_follow"
    """True by the protocol, and nothing that can follow where the request stands."""
    TWICE = "twice"
    """The server has the same request under two ids."""
    NOT_REVOKED = "not_revoked"
    """It did not take the revocation."""


class ProtocolAnswer(SealedColumns, Base):
    """An answer as it came, byte for byte, of which staff have to know."""

    __tablename__ = "protocol_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["filing_id", "request_id"], ["request.filing_id", "request.id"]
        ),
        Index(None, "oddity", "at"),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID]
    at: Mapped[datetime]
    oddity: Mapped[Oddity]
    http_status: Mapped[int | None]


def due_to_be_read(
    session: Session, *, at: datetime, limit: int
) -> list[tuple[UUID, UUID]]:
    """Return the requests of which a server is to be asked now."""
    due = (
        select(ProtocolRequest.filing_id, ProtocolRequest.id)
        .where(ProtocolRequest.next_read <= at)
        .order_by(ProtocolRequest.next_read)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(due)]


def parked(session: Session) -> list[ProtocolPair]:
    """Return the businesses to which nothing is sent, or whose clock is far off."""
    odd = or_(
        ProtocolPair.parked_at.is_not(None),
        func.abs(ProtocolPair.skew) > CLOCKS_APART,
    )
    found = select(ProtocolPair).where(odd).order_by(ProtocolPair.vendor)
    return list(session.scalars(found))


CLOCKS_APART = 120
"""Seconds from which on signed times may seem to be out of theirs."""
