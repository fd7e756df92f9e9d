"""Where you live, which company, what you are owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.check_eligibility import UnknownValueError, residence_of
from app.actions.filing_form import VENDORS
from app.domain.facts import PersonFacts, Sector
from app.domain.vendors import Directory, Vendor
from app.rulebook.load import Rulebook
from app.web.deps import Day, DirectoryDep, Now, PagesDep, RulebookDep
from app.web.pages import language_of
from app.web.residents.answers import Card, cards
from app.words.catalog import translations
from app.words.languages import place_name
from app.words.marks import mark

router = APIRouter()

NO_COUNTRY = mark("Choose the country where you live")
NO_REGION = mark("Choose the region where you live")
NO_COMPANY = mark("Choose at least one company")
UNKNOWN_COMPANY = mark("We know no company of that address: choose one from the list")
UNKNOWN_PLACE = mark("Choose a place from the list")
TOO_MANY = mark("Choose at most 50 companies")


@dataclass(frozen=True, slots=True)
class Group:
    """The companies of one kind."""

    kind: str
    vendors: tuple[Vendor, ...]


@dataclass(frozen=True, slots=True)
class CheckView:
    """The form."""

    countries: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...]
    country: str
    region: str
    groups: tuple[Group, ...]
    chosen: frozenset[str]
    errors: dict[str, str]
    on: str = ""
    """The day that the answer is wanted for, as the address has it; empty: today."""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The answer."""

    residence: str
    on: date
    today: bool
    cards: tuple[Card, ...]
    unknown: bool
    """Whether the address names a company that we do not know."""
    change: str
    """Address of the form with the present choice in it."""
    compiled_on: date
    later: bool
    """Whether the day is later than the law was read."""


@router.get("/check")
async def check(
    request: Request,
    pages: PagesDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    country: Annotated[str, Query()] = "",
    region: Annotated[str, Query()] = "",
    residence: Annotated[str, Query()] = "",
    vendor: Annotated[list[str], Query()] = [],  # noqa: B006 - the framework copies it
    kind: Annotated[list[str], Query()] = [],  # noqa: B006 - the framework copies it
    asked: Annotated[str, Query()] = "",
    on: Annotated[str, Query()] = "",
    lang: Annotated[str, Query()] = "",
) -> Response:
    """Ask for place and companies; send on once both are there."""
    language = language_of(request)
    country = country or residence.partition("-")[0]
    region = region or (residence if "-" in residence else "")
    wanted = _wanted(directory, vendor, kind)
    if not asked:
        page = form_view(rulebook, directory, language, country, region, wanted, {}, on)
        return pages.show(request, "residents/check.html", page)
    errors: dict[str, str] = {}
    place = place_of(rulebook, country, region)
    if place is None:
        errors = place_errors(rulebook, country, region)
    if not wanted:
        errors["vendor"] = NO_COMPANY
    if len(wanted) > VENDORS:
        errors["vendor"] = TOO_MANY
    if errors or place is None:
        page = form_view(
            rulebook, directory, language, country, region, wanted, errors, on
        )
        return pages.show(request, "residents/check.html", page, status=422)
    kept = [(name, text) for name, text in (("on", on), ("lang", lang)) if text]
    query = urlencode([("residence", place), *(("vendor", v) for v in wanted), *kept])
    return pages.go(f"/check/answer?{query}")


@router.get("/check/answer")
async def answer(
    request: Request,
    on: Day,
    pages: PagesDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    at: Now,
    residence: Annotated[str, Query()] = "",
    vendor: Annotated[list[str], Query()] = [],  # noqa: B006 - the framework copies it
) -> Response:
    """Show what the person is owed, company by company."""
    language = language_of(request)
    say = translations(language).gettext
    known = tuple(dict.fromkeys(v for v in vendor if v in directory.vendors))[:VENDORS]
    place = _known_place(rulebook, residence)
    if place is None or not known:
        errors = {"country": UNKNOWN_PLACE} if place is None else {}
        if not known:
            errors["vendor"] = UNKNOWN_COMPANY if any(vendor) else NO_COMPANY
        country = residence.partition("-")[0]
        page = form_view(
            rulebook,
            directory,
            language,
            country,
            residence,
            known,
            errors,
            on.isoformat() if "on" in request.query_params else "",
        )
        return pages.show(request, "residents/check.html", page, status=422)
    today = on == at.date()
    kept = [] if today else [("on", on.isoformat())]
    query = urlencode([("residence", place), *(("vendor", v) for v in known), *kept])
    view = AnswerView(
        residence=place,
        on=on,
        today=today,
        cards=cards(rulebook, directory, place, known, PersonFacts(), on, say),
        unknown=any(v not in directory.vendors for v in vendor),
        change=f"/check?{query}",
        compiled_on=rulebook.pack.compiled_on,
        later=on > rulebook.pack.compiled_on,
    )
    return pages.show(request, "residents/answer.html", view)


def _wanted(
    directory: Directory, vendors: Sequence[str], kinds: Sequence[str]
) -> tuple[str, ...]:
    """Return the companies that were chosen by name or by kind."""
    by_kind = [
        v.slug
        for v in directory.vendors.values()
        if (v.facts.sector or Sector.OTHER) in kinds and v.routes
    ]
    named = [v for v in vendors if v in directory.vendors]
    return tuple(dict.fromkeys([*named, *by_kind]))


def place_of(rulebook: Rulebook, country: str, region: str) -> str | None:
    """Return the residence that two selects make: the region where regions differ."""
    if country not in rulebook.places:
        return None
    if not rulebook.places[country].regions_differ:
        return country
    return (
        region
        if region in rulebook.places and country in rulebook.places[region].within
        else None
    )


def place_errors(rulebook: Rulebook, country: str, region: str) -> dict[str, str]:
    """Return what to put right about the two selects."""
    if not country:
        return {"country": NO_COUNTRY}
    if country not in rulebook.places:
        return {"country": UNKNOWN_PLACE}
    return {"region": NO_REGION if not region else UNKNOWN_PLACE}


def _known_place(rulebook: Rulebook, residence: str) -> str | None:
    try:
        return residence_of(rulebook.places, residence).code
    except UnknownValueError:
        return None


def form_view(
    rulebook: Rulebook,
    directory: Directory,
    language: str,
    country: str,
    region: str,
    chosen: Sequence[str],
    errors: dict[str, str],
    on: str = "",
) -> CheckView:
    """Return the form with what was chosen, and what to put right by field."""
    say = translations(language).gettext
    places = list(rulebook.places)
    countries = [
        (p.code, place_name(p.code, language)) for p in places if "-" not in p.code
    ]
    regions = [
        (p.code, f"{place_name(p.code, language)}, {_country(p.code, language)}")
        for p in places
        if "-" in p.code
    ]
    kinds: dict[str, list[Vendor]] = {}
    for vendor in sorted(directory.vendors.values(), key=lambda v: v.name.lower()):
        if vendor.routes:
            kinds.setdefault(vendor.facts.sector or Sector.OTHER, []).append(vendor)
    return CheckView(
        countries=tuple(sorted(countries, key=lambda c: c[1])),
        regions=tuple(sorted(regions, key=lambda r: (r[0][:2], r[1]))),
        country=country,
        region=region,
        groups=tuple(Group(k, tuple(v)) for k, v in sorted(kinds.items())),
        chosen=frozenset(chosen),
        errors={name: say(text) for name, text in errors.items()},
        on=on,
    )


def _country(code: str, language: str) -> str:
    return place_name(code.partition("-")[0], language)
