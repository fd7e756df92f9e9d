"""File: record the filing, its sealed person, its requests and their first entries."""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table
from sqlalchemy.orm import Session

from app.actions.check_eligibility import UnknownValueError, residence_of
from app.actions.choose_vendors import Chosen, Unfit, Why, choose
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.actions.letter_facts import invoked_by, letter_facts
from app.actions.mail_out import mail_row
from app.actions.portal import CODE_LIVES, UNCONFIRMED_LIVES
from app.domain.due_dates import Certainty
from app.domain.grounds import Verdict
from app.domain.places import Place
from app.domain.receipts import (
    ADDRESS_BITS,
    NUMBER_BITS,
    RECEIPT_BITS,
    address_from,
    code_from,
    number_from,
    receipt_from,
    secret_of,
)
from app.domain.timeline import Actor, Event, EventKind, Status
from app.domain.vendors import RouteKind
from app.letters import Letter
from app.store import limits, people, requests
from app.store.base import insert_together, new_id, take_place
from app.store.outbox import Message, MessageKind
from app.store.people import CodePurpose, FilingStatus
from app.store.sealing import (
    Where,
    decrypt,
    encrypt,
    key_from,
    receipt_public,
    seal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

IDEMPOTENT_FOR = timedelta(hours=24)
FILINGS_AN_HOUR = 60
MAILS_A_DAY = 3
"""That ask a mailbox to confirm, whatever the source (security, row 14)."""
CODES_A_DAY = 10
"""To a mailbox that has confirmed, for who holds a receipt or lost one."""
DAY = timedelta(days=1)
SIX_DIGITS = 10**6


@dataclass(frozen=True, slots=True)
class FiledRequest:
    """One request of a filing that was just made."""

    id: UUID
    number: str
    vendor: str
    route: RouteKind
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Filed:
    """What the filer is told, receipt included."""

    filing: UUID
    receipt: str
    confirm_by: datetime
    requests: tuple[FiledRequest, ...]


@dataclass(frozen=True, slots=True)
class Limited:
    """Too many of something; try again later."""

    seconds: int


@dataclass(frozen=True, slots=True)
class OtherBody:
    """The same key came with another body."""


class BusyError(Exception):
    """Somebody files with the same key at this moment; ask again."""


def day_there(place: Place, at: datetime) -> date:
    """Return the day at a place."""
    return at.astimezone(ZoneInfo(place.zone)).date()


def file_request(
    session: Session,
    desk: Desk,
    body: FilingBody,
    *,
    at: datetime,
    caller: bytes,
    idempotency_key: str | None = None,
) -> Filed | Unfit | Limited | OtherBody:
    """Record a filing; nothing is sent to a vendor before it is confirmed.

    ``caller`` is the keyed hash of the address that it comes from. The same
    ``idempotency_key`` with the same body gives the same answer for a day.

    Raises:
        BusyError: If the same key is being filed by somebody else right now.
    """
    body_hash = desk.keys.hash("body", body.model_dump_json().encode())
    if idempotency_key is not None:
        told = _told_before(session, desk, idempotency_key, body_hash, at)
        if told is not None:
            return told
    try:
        place = residence_of(desk.rulebook.places, body.residence)
    except UnknownValueError as unknown:
        return Unfit("residence", Why.UNKNOWN_RESIDENCE, unknown.nearest)
    on = day_there(place, at)
    chosen = choose(desk, body, on)
    if isinstance(chosen, Unfit):
        return chosen
    wait = _wait(session, desk, body, caller, at)
    if wait is not None:
        return Limited(int(wait.total_seconds()) + 1)
    filed = _record(session, desk, body, chosen, on=on, at=at)
    if idempotency_key is not None:
        _remember(session, desk, idempotency_key, body_hash, filed, at)
    return filed


def mailbox_hash(desk: Desk, email: str) -> bytes:
    """Return the keyed hash under which a mailbox is known."""
    return desk.keys.hash("mailbox", email.casefold().encode())


def _wait(
    session: Session, desk: Desk, body: FilingBody, caller: bytes, at: datetime
) -> timedelta | None:
    by_caller = limits.take(
        session,
        desk.keys.hash("limit filings", caller),
        at=at,
        limit=FILINGS_AN_HOUR,
        period=timedelta(hours=1),
    )
    return by_caller or mail_allowance(
        session, desk, mailbox_hash(desk, body.resident.email), at=at
    )


def mail_allowance(
    session: Session, desk: Desk, mailbox: bytes, *, at: datetime
) -> timedelta | None:
    """Use one of the mails that ask a mailbox to confirm; return how long to wait.

    As many for a mailbox that we know as for any other: whoever files sees when there
    are no more (security, row 6).
    """
    key = desk.keys.hash("limit mails", mailbox)
    return limits.take(session, key, at=at, limit=MAILS_A_DAY, period=DAY)


def code_allowance(
    session: Session, desk: Desk, mailbox: bytes, *, at: datetime
) -> timedelta | None:
    """Use one of the codes of a mailbox that has confirmed; return how long to wait.

    They are counted apart from what asks to confirm, so that what its owner does here
    shows to nobody who files.
    """
    key = desk.keys.hash("limit codes", mailbox)
    return limits.take(session, key, at=at, limit=CODES_A_DAY, period=DAY)


def _record(
    session: Session,
    desk: Desk,
    body: FilingBody,
    chosen: tuple[Chosen, ...],
    *,
    on: date,
    at: datetime,
) -> Filed:
    filing_id = new_id(at)
    receipt = receipt_from(secrets.randbits(RECEIPT_BITS))
    public = receipt_public(secret_of(receipt))
    confirm_by = at + UNCONFIRMED_LIVES
    code, token = code_from(secrets.randbelow(SIX_DIGITS)), secrets.token_urlsafe(24)
    made = [new_request(desk, body, one, filing_id, on=on, at=at) for one in chosen]
    secret = {"code": code, "token": token, "to": body.resident.email}
    rows: list[tuple[Table, Mapping[str, object]]] = [
        (people.Filing.__table__, _filing(body, desk, filing_id, on, at, public)),
        (
            people.Receipt.__table__,
            {
                "hash": desk.keys.hash("receipt", secret_of(receipt)),
                "filing_id": filing_id,
            },
        ),
        (people.Person.__table__, _person(desk, body, filing_id, public)),
        (
            people.Confirmation.__table__,
            {
                "token_hash": desk.keys.hash("confirmation", token.encode()),
                "filing_id": filing_id,
                "expires_at": confirm_by,
                "used_at": None,
            },
        ),
        (
            people.Code.__table__,
            code_row(desk, filing_id, CodePurpose.CONFIRM, code, at),
        ),
        (
            Message.__table__,
            mail_row(
                desk,
                filing_id,
                public,
                MessageKind.CONFIRM,
                dedupe="confirm",
                secret=secret,
                at=at,
            ),
        ),
    ]
    for table, values in (row for one in made for row in one.rows):
        rows.append((table, values))
    for one in made:
        if one.letter is not None:
            row = _letter(desk, filing_id, one.told.id, one.letter, one.to, public, at)
            rows.append((requests.Letter.__table__, row))
    insert_together(session, *rows)
    return Filed(filing_id, receipt, confirm_by, tuple(one.told for one in made))


def _filing(
    body: FilingBody,
    desk: Desk,
    filing_id: UUID,
    on: date,
    at: datetime,
    public: bytes,
) -> dict[str, object]:
    return {
        "id": filing_id,
        "residence": body.residence,
        "language": body.language.value,
        "asks": body.asks.value,
        "on_behalf": body.on_behalf is not None,
        "status": FilingStatus.UNCONFIRMED,
        "rulebook": desk.rulebook.pack.fingerprint,
        "filed_on": on,
        "filed_at": at,
        "confirm_by": at + UNCONFIRMED_LIVES,
        "confirmed_at": None,
        "closed_on": None,
        "purge_on": on + people.KEPT_AT_MOST,
        "purged_at": None,
        "receipt_public": public,
    }


def _person(
    desk: Desk, body: FilingBody, filing_id: UUID, public: bytes
) -> dict[str, object]:
    document = body.model_dump(mode="json", include={"resident", "person", "on_behalf"})
    thing = seal(
        json.dumps(document, ensure_ascii=False).encode(),
        Where("person", str(filing_id)),
        desk.keys.epoch,
        public,
    )
    return {
        "filing_id": filing_id,
        "email_index": mailbox_hash(desk, body.resident.email),
        **people.columns(thing),
    }


def code_row(
    desk: Desk, filing_id: UUID, purpose: CodePurpose, code: str, at: datetime
) -> dict[str, object]:
    """Return the row of a new code."""
    return {
        "filing_id": filing_id,
        "purpose": purpose,
        "code_hash": code_hash(desk, filing_id, purpose, code),
        "expires_at": at + CODE_LIVES,
        "tries": 0,
        "used_at": None,
    }


def code_hash(desk: Desk, filing_id: UUID, purpose: CodePurpose, code: str) -> bytes:
    """Return the keyed hash of a code; it fits one filing and one purpose."""
    return desk.keys.hash(f"code {purpose}", filing_id.bytes + code.encode())


@dataclass(frozen=True, slots=True)
class _NewRequest:
    told: FiledRequest
    rows: tuple[tuple[Table, dict[str, object]], ...]
    letter: Letter | None
    to: str | None


def new_request(
    desk: Desk,
    body: FilingBody,
    one: Chosen,
    filing_id: UUID,
    *,
    on: date,
    at: datetime,
) -> _NewRequest:
    """Return a request's rows and its letter."""
    request_id = new_id(at)
    number = number_from(secrets.randbits(NUMBER_BITS))
    local = address_from(secrets.randbits(ADDRESS_BITS))
    filed = Event(kind=EventKind.FILED, at=at, by=Actor.RESIDENT)
    first = requests.first_entry(filing_id, request_id, filed)
    rests = invoked_by(body, one)
    law = rests.law
    row: dict[str, object] = {
        "filing_id": filing_id,
        "id": request_id,
        "number": number,
        "vendor": one.vendor.slug,
        "route": one.kind,
        "reply_to": local,
        "verdict": one.answer.verdict,
        "law": law.id if law else None,
        "told": _told(one, rests.at_best),
        "status": Status.UNCONFIRMED,
        "outcome": None,
        "denial_ground": None,
        "evidence": None,
        "sent_on": None,
        "respond_due": None,
        "extended_due": None,
        "due": None,
        "certainty": "none",
        "complaint_until": None,
        "reminded_on": None,
        "events": 1,
        "head": first["hash"],
    }
    finds = {"filing_id": filing_id, "request_id": request_id}
    letter = None
    if one.kind is RouteKind.EMAIL:
        letter = desk.letters.request(
            letter_facts(desk, body, one, number=number, local=local, on=on)
        )
    return _NewRequest(
        FiledRequest(request_id, number, one.vendor.slug, one.kind, one.answer.verdict),
        (
            (requests.Request.__table__, row),
            (requests.RequestNumber.__table__, {"number": number, **finds}),
            (requests.ReplyAddress.__table__, {"local": local, **finds}),
            (requests.TimelineEntry.__table__, first),
        ),
        letter,
        one.route.address,
    )


def _told(one: Chosen, at_best: Certainty) -> dict[str, Any]:
    """Return what the person was told, without anything about them."""
    return {
        "verdict": one.answer.verdict,
        "on": one.answer.on.isoformat(),
        "url": one.route.url,
        "demands": sorted(one.route.demands),
        "at_best": at_best,
        "grounds": [
            {
                "kind": g.kind,
                "id": g.id,
                "right": g.right,
                "outcome": g.outcome,
                "reasons": [r.code for r in g.reasons],
                "short_name": g.short_name,
                "citation": g.citation,
            }
            for g in one.answer.grounds
            if g.outcome is not Verdict.NOT_ELIGIBLE
        ],
    }


def _letter(
    desk: Desk,
    filing_id: UUID,
    request_id: UUID,
    letter: Letter,
    to: str | None,
    public: bytes,
    at: datetime,
) -> dict[str, object]:
    """Return the row of what leaves exactly as *check answers* showed it."""
    letter_id = new_id(at)
    content = {"to": to, "subject": letter.subject, "text": letter.text}
    thing = seal(
        json.dumps(content, ensure_ascii=False).encode(),
        Where("letter", str(letter_id)),
        desk.keys.epoch,
        public,
    )
    return {
        "filing_id": filing_id,
        "id": letter_id,
        "request_id": request_id,
        "kind": "request",
        "language": letter.language,
        "created_at": at,
        **people.columns(thing),
    }


# The same key, the same answer


def _told_before(
    session: Session, desk: Desk, key: str, body_hash: bytes, at: datetime
) -> Filed | OtherBody | None:
    hashes = desk.keys.candidates("idempotency", key.encode())
    row = people.told_before(session, hashes, at=at)
    if row is None:
        return None
    if row.body_hash != body_hash:
        return OtherBody()
    opened = decrypt(
        key_from(key.encode(), "idempotent answer"), row.sealed_answer, row.key_hash
    )
    return _read(json.loads(opened))


def _remember(
    session: Session,
    desk: Desk,
    key: str,
    body_hash: bytes,
    filed: Filed,
    at: datetime,
) -> None:
    key_hash = desk.keys.hash("idempotency", key.encode())
    answer = json.dumps(_written(filed)).encode()
    row = {
        "key_hash": key_hash,
        "body_hash": body_hash,
        "sealed_answer": encrypt(
            key_from(key.encode(), "idempotent answer"), answer, key_hash
        ),
        "expires_at": at + IDEMPOTENT_FOR,
    }
    # Only what has expired makes room: a row that came while we filed is an answer.
    if not take_place(
        session, people.Idempotency.__table__, row, over="expires_at", at=at
    ):
        raise BusyError


def _written(filed: Filed) -> dict[str, Any]:
    return {
        "filing": str(filed.filing),
        "receipt": filed.receipt,
        "confirm_by": filed.confirm_by.isoformat(),
        "requests": [
            [str(r.id), r.number, r.vendor, r.route, r.verdict] for r in filed.requests
        ],
    }


def _read(document: dict[str, Any]) -> Filed:
    return Filed(
        UUID(document["filing"]),
        document["receipt"],
        datetime.fromisoformat(document["confirm_by"]),
        tuple(
            FiledRequest(UUID(i), n, v, RouteKind(r), Verdict(d))
            for i, n, v, r, d in document["requests"]
        ),
    )
