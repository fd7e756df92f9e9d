"""What a change of a record changes, in words: for the form, and for a second person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.actions.edit_case import Case, Meanwhile
from app.actions.foresee_edit import OnDay
from app.actions.vendor_record import Record, changes
from app.domain.foresight import Difference
from app.domain.grounds import Verdict
from app.domain.places import Places
from app.web.coverage.tiles import (
    CANADA,
    EUROPE,
    UNITED_STATES,
    WORLD,
    Grid,
    Mark,
    draw,
    layout,
)
from app.web.vendor_said import Changed, Words
from app.words.languages import place_name
from app.words.vendor_record import PARTS


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """Places whose answer would be another."""

    before: Verdict | None
    after: Verdict | None
    gains: bool
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayView:
    """What would be otherwise on a day."""

    on: date
    today: bool
    differences: tuple[DifferenceView, ...]
    maps: tuple[tuple[Grid, Grid], ...]
    """How it is and how it would be, with what differs outlined; the world first.

    The differences have all that the maps show."""


@dataclass(frozen=True, slots=True)
class ThingView:
    """What would be written."""

    of: str
    """Whose record it is, where there are two."""
    part: str
    gone: bool
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class MeanwhileView:
    """What somebody wrote after the form was shown."""

    who: str
    at: datetime
    part: str
    gone: bool
    changes: tuple[Changed, ...]


def name_of(record: Record) -> str:
    """Return what a company is called; empty where there is none."""
    return str((record.document("vendor", "") or {}).get("name", ""))


def meanwhile_read(
    found: Iterable[Meanwhile], words: Words
) -> tuple[MeanwhileView, ...]:
    """Return who changed what since."""
    return tuple(
        MeanwhileView(
            words.who(one.who),
            one.at,
            words.say(PARTS[one.part]),
            one.gone,
            words.changed(one.changes, _fact_of(one.part, one.key)),
        )
        for one in found
    )


def days_read(
    days: Iterable[OnDay], today: date, words: Words, places: Places
) -> tuple[DayView, ...]:
    """Return what would be otherwise on which day."""
    return tuple(
        DayView(
            day.on,
            day.on == today,
            tuple(_difference(one, words.language) for one in day.differences),
            _maps(day, places),
        )
        for day in days
    )


def _maps(day: OnDay, places: Places) -> tuple[tuple[Grid, Grid], ...]:
    """Return both maps of a day for each part of the world that shows what differs."""
    codes = {code for one in day.differences for code in one.places}

    def drawn(answers: Mapping[str, Verdict]) -> dict[str, Grid]:
        marks = {code: Mark(verdict, "", "") for code, verdict in answers.items()}
        return draw(marks, places, ringed=codes, linked=False)

    if not codes:
        return ()
    before, after = drawn(day.outlook.before), drawn(day.outlook.after)
    return tuple((before[name], after[name]) for name in _maps_of(codes))


def _maps_of(codes: set[str]) -> tuple[str, ...]:
    """Return the maps on which all these places stand, as few as show them apart."""
    for name in (CANADA, UNITED_STATES, EUROPE):
        if codes <= _on_map(name):
            return (name,)
    parts = (CANADA, UNITED_STATES)
    return (WORLD, *(name for name in parts if codes & _on_map(name)))


def _on_map(name: str) -> set[str]:
    return {tile.code for tile in layout()[name]}


def things_read(case: Case, words: Words) -> tuple[ThingView, ...]:
    """Return what would be written."""
    found = []
    for thing in case.draft.things:
        record = case.of(thing.vendor)
        before = record.document(thing.part, thing.key) or {}
        after = thing.document or {}
        found.append(
            ThingView(
                name_of(record) if case.other.stands else "",
                words.say(PARTS[thing.part]),
                thing.document is None,
                words.changed(changes(before, after), _fact_of(thing.part, thing.key)),
            )
        )
    return tuple(found)


def _fact_of(part: str, key: str) -> str:
    """Return which fact a thing is about; empty where about none."""
    return key.partition(" ")[0] if part == "fact" else ""


def _difference(one: Difference, language: str) -> DifferenceView:
    names = tuple(sorted(place_name(code, language) for code in one.places))
    return DifferenceView(one.before, one.after, one.gains, names)
