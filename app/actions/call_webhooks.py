"""Call the programs of vendors and operators, with no transaction open.

Who does not take a call is called again, later each time; who answers 410 is called no
more. A program that fails or hangs keeps no other waiting.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.actions.deliver import Post, backoff
from app.actions.desk import Desk
from app.channels.outward import (
    ForbiddenError,
    LostError,
    NotSentError,
    Outward,
)
from app.domain.webhooks import headers
from app.store import people, webhooks
from app.store.opening import Opener
from app.store.sealing import CannotOpenError
from app.store.webhooks import LIVE, Webhook, WebhookCall

log = structlog.get_logger()

TRIES = 12
"""About a day and a half."""
AT_ONCE = 20
TOGETHER = 30.0
"""Seconds after which no other call is begun: chores that cannot wait come after."""
GONE = 410
Key = tuple[UUID, UUID]


def call_webhooks(post: Post, *, at: datetime) -> int:
    """Make the calls that are due; return how many were tried."""
    if post.outward is None:
        return 0
    with post.store.reading() as session:
        due = session.execute(
            select(WebhookCall.webhook_id, WebhookCall.id)
            .where(LIVE, WebhookCall.next_try <= at)
            .order_by(WebhookCall.next_try, WebhookCall.attempts, WebhookCall.id)
            .limit(AT_ONCE)
        ).all()
    until, tried = time.monotonic() + TOGETHER, 0
    for row in due:
        if time.monotonic() >= until:
            break
        try:
            tried += _call(post, post.outward, (row[0], row[1]), at=at)
        except Exception as wrong:
            log.exception("webhook", message=str(row[1]), why=type(wrong).__name__)
    return tried


def _call(post: Post, outward: Outward, key: Key, *, at: datetime) -> bool:
    with post.store.writing() as session:
        found = _claimed(session, post, key, at=at)
    if found is None:
        return False
    url, body, signed = found
    try:
        status = outward.call("POST", url, headers=dict(signed), body=body).status
    except (ForbiddenError, LostError, NotSentError) as wrong:
        log.warning("webhook not called", message=str(key[1]), why=type(wrong).__name__)
        status = 0
    with post.store.writing() as session:
        _settle(session, key, status, at=at)
    return True


def _claimed(
    session: Session, post: Post, key: Key, *, at: datetime
) -> tuple[str, str, Mapping[str, str]] | None:
    """Take a call for this worker alone, and return where it goes, its body, its head.

    The condition stands in the statement that takes it: of two workers one finds it.
    """
    hook = _held(session, key)
    attempts = session.scalar(
        update(WebhookCall)
        .where(
            WebhookCall.webhook_id == key[0],
            WebhookCall.id == key[1],
            LIVE,
            WebhookCall.next_try <= at,
        )
        .values(attempts=WebhookCall.attempts + 1, next_try=at + post.lease)
        .returning(WebhookCall.attempts)
        .execution_options(synchronize_session=False)
    )
    call = session.get_one(WebhookCall, key, populate_existing=True)
    if attempts is None:
        return None
    if hook.ended_at is not None or hook.thing is None:
        call.done_at = at
        return None
    call.next_try = at + backoff(attempts, post.chance())
    try:
        secret = post.opener.open(hook.thing, hook.place)
    except CannotOpenError:
        log.warning("webhook secret does not open", message=str(key[1]))
        _not_taken(session, call, at=at)
        return None
    signed = headers(
        secret,
        call.body.encode(),
        event=str(call.event),
        kind=call.kind,
        delivery=str(call.id),
        at=at,
    )
    return hook.url, call.body, signed


def _settle(session: Session, key: Key, status: int, *, at: datetime) -> None:
    hook = _held(session, key)
    call = session.get_one(WebhookCall, key, with_for_update=True)
    if 200 <= status < 300:  # noqa: PLR2004 - what the protocol calls success
        call.done_at, call.taken = at, True
    elif status == GONE:
        call.done_at = at
        webhooks.end(hook, at=at)
    else:
        _not_taken(session, call, at=at)


def _held(session: Session, key: Key) -> Webhook:
    """Return the address of a call, held before any of its calls: no ring of waits."""
    return session.get_one(Webhook, key[0], with_for_update={"key_share": True})


def _not_taken(session: Session, call: WebhookCall, *, at: datetime) -> None:
    """Give a call up after its last try; let the address's other calls wait as long."""
    if call.attempts >= TRIES:
        call.done_at = at
    session.execute(
        update(WebhookCall)
        .where(
            WebhookCall.webhook_id == call.webhook_id,
            WebhookCall.id != call.id,
            LIVE,
            WebhookCall.next_try <= at,
        )
        .values(next_try=call.next_try)
        .execution_options(synchronize_session=False)
    )


# Secrets that move to a new epoch


def hooks_behind(session: Session, epoch: str, after: UUID | None) -> Sequence[UUID]:
    """Return the webhooks whose secret is sealed to another epoch."""
    older = select(Webhook.id).where(
        Webhook.key_epoch.is_not(None), Webhook.epoch != epoch
    )
    if after is not None:
        older = older.where(Webhook.id > after)
    return session.scalars(older.order_by(Webhook.id)).all()


def rotate_hook(session: Session, hook_id: UUID, *, desk: Desk, opener: Opener) -> bool:
    """Move one secret to the newest epoch; False where it cannot be opened."""
    hook = session.get(Webhook, hook_id, with_for_update=True)
    if hook is None or hook.thing is None or hook.epoch == desk.keys.epoch.name:
        return True
    try:
        moved = opener.moved(
            hook.thing, hook.place, desk.keys.epoch, receipt_public=None
        )
    except CannotOpenError:
        return False
    for name, value in people.columns(moved).items():
        setattr(hook, name, value)
    return True
