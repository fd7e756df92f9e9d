"""Where people asked and had no right, and what would give them one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.read_figures import (
    Choice,
    Published,
    PublishedGap,
    Released,
    read_published_gaps,
)
from app.domain.coverage import Coverage
from app.domain.eligibility import Pending, Question, decide
from app.domain.figures import SEVERAL, Quarter
from app.domain.grounds import Verdict
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.web.coverage.accountability import (
    ChoiceDep,
    named_in,
    query_of,
    refuse_unknown,
    released_document,
    vendors_by_name,
)
from app.web.coverage.cards.figures import gaps_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.regions import region_of
from app.web.coverage.vendors import stamp
from app.web.deps import (
    Day,
    DirectoryThen,
    PagesDep,
    PortalDep,
    PublishedDep,
    RulebookDep,
    TablesDep,
)
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared, is_dated
from app.words.figures import GAP_COLUMNS
from app.words.languages import place_name
from app.words.naming import in_language

router = APIRouter()
NEAR_AT_MOST = 5
LINES_ON_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class GapLine:
    """One gap on the page."""

    quarter: Quarter
    place: str
    name: str
    vendor: str
    vendor_name: str
    people: int
    width: float
    """Of its bar, in per cent of the longest."""
    pending: tuple[Pending, ...]
    """Laws of the place that do not count yet."""
    near: tuple[tuple[str, str], ...]
    """Code and name of places near it whose law covers this company's data."""
    near_more: int


@dataclass(frozen=True, slots=True)
class GapsView:
    """The page."""

    on: date
    choice: Choice
    period: Quarter | None
    releases: tuple[Released, ...]
    vendors: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    lines: tuple[GapLine, ...]
    left_out: int
    files: str


@router.get("/gaps")
async def gaps_page(
    request: Request,
    on: Day,
    choice: ChoiceDep,
    store: PublishedDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    pages: PagesDep,
    portal: PortalDep,
) -> Response:
    """Show where people asked and no law helped."""
    published = await store.read(read_published_gaps, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    table = await tables.of(directory, rulebook, on)
    language = language_of(request)
    shown = published.gaps[:LINES_ON_A_PAGE]
    page = GapsView(
        on=on,
        choice=choice,
        period=published.quarter,
        releases=published.releases,
        vendors=vendors_by_name(published, directory),
        places=tuple(
            sorted(
                ((code, place_name(code, language)) for code in published.places),
                key=lambda one: one[1],
            )
        ),
        lines=tuple(_lines(shown, directory, rulebook, table, language)),
        left_out=len(published.gaps) - len(shown),
        files=query_of(choice, on),
    )
    shared = Shared(
        "/gaps",
        on,
        gaps_card(Teller(rulebook, language), published, on, directory).line,
        dated=is_dated(request),
        query=named_in(choice),
    )
    response = pages.show(request, "coverage/gaps.html", page, shared=shared)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/gaps.json")
async def gaps_json(
    request: Request,
    on: Day,
    choice: ChoiceDep,
    store: PublishedDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the gaps as JSON."""
    published = await store.read(read_published_gaps, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    document = gaps_document(published, choice, on)
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/gaps.csv")
async def gaps_csv(
    request: Request,
    on: Day,
    choice: ChoiceDep,
    store: PublishedDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the gaps as CSV."""
    published = await store.read(read_published_gaps, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    rows = (tuple(gap.values()) for gap in gaps_document(published, choice, on)["gaps"])
    return public(
        request,
        csv_of(GAP_COLUMNS, rows),
        stamp=stamp(directory, rulebook, on),
        portal=portal,
    )


def gaps_document(published: Published, choice: Choice, on: date) -> dict[str, Any]:
    """Return the gaps of a choice."""
    return {
        **released_document(published, on, choice),
        "gaps": [
            dict(
                zip(
                    GAP_COLUMNS,
                    (str(gap.quarter), gap.place, gap.vendor, gap.people),
                    strict=True,
                )
            )
            for gap in published.gaps
        ],
    }


def _lines(
    gaps: tuple[PublishedGap, ...],
    directory: Directory,
    rulebook: Rulebook,
    table: Coverage,
    language: str,
) -> Iterator[GapLine]:
    longest = max((gap.people for gap in gaps), default=1)
    for gap in gaps:
        vendor = directory.vendor(gap.vendor)
        near = _near(gap, rulebook, table, language)
        yield GapLine(
            quarter=gap.quarter,
            place=gap.place,
            name=place_name(gap.place, language),
            vendor=gap.vendor,
            vendor_name=vendor.name if vendor else gap.vendor,
            people=gap.people,
            width=round(100 * gap.people / longest, 2),
            pending=_pending(gap, table.on, rulebook, language),
            near=near[:NEAR_AT_MOST],
            near_more=max(len(near) - NEAR_AT_MOST, 0),
        )


def _pending(
    gap: PublishedGap, on: date, rulebook: Rulebook, language: str
) -> tuple[Pending, ...]:
    laws, places = rulebook.pack.laws, rulebook.places
    answer = decide(Question(residence=gap.place), on, laws, places)
    return in_language(answer, laws, language).pending


def _near(
    gap: PublishedGap, rulebook: Rulebook, table: Coverage, language: str
) -> tuple[tuple[str, str], ...]:
    """Return the places of the same country, or part of the world, that are covered."""
    if gap.vendor == SEVERAL or (gap.vendor, gap.place) not in table:
        return ()
    region = region_of(rulebook.places[gap.place])
    found = [
        (place.code, place_name(place.code, language))
        for place in table.places
        if region_of(place) == region
        and table[gap.vendor, place.code].verdict is Verdict.ELIGIBLE
    ]
    return tuple(sorted(found, key=lambda one: one[1]))
