"""Every vendor: the list, and who is meant by an address."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.domain.facts import Sector
from app.domain.vendors import (
    Directory,
    Vendor,
)
from app.rulebook.load import Rulebook
from app.web.coverage.cards.records import vendors_card
from app.web.coverage.cards.teller import Teller
from app.web.deps import (
    Day,
    DirectoryThen,
    PagesDep,
    PortalDep,
    RulebookDep,
)
from app.web.errors import Problem
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared, day_kept, is_dated
from app.words.languages import place_name
from app.words.records import vendor_summary

router = APIRouter()


@dataclass(frozen=True, slots=True)
class VendorLine:
    """A vendor in the list of all."""

    slug: str
    name: str
    kind: str
    seat: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class VendorsView:
    """The list of vendors."""

    on: date
    dated: str
    """The query that keeps the day; empty where none was asked for."""
    vendors: tuple[VendorLine, ...]


@router.get("/vendors")
async def vendors_page(
    request: Request,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    pages: PagesDep,
    portal: PortalDep,
) -> Response:
    """List the companies."""
    language = language_of(request)
    lines = tuple(
        VendorLine(
            v.slug,
            v.name,
            v.facts_on(on).sector or Sector.OTHER,
            seats_of(v, on, language),
            v.closed_on is not None and v.closed_on < on,
        )
        for v in by_name(directory)
    )
    tell = Teller(rulebook, language)
    line = vendors_card(tell, directory.vendors.values(), on).line
    shared = Shared("/vendors", on, line, dated=is_dated(request))
    view = VendorsView(on, day_kept(request, on), lines)
    response = pages.show(request, "coverage/vendors.html", view, shared=shared)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/vendors.json")
async def vendors_json(
    request: Request,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the list as JSON."""
    document = {"vendors": [vendor_summary(v, on) for v in by_name(directory)]}
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/vendors.csv")
async def vendors_csv(
    request: Request,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the list as CSV."""
    rows = [
        (v.slug, v.name, facts.sector, " ".join(sorted(facts.seat or ())))
        for v in by_name(directory)
        for facts in (v.facts_on(on),)
    ]
    response = csv_of(("slug", "name", "sector", "seat"), rows)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


def seats_of(vendor: Vendor, on: date, language: str) -> tuple[str, ...]:
    """Return the names of the places in which a vendor has its seat."""
    seats = sorted(vendor.facts_on(on).seat or ())
    return tuple(place_name(code, language) for code in seats)


def by_name(directory: Directory) -> list[Vendor]:
    """Return every vendor, in the order of their names."""
    return sorted(directory.vendors.values(), key=lambda v: v.name.lower())


def stamp(directory: Directory, rulebook: Rulebook, on: date) -> tuple[object, ...]:
    """Return what a page about vendors and law depends on."""
    return (rulebook.pack.fingerprint, directory.version, on)


def vendor_found(directory: Directory, slug: str) -> Vendor:
    """Return a vendor that an address names; a double's leads to the other record.

    Raises:
        Problem: 404, if there is none.
    """
    vendor = directory.vendors.get(directory.stands_for(slug))
    if vendor is None:
        raise Problem(404, "There is no such vendor.", field="vendor")
    return vendor
