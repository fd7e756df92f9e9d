"""Close requests whose last window has passed, and set when their data goes.

Source of the periods: contract, section 8.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.domain.timeline import (
    OPEN,
    OVER,
    Actor,
    Event,
    EventKind,
    Status,
    replay,
)
from app.store import broadcasts, people, requests
from app.store.people import FilingStatus
from app.store.requests import Request

AT_ONCE = 200
ANSWERED_CLOSES = timedelta(days=30)
"""After the last open window of an answered request."""
NO_WINDOW_CLOSES = timedelta(days=180)
"""After the answer, where the law names no window (contract, section 8)."""
UNANSWERED_CLOSES = timedelta(days=180)
"""After its due date."""
Key = tuple[UUID, UUID]


def to_close(session: Session, *, at: datetime, after: Key | None = None) -> list[Key]:
    """Return the next requests that may have to be closed, in the order of their keys.

    What decides is in their timelines; this leaves out what cannot be closed yet.
    """
    today = at.date()
    owed = or_(
        Request.due < today - UNANSWERED_CLOSES,
        and_(
            Request.status != Status.APPEALED,
            Request.due.is_(None),
            Request.sent_on < today - UNANSWERED_CLOSES,
        ),
    )
    window = or_(
        Request.complaint_until < today - ANSWERED_CLOSES,
        and_(
            Request.complaint_until.is_(None),
            Request.sent_on < today - NO_WINDOW_CLOSES,
        ),
    )
    chosen = select(Request.filing_id, Request.id).where(
        or_(
            and_(Request.status.in_(tuple(OPEN)), owed),
            and_(Request.status == Status.ANSWERED, window),
        )
    )
    if after is not None:
        chosen = chosen.where(tuple_(Request.filing_id, Request.id) > after)
    ordered = chosen.order_by(Request.filing_id, Request.id).limit(AT_ONCE)
    return [(row[0], row[1]) for row in session.execute(ordered)]


def close_request(session: Session, key: Key, *, desk: Desk, at: datetime) -> bool:
    """Close one request, if it is time; return whether it was."""
    request = requests.locked(session, *key)
    may = request is not None and request.status in {*OPEN, Status.ANSWERED}
    if request is None or not may or at.date() <= closes_after(session, request):
        return False
    event = Event(kind=EventKind.CLOSED, at=at, by=Actor.PORTAL)
    requests.record(session, request, event)
    close_filing(
        session, request.filing_id, on=at.date(), keep_days=desk.portal.keep_days
    )
    return True


def closes_after(session: Session, request: Request) -> date:
    """Return the last day on which a request counts as not closed."""
    if request.status is not Status.ANSWERED:
        due = request.due
        if request.status is not Status.APPEALED:  # no day is known for the second
            due = due or _waits_since(session, request)
        return due + UNANSWERED_CLOSES if due else date.max
    events = requests.timeline(session, request.filing_id, request.id)
    answered = max(event.on or event.at.date() for event in events)
    window = request.complaint_until
    if window is None:
        return answered + NO_WINDOW_CLOSES
    return max(window, answered) + ANSWERED_CLOSES


def _waits_since(session: Session, request: Request) -> date | None:
    """Return from when an answer is waited for: sent, or opened again after one."""
    opened = replay(requests.timeline(session, request.filing_id, request.id)).opened
    return (opened.on or opened.at.date()) if opened else request.sent_on


def close_filing(
    session: Session, filing_id: UUID, *, on: date, keep_days: int
) -> None:
    """Set the day on which a filing's data goes, once its last request is over.

    Over is what is closed, taken back or expired. Whoever records one of these calls
    this in the same transaction.
    """
    if broadcasts.asks_on(session, filing_id):
        return
    if not {r.status for r in requests.requests_of(session, filing_id)} <= OVER:
        return
    filing = session.get_one(people.Filing, filing_id)
    if filing.status is FilingStatus.CONFIRMED:
        filing.status = FilingStatus.CLOSED
    filing.closed_on = on
    filing.purge_on = min(filing.purge_on, on + timedelta(days=keep_days))
