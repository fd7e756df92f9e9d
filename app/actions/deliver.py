"""Deliver the outbox: claim, send with no transaction open, write down what came."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from app.actions.address_mail import addressed
from app.actions.call_vendor import call_of, called, is_parked, learned_from
from app.actions.desk import Desk
from app.actions.pace import Pace, tried, turn_at
from app.actions.settle_letter import (
    letter_failed,
    letter_may_have_left,
    letter_sent,
)
from app.actions.speak_protocol import Call, Came, speak
from app.actions.stop_letters import held_back
from app.actions.tell_of_list import told as told_of_list
from app.actions.worth_sending import News, Other, Turn, told, turn_of
from app.actions.write_for_route import write_for_route
from app.channels.base import Channel, Delivery
from app.channels.drp import Protocol
from app.channels.envelope import Envelope, MailRefusedError
from app.channels.outward import Outward
from app.domain.timeline import Evidence
from app.store import outbox, requests
from app.store.notices import notice_of
from app.store.opening import Opener
from app.store.outbox import (
    ASKS,
    BY_PROTOCOL,
    TO_VENDOR,
    WRITES,
    KeptBack,
    Message,
    MessageKind,
    State,
)
from app.store.sealing import CannotOpenError
from app.store.session import Store

log = structlog.get_logger()

TRIES = 16
"""About three days, with the waits below."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
AFTER_UNKNOWN = timedelta(minutes=15)
SPARE = timedelta(seconds=20)
UNSIGNED = timedelta(minutes=5)
"""How soon a mail that could not be signed is tried again."""
PARKED = timedelta(hours=1)
"""How soon a message looks again whether its vendor's system knows us by now."""
Key = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Post:
    """What delivering needs: the way out, and the key that opens what was sealed."""

    store: Store
    desk: Desk
    opener: Opener
    channel: Channel
    owner: str
    pace: Pace = field(default_factory=Pace)
    protocol: Protocol | None = None
    """The way out to vendors' own systems; None where we are no agent."""
    outward: Outward | None = None
    """The way out to webhooks."""
    chance: Callable[[], float] = random.random
    """Gives a number from 0 to 1, by which waits are spread."""

    @property
    def lease(self) -> timedelta:
        """How long a message that is being tried stays ours."""
        ways = [self.channel.longest]
        if self.protocol is not None:
            ways.append(self.protocol.longest)
        return max(ways) + SPARE


def claim_due(post: Post, *, at: datetime, limit: int = 20) -> Sequence[Key]:
    """Take what is due, for this worker alone."""
    with post.store.writing() as session:
        return outbox.claim(
            session, at=at, owner=post.owner, limit=limit, lasts=post.lease
        )


def deliver(post: Post, key: Key, *, at: datetime) -> None:
    """Try one claimed message once."""
    try:
        leaves = _begin(post, key, at=at)
    except Exception as wrong:
        log.exception("message refused", message=str(key[1]), why=type(wrong).__name__)
        # A key that is not here may come back, and so may a fault of ours be mended;
        # what was destroyed, or is no mail, does not. Each counts as a try.
        may_come = isinstance(wrong, CannotOpenError) or not isinstance(
            wrong, (MailRefusedError, KeyError, ValueError)
        )
        came = Delivery.DEFERRED if may_come else Delivery.REFUSED
        with post.store.writing() as session:
            _settle(session, post, key, Came(came), at=at, began=False)
        return
    if leaves is None:
        return
    sent = _send(post, key, leaves.what, at=at)
    with post.store.writing() as session:
        if isinstance(leaves.what, Call):
            learned_from(session, post.desk, leaves.what, sent, at=at)
        _settle(session, post, key, sent, at=at)
    if sent.delivery is Delivery.DELIVERED:
        _tell_no_more(post, leaves.tells, at=at)
    log.info("message tried", message=str(key[1]), delivery=sent.delivery)


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What leaves, and the news of other messages that it tells."""

    what: Envelope | Call
    tells: tuple[Other, ...] = ()


def _tell_no_more(post: Post, others: tuple[Other, ...], *, at: datetime) -> None:
    """Cancel what was told with another mail: one transaction for each filing.

    Where that is lost, it is told once more.
    """
    for filing_id in {other.filing_id for other in others}:
        ids = [other.id for other in others if other.filing_id == filing_id]
        with post.store.writing() as session:
            told(session, filing_id, ids, at=at)


def _begin(post: Post, key: Key, *, at: datetime) -> _Leaving | None:
    """Mark a message as being sent, committed before the connection opens.

    One that is found marked already was left by a worker that died: whether it left is
    not known.
    """
    with post.store.writing() as session:
        message = outbox.ours(session, key, owner=post.owner)
        if message is None or message.state in {State.DONE, State.CANCELLED}:
            return None
        if message.state is State.SENDING:
            _unknown(message, at=at)
            return None
        turn = turn_of(session, post.desk, message, at=at)
        if turn is Turn.NEVER:
            if message.kind in ASKS and message.unknowns:
                letter_may_have_left(session, post.desk, message, at=at)
            outbox.settle(message, State.CANCELLED, at=at)
            return None
        if isinstance(turn, datetime):
            _wait(message, turn)
            return None
        if _is_kept_back(session, post, message, at=at):
            return None
        if message.kind in WRITES and message.letter_id is None:
            write_for_route(session, post.desk, post.opener, message, at=at)
        if message.kind is MessageKind.DRAFT:
            outbox.settle(message, State.DONE, at=at)
            return None
        tells = turn.others if isinstance(turn, News) else ()
        leaves = _opened(session, post, message, tells, at=at)
        if leaves is None:
            return None
        message.state = State.SENDING
        message.attempts += 1
        message.lease_until = at + post.lease
        return _Leaving(leaves, tells)


def _opened(
    session: Session,
    post: Post,
    message: Message,
    tells: tuple[Other, ...],
    *,
    at: datetime,
) -> Envelope | Call | None:
    """Return what leaves; None where it waits until its vendor's system knows us."""
    if message.kind not in BY_PROTOCOL:
        return addressed(session, post.desk, post.opener, message, tells, at=at)
    call = None
    if post.protocol is not None:
        call = call_of(session, post.desk, post.opener, message)
    if call is None or is_parked(session, call):
        message.kept_back = KeptBack.PARKED
        _wait(message, at + PARKED)
        return None
    return call


def _is_kept_back(
    session: Session, post: Post, message: Message, *, at: datetime
) -> bool:
    """Let a letter wait: for a word, for hours, for its turn, or while others fail.

    While they fail, a turn that is passed counts as a try, all but the last one.
    """
    vendor = vendor_of(session, message)
    has_turn = message.kept_back is KeptBack.TURN
    message.kept_back = None
    if vendor is None:
        return False
    later = held_back(session, post.desk, message, vendor, at=at) or turn_at(
        session, post.desk.keys, post.pace, vendor, has_turn=has_turn, at=at
    )
    if later is None or (later.why is KeptBack.PAUSE and message.attempts >= TRIES - 1):
        return False
    message.kept_back, until = later.why, later.until
    if later.why is KeptBack.PAUSE:
        message.attempts += 1
        until = max(until, at + backoff(message.attempts, post.chance()))
    _wait(message, until)
    return True


def vendor_of(session: Session, message: Message) -> str | None:
    """Return whom a letter goes to; None for a mail to a resident."""
    if message.kind is MessageKind.LIST_WAITS:
        return notice_of(session, message.filing_id).vendor
    if message.kind not in TO_VENDOR:
        return None
    key = (message.filing_id, message.request_id)
    return session.get_one(requests.Request, key).vendor


def _send(post: Post, key: Key, leaves: Envelope | Call, *, at: datetime) -> Came:
    """Send; a way out that breaks leaves the message unknown, not the worker dead."""
    try:
        if isinstance(leaves, Envelope):
            return Came(post.channel.send(leaves))
        assert post.protocol is not None  # noqa: S101 - else nothing was opened
        return speak(post.protocol, leaves, at=at)
    except Exception as wrong:
        log.exception("channel broke", message=str(key[1]), why=type(wrong).__name__)
        return Came(Delivery.UNKNOWN)


def _settle(
    session: Session,
    post: Post,
    key: Key,
    came: Came,
    *,
    at: datetime,
    began: bool = True,
) -> None:
    message = outbox.ours(session, key, owner=post.owner)
    if message is None:
        return
    if not began:
        message.attempts += 1
    elif came.delivery is not Delivery.UNSIGNED and (
        vendor := vendor_of(session, message)
    ):
        well = came.delivery is Delivery.DELIVERED
        tried(session, post.desk.keys, vendor, well=well, at=at)
    by_protocol = message.kind in BY_PROTOCOL
    match came.delivery:
        case Delivery.DELIVERED:
            outbox.settle(message, State.DONE, at=at)
            _arrived(session, post, message, at=at)
        case Delivery.UNKNOWN:
            _unknown(message, at=at)
        case Delivery.UNSIGNED:
            # Our own fault: it costs no try, and nothing is given up for it.
            message.attempts -= 1
            message.state, message.kept_back = State.WAITING, KeptBack.UNSIGNED
            _wait(message, at + UNSIGNED)
        case Delivery.DEFERRED if came.learned.fault is not None:
            message.state, message.kept_back = State.WAITING, KeptBack.PARKED
            _wait(message, at + PARKED)
        case Delivery.DEFERRED if message.attempts < TRIES:
            message.state = State.WAITING
            _wait(message, at + backoff(message.attempts, post.chance()))
        case _:
            outbox.settle(message, State.FAILED, at=at)
            if message.kind in WRITES:
                letter_failed(session, post.desk, message, at=at)
    if by_protocol:
        called(session, post.desk, post.opener, message, came, at=at)


def _arrived(session: Session, post: Post, message: Message, *, at: datetime) -> None:
    if message.kind in ASKS:
        by_protocol = message.kind in BY_PROTOCOL
        how = Evidence.PROTOCOL if by_protocol else Evidence.MAIL
        letter_sent(session, post.desk, message, at=at, evidence=how)
    elif message.kind is MessageKind.LIST_WAITS:
        told_of_list(session, message.filing_id, at=at)


def backoff(attempts: int, chance: float) -> timedelta:
    """Return how long to wait after so many attempts, spread by a fifth either way."""
    grown: int = 3 ** min(max(attempts - 1, 0), 8)
    return min(FIRST_WAIT * grown, LONGEST_WAIT) * (0.8 + 0.4 * chance)


def _wait(message: Message, until: datetime) -> None:
    message.next_try = until
    message.lease_until = message.owner = None


def _unknown(message: Message, *, at: datetime) -> None:
    """Keep the honest state; try once more, then leave a letter to a person.

    Nobody looks for a mail to a resident, so what it said is destroyed.
    """
    message.unknowns += 1
    if message.unknowns > 1 and message.kind not in TO_VENDOR:
        outbox.settle(message, State.FAILED, at=at)
        return
    message.state = State.UNKNOWN
    _wait(
        message, at + (AFTER_UNKNOWN if message.unknowns == 1 else outbox.FOR_A_PERSON)
    )
