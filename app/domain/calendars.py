"""Working days and holidays of a place.

Holidays come in as a value: either the public ones of a place, or a law's own list,
whose rules are computed here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias

SATURDAY, SUNDAY = 5, 6
WEEKEND = frozenset({SATURDAY, SUNDAY})
"""Monday is 0, as in ``date.weekday``."""

Holidays: TypeAlias = Mapping[date, str]
"""The holidays of one year, by day; a moon day that is a guess says "(estimated)"."""

ESTIMATED = "(estimated)"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days off of one place, or of one law."""

    name: str
    off: frozenset[int]
    """Weekdays off."""
    of_year: Callable[[int], Holidays]
    warns: bool = False
    """Whether its regions have other holidays too."""
    perhaps: Callable[[int], Holidays] | None = None
    """Holidays that only some of its parts have; they close nothing here."""

    def holiday(self, day: date) -> str | None:
        """Return the name of the holiday on ``day``, if there is one."""
        return self.of_year(day.year).get(day)

    def doubtful(self, day: date) -> str | None:
        """Return the holiday that ``day`` may be, in some part or by a guess."""
        if self.perhaps is not None and (name := self.perhaps(day.year).get(day)):
            return name
        name = self.holiday(day)
        return name if name and ESTIMATED in name else None

    def is_open(self, day: date) -> bool:
        """Return whether ``day`` is a working day."""
        return day.weekday() not in self.off and self.holiday(day) is None

    def why_closed(self, day: date) -> str | None:
        """Return why ``day`` is a day off, or None."""
        holiday = self.holiday(day)
        if holiday is not None:
            return holiday
        return (
            ("Saturday" if day.weekday() == SATURDAY else f"{day:%A}")
            if (day.weekday() in self.off)
            else None
        )

    def next_open(self, day: date) -> date:
        """Return ``day``, or the first working day after it."""
        while not self.is_open(day):
            day += timedelta(days=1)
        return day

    def add_open_days(self, day: date, count: int) -> date:
        """Return the last of ``count`` working days after ``day``."""
        while count > 0:
            day += timedelta(days=1)
            if self.is_open(day):
                count -= 1
        return day


def no_holidays(_: int) -> Holidays:
    """Return an empty year."""
    return {}


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
    """One holiday of a law's own list."""

    name: str
    month: int | None = None
    day: int | None = None
    """With ``month``: a fixed day; with ``weekday`` the latest day it may fall on."""
    weekday: int | None = None
    nth: int | None = None
    """With ``month`` and ``weekday``: the nth one of the month."""
    easter: int | None = None
    """Days from Easter Sunday."""
    on_sunday: Moves = Moves.STAYS
    since: int | None = None
    """First year."""

    def on(self, year: int) -> date | None:
        """Return the day in ``year``."""
        if self.since is not None and year < self.since:
            return None
        day = self._plain(year)
        if self.on_sunday is Moves.TO_MONDAY and day.weekday() == SUNDAY:
            return day + timedelta(days=1)
        return day

    def _plain(self, year: int) -> date:
        if self.easter is not None:
            return easter(year) + timedelta(days=self.easter)
        month = self.month or 1
        if self.weekday is None:
            return date(year, month, self.day or 1)
        if self.nth is not None:
            first = date(year, month, 1)
            ahead = (self.weekday - first.weekday()) % 7
            return first + timedelta(days=ahead + 7 * (self.nth - 1))
        latest = date(year, month, self.day or 1)
        return latest - timedelta(days=(latest.weekday() - self.weekday) % 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCalendar:
    """The holidays that a law itself names."""

    name: str
    off: frozenset[int]
    rules: tuple[HolidayRule, ...]
    source: str

    def calendar(self) -> Calendar:
        """Return the calendar that these rules make."""
        return Calendar(self.name, self.off, self.of_year)

    def of_year(self, year: int) -> Holidays:
        """Return the holidays of ``year``."""
        return {day: r.name for r in self.rules if (day := r.on(year)) is not None}
