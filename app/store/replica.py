"""A copy of the database, which public pages read."""

from typing import ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import OperationalError

from app.store.session import Action, Store

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()


class Published:
    """Reads what was published: from the copy, or from the database while that is away.

    The copy may lag. Nothing is read here that a person has just written.
    """

    def __init__(self, store: Store, copy: Store | None) -> None:
        self._store = store
        self._copy = copy

    async def read(
        self, action: Action[P, R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a reading ``action`` in a worker thread and return its value."""
        if self._copy is not None:
            try:
                return await self._copy.read(action, *args, **kwargs)
            except OperationalError as away:
                log.warning("copy cannot be read", why=type(away).__name__)
        return await self._store.read(action, *args, **kwargs)
