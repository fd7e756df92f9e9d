"""Prepare a filing: decide, write its letters and seal, before anything is written.

All that costs time happens here, with no transaction open, so that a writer holds the
database no longer than its rows take.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from app.actions.check_eligibility import UnknownValueError, residence_of
from app.actions.choose_vendors import (
    Chosen,
    ChosenCircle,
    Unfit,
    Why,
    choose,
    choose_circle,
)
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.actions.letter_facts import letter_facts
from app.actions.mail_out import mail_row
from app.actions.portal import CODE_LIVES, UNCONFIRMED_LIVES
from app.actions.protocol_message import protocol_message
from app.actions.reply_links import (
    SEALED_AS,
    last_day,
    link_row,
    new_secret,
    path_of,
    token_of,
)
from app.domain.due_dates import Certainty
from app.domain.eligibility import Answer
from app.domain.facts import Capacity
from app.domain.grounds import Verdict
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
from app.domain.ways import agent_allowed
from app.letters import Letter
from app.store import people, requests
from app.store.base import new_id
from app.store.outbox import Message, MessageKind
from app.store.people import CodePurpose, FilingStatus
from app.store.sealing import Sealer, Where, receipt_public
from app.words.mandate import mandate

SIX_DIGITS = 10**6
MANDATE, MANDATE_MAILED = "mandate", "mandate_mailed"
"""Beside the person: what they agree to, and that it is mailed to them with the code.

Filings from before it was mailed hold the text alone.
"""


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
    broadcast: int | None = None
    """How many vendors a broadcast asks."""
    mandate: str | None = None
    """What the person agrees to by confirming, where somebody else files for them."""


Row = tuple[Table, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A filing that only has to be written down, or why there can be none."""

    body: FilingBody
    outcome: Filed | Unfit
    rows: tuple[Row, ...] = ()
    circle: ChosenCircle | None = None
    """Whom a broadcast asks."""


def prepare(desk: Desk, body: FilingBody, *, at: datetime) -> Prepared:
    """Decide for each vendor, write the letters and seal what is personal."""
    try:
        place = residence_of(desk.rulebook.places, body.residence)
    except UnknownValueError as unknown:
        return Prepared(
            body, Unfit("residence", Why.UNKNOWN_RESIDENCE, unknown.nearest)
        )
    on = place.day(at)
    if body.broadcast is not None:
        circle = choose_circle(desk, body.broadcast, body, on)
        if isinstance(circle, Unfit):
            return Prepared(body, circle)
        whole = _prepared(desk, body, (), on=on, at=at)
        assert isinstance(whole.outcome, Filed)  # noqa: S101 - it was decided
        filed = replace(whole.outcome, broadcast=len(circle.vendors))
        return replace(whole, outcome=filed, circle=circle)
    chosen = choose(desk, body, on)
    if isinstance(chosen, Unfit):
        return Prepared(body, chosen)
    return _prepared(desk, body, chosen, on=on, at=at)


def mailbox_hash(desk: Desk, email: str) -> bytes:
    """Return the keyed hash under which a mailbox is known."""
    return mailbox_hashes(desk, email)[0]


def mailbox_hashes(desk: Desk, email: str) -> tuple[bytes, ...]:
    """Return every keyed hash under which a mailbox may be known, newest first."""
    return desk.keys.candidates("mailbox", email.casefold().encode())


def _prepared(
    desk: Desk,
    body: FilingBody,
    chosen: tuple[Chosen, ...],
    *,
    on: date,
    at: datetime,
) -> Prepared:
    filing_id = new_id(at)
    receipt = receipt_from(secrets.randbits(RECEIPT_BITS))
    public = receipt_public(secret_of(receipt))
    confirm_by = at + UNCONFIRMED_LIVES
    code, token = code_from(secrets.randbelow(SIX_DIGITS)), secrets.token_urlsafe(24)
    sealer = Sealer(desk.keys.epoch, public)
    answers = new_secret()
    made = [
        _request(desk, body, one, filing_id, answers, on=on, at=at) for one in chosen
    ]
    secret = {"code": code, "token": token, "to": body.resident.email}
    rows: list[Row] = [
        (people.Filing.__table__, _filing(body, desk, filing_id, on, at, public)),
        (
            people.Receipt.__table__,
            {
                "hash": desk.keys.hash("receipt", secret_of(receipt)),
                "filing_id": filing_id,
            },
        ),
        (people.Person.__table__, _person(desk, body, filing_id, answers, sealer)),
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
                MessageKind.CONFIRM,
                dedupe="confirm",
                secret=secret,
                seal=sealer.seal,
                at=at,
            ),
        ),
    ]
    for one in made:
        rows += one.rows
    for one in made:
        if one.letter is not None:
            row = letter_row(
                filing_id,
                one.told.id,
                one.letter,
                one.to,
                sealer,
                protocol=one.protocol,
                at=at,
            )
            rows.append((requests.Letter.__table__, row))
    told = tuple(one.told for one in made)
    filed = Filed(filing_id, receipt, confirm_by, told, mandate=_agrees_to(body))
    return Prepared(body, filed, tuple(rows))


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
    desk: Desk, body: FilingBody, filing_id: UUID, answers: str, sealer: Sealer
) -> dict[str, object]:
    document = body.model_dump(mode="json", include={"resident", "person", "on_behalf"})
    document[SEALED_AS] = answers
    agrees = _agrees_to(body)
    if agrees is not None:
        document |= {MANDATE: agrees, MANDATE_MAILED: True}
    thing = sealer.seal(
        json.dumps(document, ensure_ascii=False).encode(),
        Where("person", str(filing_id)),
    )
    return {
        "filing_id": filing_id,
        "email_index": mailbox_hash(desk, body.resident.email),
        **people.columns(thing),
    }


def _agrees_to(body: FilingBody) -> str | None:
    """Return what the person agrees to by confirming; a parent needs no permission."""
    parent = body.person.capacity is Capacity.PARENT_OF_CHILD
    if body.on_behalf is None or parent:
        return None
    return mandate(body.language, body.asked)


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
    rows: tuple[Row, ...]
    letter: Letter | None
    to: str | None
    protocol: dict[str, Any] | None
    """What goes to its own system, where the letter only says so."""


def _request(
    desk: Desk,
    body: FilingBody,
    one: Chosen,
    filing_id: UUID,
    answers: str,
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
    rests = one.rests
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
        "assigned_to": None,
        "unseen": None,
        "by_hand": None,
    }
    finds = {"filing_id": filing_id, "request_id": request_id}
    letter, protocol = None, None
    if one.kind is RouteKind.DRP and one.way.by_oneself is None:
        letter, protocol = protocol_message(body, one)
    if one.kind is RouteKind.EMAIL:
        letter = desk.letters.request(
            letter_facts(
                desk,
                body,
                one,
                number=number,
                local=local,
                on=on,
                answer=(
                    desk.portal.link(path_of(token_of(answers, request_id))),
                    last_day(on),
                ),
            )
        )
    return _NewRequest(
        FiledRequest(request_id, number, one.vendor.slug, one.kind, one.answer.verdict),
        (
            (requests.Request.__table__, row),
            (requests.RequestNumber.__table__, {"number": number, **finds}),
            (requests.ReplyAddress.__table__, {"local": local, **finds}),
            (
                requests.ReplyLink.__table__,
                link_row(desk.keys, answers, filing_id, request_id, on),
            ),
            (requests.TimelineEntry.__table__, first),
        ),
        letter,
        one.route.api_base if protocol else one.route.address,
        protocol,
    )


def _told(one: Chosen, at_best: Certainty) -> dict[str, Any]:
    """Return what the person was told, without anything about them."""
    rests = one.rests
    return {
        "verdict": one.answer.verdict,
        "on": one.answer.on.isoformat(),
        "url": one.route.url,
        "demands": sorted(one.route.demands),
        "by_oneself": one.way.by_oneself,
        "agent_allowed": agent_allowed(one.vendor, one.answer, rests),
        "nobody_else_opts_out": rests.nobody_else_opts_out,
        "at_best": at_best,
        "rests_on": rests.laws,
        "grounds": grounds_told(one.answer),
    }


def grounds_told(answer: Answer) -> list[dict[str, Any]]:
    """Return the grounds of an answer that give something, as they are kept."""
    return [
        {
            "kind": g.kind,
            "id": g.id,
            "right": g.right,
            "outcome": g.outcome,
            "reasons": [r.code for r in g.reasons],
            "short_name": g.short_name,
            "citation": g.citation,
        }
        for g in answer.grounds
        if g.outcome is not Verdict.NOT_ELIGIBLE
    ]


def letter_row(
    filing_id: UUID,
    request_id: UUID,
    letter: Letter,
    to: str | None,
    sealer: Sealer,
    *,
    kind: str = "request",
    protocol: Mapping[str, Any] | None = None,
    answers: Mapping[str, str | None] | None = None,
    at: datetime,
) -> dict[str, object]:
    """Return the row of a letter, sealed exactly as its page showed it.

    ``answers`` leads the worker to the mail that it answers.
    """
    letter_id = new_id(at)
    content: dict[str, Any] = {
        "to": to,
        "subject": letter.subject,
        "text": letter.text,
    }
    if protocol is not None:
        content["protocol"] = protocol
    content |= answers or {}
    thing = sealer.seal(
        json.dumps(content, ensure_ascii=False).encode(),
        Where("letter", str(letter_id)),
    )
    return {
        "filing_id": filing_id,
        "id": letter_id,
        "request_id": request_id,
        "kind": kind,
        "language": letter.language,
        "created_at": at,
        **people.columns(thing),
    }
