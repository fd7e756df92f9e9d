"""Read what was typed into the fields of a form: as values, or what is wrong with it."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from app.actions.plain_words import without_unseen
from app.actions.vendor_fields import Field, Kind
from app.domain.hours import Hours
from app.domain.likeness import likest
from app.domain.places import Places
from app.domain.written_days import day_from
from app.rulebook.broker_registry import ADDRESS
from app.rulebook.vendor_files import LINK, WIDER

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
SITE = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
WHOLE = re.compile(r"\d{1,15}", re.ASCII)
DECIMAL = re.compile(r"\d{1,15}([.,]\d{1,6})?", re.ASCII)
SEVERAL_LINES = frozenset({Kind.LINES, Kind.SOURCES, Kind.SITES, Kind.HELD})
NO = "no"


class Fault(NamedTuple):
    """What is wrong with a field: a code, and what it is about."""

    code: str
    about: str = ""
    nearest: tuple[str, ...] = ()


class FaultyError(ValueError):
    """A field that cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent."""

    values: Mapping[str, str]
    several: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Yard:
    """What is typed is held against this."""

    places: Places
    slugs: Collection[str]
    today: date
    local: bool
    """Whether http addresses may stand, as on an engineer's own machine."""


def read_fields(
    fields: Sequence[Field], typed: Typed, by: Yard
) -> tuple[dict[str, Any], dict[str, Fault]]:
    """Return what the fields hold, without those left empty, and what is wrong."""
    found: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    for one in fields:
        try:
            value = _read(one, typed, by)
        except FaultyError as wrong:
            faults[one.name] = wrong.fault
            continue
        if value is not None:
            found[one.name] = value
        elif one.needed:
            faults[one.name] = Fault("choose" if one.kind is Kind.ONE else "missing")
    return found, faults


def _read(one: Field, typed: Typed, by: Yard) -> Any:
    if one.kind is Kind.SOME:
        given = set(typed.several.get(one.name, ()))
        return [code for code in one.options if code in given] or None
    text = without_unseen(typed.values.get(one.name, ""))
    text = text.strip() if one.kind in SEVERAL_LINES else " ".join(text.split())
    if not text:
        return None
    if len(text) > one.most:
        raise FaultyError(Fault("too_long", str(one.most)))
    if one.kind is Kind.ONE:
        if text not in one.options:
            raise FaultyError(Fault("choose"))
        return text
    return READERS[one.kind](text, by)


def _as_it_is(text: str, _: Yard) -> str:
    return text


def _lines(text: str, _: Yard) -> list[str]:
    return list(dict.fromkeys(_each(text)))


def _each(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _sources(text: str, by: Yard) -> list[str]:
    return [
        _link(line.split(" ")[0], by) + "".join(line.partition(" ")[1:])
        for line in _lines(text, by)
    ]


def _link(text: str, by: Yard) -> str:
    if not LINK.fullmatch(text) or not (by.local or text.startswith("https://")):
        raise FaultyError(Fault("no_link"))
    return text


def _sites(text: str, by: Yard) -> list[str]:
    found = [line.lower() for line in _lines(text, by)]
    wrong = [site for site in found if not SITE.fullmatch(site)]
    if wrong:
        raise FaultyError(Fault("no_site", wrong[0]))
    return found


def _mailbox(text: str, _: Yard) -> str:
    if not ADDRESS.fullmatch(text):
        raise FaultyError(Fault("no_mailbox"))
    return text


def _slug(text: str, by: Yard) -> str:
    if not SLUG.fullmatch(text):
        raise FaultyError(Fault("no_slug"))
    if text in by.slugs:
        raise FaultyError(Fault("taken"))
    return text


def _vendor(text: str, by: Yard) -> str:
    if text not in by.slugs:
        raise FaultyError(Fault("no_vendor", text, likest(text.lower(), by.slugs)))
    return text


def _zone(text: str, _: Yard) -> str:
    known = available_timezones()
    if text not in known:
        raise FaultyError(Fault("no_zone", text, likest(text, sorted(known))))
    return text


def _hours(text: str, _: Yard) -> str:
    try:
        Hours.read(text)
    except ValueError:
        raise FaultyError(Fault("no_hours")) from None
    return text


def _day(text: str, _: Yard) -> str:
    try:
        return day_from(text).isoformat()
    except ValueError:
        raise FaultyError(Fault("no_day")) from None


def _codes(text: str, by: Yard) -> list[str]:
    return _known_codes(text, by, frozenset())


def _codes_or_all(text: str, by: Yard) -> list[str]:
    return _known_codes(text, by, WIDER)


def _known_codes(text: str, by: Yard, wider: frozenset[str]) -> list[str]:
    found = sorted({code.upper() for code in re.split(r"[\s,;]+", text) if code})
    for code in found:
        if code not in by.places and code not in wider:
            raise FaultyError(Fault("no_place", code, by.places.nearest(code)))
    return found


def _yes_or_no(text: str, _: Yard) -> bool:
    if text not in {"yes", NO}:
        raise FaultyError(Fault("choose"))
    return text == "yes"


def _count(text: str, _: Yard) -> int:
    plain = re.sub(r"[\s,.'’]", "", text)
    if not WHOLE.fullmatch(plain):
        raise FaultyError(Fault("no_number"))
    return int(plain)


def _number(text: str, _: Yard) -> float:
    plain = re.sub(r"[\s'’]", "", text)
    if not DECIMAL.fullmatch(plain):
        raise FaultyError(Fault("no_number"))
    return float(plain.replace(",", "."))


def _share(text: str, by: Yard) -> float:
    with suppress(FaultyError):
        found = _number(text, by)
        if found <= 1:
            return found
    raise FaultyError(Fault("no_share"))


def _held(text: str, by: Yard) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in _each(text):
        code, _, number = line.partition(" ")
        if code.upper() not in by.places:
            raise FaultyError(Fault("no_place", code, by.places.nearest(code.upper())))
        found[code.upper()] = _count(number, by)
    return found


READERS: Mapping[Kind, Callable[[str, Yard], Any]] = {
    Kind.LINE: _as_it_is,
    Kind.WORDS: _as_it_is,
    Kind.LINES: _lines,
    Kind.SOURCES: _sources,
    Kind.SITES: _sites,
    Kind.LINK: _link,
    Kind.MAILBOX: _mailbox,
    Kind.SLUG: _slug,
    Kind.VENDOR: _vendor,
    Kind.ZONE: _zone,
    Kind.HOURS: _hours,
    Kind.DAY: _day,
    Kind.CODES: _codes,
    Kind.CODES_OR_ALL: _codes_or_all,
    Kind.YES_OR_NO: _yes_or_no,
    Kind.COUNT: _count,
    Kind.NUMBER: _number,
    Kind.SHARE: _share,
    Kind.HELD: _held,
}


def written(one: Field, value: object) -> str:
    """Return a value as it is typed into its field."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else NO
        case list() if one.kind in {Kind.CODES, Kind.CODES_OR_ALL}:
            return ", ".join(value)
        case list():
            return "\n".join(value)
        case dict():
            return "\n".join(f"{code} {number}" for code, number in value.items())
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
