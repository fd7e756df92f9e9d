"""What leaves by the Data Rights Protocol: opened before, written down after."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions.address_mail import DestroyedError
from app.actions.desk import Desk
from app.actions.open_protocol import begun, hinted, opened, token_of
from app.actions.protocol_rows import business_of, keep_answer, keep_pair, pair_of
from app.actions.speak_protocol import Call, Came, What
from app.actions.take_status import Fetched, take_status
from app.channels.base import Delivery
from app.channels.drp import OK, document
from app.domain.drp import Exercise, Profile
from app.store import requests
from app.store.opening import Opener
from app.store.outbox import Message, MessageKind
from app.store.protocol import Oddity, ProtocolRequest
from app.store.sealing import Where


def is_parked(session: Session, call: Call) -> bool:
    """Return whether nothing may go to a business until somebody spoke with it."""
    pair = pair_of(session, call.to)
    return pair is not None and pair.parked_at is not None


def call_of(session: Session, desk: Desk, opener: Opener, message: Message) -> Call:
    """Return what a message asks of its company's own system.

    Raises:
        CannotOpenError: If the key that opens it is not here.
        DestroyedError: If there is nothing left to open.
    """
    key = (message.filing_id, message.request_id)
    request = session.get_one(requests.Request, key)
    if message.kind is MessageKind.EXERCISE:
        return _exercise(session, desk, opener, message, request)
    if message.thing is not None:
        where = Where("outbox", str(message.id))
        content = json.loads(opener.open(message.thing, where))
        content = json.loads(content["protocol"])
    else:
        row = session.get(ProtocolRequest, (request.filing_id, request.id))
        content = opened(opener, row) if row is not None and row.thing else {}
    if not content.get("request_id"):
        raise DestroyedError("the other side never gave it an id")
    if business_of(content["to"]).profile is not Profile.FULL:
        raise DestroyedError("this form of the protocol takes nothing back")
    return _call(session, opener, What.REVOKE, request, content, str(message.id))


def _exercise(
    session: Session,
    desk: Desk,
    opener: Opener,
    message: Message,
    request: requests.Request,
) -> Call:
    letter = session.get_one(requests.Letter, (message.filing_id, message.letter_id))
    if letter.thing is None:
        raise DestroyedError("nothing is left of it")
    where = Where("letter", str(letter.id))
    told = json.loads(opener.open(letter.thing, where))["protocol"]
    kept = {"to": told["to"], "right": told["right"]}
    key = (request.filing_id, request.id)
    _, content = begun(session, desk, opener, kept, message.id, key)
    claims = dict(told["claims"])
    if business_of(told["to"]).profile is Profile.FULL:
        back = f"/drp/callback/{content['callback']}"
        claims["status_callback"] = desk.portal.link(back)
    if not content["request_id"]:
        content = content | {"request_id": hinted(session, opener, request)}
    return _call(
        session, opener, What.EXERCISE, request, content, str(message.id), claims
    )


def reading_of(
    session: Session, opener: Opener, request: requests.Request, row: ProtocolRequest
) -> tuple[Call, dict[str, Any]] | None:
    """Return what asks where a request stands; None where its id is not known."""
    content = opened(opener, row)
    if not content["request_id"]:
        return None
    call = _call(session, opener, What.READ, request, content, str(row.message_id))
    return call, content


def _call(
    session: Session,
    opener: Opener,
    what: What,
    request: requests.Request,
    content: Mapping[str, Any],
    our_id: str,
    claims: Mapping[str, Any] | None = None,
) -> Call:
    to = business_of(content["to"])
    return Call(
        what=what,
        to=to,
        vendor=request.vendor,
        token=token_of(session, opener, to),
        our_id=our_id,
        their_id=content["request_id"],
        right=Exercise(content["right"]),
        claims=claims or {},
    )


def learned_from(
    session: Session, desk: Desk, call: Call, came: Came, *, at: datetime
) -> None:
    """Keep what a call taught us of the business itself."""
    keep_pair(session, desk, call.to, call.vendor, came.learned, at=at)


def called(
    session: Session,
    desk: Desk,
    opener: Opener,
    message: Message,
    came: Came,
    *,
    at: datetime,
) -> None:
    """Keep what the server answered to a message; its request is held."""
    key = (message.filing_id, message.request_id)
    request, row = (
        requests.locked(session, message.filing_id, key[1]) if key[1] else None,
        session.get(ProtocolRequest, key, with_for_update=True),
    )
    if request is None or row is None or came.answer is None:
        return
    place = (request.filing_id, request.id)
    if came.delivery is not Delivery.DELIVERED:
        fits = message.kind is MessageKind.EXERCISE
        odd = Oddity.REFUSED if fits else Oddity.NOT_REVOKED
        if fits and came.answer.status == OK and not document(came.answer):
            odd = Oddity.UNREADABLE
        keep_answer(session, desk, place, odd, came.answer, at=at)
        return
    if row.thing is None:
        return
    content = opened(opener, row)
    if message.kind is MessageKind.EXERCISE:
        guess = hinted(session, opener, request)
        given = document(came.answer).get("request_id")
        if guess and str(given) != guess:
            keep_answer(session, desk, place, Oddity.TWICE, came.answer, at=at)
    take_status(
        session, desk, request, row, Fetched(came.answer, content, at, chance=0.5)
    )
