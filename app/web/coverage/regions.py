"""Places in the order in which people look for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.domain.places import Place
from app.words.catalog import translations
from app.words.languages import folded, place_name
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


@lru_cache(maxsize=1024)
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
            tuple(sorted(those, key=lambda p: _letters(p.code, language))),
        )
        for code, those in found.items()
        if those
    )


def region_codes(places: Iterable[Place]) -> tuple[str, ...]:
    """Return the codes of the regions in which there is a place, in their order."""
    found = {region_of(place) for place in places}
    return tuple(code for code in (*REGIONS, *AREAS) if code in found)


@lru_cache(maxsize=2048)
def _letters(code: str, language: str) -> str:
    """Return a place's name without accents, so that Åland stands under A."""
    return folded(place_name(code, language))


WHOLES = ("EEA", "US", "CA")
"""Groups that are named as one where all of their places are meant."""
NAMED = 3
"""How many places are named beside them; more are counted."""


def gathered(
    codes: Iterable[str], known: Iterable[Place], language: str, named: int = NAMED
) -> str:
    """Return places in a few words: a group that is whole by its name, or how many."""
    say = translations(language)
    left, known = set(codes), tuple(known)
    if len(left) > named and left >= {place.code for place in known}:
        return say.gettext("all %(num)s places") % {"num": len(left)}
    said = []
    for group in WHOLES if len(left) > 1 else ():  # no whole group is one place
        within = {place.code for place in known if group in place.within}
        if len(within) > 1 and within <= left:
            words = say.gettext("%(region)s (%(num)s places)")
            said.append(
                words % {"region": place_name(group, language), "num": len(within)}
            )
            left -= within
    if len(left) > named and said:
        more = say.ngettext("%(num)s more place", "%(num)s more places", len(left))
        said.append(more % {"num": len(left)})
    elif len(left) > named:
        many = say.ngettext("%(num)s place", "%(num)s places", len(left))
        said.append(many % {"num": len(left)})
    else:
        in_order = sorted(left, key=lambda code: _letters(code, language))
        said += [place_name(code, language) for code in in_order]
    return ", ".join(said)
