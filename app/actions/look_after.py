"""Figures for who looks after the portal."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.outbox import LIVE, KeptBack, Message, State
from app.store.requests import Request


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """What waits to leave."""

    waiting: int
    unknown: int
    kept_back: int
    """Of those: letters whose vendor's turn has not come, or is paused."""
    unsigned: int
    """Of those: mails of any kind that our own key did not sign."""
    oldest_seconds: int


@dataclass(frozen=True, slots=True)
class VendorLine:
    """The letters to one vendor that are kept back, for one reason."""

    vendor: str
    why: KeptBack
    letters: int
    first_at: datetime
    last_at: datetime


def outbox_figures(session: Session, *, at: datetime) -> OutboxFigures:
    """Return what waits, what is unknown, and how old the oldest due message is."""
    # Each reads the index of what has not ended yet: the rest grows for ever.
    rows = session.execute(
        select(Message.state, func.count(), func.count(Message.kept_back))
        .where(LIVE)
        .group_by(Message.state)
    )
    counts = {state: (count, kept) for state, count, kept in rows}
    oldest = session.scalar(
        select(func.min(Message.next_try)).where(
            LIVE, Message.state == State.WAITING, Message.next_try <= at
        )
    )
    age = int((at - oldest).total_seconds()) if oldest else 0
    waiting, unknown = (
        counts.get(state, (0, 0))[0] for state in (State.WAITING, State.UNKNOWN)
    )
    kept = sum(kept for _, kept in counts.values())
    unsigned = session.scalar(
        select(func.count()).where(LIVE, Message.kept_back == KeptBack.UNSIGNED)
    )
    return OutboxFigures(waiting, unknown, kept, unsigned or 0, age)


def kept_back(session: Session) -> tuple[VendorLine, ...]:
    """Return which vendors' letters are kept back, the first to leave first."""
    first, last = func.min(Message.next_try), func.max(Message.next_try)
    rows = session.execute(
        select(Request.vendor, Message.kept_back, func.count(), first, last)
        .join(
            Request,
            (Request.filing_id == Message.filing_id)
            & (Request.id == Message.request_id),
        )
        .where(LIVE, Message.kept_back.is_not(None))
        .group_by(Request.vendor, Message.kept_back)
        .order_by(first, Request.vendor)
    )
    return tuple(
        VendorLine(vendor, why, count, first_at, last_at)
        for vendor, why, count, first_at, last_at in rows
        if why is not None
    )
