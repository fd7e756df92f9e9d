"""Figures as they are drawn: bars of what came of requests, dots of days to answer."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from app.actions.read_figures import PublishedFigure
from app.domain.disclosure import K
from app.domain.figures import ANSWERED, Course, Figure, Quarter
from app.domain.laws import Law
from app.domain.periods import about_when
from app.domain.timeline import Outcome
from app.domain.vendors import Directory
from app.rulebook.load import Rulebook
from app.words.figures import OUTCOMES, people_of

BIN = 5
"""Days of one column of dots."""
DOT = 14
"""Pixels from one dot to that above it."""
TALLEST = 8
"""Dots in a column, at most: then a dot stands for more."""
DOTS_FOR_QUARTERS = 4
SCALES = (1, 2, 5)
LABELS_AT_MOST = 6
MARGIN = 3.0
"""Per cent left free at both ends of a strip."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: an outcome, or one of the other words below."""

    code: str
    """An outcome; ``other`` for other answers, ``rest`` for all else."""
    people: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class DrawnDot:
    """One dot of a strip."""

    x: float
    y: int
    """Its place above the line; pixels from the top once it is drawn."""
    late: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """Days to answer, drawn."""

    dots: tuple[DrawnDot, ...]
    each: int
    """How many answers a dot stands for."""
    labels: tuple[tuple[float, int], ...]
    """Where a day's number stands under the line."""
    limit: float | None
    limit_days: int | None
    base: int
    """Pixels from the top to the line on which the dots stand."""
    table: tuple[tuple[int, int, int, int], ...]
    """First and last day, tens of answers in time or where no day is set, and late."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure on a page."""

    quarter: Quarter
    vendor: str
    name: str
    law: str
    law_record: Law | None
    people: int
    exact: bool
    """Whether ``people`` is all who asked, or those of whom something is told."""
    unconfirmed: int | None
    courses: tuple[tuple[str, int | None], ...]
    other_courses: int | None
    answered: int
    outcomes: tuple[tuple[str, int | None], ...]
    other_outcomes: int | None
    grounds: tuple[tuple[str, int], ...]
    """Grounds that are told; a refusal that names none is ``not-said``."""
    other_grounds: int | None
    median: int | None
    quarters: tuple[int, int] | None
    bar: tuple[Segment, ...]
    strip: Strip | None

    def course(self, code: str) -> int | None:
        """Return how many requests went so; None where that is not told."""
        return dict(self.courses).get(code)


def lines_of(
    figures: Sequence[PublishedFigure],
    directory: Directory,
    rulebook: Rulebook,
) -> Iterator[FigureLine]:
    """Yield figures as they stand on a page."""
    for one in figures:
        vendor = directory.vendor(one.vendor)
        law = rulebook.pack.laws.get(one.law)
        limit = _limit(law, one.quarter) if law else None
        yield _line(one, vendor.name if vendor else one.vendor, law, limit)


def _line(
    one: PublishedFigure, name: str, law: Law | None, limit: int | None
) -> FigureLine:
    figure = one.figure
    median, first, last = (figure.quantile(share) for share in (0.5, 0.25, 0.75))
    enough = sum(map(len, figure.dots.values())) >= DOTS_FOR_QUARTERS
    return FigureLine(
        quarter=one.quarter,
        vendor=one.vendor,
        name=name,
        law=one.law,
        law_record=law,
        people=people_of(figure),
        exact=figure.courses.whole is not None,
        unconfirmed=figure.unconfirmed,
        courses=tuple((c.value, figure.courses.alone.get(c)) for c in Course),
        other_courses=figure.courses.rest,
        answered=figure.answered,
        outcomes=tuple((o.value, figure.outcomes.alone.get(o)) for o in OUTCOMES),
        other_outcomes=figure.outcomes.rest,
        grounds=tuple((g, n) for g, n in figure.grounds.alone.items() if n),
        other_grounds=figure.grounds.rest,
        median=median,
        quarters=(first, last)
        if enough and first is not None and last is not None
        else None,
        bar=tuple(bar_of(figure)),
        strip=strip_of(figure, limit),
    )


def _limit(law: Law, quarter: Quarter) -> int | None:
    """Return about how many days a law gives for the answer, for a line in a picture."""
    step = law.on(quarter.first)
    if step is None or step.deadlines.respond is None:
        return None
    end = about_when(step.deadlines.respond, quarter.first)
    return round(end - quarter.first.toordinal())


def bar_of(figure: Figure) -> Iterator[Segment]:
    """Yield the parts of a bar: what was answered, then silence, then all else."""
    silent = figure.courses.alone.get(Course.NO_ANSWER, 0)
    parts = [(o.value, figure.outcomes.alone.get(o, 0)) for o in OUTCOMES]
    if figure.answered:
        parts.append(("other", figure.outcomes.rest or 0))
    parts.append((Outcome.NO_ANSWER.value, silent))
    rest = people_of(figure) - sum(count for _, count in parts)
    if figure.answered or silent:
        parts.append(("rest", rest))
    whole = sum(count for _, count in parts)
    reached = 0
    for code, count in parts:
        if count and (figure.answered or silent):
            x, width = 100 * reached / whole, 100 * count / whole
            yield Segment(code, count, round(x, 2), round(width, 2))
            reached += count


def strip_of(figure: Figure, limit: int | None) -> Strip | None:
    """Return the dots of a figure in columns of five days; None where there is none."""
    columns: dict[bool, Counter[int]] = {
        late: Counter(
            day // BIN
            for course in ANSWERED
            if (course is Course.LATE) is late
            for day in figure.dots.get(course, ())
        )
        for late in (False, True)
    }
    full, empty = columns[False], columns[True]
    if not full and not empty:
        return None
    tallest = max((full + empty).values())
    scale = next(s for s in _scales() if ceil(tallest / s) <= TALLEST - 1)
    last = max(*full, *empty, -1, (limit or 0) // BIN) + 1
    place = _places(last * BIN)
    drawn = []
    for column in range(last):
        stack = [False] * ceil(full[column] / scale)
        stack += [True] * ceil(empty[column] / scale)
        x = place((column + 0.5) * BIN)
        drawn += [DrawnDot(x, level, late) for level, late in enumerate(stack)]
    base = DOT * max(max(dot.y for dot in drawn) + 1, 2) + 4
    return Strip(
        dots=tuple(DrawnDot(d.x, base - DOT * d.y - 8, d.late) for d in drawn),
        each=K * scale,
        labels=tuple(
            (place(day), day) for day in range(0, last * BIN + 1, _step(last))
        ),
        limit=None if limit is None else place(limit),
        limit_days=limit,
        base=base,
        table=tuple(
            (column * BIN, column * BIN + BIN - 1, full[column], empty[column])
            for column in range(last)
            if full[column] or empty[column]
        ),
    )


def _scales() -> Iterator[int]:
    power = 1
    while True:
        yield from (scale * power for scale in SCALES)
        power *= 10


def _places(days: int) -> Callable[[float], float]:
    return lambda day: round(MARGIN + (100 - 2 * MARGIN) * day / days, 2)


def _step(columns: int) -> int:
    """Return after how many days the next number stands under a strip."""
    days = columns * BIN
    return next(
        s for s in (5, 10, 15, 30, 60, 90, 180, 365, days) if days <= s * LABELS_AT_MOST
    )
