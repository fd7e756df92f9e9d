"""A portal that files and delivers, without a hold and with one."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.store.keys import Keys
from app.store.session import Store
from tests.conftest import Probed
from tests.post_office import Office, post_office


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """Hold what is logged, instead of printing tracebacks."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def office(store: Store, keys: Keys, probed: Probed) -> Office:
    """A portal that sends at once."""
    return post_office(store, keys, known=probed.directory)


@pytest.fixture
def holding(store: Store, keys: Keys, probed: Probed) -> Office:
    """A portal that holds letters for an hour."""
    return post_office(store, keys, hold_minutes=60, known=probed.directory)
