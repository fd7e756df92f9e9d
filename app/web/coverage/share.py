"""The picture of each page, for where its address is shared.

It is the same for everybody: its language and its day stand in its address. A page that
shows several days names them all; its address has the later one.
"""

from datetime import UTC
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.actions.read_figures import read_published, read_published_gaps
from app.domain.best_cells import best_cells
from app.pictures import Card
from app.web.coverage.accountability import ChoiceDep, refuse_unknown
from app.web.coverage.asked import AskedDep, whose
from app.web.coverage.cards.changes import (
    change_card,
    changes_card,
    compared_card,
    differences_on_map,
)
from app.web.coverage.cards.figures import figures_card, gaps_card
from app.web.coverage.cards.records import (
    law_card,
    laws_card,
    place_card,
    places_card,
    regulator_card,
    vendor_card,
    vendors_card,
)
from app.web.coverage.cards.start import start_card
from app.web.coverage.cards.tables import answers_card, best_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.changes import split
from app.web.coverage.choosing import FiltersDep, chosen, in_words
from app.web.coverage.compare import DaysDep, compared
from app.web.coverage.in_force import with_law
from app.web.coverage.jurisdictions import place_found
from app.web.coverage.laws import law_found
from app.web.coverage.one_change import found_change
from app.web.coverage.regulators import regulator_found
from app.web.coverage.vendors import vendor_found
from app.web.deps import (
    Day,
    DirectoryDep,
    DirectoryThen,
    PartsDep,
    PortalDep,
    PublishedDep,
    RulebookDep,
    TablesDep,
    ToldDep,
    language_named,
)
from app.web.pictures import is_over
from app.words.languages import Language

router = APIRouter(prefix="/share")


async def _language(lang: Annotated[str | None, Query()] = None) -> Language:
    return language_named(lang)


Spoken = Annotated[Language, Depends(_language)]


async def _teller(rulebook: RulebookDep, portal: PortalDep, language: Spoken) -> Teller:
    return Teller(rulebook, language, portal.host)


TellerDep = Annotated[Teller, Depends(_teller)]


class Easel:
    """Answers with the picture of a card."""

    def __init__(self, request: Request, here: PartsDep) -> None:
        self._request, self._here = request, here

    async def show(self, card: Card, day: Day) -> Response:
        """Return the picture, for as long as it stands."""
        today = self._here.now().astimezone(UTC).date()
        return await self._here.pictures.of(
            self._request,
            card,
            over=is_over(day, today),
            release=self._here.portal.release,
        )


async def _easel(request: Request, here: PartsDep) -> Easel:
    return Easel(request, here)


EaselDep = Annotated[Easel, Depends(_easel)]


@router.get("/coverage.png")
async def coverage(
    on: Day,
    filters: FiltersDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    tell: TellerDep,
    language: Spoken,
    easel: EaselDep,
) -> Response:
    """Draw how many answers of a table are what; they are counted beside the loop."""
    table = chosen(await tables.of(directory, rulebook, on), filters, rulebook)
    among = in_words(filters, table.places, language)
    one = directory.vendors.get(filters.vendor)
    company = one.name if one else ""
    card = await to_thread.run_sync(answers_card, tell, table, among, company)
    return await easel.show(card, on)


@router.get("/coverage/map.png")
async def coverage_map(
    on: Day,
    filters: FiltersDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    tell: TellerDep,
    language: Spoken,
    easel: EaselDep,
) -> Response:
    """Draw one company's coverage, or the best of many; beside the loop."""
    table = chosen(await tables.of(directory, rulebook, on), filters, rulebook)
    one = directory.vendors.get(filters.vendor)
    among = in_words(filters, table.places, language)

    def told() -> Card:
        best = tuple(best_cells(table))
        card = best_card(tell, table, best, one.name if one else "", among)
        return tell.on_map(card, best)

    return await easel.show(await to_thread.run_sync(told), on)


@router.get("/start.png")
async def start(
    on: Day, rulebook: RulebookDep, tell: TellerDep, easel: EaselDep
) -> Response:
    """Draw in which places a law helps."""

    def told() -> Card:
        return start_card(tell, on, with_law(rulebook, on))

    return await easel.show(await to_thread.run_sync(told), on)


@router.get("/vendors.png")
async def vendors(
    on: Day, directory: DirectoryThen, tell: TellerDep, easel: EaselDep
) -> Response:
    """Draw how many companies there are of which kind."""
    return await easel.show(vendors_card(tell, directory.vendors.values(), on), on)


@router.get("/laws.png")
async def laws(
    on: Day, rulebook: RulebookDep, tell: TellerDep, easel: EaselDep
) -> Response:
    """Draw where a law is in force."""

    def told() -> Card:
        laws = rulebook.pack.laws.values()
        return laws_card(tell, laws, with_law(rulebook, on), on)

    return await easel.show(await to_thread.run_sync(told), on)


@router.get("/jurisdictions.png")
async def jurisdictions(
    on: Day, rulebook: RulebookDep, tell: TellerDep, easel: EaselDep
) -> Response:
    """Draw in which places a law is in force; they are looked through beside the loop."""

    def told() -> Card:
        return places_card(tell, with_law(rulebook, on), on)

    return await easel.show(await to_thread.run_sync(told), on)


@router.get("/vendors/{slug}.png")
async def vendor(
    slug: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    tell: TellerDep,
    easel: EaselDep,
) -> Response:
    """Draw where people are covered for one company."""
    found = vendor_found(directory, slug)
    table = await tables.of(directory, rulebook, on)
    own = best_cells(table.part([found], table.places))
    return await easel.show(tell.on_map(vendor_card(tell, found, table), own), on)


@router.get("/jurisdictions/{code}.png")
async def jurisdiction(
    code: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    tell: TellerDep,
    easel: EaselDep,
) -> Response:
    """Draw what one place gives."""
    place = place_found(rulebook, code)
    table = await tables.of(directory, rulebook, on)
    card = place_card(tell, place, table)
    return await easel.show(tell.filled(card, {place.code}), on)


@router.get("/laws/{law}.png")
async def law_picture(
    law: str, on: Day, rulebook: RulebookDep, tell: TellerDep, easel: EaselDep
) -> Response:
    """Draw where one law is in force."""
    found = law_found(rulebook, law)
    there = found.places_on(on) if found.on(on) is not None else frozenset()
    return await easel.show(tell.filled(law_card(tell, found, on), there), on)


@router.get("/regulators/{regulator}.png")
async def regulator_picture(
    regulator: str, on: Day, rulebook: RulebookDep, tell: TellerDep, easel: EaselDep
) -> Response:
    """Draw where one regulator helps."""
    known = regulator_found(rulebook, regulator)
    card = regulator_card(tell, known, on)
    return await easel.show(tell.filled(card, known.places), on)


@router.get("/changes.png")
async def changes(
    asked: AskedDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tell: TellerDep,
    language: Spoken,
    easel: EaselDep,
) -> Response:
    """Draw how much has changed, and what last."""
    past, _ = split(asked, told, directory, rulebook)
    of = whose(asked, directory, language)
    card = changes_card(tell, past, of, asked.on, directory)
    return await easel.show(card, asked.on)


@router.get("/changes/{name}.png")
async def change_picture(
    name: str,
    asked: AskedDep,
    told: ToldDep,
    directory: DirectoryDep,
    tell: TellerDep,
    easel: EaselDep,
) -> Response:
    """Draw one change."""
    change = found_change(told, name)
    return await easel.show(change_card(tell, change, asked.on, directory), asked.on)


@router.get("/compare.png")
async def compare(
    days: DaysDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tables: TablesDep,
    tell: TellerDep,
    language: Spoken,
    easel: EaselDep,
) -> Response:
    """Draw how much differs between two days."""
    found = await compared(days, told, directory, rulebook, tables)
    both, of = (days.first, days.last), whose(days.asked, directory, language)
    card = compared_card(tell, both, of, found.differing, found.answers)
    card = differences_on_map(tell, card, found.differences, found.after.places)
    return await easel.show(card, days.last)


@router.get("/accountability.png")
async def accountability(
    on: Day,
    choice: ChoiceDep,
    store: PublishedDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tell: TellerDep,
    easel: EaselDep,
) -> Response:
    """Draw how companies answer."""
    published = await store.read(read_published, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    one = directory.vendor(choice.vendor)
    company = one.name if one else ""
    card = figures_card(tell, published, company, on, directory)
    return await easel.show(card, on)


@router.get("/gaps.png")
async def gaps(
    on: Day,
    choice: ChoiceDep,
    store: PublishedDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tell: TellerDep,
    easel: EaselDep,
) -> Response:
    """Draw in how many places people had no right."""
    published = await store.read(read_published_gaps, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    return await easel.show(gaps_card(tell, published, on, directory), on)
