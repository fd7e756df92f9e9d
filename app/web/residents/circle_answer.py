"""The answer about a whole circle: one card, and a table of its companies."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.filing_form import NAME_LENGTH
from app.actions.hand_to_drop import PLACE as OF_DROP
from app.actions.vendor_key import with_key
from app.domain.circles import members, one_of
from app.domain.circles import place_of as place_of_register
from app.domain.coverage import cover
from app.domain.entries import Cell
from app.domain.grounds import Verdict
from app.domain.vendors import Directory, Vendor
from app.rulebook.load import Rulebook
from app.store.session import Store
from app.web.deps import Day, DirectoryThen, Now, PagesDep, RulebookDep
from app.web.errors import Problem
from app.web.pages import Pages, language_of, packed
from app.web.preparing import beside
from app.web.residents.answers import Card, Told
from app.web.residents.choice import address, circles_of, known_place
from app.words.circles import circle_named
from app.words.languages import folded
from app.words.naming import name_of

router = APIRouter()
ROWS = 50
"""Companies on one page of the table."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many companies of a circle a verdict is for."""

    verdict: Verdict
    companies: int
    href: str
    """Where they are named."""


@dataclass(frozen=True, slots=True)
class CircleView:
    """The answer about a circle."""

    residence: str
    former: str | None
    on: date
    today: bool
    circle: str
    title: str
    companies: int
    counts: tuple[Count, ...]
    before: tuple[Count, ...]
    """The same at the former place."""
    card: Card
    """What is owed by whoever belongs to it, where no more is known of them."""
    fetching: int
    """How many fetch lists by a key."""
    drop: bool
    """Whether the state's own platform is there for the person."""
    table: str
    """Where each company stands."""
    change: str
    permalink: str
    compiled_on: date
    later: bool


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """One company of a circle."""

    name: str
    verdict: Verdict
    law: str | None
    """The law that gives the answer, in the reader's words."""
    href: str
    """Its own answer."""


@dataclass(frozen=True, slots=True)
class CompaniesView:
    """The table of a circle's companies."""

    residence: str
    on: date
    circle: str
    title: str
    rows: tuple[CompanyLine, ...]
    found: int
    verdict: str
    """The only one that is shown; empty: all."""
    name: str
    """What was typed to look for a company."""
    kept: tuple[tuple[str, str], ...]
    """What a form sends along."""
    number: int
    of: int
    before: str
    after: str
    whole: str
    """The table with nothing looked for."""
    back: str


def _cells(
    rulebook: Rulebook,
    directory: Directory,
    slugs: Collection[str],
    place: str,
    on: date,
) -> list[tuple[Vendor, Cell]]:
    """Return what each company owes the residents of a place, in their order."""
    vendors = [directory.vendors[slug] for slug in slugs]
    laws, places = rulebook.pack.laws, rulebook.places
    table = cover(vendors, on, laws, places, [places[place]])
    return list(zip(vendors, table.rows[place], strict=True))


def _counted(cells: Collection[tuple[Vendor, Cell]], of: str) -> tuple[Count, ...]:
    found = Counter(cell.verdict for _, cell in cells)
    return tuple(
        Count(verdict, found[verdict], f"/check/companies?{of}&verdict={verdict}")
        for verdict in Verdict
        if found[verdict]
    )


async def show_circle(
    request: Request,
    pages: Pages,
    directory: Directory,
    rulebook: Rulebook,
    store: Store,
    place: str,
    circle: str,
    former: str,
    on: date,
    *,
    today: bool,
) -> Response:
    """Show what all companies of a circle that there is owe, at a known place."""
    keyed = await store.read(with_key)
    language = language_of(request)
    before = known_place(rulebook, former) if former else None
    before = None if before == place else before

    def told() -> CircleView:
        slugs = members(circle, directory.vendors.values(), on)
        somebody = one_of(circle, on)
        assert somebody is not None  # noqa: S101 - there is this circle
        kept = [] if today else [("on", on.isoformat())]
        moved = [("moved", "1")] if before else []
        here = address(place, (), before, [("on", on.isoformat())], circle=circle)
        there = f"{here}&of=former"
        cells = _cells(rulebook, directory, slugs, place, on)
        return CircleView(
            residence=place,
            former=before,
            on=on,
            today=today,
            circle=circle,
            title=circle_named(circle, language),
            companies=len(slugs),
            counts=_counted(cells, here),
            before=_counted(_cells(rulebook, directory, slugs, before, on), there)
            if before
            else (),
            card=Told(rulebook, directory, language).card(somebody, place, on),
            fetching=len(keyed.intersection(slugs)),
            drop=place == OF_DROP == place_of_register(circle),
            table=f"/check/companies?{here}",
            change=f"/check?{address(place, more=[*kept, *moved], circle=circle)}",
            permalink=f"/check/answer?{here}",
            compiled_on=rulebook.pack.compiled_on,
            later=on > rulebook.pack.compiled_on,
        )

    page = await beside(request, told)
    return packed(request, pages.show(request, "residents/circle.html", page))


@router.get("/check/companies")
async def companies(
    request: Request,
    on: Day,
    pages: PagesDep,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    at: Now,
    residence: Annotated[str, Query()] = "",
    former: Annotated[str, Query()] = "",
    of: Annotated[str, Query()] = "",
    circle: Annotated[str, Query()] = "",
    verdict: Annotated[str, Query()] = "",
    name: Annotated[str, Query()] = "",
    page: Annotated[int, Query(ge=1)] = 1,
) -> Response:
    """Name the companies of a circle, and what each owes where one lives.

    With ``of=former`` it is what each owed where one lived before; the way back leads
    to both.
    """
    lives = known_place(rulebook, residence)
    before = known_place(rulebook, former) if former else None
    place = before if of == "former" else lives
    if lives is None or place is None:
        raise Problem(404, "There is no such place.")
    if not request.query_params.get("on"):
        on = rulebook.places[lives].day(at)
    if circle not in circles_of(directory, on):
        raise Problem(404, "There is no such group of companies on that day.")
    only = verdict if verdict in set(Verdict) else ""
    typed = name.strip()[:NAME_LENGTH]
    slugs = members(circle, directory.vendors.values(), on)
    cells = await beside(request, lambda: _cells(rulebook, directory, slugs, place, on))
    words = folded(typed).split()
    found = sorted(
        (
            (vendor, cell)
            for vendor, cell in cells
            if only in {"", cell.verdict}
            and all(word in folded(vendor.name) for word in words)
        ),
        key=lambda one: folded(one[0].name),
    )
    pages_of = max(1, ceil(len(found) / ROWS))
    number = min(page, pages_of)
    whose = {"residence": lives, **({"former": before} if before else {})}
    answer = {**whose, "circle": circle, "on": on.isoformat()}
    kept = answer | ({"of": of} if place != lives else {})
    here = (
        kept | ({"verdict": only} if only else {}) | ({"name": typed} if typed else {})
    )
    view = CompaniesView(
        residence=place,
        on=on,
        circle=circle,
        title=circle_named(circle, language_of(request)),
        rows=tuple(
            _line(rulebook, vendor, cell, answer, language_of(request))
            for vendor, cell in found[(number - 1) * ROWS : number * ROWS]
        ),
        found=len(found),
        verdict=only,
        name=typed,
        kept=tuple(kept.items()),
        number=number,
        of=pages_of,
        before=_page(here, number - 1),
        after=_page(here, number + 1),
        whole=f"/check/companies?{urlencode(kept)}",
        back=f"/check/answer?{urlencode(answer)}",
    )
    return packed(request, pages.show(request, "residents/companies.html", view))


def _page(here: Mapping[str, str], number: int) -> str:
    return "/check/companies?" + urlencode({**here, "page": str(number)})


def _line(
    rulebook: Rulebook,
    vendor: Vendor,
    cell: Cell,
    answer: Mapping[str, str],
    language: str,
) -> CompanyLine:
    whose = {k: v for k, v in answer.items() if k != "circle"}
    found = urlencode({**whose, "vendor": vendor.slug})
    law = rulebook.pack.laws.get(cell.ground or "")
    named = name_of(law, language) if law else None
    return CompanyLine(vendor.name, cell.verdict, named, f"/check/answer?{found}")
