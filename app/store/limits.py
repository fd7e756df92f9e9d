"""Limits that survive a restart: one table, the generic cell rate algorithm."""

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, take_place


class Rate(Base):
    """When a key's allowance would be whole again."""

    __tablename__ = "rate"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """Keyed hash of who is limited, and for what."""
    until: Mapped[datetime] = mapped_column(index=True)


_UNTIL = (
    select(Rate.__table__.c.until)
    .where(Rate.__table__.c.key == bindparam("of"))
    .with_for_update()
)
_USE = (
    update(Rate.__table__)
    .where(Rate.__table__.c.key == bindparam("of"))
    .values(until=bindparam("later"))
)


def take(
    session: Session, key: bytes, *, at: datetime, limit: int, period: timedelta
) -> timedelta | None:
    """Use one of ``limit`` in ``period``; return how long to wait where none is left.

    A limit that is passed takes nothing.
    """
    step = period / limit
    first = {"key": key, "until": at + step}
    if take_place(session, Rate.__table__, first, over="until", at=at):
        return None  # nothing of it was in use, as nearly always
    connection = session.connection()
    until: datetime = connection.execute(_UNTIL, {"of": key}).scalar_one()
    wait = until + step - period - at
    if wait > timedelta(0):
        return wait
    connection.execute(_USE, {"of": key, "later": until + step})
    return None


def reserve(
    session: Session, key: bytes, *, at: datetime, limit: int, period: timedelta
) -> datetime:
    """Use one of ``limit`` in ``period`` in any case; return from when it counts.

    Who comes when none is left is given a turn of their own, one after another.
    """
    step = period / limit
    first = {"key": key, "until": at + step}
    if take_place(session, Rate.__table__, first, over="until", at=at):
        return at
    connection = session.connection()
    until: datetime = connection.execute(_UNTIL, {"of": key}).scalar_one()
    connection.execute(_USE, {"of": key, "later": until + step})
    return max(at, until + step - period)


_LOOK = select(Rate.__table__.c.until).where(Rate.__table__.c.key == bindparam("of"))


def wait_for(
    session: Session, key: bytes, *, at: datetime, limit: int, period: timedelta
) -> timedelta | None:
    """Return how long to wait for one of ``limit``, or None where one is left."""
    until = session.connection().execute(_LOOK, {"of": key}).scalar_one_or_none()
    wait = until + period / limit - period - at if until else timedelta(0)
    return wait if wait > timedelta(0) else None


def forget(session: Session, key: bytes) -> None:
    """Make a key's allowance whole."""
    session.execute(delete(Rate).where(Rate.key == key))


def refund(session: Session, key: bytes, *, limit: int, period: timedelta) -> None:
    """Give back one of ``limit`` in ``period``: what it was used for came to nothing."""
    row = session.get(Rate, key, with_for_update=True)
    if row is not None:
        row.until -= period / limit
        session.flush()


def forget_old(session: Session, *, at: datetime) -> None:
    """Remove the keys whose allowance is whole again."""
    session.execute(delete(Rate).where(Rate.until < at))
