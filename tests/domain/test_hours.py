"""The working hours of a vendor, at its seat."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendars import WEEKEND, Calendar, every_week
from app.domain.hours import Hours

NEW_YORK = ZoneInfo("America/New_York")
THANKSGIVING = date(2026, 11, 26)
PLACE = Calendar("", every_week(WEEKEND), lambda _: {THANKSGIVING: "Thanksgiving"})
NINE_TO_FIVE = Hours.read("09:00-17:00")


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        pytest.param("2026-11-23T15:00", "2026-11-23T15:00", id="within"),
        pytest.param("2026-11-23T14:00", "2026-11-23T14:00", id="first moment"),
        pytest.param("2026-11-23T12:00", "2026-11-23T14:00", id="before"),
        pytest.param("2026-11-23T22:00", "2026-11-24T14:00", id="last moment"),
        pytest.param("2026-11-24T03:00", "2026-11-24T14:00", id="night"),
        pytest.param("2026-11-25T23:00", "2026-11-27T14:00", id="holiday"),
        pytest.param("2026-11-26T16:00", "2026-11-27T14:00", id="on a holiday"),
        pytest.param("2026-11-27T23:00", "2026-11-30T14:00", id="weekend"),
        pytest.param("2026-03-06T23:00", "2026-03-09T13:00", id="summer time"),
    ],
)
def test_letters_leave_within_the_hours_of_the_seat(at: str, opens: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    found = NINE_TO_FIVE.open_from(moment, NEW_YORK, PLACE)

    assert found == datetime.fromisoformat(opens).replace(tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "9-17", "09:00", "09:00-25:00", "17:00-09:00"])
def test_hours_that_are_none_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"09:00-17:00|must come after"):
        Hours.read(written)
