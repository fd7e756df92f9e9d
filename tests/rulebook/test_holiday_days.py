"""Public holidays as the library gives them."""

from datetime import date

import pytest

from app.domain.calendars import WEEKEND
from app.rulebook.holiday_days import (
    GROUPS,
    LIBRARY,
    calendar_codes,
    nearest_calendars,
    public_calendar,
)
from app.rulebook.load import load_rulebook


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        pytest.param(
            "US", date(2026, 7, 3), "Independence Day (observed)", id="observed"
        ),
        pytest.param(
            "US", date(2027, 12, 31), "New Year's Day (observed)", id="the year before"
        ),
        pytest.param("US", date(2026, 11, 27), None, id="no holiday of one state"),
        pytest.param("US", date(2026, 11, 26), "Thanksgiving Day", id="federal"),
        pytest.param(
            "CA-QC", date(2026, 6, 24), "Saint John the Baptist Day", id="CA-QC"
        ),
        pytest.param("CA-ON", date(2026, 6, 24), None, id="CA-ON"),
        pytest.param("DE-BE", date(2027, 3, 8), "Women's Day", id="Berlin"),
        pytest.param("DE", date(2027, 3, 8), None, id="a bare country is national"),
        pytest.param("GB-SCT", date(2026, 11, 30), "Saint Andrew's Day", id="Scotland"),
        pytest.param("GB-ENG", date(2026, 11, 30), None, id="England"),
        pytest.param("EU", date(2026, 12, 25), None, id="a group has weekends alone"),
    ],
)
def test_a_place_has_its_own_holidays(code: str, day: date, name: str | None) -> None:
    assert public_calendar(code).holiday(day) == name


def test_names_are_english_whatever_the_servers_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")

    assert public_calendar("DE").holiday(date(2025, 10, 3)) == "German Unity Day"


def test_a_holiday_by_the_moon_is_marked_as_a_guess() -> None:
    calendar = public_calendar("ID")

    assert calendar.estimated(date(2027, 3, 10)) == "Eid al-Fitr (estimated)"
    assert calendar.estimated(date(2027, 8, 17)) is None


@pytest.mark.parametrize(
    ("code", "year", "off"),
    [
        ("DE", 2026, WEEKEND),
        ("IL", 2026, {4, 5}),
        ("SA", 2026, {4, 5}),
        ("HK", 2026, {6}),
        pytest.param("MY", 2026, WEEKEND, id="Malaysia"),
        pytest.param("MY-03", 2026, {4, 5}, id="Kelantan, not as in Malaysia"),
        pytest.param("MY-01", 2024, {4, 5}, id="Johor, as it was"),
        pytest.param("MY-01", 2025, WEEKEND, id="Johor, as it is"),
        pytest.param("AE", 2021, {4, 5}, id="Emirates, as it was"),
        pytest.param("AE", 2022, WEEKEND, id="Emirates, as it is"),
    ],
)
def test_a_place_has_its_own_weekend(code: str, year: int, off: set[int]) -> None:
    week = [date(year, 6, day) for day in range(1, 8)]
    calendar = public_calendar(code)

    assert {day.weekday() for day in week if calendar.off(day)} == off


def test_a_year_that_the_library_does_not_reach_is_not_known() -> None:
    assert public_calendar("LK").knows(date(2026, 12, 31))
    assert not public_calendar("LK").knows(date(2027, 1, 1))
    assert not public_calendar("US").knows(date(1776, 7, 4))
    assert not public_calendar("EU").knows(date(2101, 1, 1))


@pytest.mark.parametrize(
    ("code", "warns"),
    [
        pytest.param("DE", True, id="regions differ"),
        pytest.param("GB", True, id="nations differ"),
        pytest.param("NL", False, id="regions agree"),
        pytest.param("LU", False, id="no regions"),
        pytest.param("US", False, id="federal days alone"),
        pytest.param("DE-BY", False, id="a region"),
    ],
)
def test_a_country_warns_where_its_regions_differ(code: str, warns: bool) -> None:
    assert public_calendar(code).warns is warns


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_doubts_a_day_that_a_member_has_off(group: str) -> None:
    calendar = public_calendar(group)

    assert calendar.elsewhere(date(2026, 12, 25)) is not None
    assert calendar.elsewhere(date(2026, 12, 23)) is None
    assert calendar.is_open(date(2026, 12, 25))
    assert not calendar.is_open(date(2026, 12, 26))


def test_norways_day_counts_for_the_eea_alone() -> None:
    assert public_calendar("EEA").elsewhere(date(2027, 5, 17)) is not None
    assert public_calendar("IS").is_open(date(2027, 5, 18))


def test_a_calendar_names_the_library_and_its_version() -> None:
    assert public_calendar("DE").source == LIBRARY
    assert LIBRARY.startswith("holidays 0.")


def test_an_unknown_code_is_refused_and_its_neighbours_are_named() -> None:
    with pytest.raises(LookupError):
        public_calendar("DE-XX")
    assert "DE-BY" in nearest_calendars("de_by")


def test_every_place_of_the_rulebook_has_a_calendar() -> None:
    assert {place.code for place in load_rulebook().places} <= calendar_codes()
