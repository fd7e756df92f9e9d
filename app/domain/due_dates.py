"""The dates that follow from one receipt, and the steps that led to them."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import TypeAlias

from app.domain.laws import Law, Purpose, Unit

Day: TypeAlias = date | datetime
"""A day; a moment where the law counts in hours."""


class Certainty(StrEnum):
    """How firm a due date is (contract, D4)."""

    FIRM = "firm"
    INDICATIVE = "indicative"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CountStep:
    """One step of the count: a code, and the values its sentence names."""

    code: str
    day: Day | None = None
    count: int | None = None
    unit: Unit | None = None
    what: str | None = None
    """What the period is for, the name of a day off, or whose calendar it is."""
    start: Day | None = None
    """The day after which a period runs."""
    to: Day | None = None
    source: str | None = None
    """Where the days off come from."""


@dataclass(frozen=True, slots=True)
class Due:
    """A counted date, and the date after rolling off a day off."""

    raw: Day
    due: Day


@dataclass(frozen=True, slots=True)
class Extended:
    """The last day after an extension, and by when the vendor must announce it."""

    raw: Day
    due: Day
    notice_by: Day | None
    """None where it need not."""


@dataclass(frozen=True, slots=True)
class AppealDue:
    """When the vendor must answer an appeal."""

    raw: Day
    due: Day
    extended: Day | None


@dataclass(frozen=True, slots=True)
class PartDue:
    """Something that must happen inside the period."""

    what: str
    raw: Day
    due: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDates:
    """Every date that follows from one receipt."""

    law: str
    received: Day
    """The local day; the moment where the law counts in hours and it was given."""
    purpose: Purpose | None = None
    acknowledge: Due | None = None
    respond: Due | None = None
    extended: Extended | None = None
    appeal: AppealDue | None = None
    steps_within: tuple[PartDue, ...] = ()
    complaint_until: Due | None = None
    steps: tuple[CountStep, ...] = ()
    certainty: Certainty = Certainty.NONE


class NotInForceError(ValueError):
    """The law was not in force on the day of receipt (contract, D9)."""

    def __init__(self, law: Law, received: date) -> None:
        if law.absent:
            super().__init__(f"{law.id} says that there is no law, so no date follows")
            return
        first = law.first_day.isoformat() if law.first_day else "no known day"
        last = f" to {law.ended.isoformat()}" if law.ended else ""
        super().__init__(
            f"{law.id} was not in force on {received.isoformat()}: it counts from"
            f" {first}{last}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What is known of a request's course, beside its receipt."""

    identity_asked: date | None = None
    identity_given: date | None = None
    authenticated: date | None = None
    appeal_received: date | None = None
    answered: date | None = None
    """The day of an answer, from which the time to complain runs."""


NOTHING_ELSE = Moments()

_NOT_BEFORE = (
    ("identity_asked", "received"),
    ("identity_given", "identity_asked"),
    ("authenticated", "received"),
    ("appeal_received", "received"),
    ("answered", "received"),
)
"""What cannot come before what. Proof may lie there before a request: nobody asked."""
_WESTERNMOST = timezone(timedelta(hours=-12))


def contradiction(received: Day, since: Moments) -> tuple[str, str] | None:
    """Return what cannot have happened, and before what; None if all can be so.

    It is still the day before somewhere else: only what is impossible everywhere is
    told of a moment.

    Raises:
        OverflowError: If a moment is not yet in the year 10000 everywhere, or was not in
            the year 1.
    """
    if isinstance(received, datetime):
        received = received.astimezone(_WESTERNMOST).date()
    days = {**asdict(since), "received": received}
    return next(
        (
            (later, earlier)
            for later, earlier in _NOT_BEFORE
            if days[later] and days[earlier] and days[later] < days[earlier]
        ),
        None,
    )


def farthest(received: Day, since: Moments) -> str:
    """Return the name of the latest day: the one that is too far, where a count ends."""
    days = {"received": day_of(received), **asdict(since)}
    return max(days, key=lambda name: days[name] or date.min)


def day_of(moment: Day) -> date:
    """Return the local date of a moment, as its own offset has it (contract, D7)."""
    return moment.date() if isinstance(moment, datetime) else moment
