"""When letters may reach a vendor: within its working hours, where its route names them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

from app.domain.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a working day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"{self.closes:%H:%M} must come after {self.opens:%H:%M}")

    @classmethod
    def read(cls, written: str) -> Self:
        """Return the hours that are written as ``09:00-17:00``.

        Raises:
            ValueError: If they are not written so, or end before they begin.
        """
        opens, _, closes = written.partition("-")
        try:
            opens_at, closes_at = (
                datetime.strptime(one, "%H:%M").time()  # noqa: DTZ007 - no day
                for one in (opens, closes)
            )
        except ValueError:
            raise ValueError("hours are written as 09:00-17:00") from None
        return cls(opens_at, closes_at)

    def open_from(self, at: datetime, zone: tzinfo, calendar: Calendar) -> datetime:
        """Return the first moment from ``at`` on that lies within them.

        Args:
            at: A moment.
            zone: The time zone of the vendor's seat.
            calendar: The working days there.
        """
        here = at.astimezone(zone)
        day = calendar.next_open(here.date())
        if day == here.date():
            if self.opens <= here.time() < self.closes:
                return at
            if here.time() >= self.closes:
                day = calendar.next_open(day + timedelta(days=1))
        return _moment(day, self.opens, zone)


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
