"""The life of a request: where it stands, and what may happen to it next.

The words are those of the outside contract, section 7. A request moves by events
alone; what is not in :data:`NEXT` is refused and changes nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the laws name grounds of refusal, and vendors the laws
    from app.domain.vendors import RouteKind


class Status(StrEnum):
    """Where a request stands."""

    UNCONFIRMED = "unconfirmed"
    QUEUED = "queued"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    IDENTITY_REQUESTED = "identity_requested"
    ANSWERED = "answered"
    APPEALED = "appealed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    UNDELIVERABLE = "undeliverable"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """What the answer was."""

    DELETED = "deleted"
    PARTLY_DELETED = "partly_deleted"
    SUPPRESSED = "suppressed"
    OPTED_OUT = "opted_out"
    DE_INDEXED = "de_indexed"
    NOTHING_FOUND = "nothing_found"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"


class Evidence(StrEnum):
    """How we know of an answer, strongest first."""

    PROTOCOL = "protocol"
    VENDOR_LINK = "vendor_link"
    AUTHENTICATED_MAIL = "authenticated_mail"
    MAIL = "mail"
    LETTER = "letter"
    RESIDENT = "resident"
    STAFF = "staff"


class Actor(StrEnum):
    """Who caused an event."""

    RESIDENT = "resident"
    VENDOR = "vendor"
    STAFF = "staff"
    PORTAL = "portal"


class DenialGround(StrEnum):
    """Why a vendor refuses: the words of the law files, and a few of vendors' own."""

    LEGAL_RETENTION_DUTY = "legal-retention-duty"
    LEGAL_CLAIMS = "legal-claims"
    FREEDOM_OF_EXPRESSION = "freedom-of-expression"
    JOURNALISTIC = "journalistic"
    PUBLIC_INTEREST = "public-interest"
    PUBLIC_HEALTH = "public-health"
    ARCHIVING_RESEARCH = "archiving-research"
    CONTRACT_NECESSARY = "contract-necessary"
    THIRD_PARTY_RIGHTS = "third-party-rights"
    LAW_ENFORCEMENT_SECURITY = "law-enforcement-security"
    TRADE_SECRET = "trade-secret"  # noqa: S105 - a ground, not a password
    MANIFESTLY_UNFOUNDED_OR_EXCESSIVE = "manifestly-unfounded-or-excessive"
    IDENTITY_NOT_VERIFIED = "identity-not-verified"
    OVERRIDING_LEGITIMATE_INTEREST = "overriding-legitimate-interest"
    NOT_INACCURATE = "not-inaccurate"
    NOT_UNLAWFUL = "not-unlawful"
    NO_ERASURE_RIGHT = "no-erasure-right"
    CONSENT_NOT_THE_BASIS = "consent-not-the-basis"
    CONSENT_GIVEN = "consent-given"
    PURPOSE_NOT_SERVED = "purpose-not-served"
    PUBLICLY_AVAILABLE = "publicly-available"
    OUT_OF_SCOPE = "out-of-scope"
    SMALL_BUSINESS_OUT_OF_SCOPE = "small-business-out-of-scope"
    TECHNICALLY_INFEASIBLE = "technically-infeasible"
    EXCESSIVE_COST_WITH_ALTERNATIVE = "excessive-cost-with-alternative"
    OUTSIDE_JURISDICTION = "outside-jurisdiction"
    AGENT_NOT_ACCEPTED = "agent-not-accepted"
    SUPPRESSION_INSTEAD = "suppression-instead"
    OTHER = "other"


class EventKind(StrEnum):
    """Something that happens to a request; an outcome is an event of its own word."""

    FILED = "filed"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"
    ACKNOWLEDGED = "acknowledged"
    IDENTITY_REQUESTED = "identity_requested"
    IDENTITY_GIVEN = "identity_given"
    EXTENDED = "extended"
    DELETED = "deleted"
    PARTLY_DELETED = "partly_deleted"
    SUPPRESSED = "suppressed"
    OPTED_OUT = "opted_out"
    DE_INDEXED = "de_indexed"
    NOTHING_FOUND = "nothing_found"
    REFUSED = "refused"
    APPEALED = "appealed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    REROUTED = "rerouted"
    RETRACTED = "retracted"


ANSWERS: Mapping[EventKind, Outcome] = {
    EventKind(outcome): outcome for outcome in Outcome if outcome != Outcome.NO_ANSWER
}
"""The events that are an answer, and the outcome that each one sets."""

REPLY_KINDS: frozenset[EventKind] = frozenset(ANSWERS) | {
    EventKind.ACKNOWLEDGED,
    EventKind.IDENTITY_REQUESTED,
    EventKind.EXTENDED,
}
"""What a vendor can say in a reply."""

OPEN: frozenset[Status] = frozenset(
    {
        Status.SENT,
        Status.ACKNOWLEDGED,
        Status.IDENTITY_REQUESTED,
        Status.APPEALED,
    }
)
"""Where an answer is still owed, a second one included."""

OVER: frozenset[Status] = frozenset({Status.CLOSED, Status.WITHDRAWN, Status.EXPIRED})
"""Where nothing more is to come, unless it is opened again."""

_S = Status
_E = EventKind


def _table() -> dict[tuple[Status, EventKind], Status]:
    table: dict[tuple[Status, EventKind], Status] = {
        (_S.UNCONFIRMED, _E.CONFIRMED): _S.QUEUED,
        (_S.UNCONFIRMED, _E.EXPIRED): _S.EXPIRED,
        (_S.QUEUED, _E.SENT): _S.SENT,
        (_S.QUEUED, _E.UNDELIVERABLE): _S.UNDELIVERABLE,
        (_S.SENT, _E.UNDELIVERABLE): _S.UNDELIVERABLE,
        (_S.SENT, _E.ACKNOWLEDGED): _S.ACKNOWLEDGED,
        (_S.SENT, _E.IDENTITY_REQUESTED): _S.IDENTITY_REQUESTED,
        (_S.ACKNOWLEDGED, _E.IDENTITY_REQUESTED): _S.IDENTITY_REQUESTED,
        (_S.IDENTITY_REQUESTED, _E.IDENTITY_GIVEN): _S.ACKNOWLEDGED,
        (_S.SENT, _E.EXTENDED): _S.ACKNOWLEDGED,
        (_S.ACKNOWLEDGED, _E.EXTENDED): _S.ACKNOWLEDGED,
        (_S.IDENTITY_REQUESTED, _E.EXTENDED): _S.IDENTITY_REQUESTED,
        (_S.ANSWERED, _E.APPEALED): _S.APPEALED,
    }
    may_be_answered = (
        _S.SENT,
        _S.ACKNOWLEDGED,
        _S.IDENTITY_REQUESTED,
        _S.UNDELIVERABLE,
        _S.APPEALED,
        _S.CLOSED,
    )
    table |= {(was, kind): _S.ANSWERED for was in may_be_answered for kind in ANSWERS}
    may_be_closed = (
        _S.SENT,
        _S.ACKNOWLEDGED,
        _S.IDENTITY_REQUESTED,
        _S.ANSWERED,
        _S.APPEALED,
        _S.UNDELIVERABLE,
        _S.WITHDRAWN,
    )
    table |= {(was, _E.CLOSED): _S.CLOSED for was in may_be_closed}
    may_be_withdrawn = (
        _S.UNCONFIRMED,
        _S.QUEUED,
        _S.SENT,
        _S.ACKNOWLEDGED,
        _S.IDENTITY_REQUESTED,
        _S.UNDELIVERABLE,
        _S.APPEALED,
    )
    table |= {(was, _E.WITHDRAWN): _S.WITHDRAWN for was in may_be_withdrawn}
    may_be_reopened = (
        _S.ANSWERED,
        _S.CLOSED,
        _S.WITHDRAWN,
        _S.UNDELIVERABLE,
        _S.EXPIRED,
    )
    table |= {(was, _E.REOPENED): _S.QUEUED for was in may_be_reopened}
    not_there = (_S.QUEUED, _S.UNDELIVERABLE)
    return table | {(was, _E.REROUTED): _S.QUEUED for was in not_there}


NEXT: Mapping[tuple[Status, EventKind], Status] = _table()
"""The whole machine (contract, section 7). ``reopened`` may also lead to
``acknowledged``: then the event says so; ``retracted`` replays the rest."""


def following(status: Status) -> tuple[EventKind, ...]:
    """Return the events that can follow where a request stands."""
    return tuple(kind for kind in EventKind if (status, kind) in NEXT)


def told_again(status: Status) -> frozenset[EventKind]:
    """Return what a vendor may yet say to a request that it answered already.

    An answer leads nowhere but to what the person does. A later message opens the
    request again and is then what counts: two answers never stand beside each other. A
    mere receipt of the request says nothing after an answer.
    """
    if status is not Status.ANSWERED:
        return frozenset()
    again = REPLY_KINDS - {EventKind.ACKNOWLEDGED}
    return frozenset(kind for kind in again if (Status.ACKNOWLEDGED, kind) in NEXT)


class CannotFollowError(ValueError):
    """The event cannot follow the present status; nothing was changed."""

    def __init__(self, kind: EventKind, status: Status) -> None:
        super().__init__(f"{kind} cannot follow {status}")
        self.kind = kind
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dated thing that happened to a request."""

    kind: EventKind
    at: datetime
    """When the portal recorded it."""
    by: Actor
    on: date | None = None
    """The day it is about, where that differs from the day of recording."""
    outcome: Outcome | None = None
    denial_ground: DenialGround | None = None
    evidence: Evidence | None = None
    until: date | None = None
    """The day that an extension promises."""
    retracts: int | None = None
    """Place in the timeline of the event that is taken back."""
    resumes: Status | None = None
    """Where ``reopened`` leads: ``queued``, to send again, or ``acknowledged``."""
    route: "RouteKind | None" = None
    """The way that it takes from now on, where it was ``rerouted``."""
    commitment: bytes | None = None
    """SHA-256 of a nonce and the words that came with it; both are kept sealed."""


def as_told(status: Status, event: Event) -> tuple[Event, ...]:
    """Return what records a message where a request stands: it alone, or reopened first."""
    if event.kind not in told_again(status):
        return (event,)
    opens = Event(
        kind=EventKind.REOPENED,
        at=event.at,
        by=Actor.VENDOR,
        on=event.on,
        resumes=Status.ACKNOWLEDGED,
    )
    return opens, event


def left_unseen(events: Sequence[Event]) -> bool:
    """Return whether a request waits to be known as sent, and never was before.

    A vendor that answers it has its letter, whoever brought it. What was sent before it
    was given another way had not arrived.
    """
    sent = False
    for event in living(events):
        sent |= event.kind is EventKind.SENT
        sent &= event.kind is not EventKind.REROUTED
    return replay(events).status is Status.QUEUED and not sent


def may_answer(events: Sequence[Event]) -> frozenset[EventKind]:
    """Return what a vendor itself can say to a request with this timeline."""
    status = Status.SENT if left_unseen(events) else replay(events).status
    first = {kind for kind in REPLY_KINDS if (status, kind) in NEXT}
    return frozenset(first) | told_again(status)


def as_answered(events: Sequence[Event], event: Event) -> tuple[Event, ...]:
    """Return what records a vendor's own answer: that it has the letter, if need be."""
    if not left_unseen(events):
        return as_told(replay(events).status, event)
    arrived = Event(
        kind=EventKind.SENT,
        at=event.at,
        by=Actor.VENDOR,
        on=event.on,
        evidence=event.evidence,
    )
    return arrived, event


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands after its events."""

    status: Status
    outcome: Outcome | None = None
    denial_ground: DenialGround | None = None
    evidence: Evidence | None = None
    until: date | None = None
    sent_on: date | None = None
    """Day 0: the day on which the vendor's server took the letter."""
    identity_asked_on: date | None = None
    identity_given_on: date | None = None
    appealed_on: date | None = None
    answer: Event | None = field(default=None, compare=False)
    """The last answer to what was sent last, also where more came after it.

    Not compared: what is only shown beforehand has no commitment yet.
    """
    opened: Event | None = field(default=None, compare=False)
    """What opened the request again since that answer; the letter did not leave anew."""


def advance(now: Standing | None, event: Event) -> Standing:
    """Return where a request stands after ``event``.

    Raises:
        CannotFollowError: If the table has no such step.
    """
    if now is None:
        if event.kind is not _E.FILED:
            raise CannotFollowError(event.kind, _S.UNCONFIRMED)
        return Standing(_S.UNCONFIRMED)
    status = NEXT.get((now.status, event.kind))
    if status is None:
        raise CannotFollowError(event.kind, now.status)
    if event.kind is _E.REOPENED and event.resumes is _S.ACKNOWLEDGED:
        status = _S.ACKNOWLEDGED
    return _standing(now, event, status)


_OPENS = frozenset({_E.REOPENED, _E.REROUTED})
"""After these nothing counts that came of what was sent before."""


def _standing(now: Standing, event: Event, status: Status) -> Standing:
    day = event.on or event.at.astimezone(UTC).date()
    outcome, ground, evidence = now.outcome, now.denial_ground, now.evidence
    if event.kind in ANSWERS:
        outcome = ANSWERS[event.kind]
        ground, evidence = event.denial_ground, event.evidence
    elif event.kind is _E.CLOSED and outcome is None and now.answer is None:
        outcome = Outcome.NO_ANSWER
    elif event.kind is _E.CLOSED and outcome is None and now.answer is not None:
        outcome = ANSWERS[now.answer.kind]
        ground, evidence = now.answer.denial_ground, now.answer.evidence
    elif event.kind in _OPENS:
        outcome = ground = evidence = None
    elif event.evidence is not None:
        evidence = event.evidence
    opens = event.kind in _OPENS
    again = opens and status is _S.QUEUED
    anew = again or event.kind is _E.SENT
    answer = event if event.kind in ANSWERS else None if anew else now.answer
    opened = event if opens and answer else None if answer is event else now.opened
    return Standing(
        status=status,
        outcome=outcome,
        denial_ground=ground,
        evidence=evidence,
        until=None if opens else event.until or now.until,
        sent_on=day if event.kind is _E.SENT else None if again else now.sent_on,
        identity_asked_on=day
        if event.kind is _E.IDENTITY_REQUESTED
        else now.identity_asked_on,
        identity_given_on=day
        if event.kind is _E.IDENTITY_GIVEN
        else None
        if event.kind is _E.IDENTITY_REQUESTED
        else now.identity_given_on,
        appealed_on=day
        if event.kind is _E.APPEALED
        else None
        if opens
        else now.appealed_on,
        answer=answer,
        opened=opened if answer else None,
    )


def living(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return what happened and was not taken back, oldest first.

    Raises:
        ValueError: If a retraction names what the timeline does not hold.
    """
    history = tuple(events)
    retracted = {e.retracts for e in history if e.kind is _E.RETRACTED}
    if retracted - set(range(2, len(history) + 1)):
        raise ValueError("a retraction names an event that cannot be taken back")
    return tuple(
        event
        for place, event in enumerate(history, start=1)
        if event.kind is not _E.RETRACTED and place not in retracted
    )


def has_appealed(events: Iterable[Event]) -> bool:
    """Return whether an appeal was made about what was sent last.

    None of our laws knows a second one: after it the regulator helps.
    """
    appealed = False
    for event in living(events):
        appealed |= event.kind is EventKind.APPEALED
        appealed &= event.kind is not EventKind.SENT
    return appealed


def sent_no_earlier(events: Iterable[Event], filed_on: date) -> date:
    """Return the first day on which what is sent now can have left.

    That of the filing, or of the last bounce, answer or opening: what is sent again
    left after it.
    """
    before = ANSWERS.keys() | {EventKind.UNDELIVERABLE, EventKind.REOPENED}
    there = (e.on or e.at.date() for e in living(events) if e.kind in before)
    return max((filed_on, *there))


def taken_back_with(events: Sequence[Event], place: int) -> tuple[int, ...]:
    """Return the places that go with the entry at ``place``, the earliest first.

    With a message goes what opened the request for it, and what has no sense without
    it: a proof that nobody asked for, an opening of what was not answered.
    """
    before, gone = events[place - 2], {place}
    if before.kind is EventKind.REOPENED and before.by is Actor.VENDOR:
        gone.add(place - 1)
    retracted = {e.retracts for e in events}
    now: Standing | None = None
    for at, event in enumerate(events, start=1):
        if at in gone or at in retracted or event.kind is _E.RETRACTED:
            continue
        try:
            now = advance(now, event)
        except CannotFollowError:
            if not _rests_on_another(event):
                break  # whoever takes it back is told what cannot follow
            gone.add(at)
    return tuple(sorted(gone))


def _rests_on_another(event: Event) -> bool:
    """Return whether an event says nothing without the message that it follows."""
    opens = event.kind is _E.REOPENED and event.by is Actor.VENDOR
    return opens or event.kind is _E.IDENTITY_GIVEN


def replay(events: Iterable[Event]) -> Standing:
    """Return where a request stands, from its whole timeline.

    A ``retracted`` event takes one earlier event out of the count; the rest is
    replayed as if that one had never happened.

    Raises:
        CannotFollowError: If an event cannot follow, or what is left after a
            retraction does not hold together.
        ValueError: If the timeline is empty or retracts what it does not hold.
    """
    now: Standing | None = None
    for event in living(events):
        now = advance(now, event)
    if now is None:
        raise ValueError("a timeline begins with its filing")
    return now


def link(previous: bytes, event: Event, *, request: str, place: int) -> bytes:
    """Return the hash that chains ``event`` to the one before it.

    SHA-256 over the previous hash and the event as JSON with sorted keys and no
    spaces, so that anybody can compute it with standard tools. ``previous`` is 32
    zero bytes for the first event.
    """
    fields = chained(event, request=request, place=place)
    written = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + written.encode()).digest()


def chained(event: Event, *, request: str, place: int) -> dict[str, str | int | None]:
    """Return all that the hash of an event covers, as it stands in evidence files."""
    return {
        "request": request,
        "place": place,
        "kind": event.kind,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": event.by,
        "on": event.on.isoformat() if event.on else None,
        "outcome": event.outcome,
        "denial_ground": event.denial_ground,
        "evidence": event.evidence,
        "until": event.until.isoformat() if event.until else None,
        "retracts": event.retracts,
        "resumes": event.resumes,
        "commitment": event.commitment.hex() if event.commitment else None,
        # Only where there is one: the hashes from before it could be stay what they are.
        **({"route": event.route} if event.route else {}),
    }


NO_LINK = bytes(32)
"""What the first event of a timeline is chained to."""
