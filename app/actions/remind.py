"""Mail the resident about days that come near or have passed, once about each."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.take_step import has_appeal
from app.domain.own_steps import SAID_TO_BE_DONE, UNSATISFIED
from app.domain.timeline import ANSWERS, OPEN, EventKind, Outcome, Status
from app.store import requests
from app.store.outbox import Message, MessageKind
from app.store.people import Filing
from app.store.requests import Request, TimelineEntry

AT_ONCE = 200
SOON = timedelta(days=3)
PROOF_WAITS = timedelta(days=7)
"""After a vendor asked for proof: in many laws its clock stands still meanwhile."""
WINDOW_CLOSES = timedelta(days=14)
"""Before the last day of a complaint: writing one takes longer than a press."""
APPEAL_WAITS, APPEAL_LATE = timedelta(days=14), timedelta(days=60)
"""After a no: the laws that know an appeal give a reasonable time for it, and no number;
later than that nobody is told any more."""
RECHECK = timedelta(days=180)
"""After a good answer; until then lists that are bought anew have come round."""
LAST_ZONE = timedelta(hours=12)
"""By so much the last place on earth is behind UTC: the day is over nowhere sooner."""
Key = tuple[UUID, UUID]
Told = tuple[UUID, UUID, MessageKind]


def to_remind(session: Session, *, at: datetime) -> list[Key]:
    """Return requests whose answer is due soon, or overdue, and not yet mailed about.

    An extension moves the due date, and both mails are sent anew for the new one.
    """
    today, over = at.date(), (at - LAST_ZONE).date()
    unsaid = or_(
        Request.reminded_on.is_(None),
        and_(Request.due >= today, Request.reminded_on < today - SOON),
        and_(Request.due < over, Request.reminded_on <= Request.due),
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
    kind = MessageKind.DUE_SOON
    if request.due < (at - LAST_ZONE).date():
        longer = request.extended_due == request.due
        kind = MessageKind.EXTENSION_ENDED if longer else MessageKind.OVERDUE
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


def to_tell_of(session: Session, *, desk: Desk, at: datetime) -> list[Told]:
    """Return requests of which something else is to be told, and what.

    Proof that was asked for and not given; that a vendor can still be asked to look
    again; the last day of a complaint; long after a good answer, whether it is still
    true, for as long as the mailbox is kept.
    """
    today = at.date()
    asked = exists().where(
        _entry(TimelineEntry.kind == EventKind.IDENTITY_REQUESTED),
        TimelineEntry.at <= at - PROOF_WAITS,
        ~_told(MessageKind.IDENTITY, Message.created_at >= TimelineEntry.at),
    )
    refused = and_(
        Request.status == Status.ANSWERED,
        Request.outcome.in_((*UNSATISFIED, Outcome.PARTLY_DELETED)),
    )
    laws = desk.rulebook.pack.laws.values()
    appeals = [law.id for law in laws if has_appeal(law, today)]
    unappealed = exists().where(
        _entry(TimelineEntry.kind.in_(tuple(ANSWERS))),
        TimelineEntry.at.between(at - APPEAL_LATE, at - APPEAL_WAITS),
        ~_told(MessageKind.APPEAL, Message.created_at >= TimelineEntry.at),
    )
    complains = or_(
        refused,
        and_(Request.status.in_(tuple(OPEN)), Request.due < (at - LAST_ZONE).date()),
    )
    answer = _entry(TimelineEntry.kind.in_(tuple(ANSWERS)))
    lately = exists().where(answer, TimelineEntry.at > at - RECHECK)
    unasked = exists().where(
        answer, ~_told(MessageKind.RECHECK, Message.created_at >= TimelineEntry.at)
    )
    chosen = (
        (MessageKind.IDENTITY, Request.status == Status.IDENTITY_REQUESTED, asked),
        (MessageKind.APPEAL, refused, Request.law.in_(appeals), unappealed),
        (
            MessageKind.WINDOW,
            Request.complaint_until.between(today, today + WINDOW_CLOSES),
            complains,
            ~_told(MessageKind.WINDOW, Message.created_at >= at - WINDOW_CLOSES),
        ),
        (
            MessageKind.RECHECK,
            Request.status.in_((Status.ANSWERED, Status.CLOSED)),
            Request.outcome.in_(tuple(SAID_TO_BE_DONE - {Outcome.NOTHING_FOUND})),
            Request.sent_on <= today - RECHECK,
            ~lately,
            unasked,
        ),
    )
    found: list[Told] = []
    for kind, *which in chosen:
        keys = (
            select(Request.filing_id, Request.id)
            .join(Filing, Filing.id == Request.filing_id)
            .where(Filing.purged_at.is_(None), *which)
            .limit(AT_ONCE)
        )
        found += [(row[0], row[1], kind) for row in session.execute(keys)]
    return found


def _entry(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition of an entry of the request that is looked at."""
    return and_(
        TimelineEntry.filing_id == Request.filing_id,
        TimelineEntry.request_id == Request.id,
        which,
    )


def _told(kind: MessageKind, since: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether a mail of a kind about the request was queued since a moment."""
    return exists().where(
        Message.filing_id == Request.filing_id,
        Message.request_id == Request.id,
        Message.kind == kind,
        since,
    )


def tell_of(session: Session, told: Told, *, desk: Desk, at: datetime) -> bool:
    """Queue one of these mails; return whether the request was still there."""
    filing_id, request_id, kind = told
    if requests.locked(session, filing_id, request_id) is None:
        return False
    queue_mail(
        session,
        desk,
        filing_id,
        kind,
        dedupe=f"{kind} {request_id} {at.date()}",
        at=at,
        request_id=request_id,
    )
    return True
