"""Adding a statutory period to a day."""

from datetime import date, datetime, timedelta

from app.domain.calendars import Calendar
from app.domain.due_dates import Day, day_of
from app.domain.laws import Period, Unit

MONTHS_A_YEAR = 12
_MONTHS = {Unit.MONTHS: 1, Unit.YEARS: MONTHS_A_YEAR}
_DAYS = {Unit.CALENDAR_DAYS: 1, Unit.WEEKS: 7}
_LENGTHS = {
    Unit.HOURS: 1 / 24,
    Unit.CALENDAR_DAYS: 1.0,
    Unit.BUSINESS_DAYS: 7 / 5,
    Unit.WEEKS: 7.0,
    Unit.MONTHS: 365.25 / 12,
    Unit.YEARS: 365.25,
}


def add(day0: Day, period: Period, calendar: Calendar) -> Day:
    """Return the last day of a period after ``day0``; a moment for hours.

    Args:
        day0: The day of the event, which is not counted unless the law counts it; the
            moment from which hours run.
        period: The statutory period, in the unit the statute uses.
        calendar: Which days are working days.

    Raises:
        ValueError: If the period is not positive, or hours start from a plain day.
        OverflowError: If it ends after the year 9999.

    Source: Regulation (EEC, Euratom) 1182/71, art. 3(1) and 3(2), for what most laws
    do; what a law does otherwise stands in its period.
    """
    if period.count <= 0:
        raise ValueError("a period is at least one long")
    if period.unit is Unit.HOURS:
        if not isinstance(day0, datetime):
            raise ValueError("hours run from a moment")
        return day0 + timedelta(hours=period.count)
    day = day_of(day0)
    if period.unit is Unit.BUSINESS_DAYS:
        first = period.first_day_counts and calendar.is_open(day)
        return calendar.add_open_days(day, period.count - int(first))
    end = _calendar_end(day, period)
    return end + timedelta(days=int(period.clear_days) - int(period.first_day_counts))


def lacks_day(day0: date, period: Period) -> bool:
    """Return whether the month in which a period ends lacks the day of ``day0``."""
    months = _MONTHS.get(period.unit)
    if months is None:
        return False
    return months_later(day0, period.count * months, over=False).day != day0.day


def _calendar_end(day: date, period: Period) -> date:
    months = _MONTHS.get(period.unit)
    if months is None:
        return day + timedelta(days=period.count * _DAYS[period.unit])
    over = period.month_end_runs_over
    return months_later(day, period.count * months, over=over)


def months_later(day: date, months: int, *, over: bool) -> date:
    """Return the same day ``months`` later.

    Where that month lacks the day: its last day, or the first of the next month.

    Raises:
        OverflowError: If it lies after the year 9999.
    """
    first = _first_of(day, months)
    last = _first_of(day, months + 1) - timedelta(days=1)
    if day.day <= last.day:
        return first.replace(day=day.day)
    return last + timedelta(days=int(over))


def _first_of(day: date, months: int) -> date:
    year, month = divmod(
        day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR
    )
    if year > date.max.year:
        raise OverflowError("date value out of range")
    return date(year, month + 1, 1)


def about_when(period: Period, day0: date) -> float:
    """Return about when a period ends, in days, to see which of several ends first.

    No calendar is asked: two that end within a day or two of each other may change
    places by their holidays.
    """
    first = max(day0, period.not_before or day0)
    return first.toordinal() + period.count * _LENGTHS[period.unit]
