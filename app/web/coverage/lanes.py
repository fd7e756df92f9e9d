"""A line of time as a picture: lanes of bars over years, drawn on the server.

Companies, laws and places tell their story with it; a table beside it says the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

YEARS = 7
"""Years that are written under the picture at most."""
WRITABLE = 86
"""Per cent from the left up to which a year has room on a narrow screen."""
LAST_YEAR = date.max.year - 1
A_DAY = timedelta(days=1)
HEAD, ROW, FOOT = 28, 12, 22
"""Pixels: a lane's name, a row of bars, the years."""
KINDS = (
    "law",
    "force",
    "turn",
    "part",
    "doubt",
    "offer",
    "unseen",
    "order",
    "pending",
)
"""Kinds of bars, in the order of the legend."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that held for a while: from where to where, in per cent."""

    kind: str
    """One of ``KINDS``; ``turn`` is a day, and has no width."""
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Lane:
    """What is named together, and what held there."""

    label: str
    rows: tuple[tuple[Bar, ...], ...]
    y: int
    """Pixels from the top."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The lanes, and the years under them."""

    lanes: tuple[Lane, ...]
    kinds: tuple[str, ...]
    """What is drawn, for the legend."""
    years: tuple[tuple[float, int], ...]
    on: float | None
    """Where the day of the page stands; None of one before all of it."""
    height: int


class Drawing:
    """Days as places in a picture."""

    def __init__(self, since: date, end: date, on: date) -> None:
        self.since, self.end, self._on = since, end, on

    @classmethod
    def of(cls, first: date, days: Iterable[date], on: date) -> "Drawing":
        """Return one from the year of the first day to that of the last, whole."""
        end = min(max(day.year for day in (first, on, *days)), LAST_YEAR) + 1
        return cls(date(first.year, 1, 1), date(end, 1, 1), on)

    def picture(
        self, lanes: Iterable[tuple[str, Iterable[Sequence[Bar]]]]
    ) -> Picture | None:
        """Return lanes by name, each with its rows; None without one."""
        drawn: list[Lane] = []
        y = 0
        for label, rows in lanes:
            filled = tuple(tuple(bars) for bars in rows if bars)
            drawn.append(Lane(label[:1].upper() + label[1:], filled, y))
            y += HEAD + ROW * len(filled)
        if not drawn:
            return None
        used = {bar.kind for lane in drawn for row in lane.rows for bar in row}
        return Picture(
            tuple(drawn),
            tuple(kind for kind in KINDS if kind in used),
            tuple(self._years()),
            self._x(self._on) if self._on >= self.since else None,
            y + FOOT,
        )

    def bar(self, kind: str, first: date | None, last: date | None) -> Iterator[Bar]:
        """Yield what can be seen of a span of days."""
        left = self._x(first or self.since)
        right = self._x(last + A_DAY) if last and last < date.max else 100.0
        if right > left:
            yield Bar(kind, left, round(right - left, 2))

    def turn(self, day: date) -> Iterator[Bar]:
        """Yield the mark of a day, where it is in the picture."""
        if self.since <= day < self.end:
            yield Bar("turn", self._x(day), 0)

    def _x(self, day: date) -> float:
        whole = (self.end - self.since).days
        at = min(max((day - self.since).days, 0), whole)
        return round(100 * at / whole, 2)

    def _years(self) -> Iterator[tuple[float, int]]:
        years = range(self.since.year, self.end.year)
        step = -(-len(years) // YEARS)
        placed = ((self._x(date(year, 1, 1)), year) for year in years[::step])
        return ((x, year) for x, year in placed if x <= WRITABLE)


def side_by_side(those: Iterable[Iterable[Bar]]) -> list[list[Bar]]:
    """Return things in as few rows as they need, none drawn over another one.

    The bars of one thing stay in one row.
    """
    rows: list[list[Bar]] = []
    for bars in map(list, those):
        free = (row for row in rows if not _overlap(row, bars))
        row = next(free, None)
        if row is None:
            rows.append(bars)
        else:
            row.extend(bars)
    return rows


def _overlap(ones: Iterable[Bar], others: Sequence[Bar]) -> bool:
    return any(
        one.x < other.x + other.width and other.x < one.x + one.width
        for one in ones
        for other in others
    )
