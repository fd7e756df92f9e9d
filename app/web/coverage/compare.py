"""Two days side by side: only what differs, with what happened between them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.domain.best_cells import best_cells
from app.domain.changes import Cause, Change, Direction
from app.domain.comparison import Difference, differences
from app.domain.coverage import Coverage
from app.domain.grounds import Verdict
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.web.coverage.asked import Asked, AskedDep, residences_of, vendors_of, whose
from app.web.coverage.cards.changes import compared_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.change_views import NAMED, Viewer
from app.web.coverage.changes import Choices, choices_of
from app.web.coverage.regions import by_region
from app.web.coverage.tiles import (
    CANADA,
    EUROPE,
    UNITED_STATES,
    WORLD,
    Grid,
    Mark,
    draw,
)
from app.web.coverage.vendors import stamp
from app.web.deps import (
    DirectoryDep,
    PagesDep,
    PartsDep,
    PortalDep,
    RulebookDep,
    TablesDep,
    ToldDep,
)
from app.web.doorstep import address
from app.web.errors import Problem
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared
from app.words.languages import Language, place_name

router = APIRouter()
FOUNDING = date(2020, 7, 6)
"""The day from which we compare where none is named: Canadians read that Clearview AI
lets some people delete their pictures, and not them."""
COLUMNS = ("from", "to", "residence", "vendor", "before", "after", "because")
GRID_OF = {"CA": CANADA, "US": UNITED_STATES, "EU": EUROPE, "EEA": EUROPE}


@dataclass(frozen=True, slots=True)
class Days:
    """The two days, and whom the reader asks about."""

    first: date
    last: date
    asked: Asked


async def _days(asked: AskedDep, directory: DirectoryDep) -> Days:
    last = asked.last or asked.on
    first = asked.first or min(FOUNDING, last)
    if last < first:
        raise Problem(422, "to comes before from", field="to")
    # The later table has no row of a company whose record will be another's by then.
    stands = directory.on(last).stands_for(asked.vendor)
    return Days(first, last, replace(asked, vendor=stands))


DaysDep = Annotated[Days, Depends(_days)]


@dataclass(frozen=True, slots=True)
class Compared:
    """Both tables, cut to what is asked for, and what differs."""

    before: Coverage
    after: Coverage
    differences: tuple[Difference, ...]

    @property
    def answers(self) -> int:
        """How many answers there are on each day."""
        return len(self.after.vendors) * len(self.after.places)

    @property
    def differing(self) -> int:
        """How many of them differ."""
        return sum(len(one.vendors) for one in self.differences)


@dataclass(frozen=True, slots=True)
class Line:
    """One difference on the page."""

    before: Verdict
    after: Verdict
    gained: bool
    companies: str
    vendors: tuple[tuple[str, str], ...]
    """Slug and name, where they are few or the page is about their place."""
    because: tuple[tuple[date, str, str], ...]
    """Day, title and name of each change."""


@dataclass(frozen=True, slots=True)
class CompareView:
    """The page."""

    days: Days
    asked: Asked
    choices: Choices
    company: str
    answers: int
    differing: int
    groups: tuple[tuple[str, tuple[tuple[str, str, str, tuple[Line, ...]], ...]], ...]
    """The name of each region; of its places code, name, address, and what differs."""
    grids: tuple[Grid, Grid] | None
    files: str
    changes: str


@router.get("/compare")
async def compare_page(
    request: Request,
    days: DaysDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tables: TablesDep,
    pages: PagesDep,
    portal: PortalDep,
    here: PartsDep,
) -> Response:
    """Show which answers differ between two days, and why."""
    language, of = language_of(request), _stamp(days, directory, rulebook)
    key = address(request, here, directory)
    if (written := here.kept.find(key, request)) is not None:
        return written
    found = await compared(days, told, directory, rulebook, tables)
    page = _view(days, found, directory, rulebook, language)
    card = compared_card(
        Teller(rulebook, language),
        (days.first, days.last),
        whose(days.asked, directory, language),
        found.differing,
        found.answers,
    )
    shared = Shared(
        "/compare",
        days.asked.on,
        card.line,
        dated=days.asked.dated,
        query=dict(parse_qsl(page.files)),
    )
    response = pages.show(request, "coverage/compare.html", page, shared=shared)
    if "set-cookie" in response.headers:
        return response
    response = public(request, response, stamp=of, portal=portal)
    here.kept.keep(key, response)
    return response


@router.get("/compare.json")
async def compare_json(
    request: Request,
    days: DaysDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tables: TablesDep,
    portal: PortalDep,
) -> Response:
    """Write what differs as JSON."""
    found = await compared(days, told, directory, rulebook, tables)
    document = {
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "law_pack": rulebook.pack.fingerprint,
        "answers": found.answers,
        "differing": found.differing,
        "differences": [
            {
                "residence": one.residence,
                "before": one.before,
                "after": one.after,
                "gained": one.gained,
                "vendors": list(one.vendors),
                "because": [change.name for change in one.because],
            }
            for one in found.differences
        ],
    }
    of = _stamp(days, directory, rulebook)
    return public(request, json_of(document), stamp=of, portal=portal)


@router.get("/compare.csv")
async def compare_csv(
    request: Request,
    days: DaysDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tables: TablesDep,
    portal: PortalDep,
) -> Response:
    """Write each answer that differs as a row of CSV."""
    found = await compared(days, told, directory, rulebook, tables)
    rows = [
        (
            days.first,
            days.last,
            one.residence,
            vendor,
            one.before,
            one.after,
            " ".join(change.name for change in one.because),
        )
        for one in found.differences
        for vendor in one.vendors
    ]
    response = csv_of(COLUMNS, rows)
    of = _stamp(days, directory, rulebook)
    return public(request, response, stamp=of, portal=portal)


def _stamp(days: Days, directory: Directory, rulebook: Rulebook) -> tuple[object, ...]:
    return (*stamp(directory, rulebook, days.first), days.last)


async def compared(
    days: Days,
    told: tuple[Change, ...],
    directory: Directory,
    rulebook: Rulebook,
    tables: TablesDep,
) -> Compared:
    """Hold two tables against each other, beside the loop."""
    first = await tables.of(directory, rulebook, days.first)
    last = await tables.of(directory, rulebook, days.last)
    slugs = vendors_of(days.asked, directory)
    codes = residences_of(days.asked.place, rulebook)
    vendors = [v for v in last.vendors if slugs is None or v.slug in slugs]
    places = [p for p in last.places if codes is None or p.code in codes]
    before, after = first.part(vendors, places), last.part(vendors, places)

    asked = days.asked
    cause = Cause(asked.cause) if asked.cause else None
    direction = Direction(asked.direction) if asked.direction else None

    def found() -> Compared:
        those = differences(before, after, told, cause=cause, direction=direction)
        return Compared(before, after, tuple(those))

    return await to_thread.run_sync(found)


def _view(
    days: Days,
    found: Compared,
    directory: Directory,
    rulebook: Rulebook,
    language: Language,
) -> CompareView:
    viewer = Viewer(directory, rulebook, language)
    asked = days.asked
    lines = {
        code: tuple(
            _line(one, viewer, asked.place == code or bool(asked.vendor))
            for one in those
        )
        for code, those in groupby(found.differences, key=lambda d: d.residence)
    }
    differing = [place for place in found.after.places if place.code in lines]
    here = {"from": days.first.isoformat(), "to": days.last.isoformat()}
    about = {
        **here,
        "vendor": asked.vendor,
        "kind": asked.kind,
        "cause": asked.cause,
        "direction": asked.direction,
    }
    return CompareView(
        days=days,
        asked=asked,
        choices=choices_of(asked.on, directory, rulebook, language),
        company=directory.vendors[asked.vendor].name if asked.vendor else "",
        answers=found.answers,
        differing=found.differing,
        groups=tuple(
            (
                region.name,
                tuple(
                    (
                        place.code,
                        place_name(place.code, language),
                        _address({**about, "place": place.code}),
                        lines[place.code],
                    )
                    for place in region.places
                ),
            )
            for region in by_region(differing, language)
        ),
        grids=_grids(found, asked.place, lines, rulebook, language),
        files=urlencode(_set({**about, "place": asked.place})),
        changes=asked.address(
            "/changes",
            on=None,
            **{"from": days.first.isoformat(), "to": days.last.isoformat()},
        ),
    )


def _set(named: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in named.items() if value}


def _address(named: Mapping[str, str]) -> str:
    return "/compare?" + urlencode(_set(named))


def _line(one: Difference, viewer: Viewer, whole: bool) -> Line:
    vendors = viewer.vendors(one.vendors)
    return Line(
        before=one.before,
        after=one.after,
        gained=one.gained,
        companies=viewer.companies(vendors),
        vendors=tuple(vendors) if whole or len(vendors) <= NAMED else (),
        because=tuple(
            (read.change.on, read.title, read.change.name)
            for read in viewer.read(one.because)
        ),
    )


def _grids(
    found: Compared,
    place: str,
    differing: Iterable[str],
    rulebook: Rulebook,
    language: Language,
) -> tuple[Grid, Grid] | None:
    """Return the map of each day, with the places outlined of which an answer differs.

    Of one country or union with a map of its own, or else of the world.
    """
    home = place.partition("-")[0]
    name = GRID_OF.get(home, WORLD)
    codes = set(differing)
    maps = []
    for table in (found.before, found.after):
        marks = dict(_marks(table, language))
        drawn = draw(marks, rulebook.places, ringed=codes)[name]
        maps.append(drawn)
    first, last = maps
    return (first, last) if first.grounds else None


def _marks(table: Coverage, language: Language) -> Iterator[tuple[str, Mark]]:
    for best in best_cells(table):
        code, verdict = best.place.code, best.cell.verdict
        href = f"/jurisdictions/{code}?on={table.on}"
        yield code, Mark(verdict, place_name(code, language), href)
