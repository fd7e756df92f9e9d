"""A request's timeline as a picture and as a list: for residents and for staff."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.actions.read_filing import RequestStanding
from app.domain.places import Place
from app.domain.timeline import OPEN, Actor, Event, EventKind, Evidence
from app.words.answers import Say
from app.words.marks import mark
from app.words.terms import DENIALS, EVENTS, EVIDENCE
from app.words.ways import CHANGED_TO

LEFT, RIGHT = 4.0, 92.0
APART = 9.2
"""Per cent between two marks, at least."""
BESIDE_TODAY = 6.0
"""Per cent between a mark and the bar of today, at least."""
MOST = 10
"""Marks that fit the width of a phone; the list has every event all the same."""


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


def drawing(request: RequestStanding, here: Place, today: date, say: Say) -> Drawing:
    """Return the picture and the list of a request, by the days of who asks."""
    taken_back = {e.retracts for e in request.timeline}
    items = [
        Item(
            number=number,
            day=event.on or here.day(event.at),
            what=say(happened(event)),
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
    marks, today_x = picture(items, today, owed=due is not None)
    return Drawing(marks, tuple(items), today_x, (due - today).days if due else None)


YOU_SENT_IT = mark("You sent the request")
ASKED_AGAIN = mark("You asked again")
WROTE_AGAIN = mark("The company wrote again")
FOUND_AGAIN = mark("You found your data there again")


def happened(event: Event) -> str:
    """Return what an event was, in words for the resident.

    What they asked for is an act; what they found is a fact, and says how we know.
    """
    if event.kind is EventKind.SENT and event.by is Actor.RESIDENT:
        return YOU_SENT_IT
    if event.kind is EventKind.REOPENED and event.by is Actor.RESIDENT:
        return FOUND_AGAIN if event.evidence else ASKED_AGAIN
    if event.kind is EventKind.REOPENED and event.by is Actor.VENDOR:
        return WROTE_AGAIN
    if event.kind is EventKind.REROUTED:
        return CHANGED_TO.get(event.route, EVENTS[event.kind])
    return EVENTS[event.kind]


DUE = mark("Last day to answer")
ITS_SYSTEM = mark("its own system took it")
DAY_0 = mark("we count from this day")
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
        parts += [] if taken_back else [say(DAY_0)]
        if evidence is Evidence.PROTOCOL:
            parts.append(say(ITS_SYSTEM))
    if taken_back:
        parts.append(say(TAKEN_BACK))
    return ". ".join(parts)


def picture(
    items: list[Item], today: date, *, owed: bool
) -> tuple[tuple[Mark, ...], float | None]:
    """Return the marks, and the place of today while an answer is owed."""
    drawn = _fitting(items)
    stops: list[tuple[date, Item | None]] = [(item.day, item) for item in drawn]
    if owed and drawn[0].day <= today:
        before = sum(item.done or item.day < today for item in drawn)
        stops.insert(before, (today, None))
    xs = _spread([(day, item is None) for day, item in stops])
    placed = list(zip(xs, (item for _, item in stops), strict=True))
    marks = tuple(
        Mark(
            x=x,
            number=item.number,
            done=item.done,
            due=not item.done,
            late=not item.done and item.day < today,
        )
        for x, item in placed
        if item is not None
    )
    return marks, next((x for x, item in placed if item is None), None)


def _fitting(items: list[Item]) -> list[Item]:
    """Return the items that get a mark: of the closest two, the later one."""
    left = list(items)
    while len(left) > MOST:
        gaps = [(b.day - a.day, n) for n, (a, b) in enumerate(pairwise(left[:-1]))]
        del left[min(gaps)[1]]
    return left


def _spread(stops: list[tuple[date, bool]]) -> list[float]:
    """Keep stops to scale, then far enough apart to be told from each other.

    Each is a day, and whether it is the bar of today, which is narrower than a mark.
    """
    first, last = stops[0][0], max(day for day, _ in stops)
    span = max((last - first).days, 1)
    xs = [LEFT + (RIGHT - LEFT) * (day - first).days / span for day, _ in stops]
    apart = [BESIDE_TODAY if a[1] or b[1] else APART for a, b in pairwise(stops)]
    for n, gap in enumerate(apart):
        xs[n + 1] = max(xs[n + 1], xs[n] + gap)
    xs[-1] = min(xs[-1], RIGHT)
    for n, gap in reversed(list(enumerate(apart))):
        xs[n] = min(xs[n], xs[n + 1] - gap)
    return [round(x, 2) for x in xs]
