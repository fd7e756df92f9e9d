"""What one vendor offers, owes, and how it is reached, as dated lists."""

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.read_figures import newest_figures
from app.domain.coverage import Coverage
from app.domain.facts import Sector
from app.domain.grounds import Verdict
from app.domain.vendors import (
    Directory,
    FactFrom,
    Offer,
    Order,
    OrderStatus,
    Route,
    Vendor,
)
from app.web.coverage.cards.records import vendor_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.figures import FigureLine, lines_of
from app.web.coverage.regions import by_region
from app.web.coverage.story import Story, story
from app.web.coverage.vendors import seats_of, stamp, vendor_found
from app.web.deps import (
    Day,
    DirectoryThen,
    Now,
    PagesDep,
    PortalDep,
    PublishedDep,
    RulebookDep,
    TablesDep,
    ToldDep,
)
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared, is_dated, way
from app.web.vendor_said import Words
from app.words.catalog import translations
from app.words.figures import own_figures
from app.words.languages import place_name
from app.words.linked_data import company
from app.words.marks import mark
from app.words.record_work import warning
from app.words.records import vendor_document

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Dated:
    """One line of a vendor's history: an offer, an order or a route."""

    start: date | None
    end: date | None
    now: bool
    what: Offer | Order | Route
    places: tuple[str, ...]
    status: OrderStatus | None = None


@dataclass(frozen=True, slots=True)
class FactRead:
    """A fact that changed, or was put right, in words."""

    label: str
    value: str
    what: FactFrom


@dataclass(frozen=True, slots=True)
class VendorView:
    """One vendor."""

    on: date
    today: bool
    vendor: Vendor
    kind: str
    seat: tuple[str, ...]
    offers: tuple[Dated, ...]
    orders: tuple[Dated, ...]
    routes: tuple[Dated, ...]
    facts: tuple[FactRead, ...]
    refused: tuple[str, ...]
    """That it has refused people of a place, in sentences."""
    doubles: tuple[Vendor, ...]
    """Records that turned out to be about this company."""
    covered: tuple[tuple[Verdict, tuple[tuple[str, str], ...]], ...]
    """Each verdict, and code and name of the researched places that have it."""
    story: Story
    figures: tuple[FigureLine, ...]
    """Of the newest quarter in which ten people asked it."""
    synthetic: bool
    """Whether these people are made up."""
    own_figures: tuple[dict[str, Any], ...]
    """What it told a register about the requests that it got."""


@router.get("/vendors/{slug}.json")
async def vendor_json(
    request: Request,
    slug: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write one vendor as JSON."""
    document = {
        "on": on.isoformat(),
        **vendor_document(vendor_found(directory, slug), on),
    }
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/vendors/{slug}.csv")
async def vendor_csv(
    request: Request,
    slug: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write one vendor's offers and orders as CSV."""
    vendor = vendor_found(directory, slug)
    rows: list[tuple[object, ...]] = [
        (
            "offer",
            o.id,
            o.right,
            " ".join(sorted(o.places)),
            o.span.first,
            o.span.last,
            None,
            o.words,
            o.confidence,
            " ".join(o.sources),
        )
        for o in vendor.offers
    ]
    rows += [
        (
            "order",
            o.id,
            None,
            " ".join(sorted(o.places)),
            o.span.first,
            o.span.last,
            o.status_on(on),
            o.words,
            o.confidence,
            " ".join(o.sources),
        )
        for o in vendor.orders
    ]
    response = csv_of(
        (
            "kind",
            "id",
            "right",
            "places",
            "from",
            "to",
            "status",
            "words",
            "confidence",
            "sources",
        ),
        rows,
    )
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/vendors/{slug}")
async def vendor_page(
    request: Request,
    slug: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    tables: TablesDep,
    told: ToldDep,
    store: PublishedDep,
    pages: PagesDep,
    portal: PortalDep,
    at: Now,
) -> Response:
    """Show one company: what it offers, what binds it, and how it is reached."""
    if (now := directory.stands_for(slug)) != slug:
        return pages.go(f"/vendors/{now}?on={on}")
    vendor = vendor_found(directory, slug)
    language = language_of(request)
    table = await tables.of(directory, rulebook, on)
    figures = await store.read(newest_figures, on, slug)
    page = VendorView(
        on=on,
        today=on == at.date(),
        vendor=vendor,
        kind=vendor.facts_on(on).sector or Sector.OTHER,
        seat=seats_of(vendor, on, language),
        offers=_history(
            [(o.span.first, o.span.last, o, o.places) for o in vendor.offers],
            on,
            language,
        ),
        orders=_history(
            [
                (
                    o.statuses[0][0] if o.statuses else o.span.first,
                    o.span.last,
                    o,
                    o.places,
                )
                for o in vendor.orders
            ],
            on,
            language,
        ),
        routes=_history(
            [(r.span.first, r.span.last, r, r.places or ()) for r in vendor.routes],
            on,
            language,
        ),
        facts=_facts(vendor, language),
        refused=_refused(vendor, directory, language),
        doubles=directory.doubles_of(slug),
        covered=_covered(slug, table, language),
        story=story(vendor, table, told, at.date(), directory, rulebook, language),
        figures=tuple(lines_of(figures, directory, rulebook)),
        synthetic=any(one.synthetic for one in figures),
        own_figures=tuple(own_figures(vendor, on)),
    )
    shared = Shared(
        f"/vendors/{vendor.slug}",
        on,
        vendor_card(Teller(rulebook, language), vendor, table).line,
        dated=is_dated(request),
        data=(
            company(vendor),
            way(
                portal,
                (translations(language).gettext(mark("Companies")), "/vendors"),
                (vendor.name, f"/vendors/{vendor.slug}"),
            ),
        ),
    )
    response = pages.show(request, "coverage/vendor.html", page, shared=shared)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


def _facts(vendor: Vendor, language: str) -> tuple[FactRead, ...]:
    """Return the facts that have a source of their own, the latest first."""
    words = Words(language)
    return tuple(
        FactRead(
            words.label(one.fact),
            words.value(
                one.fact,
                sorted(one.value) if isinstance(one.value, frozenset) else one.value,
            ),
            one,
        )
        for one in reversed(vendor.facts_from)
    )


def _refused(vendor: Vendor, directory: Directory, language: str) -> tuple[str, ...]:
    say = translations(language).gettext
    by_place = directory.refused_by(vendor).items()
    return tuple(
        warning(refuses, vendor.name, residence, language, say)
        for residence, refuses in sorted(by_place, key=itemgetter(0))
    )


def _covered(
    slug: str, table: Coverage, language: str
) -> tuple[tuple[Verdict, tuple[tuple[str, str], ...]], ...]:
    places = [p for r in by_region(table.places, language) for p in r.places]
    found = {
        verdict: tuple(
            (p.code, place_name(p.code, language))
            for p in places
            if table[slug, p.code].verdict is verdict
        )
        for verdict in Verdict
    }
    return tuple((verdict, those) for verdict, those in found.items() if those)


_Line = tuple[
    date | None, date | None, Offer | Order | Route, frozenset[str] | tuple[()]
]


def _history(lines: list[_Line], on: date, language: str) -> tuple[Dated, ...]:
    """Return the lines newest first, each with whether it stands on the day."""
    dated = [
        Dated(
            start,
            end,
            now=(start is None or start <= on) and (end is None or on <= end),
            what=what,
            places=tuple(place_name(c, language) for c in sorted(places)),
            status=what.status_on(on) if isinstance(what, Order) else None,
        )
        for start, end, what, places in lines
    ]
    return tuple(sorted(dated, key=lambda d: d.start or date.min, reverse=True))
