"""Maps of tiles: each place a square of the same size, where people look for it.

Who draws one gives a mark for each place; ``templates/macros/tiles.html`` draws it. A
tile says nothing that a list or table beside it does not say.
"""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.domain.coverage import state_of
from app.domain.places import Places

FILE = Path(__file__).with_name("tiles.csv")
WORLD, CANADA, UNITED_STATES, EUROPE = "world", "ca", "us", "eu"
VARIES = "varies"
"""The sign of a country whose parts have different ones."""
FROM = "from"
"""The sign of a place that gets an answer from a later day on."""
SIGNS = ("eligible", "offered", "uncertain", "opt_out_only", "not_eligible")
IN_ORDER = (*SIGNS, FROM, VARIES)


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a place stands in a grid, counted from the top left corner."""

    code: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What a tile shows of its place."""

    sign: str
    """A verdict, ``from`` or ``varies``."""
    label: str
    """The whole of it in words: who, where, what."""
    href: str
    """Where its reasons are."""


@dataclass(frozen=True, slots=True)
class Square:
    """A tile that is drawn."""

    code: str
    short: str
    """What stands on it: the code without its country."""
    x: int
    y: int
    label: str
    href: str
    ringed: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A map: its squares by the sign that they wear."""

    name: str
    width: int
    height: int
    grounds: tuple[tuple[str, tuple[Square, ...]], ...]
    """Each sign that is there, and its squares; empty where nothing is marked."""
    linked: bool
    """Whether each square leads somewhere: those of the world are too small."""


@lru_cache(maxsize=1)
def layout() -> Mapping[str, tuple[Tile, ...]]:
    """Return the tiles of each grid, in the order in which one reads."""
    found: dict[str, list[Tile]] = {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            tile = Tile(row["code"], int(row["x"]), int(row["y"]))
            found.setdefault(row["grid"], []).append(tile)
    return {
        name: tuple(sorted(tiles, key=lambda t: (t.y, t.x)))
        for name, tiles in found.items()
    }


def draw(
    marks: Mapping[str, Mark],
    places: Places,
    *,
    ringed: Collection[str] = (),
    linked: bool = True,
) -> dict[str, Grid]:
    """Return the four grids of what is marked, by name.

    Args:
        marks: By the code of a place. A country whose regions are marked wears their
            sign, or ``varies``.
        places: All places, to know what lies in what.
        ringed: Codes of places to be outlined, as those that changed.
        linked: Whether tiles lead to their reasons, where they are large enough.
    """
    whole = {**marks, **dict(_of_countries(marks, places))}
    around = {*ringed, *(c for code in ringed for c in places.around(code))}
    return {
        name: _grid(name, tiles, whole, around, linked=linked)
        for name, tiles in layout().items()
    }


def _of_countries(
    marks: Mapping[str, Mark], places: Places
) -> Iterator[tuple[str, Mark]]:
    """Yield marks of places of which only a part, or another code, is marked."""
    for tile in layout()[WORLD]:
        if tile.code in marks:
            continue
        place = places[tile.code]
        state = state_of(place, places)
        if place.regions_differ:
            parts = [
                m for code, m in marks.items() if code.startswith(f"{place.code}-")
            ]
            signs = {mark.sign for mark in parts}
            if signs:
                sign = signs.pop() if len(signs) == 1 else VARIES
                yield place.code, Mark(sign, "", "")
        elif state is not None and state in marks:
            yield place.code, marks[state]


def _grid(
    name: str,
    tiles: tuple[Tile, ...],
    marks: Mapping[str, Mark],
    ringed: set[str],
    *,
    linked: bool,
) -> Grid:
    squares: dict[str, list[Square]] = {sign: [] for sign in IN_ORDER}
    for tile in tiles:
        mark = marks.get(tile.code)
        if mark is not None:
            short = tile.code.rpartition("-")[2]
            squares[mark.sign].append(
                Square(
                    tile.code,
                    short,
                    tile.x,
                    tile.y,
                    mark.label,
                    mark.href,
                    tile.code in ringed,
                )
            )
    return Grid(
        name,
        width=max(tile.x for tile in tiles) + 1,
        height=max(tile.y for tile in tiles) + 1,
        grounds=tuple((sign, tuple(s)) for sign, s in squares.items() if s),
        linked=linked and name != WORLD,
    )
