"""Use one of the tries that an address has at guessing a tracking code."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.store import limits
from app.store.keys import Keys

TRIES = 60
PERIOD = timedelta(minutes=10)


def take_try(
    session: Session, keys: Keys, caller: bytes, *, at: datetime
) -> int | None:
    """Return how many seconds to wait, or None where a try was left."""
    wait = limits.take(
        session,
        keys.hash("limit receipts", caller),
        at=at,
        limit=TRIES,
        period=PERIOD,
    )
    return None if wait is None else int(wait.total_seconds()) + 1
