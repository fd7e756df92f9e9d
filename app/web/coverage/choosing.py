"""What a reader of the coverage table wants to see of it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query

from app.actions.check_eligibility import NAMED, UnknownValueError, vendor_of
from app.domain.coverage import Coverage
from app.domain.facts import Sector
from app.domain.grounds import Verdict
from app.domain.likeness import likest
from app.domain.places import Place, Places
from app.domain.vendors import Directory, Vendor
from app.rulebook.load import Rulebook
from app.web.coverage.regions import AREAS, REGIONS, region_name, region_of
from app.web.deps import DirectoryThen, RulebookDep
from app.web.errors import Problem
from app.words.catalog import translations
from app.words.languages import Language, folded
from app.words.terms import SECTORS, VERDICTS

ANY = "any"
"""What a form says for every vendor."""
LONGEST = 100
"""Signs of a search that are looked for."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader wants to see; empty is everything."""

    kind: str = ""
    region: str = ""
    verdict: str = ""
    vendor: str = ""
    search: str = ""
    """A part of a company's name, brand or web address."""

    @property
    def asked(self) -> dict[str, str]:
        """Those that are set, by their names in an address."""
        named = {
            "vendor": self.vendor,
            "kind": self.kind,
            "region": self.region,
            "verdict": self.verdict,
            "q": self.search,
        }
        return {name: value for name, value in named.items() if value}


async def _filters(
    directory: DirectoryThen,
    rulebook: RulebookDep,
    kind: Annotated[str, Query()] = "",
    region: Annotated[str, Query()] = "",
    verdict: Annotated[str, Query()] = "",
    vendor: Annotated[str, Query()] = "",
    q: Annotated[str, Query()] = "",
) -> Filters:
    return Filters(
        one_of("kind", kind, Sector),
        region_asked("region", region, rulebook.places, AREAS),
        one_of("verdict", verdict, Verdict),
        "" if vendor == ANY else vendor_asked(vendor, directory),
        q.strip()[:LONGEST],
    )


FiltersDep = Annotated[Filters, Depends(_filters)]


def vendor_asked(slug: str, directory: Directory) -> str:
    """Return the company that an address names, or that which its record went into.

    Raises:
        Problem: 422, with what was most likely meant.
    """
    if not slug:
        return ""
    try:
        return vendor_of(directory, directory.stands_for(slug)).slug
    except UnknownValueError as unknown:
        raise refused("vendor", unknown.nearest) from None


def region_asked(
    field: str, code: str, places: Places, areas: Collection[str] = ()
) -> str:
    """Return the place, the group of places or the part of the world that is named.

    Raises:
        Problem: 422, with what was most likely meant.
    """
    if code and code not in areas and code not in places:
        groups = {group for place in places for group in place.within}
        if code not in groups:
            near = likest(code.strip().upper(), sorted({p.code for p in places}))
            raise refused(field, near or REGIONS)
    return code


def one_of(field: str, value: str, known: type[StrEnum]) -> str:
    """Return a word that an address names, of those that there are.

    Raises:
        Problem: 422, with what was most likely meant.
    """
    words = [one.value for one in known]
    if value and value not in words:
        raise refused(
            field, likest(value.strip().lower(), words) or tuple(words[:NAMED])
        )
    return value


def refused(field: str, nearest: Iterable[str] = ()) -> Problem:
    """Return the refusal of what nobody knows (contract, section 3)."""
    return Problem(
        422, f"unknown value for {field}", field=field, nearest=tuple(nearest)
    )


def kind_of(vendor: Vendor, on: date) -> str:
    """Return what kind of company a vendor is."""
    return vendor.facts_on(on).sector or Sector.OTHER


def chosen(table: Coverage, filters: Filters, rulebook: Rulebook) -> Coverage:
    """Return the part of the table that the reader asked for."""
    vendors = tuple(vendors_asked(table.vendors, filters, table.on))
    part = table.part(vendors, places_asked(table.places, filters, rulebook))
    if not filters.verdict:
        return part
    return part.part(
        vendors,
        tuple(
            place
            for place in part.places
            if any(cell.verdict == filters.verdict for cell in part.rows[place.code])
        ),
    )


def in_words(filters: Filters, places: Collection[Place], language: Language) -> str:
    """Return what was asked for of a table, by these places; nothing where all of it.

    Nothing that somebody typed is among it: it stands on pictures that bear our name.
    """
    say = translations(language).gettext
    words = (
        say(SECTORS[filters.kind]) if filters.kind else "",
        region_name(filters.region, language) if filters.region and places else "",
        say(VERDICTS[filters.verdict]) if filters.verdict else "",
    )
    return ", ".join(filter(None, words))


def vendors_asked(
    vendors: Iterable[Vendor], filters: Filters, on: date
) -> Iterator[Vendor]:
    """Yield the companies that the reader asked for."""
    wanted = folded(filters.search)
    for vendor in vendors:
        if (
            (not filters.kind or filters.kind == kind_of(vendor, on))
            and filters.vendor in ("", vendor.slug)
            and (not wanted or wanted in _names(vendor))
        ):
            yield vendor


def places_asked(
    places: Iterable[Place], filters: Filters, rulebook: Rulebook
) -> Iterator[Place]:
    """Yield the places that the reader asked for."""
    around = rulebook.places.around
    for place in places:
        if filters.region in {"", region_of(place), *around(place.code)}:
            yield place


def _names(vendor: Vendor) -> str:
    return folded(
        "\n".join((vendor.name, vendor.slug, *vendor.brands, *vendor.domains))
    )
