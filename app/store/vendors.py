"""The directory: vendors, routes, offers and orders, of which rows are only added.

A thing changes by a newer row of the same key; a row without a document takes it out.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, insert, literal, select, union_all
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, insert_once, new_id


class Recorded:
    """One version of a thing: what was believed of it, and since when."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor: Mapped[str]
    key: Mapped[str]
    """Names it within the vendor: an offer's id, a route's place in the list."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    """``bundled``, ``import``, or the staff member's id (``by_hand``)."""


class VendorRow(Recorded, Base):
    """A vendor: name, seat, facts."""

    __tablename__ = "vendor"
    __table_args__ = (Index(None, "vendor", "key", "id"),)


class RouteRow(Recorded, Base):
    """A way to reach a vendor."""

    __tablename__ = "route"
    __table_args__ = (Index(None, "vendor", "key", "id"),)


class OfferRow(Recorded, Base):
    """What a vendor says it does."""

    __tablename__ = "offer"
    __table_args__ = (Index(None, "vendor", "key", "id"),)


class OrderRow(Recorded, Base):
    """What binds a vendor."""

    __tablename__ = "vendor_order"
    __table_args__ = (Index(None, "vendor", "key", "id"),)


class RegistrationRow(Recorded, Base):
    """A vendor's entry in a register of data brokers."""

    __tablename__ = "registration"
    __table_args__ = (Index(None, "vendor", "key", "id"),)


class FactRow(Recorded, Base):
    """What one fact of a vendor is from a day on."""

    __tablename__ = "vendor_fact"
    __table_args__ = (Index(None, "vendor", "key", "id"),)


Row: TypeAlias = VendorRow | RouteRow | OfferRow | OrderRow | RegistrationRow | FactRow

PARTS: Mapping[str, type[Row]] = {
    "vendor": VendorRow,
    "route": RouteRow,
    "offer": OfferRow,
    "order": OrderRow,
    "registration": RegistrationRow,
    "fact": FactRow,
}
LISTS: Mapping[str, str] = {
    "route": "routes",
    "offer": "offers",
    "order": "orders",
    "registration": "registrations",
    "fact": "facts_from",
}
"""The parts of a vendor, and the lists of its file in which they stand."""


class VendorKey(Base):
    """A vendor's key for programs; whoever has it speaks for the vendor."""

    __tablename__ = "vendor_key"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    vendor: Mapped[str] = mapped_column(index=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    """The public half of the pair that the key stands for: what is sealed to it can be
    opened by nobody who has not the key."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class StoppedVendor(Base):
    """A vendor to which nothing leaves until somebody says so."""

    __tablename__ = "stopped_vendor"

    vendor: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class Version(NamedTuple):
    """What was believed of a thing, and since when."""

    vendor: str
    key: str
    document: dict[str, Any] | None
    content_hash: bytes
    valid_from: date | None
    valid_to: date | None
    recorded_at: datetime
    recorded_by: str


def version_of(
    vendor: str, key: str, document: dict[str, Any] | None, *, at: datetime, by: str
) -> Version:
    """Return a version of a thing; the days on which it holds are those it names."""
    days = [(document or {}).get(name) for name in ("from", "to")]
    first, last = (date.fromisoformat(day) if day else None for day in days)
    return Version(vendor, key, document, content_hash(document), first, last, at, by)


def content_hash(document: Mapping[str, Any] | None) -> bytes:
    """Return the hash by which two documents that say the same are known."""
    written = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).digest()


class DirectoryVersion(Base):
    """Counts the changes of the directory, so that copies in memory notice."""

    __tablename__ = "directory_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


def version(session: Session) -> int:
    """Return the directory's version; 0 where nothing was recorded yet."""
    return (
        session.scalar(select(DirectoryVersion.version).where(DirectoryVersion.id == 1))
        or 0
    )


def newest(
    session: Session, part: str, vendor: str | None = None
) -> dict[tuple[str, str], Version]:
    """Return the newest version of each thing, by vendor and key."""
    table = PARTS[part].__table__.c
    rows = select(
        table.vendor,
        table.key,
        table.document,
        table.content_hash,
        table.valid_from,
        table.valid_to,
        table.recorded_at,
        table.recorded_by,
    ).order_by(table.id)
    if vendor is not None:
        rows = rows.where(table.vendor == vendor)
    # Plain rows: objects that a session keeps would cost three times as much.
    return {(row[0], row[1]): Version(*row) for row in session.execute(rows)}


def by_hand(
    session: Session, part: str, machines: Sequence[str]
) -> set[tuple[str, str]]:
    """Return vendor and key of each thing of which a person ever wrote a version.

    ``machines`` are the words by which those versions are known that no person wrote.
    """
    table = PARTS[part].__table__.c
    rows = select(table.vendor, table.key).where(table.recorded_by.not_in(machines))
    return {(vendor, key) for vendor, key in session.execute(rows.distinct())}


class Written(NamedTuple):
    """One version of a thing of one vendor, by its own id."""

    id: UUID
    part: str
    key: str
    document: dict[str, Any] | None
    content_hash: bytes
    recorded_at: datetime
    recorded_by: str


def history(session: Session, vendor: str) -> list[Written]:
    """Return every version of every thing of a vendor, oldest first."""
    tables = [(part, row.__table__.c) for part, row in PARTS.items()]
    rows = union_all(
        *(
            select(
                table.id,
                literal(part),
                table.key,
                table.document,
                table.content_hash,
                table.recorded_at,
                table.recorded_by,
            ).where(table.vendor == vendor)
            for part, table in tables
        )
    )
    found = (Written(*row) for row in session.execute(rows))
    return sorted(found, key=lambda one: one.id)


def moments(session: Session, part: str) -> list[tuple[str, datetime]]:
    """Return when anything was written down about each vendor."""
    table = PARTS[part].__table__.c
    rows = session.execute(select(table.vendor, table.recorded_at).distinct())
    return [(vendor, at) for vendor, at in rows]


def versions(session: Session, part: str, slugs: Sequence[str]) -> list[Version]:
    """Return every version of the things of some vendors, as they were written down."""
    table = PARTS[part].__table__.c
    rows = (
        select(
            table.vendor,
            table.key,
            table.document,
            table.content_hash,
            table.valid_from,
            table.valid_to,
            table.recorded_at,
            table.recorded_by,
        )
        .where(table.vendor.in_(slugs))
        .order_by(table.id)
    )
    return [Version(*row) for row in session.execute(rows)]


def add(
    session: Session,
    part: str,
    *,
    vendor: str,
    key: str,
    document: dict[str, Any] | None,
    content_hash: bytes,
    valid: tuple[date | None, date | None],
    at: datetime,
    by: str,
) -> None:
    """Record one version of a thing."""
    version = Version(vendor, key, document, content_hash, *valid, at, by)
    add_all(session, part, [version])


def add_all(session: Session, part: str, versions: Sequence[Version]) -> None:
    """Record versions of things, the last of a thing counting."""
    names = Version._fields
    rows = [
        {"id": new_id(one.recorded_at), **dict(zip(names, one, strict=True))}
        for one in versions
    ]
    if rows:
        session.connection().execute(insert(PARTS[part].__table__), rows)


def hold(session: Session) -> DirectoryVersion:
    """Let nobody else change the directory until the commit.

    Who reads a record in order to write it holds it first: what was read is then still
    what is there.
    """
    insert_once(session, DirectoryVersion.__table__, {"id": 1, "version": 0})
    return session.get_one(
        DirectoryVersion, 1, with_for_update=True, populate_existing=True
    )


def count_change(session: Session) -> None:
    """Let every copy in memory know that the directory changed."""
    hold(session).version += 1
    session.flush()
