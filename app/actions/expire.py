"""End the filings that nobody confirmed in a day, and destroy what they said."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.erase_filing import destroy_personal
from app.domain.timeline import Actor, Event, EventKind, Status
from app.store import outbox, people, requests
from app.store.people import FilingStatus

AT_ONCE = 200


def to_expire(session: Session, *, at: datetime) -> list[UUID]:
    """Return filings whose day to confirm has passed."""
    return list(
        session.scalars(
            select(people.Filing.id)
            .where(
                people.Filing.status == FilingStatus.UNCONFIRMED,
                people.Filing.confirm_by < at,
            )
            .order_by(people.Filing.confirm_by)
            .limit(AT_ONCE)
        )
    )


def expire_filing(session: Session, filing_id: UUID, *, at: datetime) -> bool:
    """End one filing, unless it was confirmed at this moment; return whether it did."""
    filing = people.held(session, filing_id)
    if filing.status is not FilingStatus.UNCONFIRMED or filing.confirm_by >= at:
        return False
    end_unconfirmed(session, filing, at=at)
    return True


def end_unconfirmed(session: Session, filing: people.Filing, *, at: datetime) -> None:
    """End a filing that nobody confirmed, and destroy what it said."""
    filing.status = FilingStatus.EXPIRED
    for request in requests.requests_of(session, filing.id):
        if request.status is Status.UNCONFIRMED:
            event = Event(kind=EventKind.EXPIRED, at=at, by=Actor.PORTAL)
            requests.record(session, request, event)
    outbox.cancel_waiting(session, filing.id, at=at)
    session.flush()
    destroy_personal(session, filing.id, at=at)
