"""Where you live, which company, what you are owed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.check_eligibility import UnknownValueError, residence_of
from app.actions.filing_form import NAME_LENGTH, VENDORS
from app.domain.coverage import saying_none
from app.domain.facts import Sector
from app.domain.laws import Law
from app.domain.vendors import Directory, Vendor
from app.rulebook.load import Rulebook
from app.web.deps import Day, DirectoryDep, Now, PagesDep, RulebookDep
from app.web.pages import language_of, packed
from app.web.residents.answers import Card, Told
from app.words.catalog import translations
from app.words.languages import Language, folded, place_name
from app.words.marks import mark
from app.words.terms import SECTORS

router = APIRouter()

NO_COUNTRY = mark("Choose the country where you live")
NO_REGION = mark("Choose the region where you live")
NO_TICK = mark("Tick the companies that you want to ask")
NO_COMPANY = mark("Choose at least one company")
UNKNOWN_COMPANY = mark("We know no company of that address: choose one from the list")
UNKNOWN_PLACE = mark("Choose a place from the list")
TOO_MANY = mark("Choose at most 50 companies")
LISTED = 150
"""Companies that a light page can name; where there are more they are looked for."""


@dataclass(frozen=True, slots=True)
class PlaceErrors:
    """The two fields of a place, and what is said where one is missing."""

    country: str
    no_country: str
    region: str
    no_region: str


PRESENT = PlaceErrors("country", NO_COUNTRY, "region", NO_REGION)
FORMER = PlaceErrors(
    "former_country",
    mark("Choose the country where you lived before"),
    "former_region",
    mark("Choose the region where you lived before"),
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed or chosen so far."""

    country: str = ""
    region: str = ""
    vendors: Sequence[str] = ()
    kinds: Collection[str] = ()
    moved: bool = False
    name: str = ""
    """The name of a company to look for."""
    looks: bool = False
    """Whether it is only looked for."""


@dataclass(frozen=True, slots=True)
class Group:
    """The companies of one kind."""

    kind: str
    vendors: tuple[Vendor, ...]
    whole: bool
    """Whether all of them are chosen."""
    listed: tuple[Vendor, ...]
    """Those that the form names."""


@dataclass(frozen=True, slots=True)
class PlaceLists:
    """Countries and regions, by code and name in the order of their names."""

    countries: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CheckView:
    """The form."""

    places: PlaceLists
    typed: Typed
    groups: tuple[Group, ...]
    all_listed: bool
    found: tuple[Vendor, ...]
    """Companies of the name that was looked for."""
    chosen: frozenset[str]
    errors: dict[str, str]
    on: str = ""
    """The day that the answer is wanted for, as the address has it; empty: today."""


@dataclass(frozen=True, slots=True)
class MovedView:
    """The question where somebody lived before."""

    places: PlaceLists
    residence: str
    vendors: tuple[str, ...]
    country: str
    region: str
    errors: dict[str, str]
    back: str
    on: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The answer."""

    residence: str
    former: str | None
    """Where the person lived before, which is shown and never filed for."""
    on: date
    today: bool
    cards: tuple[Card, ...]
    before: Mapping[str, Card]
    """The answers at the former place, by company."""
    unknown: bool
    """Whether the address names a company that we do not know."""
    change: str
    """Address of the form with the present choice in it."""
    permalink: str
    compiled_on: date
    later: bool
    """Whether the day is later than the law was read."""
    without_law: tuple[Law, ...]
    """Records that say that the place has no general law."""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def alone(self) -> Card | None:
        """The one company that can be asked, where the answer is about no other."""
        one = self.cards[0]
        return one if len(self.cards) == 1 and one.reachable else None


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
    moved: Annotated[str, Query()] = "",
    former_country: Annotated[str | None, Query()] = None,
    former_region: Annotated[str, Query()] = "",
    name: Annotated[str, Query()] = "",
    look: Annotated[str, Query()] = "",
    asked: Annotated[str, Query()] = "",
    on: Annotated[str, Query()] = "",
    lang: Annotated[str, Query()] = "",
) -> Response:
    """Ask for place and companies, and for a former place; send on once all is there."""
    language = language_of(request)
    typed = Typed(
        country=country or residence.partition("-")[0],
        region=region or (residence if "-" in residence else ""),
        vendors=[v for v in vendor if v in directory.vendors],
        kinds=frozenset(kind),
        moved=bool(moved),
        name=name.strip()[:NAME_LENGTH],
        looks=bool(look),
    )
    wanted = _wanted(directory, typed)
    if not asked or typed.looks:
        page = form_view(rulebook, directory, language, typed, {}, on)
        return packed(request, pages.show(request, "residents/check.html", page))
    place = place_of(rulebook, typed.country, typed.region)
    errors = {} if place else place_errors(rulebook, typed.country, typed.region)
    if not wanted:
        errors["vendor"] = NO_COMPANY
    if len(wanted) > VENDORS:
        errors["vendor"] = TOO_MANY
    if errors or place is None:
        page = form_view(rulebook, directory, language, typed, errors, on)
        return packed(
            request, pages.show(request, "residents/check.html", page, status=422)
        )
    kept = [(name, text) for name, text in (("on", on), ("lang", lang)) if text]
    if not typed.moved:
        return pages.go(f"/check/answer?{_query(place, wanted, more=kept)}")
    former = place_of(rulebook, former_country or "", former_region)
    if former is not None:
        return pages.go(f"/check/answer?{_query(place, wanted, former, kept)}")
    faults = place_errors(rulebook, former_country or "", former_region, FORMER)
    told = faults if former_country is not None else {}
    say = translations(language).gettext
    asks = MovedView(
        places=_places(rulebook, language),
        residence=place,
        vendors=wanted,
        country=former_country or "",
        region=former_region,
        errors={field: say(text) for field, text in told.items()},
        back=f"/check?{_query(place, wanted, more=[*kept, ('moved', '1')])}",
        on=on,
    )
    status = 422 if told else 200
    return packed(
        request, pages.show(request, "residents/moved.html", asks, status=status)
    )


@router.get("/check/answer")
async def answer(
    request: Request,
    on: Day,
    pages: PagesDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    at: Now,
    residence: Annotated[str, Query()] = "",
    former: Annotated[str, Query()] = "",
    vendor: Annotated[list[str], Query()] = [],  # noqa: B006 - the framework copies it
) -> Response:
    """Show what the person is owed, company by company."""
    language = language_of(request)
    known = tuple(dict.fromkeys(v for v in vendor if v in directory.vendors))[:VENDORS]
    asked_for = request.query_params.get("on", "")
    place = _known_place(rulebook, residence)
    if place is None or not known:
        errors = {"country": UNKNOWN_PLACE} if place is None else {}
        if not known:
            errors["vendor"] = UNKNOWN_COMPANY if any(vendor) else NO_COMPANY
        typed = Typed(residence.partition("-")[0], residence, known)
        page = form_view(rulebook, directory, language, typed, errors, asked_for)
        return packed(
            request, pages.show(request, "residents/check.html", page, status=422)
        )
    today = rulebook.places[place].day(at)
    view = answer_view(
        rulebook,
        directory,
        language,
        place,
        known,
        former,
        on if asked_for else today,
        today=asked_for in ("", today.isoformat()),
        unknown=any(v not in directory.vendors for v in vendor),
    )
    return packed(request, pages.show(request, "residents/answer.html", view))


def answer_view(
    rulebook: Rulebook,
    directory: Directory,
    language: Language,
    place: str,
    vendors: Sequence[str],
    former: str,
    on: date,
    *,
    today: bool,
    unknown: bool = False,
    errors: Mapping[str, str] | None = None,
) -> AnswerView:
    """Return what the page shows of companies that are known, at a known place."""
    before = _known_place(rulebook, former) if former else None
    if before == place:
        before = None
    kept = [] if today else [("on", on.isoformat())]
    moved = [("moved", "1")] if before else []
    told = Told(rulebook, directory, language)
    return AnswerView(
        residence=place,
        former=before,
        on=on,
        today=today,
        cards=told.cards(place, vendors, on),
        before={c.slug: c for c in told.cards(before, vendors, on)} if before else {},
        unknown=unknown,
        change=f"/check?{_query(place, vendors, more=[*kept, *moved])}",
        permalink=f"/check/answer?{_query(place, vendors, before)}&on={on}",
        compiled_on=rulebook.pack.compiled_on,
        later=on > rulebook.pack.compiled_on,
        without_law=tuple(saying_none(rulebook.places[place], on, rulebook.pack.laws)),
        errors=errors or {},
    )


def _query(
    place: str,
    vendors: Iterable[str],
    former: str | None = None,
    more: Iterable[tuple[str, str]] = (),
) -> str:
    """Return what an address holds: places and companies, a day and a language."""
    before = [("former", former)] if former else []
    named = (("vendor", vendor) for vendor in vendors)
    return urlencode([("residence", place), *before, *named, *more])


def _reachable(directory: Directory) -> dict[str, list[Vendor]]:
    """Return the companies that have any way to reach them, by kind."""
    kinds: dict[str, list[Vendor]] = {}
    for vendor in sorted(directory.vendors.values(), key=lambda v: folded(v.name)):
        if vendor.routes:
            kinds.setdefault(vendor.facts.sector or Sector.OTHER, []).append(vendor)
    return kinds


def _wanted(directory: Directory, typed: Typed) -> tuple[str, ...]:
    """Return the companies that were chosen by name or by kind."""
    by_kind = (
        vendor.slug
        for kind, vendors in _reachable(directory).items()
        if kind in typed.kinds
        for vendor in vendors
    )
    return tuple(dict.fromkeys([*typed.vendors, *by_kind]))


def _found(directory: Directory, name: str) -> tuple[Vendor, ...]:
    """Return the companies whose name holds every word that was typed."""
    words = folded(name).split()
    named = (
        vendor
        for vendors in _reachable(directory).values()
        for vendor in vendors
        if words and all(word in folded(vendor.name) for word in words)
    )
    return tuple(sorted(named, key=lambda v: folded(v.name)))[:VENDORS]


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


def place_errors(
    rulebook: Rulebook, country: str, region: str, said: PlaceErrors = PRESENT
) -> dict[str, str]:
    """Return what to put right in two selects that make no residence."""
    if not country:
        return {said.country: said.no_country}
    if country not in rulebook.places:
        return {said.country: UNKNOWN_PLACE}
    return {said.region: said.no_region if not region else UNKNOWN_PLACE}


def _known_place(rulebook: Rulebook, residence: str) -> str | None:
    try:
        return residence_of(rulebook.places, residence).code
    except UnknownValueError:
        return None


def form_view(
    rulebook: Rulebook,
    directory: Directory,
    language: str,
    typed: Typed,
    errors: dict[str, str],
    on: str = "",
) -> CheckView:
    """Return the form with what was chosen, and what to put right by field."""
    say = translations(language).gettext
    kinds = _reachable(directory)
    found = _found(directory, typed.name) if typed.looks else ()
    all_listed = sum(map(len, kinds.values())) <= LISTED
    apart = {vendor.slug for vendor in found}
    groups = (
        Group(
            kind,
            tuple(vendors),
            kind in typed.kinds,
            tuple(
                v
                for v in vendors
                if v.slug not in apart and (all_listed or v.slug in typed.vendors)
            ),
        )
        for kind, vendors in kinds.items()
    )
    return CheckView(
        places=_places(rulebook, language),
        typed=typed,
        groups=tuple(sorted(groups, key=lambda g: folded(say(SECTORS[g.kind])))),
        all_listed=all_listed,
        found=found,
        chosen=frozenset(typed.vendors),
        errors={name: say(text) for name, text in errors.items()},
        on=on,
    )


def _places(rulebook: Rulebook, language: str) -> PlaceLists:
    codes = [place.code for place in rulebook.places]
    countries = [(c, place_name(c, language)) for c in codes if "-" not in c]
    regions = [
        (c, f"{place_name(c, language)}, {place_name(c[:2], language)}")
        for c in codes
        if "-" in c
    ]
    return PlaceLists(
        tuple(sorted(countries, key=lambda c: folded(c[1]))),
        tuple(sorted(regions, key=lambda r: (r[0][:2], folded(r[1])))),
    )
