"""The Data Rights Protocol, version 1.0: its words, its states, and what they mean here.

The specification gives conditions of entry and no matrix; :data:`NEXT_STATES` is our
reading of them, in one place. Only what a company's own server says when it is asked
counts (contract, section 7).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.domain.timeline import DenialGround, EventKind
from app.domain.timeline import Status as Stands
from app.domain.vendors import Identifier


class Profile(StrEnum):
    """Which of the two forms of the protocol a company's server speaks."""

    FULL = "1.0"
    PS = "1.0.PS"
    """The lite form: no callback, no revoke, times that hold a little longer."""

    @property
    def lasts(self) -> timedelta:
        """How long a signed message holds."""
        return timedelta(minutes=15 if self is Profile.PS else 10)


class Exercise(StrEnum):
    """The one right that a message uses."""

    DELETION = "deletion"
    OPT_OUT = "sale:opt-out"

    def spelled(self, profile: Profile) -> str:
        """Return the word for it; the lite form kept the older spelling of one."""
        return self.value.replace("-", "_") if profile is Profile.PS else self.value


class Status(StrEnum):
    """Where the company's server says that a request stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    FULFILLED = "fulfilled"
    REVOKED = "revoked"
    DENIED = "denied"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why it stands there."""

    NEED_USER_VERIFICATION = "need_user_verification"
    SUSPECTED_FRAUD = "suspected_fraud"
    INSUF_VERIFICATION = "insuf_verification"
    NO_MATCH = "no_match"
    CLAIM_NOT_COVERED = "claim_not_covered"
    OUTSIDE_JURISDICTION = "outside_jurisdiction"
    TOO_MANY_REQUESTS = "too_many_requests"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class State:
    """A status, with its reason where it has one."""

    status: Status
    reason: Reason | None = None

    @property
    def word(self) -> str:
        """The company's own words for it."""
        return f"{self.status}/{self.reason}" if self.reason else self.status.value


_S, _R = Status, Reason
OPEN, IN_PROGRESS = State(_S.OPEN), State(_S.IN_PROGRESS)
PROOF_ASKED = State(_S.IN_PROGRESS, _R.NEED_USER_VERIFICATION)
FULFILLED, REVOKED, EXPIRED = State(_S.FULFILLED), State(_S.REVOKED), State(_S.EXPIRED)
TOO_MANY = State(_S.DENIED, _R.TOO_MANY_REQUESTS)
DENIALS: Mapping[State, tuple[EventKind, DenialGround | None]] = {
    State(_S.DENIED, reason): said
    for reason, said in {
        _R.NO_MATCH: (EventKind.NOTHING_FOUND, None),
        _R.OUTSIDE_JURISDICTION: (
            EventKind.REFUSED,
            DenialGround.OUTSIDE_JURISDICTION,
        ),
        _R.INSUF_VERIFICATION: (EventKind.REFUSED, DenialGround.IDENTITY_NOT_VERIFIED),
        _R.SUSPECTED_FRAUD: (EventKind.REFUSED, DenialGround.IDENTITY_NOT_VERIFIED),
        _R.CLAIM_NOT_COVERED: (EventKind.REFUSED, DenialGround.OUT_OF_SCOPE),
        _R.TOO_MANY_REQUESTS: (
            EventKind.REFUSED,
            DenialGround.MANIFESTLY_UNFOUNDED_OR_EXCESSIVE,
        ),
        _R.OTHER: (EventKind.REFUSED, DenialGround.OTHER),
    }.items()
}
"""What we record of each denial."""

_ENDS = frozenset({*DENIALS, FULFILLED, REVOKED, EXPIRED})
FINAL = _ENDS - {TOO_MANY}
"""States from which nothing may follow; a request that was one too many may be sent
again."""
NEXT_STATES: Mapping[State | None, frozenset[State]] = {
    None: frozenset({OPEN, IN_PROGRESS, PROOF_ASKED, *_ENDS}),
    OPEN: frozenset({IN_PROGRESS, PROOF_ASKED, *_ENDS}),
    IN_PROGRESS: frozenset({PROOF_ASKED, *_ENDS}),
    PROOF_ASKED: frozenset(
        {
            IN_PROGRESS,
            FULFILLED,
            State(_S.DENIED, _R.INSUF_VERIFICATION),
            State(_S.DENIED, _R.SUSPECTED_FRAUD),
            REVOKED,
            EXPIRED,
        }
    ),
}
"""What may follow what; a server is first heard of where it already stands. Straight to
an end is not forbidden by the specification, so it is taken, and an acknowledgement
that was never seen is none."""


def state_of(status: object, reason: object) -> State | None:
    """Return a state from a company's words; None for words that we do not know.

    A reason may be missing, null or empty. A denial without one is an ``other``.
    """
    try:
        found = Status(str(status))
        why = Reason(str(reason)) if reason else None
    except ValueError:
        return None
    if found is Status.DENIED:
        denied = State(found, why or Reason.OTHER)
        return denied if denied in DENIALS else None
    return (
        PROOF_ASKED
        if why is PROOF_ASKED.reason and found is _S.IN_PROGRESS
        else (State(found) if why is None else None)
    )


def may_follow(before: State | None, now: State) -> bool:
    """Return whether a state may follow another; the same one follows itself."""
    return now == before or now in NEXT_STATES.get(before, frozenset())


@dataclass(frozen=True, slots=True)
class Said:
    """What we record of a state."""

    kind: EventKind
    ground: DenialGround | None = None


def said(
    before: State | None, now: State, exercise: Exercise, *, stands: Stands, later: bool
) -> tuple[Said, ...]:
    """Return what to record, the oldest first, where a request ``stands`` here.

    ``later``: the day by which an answer was promised has moved.
    """
    found: list[Said] = []
    if now == FULFILLED:
        opted = exercise is Exercise.OPT_OUT
        found.append(Said(EventKind.OPTED_OUT if opted else EventKind.DELETED))
    elif now in DENIALS:
        found.append(Said(*DENIALS[now]))
    elif now == REVOKED and stands is not Stands.WITHDRAWN:
        found.append(Said(EventKind.WITHDRAWN))
    elif now == PROOF_ASKED and stands is not Stands.IDENTITY_REQUESTED:
        found.append(Said(EventKind.IDENTITY_REQUESTED))
    elif now == IN_PROGRESS and stands is Stands.SENT:
        found.append(Said(EventKind.ACKNOWLEDGED))
    elif now == IN_PROGRESS and before == PROOF_ASKED:
        found.append(Said(EventKind.IDENTITY_GIVEN))
    if now.status is Status.IN_PROGRESS and later:
        found.append(Said(EventKind.EXTENDED))
    return tuple(found)


SUPPORTED: Mapping[str, Identifier] = {
    "email": Identifier.EMAIL,
    "phone_number": Identifier.PHONES,
    "phone": Identifier.PHONES,
    "address": Identifier.ADDRESSES,
}
"""What a business says that it can verify, the word of the schema and one that occurs."""
SPELLINGS = ("supported_verifications", "supported_verfications")
"""The key of the schema, and as every entry of the published directory spelled it."""


def needs_of(entry: Mapping[str, Any]) -> frozenset[Identifier]:
    """Return which identifiers to send a business, by its entry in the directory.

    The name always goes: it is none of what can be verified, so no list can name it.
    Where none is listed the agent decides: the mailbox, which is what we confirmed.
    """
    listed = next((entry[key] for key in SPELLINGS if entry.get(key)), ())
    known = {SUPPORTED[one] for one in map(str, listed) if one in SUPPORTED}
    return frozenset({Identifier.NAME, *(known or {Identifier.EMAIL})})


NORTH_AMERICA = frozenset({"US", "CA"})
NATIONAL_DIGITS = 10
E164 = re.compile(r"\+[1-9]\d{7,14}")


def phone_of(typed: str, country: str) -> str | None:
    """Return a telephone number as E.164 writes it; None where that cannot be told."""
    digits = re.sub(r"[\s().\-/]", "", typed)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif not digits.startswith("+") and country in NORTH_AMERICA:
        plain = digits.removeprefix("1") if len(digits) > NATIONAL_DIGITS else digits
        digits = f"+1{plain}" if len(plain) == NATIONAL_DIGITS else digits
    return digits if E164.fullmatch(digits) else None


def identity_of(
    needs: frozenset[Identifier],
    *,
    name: str,
    email: str,
    phones: Sequence[str],
    addresses: Sequence[str],
    residence: str,
) -> dict[str, Any]:
    """Return the fields that say who asks: what the business can use, and no more.

    Only the mailbox is marked as verified, for it alone is confirmed. A number that
    cannot be written as the protocol wants it is left out.
    """
    country, _, region = residence.partition("-")
    found: dict[str, Any] = {}
    if Identifier.NAME in needs:
        found["name"] = name
    if Identifier.EMAIL in needs:
        found |= {"email": email, "email_verified": True}
    numbers = (phone_of(each, country) for each in phones)
    number = next((each for each in numbers if each), None)
    if Identifier.PHONES in needs and number:
        found["phone_number"] = number
    if Identifier.ADDRESSES in needs and addresses:
        found["address"] = {"formatted": addresses[0], "country": country}
        if region:
            found["address"]["region"] = region
    return found


CALIFORNIAS = "us-ca-ccpa"
"""The one law that the protocol has a word for."""


def regime_of(laws: Iterable[str]) -> str | None:
    """Return the regime that a request names; None asks to be served voluntarily."""
    return "ccpa" if CALIFORNIAS in laws else None


A_FEW_DAYS = timedelta(days=3)
A_DAY = timedelta(days=1)
MISSED_FIRST = timedelta(hours=1)


def next_read(
    state: State | None,
    expected_by: datetime | None,
    *,
    at: datetime,
    calls_back: bool,
    chance: float,
) -> datetime | None:
    """Return when to ask a server again; None once nothing more can come.

    Every few days where it calls back, else every day, spread by a fifth; sooner only
    where an answer is promised sooner. ``chance`` is a number from 0 to 1.
    """
    if state in FINAL or state == TOO_MANY:
        return None
    pause = A_FEW_DAYS if calls_back and state != PROOF_ASKED else A_DAY
    usual = at + pause * (0.8 + 0.4 * chance)
    promised = expected_by + timedelta(hours=6) * chance if expected_by else usual
    return promised if at + A_DAY / 4 < promised < usual else usual


def after_failure(failures: int, *, at: datetime, chance: float) -> datetime:
    """Return when to ask a server again that gave no answer so many times in a row."""
    grown: int = 2 ** min(max(failures - 1, 0), 7)
    return at + min(MISSED_FIRST * grown, A_FEW_DAYS) * (0.8 + 0.4 * chance)


def moment_of(text: object) -> datetime | None:
    """Return a moment as a server writes it, in UTC; None for what is none.

    One without an offset is taken for UTC.
    """
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None
