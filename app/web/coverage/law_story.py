"""Laws over time: since when each holds where, what changed, and what may.

A picture with a lane for the places of one law, or for each law of one place, and a
table that says the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.changes import Change, happenings
from app.domain.coverage import researched
from app.domain.dated import ALWAYS, Span
from app.domain.laws import Law
from app.domain.places import Place
from app.rulebook.load import Rulebook
from app.web.coverage.lanes import A_DAY, LAST_YEAR, Bar, Drawing, Picture
from app.web.coverage.regions import gathered
from app.words.changes import ChangeRead, read_change
from app.words.languages import Language
from app.words.naming import name_of


@dataclass(frozen=True, slots=True)
class LawStory:
    """Laws as a page tells them."""

    picture: Picture | None
    until: tuple[ChangeRead, ...]
    """What had happened by the day, the oldest first."""
    after: tuple[ChangeRead, ...]
    undated: tuple[Law, ...]
    """Bills, and laws that may be changed on no day that is known."""

    @property
    def told(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.until or self.after or self.undated)


def story_of_law(
    law: Law, on: date, today: date, rulebook: Rulebook, language: Language
) -> LawStory:
    """Return the story of one law, by the places in which it stands alike."""
    known = researched(rulebook.pack.laws, rulebook.places)
    alike: dict[tuple[Span, str], list[str]] = {}
    for code, span in law.places.items():
        alike.setdefault((span, "force"), []).append(code)
    for beside in law.beside:
        alike.setdefault((ALWAYS, "part"), []).extend(beside.places)
    lanes = [
        (law, gathered(codes, known, language), {span: kind})
        for (span, kind), codes in alike.items()
    ]
    days = [one for one in _days([law]) if not law.absent]
    return _story(lanes, days, [law], on, today, rulebook, language)


def story_of_place(
    place: Place,
    laws: Iterable[Law],
    on: date,
    today: date,
    rulebook: Rulebook,
    language: Language,
) -> LawStory:
    """Return the story of a place: a lane for each of its own laws."""
    around = rulebook.places.around(place.code)
    own = sorted(laws, key=lambda law: (law.first_day or date.max, law.id))
    lanes = [(law, name_of(law, language), _spans(law, around)) for law in own]
    days = [
        one
        for law in own
        for one in _days([law])
        if _concerns(law, one.on, _spans(law, around))
    ]
    # What may change a law is nothing to a place that it has left.
    left = {law.id for law, _, spans in lanes if all(span.last for span in spans)}
    may = [law for law in own if law.id not in left]
    return _story(lanes, days, may, on, today, rulebook, language)


def _spans(law: Law, around: frozenset[str]) -> dict[Span, str]:
    """Return when a law stands in a place: whole, else beside another."""
    whole = {span: "force" for code, span in law.places.items() if code in around}
    if whole or all(around.isdisjoint(beside.places) for beside in law.beside):
        return whole
    return {ALWAYS: "part"}


def _concerns(law: Law, day: date, spans: Iterable[Span]) -> bool:
    """Return whether what happened to a law on a day happened to it here."""
    of_law = {step.start for step in law.steps} | {law.reach_from}
    of_law |= set(Span(None, law.ended).changes())
    return any(
        day in set(span.changes()) or (day in of_law and day in span) for span in spans
    )


def _days(laws: Iterable[Law]) -> list[Change]:
    """Return each day of some laws."""
    return [
        Change(on=one.on, cause=one.cause, record=one.record, places=one.places)
        for one in happenings({law.id: law for law in laws}, {})
    ]


_Lane = tuple[Law, str, dict[Span, str]]
"""A law, what the lane is called, and when it stands there in what way."""


def _story(
    lanes: list[_Lane],
    days: list[Change],
    laws: list[Law],
    on: date,
    today: date,
    rulebook: Rulebook,
    language: Language,
) -> LawStory:
    days.sort(key=lambda change: (change.on, change.name))
    read = [read_change(one, rulebook.pack.laws, {}, language) for one in days]
    later = [one for one in read if one.change.on > on]
    undated = tuple(law for law in laws if law.pending or law.pending_change)
    first = min((one.on for one in days), default=today)
    ends = [today, *(one.on for one in days)]
    if undated:  # room for what may come
        ends.append(date(min(today.year + 1, LAST_YEAR), 1, 1))
    drawing = Drawing.of(first, ends, on)
    drawn = ((label, _rows(drawing, law, spans)) for law, label, spans in lanes)
    return LawStory(
        picture=drawing.picture(drawn) if days else None,
        until=tuple(read[: len(read) - len(later)]),
        after=tuple(later),
        undated=undated,
    )


def _rows(drawing: Drawing, law: Law, spans: dict[Span, str]) -> Iterator[list[Bar]]:
    """Yield the versions of a law where it stands, and what may change it."""
    yield [
        bar for span, kind in spans.items() for bar in _bars(drawing, law, span, kind)
    ]
    stands = any(span.last is None for span in spans) and law.ended is None
    if stands and (law.pending or law.pending_change):
        yield list(drawing.bar("pending", max(law.checked_on, drawing.since), None))


def _bars(drawing: Drawing, law: Law, span: Span, kind: str) -> Iterator[Bar]:
    ends = [*(step.start - A_DAY for step in law.steps[1:]), law.ended]
    for step, end in zip(law.steps, ends, strict=False):  # a bill has no version
        first = max(filter(None, (step.first_day, span.first)), default=None)
        last = min(filter(None, (end, span.last)), default=None)
        if first is None or last is None or first <= last:
            certain = step.certain and step.first_day is not None
            yield from drawing.bar(kind if certain else "doubt", first, last)
    turns = {step.start for step in law.steps[1:]}
    if law.reach_from is not None and law.reach_from != law.first_day:
        turns.add(law.reach_from)
    for day in sorted(turns):
        if day in span:
            yield from drawing.turn(day)
