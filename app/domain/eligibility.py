"""What a resident is owed by a vendor on a day, and when that changes.

Source: contract, section 3; the rules R1 to R16 are cited where they are applied.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from app.domain.facts import Facts, PersonFacts
from app.domain.grounds import (
    KINDS_IN_LINE,
    RANK,
    Ground,
    GroundKind,
    Verdict,
    best,
    binds,
    offer_ground,
    order_ground,
    shown,
)
from app.domain.laws import Law, Status
from app.domain.places import Places
from app.domain.reach import Case
from app.domain.rights import UNSURE, law_grounds, no_record
from app.domain.vendors import Vendor


@dataclass(frozen=True, slots=True)
class Pending:
    """A law of the place that grants nothing yet."""

    id: str
    short_name: str
    stage: str
    first_day: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """The next day on which the verdict changes, to what, and why (R16)."""

    on: date
    verdict: Verdict
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All grounds, and the verdict over them."""

    residence: str
    vendor: str | None
    on: date
    verdict: Verdict
    grounds: tuple[Ground, ...]
    pending: tuple[Pending, ...] = ()
    next_change: Change | None = None

    def of(self, kind: GroundKind) -> tuple[Ground, ...]:
        """Return the grounds of one kind."""
        return tuple(ground for ground in self.grounds if ground.kind is kind)

    @property
    def unknown_facts(self) -> tuple[str, ...]:
        """The facts that could raise the verdict, without repetition.

        Only a ground that is uncertain rises when a fact becomes known (R3, R4, R7).
        """
        if self.verdict is Verdict.ELIGIBLE:
            return ()
        may_rise = (g for g in self.grounds if g.outcome is Verdict.UNCERTAIN)
        names = (n for g in may_rise for n in g.unknown_facts)
        return tuple(dict.fromkeys(names))

    @property
    def leading(self) -> Ground | None:
        """The first ground that gives the verdict."""
        return next((g for g in self.grounds if g.outcome is self.verdict), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who asks, against whom."""

    residence: str
    vendor: Vendor | None = None
    facts: Facts = field(default_factory=Facts)


def question(residence: str, vendor: Vendor, person: PersonFacts) -> Question:
    """Return the question of a person about a vendor of the directory."""
    return Question(
        residence=residence,
        vendor=vendor,
        facts=Facts(vendor=vendor.facts, person=person),
    )


def decide(
    asked: Question, on: date, laws: Mapping[str, Law], places: Places
) -> Answer:
    """Decide what the resident is owed on ``on``, and when that changes next.

    An unknown fact never makes a resident eligible: it makes the ground uncertain
    and is named in it (R7).
    """
    laws = laws_of(asked.residence, laws, places, asked.facts.person.present_in)
    answer = _decide(asked, on, laws, places)
    return replace(
        answer,
        pending=tuple(_pending(asked, on, laws, places)),
        next_change=_next_change(answer, asked, laws, places),
    )


def laws_of(
    residence: str,
    laws: Mapping[str, Law],
    places: Places,
    present_in: str | None = None,
) -> dict[str, Law]:
    """Return the laws that can say anything about a residence, at any time."""
    area = places.around(residence) | places.around(present_in or residence)
    return {
        law.id: law
        for law in laws.values()
        if law.follows_seat or not area.isdisjoint(law.all_places)
    }


def verdict_on(
    asked: Question, on: date, laws: Mapping[str, Law], places: Places
) -> Answer:
    """Return the answer of one day alone, without what comes later."""
    return _decide(asked, on, laws, places)


def _decide(
    asked: Question, on: date, laws: Mapping[str, Law], places: Places
) -> Answer:
    case = Case(residence=asked.residence, facts=asked.facts, places=places)
    grounds = [
        *(ground for law in laws.values() for ground in law_grounds(law, case, on)),
        *no_record(case, laws),
    ]
    if asked.vendor is not None:
        grounds += [
            offer_ground(o, case, on) for o in asked.vendor.offers if shown(o, on)
        ]
        grounds += [
            order_ground(o, status)
            for o in asked.vendor.orders
            if (status := binds(o, case, on)) is not None
        ]
    grounds.sort(key=lambda ground: place_in_line(ground, case, laws))
    return Answer(
        residence=asked.residence,
        vendor=asked.vendor.slug if asked.vendor else None,
        on=on,
        verdict=best(ground.outcome for ground in grounds),
        grounds=tuple(grounds),
    )


def place_in_line(
    ground: Ground, case: Case, laws: Mapping[str, Law]
) -> tuple[int, int, int, str]:
    """Best outcome first; the law of the very place before a wider one."""
    law = laws.get(ground.id)
    wider = 0 if law is None or case.residence in law.places else 1
    return (
        RANK[ground.outcome],
        KINDS_IN_LINE[ground.kind],
        wider + ground.by_seat,
        ground.id,
    )


def _of_place(law: Law, case: Case) -> bool:
    return not case.anywhere.isdisjoint(law.all_places)


def _pending(
    asked: Question, on: date, laws: Mapping[str, Law], places: Places
) -> Iterator[Pending]:
    case = Case(residence=asked.residence, facts=asked.facts, places=places)
    for law in laws.values():
        if not _of_place(law, case):
            continue
        if law.pending:
            yield Pending(law.id, law.short_name, law.status, None)
        elif law.first_day is not None and on < _first_day_here(law, case):
            stage = law.status if law.status in UNSURE else Status.ENACTED
            yield Pending(law.id, law.short_name, stage, _first_day_here(law, case))


def _first_day_here(law: Law, case: Case) -> date:
    starts = [
        span.first
        for code, span in law.places.items()
        if code in case.around and span.first is not None
    ]
    first = law.first_day or date.max
    return max(first, min(starts)) if starts else first


def _next_change(
    answer: Answer, asked: Question, laws: Mapping[str, Law], places: Places
) -> Change | None:
    case = Case(residence=asked.residence, facts=asked.facts, places=places)
    days = {
        day
        for law in laws.values()
        if _of_place(law, case) or law.follows_seat
        for day in law.changes()
    }
    if asked.vendor is not None:
        days |= set(asked.vendor.changes())
    for day in sorted(day for day in days if day > answer.on):
        later = _decide(asked, day, laws, places)
        if later.verdict is not answer.verdict:
            return Change(day, later.verdict, _because(answer, later))
    return None


def _because(before: Answer, after: Answer) -> str:
    """Return the ground that made the difference: the better day's leading one.

    The other day has none so good, or its verdict would be the same.
    """
    better = min(before, after, key=lambda answer: RANK[answer.verdict])
    return next(g.id for g in better.grounds if g.outcome is better.verdict)
