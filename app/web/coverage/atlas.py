"""The map: one company, or the best of many, place by place on a day."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.domain.best_cells import Best, best_cells
from app.domain.coverage import Coverage
from app.domain.eligibility import Change
from app.domain.entries import Cell
from app.domain.grounds import GroundKind, Verdict
from app.domain.laws import Law
from app.domain.places import Places
from app.domain.vendors import Directory, Offer, Order, Vendor
from app.rulebook.load import Rulebook
from app.web.coverage.cards.tables import best_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.choosing import Filters, FiltersDep, chosen, in_words, kind_of
from app.web.coverage.regions import by_region, region_name
from app.web.coverage.tiles import FROM, WORLD, Grid, Mark, draw
from app.web.coverage.vendors import by_name, stamp
from app.web.deps import (
    Day,
    DirectoryThen,
    PagesDep,
    PartsDep,
    PortalDep,
    RulebookDep,
    TablesDep,
)
from app.web.doorstep import address
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared, is_dated
from app.words.catalog import translations
from app.words.documents import COVERAGE_COLUMNS, best_document, best_rows
from app.words.languages import Language, day_in_words, place_name
from app.words.marks import mark
from app.words.terms import VERDICTS

router = APIRouter()
_SOMEBODY = mark("At least one company in %(place)s: %(answer)s")
_ONE = mark("%(company)s in %(place)s: %(answer)s")
_LATER = mark("From %(day)s: %(answer)s")


@dataclass(frozen=True, slots=True)
class Line:
    """One place, as the table and its tile have it."""

    code: str
    name: str
    verdict: Verdict
    sign: str
    """The verdict, or ``from`` where an answer is known to come."""
    href: str
    company: str
    """Whose it is, where the best of many is shown."""
    alike: int
    """How many companies have this verdict there."""
    rests: Law | Offer | Order | None
    """What gives the verdict."""
    since: date | None
    """Its first day there."""
    change: Change | None
    """What is known to come, where there is nothing yet."""

    @property
    def kind(self) -> GroundKind | None:
        """Of what kind of ground the verdict is."""
        match self.rests:
            case Law():
                return GroundKind.LAW
            case Offer():
                return GroundKind.OFFER
            case Order():
                return GroundKind.ORDER
            case None:
                return None


@dataclass(frozen=True, slots=True)
class Group:
    """The places of a region."""

    name: str
    lines: tuple[Line, ...]

    @property
    def counts(self) -> tuple[tuple[Verdict, int], ...]:
        """Each answer that is there, and in how many places."""
        counted = Counter(line.verdict for line in self.lines)
        return tuple((v, counted[v]) for v in Verdict if counted[v])


@dataclass(frozen=True, slots=True)
class MapView:
    """The page."""

    on: date
    filters: Filters
    company: str
    """Its name; empty for any."""
    of: int
    """From how many companies the best is taken."""
    vendors: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    regions: tuple[tuple[str, str], ...]
    counts: tuple[tuple[Verdict, int], ...]
    coming: int
    """Places that are not covered yet, and from when is known."""
    varies: bool
    grids: Mapping[str, Grid]
    groups: tuple[Group, ...]
    files: str
    compiled_on: date
    law_pack: str


@router.get("/coverage/map")
async def map_page(
    request: Request,
    on: Day,
    filters: FiltersDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    pages: PagesDep,
    portal: PortalDep,
    here: PartsDep,
) -> Response:
    """Show a company's coverage, or the best of many, as maps and as a table."""
    language, about = language_of(request), stamp(directory, rulebook, on)
    key = address(request, here, directory)
    if (written := here.kept.find(key, request)) is not None:
        return written
    whole = await tables.of(directory, rulebook, on)
    table = chosen(whole, filters, rulebook)
    coming: Mapping[str, Change] = {}
    if filters.vendor and table.vendors:
        coming = await tables.coming(rulebook, table)
    bests = tuple(best_cells(table))
    page = _view(whole, table, bests, coming, filters, directory, rulebook, language)
    among = in_words(filters, table.places, language)
    tell = Teller(rulebook, language)
    card = best_card(tell, table, bests, page.company, among)
    shared = Shared(
        "/coverage/map",
        on,
        card.line,
        dated=is_dated(request),
        query=filters.asked,
    )
    response = pages.show(request, "coverage/map.html", page, shared=shared)
    if "set-cookie" in response.headers:
        return response
    response = public(request, response, stamp=about, portal=portal)
    here.kept.keep(key, response)
    return response


@router.get("/coverage/map.json")
async def map_json(
    request: Request,
    on: Day,
    filters: FiltersDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    portal: PortalDep,
) -> Response:
    """Write the rows of the map as JSON; each is one of the coverage table."""
    table = chosen(await tables.of(directory, rulebook, on), filters, rulebook)
    document = best_document(table, law_pack=rulebook.pack.fingerprint)
    about = stamp(directory, rulebook, on)
    return public(request, json_of(document), stamp=about, portal=portal)


@router.get("/coverage/map.csv")
async def map_csv(
    request: Request,
    on: Day,
    filters: FiltersDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    portal: PortalDep,
) -> Response:
    """Write the rows of the map as CSV."""
    table = chosen(await tables.of(directory, rulebook, on), filters, rulebook)
    response = csv_of((*COVERAGE_COLUMNS, "vendors"), best_rows(table))
    about = stamp(directory, rulebook, on)
    return public(request, response, stamp=about, portal=portal)


def _view(
    whole: Coverage,
    table: Coverage,
    bests: Iterable[Best],
    coming: Mapping[str, Change],
    filters: Filters,
    directory: Directory,
    rulebook: Rulebook,
    language: Language,
) -> MapView:
    one = directory.vendors.get(filters.vendor)
    lines = {
        best.place.code: _line(
            best, whole.on, coming.get(best.place.code), filters, rulebook, language
        )
        for best in bests
    }
    grids = draw(
        {code: _mark(line, one is None, language) for code, line in lines.items()},
        rulebook.places,
    )
    counted = Counter(line.verdict for line in lines.values())
    return MapView(
        on=whole.on,
        filters=filters,
        company="" if one is None else one.name,
        of=len(table.vendors),
        vendors=tuple((v.slug, v.name) for v in by_name(directory)),
        kinds=tuple(sorted({kind_of(v, table.on) for v in directory.vendors.values()})),
        regions=tuple(_regions(whole, filters, language)),
        counts=tuple((verdict, counted[verdict]) for verdict in Verdict),
        coming=sum(line.sign == FROM for line in lines.values()),
        varies=any(sign == "varies" for sign, _ in grids[WORLD].grounds),
        grids={name: grid for name, grid in grids.items() if grid.grounds},
        groups=tuple(
            Group(region.name, tuple(lines[place.code] for place in region.places))
            for region in by_region(
                (p for p in table.places if p.code in lines), language
            )
        ),
        files=urlencode({"on": whole.on.isoformat(), **filters.asked}),
        compiled_on=rulebook.pack.compiled_on,
        law_pack=rulebook.pack.fingerprint,
    )


def _regions(
    whole: Coverage, filters: Filters, language: str
) -> Iterable[tuple[str, str]]:
    """Yield the regions to choose from, and a place asked for by its code."""
    codes = dict.fromkeys(region.code for region in by_region(whole.places, language))
    if any(filters.region in {p.code, *p.within} for p in whole.places):
        codes.setdefault(filters.region)
    return ((code, region_name(code, language)) for code in codes)


def _line(
    best: Best,
    on: date,
    change: Change | None,
    filters: Filters,
    rulebook: Rulebook,
    language: str,
) -> Line:
    code, vendor, cell = best.place.code, best.vendor, best.cell
    rests = _rests_on(vendor, cell, rulebook.pack.laws)
    asked = {"residence": code, "vendor": vendor.slug, "on": on.isoformat()}
    return Line(
        code=code,
        name=place_name(code, language),
        verdict=cell.verdict,
        sign=cell.verdict if change is None else FROM,
        href="/check/answer?" + urlencode(asked)
        if filters.vendor
        else f"/jurisdictions/{code}?on={on}",
        company=vendor.name,
        alike=best.alike,
        rests=rests,
        since=_since(rests, code, rulebook.places),
        change=change,
    )


def _rests_on(
    vendor: Vendor, cell: Cell, laws: Mapping[str, Law]
) -> Law | Offer | Order | None:
    """Return what gives the verdict; nothing gives that there is none."""
    if cell.verdict is Verdict.NOT_ELIGIBLE or cell.ground is None:
        return None
    law = laws.get(cell.ground)
    offer = next((o for o in vendor.offers if o.id == cell.ground), None)
    order = next((o for o in vendor.orders if o.id == cell.ground), None)
    return law or offer or order


def _since(
    rests: Law | Offer | Order | None, residence: str, places: Places
) -> date | None:
    """Return the first day of what a verdict rests on, in the place."""
    match rests:
        case Law():
            here = [
                rests.places[code].first
                for code in places.around(residence)
                if code in rests.places
            ]
            return max((d for d in (rests.first_day, *here) if d), default=None)
        case Offer():
            return rests.span.first
        case Order():
            return rests.statuses[0][0] if rests.statuses else rests.span.first
        case None:
            return None


def _mark(line: Line, any_company: bool, language: Language) -> Mark:
    say = translations(language).gettext
    answer = say(VERDICTS[line.verdict])
    if line.change is not None:
        later = {
            "day": day_in_words(line.change.on, language),
            "answer": say(VERDICTS[line.change.verdict]),
        }
        answer = f"{answer}. {say(_LATER) % later}"
    said = say(_SOMEBODY if any_company else _ONE) % {
        "company": line.company,
        "place": line.name,
        "answer": answer,
    }
    return Mark(line.sign, said, line.href)
