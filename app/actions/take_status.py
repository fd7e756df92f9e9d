"""Record what a company's own system said when we asked it (contract, section 7).

A state that may follow sets status and outcome at once; one that may not is kept for
staff and changes nothing.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.keep_evidence import fetched, keep_fetched
from app.actions.protocol_rows import business_of, keep_answer, seal_row
from app.actions.record_reply import (
    Words,
    committed,
    remember_reference,
    seal_words,
    tell_resident,
)
from app.actions.set_dates import set_dates
from app.channels.drp import document
from app.channels.outward import Answered
from app.domain.drp import (
    EXPIRED,
    OPEN,
    PROOF_ASKED,
    REVOKED,
    Exercise,
    Profile,
    Said,
    State,
    Status,
    may_follow,
    moment_of,
    next_read,
    said,
    state_of,
)
from app.domain.timeline import (
    Actor,
    CannotFollowError,
    Event,
    EventKind,
    Evidence,
)
from app.domain.timeline import Status as Stands
from app.store import audit, people, requests
from app.store.protocol import Oddity, ProtocolRequest

LONGEST_DETAILS = 20_000
AGAIN = timedelta(days=1)
"""Until a server is asked again that said something odd."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer that says where a request stands, and what is known of the request."""

    answer: Answered
    content: dict[str, Any]
    """What is sealed of it."""
    at: datetime
    chance: float

    @property
    def document(self) -> dict[str, Any]:
        """What it says."""
        return document(self.answer)

    @property
    def state(self) -> State | None:
        """Where it says that the request stands."""
        found = self.document
        return state_of(found.get("status"), found.get("reason"))


def take_status(
    session: Session,
    desk: Desk,
    request: requests.Request,
    row: ProtocolRequest,
    it: Fetched,
) -> None:
    """Take one answer; the request is held."""
    key = (row.filing_id, row.id)
    odd = _odd(row, it)
    if odd is not None:
        keep_answer(session, desk, key, odd, it.answer, at=it.at)
        row.next_read = it.at + AGAIN
        return
    before, now = row.state, it.state
    assert now is not None  # noqa: S101 - else it was odd
    row.failures, row.read_at = 0, it.at
    if not may_follow(before, now):
        keep_answer(session, desk, key, Oddity.NOT_NEXT, it.answer, at=it.at)
        row.next_read = _next(row, before, it)
        return
    promised = moment_of(it.document.get("expected_by"))
    later = bool(
        promised and row.expected_by and promised.date() > row.expected_by.date()
    )
    worth = _worth_a_look(request, before, now)
    events = said(
        before, now, Exercise(it.content["right"]), stands=request.status, later=later
    )
    row.status, row.reason = now.status, now.reason
    row.expected_by = promised or row.expected_by
    row.next_read = _next(row, now, it)
    _keep_content(session, desk, row, it, now)
    recorded = _recorded(session, desk, request, it, events, promised)
    if events and not recorded:
        worth.append(Oddity.CANNOT_FOLLOW)
    if before is None and not recorded:
        worth.append(Oddity.FIRST)
    for oddity in worth:
        keep_answer(session, desk, key, oddity, it.answer, at=it.at)


def _odd(row: ProtocolRequest, it: Fetched) -> Oddity | None:
    """Return what keeps an answer from being taken at all."""
    found = it.document
    if not found:
        return Oddity.UNREADABLE
    known, theirs = it.content["request_id"], found.get("request_id")
    echoed = found.get("agent_request_id")
    if known and theirs and str(theirs) != known:
        return Oddity.OTHER_REQUEST
    if echoed and str(echoed) != str(row.message_id):
        return Oddity.OTHER_REQUEST
    return None if it.state else Oddity.UNKNOWN_WORD


def _worth_a_look(
    request: requests.Request, before: State | None, now: State
) -> list[Oddity]:
    """Return why staff should see an answer that is taken all the same."""
    if now == before:
        return []
    found = []
    if now == EXPIRED:
        found.append(Oddity.EXPIRED)
    if now.status in {Status.FULFILLED, Status.DENIED} and before in {None, OPEN}:
        found.append(Oddity.UNACKNOWLEDGED)
    if now == REVOKED and request.status is not Stands.WITHDRAWN:
        found.append(Oddity.TAKEN_BACK_THERE)
    return found


def _next(row: ProtocolRequest, state: State | None, it: Fetched) -> datetime | None:
    full = business_of(it.content["to"]).profile is Profile.FULL
    return next_read(
        state, row.expected_by, at=it.at, calls_back=full, chance=it.chance
    )


def _keep_content(
    session: Session, desk: Desk, row: ProtocolRequest, it: Fetched, now: State
) -> None:
    found = it.document
    theirs, link = found.get("request_id"), found.get("user_verification_url")
    content = it.content | {
        "request_id": str(theirs) if theirs else it.content["request_id"],
        "link": str(link) if link and now == PROOF_ASKED else None,
    }
    if content != it.content:
        seal_row(session, desk, row, content)


def _recorded(
    session: Session,
    desk: Desk,
    request: requests.Request,
    it: Fetched,
    events: tuple[Said, ...],
    promised: datetime | None,
) -> bool:
    """Record what was said, with the answer itself behind the last of it."""
    filing = session.get_one(people.Filing, request.filing_id)
    vendor = desk.directory.vendor(request.vendor)
    day = it.at.astimezone(ZoneInfo(vendor.zone if vendor else "UTC")).date()
    details, kept = _details(it.document), fetched(it.answer.body, at=it.at)
    nonce = secrets.token_bytes(32)
    commitment = hashlib.sha256(nonce + committed(details, [kept])).digest()
    done = 0
    for each in events:
        event = _event(each, it.at, day, promised)
        last = each is events[-1]
        try:
            requests.record(
                session,
                request,
                replace(event, commitment=commitment) if last else event,
            )
        except CannotFollowError:
            continue
        done += 1
        if last and filing.purged_at is None:
            reference = _short(it.document.get("request_id"))
            secured = it.answer.secured
            words = Words(details, reference, day, fetched=True, secured=secured)
            seal_words(session, desk, filing, request, words, [kept], nonce, at=it.at)
            keep_fetched(session, desk, filing, request, kept, it.answer.body, at=it.at)
            remember_reference(session, desk, request, reference)
    if done:
        set_dates(session, desk.rulebook, desk.directory, filing, request)
        tell_resident(session, desk, filing, at=it.at)
        audit.append(
            session,
            at=it.at,
            actor="worker",
            action="status fetched",
            subject=request.number,
            status=it.state.word if it.state else None,
        )
    return bool(done)


def _event(each: Said, at: datetime, day: date, promised: datetime | None) -> Event:
    extends = each.kind is EventKind.EXTENDED and promised
    return Event(
        kind=each.kind,
        at=at,
        by=Actor.VENDOR,
        on=day,
        denial_ground=each.ground,
        evidence=Evidence.PROTOCOL,
        until=promised.date() if extends and promised else None,
    )


def _details(found: Mapping[str, Any]) -> str:
    """Return the words that came with a state, if any did."""
    told = found.get("processing_details")
    return told[:LONGEST_DETAILS] if isinstance(told, str) else ""


def _short(text: object) -> str | None:
    return str(text)[:200] if text else None
