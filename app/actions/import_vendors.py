"""Record vendors in the directory: what is new or has changed, and nothing else."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from app.rulebook.load import read_vendors
from app.rulebook.schema import VendorShape
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
PARTS = (("route", "routes"), ("offer", "offers"), ("order", "orders"))


def record_bundled(session: Session, *, at: datetime) -> int:
    """Record the vendors that this release ships; return how many changed.

    Where staff or an import wrote the newest version of a thing, that one stays.
    """
    done = import_vendors(session, read_vendors(), at=at, by=BUNDLED)
    return sum(one.effect is not Effect.UNCHANGED for one in done)


def file_tables(shape: VendorShape) -> dict[str, Any]:
    """Return a vendor as the tables of its file, without what is left out."""
    return shape.model_dump(mode="json", by_alias=True, exclude_defaults=True)


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


_Known = Mapping[str, Mapping[tuple[str, str], vendors.Row]]


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
    for part, key, document in _things(shape, known):
        before = known[part].get((shape.slug, key))
        hashed = _hash(document)
        if before is not None and before.content_hash == hashed:
            continue
        if by == BUNDLED and before is not None and before.recorded_by != BUNDLED:
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
            by=by,
        )
    if created:
        return Effect.CREATED
    return Effect.UPDATED if changed else Effect.UNCHANGED


def _things(
    shape: VendorShape, known: _Known
) -> list[tuple[str, str, dict[str, Any] | None]]:
    """Return a vendor's parts, each by its key; what is gone has no document."""
    tables = file_tables(shape)
    lists = {part: tables.pop(name, []) for part, name in PARTS}
    things: list[tuple[str, str, dict[str, Any] | None]] = [("vendor", "", tables)]
    for part, listed in lists.items():
        keyed = {one.get("id", f"{place:03}"): one for place, one in enumerate(listed)}
        things += [(part, key, one) for key, one in keyed.items()]
        things += [
            (part, key, None)
            for (slug, key), row in known[part].items()
            if slug == shape.slug and key not in keyed and row.document is not None
        ]
    return things


def _valid(document: Mapping[str, Any] | None) -> tuple[date | None, date | None]:
    days = [(document or {}).get(name) for name in ("from", "to")]
    first, last = (date.fromisoformat(day) if day else None for day in days)
    return first, last


def _hash(document: Mapping[str, Any] | None) -> bytes:
    written = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).digest()
