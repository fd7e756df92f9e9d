"""The directory in memory: one immutable snapshot, at most one second old."""

from datetime import datetime, timedelta

from app.actions.read_directory import read_directory
from app.domain.vendors import Directory
from app.store.session import Store

FRESH_FOR = timedelta(seconds=1)


class LiveDirectory:
    """The vendors, offers and orders as the database has them.

    Only the version row is read again; the rest only where it has moved.
    """

    def __init__(self) -> None:
        self._snapshot: Directory | None = None
        self._looked_at: datetime | None = None

    async def current(self, store: Store, at: datetime) -> Directory:
        """Return the snapshot that is valid at ``at``."""
        seen = self._snapshot
        fresh = self._looked_at is not None and at - self._looked_at < FRESH_FOR
        if seen is None or not fresh:
            seen = await store.read(read_directory, seen)
            self._snapshot, self._looked_at = seen, at
        return seen
