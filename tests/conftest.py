"""A fresh database per test, on every engine that is there; the application over it."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, exists, make_url, select, table, text
from structlog.dev import ConsoleRenderer, plain_traceback

from app.actions.import_vendors import import_vendors, record_bundled
from app.actions.read_directory import read_directory
from app.domain.vendors import Directory
from app.main import create_app
from app.rulebook.vendor_schema import VendorShape
from app.settings import Settings
from app.store import schema
from app.store import session as session_module
from app.store.base import Base
from app.store.keys import Keys, begin_epoch, master_keys
from app.store.session import Store
from app.web.deps import Parts
from app.web.directory import LiveDirectory
from app.web.tables import Tables
from tests import postgres
from tests.browser import Browser
from tests.post_office import PROBE

ROOT = Path(__file__).parent.parent
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
A_MOMENT = timedelta(milliseconds=1)
"""Before noon: what a test writes at noon comes after what was there."""
POSTGRES = os.environ.get("EFFACE_TEST_DATABASE_URL") or postgres.binaries()
ENGINES = ["sqlite", *(["postgresql"] if POSTGRES else [])]
# With the default, it looks through all that there is after every few requests, and again
# and again while the tests are collected.
gc.set_threshold(20_000, 20, 100)


def pytest_report_header() -> str:
    """Say on which engines the store is tested; CI fails on one."""
    return f"engines: {', '.join(ENGINES)}"


def pytest_configure() -> None:
    """Refuse half a run where a whole one is promised; log without a frame's values.

    With the library's default, a failure that is logged took seconds to be drawn.
    """
    structlog.configure(
        processors=[ConsoleRenderer(exception_formatter=plain_traceback)]
    )
    if os.environ.get("CI") and len(ENGINES) == 1:
        raise pytest.UsageError("PostgreSQL is missing; see tests/postgres.py")


def pytest_xdist_auto_num_workers() -> int:
    """Run one and a half times as many tests at once as there are cores: many wait."""
    cores = os.cpu_count() or 1
    return cores + cores // 2


def migrate(url: str) -> None:
    """Bring an empty database to this release."""
    store = Store(url)
    schema.upgrade(store, ROOT / "alembic.ini", ROOT / "migrations")
    store.close()


@pytest.fixture(scope="session", params=ENGINES)
def fresh(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Give the address of a migrated, empty database, as often as it is called."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            folder = tmp_path_factory.mktemp("databases")
            migrate(f"sqlite:///{folder / 'template.db'}")
            yield lambda: _copied(folder)
            return
        url = stack.enter_context(postgres.database(POSTGRES))
        migrate(url)
        engine = create_engine(url)
        stack.callback(engine.dispose)

        def wiped() -> str:
            # Deleting takes 1-4 ms, TRUNCATE 90, a cloned database 25-350.
            with engine.begin() as connection:
                connection.exec_driver_sql(
                    "SET LOCAL session_replication_role = replica"
                )
                for table in Base.metadata.sorted_tables:
                    connection.execute(table.delete())
            return url

        yield wiped


def _copied(folder: Path) -> str:
    copy = shutil.copy(folder / "template.db", mkdtemp(dir=folder))
    return f"sqlite:///{copy}"


@pytest.fixture
def url(fresh: Callable[[], str]) -> str:
    """The address of a fresh database."""
    return fresh()


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """Keys of one installation."""
    return keys_in(tmp_path)


@pytest.fixture(scope="session")
def stocked(fresh: Callable[[], str]) -> Iterator[Callable[[], Store]]:
    """Give a store with the bundled vendors and nothing else, as often as it is called.

    It is the same store each time: an engine keeps the statements that it compiled.
    """
    store = Store(fresh())
    with store.writing() as session:
        record_bundled(session, at=NOON)
    restore = _kept(store, "stocked", fresh)

    def again() -> Store:
        restore()
        return store

    yield again
    store.close()


@dataclass(frozen=True, slots=True)
class Probed:
    """The store of the bundled vendors and of the one that tests write to."""

    again: Callable[[], None]
    """Bring the store to that state."""
    directory: Directory


@pytest.fixture(scope="session")
def probed(stocked: Callable[[], Store], fresh: Callable[[], str]) -> Probed:
    """That store, made once: to record a vendor and read all takes 15 ms each time."""
    store = stocked()
    with store.writing() as session:
        shapes = [VendorShape.model_validate(PROBE)]
        import_vendors(session, shapes, at=NOON - A_MOMENT, by="import")
    with store.reading() as session:
        directory = read_directory(session)
    return Probed(_kept(store, "probed", fresh), directory)


def _kept(store: Store, name: str, fresh: Callable[[], str]) -> Callable[[], None]:
    return as_it_is(store) if store.sqlite else _tables_as(store, name, fresh)


def as_it_is(store: Store) -> Callable[[], None]:
    """Give what brings a SQLite store back to what it holds now, as often as called."""
    store.close()
    file = Path(str(make_url(store.url).database))
    held = file.read_bytes()

    def restore() -> None:
        store.close()
        for left in file.parent.iterdir():  # the log is a file of its own
            left.unlink()
        file.write_bytes(held)

    return restore


def keys_in(folder: Path) -> Keys:
    """Keys of one installation, which lie in an empty folder."""
    begin_epoch(folder / "epochs", NOON)
    master = master_keys(None, folder / "master.key", create=True)
    return Keys(master, folder / "epochs")


def _tables_as(store: Store, kept: str, fresh: Callable[[], str]) -> Callable[[], None]:
    with store.writing() as session:
        session.execute(text(f"CREATE SCHEMA {kept}"))
        names = [one.name for one in Base.metadata.sorted_tables]
        for name in names:
            session.execute(text(f"CREATE TABLE {kept}.{name} AS TABLE {name}"))
        filled = [
            n
            for n in names
            if session.scalar(select(exists().select_from(table(n, schema=kept))))
        ]

    def restore() -> None:
        fresh()
        with store.writing() as session:
            for name in filled:
                session.execute(text(f"INSERT INTO {name} TABLE {kept}.{name}"))

    return restore


@pytest.fixture
def store(
    request: pytest.FixtureRequest, stocked: Callable[[], Store]
) -> Iterator[Store]:
    """An open store with the bundled vendors; with one more for whoever is ``probed``."""
    store = stocked()
    if "probed" in request.fixturenames:
        request.getfixturevalue("probed").again()
    yield store
    store.close()


@pytest.fixture
def sqlite_only(store: Store) -> Store:
    """A database, where the claim is about SQLite alone."""
    return store


@pytest.fixture
def postgres_only(store: Store) -> Store:
    """A database, where the claim is about PostgreSQL alone."""
    return store


@pytest.fixture
def one_engine(store: Store) -> Store:
    """A database, where the claim is about pages alone: SQLite, which is quicker."""
    return store


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[Callable[[Any, object], None]]:
    """Leave to the system when it writes: a test ends before the power can fail.

    What is killed in a test is a process of its own, and waits as it does anywhere.
    Gives what prepares a connection that waits for the disk.
    """
    prepare = session_module._prepare_sqlite

    def prepare_in_haste(connection: Any, record: object) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous = OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session_module, "_prepare_sqlite", prepare_in_haste)
        patch.setattr(os, "fsync", lambda _: None)
        yield prepare


@pytest.fixture(scope="session", autouse=True)
def _leave_alone_what_stays() -> None:
    """Spare the collector the law, the tests and the modules."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave a claim about one engine out of the run on the other."""
    other = {"sqlite": {"postgres_only"}, "postgresql": {"sqlite_only", "one_engine"}}
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        engine = (
            item.callspec.params.get("fresh")
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else None
        )
        wanted = getattr(item, "fixturenames", ())
        foreign = not other.get(str(engine), set()).isdisjoint(wanted)
        (left if foreign else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


class FakeClock:
    """A clock that a test turns."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now() -> FakeClock:
    """The clock of the application; noon of 23 November 2026 at first."""
    return FakeClock(NOON)


@pytest.fixture(scope="session")
def standing(
    stocked: Callable[[], Store], tmp_path_factory: pytest.TempPathFactory
) -> FastAPI:
    """The routes and templates of the application, which takes long to put together."""
    folder = tmp_path_factory.mktemp("standing")
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("EFFACE_")]:
            patch.delenv(name)
        settings = Settings(data_dir=folder, base_url="http://testserver")
    return create_app(settings, store=stocked(), keys=keys_in(folder))


@pytest.fixture
def app(
    standing: FastAPI, store: Store, keys: Keys, now: FakeClock
) -> Iterator[FastAPI]:
    """The web application over a fresh database; it remembers nothing of another test."""
    built: Parts = standing.state.parts
    standing.state.parts = Parts(
        store=store,
        keys=keys,
        rulebook=built.rulebook,
        directory=LiveDirectory(),
        tables=Tables(),
        pages=built.pages,
        letters=built.letters,
        portal=built.portal,
        now=now,
    )
    yield standing
    standing.state.parts = built


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser without scripts."""
    with Browser(app, raise_server_exceptions=False) as client:
        yield client
