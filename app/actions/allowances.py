"""What programs and people may do how often: the one table, and how it is used.

``/api/docs`` tells programs the numbers that stand here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.store import limits
from app.store.keys import Keys

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many of something in a while, for each of those who are told apart by it."""

    name: str
    """Of what it counts; the keys of its rows are hashed for it."""
    limit: int
    period: timedelta

    def use(
        self, session: Session, keys: Keys, who: bytes, *, at: datetime
    ) -> timedelta | None:
        """Use one of it; return how long to wait where none is left."""
        key = keys.hash(f"limit {self.name}", who)
        return limits.take(session, key, at=at, limit=self.limit, period=self.period)


FILINGS = Allowance("filings", 60, HOUR)
"""From one address of the network."""
MAILS = Allowance("mails", 3, DAY)
"""That ask a mailbox to confirm, whatever the source (security, row 14)."""
CODES = Allowance("codes", 10, DAY)
"""To a mailbox that has confirmed, for who holds a receipt."""
LAST_CODES = Allowance("last codes", 3, DAY)
"""Put by for taking back and for erasing, when the others are spent."""
LOST_CODES = Allowance("lost codes", 3, DAY)
"""For who says to have lost the receipt; anybody can, so nothing else hangs on them."""
RECEIPTS = Allowance("receipts", 60, timedelta(minutes=10))
"""Tries at a tracking code on the pages, from one address of the network."""
MATCHING = Allowance("matching", 120, HOUR)
"""Calls of one vendor, to fetch and to answer."""
