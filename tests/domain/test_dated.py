"""Spans of days."""

from datetime import date

import pytest

from app.domain.dated import ALWAYS, Span

FIRST, LAST = date(2020, 7, 11), date(2020, 8, 31)


@pytest.mark.parametrize(
    ("day", "within"),
    [
        (date(2020, 7, 10), False),
        (FIRST, True),
        (LAST, True),
        (date(2020, 9, 1), False),
    ],
    ids=str,
)
def test_a_span_holds_its_first_and_its_last_day(day: date, within: bool) -> None:
    assert (day in Span(FIRST, LAST)) is within
    assert day in ALWAYS


def test_it_changes_on_its_first_day_and_on_the_day_after_its_last() -> None:
    assert list(Span(FIRST, LAST).changes()) == [FIRST, date(2020, 9, 1)]
    assert list(Span(None, date.max).changes()) == []
    assert list(ALWAYS.changes()) == []


def test_it_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="comes before"):
        Span(LAST, FIRST)
