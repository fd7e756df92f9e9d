"""Tables as CSV: what a spreadsheet would reckon is text, and the rest is as it was."""

import pytest

from app.words.csv_form import FORMULA_STARTS, csv_text

HEADER = ("name", "count")


def test_numbers_and_what_is_not_known_are_written_as_they_are() -> None:
    assert csv_text(HEADER, [("a, b", 1), (None, 20)]) == (
        'name,count\r\n"a, b",1\r\n,20\r\n'
    )


@pytest.mark.parametrize("sign", FORMULA_STARTS)
def test_one_formula_among_many_rows_is_text_and_changes_no_other(sign: str) -> None:
    rows = [("plain", 1), (f"{sign}1", 2), (None, -3)]

    told = csv_text(HEADER, rows)

    assert told.startswith("name,count\r\nplain,1\r\n")
    assert f"'{sign}1" in told
    assert told.endswith("\r\n,'-3\r\n")


def test_rows_that_come_once_are_all_written() -> None:
    assert csv_text(HEADER, iter([("a", 1), ("b", 2)])).splitlines() == [
        "name,count",
        "a,1",
        "b,2",
    ]
