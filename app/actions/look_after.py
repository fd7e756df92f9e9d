"""Figures for who looks after the portal."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.outbox import Message, State


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """What waits to leave."""

    waiting: int
    unknown: int
    oldest_seconds: int


def outbox_figures(session: Session, *, at: datetime) -> OutboxFigures:
    """Return what waits, what is unknown, and how old the oldest due message is."""
    rows = session.execute(
        select(Message.state, func.count())
        .where(Message.state.in_((State.WAITING, State.UNKNOWN)))
        .group_by(Message.state)
    )
    counts = {state: count for state, count in rows}  # noqa: C416 - rows are no pairs
    oldest = session.scalar(
        select(func.min(Message.next_try)).where(
            Message.state == State.WAITING, Message.next_try <= at
        )
    )
    age = int((at - oldest).total_seconds()) if oldest else 0
    return OutboxFigures(
        counts.get(State.WAITING, 0), counts.get(State.UNKNOWN, 0), age
    )
