"""A copy of the database, which public pages read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from app.store.session import Action, Store

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()

REST = timedelta(seconds=30)
"""For which a copy that could not be read is left alone."""


@dataclass
class Replica:
    """A copy of the database, and whether it answered last."""

    store: Store
    away_until: datetime | None = None

    def is_away(self, at: datetime) -> bool:
        """Return whether it could not be read a moment ago."""
        return self.away_until is not None and at < self.away_until


class Published:
    """Reads what was published: from the copy, or from the database while that is away.

    The copy may lag, also by a migration. Nothing is read here that a person has just
    written.
    """

    def __init__(self, store: Store, copy: Replica | None, at: datetime) -> None:
        self._store = store
        self._copy = copy
        self._at = at

    async def read(
        self, action: Action[P, R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a reading ``action`` in a worker thread and return its value."""
        copy = self._copy
        if copy is not None and not copy.is_away(self._at):
            try:
                return await copy.store.read(action, *args, **kwargs)
            except DBAPIError as away:
                copy.away_until = self._at + REST
                log.warning("copy cannot be read", why=type(away).__name__)
        return await self._store.read(action, *args, **kwargs)
