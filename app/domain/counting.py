"""One count under way: its periods, its days off, and the steps it leaves behind."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.domain.calendars import SATURDAY, Calendar
from app.domain.due_dates import CountStep, Day, Due, day_of
from app.domain.laws import Deadlines, Period, RollRule, Unit
from app.domain.periods import add, lacks_day


@dataclass(frozen=True, slots=True)
class Plain:
    """The end of a period before any rolling."""

    day: Day
    sure: bool = True
    """False where the count met a holiday that is a guess (contract, D6)."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """The end of a period, and whether it is sure that it lies there."""

    value: Due
    sure: bool


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts and rolls periods by one law and one calendar, and notes each step."""

    deadlines: Deadlines
    calendar: Calendar
    steps: list[CountStep] = field(default_factory=list)

    def note(
        self,
        code: str,
        day: Day | None = None,
        *,
        count: int | None = None,
        unit: Unit | None = None,
        what: str | None = None,
        start: Day | None = None,
        to: Day | None = None,
        source: str | None = None,
    ) -> None:
        """Add a step to the count."""
        self.steps.append(
            CountStep(code, day, count, unit, what, start, to, source),
        )

    def note_calendar(self) -> None:
        """Say whose days off are counted, and where they come from (D6)."""
        calendar = self.calendar
        code = "weekends-alone" if calendar.perhaps else "calendar"
        self.note(code, what=calendar.name, source=calendar.source)
        if calendar.warns:
            self.note("regions-differ", what=calendar.name)

    def counted(self, start: Day, period: Period, what: str) -> Plain:
        """Count a period from a day, or from a moment."""
        end = add(start, period, self.calendar)
        sure = True
        if period.unit is Unit.BUSINESS_DAYS:
            sure = self._skips(start, end)
        code = "counted"
        if period.first_day_counts:
            code = "counted-with-first-day"
        elif period.clear_days:
            code = "counted-in-clear-days"
        self.note(
            code, end, count=period.count, unit=period.unit, what=what, start=start
        )
        if lacks_day(day_of(start), period):
            self.note("short-month", end)
        return Plain(end, sure)

    def moved(self, plain: Plain, days: int) -> Plain:
        """Move the end of a period by a pause (D3)."""
        end = plain.day + timedelta(days=days)
        self.note("moved", plain.day, count=days, unit=Unit.CALENDAR_DAYS, to=end)
        return Plain(end, plain.sure)

    def roll(self, day: Day) -> Day:
        """Return the day after rolling, where the law's counting rule does so."""
        rolls = self.deadlines.roll.rule not in {RollRule.UNKNOWN, RollRule.NONE}
        if isinstance(day, datetime) or not rolls:
            return day
        return self.calendar.next_open(day)

    def rolled(self, plain: Plain) -> Rolled:
        """Roll the end of a period off a day off, and say how sure it is (D5, D6)."""
        raw, due = plain.day, self.roll(plain.day)
        if isinstance(raw, datetime) or self.deadlines.roll.rule is RollRule.NONE:
            return Rolled(Due(raw, due), plain.sure)
        closed = self.calendar.why_closed(raw)
        sure = self._knows(raw - timedelta(days=1), due) and plain.sure
        if due != raw:
            sure = self._guesses(raw - timedelta(days=1), due) and sure
            self.note("rolled", raw, what=closed, to=due)
        elif closed is not None:
            sure = False
            self.note("roll-unknown", raw, what=closed)
        if self._may_be_a_holiday(day_of(due)):
            sure = False
            self.note("saturday-unknown", due)
        if (holiday := self.calendar.elsewhere(day_of(due))) is not None:
            sure = False
            self.note("holiday-elsewhere", due, what=holiday)
        return Rolled(Due(raw, due), sure)

    def ends(self, start: Day, period: Period, what: str) -> Due:
        """Count a period and roll its end."""
        return self.rolled(self.counted(start, period, what)).value

    def optional(self, start: Day, period: Period | None, what: str) -> Due | None:
        """Count a period that not every law has."""
        return None if period is None else self.ends(start, period, what)

    def _may_be_a_holiday(self, day: date) -> bool:
        """Return whether a law that names no days may mean a Saturday too (D5)."""
        return self.deadlines.roll.names_no_days and day.weekday() == SATURDAY

    def _skips(self, start: Day, end: Day) -> bool:
        """Name the holidays that a count of working days leaves out."""
        for day in _days(start, end):
            name = self.calendar.holiday(day)
            if name is not None and not self.calendar.off(day):
                self.note("skipped", day, what=name)
        sure = self._guesses(start, end)
        return self._knows(start, end) and sure

    def _knows(self, after: Day, until: Day) -> bool:
        """Return whether the holidays of these days are known; say if they are not."""
        years = self.calendar.years
        if years is None or all(map(self.calendar.knows, _days(after, until))):
            return True
        known = CountStep(
            "holidays-unknown",
            what=self.calendar.name,
            start=date(years.start, 1, 1),
            to=date(years.stop - 1, 12, 31),
        )
        if known not in self.steps:
            self.steps.append(known)
        return False

    def _guesses(self, after: Day, until: Day) -> bool:
        """Return whether no holiday in these days is a guess; name those that are."""
        sure = True
        for day in _days(after, until):
            if (name := self.calendar.estimated(day)) is not None:
                sure = False
                self.note("estimated", day, what=name)
        return sure


def _days(after: Day, until: Day) -> Iterator[date]:
    day = day_of(after)
    while day < day_of(until):
        day += timedelta(days=1)
        yield day
