"""Record vendors in the directory: what is new or has changed, and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from app.actions.vendor_record import author_of_merger
from app.rulebook.load import read_vendors
from app.rulebook.vendor_files import Source
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
FOREIGN = frozenset(Source)
"""By whom a record is that may add to what we know, and never writes over it."""
LESSER = FOREIGN | {BUNDLED}
"""By whom a record is that a newer bundled one may replace."""
MACHINES = (BUNDLED, IMPORTED, *Source)
"""The words by which the versions are known that no person wrote."""
REGISTRATION = "registration"
SEEN = "checked_on"


def record_bundled(session: Session, *, at: datetime) -> int:
    """Record the vendors that this release ships; return how many changed.

    What a person ever wrote stays as it is, and so does what an import wrote last.
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
    over_edits: bool = False,
) -> list[Imported]:
    """Record vendors and return what came of each, in their order.

    What staff wrote stays, and is named, unless ``over_edits`` says otherwise.
    """
    shapes = list(shapes)
    if not shapes:  # the whole directory is not read for nothing
        return []
    with recorder(session, at=at, dry_run=dry_run, over_edits=over_edits) as book:
        return [book.vendor(shape, by=by) for shape in shapes]


@contextmanager
def recorder(
    session: Session, *, at: datetime, dry_run: bool, over_edits: bool = False
) -> Iterator["Recorder"]:
    """Open the directory for recording; what has changed is written at the end."""
    if not dry_run:  # what is read here is still there when it is written over
        vendors.hold(session)
    known = {part: vendors.newest(session, part) for part in vendors.PARTS}
    by_hand = {
        part: vendors.by_hand(session, part, MACHINES)
        for part in vendors.PARTS
        if part != REGISTRATION
    }
    mergers = _mergers_by_hand(session, known["vendor"])
    book = Recorder(known, at, by_hand, mergers, over_edits=over_edits)
    yield book
    if dry_run or not any(book.changed.values()):
        return
    for part, versions in book.changed.items():
        vendors.add_all(session, part, versions)
    vendors.count_change(session)


def _mergers_by_hand(
    session: Session, names: Mapping[tuple[str, str], vendors.Version]
) -> dict[str, dict[str, Any]]:
    """Return the mergers that a person said of a record, by its slug."""
    said = {
        slug: row.document["double"]
        for (slug, _), row in names.items()
        if row.document is not None and "double" in row.document
    }
    written: dict[str, list[vendors.Version]] = {slug: [] for slug in said}
    if said:
        for one in vendors.versions(session, "vendor", list(said)):
            written[one.vendor].append(one)
    return {
        slug: double
        for slug, double in said.items()
        if author_of_merger(written[slug]) not in MACHINES
    }


_Known: TypeAlias = Mapping[str, dict[tuple[str, str], vendors.Version]]
_Thing: TypeAlias = tuple[str, str, dict[str, Any] | None]
_Written: TypeAlias = tuple[str, str, dict[str, Any] | None, str]


class Recorder:
    """The directory as it is, and what an import changes of it."""

    def __init__(
        self,
        known: _Known,
        at: datetime,
        by_hand: Mapping[str, set[tuple[str, str]]],
        mergers: Mapping[str, dict[str, Any]],
        *,
        over_edits: bool,
    ) -> None:
        self.known = known
        self._by_hand = by_hand
        self._mergers = mergers
        self._over_edits = over_edits
        self._routed_by_hand = {slug for slug, _ in by_hand.get("route", ())}
        self._left: list[str] = []
        self._kept: list[str] = []
        self.changed: dict[str, list[vendors.Version]] = {part: [] for part in known}
        self._at = at
        self._lists: dict[str, dict[str, list[str]]] = {}
        for part in vendors.LISTS:
            keys: dict[str, list[str]] = {}
            for (slug, key), row in known[part].items():
                if row.document is not None:
                    keys.setdefault(slug, []).append(key)
            self._lists[part] = keys

    def vendor(
        self, shape: VendorShape, *, by: str, name: str | None = None
    ) -> Imported:
        """Record one vendor with its parts, and say what came of it."""
        stands = self.stands_for(shape.slug)
        if stands != shape.slug:  # a person said so: the file has to follow
            why = f"is a double of {stands}: import it under that name"
            effect = Effect.UNCHANGED if by == BUNDLED else Effect.REJECTED
            return Imported(name or shape.slug, effect, why)
        created = (shape.slug, "") not in self.known["vendor"]
        self._left, self._kept = [], []
        things = [(*thing, by) for thing in self.things(shape)]
        if by in FOREIGN:
            things = list(self._additions(things, shape.slug, by))
        changes = [self.put(shape.slug, *thing) for thing in things]
        effect = Effect.UPDATED if any(changes) else Effect.UNCHANGED
        return Imported(
            name or shape.slug, Effect.CREATED if created else effect, self._said()
        )

    def stands_for(self, slug: str) -> str:
        """Return the slug of the record that stands for one: its own, or another's."""
        seen: set[str] = set()
        while slug not in seen:
            seen.add(slug)
            row = self.known["vendor"].get((slug, ""))
            double = (row.document or {}).get("double") if row else None
            if double is None or "take" in double:  # its day lies ahead
                return slug
            slug = double["of"]
        return slug

    def _said(self) -> str | None:
        """Return what was left as staff wrote it, where the record says otherwise."""
        left = ", ".join(dict.fromkeys(self._left))
        said = [f"left as staff wrote it: {left}"] if left else []
        return "; ".join([*said, *self._kept]) or None

    def put(
        self, slug: str, part: str, key: str, document: dict[str, Any] | None, by: str
    ) -> bool:
        """Record a thing unless it is known so; return whether it was another."""
        before = self.known[part].get((slug, key))
        if before is not None and _alike(before, document, by):
            return False
        if by == BUNDLED and before is not None and before.recorded_by not in LESSER:
            return False
        keeps = by in MACHINES and not self._over_edits
        if keeps and self._is_by_hand(slug, part, key):
            self._left.append(vendors.LISTS.get(part, part))
            return False
        version = vendors.version_of(slug, key, document, at=self._at, by=by)
        self.changed[part].append(version)
        self.known[part][slug, key] = version
        return True

    def _is_by_hand(self, slug: str, part: str, key: str) -> bool:
        """Return whether a thing is what staff made it.

        Ways are one list in an order: where they wrote one, all of them are theirs.
        """
        if part == "route":
            return slug in self._routed_by_hand
        return (slug, key) in self._by_hand.get(part, ())

    def things(self, shape: VendorShape) -> Iterator[_Thing]:
        """Yield a vendor's parts, each by its key; what is gone has no document.

        An entry in a register is never gone: it ends.
        """
        tables = file_tables(shape)
        lists = {part: tables.pop(name, []) for part, name in vendors.LISTS.items()}
        yield "vendor", "", {**tables, **self._to_come(shape)}
        for part, listed in lists.items():
            keyed = {one.get("id", f"{n:03}"): one for n, one in enumerate(listed)}
            yield from ((part, key, one) for key, one in keyed.items())
            if part == REGISTRATION:
                continue
            for key in self._lists[part].get(shape.slug, ()):
                if key not in keyed:
                    yield part, key, None

    def _to_come(self, shape: VendorShape) -> dict[str, Any]:
        """Return the merger ahead that staff said of a record, where its file says none.

        Only they take it back (``Act.PART``): of a file that was written before it, or
        elsewhere, nobody can tell whether it meant to.
        """
        row = self.known["vendor"].get((shape.slug, ""))
        double = (row.document or {}).get("double") if row else None
        if double is None or shape.double or double != self._mergers.get(shape.slug):
            return {}
        self._kept.append(f"keeps its merger with {double['of']} on {double['since']}")
        return {"double": double}

    def _additions(
        self, things: Iterable[_Written], slug: str, by: str
    ) -> Iterator[_Written]:
        """Yield what a foreign record adds to a vendor: facts and routes that lack.

        What another source wrote stays, and nothing is taken for gone because the
        foreign record does not know it.
        """
        routes = self.known["route"]
        routed = any(
            routes[slug, key].recorded_by != by
            for key in self._lists["route"].get(slug, ())
        )
        for part, key, document, author in things:
            before = self.known[part].get((slug, key))
            if before is None or before.recorded_by == by:
                if part != "route" or not routed:
                    yield part, key, document, author
            elif part == "vendor" and document is not None:
                yield part, key, {**document, **(before.document or {})}, IMPORTED


def _alike(
    before: vendors.Version, document: Mapping[str, Any] | None, by: str
) -> bool:
    """Return whether a thing says what it said.

    That a foreign file was seen again on another day is no change.
    """
    if by in FOREIGN and document is not None and before.document is not None:
        seen = {SEEN: document.get(SEEN)}
        return {**before.document, **seen} == {**document, **seen}
    return before.content_hash == vendors.content_hash(document)
