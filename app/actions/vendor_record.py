"""The record of one vendor: all that was ever written of it, and what stands now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from app.rulebook.vendor_schema import VendorShape
from app.store import vendors
from app.store.vendors import Version, Written

Document = dict[str, Any]
Parts = Mapping[str, Mapping[str, Document]]
"""By part and key, what stands."""
Seen: TypeAlias = frozenset[UUID]
"""The versions that somebody saw. Their number would not do: what is stamped earlier may
be written later, by a clock that goes otherwise or within one millisecond."""

NO_ID, NO_MOMENT = UUID(int=0), datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Thing:
    """What would be written of a vendor: a document, or that there is none any more."""

    vendor: str
    part: str
    key: str
    document: Document | None
    said_by: str = ""
    """Whose word it is, where a record takes over what a register said of another."""


@dataclass(frozen=True, slots=True)
class Record:
    """A vendor as it was written down."""

    slug: str
    written: tuple[Written, ...]
    """Every version of everything, oldest first."""
    parts: Parts = field(init=False)

    def __post_init__(self) -> None:
        standing: dict[str, dict[str, Document]] = {part: {} for part in vendors.PARTS}
        for one in self.written:
            if one.document is None:
                standing[one.part].pop(one.key, None)
            else:
                standing[one.part][one.key] = one.document
        object.__setattr__(self, "parts", standing)

    @property
    def stands(self) -> bool:
        """Whether there is such a vendor."""
        return "" in self.parts["vendor"]

    @property
    def double(self) -> Document | None:
        """Of which record it is the double, from when and why; None where of none."""
        return (self.document("vendor", "") or {}).get("double")

    @property
    def is_double(self) -> bool:
        """Whether another record stands for it now, and not only from a day ahead."""
        return self.double is not None and "take" not in self.double

    @property
    def waits(self) -> bool:
        """Whether it is to be the double of another from a day that was not begun yet."""
        return self.double is not None and not self.is_double

    @property
    def seen(self) -> Seen:
        """Which versions were written: whoever saw just these saw the whole."""
        return frozenset(one.id for one in self.written)

    def document(self, part: str, key: str) -> Document | None:
        """Return what stands under a key."""
        return self.parts[part].get(key)

    def hash_of(self, thing: Thing) -> str | None:
        """Return the hash of the version that a thing would follow; None for none."""
        versions = [
            one
            for one in self.written
            if (one.part, one.key) == (thing.part, thing.key)
        ]
        return versions[-1].content_hash.hex() if versions else None

    def then(self, things: Iterable[Thing]) -> "Record":
        """Return the record as it would be with ``things`` written."""
        mine = (_unwritten(one) for one in things if one.vendor == self.slug)
        return Record(self.slug, (*self.written, *mine))

    def shape(self, things: Iterable[Thing] = ()) -> VendorShape:
        """Return the vendor as it stands, or as it would with ``things`` written.

        Raises:
            ValidationError: If it would be none.
        """
        parts = {part: dict(keyed) for part, keyed in self.parts.items()}
        for thing in things:
            if thing.vendor != self.slug:
                continue
            parts[thing.part].pop(thing.key, None)
            if thing.document is not None:
                parts[thing.part][thing.key] = thing.document
        tables = dict(parts["vendor"].get("", {}))
        for part, name in vendors.LISTS.items():
            if parts[part]:
                tables[name] = [document for _, document in sorted(parts[part].items())]
        return VendorShape.model_validate(tables)


def author_of_merger(names: Iterable[Written | Version]) -> str:
    """Return who said what stands of a merger: who wrote it first without a break.

    Args:
        names: Every version of the names of one vendor, oldest first, of which the last
            one says of a merger.
    """
    author, said = "", None
    for one in names:
        double = (one.document or {}).get("double")
        if double != said:
            author, said = one.recorded_by, double
    return author


def _unwritten(thing: Thing) -> Written:
    """Return a thing as a version that nobody wrote yet: it has no id and no moment."""
    return Written(
        NO_ID, thing.part, thing.key, thing.document, b"", NO_MOMENT, thing.said_by
    )


def record_of(session: Session, slug: str) -> Record:
    """Return what is written of a vendor: nothing, where there is none."""
    return Record(slug, tuple(vendors.history(session, slug)))


def changes(before: Document, after: Document) -> tuple[tuple[str, Any, Any], ...]:
    """Return which fields differ between two documents, in the order of the later."""
    names = dict.fromkeys((*after, *before))
    return tuple(
        (name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name) and name not in {"slug", "id", "fact"}
    )
