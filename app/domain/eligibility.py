"""What a resident is owed by a vendor on a day, and when that changes.

Source: contract, section 3; the rules R1 to R16 are cited where they are applied.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import TypeAlias

from app.domain.facts import Facts, PersonFacts
from app.domain.grounds import (
    KINDS_IN_LINE,
    NO_RECORD,
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
    def leading(self) -> Ground | None:
        """The first ground that gives the verdict."""
        return next((g for g in self.grounds if g.outcome is self.verdict), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who asks, against whom."""

    residence: str
    vendor: Vendor | None = None
    facts: Facts = field(default_factory=Facts)


def question(residence: str, vendor: Vendor, person: PersonFacts, on: date) -> Question:
    """Return the question of a person about a vendor, as it is known on ``on``."""
    return Question(
        residence=residence,
        vendor=vendor,
        facts=Facts(vendor=vendor.facts_on(on), person=person),
    )


def decide(
    asked: Question, on: date, laws: Mapping[str, Law], places: Places
) -> Answer:
    """Decide what the resident is owed on ``on``, and when that changes next.

    An unknown fact never makes a resident eligible: it makes the ground uncertain
    and is named in it (R7).
    """
    laws = laws_of(asked.residence, laws, places, asked.facts.person.present_in)
    case = Case(residence=asked.residence, facts=asked.facts, places=places)
    given = _given(laws, case, on)
    answer = _answer(asked, on, given, laws, case)
    return replace(
        answer,
        pending=tuple(_pending(on, laws, case)),
        next_change=_next_change(answer, asked, given, laws, case),
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
    case = Case(residence=asked.residence, facts=asked.facts, places=places)
    return _answer(asked, on, _given(laws, case, on), laws, case)


_Given: TypeAlias = dict[str, tuple[Ground, ...]]
"""The grounds that each law gives, by its id."""


def _given(laws: Mapping[str, Law], case: Case, on: date) -> _Given:
    given = {law.id: tuple(law_grounds(law, case, on)) for law in laws.values()}
    return given | {NO_RECORD: tuple(no_record(case, laws))}


def _answer(
    asked: Question, on: date, given: _Given, laws: Mapping[str, Law], case: Case
) -> Answer:
    grounds = [*chain.from_iterable(given.values()), *_of_vendor(asked, case, on)]
    grounds.sort(key=lambda ground: place_in_line(ground, case, laws))
    return Answer(
        residence=asked.residence,
        vendor=asked.vendor.slug if asked.vendor else None,
        on=on,
        verdict=best(ground.outcome for ground in grounds),
        grounds=tuple(grounds),
    )


def _of_vendor(asked: Question, case: Case, on: date) -> Iterator[Ground]:
    """Yield what the vendor offers, and what binds it alone."""
    if asked.vendor is None:
        return
    for offer in asked.vendor.offers:
        if shown(offer, on):
            yield offer_ground(offer, case, on)
    for order in asked.vendor.orders:
        status = binds(order, case, on)
        if status is not None:
            yield order_ground(order, status)


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


def _pending(on: date, laws: Mapping[str, Law], case: Case) -> Iterator[Pending]:
    anywhere = case.anywhere
    for law in laws.values():
        if anywhere.isdisjoint(law.all_places):
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
    answer: Answer, asked: Question, given: _Given, laws: Mapping[str, Law], case: Case
) -> Change | None:
    """Return when the verdict changes; each law is asked again on its own days alone."""
    days: dict[date, list[Law]] = {}
    for law in laws.values():
        for day in law.changes():
            days.setdefault(day, []).append(law)
    for day in asked.vendor.changes() if asked.vendor is not None else ():
        days.setdefault(day, [])
    turns = frozenset(asked.vendor.turns()) if asked.vendor is not None else ()
    for day in sorted(day for day in days if day > answer.on):
        again: Iterable[Law] = days[day]
        if asked.vendor is not None and day in turns:
            facts = replace(case.facts, vendor=asked.vendor.facts_on(day))
            case, again = case.of(facts), laws.values()
        anew = {law.id: tuple(law_grounds(law, case, day)) for law in again}
        given = given | anew
        later = _answer(asked, day, given, laws, case)
        if later.verdict is not answer.verdict:
            return Change(day, later.verdict, _because(answer, later))
    return None


def _because(before: Answer, after: Answer) -> str:
    """Return the ground that made the difference: the better day's leading one.

    The other day has none so good, or its verdict would be the same.
    """
    better = min(before, after, key=lambda answer: RANK[answer.verdict])
    return next(g.id for g in better.grounds if g.outcome is better.verdict)
