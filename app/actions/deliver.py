"""Deliver the outbox: claim, send with no transaction open, write down what came."""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.set_dates import set_dates
from app.channels.base import Channel, Delivery
from app.channels.envelope import Envelope, MailRefusedError, compose
from app.domain.timeline import (
    Actor,
    CannotFollowError,
    Event,
    EventKind,
    Evidence,
    Status,
)
from app.store import outbox, people, requests
from app.store.opening import Opener
from app.store.outbox import Message, MessageKind, State
from app.store.sealing import CannotOpenError, Where
from app.store.session import Store

log = structlog.get_logger()

TRIES = 8
AFTER_UNKNOWN = timedelta(minutes=15)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
Key = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Post:
    """What delivering needs: the way out, and the key that opens what was sealed."""

    store: Store
    desk: Desk
    opener: Opener
    channel: Channel
    owner: str


def deliver_due(post: Post, *, at: datetime) -> int:
    """Deliver what is due; return how many messages were tried."""
    with post.store.writing() as session:
        keys = outbox.claim(session, at=at, owner=post.owner)
    for key in keys:
        _deliver(post, key, at=at)
    return len(keys)


def _deliver(post: Post, key: Key, *, at: datetime) -> None:
    try:
        envelope = _begin(post, key, at=at)
    except (CannotOpenError, MailRefusedError, KeyError, ValueError) as wrong:
        log.exception("message refused", message=str(key[1]), why=type(wrong).__name__)
        with post.store.writing() as session:
            _settle(session, post, key, Delivery.REFUSED, at=at)
        return
    if envelope is None:
        return
    came = post.channel.send(envelope)
    with post.store.writing() as session:
        _settle(session, post, key, came, at=at)
    log.info("message tried", message=str(key[1]), delivery=came)


def _begin(post: Post, key: Key, *, at: datetime) -> Envelope | None:
    """Mark a message as being sent, committed before the connection opens.

    One that is found marked already was left by a worker that died: whether it left is
    not known.
    """
    with post.store.writing() as session:
        message = outbox.ours(session, key, owner=post.owner)
        if message is None or message.state in {State.DONE, State.CANCELLED}:
            return None
        if message.state is State.SENDING:
            _unknown(session, post, message, at=at)
            return None
        if not _may_leave(session, message):
            outbox.settle(message, State.CANCELLED, at=at)
            return None
        envelope = _envelope(session, post, message, at=at)
        message.state = State.SENDING
        message.attempts += 1
        return envelope


def _may_leave(session: Session, message: Message) -> bool:
    """Return whether a letter's request still waits to be sent."""
    if message.kind is not MessageKind.LETTER:
        return True
    request = session.get(requests.Request, (message.filing_id, message.request_id))
    return request is not None and request.status is Status.QUEUED


def _envelope(
    session: Session, post: Post, message: Message, *, at: datetime
) -> Envelope:
    portal = post.desk.portal
    if message.kind is MessageKind.LETTER:
        letter = session.get_one(
            requests.Letter, (message.filing_id, message.letter_id)
        )
        request = session.get_one(
            requests.Request, (message.filing_id, message.request_id)
        )
        content = _opened(post, letter, Where("letter", str(letter.id)))
        return compose(
            sender=portal.mail_from,
            recipient=content["to"],
            subject=content["subject"],
            text=content["text"],
            message_id=message.message_id,
            at=at,
            reply_to=f"{request.reply_to}@{portal.reply_domain}",
        )
    return _to_resident(session, post, message, at=at)


def _to_resident(
    session: Session, post: Post, message: Message, *, at: datetime
) -> Envelope:
    """Return a mail to the resident: no vendor's name, nothing that they typed."""
    portal = post.desk.portal
    filing = session.get_one(people.Filing, message.filing_id)
    where = Where("outbox", str(message.id))
    secret = _opened(post, message, where) if message.thing else {}
    address = secret.get("to") or _address(session, post, message.filing_id)
    code = secret.get("code", "")
    page = "/confirm/" if message.kind is MessageKind.CONFIRM else "/cancel/"
    mail = post.desk.letters.mail(
        message.kind,
        filing.language,
        code=f"{code[:3]} {code[3:]}",
        link=portal.link(f"{page}{secret.get('token', '')}"),
        time=secret.get("time", ""),
        track=portal.link("/track"),
    )
    return compose(
        sender=portal.mail_from,
        recipient=address,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=message.message_id,
        at=at,
    )


def _address(session: Session, post: Post, filing_id: UUID) -> str:
    person = session.get_one(people.Person, filing_id)
    document = _opened(post, person, Where("person", str(filing_id)))
    acting = document.get("on_behalf")
    return str(acting["email"] if acting else document["resident"]["email"])


def _opened(post: Post, row: people.SealedColumns, where: Where) -> dict[str, Any]:
    if row.thing is None:
        raise CannotOpenError("destroyed")
    opened: dict[str, Any] = json.loads(post.opener.open(row.thing, where))
    return opened


def _settle(
    session: Session, post: Post, key: Key, came: Delivery, *, at: datetime
) -> None:
    message = outbox.ours(session, key, owner=post.owner)
    if message is None:
        return
    match came:
        case Delivery.DELIVERED:
            outbox.settle(message, State.DONE, at=at)
            _delivered(session, post, message, at=at)
        case Delivery.UNKNOWN:
            _unknown(session, post, message, at=at)
        case Delivery.DEFERRED if message.attempts < TRIES:
            message.state = State.WAITING
            message.next_try = at + backoff(message.attempts)
            message.lease_until = message.owner = None
        case _:
            outbox.settle(message, State.FAILED, at=at)
            _undeliverable(session, post, message, at=at)


def backoff(attempts: int) -> timedelta:
    """Return how long to wait before the next try, with a jitter of a fifth."""
    doubled: int = 2 ** max(attempts - 1, 0)
    wait = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, no secret


def _unknown(session: Session, post: Post, message: Message, *, at: datetime) -> None:
    """Keep the honest state; try once more, then leave it to a person."""
    del session, post
    message.unknowns += 1
    message.state = State.UNKNOWN
    message.lease_until = message.owner = None
    again = message.unknowns == 1
    message.next_try = at + (AFTER_UNKNOWN if again else timedelta(days=36500))


def _delivered(session: Session, post: Post, message: Message, *, at: datetime) -> None:
    """Record that a letter was accepted: that day is day 0 at the vendor."""
    if message.kind is not MessageKind.LETTER or message.request_id is None:
        return
    request = requests.locked(session, message.filing_id, message.request_id)
    if request is None:
        return
    vendor = post.desk.directory.vendors.get(request.vendor)
    zone = ZoneInfo(vendor.zone if vendor else "UTC")
    event = Event(
        kind=EventKind.SENT,
        at=at,
        by=Actor.PORTAL,
        on=at.astimezone(zone).date(),
        evidence=Evidence.MAIL,
    )
    try:
        requests.record(session, request, event)
    except CannotFollowError:
        return
    filing = session.get_one(people.Filing, message.filing_id)
    set_dates(session, post.desk.rulebook, post.desk.directory, filing, request)
    queue_mail(
        session,
        post.desk,
        message.filing_id,
        MessageKind.SENT,
        dedupe=f"sent {at:%Y-%m-%d}",
        at=at,
    )


def _undeliverable(
    session: Session, post: Post, message: Message, *, at: datetime
) -> None:
    if message.kind is not MessageKind.LETTER or message.request_id is None:
        return
    request = requests.locked(session, message.filing_id, message.request_id)
    if request is None:
        return
    try:
        requests.record(
            session,
            request,
            Event(kind=EventKind.UNDELIVERABLE, at=at, by=Actor.PORTAL),
        )
    except CannotFollowError:
        return
    queue_mail(
        session,
        post.desk,
        message.filing_id,
        MessageKind.UNDELIVERABLE,
        dedupe=f"undeliverable {request.id} {request.events}",
        at=at,
    )
