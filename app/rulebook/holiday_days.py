"""Public holidays, from the ``holidays`` library."""

from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from app.domain.calendars import Calendar, Holidays, weekends_alone
from app.domain.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holidays import HolidayBase

LIBRARY = f"holidays {version('holidays')}"
"""Named in the steps of a count, and part of the rulebook's fingerprint."""

MEMBERS = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
"""The member states of the European Union since 2020-02-01."""

GROUPS = {"EU": MEMBERS, "EEA": (*MEMBERS, "IS", "LI", "NO")}

_ENGLISH = "en_US"
"""Left out, the names follow the server's locale, and "estimated" with them."""
_LOOK_AT = 2026
"""A year in which to see whether regions differ; which one it is does not matter."""


@lru_cache(maxsize=1)
def calendar_codes() -> frozenset[str]:
    """Return the countries, regions and groups whose public holidays are known."""
    known = _countries()
    regions = {f"{code}-{region}" for code, of in known.items() for region in of}
    return frozenset({*known, *regions, *GROUPS})


def nearest_calendars(code: str) -> tuple[str, ...]:
    """Return the codes that were most likely meant, best first."""
    wanted = code.strip().upper().replace("_", "-")
    return likest(wanted, sorted(calendar_codes()), cutoff=0.5)


@lru_cache(maxsize=512)
def public_calendar(code: str) -> Calendar:
    """Return the weekend and public holidays of a country or region (contract, D6).

    A bare country is its national list; observed days count; a group such as ``EU``
    has weekends only.

    Raises:
        LookupError: If the library knows no such place.
    """
    if code not in calendar_codes():
        raise LookupError(code)
    if code in GROUPS:
        return weekends_alone(code, map(public_calendar, GROUPS[code]))
    country, _, region = code.partition("-")

    @lru_cache(maxsize=16)
    def of_year(year: int) -> Holidays:
        return _days(country, region or None, year)

    place = _kept(country, region or None)
    years = range(place.start_year, place.end_year + 1)
    # Territories and states of the US count by the federal list, whatever they keep.
    warns = not region and country != "US" and _regions_differ(country)
    return Calendar(code, place.is_weekend, of_year, LIBRARY, warns=warns, years=years)


def _days(country: str, region: str | None, year: int) -> Holidays:
    return dict(_kept(country, region, year))


def _regions_differ(country: str) -> bool:
    regions = _countries()[country]
    national = _days(country, None, _LOOK_AT).keys()
    return any(_days(country, r, _LOOK_AT).keys() != national for r in regions)


# The library takes 30 ms to come, and a command that counts no days needs none of it.


def _countries() -> "Mapping[str, list[str]]":
    from holidays import list_supported_countries  # noqa: PLC0415

    return list_supported_countries(include_aliases=False)


def _kept(
    country: str, region: str | None = None, year: int | None = None
) -> "HolidayBase":
    from holidays import country_holidays  # noqa: PLC0415

    return country_holidays(
        country, subdiv=region, years=year, expand=False, language=_ENGLISH
    )
