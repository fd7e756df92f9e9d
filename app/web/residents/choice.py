"""What the addresses of the check hold: places, companies or a circle, and a day."""

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from app.actions.check_eligibility import UnknownValueError, residence_of
from app.domain.circles import sizes
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook

A_CIRCLE = 2
"""Companies that make one: a single one is asked by its name."""


def address(
    place: str,
    vendors: Iterable[str] = (),
    former: str | None = None,
    more: Iterable[tuple[str, str]] = (),
    *,
    circle: str = "",
) -> str:
    """Return what an address holds: places and companies, a day and a language."""
    before = [("former", former)] if former else []
    named = [("vendor", vendor) for vendor in vendors]
    whole = [("circle", circle)] if circle else []
    return urlencode([("residence", place), *before, *named, *whole, *more])


def known_place(rulebook: Rulebook, residence: str) -> str | None:
    """Return a residence that there is."""
    try:
        return residence_of(rulebook.places, residence).code
    except UnknownValueError:
        return None


def circles_of(directory: Directory, on: date) -> Mapping[str, int]:
    """Return the circles that can be asked on a day, and how many each asks."""
    found = sizes(directory.vendors.values(), on)
    return {name: n for name, n in found.items() if n >= A_CIRCLE}
