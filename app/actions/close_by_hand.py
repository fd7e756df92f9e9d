"""A member closes a request from which nothing more is to come."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.close import close_filing
from app.actions.desk import Desk
from app.actions.read_filing import standing_of
from app.actions.record_reply import (
    CannotFollow,
    MovedOn,
    Recorded,
    UnknownRequest,
    tell_resident,
)
from app.actions.set_dates import set_dates
from app.domain.timeline import Actor, CannotFollowError, Event, EventKind
from app.store import audit, outbox, people, requests


def closing(*, at: datetime) -> Event:
    """Return the event that closing is."""
    return Event(kind=EventKind.CLOSED, at=at, by=Actor.STAFF)


def close_by_hand(
    session: Session,
    desk: Desk,
    request_id: UUID,
    *,
    at: datetime,
    staff_id: UUID,
    shown: int,
) -> Recorded | CannotFollow | MovedOn | UnknownRequest:
    """Close a request; the entry can be taken back like a reply.

    ``shown`` is the length of the timeline for which the effect was shown.
    """
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not request:
        return UnknownRequest()
    if shown != request.events:
        return MovedOn()
    try:
        requests.record(session, request, closing(at=at))
    except CannotFollowError as wrong:
        return CannotFollow(wrong.kind, wrong.status)
    request.unseen = None
    outbox.cancel_waiting(session, request.filing_id, at=at, request_id=request.id)
    filing = session.get_one(people.Filing, request.filing_id)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    close_filing(
        session, request.filing_id, on=at.date(), keep_days=desk.portal.keep_days
    )
    tell_resident(session, desk, filing, at=at)
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="request closed",
        subject=request.number,
    )
    return Recorded(standing_of(session, request))
