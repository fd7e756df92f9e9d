"""Days and moments as people write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from app.domain.written_days import day_from, day_or_moment_from


def test_a_day_is_its_year_month_and_day() -> None:
    assert day_from("2026-11-23") == date(2026, 11, 23)
    assert day_or_moment_from("2026-11-23") == date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("20261123", id="without hyphens"),
        pytest.param("2026-W48-1", id="a week"),
        pytest.param("٢٠٢٦-11-23", id="digits of another script"),
        pytest.param("", id="nothing"),
    ],
)
def test_nothing_else_is_a_day(text: str) -> None:
    with pytest.raises(ValueError, match="written as 2026-11-23"):
        day_from(text)
    with pytest.raises(ValueError, match="written as 2026-11-23"):
        day_or_moment_from(text)


def test_a_day_must_exist() -> None:
    with pytest.raises(ValueError, match="out of range"):
        day_from("2026-11-31")


def test_a_moment_is_a_day_and_a_time() -> None:
    east = timezone(timedelta(hours=1))

    assert day_or_moment_from("2026-11-23T09:00+01:00") == datetime(
        2026, 11, 23, 9, tzinfo=east
    )
    assert day_or_moment_from("2026-11-23T09:00:00Z") == datetime(
        2026, 11, 23, 9, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "text", ["20261123T0900+01:00", "2026-W48-1T09:00Z", "2026-11-23+01:00"]
)
def test_a_moment_begins_with_its_day_and_a_t(text: str) -> None:
    with pytest.raises(ValueError, match=r"written as|after a T"):
        day_or_moment_from(text)
