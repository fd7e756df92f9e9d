"""A worker that claims until nothing is left, as a process of its own."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from app.store import outbox
from app.store.session import Store

Key = tuple[UUID, UUID]


def claimed(url: str, owner: str, at: datetime, limit: int) -> list[Key]:
    """Return every key that one worker got."""
    store = Store(url)
    try:
        return list(_until_none_is_left(store, owner, at, limit))
    finally:
        store.close()


def _until_none_is_left(
    store: Store, owner: str, at: datetime, limit: int
) -> Iterator[Key]:
    while True:
        with store.writing() as session:
            got = outbox.claim(session, at=at, owner=owner, limit=limit)
        if not got:
            return
        yield from got
