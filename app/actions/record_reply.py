"""Record what a vendor answered."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.file_request import IDEMPOTENT_FOR, OtherBody
from app.actions.keep_evidence import Given, Kept, enclose, kept_as, put_behind
from app.actions.mail_out import queue_mail
from app.actions.read_filing import RequestStanding, standing_of
from app.actions.reply_days import reply_days
from app.actions.set_dates import set_dates
from app.actions.written_day import WrittenDay
from app.domain.authenticity import Authenticity
from app.domain.timeline import (
    NEXT,
    REPLY_KINDS,
    Actor,
    CannotFollowError,
    DenialGround,
    Event,
    EventKind,
    Evidence,
    Status,
    as_answered,
    as_told,
    replay,
    told_again,
)
from app.store import audit, inbox, people, requests
from app.store.base import new_id
from app.store.inbox import InboxMessage, MailPart, MailState
from app.store.outbox import MessageKind
from app.store.sealing import Sealer, Where

FORM = "efface words 2"
"""Names how the timeline commits to what was answered."""
LONGEST_TEXT = 20_000
BY_PEOPLE = (Evidence.MAIL, Evidence.LETTER, Evidence.RESIDENT, Evidence.STAFF)
"""How a person may know of a reply; what the portal fetched or checked it says itself
(contract, section 7)."""


class ReplyBody(BaseModel):
    """A vendor's reply, as the API, the form and the CSV give it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    known_by: ClassVar[tuple[Evidence, ...]] = BY_PEOPLE

    received_on: WrittenDay
    kind: EventKind
    denial_ground: DenialGround | None = None
    until: WrittenDay | None = None
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    evidence: Evidence = Evidence.STAFF
    """One of ``known_by``: the stronger ones are the portal's own to give."""
    vendor_reference: Annotated[str, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> "ReplyBody":
        if self.kind not in REPLY_KINDS:
            raise PydanticCustomError("kind", "is none that a vendor can say")
        if self.evidence not in self.known_by:
            raise PydanticCustomError("evidence", "is none that a person can give")
        if self.kind is EventKind.REFUSED and self.denial_ground is None:
            raise PydanticCustomError("denial_ground", "is missing: a refusal has one")
        if self.kind is not EventKind.REFUSED and self.denial_ground is not None:
            raise PydanticCustomError("denial_ground", "goes with a refusal alone")
        if self.denial_ground is DenialGround.OTHER and not self.text:
            raise PydanticCustomError(
                "text", "is missing: another ground needs its words"
            )
        if (self.kind is EventKind.EXTENDED) != (self.until is not None):
            raise PydanticCustomError(
                "until", "goes with an extension alone, and each has one"
            )
        if self.until is not None and self.until < self.received_on:
            raise PydanticCustomError("until", "lies before the reply")
        return self


class VendorAnswer(ReplyBody):
    """What a vendor says itself, on the page behind the link in its letter."""

    known_by: ClassVar[tuple[Evidence, ...]] = (Evidence.VENDOR_LINK,)

    evidence: Evidence = Evidence.VENDOR_LINK


@dataclass(frozen=True, slots=True)
class Recorded:
    """The request as it stands now."""

    request: RequestStanding


@dataclass(frozen=True, slots=True)
class CannotFollow:
    """The event cannot follow the present status; nothing was changed."""

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
class MovedOn:
    """Something was recorded since the effect was shown; nothing was changed."""


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


def events_of(
    history: Sequence[Event], event: Event, told_by: Actor
) -> tuple[Event, ...]:
    """Return what records a reply: it alone, or what opens the way for it first."""
    if told_by is Actor.VENDOR:
        return as_answered(history, event)
    return as_told(replay(history).status, event)


def record_reply(
    session: Session,
    desk: Desk,
    request_id: UUID,
    body: ReplyBody,
    *,
    at: datetime,
    staff_id: UUID | None,
    idempotency_key: str | None = None,
    shown: int | None = None,
    told_by: Actor = Actor.STAFF,
    files: Sequence[Kept] = (),
    mail_id: UUID | None = None,
    enclosed: Sequence[Given] = (),
) -> Recorded | CannotFollow | NotThatDay | UnknownRequest | OtherBody | MovedOn:
    """Record a reply: the event, its sealed words, the dates, the resident's mail.

    ``shown`` is the length of the timeline for which the effect was shown; ``told_by``
    says who tells of the reply, and ``files`` what they gave as evidence of it before.
    What is ``enclosed`` is sealed now, with the reply. One that came by ``mail_id`` is
    known as well as that mail was found to be authentic.
    """
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not request:
        return UnknownRequest()
    mail = _mail_about(session, request, mail_id)
    if isinstance(mail, UnknownRequest):
        return mail
    body = _known_by(body, mail)
    if idempotency_key is not None:
        before = _told_before(session, desk, request, idempotency_key, body)
        if before is not None:
            return before
    part = _part_about(session, request, mail)
    if _moved_on(request, shown, part or mail):
        return MovedOn()
    filing = session.get_one(people.Filing, request.filing_id)
    history = requests.timeline(session, filing.id, request.id)
    first, last = reply_days(desk, filing, request, history, at=at)
    if body.received_on > last or (first and body.received_on < first):
        return NotThatDay()
    new = tuple(kept_as(file, at=at) for file in enclosed)
    files = (*files, *new)
    nonce = secrets.token_bytes(32)
    commitment = hashlib.sha256(nonce + committed(body.text, files)).digest()
    event = event_of(body, at=at, commitment=commitment)
    try:
        requests.record(session, request, *events_of(history, event, told_by))
    except CannotFollowError as wrong:
        return CannotFollow(wrong.kind, wrong.status)
    if filing.purged_at is None:
        words = Words(body.text, body.vendor_reference, body.received_on)
        seal_words(session, desk, filing, request, words, files, nonce, at=at)
        put_behind(session, request, files)
        enclose(session, desk, request, dict(zip(new, enclosed, strict=True)), at=at)
        remember_reference(session, desk, request, body.vendor_reference)
        _put_mail_behind(session, request, mail, part)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    if idempotency_key is not None:
        _remember(session, desk, request, idempotency_key, body, at)
    if told_by is Actor.STAFF:
        request.unseen = None
    if told_by is not Actor.RESIDENT:  # who tells us has no need to be told
        tell_resident(session, desk, filing, at=at)
    audit.append(
        session,
        at=at,
        actor=_actor(told_by, staff_id),
        action="reply recorded",
        subject=request.number,
        kind=body.kind,
        received_on=body.received_on.isoformat(),
    )
    return Recorded(standing_of(session, request))


def _mail_about(
    session: Session, request: requests.Request, mail_id: UUID | None
) -> InboxMessage | UnknownRequest | None:
    if mail_id is None:
        return None
    mail = inbox.mail_by_id(session, mail_id, hold=True)
    if mail is None:
        return UnknownRequest()
    whole = mail.request_id == request.id
    return mail if whole or _part_about(session, request, mail) else UnknownRequest()


def _part_about(
    session: Session, request: requests.Request, mail: InboxMessage | None
) -> MailPart | None:
    """Return the part of a mail about a request, where the mail is about another one."""
    if mail is None or mail.request_id == request.id:
        return None
    return inbox.part_of(session, mail.id, request.filing_id, request.id)


def _known_by(body: ReplyBody, mail: InboxMessage | None) -> ReplyBody:
    if mail is None:
        return body
    return body.model_copy(update={"evidence": evidence_of(mail.authenticity)})


def _moved_on(
    request: requests.Request, shown: int | None, mail: InboxMessage | MailPart | None
) -> bool:
    recorded = mail is not None and mail.place is not None
    return recorded or (shown is not None and shown != request.events)


def _put_mail_behind(
    session: Session,
    request: requests.Request,
    mail: InboxMessage | None,
    part: MailPart | None,
) -> None:
    if mail is None:
        return
    if part is None:
        mail.state, mail.place = MailState.RECORDED, request.events
    else:
        part.place = request.events
    inbox.destroy_if_read(session, mail)


def evidence_of(found: Authenticity) -> Evidence:
    """Return how well a reply by mail is known."""
    if found is Authenticity.AUTHENTIC:
        return Evidence.AUTHENTICATED_MAIL
    return Evidence.MAIL


def _actor(told_by: Actor, staff_id: UUID | None) -> str:
    if told_by is not Actor.STAFF:
        return told_by
    return str(staff_id) if staff_id else "command"


def committed(text: str, files: Sequence[Kept], form: str | None = FORM) -> bytes:
    """Return what the timeline commits to after the nonce: the words, and the files.

    One line of JSON, names in the order of the alphabet, each file by its SHA-256 in
    hex. Replies from before that had a form hold the words as they are, and for each
    file a line end and its SHA-256: words that end in such a line read the same.
    """
    digests = [file.sha256 for file in files]
    if form is None:
        return "\n".join([text, *digests]).encode()
    said = {"files": digests, "form": form, "text": text}
    return json.dumps(
        said, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def news_of(at: datetime) -> str:
    """Return what names the mail of a day's news: one a day is enough."""
    return f"answered {at:%Y-%m-%d}"


def tell_resident(
    session: Session, desk: Desk, filing: people.Filing, *, at: datetime
) -> None:
    """Queue the mail that there is news, unless nobody is left to get it."""
    if filing.purged_at is None:
        queue_mail(
            session, desk, filing.id, MessageKind.ANSWERED, dedupe=news_of(at), at=at
        )


@dataclass(frozen=True, slots=True)
class Words:
    """What a vendor wrote, and what it calls the request."""

    text: str
    vendor_reference: str | None
    received_on: date
    fetched: bool = False
    """Whether we asked its own system for it."""
    secured: str | None = None
    """How the line was secured by which it came."""


def seal_words(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    words: Words,
    files: Sequence[Kept],
    nonce: bytes,
    *,
    place: int | None = None,
    at: datetime,
) -> None:
    """Seal what a vendor wrote, by default behind the newest entry of the timeline."""
    reply_id = new_id(at)
    content: dict[str, Any] = {
        "form": FORM,
        "text": words.text,
        "vendor_reference": words.vendor_reference,
        "nonce": nonce.hex(),
        "files": [file.document() for file in files],
    }
    if words.fetched:
        content |= {"fetched": True, "secured": words.secured}
    thing = Sealer(desk.keys.epoch, filing.receipt_public).seal(
        json.dumps(content, ensure_ascii=False).encode(), Where("reply", str(reply_id))
    )
    session.execute(
        insert(requests.Reply.__table__),
        {
            "filing_id": filing.id,
            "id": reply_id,
            "request_id": request.id,
            "place": request.events if place is None else place,
            "received_on": words.received_on,
            "recorded_at": at,
            **people.columns(thing),
        },
    )


def reference_hashes(desk: Desk, reference: str) -> tuple[bytes, ...]:
    """Return the hashes under which a vendor's reference may be stored."""
    return desk.keys.candidates("vendor reference", _folded(reference))


def _folded(reference: str) -> bytes:
    return "".join(reference.split()).casefold().encode()


def remember_reference(
    session: Session, desk: Desk, request: requests.Request, reference: str | None
) -> None:
    """Let a request be found by the reference that its vendor gave it."""
    if not reference:
        return
    key = (
        desk.keys.hash("vendor reference", _folded(reference)),
        request.filing_id,
        request.id,
    )
    if session.get(requests.VendorReference, key) is None:
        names = ("hash", "filing_id", "request_id")
        row = dict(zip(names, key, strict=True))
        session.execute(insert(requests.VendorReference.__table__), row)


def _body_hash(desk: Desk, body: ReplyBody) -> bytes:
    return desk.keys.hash("reply body", body.model_dump_json().encode())


def _told_before(
    session: Session,
    desk: Desk,
    request: requests.Request,
    key: str,
    body: ReplyBody,
) -> Recorded | OtherBody | None:
    hashes = desk.keys.candidates("reply key", request.id.bytes + key.encode())
    row = session.scalar(
        select(people.Idempotency).where(people.Idempotency.key_hash.in_(hashes))
    )
    if row is None:
        return None
    if row.body_hash != _body_hash(desk, body):
        return OtherBody()
    return Recorded(standing_of(session, request))


def _remember(
    session: Session,
    desk: Desk,
    request: requests.Request,
    key: str,
    body: ReplyBody,
    at: datetime,
) -> None:
    session.execute(
        insert(people.Idempotency.__table__),
        {
            "key_hash": desk.keys.hash("reply key", request.id.bytes + key.encode()),
            "body_hash": _body_hash(desk, body),
            "sealed_answer": b"",
            "expires_at": at + IDEMPOTENT_FOR,
        },
    )


def may_tell(status: Status) -> tuple[EventKind, ...]:
    """Return the replies that can be recorded, later ones included, in their order."""
    can = told_again(status) | {k for k in REPLY_KINDS if (status, k) in NEXT}
    return tuple(kind for kind in EventKind if kind in can)
