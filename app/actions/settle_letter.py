"""Write into the timeline what became of a letter."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.set_dates import set_dates
from app.actions.tell_vendor import tell_withdrawn
from app.domain.timeline import (
    Actor,
    CannotFollowError,
    Event,
    EventKind,
    Evidence,
    Status,
)
from app.store import outbox, people, requests
from app.store.outbox import Message, MessageKind

log = structlog.get_logger()


def letter_sent(
    session: Session,
    desk: Desk,
    message: Message,
    *,
    at: datetime,
    on: date | None = None,
    by: Actor = Actor.PORTAL,
    evidence: Evidence = Evidence.MAIL,
) -> None:
    """Record that a letter was accepted: that day, at the vendor's seat, is day 0."""
    request = _of(session, message)
    if request is None:
        return
    vendor = desk.directory.vendor(request.vendor)
    zone = ZoneInfo(vendor.zone if vendor else "UTC")
    event = Event(
        kind=EventKind.SENT,
        at=at,
        by=by,
        on=on or at.astimezone(zone).date(),
        evidence=evidence,
    )
    if not _recorded(session, request, event):
        _tell_withdrawn(session, desk, request, left_on=event.on, at=at)
        return
    _count_days(session, desk, message.filing_id, request)
    if outbox.waits(session, message.filing_id, MessageKind.SENT):
        return  # that one waits for the other letters and tells of this one, too
    queue_mail(
        session,
        desk,
        message.filing_id,
        MessageKind.SENT,
        dedupe=f"sent {message.id}",
        at=at,
    )


def letter_may_have_left(
    session: Session, desk: Desk, message: Message, *, at: datetime
) -> None:
    """Tell the vendor of a letter that is not tried again, for it may have it."""
    request = _of(session, message)
    if request is not None:
        left_on = message.created_at.date()
        _tell_withdrawn(session, desk, request, left_on=left_on, at=at)


def _tell_withdrawn(
    session: Session,
    desk: Desk,
    request: requests.Request,
    *,
    left_on: date | None,
    at: datetime,
) -> None:
    if request.status is Status.WITHDRAWN:
        tell_withdrawn(session, desk, request, left_on=left_on, at=at)


def letter_failed(
    session: Session,
    desk: Desk,
    message: Message,
    *,
    at: datetime,
    by: Actor = Actor.PORTAL,
) -> None:
    """Record that a letter could not be delivered, and tell the resident."""
    request = _of(session, message)
    if request is None:
        return
    event = Event(kind=EventKind.UNDELIVERABLE, at=at, by=by)
    if not _recorded(session, request, event):
        return
    queue_mail(
        session,
        desk,
        message.filing_id,
        MessageKind.UNDELIVERABLE,
        dedupe=f"undeliverable {request.id} {request.events}",
        at=at,
    )


def _of(session: Session, message: Message) -> requests.Request | None:
    if message.request_id is None:
        return None
    return requests.locked(session, message.filing_id, message.request_id)


def _recorded(session: Session, request: requests.Request, event: Event) -> bool:
    """Record; one that was taken back meanwhile stays taken back."""
    try:
        requests.record(session, request, event)
    except CannotFollowError:
        return False
    return True


def _count_days(
    session: Session, desk: Desk, filing_id: UUID, request: requests.Request
) -> None:
    """Set the due dates; a count that fails must not make the letter leave again."""
    filing = session.get_one(people.Filing, filing_id)
    try:
        with session.begin_nested():
            set_dates(session, desk.rulebook, desk.directory, filing, request)
    except Exception as wrong:
        log.exception("no dates", message=str(request.id), why=type(wrong).__name__)
