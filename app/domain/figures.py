"""What became of requests, counted for each company and law in a quarter.

Everybody is counted once for a company in a quarter. What of the counts is told,
:mod:`app.domain.disclosure` decides.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self, TypeVar

from app.domain.disclosure import K, Told, apart, dots, quantile, split
from app.domain.timeline import (
    ANSWERS,
    DenialGround,
    Event,
    EventKind,
    Outcome,
    Status,
    replay,
)

Of = TypeVar("Of", bound=str)
_WRITTEN = re.compile(r"([0-9]{4})-Q([1-4])")
NO_LAW = "none"
"""Stands for the law of requests that rest on none."""
SEVERAL = "several"
"""Stands for laws, or companies, that are few people each, and ten together."""
WHOLE_ROW = 30
"""From so many people on a law has a row of its own: fewer say little when divided."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of a year, in UTC."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return a quarter from its written form, ``2026-Q2``.

        Raises:
            ValueError: If it is none.
        """
        found = _WRITTEN.fullmatch(text)
        if found is None or not int(found[1]):
            raise ValueError("a quarter is written as 2026-Q2")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.later(1).first - timedelta(days=1)

    def later(self, quarters: int) -> "Quarter":
        """Return the quarter so many after it."""
        year, place = divmod(4 * self.year + self.number - 1 + quarters, 4)
        return Quarter(year, place + 1)

    @property
    def published_on(self) -> date:
        """The day on which it is counted, once for all: a whole quarter lies between.

        By then the time to answer is over for nearly everybody who asked.
        """
        return self.later(2).first


class Course(StrEnum):
    """What became of a request."""

    IN_TIME = "in_time"
    LATE = "late"
    UNDATED = "undated"
    """Answered, where no law sets a day."""
    NO_ANSWER = "no_answer"
    PROOF_ASKED = "proof_asked"
    """The company asked who the person is, and was not told."""
    NOT_DUE = "not_due"
    """An answer is still owed, and not late yet."""
    UNDELIVERABLE = "undeliverable"
    UNSENT = "unsent"
    WITHDRAWN = "withdrawn"


ANSWERED = (Course.IN_TIME, Course.LATE, Course.UNDATED)
BARREN_COURSES = frozenset({*ANSWERED, Course.NOT_DUE, Course.UNSENT})
"""Courses that may hold nobody for all to know: by its law a request has a day to be
answered by or none, and a whole quarter later hardly any is not due, or not sent."""
BARREN_OUTCOMES = frozenset({Outcome.OPTED_OUT, Outcome.SUPPRESSED, Outcome.DE_INDEXED})
"""Outcomes that some companies, or laws, do not have."""
GIVEN_UP_FIRST = (
    Outcome.NOTHING_FOUND,
    Outcome.DE_INDEXED,
    Outcome.OPTED_OUT,
    Outcome.SUPPRESSED,
    Outcome.PARTLY_DELETED,
    Outcome.DELETED,
    Outcome.REFUSED,
)
"""Outcomes, the one first that joins those that are too small to be shown."""
NOT_SAID = "not-said"
"""Stands for the ground of a refusal that names none."""
GROUNDS: tuple[str, ...] = (NOT_SAID, *reversed(DenialGround))


@dataclass(frozen=True, slots=True)
class Case:
    """What became of one request, as far as it is counted."""

    course: Course
    outcome: Outcome | None = None
    ground: str | None = None
    days: int | None = None
    """From the day it was sent to that of the first answer."""


def first_answer(events: Sequence[Event]) -> int | None:
    """Return the place of the first answer among what happened and still stands."""
    return next((n for n, e in enumerate(events) if e.kind in ANSWERS), None)


def case_of(
    events: Sequence[Event],
    due: date | None,
    on: date,
    day_at: Callable[[datetime], date],
) -> Case | None:
    """Return what became of a request by ``on``; None where it was not confirmed.

    Args:
        events: What had happened by then and was not taken back, oldest first.
        due: By when its first answer was owed; None where no law says.
        on: The day of the count.
        day_at: Tells the day of a moment, where the person lives: by it pages tell
            what happened, and whether it was late.
    """
    if not any(e.kind is EventKind.CONFIRMED for e in events):
        return None
    standing, place = replay(events), first_answer(events)
    if place is not None:
        answer = events[place]
        came = answer.on or day_at(answer.at)
        course = Course.UNDATED if due is None else Course.IN_TIME
        if due is not None and came > due:
            course = Course.LATE
        # Opened again, no answer stands: then what was said first is what was said,
        # also where it was sent again and stayed without answer.
        said = standing.outcome if standing.outcome is not Outcome.NO_ANSWER else None
        outcome = said or ANSWERS[answer.kind]
        ground = standing.denial_ground if said else answer.denial_ground
        return Case(
            course,
            outcome,
            (ground or NOT_SAID) if outcome is Outcome.REFUSED else None,
            _days(events[:place], came, day_at),
        )
    return Case(_unanswered(standing.status, due, on))


def _days(
    before: Sequence[Event], came: date, day_at: Callable[[datetime], date]
) -> int | None:
    sent = [e.on or day_at(e.at) for e in before if e.kind is EventKind.SENT]
    return max((came - sent[-1]).days, 0) if sent else None


_ENDED = {
    Status.WITHDRAWN: Course.WITHDRAWN,
    Status.UNDELIVERABLE: Course.UNDELIVERABLE,
    Status.QUEUED: Course.UNSENT,
    Status.IDENTITY_REQUESTED: Course.PROOF_ASKED,
}


def _unanswered(status: Status, due: date | None, on: date) -> Course:
    if status in _ENDED:
        return _ENDED[status]
    if due is None or due < on:
        return Course.NO_ANSWER
    # Closed by the person before its day: that is not the company's silence.
    return Course.WITHDRAWN if status is Status.CLOSED else Course.NOT_DUE


@dataclass(slots=True)
class Tally:
    """The counts of one company and law, none of which anybody sees."""

    courses: Counter[Course] = field(default_factory=Counter)
    unconfirmed: int = 0
    outcomes: Counter[tuple[Course, Outcome]] = field(default_factory=Counter)
    grounds: Counter[tuple[Course, str]] = field(default_factory=Counter)
    days: Counter[tuple[Course, int]] = field(default_factory=Counter)

    def add(self, case: Case | None) -> None:
        """Count one request; None is one that nobody confirmed."""
        if case is None:
            self.unconfirmed += 1
            return
        self.courses[case.course] += 1
        if case.outcome is not None:
            self.outcomes[case.course, case.outcome] += 1
        if case.ground is not None:
            self.grounds[case.course, case.ground] += 1
        if case.days is not None:
            self.days[case.course, case.days] += 1

    def join(self, other: "Tally") -> None:
        """Count what another tally counts."""
        self.courses += other.courses
        self.unconfirmed += other.unconfirmed
        self.outcomes += other.outcomes
        self.grounds += other.grounds
        self.days += other.days

    @property
    def people(self) -> int:
        """How many people asked and confirmed it."""
        return self.courses.total()


@dataclass(frozen=True, slots=True)
class Figure:
    """What is told of one company and law in one quarter."""

    courses: Told[Course]
    unconfirmed: int | None
    """Requests that nobody confirmed; None where they are fewer than ten."""
    outcomes: Told[Outcome]
    """Of the answers of those courses that stand alone; nothing where there is none."""
    grounds: Told[str]
    """Of the refusals, where these stand alone."""
    dots: Mapping[Course, tuple[int, ...]]
    """By course, the day of the middle one of each ten answers, or some more."""

    @property
    def answered(self) -> int:
        """Answers of which outcomes and days are told."""
        return sum(self.courses.alone.get(course, 0) for course in ANSWERED)

    def quantile(self, share: float) -> int | None:
        """Return about in how many days a share of these answers had come."""
        return quantile((day for found in self.dots.values() for day in found), share)


def figure_of(tally: Tally, k: int = K) -> Figure | None:
    """Return what may be told of a tally; None where that is nothing."""
    if tally.people < k:
        return None
    counts = {course: tally.courses[course] for course in Course}
    courses = apart(counts, k, barren=BARREN_COURSES)
    if courses.whole is None and not courses.alone:
        return None
    told = [course for course in ANSWERED if courses.alone.get(course)]
    nothing: Told[Any] = Told({}, 0)
    counted = _over(tally.outcomes, GIVEN_UP_FIRST, told)
    outcomes = split(counted, k, barren=BARREN_OUTCOMES)
    if not told:
        outcomes = nothing
    refused = outcomes.alone.get(Outcome.REFUSED)
    return Figure(
        courses,
        tally.unconfirmed if tally.unconfirmed >= k else None,
        outcomes,
        split(_over(tally.grounds, GROUNDS, told), k) if refused else nothing,
        {
            course: found
            for course in told
            if (found := dots(_days_of(tally, course), k))
        },
    )


def _over(
    counts: Mapping[tuple[Course, Of], int], order: Iterable[Of], told: Sequence[Course]
) -> dict[Of, int]:
    return {one: sum(counts.get((c, one), 0) for c in told) for one in order}


def _days_of(tally: Tally, course: Course) -> dict[int, int]:
    return {day: n for (of, day), n in tally.days.items() if of is course}


def figures_of(
    tallies: Mapping[tuple[str, str], Tally], k: int = K, whole_row: int = WHOLE_ROW
) -> dict[tuple[str, str], Figure]:
    """Return what may be told, by company and law.

    Each person is in one row. A law that is asked of a company often has a row of its
    own; the others stand together as ``SEVERAL``, or one by itself where it is the only
    other. So what stands together is at least two laws, and any of them may be anything
    that the other leaves; and where one stands by itself, no other is hidden.
    """
    of_vendor: dict[str, dict[str, Tally]] = {}
    for (vendor, law), tally in tallies.items():
        of_vendor.setdefault(vendor, {})[law] = tally
    found = {
        (vendor, law): figure_of(tally, k)
        for vendor, laws in of_vendor.items()
        for law, tally in _rows(laws, whole_row).items()
    }
    return {key: figure for key, figure in sorted(found.items()) if figure is not None}


def _rows(laws: Mapping[str, Tally], whole_row: int) -> dict[str, Tally]:
    rows = {law: tally for law, tally in laws.items() if tally.people >= whole_row}
    small = {law: t for law, t in laws.items() if 0 < t.people < whole_row}
    if len(small) == 1:
        return rows | small
    together = Tally()
    for tally in small.values():
        together.join(tally)
    return rows | {SEVERAL: together}
