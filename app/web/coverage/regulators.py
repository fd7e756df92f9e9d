"""One regulator: which laws it enforces, where, and how one complains to it."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.domain.about import About, RecordKind
from app.domain.laws import Law
from app.domain.regulators import Charge, Known, known_regulators
from app.domain.standing import reads_here
from app.rulebook.load import Rulebook
from app.web.coverage.cards.records import regulator_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.vendors import stamp
from app.web.deps import Day, DirectoryThen, PagesDep, PortalDep, RulebookDep
from app.web.errors import Problem
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared, is_dated, way
from app.words import linked_data
from app.words.catalog import translations
from app.words.languages import place_name
from app.words.marks import mark
from app.words.records import law_summary, regulator_document

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A law that it enforces."""

    law: Law
    in_force: bool
    note: str | None
    """What the law's record remarks."""
    places: tuple[tuple[str, str], ...]
    record: str
    """The name of the record that names it: ``regulator:eu-gdpr/FR``."""


@dataclass(frozen=True, slots=True)
class RegulatorView:
    """The page."""

    on: date
    known: Known
    charges: tuple[ChargeLine, ...]
    complaints: tuple[str, ...]
    """Pages of its site that take complaints."""


@router.get("/regulators/{regulator}.json")
async def regulator_json(
    request: Request,
    regulator: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write one regulator as JSON."""
    known = regulator_found(rulebook, regulator)
    document = {
        "id": known.id,
        "on": on.isoformat(),
        **regulator_document(known.regulator),
        "places": list(known.places),
        "laws": [
            {
                **law_summary(charge.law),
                "enforced_in": list(charge.places),
                "in_force": reads_here(charge.law, charge.places, on) is not None,
                "note": charge.regulator.note,
                "sources": list(charge.law.sources),
            }
            for charge in known.charges
        ],
    }
    about = stamp(directory, rulebook, on)
    return public(request, json_of(document), stamp=about, portal=portal)


@router.get("/regulators/{regulator}.csv")
async def regulator_csv(
    request: Request,
    regulator: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the laws that one regulator enforces as CSV."""
    rows = [
        (
            charge.law.id,
            charge.law.short_name,
            " ".join(charge.places),
            reads_here(charge.law, charge.places, on) is not None,
            charge.law.confidence,
            charge.law.checked_on,
        )
        for charge in regulator_found(rulebook, regulator).charges
    ]
    header = ("law", "short_name", "places", "in_force", "confidence", "checked_on")
    about = stamp(directory, rulebook, on)
    return public(request, csv_of(header, rows), stamp=about, portal=portal)


@router.get("/regulators/{regulator}")
async def regulator_page(
    request: Request,
    regulator: str,
    on: Day,
    directory: DirectoryThen,
    rulebook: RulebookDep,
    pages: PagesDep,
    portal: PortalDep,
) -> Response:
    """Show one regulator."""
    known, language = regulator_found(rulebook, regulator), language_of(request)
    pages_of_it = (c.regulator.complaint_page for c in known.charges)
    view = RegulatorView(
        on=on,
        known=known,
        charges=tuple(_line(charge, on, language) for charge in known.charges),
        complaints=tuple(dict.fromkeys(page for page in pages_of_it if page)),
    )
    served = [(code, place_name(code, language)) for code in known.places]
    path = f"/regulators/{known.id}"
    shared = Shared(
        path,
        on,
        regulator_card(Teller(rulebook, language), known, on).line,
        dated=is_dated(request),
        data=(
            linked_data.regulator(known.regulator, served),
            way(
                portal,
                (translations(language).gettext(mark("Laws")), "/laws"),
                (known.regulator.name, path),
            ),
        ),
    )
    response = pages.show(request, "coverage/regulator.html", view, shared=shared)
    about = stamp(directory, rulebook, on)
    return public(request, response, stamp=about, portal=portal)


def _line(charge: Charge, on: date, language: str) -> ChargeLine:
    return ChargeLine(
        law=charge.law,
        in_force=reads_here(charge.law, charge.places, on) is not None,
        note=charge.regulator.note,
        places=tuple((code, place_name(code, language)) for code in charge.places),
        record=str(_record(charge)),
    )


def _record(charge: Charge) -> About:
    own = (c for c in charge.places if charge.law.regulators.get(c) == charge.regulator)
    place = next(own, "")
    return About(RecordKind.REGULATOR, f"{charge.law.id}/{place}".rstrip("/"))


def regulator_found(rulebook: Rulebook, regulator: str) -> Known:
    """Return a regulator that an address names.

    Raises:
        Problem: 404, if there is none.
    """
    known = known_regulators(rulebook.pack.laws).get(regulator)
    if known is None:
        raise Problem(404, "There is no such regulator.", field="regulator")
    return known
