"""Which residences get which verdict for which vendor on a day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import NamedTuple

from app.domain.crowd import Crowd
from app.domain.dated import Span
from app.domain.entries import (
    PRIVATE_PERSON,
    Cell,
    Entry,
    by_law,
    by_vendor,
    row_of,
    without_record,
)
from app.domain.facts import Facts
from app.domain.grounds import RANK, Verdict
from app.domain.laws import Law, Status
from app.domain.places import Place, Places
from app.domain.reach import Case
from app.domain.rights import spoken_of
from app.domain.vendors import Vendor


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


class Shift(NamedTuple):
    """A cell whose verdict is another on the later of two days.

    A day may have a hundred thousand of them: a tuple is made in half the time.
    """

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
    entries: dict[str, list[Entry]] = {case.residence: [] for case in cases}
    for found, codes in chain(
        by_law(laws, cases, crowd, on),
        without_record(laws, cases, crowd),
        by_vendor(enumerate(vendors), cases, laws, on),
    ):
        for code in codes:
            entries[code] += found
    rows = {code: row_of(found, crowd) for code, found in entries.items()}
    return Coverage(on, vendors, residences, rows)
