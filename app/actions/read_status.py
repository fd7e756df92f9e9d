"""Ask companies' own systems where requests stand: seldom, spread, and never all at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from app.actions.call_vendor import is_parked, learned_from, reading_of
from app.actions.deliver import Post
from app.actions.open_protocol import opened
from app.actions.protocol_rows import keep_answer
from app.actions.speak_protocol import Call, Came, speak
from app.actions.take_status import Fetched, take_status
from app.channels.base import Delivery
from app.domain.drp import after_failure
from app.store import protocol, requests
from app.store.protocol import Oddity, ProtocolRequest

log = structlog.get_logger()

AT_ONCE = 20
WHILE_PARKED = timedelta(hours=6)
Key = tuple[UUID, UUID]


def to_read(post: Post, *, at: datetime) -> Sequence[Key]:
    """Return the requests of which it is time to ask."""
    if post.protocol is None:
        return ()
    with post.store.reading() as session:
        return protocol.due_to_be_read(session, at=at, limit=AT_ONCE)


def read_status(post: Post, key: Key, *, at: datetime) -> bool:
    """Ask once where one request stands; return whether anybody was asked."""
    with post.store.writing() as session:
        call = _begun(session, post, key, at=at)
    if call is None or post.protocol is None:
        return False
    try:
        came = speak(post.protocol, call, at=at)
    except Exception as wrong:
        log.exception("channel broke", message=str(key[1]), why=type(wrong).__name__)
        came = Came(Delivery.UNKNOWN)
    with post.store.writing() as session:
        learned_from(session, post.desk, call, came, at=at)
        _settled(session, post, key, came, at=at)
    log.info("status asked", message=str(key[1]), delivery=came.delivery)
    return True


def _begun(session: Session, post: Post, key: Key, *, at: datetime) -> Call | None:
    """Take a request for this worker alone, and open what asks for it."""
    request = requests.locked(session, *key)
    row = session.get(ProtocolRequest, key, with_for_update=True)
    if request is None or row is None or not row.next_read or row.next_read > at:
        return None
    if row.thing is None:
        row.next_read = None
        return None
    found = reading_of(session, post.opener, request, row)
    if found is None:
        row.next_read = None
        return None
    if is_parked(session, found[0]):
        row.next_read = at + WHILE_PARKED
        return None
    row.next_read = at + post.lease
    return found[0]


def _settled(
    session: Session, post: Post, key: Key, came: Came, *, at: datetime
) -> None:
    request = requests.locked(session, *key)
    row = session.get(ProtocolRequest, key, with_for_update=True)
    if request is None or row is None or row.thing is None:
        return
    chance = post.chance()
    if came.delivery is Delivery.DELIVERED and came.answer is not None:
        content = opened(post.opener, row)
        it = Fetched(came.answer, content, at, chance)
        take_status(session, post.desk, request, row, it)
        return
    row.failures += 1
    row.next_read = after_failure(row.failures, at=at, chance=chance)
    if came.answer is not None:
        keep_answer(session, post.desk, key, Oddity.REFUSED, came.answer, at=at)
