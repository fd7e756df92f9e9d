"""Hear a callback of a company's own system: a hint to ask, and nothing more."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.protocol_rows import keep_answer
from app.channels.outward import Answered
from app.store import limits, people
from app.store.outbox import Message, State
from app.store.protocol import Oddity, ProtocolCallback, ProtocolRequest

HINTS, AN_HOUR = 6, timedelta(hours=1)
"""Hints of one request in an hour that are followed; more change nothing."""


def hear_callback(
    session: Session, desk: Desk, token: str, body: bytes, *, at: datetime
) -> bool:
    """Let the worker ask soon; return whether the address is one of ours.

    What the body says is believed of nothing. Only where no answer to the request came
    is it kept, sealed: the id in it may save asking twice.
    """
    hashes = desk.keys.candidates("callback", token.encode())
    found = session.scalar(
        select(ProtocolCallback).where(ProtocolCallback.token_hash.in_(hashes))
    )
    if found is None:
        return False
    key = (found.filing_id, found.request_id)
    limited = limits.take(
        session,
        desk.keys.hash("hint", found.token_hash),
        at=at,
        limit=HINTS,
        period=AN_HOUR,
    )
    if limited is not None:
        return True
    people.held(session, key[0])
    row = session.get(ProtocolRequest, key, with_for_update=True)
    if row is None or row.thing is None:
        return True
    if row.status is None:
        keep_answer(
            session, desk, key, Oddity.HINT, Answered(0, body, None, None), at=at
        )
        session.execute(
            update(Message)
            .where(Message.filing_id == key[0], Message.id == row.message_id)
            .where(Message.state == State.UNKNOWN)
            .values(next_try=at)
            .execution_options(synchronize_session=False)
        )
    else:
        row.next_read = at
    return True
