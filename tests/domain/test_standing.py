"""Since when, and until when, a law stands in one place."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.dated import Span
from app.domain.standing import days_here, reads_here
from app.rulebook.load import load_rulebook

BOOK = load_rulebook()
GDPR = BOOK.pack.laws["eu-gdpr"]
FIRST = date(2018, 5, 25)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        pytest.param("DE", FIRST, None, id="all the time"),
        pytest.param("NO", date(2018, 7, 20), None, id="it joined later"),
        pytest.param("GB", FIRST, date(2020, 12, 31), id="it left"),
        pytest.param("JP", FIRST, None, id="not named: the law's own days"),
    ],
)
def test_a_law_stands_as_long_as_its_place_is_in_it(
    code: str, first: date, last: date | None
) -> None:
    assert days_here(GDPR, {code}) == Span(first, last)


def test_of_two_places_that_hold_one_the_wider_days_count() -> None:
    assert days_here(GDPR, {"GB", "NO"}) == Span(FIRST, None)


def test_no_place_keeps_a_law_that_has_ended() -> None:
    ended = replace(GDPR, ended=date(2019, 1, 1))

    assert days_here(ended, {"GB"}).last == date(2019, 1, 1)


def test_a_law_that_left_a_place_reads_as_nothing_there() -> None:
    assert reads_here(GDPR, {"GB"}, date(2020, 12, 31)) is not None
    assert reads_here(GDPR, {"GB"}, date(2021, 1, 1)) is None
    assert GDPR.on(date(2021, 1, 1)) is not None


def test_every_law_has_days_in_every_place_that_it_names() -> None:
    for law in BOOK.pack.laws.values():
        for place in BOOK.places:
            days_here(law, BOOK.places.around(place.code))
