"""The small row of bars that staff see: counts, from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass

BAR_HEIGHT = 44
"""Pixels of the tallest bar."""
Column = tuple[str, str, int, bool]
"""What stands under a bar in two lines, how many, and whether that is late."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture."""

    x: float
    count: int
    height: int
    first: str
    second: str
    late: bool


def bars_of(columns: Sequence[Column]) -> tuple[Bar, ...]:
    """Return a bar for each column, its place in per cent."""
    tallest = max(*(n for *_, n, _ in columns), 1)
    step = 100 / len(columns)
    return tuple(
        Bar(
            x=round(step * (place + 0.5), 2),
            count=n,
            height=max(round(BAR_HEIGHT * n / tallest), 2 if n else 0),
            first=first,
            second=second,
            late=late,
        )
        for place, (first, second, n, late) in enumerate(columns)
    )
