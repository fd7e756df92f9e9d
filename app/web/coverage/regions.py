"""Places in the order in which people look for them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.places import Place
from app.words.catalog import translations
from app.words.languages import place_name
from app.words.marks import mark

REGIONS = ("CA", "US", "EEA")
ELSEWHERE = mark("Elsewhere")


@dataclass(frozen=True, slots=True)
class Region:
    """Places that stand together."""

    name: str
    places: tuple[Place, ...]


def by_region(places: Iterable[Place], language: str) -> tuple[Region, ...]:
    """Return the places of each region by name; what is in none stands last."""
    found: dict[str, list[Place]] = {code: [] for code in (*REGIONS, "")}
    for place in places:
        region = next((r for r in REGIONS if r in {place.code, *place.within}), "")
        found[region].append(place)
    return tuple(
        Region(
            place_name(code, language)
            if code
            else translations(language).gettext(ELSEWHERE),
            tuple(sorted(those, key=lambda p: _letters(place_name(p.code, language)))),
        )
        for code, those in found.items()
        if those
    )


def _letters(name: str) -> str:
    """Return a name without accents, so that Åland stands under A."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
