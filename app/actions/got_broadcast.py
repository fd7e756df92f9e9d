"""What follows from a broadcast's row and its vendors' batches: one timeline each."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
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


def got_by(session: Session, row: Broadcast) -> Mapping[str, Got]:
    """Return when and how each vendor first got a broadcast."""
    batch, held = matching.Batch.__table__.c, broadcasts.BatchDrawer.__table__.c
    found = (
        select(
            batch.vendor,
            batch.made_on,
            batch.closed_at,
            batch.number,
            batch.key_hash,
            batch.fetched_at,
        )
        .where(
            held.vendor == batch.vendor,
            held.batch == batch.number,
            held.circle == row.circle,
            held.version == row.version,
            held.drawer == row.drawer,
            batch.closed_at.is_not(None),
        )
        .order_by(batch.number.desc())
    )
    # Of several, as for a new key, the first: it comes last here.
    return {
        vendor: Got(on, at, number, key_hash, fetched_at)
        for vendor, on, at, number, key_hash, fetched_at in session.connection().execute(
            found
        )
        if at is not None
    }


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
