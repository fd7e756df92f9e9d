"""Working days and holidays of a place, or of one law.

Public holidays come in as a value (``Calendar.of_year``). A law's own list is data: a
file in ``rulebook/holidays`` gives the weekdays off and one ``HolidayRule`` for each
holiday, and the days are computed here. A rule is one of four:

- ``month`` and ``day``: a fixed day;
- ``month``, ``weekday`` and ``nth``: the nth such weekday of a month;
- ``month``, ``weekday`` and ``day``: the last such weekday on or before that day
  ("the Monday before 25 May" has ``day = 24``);
- ``easter``: so many days after Easter Sunday, or before it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
SATURDAY, SUNDAY = 5, 6
WEEKEND = frozenset({SATURDAY, SUNDAY})
"""Monday is 0, as in ``date.weekday``."""

IsOff: TypeAlias = Callable[[date], bool]
"""Whether a day is one of a place's weekly days off."""

Holidays: TypeAlias = Mapping[date, str]
"""The holidays of one year, by day; a moon day that is a guess says "estimated"."""

_ONE_DAY = timedelta(days=1)
_LAST_NTH = 4
"""No month is sure to have a fifth Monday."""
_COMMON_YEAR = 2001


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days off of one place, of several places, or of one law."""

    name: str
    off: IsOff
    """Its weekend, which may be another in other years."""
    of_year: Callable[[int], Holidays]
    source: str | None = None
    """Where the holidays come from."""
    warns: bool = False
    """Whether its regions have other holidays too."""
    perhaps: Callable[[int], Holidays] | None = None
    """Holidays that only some of its places have; they close nothing here."""
    years: range | None = None
    """The years whose holidays are known; None: all."""

    def knows(self, day: date) -> bool:
        """Return whether the holidays of that day's year are known."""
        return self.years is None or day.year in self.years

    def holiday(self, day: date) -> str | None:
        """Return the name of the holiday on ``day``, if there is one."""
        return self.of_year(day.year).get(day)

    def estimated(self, day: date) -> str | None:
        """Return the holiday that closes ``day`` by a guess alone."""
        name = self.holiday(day)
        guessed = name is not None and "estimated" in name
        return name if guessed and not self.off(day) else None

    def elsewhere(self, day: date) -> str | None:
        """Return the holiday that some of its places have on ``day``."""
        return self.perhaps(day.year).get(day) if self.perhaps else None

    def is_open(self, day: date) -> bool:
        """Return whether ``day`` is a working day."""
        return self.why_closed(day) is None

    def why_closed(self, day: date) -> str | None:
        """Return the holiday or the weekday that makes ``day`` a day off, or None."""
        weekday = WEEKDAYS[day.weekday()] if self.off(day) else None
        return self.holiday(day) or weekday

    def next_open(self, day: date) -> date:
        """Return ``day``, or the first working day after it."""
        while not self.is_open(day):
            day += _ONE_DAY
        return day

    def add_open_days(self, day: date, count: int) -> date:
        """Return the last of ``count`` working days after ``day``."""
        while count > 0:
            day += _ONE_DAY
            if self.is_open(day):
                count -= 1
        return day


def every_week(off: frozenset[int]) -> IsOff:
    """Return a weekend of the same weekdays in every year."""
    return lambda day: day.weekday() in off


def no_holidays(_: int) -> Holidays:
    """Return an empty year."""
    return {}


def weekends_alone(name: str, places: Iterable[Calendar]) -> Calendar:
    """Return a calendar for several places at once: weekends, and no holiday.

    A holiday that any of them has makes a date that rests on it doubtful (contract,
    D6).
    """
    parts = tuple(places)

    @lru_cache(maxsize=16)
    def any_of(year: int) -> Holidays:
        return {
            day: f"{holiday}, {part.name}"
            for part in reversed(parts)
            for day, holiday in part.of_year(year).items()
        }

    sources = dict.fromkeys(part.source for part in parts if part.source)
    known = [part.years for part in parts if part.years is not None]
    return Calendar(
        name,
        lambda day: all(part.off(day) for part in parts),
        no_holidays,
        ", ".join(sources) or None,
        perhaps=any_of,
        years=_common(known) if known else None,
    )


def _common(years: Collection[range]) -> range:
    return range(max(some.start for some in years), min(some.stop for some in years))


def easter(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar.

    Source: Meeus, Jones and Butcher's rule for every year.
    """
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


class Moves(StrEnum):
    """What a holiday does that falls on a Sunday."""

    STAYS = "stays"
    TO_MONDAY = "to-monday"


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRule:
    """One holiday of a law's own list; the module says which keys go together."""

    name: str
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    easter: int | None = None
    on_sunday: Moves = Moves.STAYS
    since: int | None = None
    """First year."""
    until: int | None = None
    """Last year."""

    def __post_init__(self) -> None:
        keys = {k for k in ("month", "day", "weekday", "nth") if self._has(k)}
        if self.easter is not None:
            sound = not keys
        else:
            sound = keys in (
                {"month", "day"},
                {"month", "weekday", "nth"},
                {"month", "weekday", "day"},
            )
        if not sound or not 1 <= (self.nth or 1) <= _LAST_NTH:
            raise ValueError(f"{self.name}: these keys name no day of a year")
        if not 0 <= (self.weekday or 0) <= SUNDAY:
            raise ValueError(f"{self.name}: a weekday is 0 to 6")
        self._plain(_COMMON_YEAR)

    def _has(self, key: str) -> bool:
        return getattr(self, key) is not None

    def on(self, year: int) -> date | None:
        """Return the day in ``year``; None before its first and after its last."""
        if year < (self.since or year) or year > (self.until or year):
            return None
        day = self._plain(year)
        if self.on_sunday is Moves.TO_MONDAY and day.weekday() == SUNDAY:
            return day + _ONE_DAY
        return day

    def _plain(self, year: int) -> date:
        if self.easter is not None:
            return easter(year) + timedelta(days=self.easter)
        day = date(year, self.month or 1, self.day or 1)
        if self.weekday is None:
            return day
        if self.nth is None:
            return day - timedelta(days=(day.weekday() - self.weekday) % 7)
        ahead = (self.weekday - day.weekday()) % 7
        return day + timedelta(days=ahead + 7 * (self.nth - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCalendar:
    """The holidays that a law itself names."""

    name: str
    off: frozenset[int]
    """Weekdays that the law calls days off."""
    rules: tuple[HolidayRule, ...]
    source: str
    """The sections that name them."""
    public: str | None = None
    """A place whose public holidays are days off too."""

    def calendar(self, public: Calendar | None = None) -> Calendar:
        """Return the calendar that these rules make, beside the public holidays."""

        @lru_cache(maxsize=16)
        def of_year(year: int) -> Holidays:
            return {**(public.of_year(year) if public else {}), **self.of_year(year)}

        known = public.years if public else None
        off = every_week(self.off)
        return Calendar(self.name, off, of_year, self.source, years=known)

    def of_year(self, year: int) -> Holidays:
        """Return the holidays of ``year``."""
        return {day: r.name for r in self.rules if (day := r.on(year)) is not None}
