"""Limits that survive a restart: one table, the generic cell rate algorithm."""

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base


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
    row = session.get(Rate, key, with_for_update=True)
    start = max(row.until, at) if row is not None else at
    wait = start + step - period - at
    if wait > timedelta(0):
        return wait
    if row is None:
        session.add(Rate(key=key, until=start + step))
    else:
        row.until = start + step
    session.flush()
    return None


def forget_old(session: Session, *, at: datetime) -> None:
    """Remove the keys whose allowance is whole again."""
    session.execute(delete(Rate).where(Rate.until < at))
