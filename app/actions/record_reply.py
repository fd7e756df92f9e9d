"""Record what a vendor answered, and show what would follow before it is saved."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.file_request import IDEMPOTENT_FOR
from app.actions.mail_out import queue_mail
from app.actions.read_filing import RequestStanding, standing_of
from app.actions.set_dates import dates_of, set_dates
from app.domain.deadlines import DueDates
from app.domain.timeline import (
    NEXT,
    REPLY_KINDS,
    Actor,
    CannotFollowError,
    DenialGround,
    Event,
    EventKind,
    Evidence,
    Standing,
    Status,
    replay,
)
from app.store import audit, people, requests
from app.store.base import new_id
from app.store.outbox import MessageKind
from app.store.sealing import Where, seal

LONGEST_TEXT = 20_000


class ReplyBody(BaseModel):
    """A vendor's reply, as the API, the form and the CSV give it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    received_on: date
    kind: EventKind
    denial_ground: DenialGround | None = None
    until: date | None = None
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    evidence: Evidence = Evidence.STAFF
    vendor_reference: Annotated[str, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> "ReplyBody":
        if self.kind not in REPLY_KINDS:
            raise PydanticCustomError("kind", "kind is none that a vendor can say")
        if self.kind is EventKind.REFUSED and self.denial_ground is None:
            raise PydanticCustomError(
                "denial_ground", "denial_ground is missing: a refusal has one"
            )
        if self.kind is not EventKind.REFUSED and self.denial_ground is not None:
            raise PydanticCustomError(
                "denial_ground", "denial_ground goes with a refusal alone"
            )
        if (self.kind is EventKind.EXTENDED) != (self.until is not None):
            raise PydanticCustomError("until", "until goes with an extension")
        return self


@dataclass(frozen=True, slots=True)
class Recorded:
    """The request as it stands now."""

    request: RequestStanding


@dataclass(frozen=True, slots=True)
class CannotFollow:
    """The reply cannot follow the present status; nothing was changed."""

    kind: EventKind
    status: Status

    @property
    def why(self) -> str:
        """What cannot follow what."""
        return f"{self.kind} cannot follow {self.status}"


@dataclass(frozen=True, slots=True)
class NotThatDay:
    """The day cannot be: before it was sent, or after today."""


@dataclass(frozen=True, slots=True)
class UnknownRequest:
    """There is no such request."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving a reply would do."""

    before: Standing
    after: Standing
    dates: DueDates | None
    dates_before: DueDates | None


def event_of(body: ReplyBody, *, at: datetime, commitment: bytes | None) -> Event:
    """Return the event that a reply is."""
    return Event(
        kind=body.kind,
        at=at,
        by=Actor.VENDOR,
        on=body.received_on,
        denial_ground=body.denial_ground,
        evidence=body.evidence,
        until=body.until,
        commitment=commitment,
    )


def preview_reply(
    session: Session, desk: Desk, request_id: UUID, body: ReplyBody, *, at: datetime
) -> Preview | CannotFollow | NotThatDay | UnknownRequest:
    """Return what would follow, and change nothing."""
    request = requests.by_id(session, request_id)
    if request is None:
        return UnknownRequest()
    if not _day_fits(request, body, at):
        return NotThatDay()
    history = requests.timeline(session, request.filing_id, request.id)
    event = event_of(body, at=at, commitment=None)
    try:
        after = replay((*history, event))
    except CannotFollowError as wrong:
        return CannotFollow(wrong.kind, wrong.status)
    filing = session.get_one(people.Filing, request.filing_id)
    dates, before = (
        dates_of(
            desk.rulebook,
            desk.directory,
            residence=filing.residence,
            vendor=request.vendor,
            law=request.law,
            events=events,
        )
        for events in ((*history, event), history)
    )
    return Preview(replay(history), after, dates, before)


def _day_fits(request: requests.Request, body: ReplyBody, at: datetime) -> bool:
    """Return whether a reply can have come on its day."""
    return body.received_on <= at.date() and (
        request.sent_on is None or body.received_on >= request.sent_on
    )


def record_reply(
    session: Session,
    desk: Desk,
    request_id: UUID,
    body: ReplyBody,
    *,
    at: datetime,
    staff_id: UUID | None,
    idempotency_key: str | None = None,
) -> Recorded | CannotFollow | NotThatDay | UnknownRequest:
    """Record a reply: the event, its sealed words, the dates, the resident's mail."""
    found = requests.by_id(session, request_id)
    if found is None:
        return UnknownRequest()
    request = requests.locked(session, found.filing_id, found.id)
    if request is None:
        return UnknownRequest()
    if idempotency_key is not None and _seen(session, desk, request, idempotency_key):
        return Recorded(standing_of(session, request))
    if not _day_fits(request, body, at):
        return NotThatDay()
    nonce = secrets.token_bytes(32)
    words = body.text.encode()
    commitment = hashlib.sha256(nonce + words).digest()
    try:
        requests.record(session, request, event_of(body, at=at, commitment=commitment))
    except CannotFollowError as wrong:
        return CannotFollow(wrong.kind, wrong.status)
    filing = session.get_one(people.Filing, request.filing_id)
    if filing.purged_at is None:
        _seal_words(session, desk, filing, request, body, nonce, at=at)
        queue_mail(
            session,
            desk,
            filing.id,
            MessageKind.ANSWERED,
            dedupe=f"answered {at:%Y-%m-%d}",
            at=at,
        )
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    audit.append(
        session,
        at=at,
        actor=str(staff_id) if staff_id else "command",
        action="reply recorded",
        subject=request.number,
        kind=body.kind,
        received_on=body.received_on.isoformat(),
    )
    if idempotency_key is not None:
        _remember(session, desk, request, idempotency_key, at)
    return Recorded(standing_of(session, request))


def _seal_words(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    body: ReplyBody,
    nonce: bytes,
    *,
    at: datetime,
) -> None:
    reply_id = new_id(at)
    content = {
        "text": body.text,
        "vendor_reference": body.vendor_reference,
        "nonce": nonce.hex(),
    }
    thing = seal(
        json.dumps(content, ensure_ascii=False).encode(),
        Where("reply", str(reply_id)),
        desk.keys.epoch,
        filing.receipt_public,
    )
    session.execute(
        insert(requests.Reply.__table__),
        {
            "filing_id": filing.id,
            "id": reply_id,
            "request_id": request.id,
            "place": request.events,
            "received_on": body.received_on,
            "recorded_at": at,
            **people.columns(thing),
        },
    )


def _seen(session: Session, desk: Desk, request: requests.Request, key: str) -> bool:
    hashes = desk.keys.candidates("reply key", request.id.bytes + key.encode())
    known = select(people.Idempotency.key_hash).where(
        people.Idempotency.key_hash.in_(hashes)
    )
    return session.scalar(known) is not None


def _remember(
    session: Session, desk: Desk, request: requests.Request, key: str, at: datetime
) -> None:
    session.execute(
        insert(people.Idempotency.__table__),
        {
            "key_hash": desk.keys.hash("reply key", request.id.bytes + key.encode()),
            "body_hash": b"",
            "sealed_answer": b"",
            "expires_at": at + IDEMPOTENT_FOR,
        },
    )


def may_follow(status: Status) -> tuple[EventKind, ...]:
    """Return the replies that can follow a status, in the order of their words."""
    return tuple(k for k in EventKind if k in REPLY_KINDS and (status, k) in NEXT)


def retract(
    session: Session,
    desk: Desk,
    request_id: UUID,
    place: int,
    *,
    at: datetime,
    staff_id: UUID,
) -> Recorded | CannotFollow | UnknownRequest:
    """Take an event back by another event; what was written stays to be seen."""
    found = requests.by_id(session, request_id)
    if found is None:
        return UnknownRequest()
    request = requests.locked(session, found.filing_id, found.id)
    if request is None:
        return UnknownRequest()
    event = Event(kind=EventKind.RETRACTED, at=at, by=Actor.STAFF, retracts=place)
    try:
        requests.record(session, request, event)
    except CannotFollowError as wrong:
        return CannotFollow(EventKind.RETRACTED, wrong.status)
    except ValueError:
        return CannotFollow(EventKind.RETRACTED, request.status)
    filing = session.get_one(people.Filing, request.filing_id)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="entry retracted",
        subject=request.number,
        place=place,
    )
    return Recorded(standing_of(session, request))
