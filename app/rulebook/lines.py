"""Where in a TOML file a key stands, so that an error can name the line."""

import re
from collections.abc import Iterator, Sequence

HEADER = re.compile(r"(\[\[?)\s*([^\[\]]+?)\s*\]")
KEY = re.compile(r"\s*(\"[^\"]+\"|[A-Za-z0-9_-]+)\s*=")
AT_LINE = re.compile(r"\(at line (\d+)")

Place = tuple[str | int, ...]
"""Keys and places in arrays, from the outside in: ``("steps", 1, "citation")``."""


def line_of(text: str, wanted: Sequence[str | int]) -> int | None:
    """Return the line of a key, or of the nearest table around it; None if neither."""
    deepest, line = 0, None
    for number, place in _places(text):
        if len(place) > deepest and place == tuple(wanted[: len(place)]):
            deepest, line = len(place), number
    return line


def line_in(message: str) -> int | None:
    """Return the line that a decoder's message names."""
    found = AT_LINE.search(message)
    return int(found[1]) if found else None


def key_on(text: str, line: int | None) -> str | None:
    """Return the key that stands on a line."""
    lines = text.splitlines()
    if line is None or line > len(lines):
        return None
    found = KEY.match(lines[line - 1])
    return found[1].strip('"') if found else None


def deepest_line(text: str) -> int:
    """Return the line that opens most brackets."""
    opened = [line.count("{") + line.count("[") for line in text.splitlines()]
    return opened.index(max(opened)) + 1


def _places(text: str) -> Iterator[tuple[int, Place]]:
    """Yield each line with a header or key, and the place it stands for.

    A line inside an array that spans several is taken for a key where it looks like
    one; that does no harm, as its place is none that anybody asks for.
    """
    table: Place = ()
    counts: dict[Place, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            table = _opened(header[2], array=header[1] == "[[", counts=counts)
            yield number, table
        elif key := KEY.match(line):
            yield number, (*table, key[1].strip('"'))


def _opened(header: str, *, array: bool, counts: dict[Place, int]) -> Place:
    """Return the place of a table; the parts of an array of tables are counted."""
    *outer, last = (part.strip().strip('"') for part in header.split("."))
    place: Place = ()
    for part in outer:
        place = (*place, part)
        if place in counts:
            place = (*place, counts[place] - 1)
    place = (*place, last)
    if not array:
        return place
    counts[place] = counts.get(place, 0) + 1
    return (*place, counts[place] - 1)
