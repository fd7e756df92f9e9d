"""The rulebook's files, read into the domain's values, checked, fingerprinted."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from app.domain.calendars import Calendar, HolidayRule, OwnCalendar
from app.domain.laws import Law, LawPack
from app.domain.places import Place, Places
from app.domain.vendors import Directory
from app.rulebook.holiday_days import LIBRARY, public_calendar
from app.rulebook.schema import LawShape, PlaceShape, VendorShape

HERE = Path(__file__).parent
COMPILED_ON = date(2026, 11, 23)
"""The day on which the records behind these files were compiled."""

S = TypeVar("S", bound=BaseModel)


class RulebookError(ValueError):
    """A file of the rulebook is wrong; the message names file, line and field."""

    def __init__(self, file: Path, line: int | None, field: str, why: str) -> None:
        where = f"{file.name}, line {line}" if line else file.name
        super().__init__(f"{where}: {field}: {why}")
        self.file, self.line, self.field = file, line, field


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The law pack, the places and calendars it speaks of, the bundled vendors."""

    pack: LawPack
    places: Places
    own_calendars: Mapping[str, OwnCalendar]

    def calendar(self, code: str) -> Calendar:
        """Return a law's own calendar by its name, or the public one of a place."""
        own = self.own_calendars.get(code)
        return own.calendar() if own else public_calendar(code)


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
        path.stem: _calendar(path)
        for path in sorted((folder / "holidays").glob("*.toml"))
    }
    files = sorted((folder / "laws").rglob("*.toml"))
    laws = {path: _law(path) for path in files}
    by_id = {law.id: law for law in laws.values()}
    for path, law in laws.items():
        for field, why in _unsound(path, law, by_id, places, calendars):
            raise RulebookError(path, _line_of(path, field), field, why)
    pack = LawPack(by_id, _fingerprint(folder), COMPILED_ON)
    return Rulebook(pack, places, calendars)


def read_vendors(folder: Path | None = None) -> tuple[VendorShape, ...]:
    """Return the bundled vendor files, in the order of their slugs.

    Raises:
        RulebookError: On the first file that is wrong.
    """
    files = sorted(((folder or HERE) / "vendors").glob("*.toml"))
    vendors = tuple(read_vendor(path) for path in files)
    for path, vendor in zip(files, vendors, strict=True):
        if vendor.slug != path.stem:
            raise RulebookError(path, 1, "slug", "the file has another name")
    return vendors


def bundled_directory() -> Directory:
    """Return the bundled vendors as a directory, where there is no database yet."""
    return Directory({shape.slug: shape.value() for shape in read_vendors()})


def read_vendor(path: Path) -> VendorShape:
    """Return one vendor file.

    Raises:
        RulebookError: If it is wrong.
    """
    return _shaped(path, VendorShape, tomllib_of(path))


def _law(path: Path) -> Law:
    shape = _shaped(path, LawShape, tomllib_of(path))
    return shape.value()


def tomllib_of(path: Path) -> dict[str, Any]:
    """Return a file's tables.

    Raises:
        RulebookError: If it cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as wrong:
        raise RulebookError(path, None, "file", type(wrong).__name__) from None
    except tomllib.TOMLDecodeError as wrong:
        raise RulebookError(path, None, "TOML", str(wrong)) from None


def _shaped(path: Path, shape: type[S], tables: Mapping[str, Any]) -> S:
    try:
        return shape.model_validate(tables)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        keys = [part for part in first["loc"] if isinstance(part, str)]
        field = ".".join(str(part) for part in first["loc"])
        line = _line_of(path, keys[-1] if keys else "")
        raise RulebookError(path, line, field, first["msg"]) from None


def _line_of(path: Path, key: str) -> int | None:
    """Return the first line that speaks of a key; near enough to find it."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        start = line.strip()
        if start.startswith((f"{key} ", f"{key}=", f"[{key}", f"[[{key}")):
            return number
        if f".{key}]" in start or f"{key} = " in start:
            return number
    return None


def _places(path: Path) -> Places:
    read = TypeAdapter(dict[str, PlaceShape])
    try:
        shapes = read.validate_python(tomllib_of(path))
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        code = str(first["loc"][0])
        field = ".".join(str(part) for part in first["loc"])
        raise RulebookError(path, _line_of(path, code), field, first["msg"]) from None
    return Places.of(
        Place(code=code, **shape.model_dump()) for code, shape in shapes.items()
    )


def _calendar(path: Path) -> OwnCalendar:
    read = TypeAdapter(OwnCalendar)
    tables = tomllib_of(path)
    unknown = {
        key
        for rule in tables.get("rules", ())
        for key in rule
        if key not in HolidayRule.__dataclass_fields__
    }
    if unknown:
        field = min(unknown)
        raise RulebookError(path, _line_of(path, field), field, "no such key")
    try:
        return read.validate_python({"name": path.stem, **tables})
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise RulebookError(path, None, field, first["msg"]) from None


def _unsound(
    path: Path,
    law: Law,
    laws: Mapping[str, Law],
    places: Places,
    calendars: Mapping[str, OwnCalendar],
) -> Iterator[tuple[str, str]]:
    """Yield what no single file can show to be wrong."""
    if law.id != path.stem:
        yield "id", "the file has another name"
    for code in (
        *law.places,
        *law.regulators,
        *(c for b in law.beside for c in b.places),
    ):
        if code not in places:
            yield "places", f"{code} is no place of places.toml"
    before = law.predecessor
    if before and before.record and before.record not in laws:
        yield "record", f"{before.record} is no law of this pack"
    days = [step.start for step in law.steps]
    if days != sorted(set(days)):
        yield "steps", "the days must ascend"
    if law.ended and days and law.ended < days[-1]:
        yield "ended", "the law ends before its last step"
    for step in law.steps:
        calendar = step.deadlines.roll.calendar
        if calendar and calendar not in calendars and calendar not in places:
            yield "calendar", f"{calendar} is no calendar"


def _fingerprint(folder: Path) -> str:
    """Return the law pack's name: a hash of every file, and the holidays' version."""
    digest = hashlib.sha256(LIBRARY.encode())
    files = [folder / "places.toml"]
    files += sorted((folder / "laws").rglob("*.toml"))
    files += sorted((folder / "holidays").glob("*.toml"))
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return f"sha256:{digest.hexdigest()}"
