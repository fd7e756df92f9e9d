"""Record vendors in the directory: what is new or has changed, and nothing else."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from app.rulebook.load import read_vendors
from app.rulebook.vendor_schema import VendorShape
from app.store import vendors


class Effect(StrEnum):
    """What came of one record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Imported:
    """One record of an import."""

    name: str
    """The slug, or where the record stands."""
    effect: Effect
    why: str | None = None


BUNDLED = "bundled"
IMPORTED = "import"
FOREIGN = "import of another project's record"
"""By whom a record is that may add to what we know, and never writes over it."""
LESSER = frozenset({BUNDLED, FOREIGN})
"""By whom a record is that a newer bundled one may replace."""
PARTS = (("route", "routes"), ("offer", "offers"), ("order", "orders"))


def record_bundled(session: Session, *, at: datetime) -> int:
    """Record the vendors that this release ships; return how many changed.

    Where staff or an import wrote the newest version of a thing, that one stays.
    """
    done = import_vendors(session, read_vendors(), at=at, by=BUNDLED)
    return sum(one.effect is not Effect.UNCHANGED for one in done)


def file_tables(shape: VendorShape) -> dict[str, Any]:
    """Return a vendor as the tables of its file, without what is left out."""
    tables = shape.model_dump(by_alias=True, exclude_defaults=True)
    return {name: _plain(value) for name, value in tables.items()}


def _plain(value: object) -> Any:
    """Return a value as JSON knows it, and the same one in every process."""
    match value:
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case frozenset() | set():
            return sorted(_plain(one) for one in value)
        case tuple() | list():
            return [_plain(one) for one in value]
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case _:
            return value


def import_vendors(
    session: Session,
    shapes: Iterable[VendorShape],
    *,
    at: datetime,
    by: str,
    dry_run: bool = False,
) -> list[Imported]:
    """Record vendors and return what came of each, in their order."""
    known = {part: vendors.newest(session, part) for part in vendors.PARTS}
    done = [
        Imported(
            shape.slug, _record(session, known, shape, at=at, by=by, dry_run=dry_run)
        )
        for shape in shapes
    ]
    changed = any(one.effect in {Effect.CREATED, Effect.UPDATED} for one in done)
    if changed and not dry_run:
        vendors.count_change(session)
    return done


BROKER = "registered_broker_in"
_Known: TypeAlias = Mapping[str, Mapping[tuple[str, str], vendors.Row]]
_Thing: TypeAlias = tuple[str, str, dict[str, Any] | None]
_Written: TypeAlias = tuple[str, str, dict[str, Any] | None, str]


def _record(
    session: Session,
    known: _Known,
    shape: VendorShape,
    *,
    at: datetime,
    by: str,
    dry_run: bool,
) -> Effect:
    created = (shape.slug, "") not in known["vendor"]
    changed = False
    things = [(*thing, by) for thing in _things(shape, known)]
    if by == FOREIGN:
        things = list(_additions(things, known, shape.slug))
    for part, key, document, author in things:
        before = known[part].get((shape.slug, key))
        hashed = _hash(document)
        if before is not None and before.content_hash == hashed:
            continue
        if by == BUNDLED and before is not None and before.recorded_by not in LESSER:
            continue
        changed = True
        if dry_run:
            continue
        vendors.add(
            session,
            part,
            vendor=shape.slug,
            key=key,
            document=document,
            content_hash=hashed,
            valid=_valid(document),
            at=at,
            by=author,
        )
    if created:
        return Effect.CREATED
    return Effect.UPDATED if changed else Effect.UNCHANGED


def _things(shape: VendorShape, known: _Known) -> Iterable[_Thing]:
    """Return a vendor's parts, each by its key; what is gone has no document."""
    tables = file_tables(shape)
    lists = {part: tables.pop(name, []) for part, name in PARTS}
    things: list[_Thing] = [("vendor", "", tables)]
    for part, listed in lists.items():
        keyed = {one.get("id", f"{place:03}"): one for place, one in enumerate(listed)}
        things += [(part, key, one) for key, one in keyed.items()]
        things += [
            (part, key, None)
            for (slug, key), row in known[part].items()
            if slug == shape.slug and key not in keyed and row.document is not None
        ]
    return things


def _additions(
    things: Iterable[_Written], known: _Known, slug: str
) -> Iterator[_Written]:
    """Yield what a foreign record adds to a vendor: facts and routes that lack.

    What another source wrote stays, and nothing is taken for gone because the foreign
    record does not know it.
    """
    routed = any(
        vendor == slug and row.document is not None and row.recorded_by != FOREIGN
        for (vendor, _), row in known["route"].items()
    )
    for part, key, document, by in things:
        before = known[part].get((slug, key))
        if before is None or before.recorded_by == FOREIGN:
            if part != "route" or not routed:
                yield part, key, document, by
        elif part == "vendor" and document is not None:
            merged = {**document, **(before.document or {})}
            held = {*document.get(BROKER, ()), *merged.get(BROKER, ())}
            if held:
                merged[BROKER] = sorted(held)
            yield part, key, merged, IMPORTED


def _valid(document: Mapping[str, Any] | None) -> tuple[date | None, date | None]:
    days = [(document or {}).get(name) for name in ("from", "to")]
    first, last = (date.fromisoformat(day) if day else None for day in days)
    return first, last


def _hash(document: Mapping[str, Any] | None) -> bytes:
    written = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).digest()
