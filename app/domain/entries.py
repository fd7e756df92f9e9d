"""What stands for whom on a day: law by law, and vendor by vendor.

A table of one day (:mod:`app.domain.coverage`) and the course of all days
(:mod:`app.domain.chronicle`) are both made of these.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from app.domain.crowd import Crowd, Some, all_of
from app.domain.eligibility import place_in_line
from app.domain.facts import PersonFacts, Sector
from app.domain.grounds import (
    Ground,
    Verdict,
    binds,
    offer_ground,
    order_ground,
    shown,
)
from app.domain.laws import Law, RightKind
from app.domain.reach import Case, for_residence, lies_within
from app.domain.rights import (
    ground_without_record,
    law_grounds,
    no_record_then,
    spoken_of,
)
from app.domain.vendors import Vendor

PRIVATE_PERSON = PersonFacts()
"""Coverage is about anybody: nothing is known of the person."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What the residents of a place are owed, by the first ground that gives it."""

    verdict: Verdict
    ground: str | None = None
    """Its id; None where nothing is even to be denied."""
    short_name: str | None = None


NOTHING = Cell(Verdict.NOT_ELIGIBLE)


class Entry(NamedTuple):
    """A ground that stands for some vendors, and its place in line."""

    line: tuple[int, int, int, str]
    cell: Cell
    vendors: Some


Found: TypeAlias = tuple[list[Entry], list[str]]
"""Grounds, and the residences in which they stand."""


def row_of(entries: Iterable[Entry], crowd: Crowd) -> tuple[Cell, ...]:
    """Return for each vendor the cell of the first entry in line that is about it."""
    row, left = [NOTHING] * crowd.all.bit_count(), crowd.all
    for entry in sorted(entries, key=line_of):
        if here := left & entry.vendors:
            for vendor in crowd.members(here):
                row[vendor] = entry.cell
            left &= ~here
    return tuple(row)


line_of = attrgetter("line")
"""Where an entry stands among others: the best first."""


def _entry(ground: Ground, case: Case, laws: Mapping[str, Law], some: Some) -> Entry:
    return Entry(
        place_in_line(ground, case, laws),
        Cell(ground.outcome, ground.id, ground.short_name),
        some,
    )


def by_law(
    laws: Mapping[str, Law], cases: Iterable[Case], crowd: Crowd, on: date
) -> Iterator[Found]:
    """Yield what laws give, each once for all residences in which it stands alike."""
    within: dict[str, list[Case]] = {}
    for case in cases:
        for code in case.around:
            within.setdefault(code, []).append(case)
    for law in laws.values():
        near = {c.residence: c for code in law.all_places for c in within.get(code, ())}
        standings: dict[Hashable, list[Case]] = {}
        for case in cases if law.follows_seat else near.values():
            standings.setdefault(_standing(law, case, on), []).append(case)
        for alike in standings.values():
            found = list(_of_law(law, alike[0], laws, crowd, on))
            yield found, [case.residence for case in alike]


def _standing(law: Law, case: Case, on: date) -> Hashable:
    """Return all that a law sees of a residence, but for who enforces it there."""
    beside = any(not case.around.isdisjoint(b.places) for b in law.beside)
    return (
        case.residence in law.places,
        for_residence(law, case, on),
        law.follows_presence and lies_within(case.presence, law, on, case.places),
        law.places.keys().isdisjoint(case.around),
        no_record_then(law, case, on),
        case.residence if beside else None,
    )


def _of_law(
    law: Law, case: Case, laws: Mapping[str, Law], crowd: Crowd, on: date
) -> Iterator[Entry]:
    for group in crowd.apart(_marks(law, case, crowd, on)):
        one = case.of(crowd.one_of(group))
        grounds = [_entry(g, one, laws, group) for g in law_grounds(law, one, on)]
        if grounds:
            yield min(grounds, key=line_of)


def _marks(law: Law, case: Case, crowd: Crowd, on: date) -> Iterator[Some]:
    """Yield what tells vendors apart before a law, for the residents of one place."""
    if law.follows_seat:
        yield crowd.seated_in(law, on)
        yield crowd.who(
            lambda facts: no_record_then(law, case.of(facts), on), "vendor.seat"
        )
    if law.predecessor is not None:
        yield from crowd.sector_among(frozenset({Sector.INDIVIDUAL}))
    for entry in law.beside:
        yield from crowd.sector_among(entry.sectors)
        yield from crowd.seated_around(case.residence)
    step = law.on(on)
    if step is None:
        return
    yield from crowd.sector_among(law.sectors)
    reached = crowd.reached(law, step, case, on)
    for right in step.rights:
        if right.kind is not RightKind.OBJECTION:
            yield from all_of(
                (reached, crowd.meets(right.conditions), crowd.asks(right.data))
            ).marks
            yield from crowd.marks_of_kind(right)


def without_record(
    laws: Mapping[str, Law], cases: Iterable[Case], crowd: Crowd
) -> Iterator[Found]:
    """Yield what is said of places whose law nobody has read."""
    spoken = spoken_of(laws.values())
    for case in cases:
        if case.residence not in spoken:
            ground = ground_without_record(case)
            yield [_entry(ground, case, laws, crowd.all)], [case.residence]


def by_vendor(
    vendors: Iterable[tuple[int, Vendor]],
    cases: Sequence[Case],
    laws: Mapping[str, Law],
    on: date,
) -> Iterator[Found]:
    """Yield what vendors offer, and what binds each of them alone.

    A vendor comes with its place in the crowd.
    """
    sorted_by = _Sorted(cases)
    for place, vendor in vendors:
        for offer in vendor.offers:
            if shown(offer, on):
                for alike in sorted_by[offer.places]:
                    ground = offer_ground(offer, alike.case, on)
                    yield _alone(ground, alike, laws, place)
        for order in vendor.orders:
            for alike in sorted_by[order.places]:
                status = binds(order, alike.case, on)
                if status is not None:
                    yield _alone(order_ground(order, status), alike, laws, place)


class _Alike(NamedTuple):
    """Residences that are all in some places, or all outside of them."""

    case: Case
    """One of them."""
    codes: list[str]


class _Sorted(dict[frozenset[str], list[_Alike]]):
    """Residences, sorted by whether they are in places: many offers name the same."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = cases

    def __missing__(self, places: frozenset[str]) -> list[_Alike]:
        groups: dict[bool, list[Case]] = {}
        for case in self._cases:
            groups.setdefault(case.around.isdisjoint(places), []).append(case)
        found = self[places] = [
            _Alike(those[0], [case.residence for case in those])
            for those in groups.values()
        ]
        return found


def _alone(ground: Ground, alike: _Alike, laws: Mapping[str, Law], place: int) -> Found:
    return [_entry(ground, alike.case, laws, 1 << place)], alike.codes
