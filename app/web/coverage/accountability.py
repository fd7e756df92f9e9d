"""How companies answer: the figures of each quarter, as they were published."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.actions.check_eligibility import (
    UnknownValueError,
    law_of,
    residence_of,
    vendor_of,
)
from app.actions.read_figures import (
    Choice,
    Published,
    Released,
    read_published,
)
from app.domain.figures import NO_LAW, SEVERAL, Quarter
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.web.coverage.cards.figures import figures_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.figures import FigureLine, lines_of
from app.web.coverage.vendors import stamp
from app.web.deps import (
    Day,
    DirectoryDep,
    PagesDep,
    PortalDep,
    PublishedDep,
    RulebookDep,
)
from app.web.errors import Problem
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared, is_dated
from app.words.figures import (
    FIGURE_COLUMNS,
    figure_document,
    figure_row,
    own_figures,
)
from app.words.naming import name_of

router = APIRouter()
EVERY = "all"
"""Stands for every quarter that was published."""
LINES_ON_A_PAGE = 200
DRAWN_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class AccountabilityView:
    """The page."""

    on: date
    choice: Choice
    period: Quarter | None
    """The quarter that is shown; None for all of them, or where there is none."""
    releases: tuple[Released, ...]
    vendors: tuple[tuple[str, str], ...]
    laws: tuple[tuple[str, str], ...]
    lines: tuple[FigureLine, ...]
    left_out: int
    """Figures of this choice for which the page has no room."""
    drawn: bool
    own: tuple[dict[str, Any], ...]
    """What the chosen company says itself."""
    chosen: str
    """The name of the chosen company."""
    files: str
    next_on: date
    """The day on which the next quarter is published."""


async def choice_of(
    vendor: Annotated[str, Query()] = "",
    law: Annotated[str, Query()] = "",
    place: Annotated[str, Query()] = "",
    period: Annotated[str, Query()] = "",
) -> Choice:
    """Return what an address asks for; a quarter that is none is refused."""
    every = period == EVERY
    return Choice(
        vendor, law, place, period_of(period) if period and not every else None, every
    )


ChoiceDep = Annotated[Choice, Depends(choice_of)]


def refuse_unknown(
    choice: Choice, published: Published, directory: Directory, rulebook: Rulebook
) -> None:
    """Refuse a company, law or place that nobody knows (contract, section 3).

    What was published stays known, and so does a record that went into another.

    Raises:
        Problem: 422, with what was most likely meant.
    """
    try:
        if choice.vendor not in {"", SEVERAL, *published.vendors}:
            vendor_of(directory, directory.stands_for(choice.vendor))
        if choice.law not in {"", SEVERAL, NO_LAW, *published.laws}:
            law_of(rulebook.pack.laws, choice.law)
        if choice.place and choice.place not in published.places:
            residence_of(rulebook.places, choice.place)
    except UnknownValueError as unknown:
        field = "place" if unknown.field == "residence" else unknown.field
        raise Problem(
            422, f"unknown value for {field}", field=field, nearest=unknown.nearest
        ) from None


def period_of(text: str) -> Quarter:
    """Return the quarter that an address names.

    Raises:
        Problem: 422, if it is none.
    """
    try:
        return Quarter.read(text)
    except ValueError as wrong:
        raise Problem(422, f"{wrong}, or all", field="period") from None


def query_of(choice: Choice, on: date) -> str:
    """Return the query at which a choice is found, also in the files."""
    return urlencode({"on": on.isoformat(), **named_in(choice)})


def named_in(choice: Choice) -> dict[str, str]:
    """Return what an address says of a choice."""
    named = {
        "vendor": choice.vendor,
        "law": choice.law,
        "place": choice.place,
        "period": EVERY if choice.every else str(choice.period or ""),
    }
    return {name: value for name, value in named.items() if value}


def released_document(published: Published, on: date, choice: Choice) -> dict[str, Any]:
    """Return of which quarters figures were published, and which is shown."""
    quarter = published.quarter
    return {
        "on": on.isoformat(),
        "period": str(quarter) if quarter else EVERY if choice.every else None,
        "releases": [
            {
                "period": str(one.quarter),
                "published_on": one.on.isoformat(),
                "synthetic": one.synthetic,
            }
            for one in published.releases
        ],
    }


def figures_document(
    published: Published, choice: Choice, directory: Directory, on: date
) -> dict[str, Any]:
    """Return the figures of a choice, and what the companies say themselves."""
    slugs = {one.vendor for one in published.figures} | {choice.vendor}
    return {
        **released_document(published, on, choice),
        "figures": [
            figure_document(one.quarter, one.vendor, one.law, one.figure)
            for one in published.figures
        ],
        "own_figures": [
            {"vendor": slug, **one}
            for slug in sorted(slugs & directory.records.keys())
            for one in own_figures(directory.records[slug], on)
        ],
    }


@router.get("/accountability")
async def accountability_page(
    request: Request,
    on: Day,
    choice: ChoiceDep,
    store: PublishedDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    pages: PagesDep,
    portal: PortalDep,
) -> Response:
    """Show which companies answer, in time or late, and what they say."""
    published = await store.read(read_published, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    shown = published.figures[:LINES_ON_A_PAGE]
    vendor = directory.vendor(choice.vendor)
    page = AccountabilityView(
        on=on,
        choice=choice,
        period=published.quarter,
        releases=published.releases,
        vendors=vendors_by_name(published, directory),
        laws=_laws(published, rulebook, language_of(request)),
        lines=tuple(lines_of(shown, directory, rulebook)),
        left_out=len(published.figures) - len(shown),
        drawn=len(shown) <= DRAWN_AT_MOST,
        own=tuple(own_figures(vendor, on)) if vendor else (),
        chosen=vendor.name if vendor else "",
        files=query_of(choice, on),
        next_on=Quarter.of(on).later(1).first,
    )
    tell = Teller(rulebook, language_of(request))
    shared = Shared(
        "/accountability",
        on,
        figures_card(tell, published, page.chosen, on, directory).line,
        dated=is_dated(request),
        query=named_in(choice),
    )
    response = pages.show(request, "coverage/accountability.html", page, shared=shared)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/accountability.json")
async def accountability_json(
    request: Request,
    on: Day,
    choice: ChoiceDep,
    store: PublishedDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the figures as JSON."""
    published = await store.read(read_published, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    document = figures_document(published, choice, directory, on)
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/accountability.csv")
async def accountability_csv(
    request: Request,
    on: Day,
    choice: ChoiceDep,
    store: PublishedDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the figures as CSV."""
    published = await store.read(read_published, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    document = figures_document(published, choice, directory, on)
    response = csv_of(FIGURE_COLUMNS, map(figure_row, document["figures"]))
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


def vendors_by_name(
    published: Published, directory: Directory
) -> tuple[tuple[str, str], ...]:
    """Return slug and name of the companies that can be chosen."""
    names = directory.names()
    named = [
        (slug, names.get(slug, slug)) for slug in published.vendors if slug != SEVERAL
    ]
    return tuple(sorted(named, key=lambda one: one[1].casefold()))


def _laws(
    published: Published, rulebook: Rulebook, language: str
) -> tuple[tuple[str, str], ...]:
    laws = rulebook.pack.laws
    named = [
        (law, name_of(laws[law], language) if law in laws else law)
        for law in published.laws
        if law not in {NO_LAW, SEVERAL}
    ]
    return tuple(sorted(named, key=lambda one: one[1].casefold()))
