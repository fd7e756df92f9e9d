"""The coverage table: vendors × jurisdictions on a day."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.domain.coverage import Coverage, researched
from app.domain.grounds import Verdict
from app.domain.places import Place
from app.domain.vendors import Vendor
from app.web.coverage.cards.tables import matrix_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.choosing import (
    Filters,
    FiltersDep,
    chosen,
    in_words,
    kind_of,
    places_asked,
    vendors_asked,
)
from app.web.coverage.regions import Region, by_region, region_codes, region_name
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
from app.words.documents import COVERAGE_COLUMNS, coverage_document, coverage_rows
from app.words.languages import folded, place_name
from app.words.marks import mark
from app.words.terms import ALL, VERDICTS

router = APIRouter()
ROWS = 50
"""Companies on one page: what an old phone can show."""
_CELL = mark("%(company)s in %(place)s: %(answer)s")


async def _page(page: Annotated[str, Query()] = "") -> int:
    """Return the number of a page; what is no number is the first."""
    return max(1, int(page)) if re.fullmatch("[0-9]{1,6}", page) else 1


PageNumber = Annotated[int, Depends(_page)]


class Cell(NamedTuple):
    """One cell of the page; there are thousands."""

    href: str
    label: str
    """Its whole sentence, for who does not see the sign."""
    verdict: Verdict
    first: bool
    """Whether a region begins here."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One vendor, for the residents of every place."""

    slug: str
    name: str
    closed: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The page."""

    on: date
    filters: Filters
    company: str
    """The one that alone is asked for, by name; empty for many."""
    kinds: tuple[str, ...]
    shown: str
    """The code of the region on the page; empty where nothing fits."""
    regions: tuple[tuple[str, str, str], ...]
    """Code and name of each region, and the address at which it is shown."""
    verdicts: tuple[Verdict, ...]
    columns: tuple[Region, ...]
    groups: tuple[tuple[str, tuple[RowView, ...]], ...]
    """The companies of the page by their kind."""
    vendors: int
    """How many companies there are on all pages."""
    places: int
    number: int
    """Which page this is, from 1."""
    pages: tuple[str, ...]
    """The address of each page."""
    files: str
    """The query that the files beside the page are asked with."""
    compiled_on: date
    law_pack: str


@router.get("/coverage")
async def coverage_page(
    request: Request,
    on: Day,
    filters: FiltersDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    pages: PagesDep,
    portal: PortalDep,
    here: PartsDep,
    page: PageNumber,
) -> Response:
    """Show who can ask for deletion, and under which law."""
    language, about = language_of(request), stamp(directory, rulebook, on)
    key = address(request, here, directory)
    if (written := here.kept.find(key, request)) is not None:
        return written
    say = translations(language).gettext
    kinds = {v.slug: kind_of(v, on) for v in directory.vendors.values()}
    called = {kind: folded(say(word)) for kind, word in ALL["sector"].items()}
    found = sorted(
        vendors_asked(by_name(directory), filters, on),
        key=lambda vendor: called[kinds[vendor.slug]],
    )
    last = max(1, -(-len(found) // ROWS))
    number = min(page, last)
    shown = found[(number - 1) * ROWS : number * ROWS]
    everywhere = researched(rulebook.pack.laws, rulebook.places)
    if filters.verdict:
        whole = await tables.of(directory, rulebook, on)
        asked = chosen(whole, filters, rulebook).places
    else:
        asked = tuple(places_asked(everywhere, filters, rulebook))
    columns = _columns(asked, filters, language)
    places = [place for region in columns for place in region.places]
    table = await tables.part(directory, rulebook, on, shown, places)
    shown = shown if places else []
    region = filters.region or "".join(region.code for region in columns)
    one = directory.vendors.get(filters.vendor)
    company = one.name if one else ""
    view = CoverageView(
        on=on,
        filters=filters,
        company=company,
        kinds=tuple(sorted(set(kinds.values()))),
        shown=region,
        regions=tuple(_regions(everywhere, region, filters, on, language)),
        verdicts=tuple(Verdict),
        columns=columns,
        groups=tuple(
            (kind, tuple(_rows(tuple(alike), table, columns, language)))
            for kind, alike in groupby(shown, key=lambda vendor: kinds[vendor.slug])
        ),
        vendors=len(found),
        places=len(places),
        number=number,
        pages=tuple(_address(filters, on, page=n + 1) for n in range(last)),
        files=urlencode({"on": on.isoformat(), **filters.asked}),
        compiled_on=rulebook.pack.compiled_on,
        law_pack=rulebook.pack.fingerprint,
    )
    # Of all that was asked for, as its picture is: the page may show one region of it.
    among = in_words(filters, asked, language)
    tell = Teller(rulebook, language)
    card = matrix_card(tell, view.vendors, len(asked), on, among, company)
    shared = Shared(
        "/coverage",
        on,
        card.line,
        dated=is_dated(request),
        query=filters.asked,
    )
    response = pages.show(request, "coverage/matrix.html", view, shared=shared)
    if "set-cookie" in response.headers:
        return response
    response = public(request, response, stamp=about, portal=portal)
    here.kept.keep(key, response)
    return response


@router.get("/coverage.json")
async def coverage_json(
    request: Request,
    on: Day,
    filters: FiltersDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    portal: PortalDep,
) -> Response:
    """Write the table as JSON."""
    table = chosen(await tables.of(directory, rulebook, on), filters, rulebook)
    document = coverage_document(table, law_pack=rulebook.pack.fingerprint)
    about = stamp(directory, rulebook, on)
    return public(request, json_of(document), stamp=about, portal=portal)


@router.get("/coverage.csv")
async def coverage_csv(
    request: Request,
    on: Day,
    filters: FiltersDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    portal: PortalDep,
) -> Response:
    """Write the table as CSV."""
    table = chosen(await tables.of(directory, rulebook, on), filters, rulebook)
    response = csv_of(COVERAGE_COLUMNS, coverage_rows(table))
    about = stamp(directory, rulebook, on)
    return public(request, response, stamp=about, portal=portal)


def _columns(
    places: Iterable[Place], filters: Filters, language: str
) -> tuple[Region, ...]:
    """Return the regions on the page: one, unless a place or a group is asked for."""
    columns = by_region(places, language)
    return columns if filters.region else columns[:1]


def _address(filters: Filters, on: date, **other: object) -> str:
    asked = {"on": on.isoformat(), **filters.asked, **other}
    return "/coverage?" + urlencode(asked)


def _regions(
    everywhere: Iterable[Place], shown: str, filters: Filters, on: date, language: str
) -> Iterator[tuple[str, str, str]]:
    """Yield the regions to choose from, and a place that was asked for by its code."""
    codes = dict.fromkeys(region_codes(everywhere))
    if any(shown in {p.code, *p.within} for p in everywhere):
        codes.setdefault(shown)
    for code in codes:
        yield code, region_name(code, language), _address(filters, on, region=code)


def _rows(
    vendors: Sequence[Vendor],
    table: Coverage,
    columns: Iterable[Region],
    language: str,
) -> Iterator[RowView]:
    """Yield the rows; what many cells share is put into words once."""
    on = table.on.isoformat()
    heads = [
        _Head(place, place is r.places[0], language)
        for r in columns
        for place in r.places
    ]
    verdicts = table.part(vendors, [head.place for head in heads]).rows.values()
    for vendor, row in zip(vendors, zip(*verdicts, strict=True), strict=True):
        rest, name = f"vendor={vendor.slug}&on={on}", vendor.name
        cells = []
        for head, cell in zip(heads, row, strict=True):
            before, after = head.said[cell.verdict]
            label = f"{before}{name}{after}"
            cells.append(Cell(head.href + rest, label, cell.verdict, head.first))
        closed = vendor.closed_on is not None and vendor.closed_on < table.on
        yield RowView(vendor.slug, name, closed, tuple(cells))


class _Head:
    """What all cells of a column share."""

    def __init__(self, place: Place, first: bool, language: str) -> None:
        say = translations(language).gettext
        self.place, self.first = place, first
        self.href = f"/check/answer?residence={place.code}&"
        self.said = {
            verdict: _around_the_name(
                say(_CELL), place_name(place.code, language), say(VERDICTS[verdict])
            )
            for verdict in Verdict
        }
        """What is said before and after the company's name, by verdict."""


def _around_the_name(sentence: str, place: str, answer: str) -> tuple[str, str]:
    blank = "\0"
    said = sentence % {"company": blank, "place": place, "answer": answer}
    before, _, after = said.partition(blank)
    return before, after
