"""What a reader of the coverage table wants to see of it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from app.domain.coverage import Coverage
from app.domain.facts import Sector
from app.domain.grounds import Verdict
from app.domain.places import Place
from app.domain.vendors import Vendor
from app.rulebook.load import Rulebook
from app.web.coverage.regions import region_name, region_of
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
    kind: Annotated[str, Query()] = "",
    region: Annotated[str, Query()] = "",
    verdict: Annotated[str, Query()] = "",
    vendor: Annotated[str, Query()] = "",
    q: Annotated[str, Query()] = "",
) -> Filters:
    return Filters(
        kind if kind in set(Sector) else "",
        region,
        verdict if verdict in set(Verdict) else "",
        "" if vendor == ANY else vendor,
        q.strip()[:LONGEST],
    )


FiltersDep = Annotated[Filters, Depends(_filters)]


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
