"""Whether a message still has a point when its turn comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.portal import CODE_LIVES
from app.actions.still_so import still_so
from app.actions.tell_of_list import still_waits
from app.domain.timeline import Status
from app.store import broadcasts, mailboxes, outbox, people, requests
from app.store.corrections import CorrectionMail
from app.store.mailboxes import Mailbox
from app.store.outbox import ASKS, TO_VENDOR, Message, MessageKind, State
from app.store.people import FilingStatus
from app.store.staff import Staff
from app.store.watches import Watch

NEWS = frozenset(
    {
        MessageKind.SENT,
        MessageKind.ANSWERED,
        MessageKind.UNDELIVERABLE,
        MessageKind.WITHDRAWN,
        MessageKind.DUE_SOON,
        MessageKind.OVERDUE,
        MessageKind.EXTENSION_ENDED,
        MessageKind.LIST_OVERDUE,
        MessageKind.IDENTITY,
        MessageKind.APPEAL,
        MessageKind.WINDOW,
        MessageKind.RECHECK,
    }
)
WATCH_NEWS = frozenset({MessageKind.WATCH_RIGHT, MessageKind.WATCH_CHANGED})
"""News of answers that a mailbox watches: what changed at once is told at once."""
NEWS_EVERY = timedelta(days=1)
"""One mail of news a day to a mailbox, which gathers what happened (security, row 14)."""
LOOK_AGAIN = timedelta(minutes=1)
"""How soon a message looks again whether what it waits for has left."""


class Turn(Enum):
    """What to do with a message whose turn it is."""

    SEND = "send"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Other:
    """News that leaves in the mail of another message."""

    filing_id: UUID
    id: UUID
    kind: MessageKind
    day: date
    """By which it is told from the others: that of its filing, or of the change."""


@dataclass(frozen=True, slots=True)
class News:
    """Send, and tell with it what else happened since the last mail of news."""

    others: tuple[Other, ...] = ()


def turn_of(
    session: Session, desk: Desk, message: Message, *, at: datetime
) -> Turn | News | datetime:
    """Return whether a message leaves now, later, or has no point any more.

    Nothing leaves to a vendor whose request does not wait for it: not unconfirmed, not
    taken back, not sent already. Nothing at all leaves of what a demonstration made up.
    """
    if session.get(people.MadeUp, message.filing_id) is not None:
        return Turn.NEVER
    if message.kind in NEWS:
        return _news(session, desk, message, at=at)
    if message.kind in WATCH_NEWS:
        return _watch_news(session, message, at=at)
    if not _has_a_point(session, message, at=at):
        return Turn.NEVER
    if message.kind in TO_VENDOR and outbox.before(session, message) is not None:
        return at + LOOK_AGAIN
    return Turn.SEND


def _has_a_point(session: Session, message: Message, *, at: datetime) -> bool:
    match message.kind:
        case MessageKind.LETTER | MessageKind.EXERCISE | MessageKind.DRAFT:
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
        case MessageKind.WATCH_HEAD:
            return session.get(Watch, message.filing_id) is not None
        case MessageKind.CORRECTION_CONFIRM:
            asked = session.get(CorrectionMail, message.filing_id)
            until = asked.confirm_by if asked else None
            return until is not None and at <= until
        case MessageKind.CORRECTION_NEWS:
            return session.get(CorrectionMail, message.filing_id) is not None
        case MessageKind.LIST_WAITS:
            return still_waits(session, message.filing_id, at=at)
        case MessageKind.STAFF_INVITED:
            member = session.get(Staff, message.filing_id)
            return member is not None and member.disabled_at is None
        case MessageKind.HELD:
            held = exists().where(
                Message.filing_id == message.filing_id,
                Message.kind.in_(ASKS),
                Message.state == State.WAITING,
                Message.next_try > at,
            )
            return bool(session.scalar(select(held))) or _broadcast_held(
                session, message.filing_id, at=at
            )
        case _:
            return True


def _broadcast_held(session: Session, filing_id: UUID, *, at: datetime) -> bool:
    """Return whether a broadcast may still be stopped before any list holds it."""
    row = broadcasts.broadcast_of(session, filing_id)
    link = select(people.Cancellation.expires_at).where(
        people.Cancellation.filing_id == filing_id,
        people.Cancellation.used_at.is_(None),
    )
    until = session.scalar(link)
    return row is not None and not row.over and until is not None and until > at


def _news(
    session: Session, desk: Desk, message: Message, *, at: datetime
) -> News | Turn | datetime:
    """Return whether a mail of news leaves now; then no other does for a day."""
    if not still_so(session, desk, message, at=at):
        return Turn.NEVER
    if (rest := _whole_from(session, message, at=at)) > at:
        return rest
    mailbox = mailboxes.held_mailbox(session, message.filing_id)
    if mailbox is None or mailbox.stopped_at is not None:
        return Turn.NEVER
    free = _free_from(mailbox, at)
    if free > at and mailbox.news_by != message.id:
        return free
    mailbox.news_at, mailbox.news_by = at, message.id
    return News(_others(session, desk, mailbox.email_index, message, at=at))


def _free_from(mailbox: Mailbox | None, at: datetime) -> datetime:
    last = mailbox.news_at if mailbox else None
    return at if last is None else max(at, last + NEWS_EVERY)


def news_from(session: Session, filing_id: UUID, *, at: datetime) -> datetime | None:
    """Return from when the next mail of news may leave; None if none is wanted."""
    mailbox = mailboxes.mailbox_of(session, filing_id)
    stopped = mailbox is not None and mailbox.stopped_at is not None
    return None if stopped else _free_from(mailbox, at)


def _whole_from(session: Session, message: Message, *, at: datetime) -> datetime:
    """Return from when a mail can tell the whole, or when to look again whether it can.

    That letters left is told when all of the filing have; after a day, of those that
    have.
    """
    if message.kind is not MessageKind.SENT:
        return at
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


def _others(
    session: Session, desk: Desk, index: bytes, message: Message, *, at: datetime
) -> tuple[Other, ...]:
    """Return the news of the mailbox that waits and is true, of whichever filing."""
    found = session.execute(
        select(Message, people.Filing.filed_on)
        .join(people.Person, people.Person.filing_id == Message.filing_id)
        .join(people.Filing, people.Filing.id == Message.filing_id)
        .where(
            people.Person.email_index == index,
            Message.kind.in_(NEWS),
            Message.id != message.id,
            Message.state == State.WAITING,
            Message.created_at <= at,
        )
        .order_by(Message.created_at, Message.id)
    )
    return tuple(
        Other(one.filing_id, one.id, one.kind, filed_on)
        for one, filed_on in found
        if still_so(session, desk, one, at=at)
        and _whole_from(session, one, at=at) <= at
    )


def _watch_news(session: Session, message: Message, *, at: datetime) -> News | Turn:
    """Return whether news of a watch leaves, and the news of the mailbox's other watches.

    It waits for nothing: two changes of one answer are two mails, and a day later the
    first would say what no longer is.
    """
    watch = session.get(Watch, message.filing_id)
    if watch is None:
        return Turn.NEVER
    others = session.scalars(
        select(Message)
        .join(Watch, Watch.id == Message.filing_id)
        .where(
            Watch.mailbox == watch.mailbox,
            Watch.id != watch.id,
            Message.kind.in_(WATCH_NEWS),
            Message.state == State.WAITING,
            Message.created_at <= at,
        )
        .order_by(Message.created_at, Message.id)
    )
    return News(
        tuple(
            Other(one.filing_id, one.id, one.kind, one.created_at.date())
            for one in others
        )
    )


def told(
    session: Session, filing_id: UUID, ids: Sequence[UUID], *, at: datetime
) -> None:
    """Cancel news of one filing or watch that has left in the mail of another message."""
    if session.get(people.Filing, filing_id) is not None:
        people.held(session, filing_id)
    waiting = select(Message).where(
        Message.filing_id == filing_id,
        Message.id.in_(ids),
        Message.state == State.WAITING,
    )
    for message in session.scalars(waiting.with_for_update()):
        outbox.settle(message, State.CANCELLED, at=at)
