"""Use one of the tries that an address has at guessing a tracking code."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.actions.allowances import RECEIPTS
from app.store.keys import Keys


def take_try(
    session: Session, keys: Keys, caller: bytes, *, at: datetime
) -> int | None:
    """Return how many seconds to wait, or None where a try was left."""
    wait = RECEIPTS.use(session, keys, caller, at=at)
    return None if wait is None else int(wait.total_seconds()) + 1
