"""One law: its clauses, versions, sources, and how sure we are."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.domain.laws import Law, Regulator, Step
from app.domain.regulators import known_regulators
from app.rulebook.load import Rulebook
from app.web.coverage.cards.records import law_card, laws_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.in_force import with_law
from app.web.coverage.law_story import LawStory, story_of_law
from app.web.coverage.readings import LawRead, read_law
from app.web.coverage.vendors import stamp
from app.web.deps import Day, DirectoryDep, Now, PagesDep, PortalDep, RulebookDep
from app.web.errors import Problem
from app.web.pages import csv_of, json_of, language_of, public
from app.web.shared import Shared, day_kept, is_dated, way
from app.words import linked_data
from app.words.catalog import translations
from app.words.languages import place_name
from app.words.marks import mark
from app.words.naming import name_of
from app.words.records import law_document, law_summary

router = APIRouter()
LISTED = (
    "id",
    "short_name",
    "name",
    "status",
    "places",
    "from",
    "to",
    "confidence",
    "checked_on",
)
"""The columns of the list."""


@dataclass(frozen=True, slots=True)
class LawsView:
    """The list of laws."""

    on: date
    dated: str
    """The query that keeps the day; empty where none was asked for."""
    countries: tuple[tuple[str, tuple["LawLine", ...]], ...]
    """The name of each country or union, and its laws."""
    without: tuple["LawLine", ...]
    """Records that say that places have no general law."""


@dataclass(frozen=True, slots=True)
class LawLine:
    """A law in the list."""

    law: Law
    in_force: bool
    where: str
    """The regions of the country in which alone it holds."""


@dataclass(frozen=True, slots=True)
class LawView:
    """The page of a law."""

    on: date
    today: bool
    law: Law
    step: Step | None
    """As it reads on the day; None where it is not in force."""
    read: LawRead
    story: LawStory
    places: tuple[tuple[str, str, date | None, date | None], ...]
    """Code, name, first and last day of each place."""
    regulators: tuple[tuple[str, Regulator], ...]
    """The place's name and its regulator, where each place has its own."""
    enforcers: tuple[tuple[str, Regulator], ...]
    """Id and name of each regulator that has a page of its own."""


@router.get("/laws")
async def laws_page(
    request: Request,
    on: Day,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    pages: PagesDep,
    portal: PortalDep,
) -> Response:
    """List the laws by the country or union that made them."""
    language = language_of(request)
    without: list[LawLine] = []
    named: dict[str, list[LawLine]] = {}
    for law in rulebook.pack.laws.values():
        home = law.id.partition("-")[0].upper()
        regions = [code for code in sorted(law.places) if code.startswith(f"{home}-")]
        where = ", ".join(place_name(code, language) for code in regions)
        line = LawLine(law, law.on(on) is not None, where)
        if law.absent:
            without.append(line)
        else:
            named.setdefault(place_name(home, language), []).append(line)
    countries = tuple((name, tuple(named[name])) for name in sorted(named))
    page = LawsView(on, day_kept(request, on), countries, tuple(without))
    there = with_law(rulebook, on)
    tell = Teller(rulebook, language)
    card = laws_card(tell, rulebook.pack.laws.values(), there, on)
    shared = Shared("/laws", on, card.line, dated=is_dated(request))
    response = pages.show(request, "coverage/laws.html", page, shared=shared)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/laws.json")
async def laws_json(
    request: Request,
    on: Day,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the list as JSON."""
    laws = [law_summary(law) for law in rulebook.pack.laws.values()]
    document = {"law_pack": rulebook.pack.fingerprint, "laws": laws}
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/laws.csv")
async def laws_csv(
    request: Request,
    on: Day,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the list as CSV."""
    rows = [
        (
            law.id,
            law.short_name,
            law.name,
            law.status,
            " ".join(sorted(law.places)),
            law.first_day,
            law.ended,
            law.confidence,
            law.checked_on,
        )
        for law in rulebook.pack.laws.values()
    ]
    response = csv_of(LISTED, rows)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/laws/{law}.json")
async def law_json(
    request: Request,
    law: str,
    on: Day,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write one law as JSON."""
    document = {"on": on.isoformat(), **law_document(law_found(rulebook, law))}
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/laws/{law}.csv")
async def law_csv(
    request: Request,
    law: str,
    on: Day,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write the law's rights, version by version, as CSV."""
    rows = [
        (step.first_day, right.kind, right.citation, right.words, step.change)
        for step in law_found(rulebook, law).steps
        for right in step.rights
    ]
    response = csv_of(("from", "right", "citation", "words", "change"), rows)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


@router.get("/laws/{law}")
async def law_page(
    request: Request,
    law: str,
    on: Day,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    pages: PagesDep,
    portal: PortalDep,
    at: Now,
) -> Response:
    """Show one law with its sources and dates."""
    found, language = law_found(rulebook, law), language_of(request)
    page = LawView(
        on=on,
        today=on == at.date(),
        law=found,
        step=found.on(on),
        read=read_law(found, on, (language, translations(language).gettext)),
        story=story_of_law(found, on, at.date(), rulebook, language),
        places=tuple(
            (code, place_name(code, language), span.first, span.last)
            for code, span in found.places.items()
        ),
        regulators=tuple(
            (place_name(code, language), regulator)
            for code, regulator in found.regulators.items()
        ),
        enforcers=tuple(
            (known.id, charge.regulator)
            for known in known_regulators(rulebook.pack.laws).values()
            for charge in known.charges
            if charge.law is found
        ),
    )
    here = found.places_on(on)
    linked = linked_data.law(found, on, [p[:2] for p in page.places if p[0] in here])
    shared = Shared(
        f"/laws/{found.id}",
        on,
        law_card(Teller(rulebook, language), found, on).line,
        dated=is_dated(request),
        data=(
            *([linked] if linked else []),
            way(
                portal,
                (translations(language).gettext(mark("Laws")), "/laws"),
                (name_of(found, language), f"/laws/{found.id}"),
            ),
        ),
    )
    response = pages.show(request, "coverage/law.html", page, shared=shared)
    return public(
        request, response, stamp=stamp(directory, rulebook, on), portal=portal
    )


def law_found(rulebook: Rulebook, law: str) -> Law:
    """Return a law that an address names.

    Raises:
        Problem: 404, if there is none.
    """
    found = rulebook.pack.laws.get(law)
    if found is None:
        raise Problem(404, "There is no such law.", field="law")
    return found
