"""Broadcast filings: one row for all the vendors of a circle.

Half a million people who ask 545 brokers would be 270 million requests. So a broadcast
names a version of its circle, and what stands for the vendors that have not answered
follows from the batches in which they got it. A request of its own is made where one
differs: it answered, or the resident looks at it apart.

What vendors look for is sealed once for all of them: with others of its day it lies in
a drawer, whose key each vendor's batch holds under the vendor's own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.grounds import Verdict
from app.domain.timeline import DenialGround, EventKind
from app.store.base import Base, insert_once
from app.store.matching import Batch
from app.store.people import SealedColumns
from app.store.sealing import Where


class Circle(Base):
    """The vendors of a register or of a kind, as of one version."""

    __tablename__ = "circle"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    vendors: Mapped[list[str]] = mapped_column(JSON)
    """Slugs, in their order."""
    recorded_at: Mapped[datetime]


class Broadcast(Base):
    """That a filing asks all vendors of a circle."""

    __tablename__ = "broadcast"
    __table_args__ = (Index(None, "circle", "version", "drawer"),)

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)
    circle: Mapped[str]
    version: Mapped[int]
    number: Mapped[str]
    """What it is called by; the ids of its items begin with it."""
    verdict: Mapped[Verdict]
    law: Mapped[str | None]
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the person was told of whoever belongs to the circle."""
    drawer: Mapped[int | None]
    """In which it lies; None until it is listed."""
    items: Mapped[str]
    """The ends of its items' ids, with spaces between."""
    withdrawn_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_drawer: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Its data key, under that of the drawer."""

    @property
    def over(self) -> bool:
        """Whether nothing more is asked of vendors that have not answered."""
        return self.withdrawn_at is not None or self.closed_on is not None


class Drawer(SealedColumns, Base):
    """What was listed of one version of a circle on one day; sealed: its key."""

    __tablename__ = "drawer"

    circle: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    """From when on nothing comes to it any more."""

    @property
    def place(self) -> Where:
        """The place of its key."""
        return Where("drawer", f"{self.circle} {self.version} {self.number}")


class BatchDrawer(Base):
    """A drawer in a vendor's batch."""

    __tablename__ = "batch_drawer"
    __table_args__ = (Index(None, "circle", "version", "drawer"),)

    vendor: Mapped[str] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    circle: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    drawer: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    """The drawer's key, under that of the batch."""


class BroadcastAnswer(Base):
    """What a vendor answered of a broadcast, until the worker made a request of it."""

    __tablename__ = "broadcast_answer"

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor: Mapped[str] = mapped_column(index=True)
    item: Mapped[str | None]
    code: Mapped[int | None]
    kind: Mapped[EventKind | None]
    denial_ground: Mapped[DenialGround | None]
    until: Mapped[date | None]
    received_at: Mapped[datetime]


def drawer_place(vendor: str, batch: int, circle: str, version: int) -> bytes:
    """Return what ties a drawer's key to the batch that holds it."""
    return f"batch_drawer|{vendor}|{batch}|{circle}|{version}".encode()


def broadcast_place(filing_id: UUID, drawer: int) -> bytes:
    """Return what ties a broadcast's items to its filing and its drawer."""
    return f"broadcast|{filing_id}|{drawer}".encode()


def circle_of(session: Session, name: str, vendors: list[str], *, at: datetime) -> int:
    """Return the version of a circle that has these vendors; the newest, or a new one."""
    newest = select(Circle).where(Circle.name == name).order_by(Circle.version.desc())
    last = session.scalar(newest.limit(1))
    while last is None or last.vendors != vendors:
        # Somebody else may record a version at this very moment: look what stands then.
        version = last.version + 1 if last else 1
        row = {"name": name, "version": version, "vendors": vendors, "recorded_at": at}
        insert_once(session, Circle.__table__, row)
        last = session.get_one(Circle, (name, version))
    return last.version


def broadcast_of(session: Session, filing_id: UUID) -> Broadcast | None:
    """Return the broadcast of a filing, if it is one."""
    return session.get(Broadcast, filing_id)


def asks_on(session: Session, filing_id: UUID) -> bool:
    """Return whether a filing is a broadcast that still waits for vendors."""
    row = broadcast_of(session, filing_id)
    return row is not None and not row.over


@dataclass(frozen=True, slots=True)
class Lies:
    """A drawer that can be given, and to whom."""

    circle: str
    version: int
    number: int
    vendors: frozenset[str]


def all_drawers(session: Session) -> list[Lies]:
    """Return every drawer that is shut, with the vendors of its circle."""
    circles = {
        (one.name, one.version): frozenset(one.vendors)
        for one in session.scalars(select(Circle))
    }
    found = session.execute(
        select(Drawer.circle, Drawer.version, Drawer.number)
        .where(Drawer.closed_at.is_not(None))
        .order_by(Drawer.circle, Drawer.version, Drawer.number)
    )
    return [Lies(name, v, n, circles[(name, v)]) for name, v, n in found]


def is_open(
    session: Session, table: type[Batch | Drawer], key: tuple[str | int, ...]
) -> bool:
    """Return whether something may still come to a batch or a drawer, until the commit.

    Nobody can shut it before that.
    """
    found = session.get_one(
        table, key, with_for_update={"read": True}, populate_existing=True
    )
    return cast("Batch | Drawer", found).closed_at is None
