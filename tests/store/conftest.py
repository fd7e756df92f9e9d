"""The store alone: tables without rows, no application over them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from app.store.keys import Keys, begin_epoch, master_keys
from app.store.session import Store
from tests.filings import NOON


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty database."""
    store = Store(url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """The keys of one installation, private halves beside the public ones."""
    folder = tmp_path_factory.mktemp("keys")
    begin_epoch(folder / "epochs", NOON)
    master = master_keys(None, folder / "master.key", create=True)
    return Keys(master, folder / "epochs")


@pytest.fixture
def empty(url: str, tmp_path: Path) -> Iterator[Store]:
    """A database without any table, on the same engine."""
    if url.startswith("sqlite"):
        store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
        yield store
        store.close()
        return
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"{make_url(url).database}_empty"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        store = Store(make_url(url).set(database=name).render_as_string(False))
        yield store
        store.close()
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()
