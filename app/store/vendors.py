"""The directory: vendors, routes, offers and orders, of which rows are only added.

A thing changes by a newer row of the same key; a row without a document takes it out.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias, cast
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, select
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
    """``bundled``, ``import``, or the staff member's id."""


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


Row: TypeAlias = VendorRow | RouteRow | OfferRow | OrderRow

PARTS: Mapping[str, type[Row]] = {
    "vendor": VendorRow,
    "route": RouteRow,
    "offer": OfferRow,
    "order": OrderRow,
}


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
) -> dict[tuple[str, str], Row]:
    """Return the newest row of each thing, by vendor and key."""
    table = PARTS[part]
    rows = select(table).order_by(table.id)
    if vendor is not None:
        rows = rows.where(table.vendor == vendor)
    found = cast("Sequence[Row]", session.scalars(rows).all())
    return {(row.vendor, row.key): row for row in found}


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
    session.add(
        PARTS[part](
            id=new_id(at),
            vendor=vendor,
            key=key,
            valid_from=valid[0],
            valid_to=valid[1],
            document=document,
            content_hash=content_hash,
            recorded_at=at,
            recorded_by=by,
        )
    )


def count_change(session: Session) -> None:
    """Let every copy in memory know that the directory changed."""
    insert_once(session, DirectoryVersion.__table__, {"id": 1, "version": 0})
    row = session.get_one(DirectoryVersion, 1, with_for_update=True)
    row.version += 1
    session.flush()
