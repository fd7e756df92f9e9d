"""Stop what is on hold, by the link that was mailed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.codes import CodeFault
from app.actions.desk import Desk
from app.actions.withdraw_request import withdraw_open
from app.domain.timeline import Status
from app.store import people


def read_hold(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> UUID | CodeFault:
    """Return the filing that a link stops; reading it changes nothing."""
    row = _row(session, desk, token)
    if row is None:
        return CodeFault.MISSING
    if row.used_at is not None:
        return CodeFault.USED
    return CodeFault.EXPIRED if at > row.expires_at else row.filing_id


def cancel_hold(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> UUID | CodeFault:
    """Take back every request of the filing that has not left yet."""
    seen = _row(session, desk, token)
    if seen is not None:
        people.held(session, seen.filing_id)
    row = _row(session, desk, token)  # it may have been used while we waited
    found = read_hold(session, desk, token, at=at)
    if isinstance(found, CodeFault) or row is None:
        return found
    row.used_at = at
    withdraw_open(session, desk, row.filing_id, at=at, only=Status.QUEUED)
    return row.filing_id


def _row(session: Session, desk: Desk, token: str) -> people.Cancellation | None:
    hashes = desk.keys.candidates("cancellation", token.encode())
    return session.scalar(
        select(people.Cancellation)
        .where(people.Cancellation.token_hash.in_(hashes))
        .execution_options(populate_existing=True)
    )
