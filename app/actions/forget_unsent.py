"""Destroy the letters of a request that never left: shown, they would read as sent."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.timeline import EventKind, living
from app.store import requests
from app.store.outbox import WRITES, Message, MessageKind, State


def forget_unsent(session: Session, request: requests.Request) -> None:
    """Destroy what was written of a request and never left, its ways being changed.

    Whoever calls this holds the filing, and has ended what waited.
    """
    events = requests.timeline(session, request.filing_id, request.id)
    sent = (event.at for event in living(events) if event.kind is EventKind.SENT)
    last = max(sent, default=None)
    carriers = session.scalars(
        select(Message).where(
            Message.filing_id == request.filing_id,
            Message.request_id == request.id,
            Message.kind.in_(WRITES),
            Message.letter_id.is_not(None),
        )
    ).all()
    left = {one.letter_id for one in carriers if _left(one, last)}
    unsent = {one.letter_id for one in carriers} - left
    table = requests.Letter
    session.execute(
        delete(table)
        .where(table.filing_id == request.filing_id, table.id.in_(unsent))
        .execution_options(synchronize_session=False)
    )


def _left(message: Message, last_sent: datetime | None) -> bool:
    """Return whether a letter left, or may have; a draft did if somebody sent it."""
    if message.kind is MessageKind.DRAFT:
        return last_sent is not None and message.created_at < last_sent
    return message.state is not State.CANCELLED or message.attempts > 0
