"""How fast letters leave: so many an hour to one vendor, fewer where they keep failing.

A flood of filings must not become a flood of letters, and a server that fails is left
alone for a while. What is kept back waits in the outbox and is shown to staff; nothing
of it is lost. Source: security, rows 15 and 39.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.store import limits
from app.store.keys import Keys
from app.store.outbox import KeptBack

HOUR = timedelta(hours=1)
FAILURES_OF_ONE = 5
"""Tries to one vendor that may fail in an hour, before it is left alone."""
FAILURES_OF_ALL = 30
"""Tries to any vendor that may fail in an hour, beyond those that succeed."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many letters to one vendor in any hour."""

    an_hour: int = 100

    @property
    def at_once(self) -> int:
        """How many of them may leave at one moment; the rest is spread."""
        return max(1, self.an_hour // 10)

    @property
    def refilled(self) -> timedelta:
        """How long it takes until so many may leave at one moment again."""
        return HOUR / (self.an_hour - self.an_hour // 10) * self.at_once


@dataclass(frozen=True, slots=True)
class Later:
    """A letter does not leave now."""

    why: KeptBack
    until: datetime


def turn_at(
    session: Session,
    keys: Keys,
    pace: Pace,
    vendor: str,
    *,
    has_turn: bool,
    at: datetime,
) -> Later | None:
    """Return until when a letter is kept back; None lets it leave, and counts it.

    ``has_turn``: it waited for its turn, which has come.
    """
    waits = [
        wait
        for key, failures in _breakers(keys, vendor)
        if (wait := limits.wait_for(session, key, at=at, limit=failures, period=HOUR))
    ]
    if waits:
        return Later(KeptBack.PAUSE, at + max(waits))
    if has_turn:
        return None
    turn = limits.reserve(
        session,
        keys.hash("letters", vendor.encode()),
        at=at,
        limit=pace.at_once,
        period=pace.refilled,
    )
    return Later(KeptBack.TURN, turn) if turn > at else None


def tried(
    session: Session, keys: Keys, vendor: str, *, well: bool, at: datetime
) -> None:
    """Count how a try to a vendor ended."""
    one, every = _breakers(keys, vendor)
    if well:
        limits.forget(session, one[0])
        limits.refund(session, every[0], limit=every[1], period=HOUR)
        return
    for key, failures in (one, every):
        limits.take(session, key, at=at, limit=failures, period=HOUR)


def _breakers(keys: Keys, vendor: str) -> tuple[tuple[bytes, int], tuple[bytes, int]]:
    """Return what counts the failures of one vendor, and those of all."""
    return (
        (keys.hash("failures", vendor.encode()), FAILURES_OF_ONE),
        (keys.hash("failures", b""), FAILURES_OF_ALL),
    )
