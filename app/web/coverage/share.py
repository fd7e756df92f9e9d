"""The picture of each page, for where its address is shared.

It is the same for everybody: its language and its day stand in its address. A page that
shows several days is that of the later one.
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
from app.web.coverage.cards import Teller
from app.web.coverage.changes import found_change, split
from app.web.coverage.choosing import FiltersDep, chosen, in_words
from app.web.coverage.compare import DaysDep, compared
from app.web.coverage.jurisdictions import place_found
from app.web.coverage.laws import law_found
from app.web.coverage.regulators import regulator_found
from app.web.coverage.vendors import vendor_found
from app.web.deps import (
    Day,
    DirectoryDep,
    DirectoryThen,
    PartsDep,
    PortalDep,
    RulebookDep,
    StoreDep,
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
    return await easel.show(await to_thread.run_sync(tell.answers, table, among), on)


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
        card = tell.best(table, best, one.name if one else "", among)
        return tell.on_map(card, best)

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
    return await easel.show(tell.on_map(tell.vendor(found, table), own), on)


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
    card = tell.place(place, table)
    return await easel.show(tell.where(card, frozenset({place.code})), on)


@router.get("/laws/{law}.png")
async def law_picture(
    law: str, on: Day, rulebook: RulebookDep, tell: TellerDep, easel: EaselDep
) -> Response:
    """Draw where one law is in force."""
    found = law_found(rulebook, law)
    there = found.places_on(on) if found.on(on) is not None else frozenset()
    return await easel.show(tell.where(tell.law(found, on), there), on)


@router.get("/regulators/{regulator}.png")
async def regulator_picture(
    regulator: str, on: Day, rulebook: RulebookDep, tell: TellerDep, easel: EaselDep
) -> Response:
    """Draw where one regulator helps."""
    known = regulator_found(rulebook, regulator)
    card = tell.regulator(known, on)
    return await easel.show(tell.where(card, frozenset(known.places)), on)


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
    card = tell.changes(past, whose(asked, directory, language), asked.on, directory)
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
    return await easel.show(tell.change(change, asked.on, directory), asked.on)


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
    card = tell.compared(
        (days.first, days.last),
        whose(days.asked, directory, language),
        found.differing,
        found.answers,
    )
    best = await to_thread.run_sync(lambda: tuple(best_cells(found.after)))
    return await easel.show(tell.on_map(card, best), days.last)


@router.get("/accountability.png")
async def accountability(
    on: Day,
    choice: ChoiceDep,
    store: StoreDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tell: TellerDep,
    easel: EaselDep,
) -> Response:
    """Draw of how many companies there are figures."""
    published = await store.read(read_published, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    one = directory.vendors.get(choice.vendor)
    return await easel.show(tell.figures(published, one.name if one else "", on), on)


@router.get("/gaps.png")
async def gaps(
    on: Day,
    choice: ChoiceDep,
    store: StoreDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tell: TellerDep,
    easel: EaselDep,
) -> Response:
    """Draw in how many places people had no right."""
    published = await store.read(read_published_gaps, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    return await easel.show(tell.gaps(published, on), on)
