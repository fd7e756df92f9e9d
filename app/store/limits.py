"""Limits that survive a restart: one table, the generic cell rate algorithm."""

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, insert_once


class Rate(Base):
    """When a key's allowance would be whole again."""

    __tablename__ = "rate"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """Keyed hash of who is limited, and for what."""
    until: Mapped[datetime] = mapped_column(index=True)


def take(
    session: Session, key: bytes, *, at: datetime, limit: int, period: timedelta
) -> timedelta | None:
    """Use one of ``limit`` in ``period``; return how long to wait where none is left.

    A limit that is passed takes nothing.
    """
    step = period / limit
    insert_once(session, Rate.__table__, {"key": key, "until": at})
    row = session.get_one(Rate, key, with_for_update=True)
    start = max(row.until, at)
    wait = start + step - period - at
    if wait > timedelta(0):
        return wait
    row.until = start + step
    session.flush()
    return None


def refund(session: Session, key: bytes, *, limit: int, period: timedelta) -> None:
    """Give back one of ``limit`` in ``period``: what it was used for came to nothing."""
    row = session.get(Rate, key, with_for_update=True)
    if row is not None:
        row.until -= period / limit
        session.flush()


def forget_old(session: Session, *, at: datetime) -> None:
    """Remove the keys whose allowance is whole again."""
    session.execute(delete(Rate).where(Rate.until < at))
