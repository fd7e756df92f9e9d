"""Whether a message still has a point when its turn comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.actions.portal import CODE_LIVES
from app.domain.timeline import Status
from app.store import outbox, people, requests
from app.store.outbox import ASKS, TO_VENDOR, Message, MessageKind, State
from app.store.people import FilingStatus
from app.store.watches import Watch

NEWS = frozenset(
    {
        MessageKind.SENT,
        MessageKind.ANSWERED,
        MessageKind.UNDELIVERABLE,
        MessageKind.WITHDRAWN,
        MessageKind.DUE_SOON,
        MessageKind.OVERDUE,
        MessageKind.IDENTITY,
        MessageKind.WINDOW,
        MessageKind.RECHECK,
    }
)
NEWS_EVERY = timedelta(days=1)
"""One mail of news a day, which gathers what happened (security, row 14)."""
LOOK_AGAIN = timedelta(minutes=1)
"""How soon a message looks again whether what it waits for has left."""


class Turn(Enum):
    """What to do with a message whose turn it is."""

    SEND = "send"
    GATHER = "gather"
    """Send as news of several things: the others of its filing go with it."""
    NEVER = "never"


def turn_of(session: Session, message: Message, *, at: datetime) -> Turn | datetime:
    """Return whether a message leaves now, later, or has no point any more.

    Nothing leaves to a vendor whose request does not wait for it: not unconfirmed, not
    taken back, not sent already. Nothing at all leaves of what a demonstration made up.
    """
    if session.get(people.MadeUp, message.filing_id) is not None:
        return Turn.NEVER
    if message.kind in NEWS:
        return _news(session, message, at=at)
    if not _has_a_point(session, message, at=at):
        return Turn.NEVER
    if message.kind in TO_VENDOR and outbox.before(session, message) is not None:
        return at + LOOK_AGAIN
    return Turn.SEND


def _has_a_point(session: Session, message: Message, *, at: datetime) -> bool:
    match message.kind:
        case MessageKind.LETTER | MessageKind.EXERCISE:
            key = (message.filing_id, message.request_id)
            request = session.get(requests.Request, key)
            return request is not None and request.status is Status.QUEUED
        case MessageKind.CODE | MessageKind.LOST_CODE:
            return at <= message.created_at + CODE_LIVES
        case MessageKind.CONFIRM:
            filing = session.get_one(people.Filing, message.filing_id)
            waits = filing.status is FilingStatus.UNCONFIRMED
            return waits and at <= filing.confirm_by
        case MessageKind.WATCH_CONFIRM:
            watch = session.get(Watch, message.filing_id)
            by = watch.confirm_by if watch else None
            return by is not None and at <= by
        case MessageKind.WATCH_RIGHT | MessageKind.WATCH_CHANGED:
            return session.get(Watch, message.filing_id) is not None
        case MessageKind.HELD:
            held = exists().where(
                Message.filing_id == message.filing_id,
                Message.kind.in_(ASKS),
                Message.state == State.WAITING,
                Message.next_try > at,
            )
            return bool(session.scalar(select(held)))
        case _:
            return True


def _news(session: Session, message: Message, *, at: datetime) -> Turn | datetime:
    may_leave = news_from(session, message.filing_id, at=at)
    if message.kind is MessageKind.SENT:
        may_leave = max(may_leave, _rest_is_out(session, message, at=at))
    if may_leave > at:
        return may_leave
    others = _gathered(session, message, at=at)
    for other in others:  # they wait for what comes of this one
        other.next_try = at + NEWS_EVERY
        other.lease_until = other.owner = None
    return Turn.GATHER if others else Turn.SEND


def news_from(session: Session, filing_id: UUID, *, at: datetime) -> datetime:
    """Return from when the next mail of news of a filing may leave."""
    last = session.scalar(
        select(func.max(Message.done_at)).where(
            Message.filing_id == filing_id,
            Message.kind.in_(NEWS),
            Message.state == State.DONE,
        )
    )
    return at if last is None else max(at, last + NEWS_EVERY)


def _rest_is_out(session: Session, message: Message, *, at: datetime) -> datetime:
    """Return when to look whether the other letters of a filing have left too.

    After a day it is told of those that have.
    """
    rest = session.scalar(
        select(func.max(Message.next_try)).where(
            Message.filing_id == message.filing_id,
            Message.kind.in_(ASKS),
            Message.state.in_((State.WAITING, State.SENDING, State.UNKNOWN)),
        )
    )
    if rest is None:
        return at
    return min(max(rest, at + LOOK_AGAIN), message.created_at + NEWS_EVERY)


def told(session: Session, message: Message, *, at: datetime) -> None:
    """Cancel what a mail of news that has left told too."""
    if message.kind in NEWS:
        for other in _gathered(session, message, at=at):
            outbox.settle(other, State.CANCELLED, at=at)


def _gathered(session: Session, message: Message, *, at: datetime) -> Sequence[Message]:
    return session.scalars(
        select(Message).where(
            Message.filing_id == message.filing_id,
            Message.kind.in_(NEWS),
            Message.id != message.id,
            Message.state == State.WAITING,
            Message.created_at <= at,
        )
    ).all()
