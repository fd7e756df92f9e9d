"""The picture of a timeline: in order, apart, and as many marks as a phone can show."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.web.timelines import Item, picture

FILED = date(2026, 10, 12)
TOUCHING = 23 / 288 * 100
"""Per cent of the picture on a phone of 320 pixels: the width of one mark."""


def items(*days: int, due: int | None = None) -> list[Item]:
    """Events so many days after the filing, and perhaps a last day to answer."""
    done = [
        Item(number, FILED + timedelta(days=day), "", "", True, number)
        for number, day in enumerate(days, start=1)
    ]
    if due is None:
        return done
    last = FILED + timedelta(days=due)
    return [*done, Item(len(done) + 1, last, "", "", False, None)]


@pytest.mark.parametrize(
    ("shown", "today"),
    [
        pytest.param(items(0, 0, 0, due=31), 0, id="all on the first day"),
        pytest.param(items(0, 0, 0, 30, 30, 30, 30, due=31), 30, id="at the end"),
        pytest.param(items(0, 1, 2, 3, 4, due=31), 45, id="overdue"),
        pytest.param(items(*range(12), 29, 30, due=31), 30, id="many"),
        pytest.param(items(0, 0, 0, 60), 61, id="answered"),
    ],
)
def test_marks_stand_in_order_and_never_touch(shown: list[Item], today: int) -> None:
    owed = not shown[-1].done
    marks, _ = picture(shown, FILED + timedelta(days=today), owed=owed)

    xs = [mark.x for mark in marks]
    assert min(b - a for a, b in pairwise(xs)) > TOUCHING
    assert 0 < xs[0] <= xs[-1] <= 100
    assert marks[-1].number == len(shown)


def test_today_stands_after_what_happened_and_before_what_is_due() -> None:
    marks, today = picture(items(0, 0, 0, due=31), FILED, owed=True)

    assert today is not None
    assert marks[2].x < today < marks[3].x


def test_today_stands_after_a_day_that_has_passed() -> None:
    marks, today = picture(items(0, 0, due=31), FILED + timedelta(days=40), owed=True)

    assert marks[-1].late
    assert today is not None
    assert today > marks[-1].x


def test_today_is_no_mark_where_no_answer_is_owed() -> None:
    assert picture(items(0, 0, 9), FILED + timedelta(days=9), owed=False)[1] is None
