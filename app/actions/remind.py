"""Mail the resident once before an answer is due, and once after."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.domain.timeline import OPEN
from app.store import requests
from app.store.outbox import MessageKind
from app.store.requests import Request

AT_ONCE = 200
SOON = timedelta(days=3)
Key = tuple[UUID, UUID]


def to_remind(session: Session, *, at: datetime) -> list[Key]:
    """Return requests whose answer is due soon, or overdue, and not yet mailed about.

    An extension moves the due date, and both mails are sent anew for the new one.
    """
    today = at.date()
    unsaid = or_(
        Request.reminded_on.is_(None),
        and_(Request.due >= today, Request.reminded_on < today - SOON),
        and_(Request.due < today, Request.reminded_on <= Request.due),
    )
    chosen = (
        select(Request.filing_id, Request.id)
        .where(Request.status.in_(tuple(OPEN)), Request.due <= today + SOON, unsaid)
        .order_by(Request.due)
        .limit(AT_ONCE)
    )
    return [(row[0], row[1]) for row in session.execute(chosen)]


def remind(session: Session, key: Key, *, desk: Desk, at: datetime) -> bool:
    """Queue the mail about one request; return whether there was one to queue."""
    request = requests.locked(session, *key)
    today = at.date()
    if request is None or request.due is None or request.due > today + SOON:
        return False
    kind = MessageKind.OVERDUE if request.due < today else MessageKind.DUE_SOON
    queue_mail(
        session,
        desk,
        request.filing_id,
        kind,
        dedupe=f"{kind} {request.due}",
        at=at,
    )
    request.reminded_on = today
    return True
