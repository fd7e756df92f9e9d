"""Which residences get which verdict for which vendor on a day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.dated import Span
from app.domain.eligibility import laws_of, question, verdict_on
from app.domain.facts import PersonFacts
from app.domain.grounds import Ground, Verdict
from app.domain.laws import Law, Status
from app.domain.places import Place, Places
from app.domain.vendors import Vendor

PRIVATE_PERSON = PersonFacts()
"""Coverage is about anybody: nothing is known of the person."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One vendor for the residents of one place."""

    vendor: str
    residence: str
    verdict: Verdict
    leading: Ground | None
    """The first ground that gives the verdict."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Vendors × jurisdictions on a day."""

    on: date
    vendors: tuple[Vendor, ...]
    places: tuple[Place, ...]
    cells: Mapping[tuple[str, str], Cell]
    """By vendor and residence."""


def researched(laws: Mapping[str, Law], places: Places) -> tuple[Place, ...]:
    """Return the places whose law this pack knows, in the order of their codes.

    A place whose residence has to be named by region is left to its regions. One that
    is a country and a state at once, as Puerto Rico (PR, US-PR), stands as the state.
    """
    known = {code for law in laws.values() for code in law.places}
    known |= {code for law in laws.values() for b in law.beside for code in b.places}
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
    """Return the verdict for every vendor and residence on ``on``."""
    vendors, residences = tuple(vendors), tuple(residences)
    cells = {}
    for place in residences:
        there = laws_of(place.code, laws, places)
        for vendor in vendors:
            asked = question(place.code, vendor, PRIVATE_PERSON)
            answer = verdict_on(asked, on, there, places)
            cells[vendor.slug, place.code] = Cell(
                vendor.slug, place.code, answer.verdict, answer.leading
            )
    return Coverage(on, vendors, residences, cells)
