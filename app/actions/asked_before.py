"""Find what the mailbox of a filing asks already, for who has just proved it.

Nobody else is told: that a mailbox has filed is known to its owner alone (security,
row 6).
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.domain.timeline import OPEN, Status
from app.store import broadcasts, people, requests
from app.store.people import FilingStatus

ASKING = OPEN | {Status.QUEUED, Status.APPEALED}


def asked_before(session: Session, filing_id: UUID) -> frozenset[str]:
    """Return the vendors that other filings of the same mailbox ask at this time."""
    mine, other = aliased(people.Person), aliased(people.Person)
    found = session.scalars(
        select(requests.Request.vendor)
        .join(other, other.filing_id == requests.Request.filing_id)
        .join(mine, mine.email_index == other.email_index)
        .where(
            mine.filing_id == filing_id,
            other.filing_id != filing_id,
            requests.Request.status.in_(ASKING),
        )
    )
    return frozenset(found)


def asked_by(session: Session, filing_id: UUID) -> frozenset[str]:
    """Return the vendors that a filing, or another of its mailbox, asks at this time."""
    own = session.scalars(
        select(requests.Request.vendor).where(
            requests.Request.filing_id == filing_id,
            requests.Request.status.in_(ASKING),
        )
    )
    return asked_before(session, filing_id) | frozenset(own)


def circles_before(session: Session, filing_id: UUID) -> frozenset[str]:
    """Return the circles that other filings of the same mailbox ask at this time."""
    mine, other = aliased(people.Person), aliased(people.Person)
    row = broadcasts.Broadcast
    found = session.scalars(
        select(row.circle)
        .join(other, other.filing_id == row.filing_id)
        .join(mine, mine.email_index == other.email_index)
        .join(people.Filing, people.Filing.id == row.filing_id)
        .where(
            mine.filing_id == filing_id,
            other.filing_id != filing_id,
            people.Filing.status == FilingStatus.CONFIRMED,
            row.withdrawn_at.is_(None),
            row.closed_on.is_(None),
        )
    )
    return frozenset(found)


def circles_by(session: Session, filing_id: UUID) -> frozenset[str]:
    """Return the circles that a filing, or another of its mailbox, asks at this time."""
    own = broadcasts.broadcast_of(session, filing_id)
    named = {own.circle} if own is not None and not own.over else set()
    return circles_before(session, filing_id) | named
