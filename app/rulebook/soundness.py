"""What no single file of the rulebook can show to be wrong."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import TypeAlias

from app.domain import conditions as c
from app.domain.conditions import Predicate
from app.domain.laws import (
    ABSENT,
    PENDING,
    UNKNOWN_DAY,
    Condition,
    Law,
    Purpose,
    Right,
    Step,
)
from app.domain.places import Places
from app.rulebook.holiday_days import GROUPS
from app.rulebook.vendor_schema import VendorShape

Loc: TypeAlias = tuple[str | int, ...]
Wrong: TypeAlias = tuple[Loc, str]
"""Where in the file, and why."""

OF_PLACES = frozenset(
    {
        "vendor.seat",
        "vendor.local_nexus",
        "vendor.registered_broker_in",
        "person.present_in",
    }
)
"""Facts whose values are codes of places."""
EVERYBODY = "*"
NAMED = 3
"""How many codes are named to who mistypes one."""


def law_faults(
    law: Law,
    file: PurePosixPath,
    laws: Mapping[str, Law],
    places: Places,
    calendars: Iterable[str],
    compiled_on: date,
) -> Iterator[Wrong]:
    """Yield what is wrong with a law among the other files.

    Args:
        law: As its own file has it.
        file: Where it lies under ``laws/``.
        laws: Every law, by its id.
        places: Every place.
        calendars: The names of the laws' own calendars.
        compiled_on: The day of the pack: nobody can have looked later.
    """
    if file != home_of(law.id):
        yield ("id",), f"the file of {law.id} is laws/{home_of(law.id)}"
    yield from _missing(law)
    if law.checked_on > compiled_on:
        why = f"{law.checked_on} is after {compiled_on}, the day of this pack"
        yield ("checked_on",), why
    for loc, code in _places_named(law):
        if code not in places:
            yield loc, no_place(code, places)
    before = law.predecessor
    if before and before.record and before.record not in laws:
        yield ("predecessor", "record"), f"{before.record} is no law of this pack"
    yield from _faults_of_days(law)
    known = {*calendars, *places.by_code}
    for number, step in enumerate(law.steps):
        if step.deadlines.respond and step.deadlines.purpose is None:
            why = f"this is missing: respond is for one of {', '.join(Purpose)}"
            yield ("steps", number, "deadlines", "purpose"), why
        calendar = step.deadlines.roll.calendar
        if calendar is not None and calendar not in known:
            loc = ("steps", number, "deadlines", "roll")
            yield loc, f"{calendar} is no calendar of holidays/ and no place"
        for at, condition in _conditions(step):
            for code in _codes(condition):
                if code not in places:
                    loc = ("steps", number, *at)
                    yield loc, no_place(code, places)


def no_place(code: str, places: Places) -> str:
    """Return that a code is none, with those that were most likely meant."""
    near = ", ".join(places.nearest(code)[:NAMED])
    return f"{code} is no place of places.toml" + (f"; nearest: {near}" if near else "")


def _missing(law: Law) -> Iterator[Wrong]:
    """Yield what a law has, and a record that says that there is none need not have."""
    if law.absent:
        return
    for key in ("citation", "sources"):
        if not getattr(law, key):
            yield (key,), "this is missing: every law has it"
    if not (law.regulator or law.regulator_note):
        yield (
            ("regulator",),
            "this is missing: a law has it, or a regulator_note why not",
        )


def home_of(law: str) -> PurePosixPath:
    """Return where the file of a law lies: its country's folder, else the world's."""
    country, dash, _ = law.partition("-")
    folder = country if dash and len(country) == len("us") else "world"
    return PurePosixPath(folder) / f"{law}.toml"


def _places_named(law: Law) -> Iterator[Wrong]:
    yield from ((("places",), code) for code in law.places)
    yield from ((("regulators", code), code) for code in law.regulators)
    for number, beside in enumerate(law.beside):
        loc = ("beside", number, "places")
        yield from ((loc, code) for code in sorted(beside.places))


def _faults_of_days(law: Law) -> Iterator[Wrong]:
    if law.absent and law.steps:
        yield ("steps", 0), f"a record that is {law.status} has none"
    if not law.steps and law.status not in PENDING | ABSENT:
        yield ("steps",), f"a law that is {law.status} has at least one step"
    for number, step in enumerate(law.steps):
        if step.start == UNKNOWN_DAY and step.certain:
            yield ("steps", number, "from"), "without a first day nothing is certain"
        if number and step.start <= law.steps[number - 1].start:
            before, here = law.steps[number - 1].start, step.start
            why = f"the days must ascend, and {here} is not after {before}"
            yield ("steps", number, "from"), why
        if law.ended is not None and law.ended < step.start:
            yield ("ended",), f"the law ends before its step of {step.start}"


def _conditions(step: Step) -> Iterator[tuple[Loc, Predicate | None]]:
    for at, condition in enumerate(step.conditions):
        yield from _predicates(("conditions", at), condition)
    for number, right in enumerate(step.rights):
        yield from _of_right(("rights", number), right)


def _of_right(loc: Loc, right: Right) -> Iterator[tuple[Loc, Predicate | None]]:
    for at, condition in enumerate(right.conditions):
        yield from _predicates((*loc, "conditions", at), condition)
    again = (*loc, "data", "public_reached_when")
    yield again, right.data.public_reached_when
    for at, contest in enumerate(right.data.contested):
        yield (*loc, "data", "contested", at, "when"), contest.when


def _predicates(
    loc: Loc, condition: Condition
) -> Iterator[tuple[Loc, Predicate | None]]:
    yield (*loc, "needs"), condition.needs
    yield (*loc, "limited"), condition.limited


def _codes(predicate: Predicate | None) -> Iterator[str]:
    """Yield the codes of places that a condition names."""
    match predicate:
        case c.All(parts) | c.Any(parts):
            for part in parts:
                yield from _codes(part)
        case c.Not(part):
            yield from _codes(part)
        case c.Held(place):
            yield place
        case c.OneOf(fact, values) | c.Includes(fact, values) if fact in OF_PLACES:
            yield from sorted(values)


def vendor_faults(
    vendor: VendorShape,
    file: PurePosixPath,
    vendors: Mapping[str, VendorShape],
    places: Places,
) -> Iterator[Wrong]:
    """Yield what is wrong with a vendor among the other files."""
    if file.stem != vendor.slug:
        yield ("slug",), f"the file of {vendor.slug} is {vendor.slug}.toml"
    for key in ("group", "successor"):
        other = getattr(vendor, key)
        if other is not None and other not in vendors:
            yield (key,), f"{other} is no vendor of this folder"
    for loc, codes in _places_of(vendor):
        for code in sorted(codes or ()):
            if code not in places and code not in GROUPS and code != EVERYBODY:
                yield loc, no_place(code, places)
    taken: set[str] = set()
    for kind in ("offers", "orders", "registrations"):
        for number, one in enumerate(getattr(vendor, kind)):
            if one.id in taken:
                yield (kind, number, "id"), f"{one.id} stands there twice"
            taken.add(one.id)


def _places_of(vendor: VendorShape) -> Iterator[tuple[Loc, frozenset[str] | None]]:
    for key in ("seat", "local_nexus", "registered_broker_in"):
        yield (key,), getattr(vendor, key)
    for kind in ("routes", "offers", "orders"):
        for number, one in enumerate(getattr(vendor, kind)):
            yield (kind, number, "places"), one.places
    for number, entry in enumerate(vendor.registrations):
        yield ("registrations", number, "place"), frozenset({entry.place})
