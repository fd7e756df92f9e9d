"""Places in the order in which people look for them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.places import Place
from app.words.catalog import translations
from app.words.languages import place_name
from app.words.marks import mark

REGIONS = ("CA", "US", "EEA")
"""Places whose parts stand together, before the rest of the world."""

ISLANDS = "islands"
AREAS = {
    "europe": mark("Elsewhere in Europe"),
    "americas": mark("Elsewhere in the Americas"),
    "africa": mark("Africa"),
    "asia": mark("Asia"),
    "oceania": mark("Oceania"),
    ISLANDS: mark("Islands and Antarctica"),
}
"""The rest of the world, by the code of each part."""

OF_ZONE = {
    "Africa": "africa",
    "America": "americas",
    "Asia": "asia",
    "Australia": "oceania",
    "Europe": "europe",
    "Pacific": "oceania",
}
"""The part of the world of a time zone; an island of another ocean is in none."""


@dataclass(frozen=True, slots=True)
class Region:
    """Places that stand together."""

    code: str
    name: str
    places: tuple[Place, ...]


def region_of(place: Place) -> str:
    """Return the code of the region in which a place stands."""
    held_by = {place.code, *place.within}
    area = OF_ZONE.get(place.zone.partition("/")[0], ISLANDS)
    return next((code for code in REGIONS if code in held_by), area)


def region_name(code: str, language: str) -> str:
    """Return the name of a region, or of a place."""
    if code in AREAS:
        return translations(language).gettext(AREAS[code])
    return place_name(code, language)


def by_region(places: Iterable[Place], language: str) -> tuple[Region, ...]:
    """Return the places of each region by name; regions without one are left out."""
    found: dict[str, list[Place]] = {code: [] for code in (*REGIONS, *AREAS)}
    for place in places:
        found[region_of(place)].append(place)
    return tuple(
        Region(
            code,
            region_name(code, language),
            tuple(sorted(those, key=lambda p: _letters(place_name(p.code, language)))),
        )
        for code, those in found.items()
        if those
    )


def _letters(name: str) -> str:
    """Return a name without accents, so that Åland stands under A."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
