"""What the law of a place gives, who enforces it, and what is coming."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.domain.coverage import researched, saying_none, state_of
from app.domain.laws import Law, Regulator, Step
from app.domain.places import Place
from app.domain.regulators import known_regulators, regulator_id
from app.domain.standing import days_here, reads_here
from app.rulebook.load import Rulebook
from app.web.coverage.cards.records import place_card, places_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.in_force import laws_in_force
from app.web.coverage.law_story import LawStory, story_of_place
from app.web.coverage.regions import by_region
from app.web.coverage.vendors import stamp
from app.web.deps import (
    Day,
    DirectoryThen,
    Now,
    PagesDep,
    PortalDep,
    RulebookDep,
    TablesDep,
)
from app.web.errors import Problem
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared, day_kept, is_dated, way
from app.words import linked_data
from app.words.catalog import translations
from app.words.languages import place_name
from app.words.marks import mark
from app.words.record_codes import from_memory, in_words
from app.words.records import jurisdiction_document, jurisdiction_summary, own_laws

router = APIRouter()


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place in the list of all that were researched."""

    code: str
    name: str
    laws: tuple[Law, ...]


@dataclass(frozen=True, slots=True)
class PlacesView:
    """The list of jurisdictions."""

    on: date
    dated: str
    """The query that keeps the day; empty where none was asked for."""
    regions: tuple[tuple[str, tuple[PlaceLine, ...]], ...]
    """The name of each region, and its places."""


@dataclass(frozen=True, slots=True)
class LawOnDay:
    """A law of the place, as it reads on the day."""

    law: Law
    step: Step
    regulator: Regulator | None
    regulator_id: str | None


@dataclass(frozen=True, slots=True)
class NoLaw:
    """A record that says that there is no general law, and what it is unsure of."""

    law: Law
    from_memory: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One jurisdiction."""

    on: date
    today: bool
    code: str
    name: str
    place: Place
    within: tuple[str, ...]
    regions: tuple[tuple[str, str], ...]
    """Code and name of each state, province or territory, where these differ."""
    in_force: tuple[LawOnDay, ...]
    coming: tuple[tuple[Law, date | None], ...]
    """With the first day here; None of a bill."""
    ended: tuple[tuple[Law, date], ...]
    """With the last day here."""
    story: LawStory
    vendors: tuple[tuple[str, str, str], ...]
    """Slug, name and verdict of each vendor for people who live here."""
    without_law: tuple[NoLaw, ...]
    looked_at: bool


@router.get("/jurisdictions")
async def jurisdictions_page(
    request: Request,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    pages: PagesDep,
    portal: PortalDep,
) -> Response:
    """List the places whose law was researched."""
    language = language_of(request)
    regions = tuple(
        (
            region.name,
            tuple(
                PlaceLine(
                    p.code, place_name(p.code, language), laws_in_force(p, on, rulebook)
                )
                for p in region.places
            ),
        )
        for region in by_region(
            researched(rulebook.pack.laws, rulebook.places), language
        )
    )
    page = PlacesView(on, day_kept(request, on), regions)
    here = [line.code for _, lines in regions for line in lines if line.laws]
    line = places_card(Teller(rulebook, language), here, on).line
    shared = Shared("/jurisdictions", on, line, dated=is_dated(request))
    response = pages.show(request, "coverage/jurisdictions.html", page, shared=shared)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/jurisdictions.json")
async def jurisdictions_json(
    request: Request,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the list as JSON."""
    places = researched(rulebook.pack.laws, rulebook.places)
    document = {"jurisdictions": [jurisdiction_summary(p) for p in places]}
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/jurisdictions.csv")
async def jurisdictions_csv(
    request: Request,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the list as CSV."""
    rows = [
        (p.code, p.name, " ".join(law.id for law in laws_in_force(p, on, rulebook)))
        for p in researched(rulebook.pack.laws, rulebook.places)
    ]
    response = csv_of(("code", "name", "laws"), rows)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/jurisdictions/{code}.json")
async def jurisdiction_json(
    request: Request,
    code: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write one place as JSON."""
    document = jurisdiction_document(
        place_found(rulebook, code), on, rulebook.pack.laws, rulebook.places
    )
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/jurisdictions/{code}.csv")
async def jurisdiction_csv(
    request: Request,
    code: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    portal: PortalDep,
) -> Response:
    """Write the verdict for each vendor as CSV."""
    place = place_found(rulebook, code)
    table = await tables.of(directory, rulebook, on)
    cells = [
        (on, v.slug, v.name, table[v.slug, place.code].verdict)
        for v in table.vendors
        if (v.slug, place.code) in table
    ]
    response = csv_of(("on", "vendor", "name", "verdict"), cells)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/jurisdictions/{code}")
async def jurisdiction_page(
    request: Request,
    code: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    pages: PagesDep,
    portal: PortalDep,
    at: Now,
) -> Response:
    """Show what people who live there can ask for."""
    place, language = place_found(rulebook, code), language_of(request)
    state = state_of(place, rulebook.places)
    if state is not None:
        return pages.go(f"/jurisdictions/{state}?{request.url.query}".rstrip("?"))
    laws = tuple(own_laws(place, rulebook.pack.laws, rulebook.places))
    around = rulebook.places.around(place.code)
    spans = [(law, days_here(law, around)) for law in laws]
    table = await tables.of(directory, rulebook, on)
    known = known_regulators(rulebook.pack.laws)
    page = PlaceView(
        on=on,
        today=on == at.date(),
        code=place.code,
        name=place_name(place.code, language),
        place=place,
        within=tuple(place_name(c, language) for c in sorted(place.within)),
        regions=tuple(
            sorted(
                (
                    (p.code, place_name(p.code, language))
                    for p in _regions(place, rulebook)
                ),
                key=lambda region: region[1],
            )
        ),
        in_force=tuple(
            LawOnDay(
                law,
                step,
                law.regulator_for(place.code),
                regulator_id(law, place.code, known),
            )
            for law in laws
            if (step := reads_here(law, around, on)) is not None
        ),
        coming=tuple(
            (law, days.first)
            for law, days in spans
            if law.pending or (days.first and on < days.first)
        ),
        ended=tuple(
            (law, days.last) for law, days in spans if days.last and days.last < on
        ),
        story=story_of_place(place, laws, on, at.date(), rulebook, language),
        vendors=tuple(
            (v.slug, v.name, table[v.slug, place.code].verdict)
            for v in table.vendors
            if (v.slug, place.code) in table
        ),
        without_law=tuple(
            NoLaw(
                law,
                from_memory(law.doubts, translations(language).gettext),
                in_words(law.doubts),
            )
            for law in saying_none(place, on, rulebook.pack.laws)
        ),
        looked_at=place in table.places or place.regions_differ,
    )
    shared = Shared(
        f"/jurisdictions/{place.code}",
        on,
        place_card(Teller(rulebook, language), place, table).line,
        dated=is_dated(request),
        data=(
            linked_data.jurisdiction(place.code, page.name, page.within),
            way(
                portal,
                (translations(language).gettext(mark("Places")), "/jurisdictions"),
                (page.name, f"/jurisdictions/{place.code}"),
            ),
        ),
    )
    response = pages.show(request, "coverage/jurisdiction.html", page, shared=shared)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


def _regions(place: Place, rulebook: Rulebook) -> Iterator[Place]:
    """Yield the parts of a place of which one has to be named as the residence."""
    if place.regions_differ:
        yield from (p for p in rulebook.places if place.code in p.within)


def place_found(rulebook: Rulebook, code: str) -> Place:
    """Return a place that an address names.

    Raises:
        Problem: 404, if there is none.
    """
    if code not in rulebook.places:
        raise Problem(404, "There is no such jurisdiction.", field="jurisdiction")
    return rulebook.places[code]
