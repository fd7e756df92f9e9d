"""The form that asks where one lives and whom to ask, and what is wrong with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.actions.filing_form import VENDORS
from app.domain.circles import place_of as place_of_register
from app.domain.facts import Sector
from app.domain.vendors import Directory, Vendor
from app.rulebook.load import Rulebook
from app.web.residents.choice import circles_of
from app.words.catalog import translations
from app.words.languages import folded, place_name
from app.words.marks import mark
from app.words.terms import SECTORS

NO_COUNTRY = mark("Choose the country where you live")
NO_REGION = mark("Choose the region where you live")
NO_TICK = mark("Tick the companies that you want to ask")
NO_COMPANY = mark("Choose at least one company")
UNKNOWN_COMPANY = mark("We know no company of that address: choose one from the list")
UNKNOWN_CIRCLE = mark("There is no such group on that day: choose from the list")
UNKNOWN_PLACE = mark("Choose a place from the list")
TOO_MANY = mark("Choose at most 50 companies")
ONE_OR_OTHER = mark(
    "Choose either every company at once, or companies by name. You can ask the others"
    " afterwards"
)
ONE_CIRCLE = mark("Choose one group at a time. You can ask the others afterwards")
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
    circles: Collection[str] = ()
    """Whole registers or kinds that are asked with one request."""
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
    at_once: int
    """How many one request asks; 0 where it cannot."""

    @property
    def by_letter(self) -> bool:
        """Whether a letter can go to each."""
        return len(self.vendors) <= VENDORS


@dataclass(frozen=True, slots=True)
class Register:
    """A register of data brokers, all of whom one request asks."""

    name: str
    place: str
    at_once: int


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
    registers: tuple[Register, ...]
    all_listed: bool
    found: tuple[Vendor, ...]
    """Companies of the name that was looked for."""
    chosen: frozenset[str]
    errors: dict[str, str]
    on: str = ""
    """The day that the answer is wanted for, as the address has it; empty: today."""


def _reachable(directory: Directory) -> dict[str, list[Vendor]]:
    """Return the companies that have any way to reach them, by kind."""
    kinds: dict[str, list[Vendor]] = {}
    for vendor in sorted(directory.vendors.values(), key=lambda v: folded(v.name)):
        if vendor.routes:
            kinds.setdefault(vendor.facts.sector or Sector.OTHER, []).append(vendor)
    return kinds


def wanted_of(directory: Directory, typed: Typed) -> tuple[str, ...]:
    """Return the companies that were chosen by name or by kind."""
    by_kind = (
        vendor.slug
        for kind, vendors in _reachable(directory).items()
        if kind in typed.kinds
        for vendor in vendors
    )
    return tuple(dict.fromkeys([*typed.vendors, *by_kind]))


def choice_error(
    vendors: Collection[str], circles: Collection[str], there: Collection[str]
) -> str | None:
    """Return what is wrong with a choice: companies, or one circle that there is."""
    if not vendors and not circles:
        return NO_COMPANY
    if circles and vendors:
        return ONE_OR_OTHER
    if len(circles) > 1:
        return ONE_CIRCLE
    if not all(name in there for name in circles):
        return UNKNOWN_CIRCLE
    return TOO_MANY if len(vendors) > VENDORS else None


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


def form_view(
    rulebook: Rulebook,
    directory: Directory,
    language: str,
    typed: Typed,
    errors: dict[str, str],
    on: str = "",
    *,
    today: date | None = None,
) -> CheckView:
    """Return the form with what was chosen, and what to put right by field.

    ``today`` is given where circles can be chosen.
    """
    say = translations(language).gettext
    kinds = _reachable(directory)
    whole = circles_of(directory, today) if today else {}
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
            whole.get(kind, 0),
        )
        for kind, vendors in kinds.items()
    )
    return CheckView(
        places=place_lists(rulebook, language),
        typed=typed,
        groups=tuple(sorted(groups, key=lambda g: folded(say(SECTORS[g.kind])))),
        registers=_registers(whole, language),
        all_listed=all_listed,
        found=found,
        chosen=frozenset(typed.vendors),
        errors={name: say(text) for name, text in errors.items()},
        on=on,
    )


def _registers(whole: Mapping[str, int], language: str) -> tuple[Register, ...]:
    """Return the registers, the largest first."""
    found = (
        Register(name, place_name(place, language), n)
        for name, n in whole.items()
        if (place := place_of_register(name)) is not None
    )
    return tuple(sorted(found, key=lambda one: (-one.at_once, one.name)))


def place_lists(rulebook: Rulebook, language: str) -> PlaceLists:
    """Return countries and regions by their names in a language."""
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
