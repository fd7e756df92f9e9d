"""The coverage table: vendors × jurisdictions on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.domain.coverage import Coverage
from app.domain.grounds import Verdict
from app.domain.vendors import Vendor
from app.web.coverage.choosing import Filters, FiltersDep, chosen, kind_of
from app.web.coverage.regions import Region, by_region, region_name
from app.web.coverage.vendors import stamp
from app.web.deps import (
    Day,
    DirectoryDep,
    KeptDep,
    PagesDep,
    PortalDep,
    RulebookDep,
    TablesDep,
)
from app.web.pages import csv_of, json_of, language_of, public, takes_gzip
from app.words.documents import COVERAGE_COLUMNS, coverage_document, coverage_rows
from app.words.languages import place_name

router = APIRouter()


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell of the table."""

    verdict: Verdict
    href: str
    vendor: str
    place: str
    first: bool
    """Whether a region begins here."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One vendor, for the residents of every place."""

    slug: str
    name: str
    closed: bool
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The page."""

    on: date
    filters: Filters
    kinds: tuple[str, ...]
    shown: str
    """The code of the region on the page; empty where nothing fits."""
    regions: tuple[tuple[str, str, str], ...]
    """Code and name of each region, and the address at which it is shown."""
    verdicts: tuple[Verdict, ...]
    columns: tuple[Region, ...]
    rows: tuple[RowView, ...]
    files: str
    """The query that the files beside the page are asked with."""
    compiled_on: date
    law_pack: str


@router.get("/coverage")
async def coverage_page(
    request: Request,
    on: Day,
    filters: FiltersDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tables: TablesDep,
    pages: PagesDep,
    portal: PortalDep,
    kept: KeptDep,
) -> Response:
    """Show who can ask for deletion, and under which law."""
    language, about = language_of(request), stamp(directory, rulebook, on)
    key = (about, request.url.query, language, takes_gzip(request), pages.demo)
    if (written := kept.find(key, request)) is not None:
        return written
    whole = await tables.of(directory, rulebook, on)
    table = chosen(whole, filters, rulebook)
    columns = by_region(table.places, language)
    if not filters.region:
        columns = columns[:1]
    shown = filters.region or "".join(region.code for region in columns)
    page = CoverageView(
        on=on,
        filters=filters,
        kinds=tuple(sorted({kind_of(v, on) for v in directory.vendors.values()})),
        shown=shown,
        regions=_regions(whole, shown, filters, language),
        verdicts=tuple(Verdict),
        columns=columns,
        rows=tuple(_row(vendor, table, columns, language) for vendor in table.vendors),
        files=urlencode({"on": on.isoformat(), **filters.asked}),
        compiled_on=rulebook.pack.compiled_on,
        law_pack=rulebook.pack.fingerprint,
    )
    response = pages.show(request, "coverage/matrix.html", page)
    if "set-cookie" in response.headers:
        return response
    response = public(request, response, stamp=about, portal=portal)
    kept.keep(key, response)
    return response


@router.get("/coverage.json")
async def coverage_json(
    request: Request,
    on: Day,
    filters: FiltersDep,
    directory: DirectoryDep,
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
    directory: DirectoryDep,
    rulebook: RulebookDep,
    tables: TablesDep,
    portal: PortalDep,
) -> Response:
    """Write the table as CSV."""
    table = chosen(await tables.of(directory, rulebook, on), filters, rulebook)
    response = csv_of(COVERAGE_COLUMNS, coverage_rows(table))
    about = stamp(directory, rulebook, on)
    return public(request, response, stamp=about, portal=portal)


def _regions(
    table: Coverage, shown: str, filters: Filters, language: str
) -> tuple[tuple[str, str, str], ...]:
    """Return the regions to choose from, and a place that was asked for by its code."""
    codes = dict.fromkeys(region.code for region in by_region(table.places, language))
    if any(shown in {p.code, *p.within} for p in table.places):
        codes.setdefault(shown)
    kept = {"on": table.on.isoformat(), **filters.asked}
    return tuple(
        (
            code,
            region_name(code, language),
            "/coverage?" + urlencode({**kept, "region": code}),
        )
        for code in codes
    )


def _row(
    vendor: Vendor, table: Coverage, columns: Iterable[Region], language: str
) -> RowView:
    on = table.on.isoformat()
    return RowView(
        slug=vendor.slug,
        name=vendor.name,
        closed=vendor.closed_on is not None and vendor.closed_on < table.on,
        cells=tuple(
            CellView(
                verdict=table[vendor.slug, place.code].verdict,
                href="/check/answer?"
                + urlencode({"residence": place.code, "vendor": vendor.slug, "on": on}),
                vendor=vendor.name,
                place=place_name(place.code, language),
                first=place is region.places[0],
            )
            for region in columns
            for place in region.places
        ),
    )
