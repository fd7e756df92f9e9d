"""Read the record of a vendor for staff: what stands, and who wrote what, when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.decide_proposal import waiting_of
from app.actions.read_audit import names_of
from app.actions.record_notes import Note, open_notes_of
from app.actions.vendor_record import Document, Record, changes, record_of
from app.store.vendors import Written


@dataclass(frozen=True, slots=True)
class Step:
    """One version of a thing, and what it changed."""

    at: datetime
    who: str
    """A member's address, or the word of who recorded without a person."""
    changes: tuple[tuple[str, Any, Any], ...]
    """Name of a field, what it was, and what it is; None for not there."""
    gone: bool
    """Whether it took the thing out."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A thing of a record, with all that was ever written of it."""

    part: str
    key: str
    document: Document | None
    """None where it was taken out."""
    steps: tuple[Step, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class VendorFile:
    """The whole record of a vendor."""

    record: Record
    kept: Mapping[str, tuple[Kept, ...]]
    """By part, in the order of their keys; what was taken out last."""
    waiting: tuple[UUID, ...]
    """Changes of it that wait for a second person."""
    notes: tuple[Note, ...]
    """What looks wrong, and nobody resolved."""


def read_vendor(session: Session, slug: str, *, at: datetime) -> VendorFile | None:
    """Return the record of a vendor; None where there never was one."""
    record = record_of(session, slug)
    if not record.written:
        return None
    names = names_of(session, {one.recorded_by for one in record.written})
    versions: dict[tuple[str, str], list[Written]] = {}
    for one in record.written:
        versions.setdefault((one.part, one.key), []).append(one)
    kept: dict[str, list[Kept]] = {part: [] for part in record.parts}
    for (part, key), steps in sorted(versions.items()):
        standing = record.document(part, key)
        kept[part].append(Kept(part, key, standing, _steps(steps, names)))
    return VendorFile(
        record,
        {
            part: tuple(sorted(things, key=lambda one: one.document is None))
            for part, things in kept.items()
        },
        waiting_of(session, slug, at=at),
        open_notes_of(session, slug),
    )


def _steps(versions: list[Written], names: dict[str, str]) -> tuple[Step, ...]:
    before: Document = {}
    found = []
    for one in versions:
        after = one.document or {}
        found.append(
            Step(
                one.recorded_at,
                names.get(one.recorded_by, one.recorded_by),
                changes(before, after) if one.document is not None else (),
                gone=one.document is None,
            )
        )
        before = after
    return tuple(reversed(found))
