"""The line of a key is found, or that of the nearest table around it."""

import pytest

from app.rulebook.lines import key_on, line_in, line_of

TEXT = """\
id = "x"

[regulator]
name = "R"

[regulators.FR]
"odd key" = 1

[[steps]]
from = 2020-01-01

[[steps.rights]]
kind = "erasure"

[[steps.rights]]
kind = "objection"

[[steps]]
from = 2021-01-01

[steps.deadlines]
clock = "runs"

[[steps.rights]]
kind = "erasure"
"""


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        (("id",), 1),
        (("regulator", "name"), 4),
        (("regulators", "FR", "odd key"), 7),
        (("steps", 0, "from"), 10),
        (("steps", 0, "rights", 1, "kind"), 16),
        (("steps", 1, "from"), 19),
        (("steps", 1, "deadlines", "clock"), 22),
        (("steps", 1, "rights", 0, "kind"), 25),
        (("steps", 1, "rights", 0, "citation"), 24),
        (("steps", 1, "deadlines", "respond", "count"), 21),
        (("id", 3), 1),
        (("name",), None),
        ((), None),
    ],
)
def test_the_line_of_a_key(wanted: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TEXT, wanted) == line


@pytest.mark.parametrize(
    ("line", "key"),
    [(1, "id"), (2, None), (7, "odd key"), (900, None), (None, None)],
)
def test_the_key_on_a_line(line: int | None, key: str | None) -> None:
    assert key_on(TEXT, line) == key


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("Invalid value (at line 3, column 5)", 3),
        ("Invalid (at end of document)", None),
    ],
)
def test_the_line_in_a_message(message: str, line: int | None) -> None:
    assert line_in(message) == line
