"""What falls due by itself: filings expire, dates are reminded of, data is destroyed.

Source of the periods: contract, section 8.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.erase_filing import destroy_personal
from app.actions.mail_out import queue_mail
from app.domain.timeline import OPEN, Actor, Event, EventKind, Status
from app.store import limits, outbox, people, requests, staff
from app.store.outbox import MessageKind
from app.store.people import FilingStatus

AT_ONCE = 200
SOON = timedelta(days=3)
ANSWERED_CLOSES = timedelta(days=30)
"""After the last open window of an answered request."""
WINDOW_UNNAMED = timedelta(days=180)
UNANSWERED_CLOSES = timedelta(days=180)
"""After its due date."""


def expire_unconfirmed(session: Session, *, at: datetime) -> int:
    """End the filings that nobody confirmed in a day, and destroy what they said."""
    late = session.scalars(
        select(people.Filing)
        .where(
            people.Filing.status == FilingStatus.UNCONFIRMED,
            people.Filing.confirm_by < at,
        )
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    for filing in late:
        filing.status = FilingStatus.EXPIRED
        for request in requests.requests_of(session, filing.id):
            if request.status is Status.UNCONFIRMED:
                event = Event(kind=EventKind.EXPIRED, at=at, by=Actor.PORTAL)
                requests.record(session, request, event)
        outbox.cancel_waiting(session, filing.id, at=at)
        session.flush()
        destroy_personal(session, filing.id, at=at)
    return len(late)


def destroy_old(session: Session, *, at: datetime) -> int:
    """Destroy what may no longer be kept; return how many things that was."""
    today = at.date()
    due = session.scalars(
        select(people.Filing.id)
        .where(people.Filing.purge_on <= today, people.Filing.purged_at.is_(None))
        .limit(AT_ONCE)
    ).all()
    for filing_id in due:
        destroy_personal(session, filing_id, at=at)
    session.execute(delete(people.Draft).where(people.Draft.expires_at <= at))
    session.execute(
        delete(people.Idempotency).where(people.Idempotency.expires_at <= at)
    )
    session.execute(delete(staff.Reveal).where(staff.Reveal.expires_at <= at))
    limits.forget_old(session, at=at)
    return len(due)


def close_ended(session: Session, desk: Desk, *, at: datetime) -> int:
    """Close requests whose last window has passed, and set when their data goes."""
    today = at.date()
    ended = session.scalars(
        select(requests.Request)
        .where(
            or_(
                requests.Request.status == Status.ANSWERED,
                requests.Request.status.in_(tuple(OPEN)),
            ),
            requests.Request.sent_on.is_not(None),
            requests.Request.sent_on < today - ANSWERED_CLOSES,
        )
        .limit(AT_ONCE)
    ).all()
    closed = 0
    for request in ended:
        if today <= closes_on(session, request):
            continue
        event = Event(kind=EventKind.CLOSED, at=at, by=Actor.PORTAL)
        requests.record(session, request, event)
        close_filing(
            session, request.filing_id, on=today, keep_days=desk.portal.keep_days
        )
        closed += 1
    return closed


def closes_on(session: Session, request: requests.Request) -> date:
    """Return the day after which a request counts as closed."""
    if request.status is not Status.ANSWERED:
        due = request.extended_due or request.respond_due or request.sent_on
        return (due or date.max) + UNANSWERED_CLOSES
    events = requests.timeline(session, request.filing_id, request.id)
    answered = max(event.on or event.at.date() for event in events)
    window = request.complaint_until or answered + WINDOW_UNNAMED
    return max(window, answered) + ANSWERED_CLOSES


def close_filing(
    session: Session, filing_id: UUID, *, on: date, keep_days: int
) -> None:
    """Set the day on which a filing's data goes, once its last request is closed."""
    over = {Status.CLOSED, Status.WITHDRAWN, Status.EXPIRED}
    if not {r.status for r in requests.requests_of(session, filing_id)} <= over:
        return
    filing = session.get_one(people.Filing, filing_id)
    if filing.status is FilingStatus.CONFIRMED:
        filing.status = FilingStatus.CLOSED
    filing.closed_on = on
    filing.purge_on = min(filing.purge_on, on + timedelta(days=keep_days))


def remind(session: Session, desk: Desk, *, at: datetime) -> int:
    """Mail once before an answer is due, and once after."""
    today = at.date()
    near = session.scalars(
        select(requests.Request)
        .where(
            requests.Request.status.in_(tuple(OPEN)),
            requests.Request.respond_due <= today + SOON,
            or_(
                requests.Request.reminded_on.is_(None),
                requests.Request.reminded_on <= requests.Request.respond_due,
            ),
        )
        .limit(AT_ONCE)
    ).all()
    for request in near:
        due = request.extended_due or request.respond_due
        if due is None or due > today + SOON:
            request.reminded_on = today
            continue
        late = due < today
        if late or request.reminded_on is None:
            queue_mail(
                session,
                desk,
                request.filing_id,
                MessageKind.OVERDUE if late else MessageKind.DUE_SOON,
                dedupe=f"{'overdue' if late else 'due soon'} {due}",
                at=at,
            )
        request.reminded_on = today
    return len(near)
