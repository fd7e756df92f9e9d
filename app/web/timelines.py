"""A request's timeline as a picture and as a list: for residents and for staff."""

from dataclasses import dataclass
from datetime import date

from app.actions.read_filing import RequestStanding
from app.domain.timeline import OPEN, EventKind, Evidence
from app.words.answers import Say
from app.words.marks import mark
from app.words.terms import DENIALS, EVENTS, EVIDENCE

LEFT, RIGHT = 4.0, 92.0
APART = 9.2
"""Per cent between two marks, at least (look.md, section 5)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the picture."""

    x: float
    number: int
    done: bool
    due: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list."""

    number: int
    day: date
    what: str
    note: str
    done: bool
    place: int | None
    """Place in the timeline; None for what is still to come."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture and the list, which say the same."""

    marks: tuple[Mark, ...]
    items: tuple[Item, ...]
    today_x: float | None
    days_left: int | None


def drawing(request: RequestStanding, today: date, say: Say) -> Drawing:
    """Return the picture and the list of a request."""
    taken_back = {e.retracts for e in request.timeline}
    items = [
        Item(
            number=number,
            day=event.on or event.at.date(),
            what=say(EVENTS[event.kind]),
            note=_note(
                event.kind,
                event.evidence,
                event.denial_ground,
                number in taken_back,
                say,
            ),
            done=True,
            place=number,
        )
        for number, event in enumerate(request.timeline, start=1)
    ]
    due = request.due if request.status in OPEN else None
    if due is not None:
        items.append(
            Item(
                number=len(items) + 1,
                day=due,
                what=say(DUE),
                note="",
                done=False,
                place=None,
            )
        )
    days = [item.day for item in items]
    first, last = min(days), max(*days, today if due else max(days))
    xs = _spread([_x(day, first, last) for day in days])
    marks = tuple(
        Mark(
            x=x,
            number=item.number,
            done=item.done,
            due=not item.done,
            late=not item.done and item.day < today,
        )
        for item, x in zip(items, xs, strict=True)
    )
    return Drawing(
        marks,
        tuple(items),
        _x(today, first, last) if due and first <= today else None,
        (due - today).days if due else None,
    )


DUE = mark("Last day to answer")
DAY_0 = mark("day 0 of the count")
TAKEN_BACK = mark("taken back later")


def _note(
    kind: EventKind,
    evidence: Evidence | None,
    ground: str | None,
    taken_back: bool,
    say: Say,
) -> str:
    parts = []
    if ground:
        parts.append(say(DENIALS[ground]))
    if evidence and kind is not EventKind.SENT:
        parts.append(say(EVIDENCE[evidence]))
    if kind is EventKind.SENT:
        parts.append(say(DAY_0))
    if taken_back:
        parts.append(say(TAKEN_BACK))
    return ". ".join(parts)


def _x(day: date, first: date, last: date) -> float:
    span = max((last - first).days, 1)
    return round(LEFT + (RIGHT - LEFT) * (day - first).days / span, 2)


def _spread(xs: list[float]) -> list[float]:
    """Keep marks to scale, then far enough apart to be told from each other."""
    apart = min(APART, (RIGHT - LEFT) / max(len(xs) - 1, 1))
    placed: list[float] = []
    for x in xs:
        placed.append(max(x, placed[-1] + apart) if placed else x)
    over = placed[-1] - RIGHT if placed else 0
    if over > 0:
        scale = (RIGHT - LEFT) / (placed[-1] - LEFT)
        placed = [LEFT + (x - LEFT) * scale for x in placed]
    return [round(x, 2) for x in placed]
