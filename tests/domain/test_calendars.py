"""Days off: a law's own list, public holidays as a value, several places at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendars import (
    SUNDAY,
    WEEKEND,
    Calendar,
    HolidayRule,
    Moves,
    OwnCalendar,
    easter,
    every_week,
    no_holidays,
    weekends_alone,
)

CHRISTMAS = HolidayRule(name="Christmas Day", month=12, day=25)
A_DAY = timedelta(days=1)


def place(name: str, *holidays: tuple[date, str]) -> Calendar:
    days = dict(holidays)

    def of_year(year: int) -> Mapping[date, str]:
        return {day: holiday for day, holiday in days.items() if day.year == year}

    return Calendar(name, every_week(WEEKEND), of_year, "a list")


@pytest.mark.parametrize(
    ("rule", "year", "day"),
    [
        pytest.param(CHRISTMAS, 2026, date(2026, 12, 25), id="fixed"),
        pytest.param(
            HolidayRule(name="Labour Day", month=9, weekday=0, nth=1),
            2026,
            date(2026, 9, 7),
            id="first Monday",
        ),
        pytest.param(
            HolidayRule(name="Family Day", month=2, weekday=0, nth=3),
            2027,
            date(2027, 2, 15),
            id="third Monday of a month that starts on one",
        ),
        pytest.param(
            HolidayRule(name="Victoria Day", month=5, weekday=0, day=24),
            2027,
            date(2027, 5, 24),
            id="Monday before 25 May, on the 24th",
        ),
        pytest.param(
            HolidayRule(name="Victoria Day", month=5, weekday=0, day=24),
            2026,
            date(2026, 5, 18),
            id="Monday before 25 May, a week earlier",
        ),
        pytest.param(
            HolidayRule(name="Good Friday", easter=-2),
            2027,
            date(2027, 3, 26),
            id="before Easter",
        ),
        pytest.param(
            HolidayRule(name="Easter Monday", easter=1),
            2026,
            date(2026, 4, 6),
            id="after Easter",
        ),
        pytest.param(
            HolidayRule(name="Canada Day", month=7, day=1, on_sunday=Moves.TO_MONDAY),
            2029,
            date(2029, 7, 2),
            id="moves from a Sunday",
        ),
        pytest.param(
            HolidayRule(name="Canada Day", month=7, day=1, on_sunday=Moves.TO_MONDAY),
            2028,
            date(2028, 7, 1),
            id="stays on a Saturday",
        ),
        pytest.param(
            HolidayRule(name="Remembrance Day", month=11, day=11),
            2029,
            date(2029, 11, 11),
            id="stays on a Sunday",
        ),
    ],
)
def test_a_rule_gives_its_day(rule: HolidayRule, year: int, day: date) -> None:
    assert rule.on(year) == day


@pytest.mark.parametrize(
    ("year", "held"), [(2019, False), (2020, True), (2021, True), (2022, False)]
)
def test_a_rule_holds_from_its_first_to_its_last_year(year: int, held: bool) -> None:
    rule = HolidayRule(name="Jubilee", month=6, day=3, since=2020, until=2021)

    assert (rule.on(year) is not None) is held


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"month": 5}, id="a month alone"),
        pytest.param({"day": 5}, id="a day alone"),
        pytest.param({"easter": 1, "month": 4}, id="two kinds"),
        pytest.param({"month": 5, "weekday": 0, "nth": 1, "day": 2}, id="too many"),
        pytest.param({"month": 5, "weekday": 0, "nth": 5}, id="a fifth Monday"),
        pytest.param({"month": 5, "weekday": 7, "nth": 1}, id="an eighth weekday"),
        pytest.param({"month": 2, "day": 29}, id="a day that most years lack"),
        pytest.param({"month": 13, "day": 1}, id="a thirteenth month"),
    ],
)
def test_a_rule_that_names_no_day_is_refused(keys: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"Whit|day|month"):
        HolidayRule(name="Whit Monday", **keys)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sunday",
    [
        date(1961, 4, 2),
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2024, 3, 31),
        date(2027, 3, 28),
        date(2038, 4, 25),
        date(2285, 3, 22),
    ],
    ids=str,
)
def test_easter_is_where_the_tables_have_it(sunday: date) -> None:
    assert easter(sunday.year) == sunday


@given(st.integers(1583, 9999))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    assert easter(year).weekday() == SUNDAY
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_a_laws_own_list_decides_which_weekdays_are_off() -> None:
    own = OwnCalendar(
        name="own", off=frozenset({SUNDAY}), rules=(CHRISTMAS,), source="the Act, s. 1"
    ).calendar()

    assert own.is_open(date(2026, 12, 26))
    assert own.why_closed(date(2026, 12, 25)) == "Christmas Day"
    assert own.why_closed(date(2026, 12, 27)) == "Sunday"
    assert own.source == "the Act, s. 1"
    assert not own.warns


def test_a_rule_without_a_day_in_the_year_gives_none() -> None:
    young = HolidayRule(name="New Day", month=9, day=30, since=2021)
    own = OwnCalendar(name="own", off=WEEKEND, rules=(young,), source="s. 1")

    assert own.of_year(2020) == {}
    assert own.of_year(2021) == {date(2021, 9, 30): "New Day"}


def test_a_holiday_on_a_weekend_goes_by_its_name() -> None:
    saturday = date(2026, 12, 26)

    assert place("XX", (saturday, "Boxing Day")).why_closed(saturday) == "Boxing Day"


def test_working_days_leave_out_weekends_and_holidays() -> None:
    calendar = place("XX", (date(2026, 11, 26), "Thanksgiving Day"))

    assert calendar.add_open_days(date(2026, 11, 23), 10) == date(2026, 12, 8)
    assert calendar.add_open_days(date(2026, 11, 23), 0) == date(2026, 11, 23)


def test_a_day_off_moves_to_the_next_working_day() -> None:
    calendar = place("XX", (date(2026, 11, 27), "Friday after"))

    assert calendar.next_open(date(2026, 11, 27)) == date(2026, 11, 30)
    assert calendar.next_open(date(2026, 11, 26)) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("day", "name", "guessed"),
    [
        pytest.param(
            date(2027, 3, 9), "Eid al-Fitr (estimated)", True, id="a guess alone"
        ),
        pytest.param(
            date(2027, 6, 7),
            "Islamic New Year (observed, estimated)",
            True,
            id="observed and a guess",
        ),
        pytest.param(
            date(2027, 3, 13), "Eid al-Fitr (estimated)", False, id="a Saturday anyway"
        ),
        pytest.param(date(2027, 3, 9), "Founding Day", False, id="no guess"),
    ],
)
def test_a_holiday_that_is_a_guess_is_told_apart(
    day: date, name: str, guessed: bool
) -> None:
    assert place("XX", (day, name)).estimated(day) == (name if guessed else None)


def test_several_places_have_weekends_in_common_and_doubts() -> None:
    epiphany = date(2027, 1, 6)
    both = weekends_alone("both", [place("AA", (epiphany, "Epiphany")), place("BB")])

    assert both.is_open(epiphany)
    assert both.elsewhere(epiphany) == "Epiphany, AA"
    assert both.elsewhere(epiphany + A_DAY) is None
    assert not both.is_open(date(2027, 1, 9))
    assert both.source == "a list"


def test_several_places_are_off_only_where_all_are() -> None:
    friday = Calendar("CC", every_week(frozenset({4, 5})), no_holidays)

    both = weekends_alone("both", [place("AA"), friday])
    friday_on, saturday_on = date(2027, 1, 8), date(2027, 1, 9)
    assert both.is_open(friday_on)
    assert not both.is_open(saturday_on)
    assert weekends_alone("one", [friday]).source is None


def test_several_places_know_the_years_that_all_know() -> None:
    young = replace(place("CC"), years=range(1990, 2101))
    brief = replace(place("DD"), years=range(1950, 2027))

    both = weekends_alone("both", [place("AA"), young, brief])

    assert [both.knows(date(year, 5, 1)) for year in (1989, 1990, 2026, 2027)] == [
        False,
        True,
        True,
        False,
    ]
    assert weekends_alone("one", [place("AA")]).knows(date(2500, 5, 1))


def test_one_place_knows_nothing_of_others() -> None:
    assert place("XX").elsewhere(date(2027, 1, 6)) is None


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 90))
def test_a_count_of_working_days_ends_on_one(day: date, count: int) -> None:
    own = OwnCalendar(name="own", off=WEEKEND, rules=(CHRISTMAS,), source="s. 1")
    calendar = own.calendar()

    end = calendar.add_open_days(day, count)

    assert calendar.is_open(end)
    between = [day + A_DAY * n for n in range(1, (end - day).days + 1)]
    assert sum(calendar.is_open(d) for d in between) == count
