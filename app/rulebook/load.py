"""The rulebook's files, read into the domain's values, checked, fingerprinted."""

import codecs
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BaseModel, TypeAdapter, ValidationError

from app.domain.calendars import Calendar, OwnCalendar
from app.domain.laws import Law, LawPack
from app.domain.places import Place, Places
from app.rulebook.explaining import broken, explained
from app.rulebook.holiday_days import (
    GROUPS,
    LIBRARY,
    public_calendar,
)
from app.rulebook.law_schema import LawShape
from app.rulebook.lines import deepest_line, key_on, line_in, line_of
from app.rulebook.place_schema import CalendarShape, ObsoleteShape, PlaceShape
from app.rulebook.predicates import DEEPEST, nearest
from app.rulebook.shapes import TOML
from app.rulebook.soundness import law_faults, vendor_faults
from app.rulebook.vendor_schema import VendorShape

HERE = Path(__file__).parent
COMPILED_ON = date(2026, 11, 23)
"""The day on which the records behind these files were compiled."""

S = TypeVar("S", bound=BaseModel)
T = TypeVar("T")


class RulebookError(ValueError):
    """A file of the rulebook is wrong; the message names file, line and field."""

    def __init__(self, file: Path, line: int | None, field: str, why: str) -> None:
        where = f"{file.name}, line {line}" if line else file.name
        super().__init__(f"{where}: {field}: {why}")
        self.file, self.line, self.field = file, line, field

    @classmethod
    def at(cls, file: Path, loc: Sequence[str | int], why: str) -> "RulebookError":
        """Return the error at a key, by its place in the file's tables.

        Where the key is missing, that is the table that lacks it; the outermost one
        begins with the file.
        """
        line = line_of(file.read_text("utf-8"), loc) or 1
        return cls(file, line, ".".join(str(part) for part in loc), why)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The law pack, the places and calendars it speaks of."""

    pack: LawPack
    places: Places
    own_calendars: Mapping[str, OwnCalendar]

    def calendar(self, code: str) -> Calendar:
        """Return a law's own calendar by its name, or the public one of a place."""
        own = self.own_calendars.get(code)
        if own is None:
            return public_calendar(code)
        return own.calendar(public_calendar(own.public) if own.public else None)


@lru_cache(maxsize=1)
def load_rulebook() -> Rulebook:
    """Return the rulebook that this release ships."""
    return read_rulebook(HERE)


def read_rulebook(folder: Path) -> Rulebook:
    """Read and check a rulebook.

    Raises:
        RulebookError: On the first file that is wrong.
    """
    places = _places(folder / "places.toml")
    calendars = {
        path.stem: _calendar(path, places)
        for path in sorted((folder / "holidays").glob("*.toml"))
    }
    obsolete = _obsolete(folder / "obsolete.toml")
    laws = {path: _law(path) for path in sorted((folder / "laws").rglob("*.toml"))}
    by_id = {law.id: law for law in laws.values()}
    for path, law in laws.items():
        if law.id in obsolete:
            raise RulebookError.at(path, ("id",), f"{law.id} stands in obsolete.toml")
        file = PurePosixPath(path.relative_to(folder / "laws").as_posix())
        for loc, why in law_faults(law, file, by_id, places, calendars, COMPILED_ON):
            raise RulebookError.at(path, loc, why)
    pack = LawPack(by_id, _fingerprint(folder), COMPILED_ON)
    return Rulebook(pack, places, calendars)


def check_rulebook(folder: Path) -> Rulebook:
    """Read a rulebook, and look also at what takes too long for every start.

    Raises:
        RulebookError: On the first file that is wrong.
    """
    rulebook = read_rulebook(folder)
    for place in rulebook.places:
        try:
            ZoneInfo(place.zone)
        except (ZoneInfoNotFoundError, ValueError):
            near = nearest(place.zone, available_timezones())
            why = f"{place.zone} is no time zone{near}"
            raise RulebookError.at(
                folder / "places.toml", (place.code, "zone"), why
            ) from None
    return rulebook


def read_vendors(folder: Path = HERE) -> tuple[VendorShape, ...]:
    """Return the vendor files of a rulebook, in the order of their slugs.

    Raises:
        RulebookError: On the first file that is wrong.
    """
    places = _places(folder / "places.toml")
    files = sorted((folder / "vendors").glob("*.toml"))
    vendors = {path: _shaped(path, VendorShape) for path in files}
    by_slug = {vendor.slug: vendor for vendor in vendors.values()}
    for path, vendor in vendors.items():
        for loc, why in vendor_faults(
            vendor, PurePosixPath(path.name), by_slug, places
        ):
            raise RulebookError.at(path, loc, why)
    return tuple(vendors.values())


def _law(path: Path) -> Law:
    return _shaped(path, LawShape).value()


def _places(path: Path) -> Places:
    shapes = _validated(path, TypeAdapter(dict[str, PlaceShape]), _tables(path))
    for code, shape in shapes.items():
        for outer in sorted(shape.within):
            if outer not in shapes and outer not in GROUPS:
                raise RulebookError.at(path, (code, "within"), f"{outer} is no place")
    return Places.of(
        Place(code=code, **shape.model_dump()) for code, shape in shapes.items()
    )


def _calendar(path: Path, places: Places) -> OwnCalendar:
    calendar = _shaped(path, CalendarShape).value(path.stem)
    if calendar.public is not None and calendar.public not in places:
        why = f"{calendar.public} is no place of places.toml"
        raise RulebookError.at(path, ("public",), why)
    return calendar


def _obsolete(path: Path) -> Mapping[str, ObsoleteShape]:
    return _validated(path, TypeAdapter(dict[str, ObsoleteShape]), _tables(path))


def _shaped(path: Path, shape: type[S]) -> S:
    return _validated(path, TypeAdapter(shape), _tables(path))


def _validated(path: Path, shape: TypeAdapter[T], tables: Mapping[str, Any]) -> T:
    try:
        return shape.validate_python(tables, context=TOML)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        raise RulebookError.at(path, first["loc"], explained(first)) from None


def _tables(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise RulebookError(path, None, "file", "there is no such file") from None
    except OSError as wrong:
        why = f"it cannot be read: {wrong.strerror}"
        raise RulebookError(path, None, "file", why) from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        why = f"byte {wrong.start} is no UTF-8: save the file in that encoding"
        raise RulebookError(path, line, "file", why) from None
    if text.startswith(codecs.BOM_UTF8.decode()):
        why = "it begins with a byte order mark: save it as UTF-8 without one"
        raise RulebookError(path, 1, "file", why)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        line = line_in(str(wrong)) or len(text.splitlines())
        key = key_on(text, line) or "TOML"
        raise RulebookError(path, line, key, broken(str(wrong))) from None
    except RecursionError:
        line = deepest_line(text)
        key = key_on(text, line) or "TOML"
        why = f"conditions are nested {DEEPEST} deep at most"
        raise RulebookError(path, line, key, why) from None


def _fingerprint(folder: Path) -> str:
    """Return the law pack's name: a hash of every file, and the holidays' version."""
    digest = hashlib.sha256(LIBRARY.encode())
    files = [folder / "places.toml"]
    files += sorted((folder / "laws").rglob("*.toml"))
    files += sorted((folder / "holidays").glob("*.toml"))
    files.append(folder / "obsolete.toml")
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return f"sha256:{digest.hexdigest()}"
