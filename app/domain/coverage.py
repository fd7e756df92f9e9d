"""Which residences get which verdict for which vendor on a day."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from app.domain.crowd import Crowd, Some, all_of
from app.domain.dated import Span
from app.domain.eligibility import place_in_line
from app.domain.facts import Facts, PersonFacts, Sector
from app.domain.grounds import (
    RANK,
    Ground,
    Verdict,
    binds,
    offer_ground,
    order_ground,
    shown,
)
from app.domain.laws import Law, RightKind, Status
from app.domain.places import Place, Places
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


@dataclass(frozen=True, slots=True)
class Coverage:
    """Vendors × jurisdictions on a day; a cell is found by vendor and residence."""

    on: date
    vendors: tuple[Vendor, ...]
    places: tuple[Place, ...]
    rows: Mapping[str, tuple[Cell, ...]]
    """By residence, a cell for each vendor in their order."""
    _order: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        order = {vendor.slug: n for n, vendor in enumerate(self.vendors)}
        object.__setattr__(self, "_order", order)

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        vendor, residence = key
        return self.rows[residence][self._order[vendor]]

    def __contains__(self, key: tuple[str, str]) -> bool:
        vendor, residence = key
        return vendor in self._order and residence in self.rows

    def part(self, vendors: Iterable[Vendor], places: Iterable[Place]) -> "Coverage":
        """Return the same of some vendors and places."""
        vendors, places = tuple(vendors), tuple(places)
        kept = [self._order[vendor.slug] for vendor in vendors]
        rows = {
            place.code: tuple(self.rows[place.code][n] for n in kept)
            for place in places
        }
        return Coverage(self.on, vendors, places, rows)


@dataclass(frozen=True, slots=True)
class Shift:
    """A cell whose verdict is another on the later of two days."""

    vendor: str
    residence: str
    before: Verdict
    after: Verdict
    because: str | None
    """The ground that makes the difference: the leading one of the better day."""


def shifts(before: Coverage, after: Coverage) -> Iterator[Shift]:
    """Yield what changed between two days, for the vendors and places of both."""
    for place in after.places:
        for vendor in after.vendors:
            key = vendor.slug, place.code
            if key not in before:
                continue
            was, is_now = before[key], after[key]
            if was.verdict is not is_now.verdict:
                better = min(was, is_now, key=lambda cell: RANK[cell.verdict])
                yield Shift(*key, was.verdict, is_now.verdict, better.ground)


def researched(laws: Mapping[str, Law], places: Places) -> tuple[Place, ...]:
    """Return the places whose law this pack knows, in the order of their codes.

    A place whose residence has to be named by region is left to its regions. One that
    is a country and a state at once, as Puerto Rico (PR, US-PR), stands as the state.
    """
    known = spoken_of(laws.values())
    return tuple(
        place
        for place in sorted(places, key=lambda place: place.code)
        if not place.regions_differ
        and place.code in known
        and state_of(place, places) is None
    )


def state_of(place: Place, places: Places) -> str | None:
    """Return the code that a country has as a state of another one: PR gives US-PR."""
    return next(
        (c for c in place.within if c in places and places[c].name == place.name), None
    )


def saying_none(place: Place, on: date, laws: Mapping[str, Law]) -> Iterator[Law]:
    """Yield the records that say on a day that the place has no general law."""
    for law in laws.values():
        says_so = law.status is Status.NO_GENERAL_LAW and place.code in law.places
        if says_so and on in Span(None, law.ended):
            yield law


def cover(
    vendors: Iterable[Vendor],
    on: date,
    laws: Mapping[str, Law],
    places: Places,
    residences: Iterable[Place],
) -> Coverage:
    """Return the verdict for every vendor and residence on ``on``, in one pass.

    Each cell is what :func:`app.domain.eligibility.verdict_on` says of it. A law is
    asked once for all residences in which it stands alike, and there once for all
    vendors that are alike to it.
    """
    vendors, residences = tuple(vendors), tuple(residences)
    crowd = Crowd((vendor.facts_on(on) for vendor in vendors), PRIVATE_PERSON, places)
    nobody = Facts(person=PRIVATE_PERSON)
    cases = [Case(residence=r.code, facts=nobody, places=places) for r in residences]
    entries: dict[str, list[_Entry]] = {case.residence: [] for case in cases}
    for found, codes in chain(
        _by_law(laws, cases, crowd, on),
        _without_record(laws, cases, crowd),
        _by_vendor(vendors, cases, laws, on),
    ):
        for code in codes:
            entries[code] += found
    rows = {code: _row(found, crowd) for code, found in entries.items()}
    return Coverage(on, vendors, residences, rows)


class _Entry(NamedTuple):
    """A ground that stands for some vendors, and its place in line."""

    line: tuple[int, int, int, str]
    cell: Cell
    vendors: Some


_Entries: TypeAlias = tuple[list[_Entry], list[str]]
"""Grounds, and the residences in which they stand."""


def _row(entries: list[_Entry], crowd: Crowd) -> tuple[Cell, ...]:
    """Return for each vendor the cell of the first entry in line that is about it."""
    row, left = [NOTHING] * crowd.all.bit_count(), crowd.all
    for entry in sorted(entries, key=_line):
        for vendor in crowd.members(left & entry.vendors):
            row[vendor] = entry.cell
        left &= ~entry.vendors
    return tuple(row)


_line = attrgetter("line")


def _entry(ground: Ground, case: Case, laws: Mapping[str, Law], some: Some) -> _Entry:
    return _Entry(
        place_in_line(ground, case, laws),
        Cell(ground.outcome, ground.id, ground.short_name),
        some,
    )


def _by_law(
    laws: Mapping[str, Law], cases: Iterable[Case], crowd: Crowd, on: date
) -> Iterator[_Entries]:
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
) -> Iterator[_Entry]:
    for group in crowd.apart(_marks(law, case, crowd, on)):
        one = case.of(crowd.one_of(group))
        grounds = [_entry(g, one, laws, group) for g in law_grounds(law, one, on)]
        if grounds:
            yield min(grounds, key=_line)


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


def _without_record(
    laws: Mapping[str, Law], cases: Iterable[Case], crowd: Crowd
) -> Iterator[_Entries]:
    spoken = spoken_of(laws.values())
    for case in cases:
        if case.residence not in spoken:
            ground = ground_without_record(case)
            yield [_entry(ground, case, laws, crowd.all)], [case.residence]


def _by_vendor(
    vendors: Iterable[Vendor], cases: Iterable[Case], laws: Mapping[str, Law], on: date
) -> Iterator[_Entries]:
    """Yield what vendors offer, and what binds each of them alone."""
    for place, vendor in enumerate(vendors):
        for offer in vendor.offers:
            if shown(offer, on):
                for alike in _sorted_by(offer.places, cases):
                    ground = offer_ground(offer, alike[0], on)
                    yield _alone(ground, alike, laws, place)
        for order in vendor.orders:
            for alike in _sorted_by(order.places, cases):
                status = binds(order, alike[0], on)
                if status is not None:
                    yield _alone(order_ground(order, status), alike, laws, place)


def _alone(
    ground: Ground, alike: Sequence[Case], laws: Mapping[str, Law], place: int
) -> _Entries:
    found = _entry(ground, alike[0], laws, 1 << place)
    return [found], [case.residence for case in alike]


def _sorted_by(codes: frozenset[str], cases: Iterable[Case]) -> Iterable[list[Case]]:
    """Return the residences that are in these places, and those that are not."""
    groups: dict[bool, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.around.isdisjoint(codes), []).append(case)
    return groups.values()
