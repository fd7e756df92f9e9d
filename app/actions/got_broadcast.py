"""What follows from a broadcast's row and its vendors' batches: one timeline each."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.domain.timeline import Actor, Event, EventKind, Evidence
from app.store import broadcasts, matching
from app.store.broadcasts import Broadcast


class Got(NamedTuple):
    """That a vendor got a broadcast."""

    on: date
    at: datetime
    batch: int
    key_hash: bytes
    fetched_at: datetime | None
    """When first with any key; the rest is of the first batch, which a later one repeats."""


_BATCH, _HELD = matching.Batch.__table__.c, broadcasts.BatchDrawer.__table__.c
_BATCHES = (
    select(_BATCH.vendor)
    .where(
        _HELD.vendor == _BATCH.vendor,
        _HELD.batch == _BATCH.number,
        _HELD.circle == bindparam("circle"),
        _HELD.version == bindparam("version"),
        _HELD.drawer == bindparam("drawer"),
        _BATCH.closed_at.is_not(None),
    )
    .order_by(_BATCH.number.desc())
)
"""Of several batches of a vendor, as for a new key, the first comes last."""
_FETCHED = func.min(_BATCH.fetched_at).over(partition_by=_BATCH.vendor)
_WHOLLY = _BATCHES.with_only_columns(
    _BATCH.vendor,
    _BATCH.made_on,
    _BATCH.closed_at,
    _BATCH.number,
    _BATCH.key_hash,
    _FETCHED,
)
_IN_SHORT = _BATCHES.with_only_columns(
    _BATCH.vendor, _BATCH.made_on, _FETCHED.is_not(None)
)


def got_by(session: Session, row: Broadcast) -> Mapping[str, Got]:
    """Return when and how each vendor first got a broadcast."""
    where = {"circle": row.circle, "version": row.version, "drawer": row.drawer}
    rows = session.connection().execute(_WHOLLY, where)
    return {one[0]: Got(*one[1:]) for one in rows}


def got_on(
    session: Session, circle: str, version: int, drawer: int
) -> Mapping[str, tuple[date, bool]]:
    """Return the day on which each vendor got a drawer, and whether it was fetched.

    For pages of which hundreds of vendors are no more than a line or a number.
    """
    where = {"circle": circle, "version": version, "drawer": drawer}
    rows = session.connection().execute(_IN_SHORT, where)
    return {vendor: (day, bool(was)) for vendor, day, was in rows}


def until_now(
    filed_at: datetime, confirmed_at: datetime | None, got: Got | None
) -> tuple[Event, ...]:
    """Return what happened to a broadcast at one vendor, as a timeline has it."""
    events = [Event(kind=EventKind.FILED, at=filed_at, by=Actor.RESIDENT)]
    if confirmed_at is not None:
        events.append(
            Event(kind=EventKind.CONFIRMED, at=confirmed_at, by=Actor.RESIDENT)
        )
    if got is not None:
        events.append(
            Event(
                kind=EventKind.SENT,
                at=got.at,
                by=Actor.PORTAL,
                on=got.on,
            )
        )
    if got is not None and got.fetched_at is not None:
        events.append(
            Event(
                kind=EventKind.ACKNOWLEDGED,
                at=got.fetched_at,
                by=Actor.VENDOR,
                on=got.fetched_at.date(),
                evidence=Evidence.PROTOCOL,
            )
        )
    return tuple(events)
