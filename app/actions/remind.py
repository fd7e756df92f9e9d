"""Mail the resident about days that come near or have passed, once about each."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.still_so import SOON, STANDS, WINDOW_CLOSES, over_everywhere
from app.domain.timeline import ANSWERS, OPEN, EventKind
from app.store import requests
from app.store.outbox import Message, MessageKind
from app.store.people import Filing
from app.store.requests import Request, TimelineEntry

AT_ONCE = 200
PROOF_WAITS = timedelta(days=7)
"""After a vendor asked for proof: in many laws its clock stands still meanwhile."""
APPEAL_WAITS, APPEAL_LATE = timedelta(days=14), timedelta(days=60)
"""After a no: the laws that know an appeal give a reasonable time for it, and no number;
later than that nobody is told any more."""
RECHECK = timedelta(days=180)
"""After a good answer; until then lists that are bought anew have come round."""
Key = tuple[UUID, UUID]
Told = tuple[UUID, UUID, MessageKind]
Rule: TypeAlias = Callable[[datetime], ColumnElement[bool]]
"""When it is time for a mail, and none of its kind was queued yet."""


def to_remind(session: Session, *, at: datetime) -> list[Key]:
    """Return requests whose answer is due soon, or overdue, and not yet mailed about.

    An extension moves the due date, and both mails are sent anew for the new one.
    """
    today, over = at.date(), over_everywhere(at)
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
    if request.due < over_everywhere(at):
        longer = request.extended_due == request.due
        kind = MessageKind.EXTENSION_ENDED if longer else MessageKind.OVERDUE
    queue_mail(
        session,
        desk,
        request.filing_id,
        kind,
        dedupe=f"{kind} {request.id} {request.due}",
        at=at,
        request_id=request.id,
    )
    request.reminded_on = today
    return True


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


def _untold(kind: MessageKind) -> ColumnElement[bool]:
    """Return whether no mail of a kind was queued since the entry."""
    return ~_told(kind, Message.created_at >= TimelineEntry.at)


_ANSWER = _entry(TimelineEntry.kind.in_(tuple(ANSWERS)))


def _proof_waits(at: datetime) -> ColumnElement[bool]:
    """A week after the vendor asked for proof."""
    return exists().where(
        _entry(TimelineEntry.kind == EventKind.IDENTITY_REQUESTED),
        TimelineEntry.at <= at - PROOF_WAITS,
        _untold(MessageKind.IDENTITY),
    )


def _appeal_waits(at: datetime) -> ColumnElement[bool]:
    """Two weeks after the answer, so that it can be thought about first."""
    return exists().where(
        _ANSWER,
        TimelineEntry.at.between(at - APPEAL_LATE, at - APPEAL_WAITS),
        _untold(MessageKind.APPEAL),
    )


def _complaint_ends(at: datetime) -> ColumnElement[bool]:
    """Once in the weeks before the last day of a complaint."""
    return ~_told(MessageKind.WINDOW, Message.created_at >= at - WINDOW_CLOSES)


def _long_done(at: datetime) -> ColumnElement[bool]:
    """Half a year after the letter and the last answer."""
    return and_(
        Request.sent_on <= at.date() - RECHECK,
        ~exists().where(_ANSWER, TimelineEntry.at > at - RECHECK),
        exists().where(_ANSWER, _untold(MessageKind.RECHECK)),
    )


RULES: Mapping[MessageKind, Rule] = {
    MessageKind.IDENTITY: _proof_waits,
    MessageKind.APPEAL: _appeal_waits,
    MessageKind.WINDOW: _complaint_ends,
    MessageKind.RECHECK: _long_done,
}
"""Each is told while it is so (:data:`app.actions.still_so.STANDS`)."""


def to_tell_of(session: Session, *, desk: Desk, at: datetime) -> list[Told]:
    """Return requests of which something else is to be told, and what.

    Only for as long as the mailbox is kept.
    """
    found: list[Told] = []
    for kind, is_time in RULES.items():
        keys = (
            select(Request.filing_id, Request.id)
            .join(Filing, Filing.id == Request.filing_id)
            .where(Filing.purged_at.is_(None), STANDS[kind](desk, at), is_time(at))
            .limit(AT_ONCE)
        )
        found += [(row[0], row[1], kind) for row in session.execute(keys)]
    return found


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
