"""Public holidays, from the ``holidays`` library."""

from functools import lru_cache
from importlib.metadata import version

import holidays

from app.domain.calendars import Calendar, Holidays, no_holidays

LIBRARY = f"holidays {version('holidays')}"
"""Named in the steps of a count, and part of the rulebook's fingerprint."""

WEEKEND = frozenset({5, 6})
GROUPS = frozenset({"EU", "EEA"})


@lru_cache(maxsize=64)
def public_calendar(code: str) -> Calendar:
    """Return the weekend and public holidays of a country or region (contract, D6).

    A group such as ``EU``, and a place that the library does not know, has a weekend
    only.
    """
    country, _, region = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if code in GROUPS:
        return Calendar(code, WEEKEND, no_holidays, warns=True, perhaps=_somewhere)
    if country not in known:
        return Calendar(code, WEEKEND, no_holidays, warns=True)
    regions = known[country]
    named = region if region in regions else None
    weekend = frozenset(holidays.country_holidays(country).weekend)

    @lru_cache(maxsize=16)
    def of_year(year: int) -> Holidays:
        return dict(holidays.country_holidays(country, subdiv=named, years=year))

    federal = country == "US"
    return Calendar(
        code, weekend, of_year, warns=bool(regions and not named and not federal)
    )


MEMBERS = [
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]


@lru_cache(maxsize=16)
def _somewhere(year: int) -> Holidays:
    """Return the holidays of the Union's member states, each that any one has."""
    return {
        day: f"{name} ({code})"
        for code in MEMBERS
        for day, name in holidays.country_holidays(code, years=year).items()
        if day.weekday() not in WEEKEND
    }
