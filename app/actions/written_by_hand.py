"""Have the letter written that one of us types into a form, or posts."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.domain.timeline import EventKind, living
from app.store import requests
from app.store.outbox import MessageKind


def draft(
    session: Session, desk: Desk, request: requests.Request, *, at: datetime
) -> None:
    """Let the worker write the letter of a request for the way that it takes now."""
    queue_mail(
        session,
        desk,
        request.filing_id,
        MessageKind.DRAFT,
        dedupe=f"way {request.id} {request.events}",
        request_id=request.id,
        at=at,
    )


def draft_if_missing(
    session: Session, desk: Desk, request: requests.Request, *, at: datetime
) -> None:
    """Do so where none was written since the request was given its way.

    Who says that they sent it before the worker has written it needs none any more;
    whoever takes that back does.
    """
    history = living(requests.timeline(session, request.filing_id, request.id))
    given = max(e.at for e in history if e.kind is EventKind.REROUTED)
    written = session.scalar(
        select(func.count()).where(
            requests.Letter.filing_id == request.filing_id,
            requests.Letter.request_id == request.id,
            requests.Letter.created_at >= given,
        )
    )
    if not written:
        draft(session, desk, request, at=at)
