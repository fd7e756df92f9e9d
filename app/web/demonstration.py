"""The mark on every page of a portal whose people are made up."""

from contextlib import suppress
from datetime import datetime

from app.actions.demonstrate import is_made_up
from app.store.session import Store
from app.web.directory import FRESH_FOR


class Demonstration:
    """Whether the people here are made up; looked up until the first filing settles it.

    So ``efface demo`` marks the pages of a portal that runs already.
    """

    def __init__(self) -> None:
        self._settled: bool | None = None
        self._looked_at: datetime | None = None

    async def shown(self, store: Store, at: datetime) -> bool:
        """Return whether pages say so at ``at``."""
        fresh = self._looked_at is not None and at - self._looked_at < FRESH_FOR
        if self._settled is None and not fresh:
            self._looked_at = at
            # Pages that need no database stay up without one.
            with suppress(Exception):
                self._settled = await store.read(is_made_up)
        return bool(self._settled)
