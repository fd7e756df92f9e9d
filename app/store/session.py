"""The database, and the one hop that leads to it from the event loop."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.store.base import Base
from app.store.group import GroupWriter

P = ParamSpec("P")
R = TypeVar("R")
Action = Callable[Concatenate[Session, P], R]

DatabaseError: TypeAlias = SQLAlchemyError
"""What goes wrong in here, for those who know no SQL."""

HEAD = "0037"
"""The newest migration; a test holds it equal to Alembic's own head."""


class Store:
    """One database.

    An action is a plain function whose first parameter is a Session. It runs in a
    worker thread in one transaction, which is committed before its value comes back;
    on SQLite perhaps twice (``group``), so it has no effect outside its session. The
    value must outlive the session: a frozen dataclass, never a table row.
    """

    def __init__(
        self,
        url: str,
        *,
        threads: int = 4,
        prepared_statements: bool = True,
        patience: int | None = None,
    ) -> None:
        """Open it at the first use.

        ``patience`` is for how many seconds a PostgreSQL that is silent is waited for;
        None leaves that to the driver, which waits for minutes.
        """
        self.url = url
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            self.writers = _engine(url, begin="BEGIN IMMEDIATE", connections=2)
            self.readers = _engine(url, begin="BEGIN", connections=threads)
            event.listen(self.readers, "connect", _refuse_writes)
        else:
            self.writers = _engine(
                url,
                begin="",
                connections=threads,
                prepared_statements=prepared_statements,
                patience=patience,
            )
            self.readers = self.writers.execution_options(postgresql_readonly=True)
        self._limiter = CapacityLimiter(threads)
        # SQLite has one writer at a time and an unfair queue: make our own. The lock
        # is between those who wait in the group and the worker, which has a thread.
        self._one_writer = threading.Lock()
        self._group = GroupWriter(self._writing_group, self.writing)

    async def read(
        self, action: Action[P, R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a reading ``action`` in a worker thread and return its value."""

        def call() -> R:
            with self.reading() as session:
                return _plain(action(session, *args, **kwargs))

        return await to_thread.run_sync(call, limiter=self._limiter)

    async def write(
        self, action: Action[P, R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a writing ``action`` in a worker thread, commit, return its value.

        A request that is cancelled while waiting writes nothing; one that is
        cancelled while writing still commits, because the thread is not abandoned.
        """

        def act(session: Session) -> R:
            return _plain(action(session, *args, **kwargs))

        def call() -> R:
            with self.writing() as session:
                return act(session)

        if self.sqlite:
            return await self._group.run(act)
        return await to_thread.run_sync(call, limiter=self._limiter)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for reading, for code that is already in a thread."""
        with Session(self.readers) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls back on an error."""
        if not self.sqlite:
            with Session(self.writers) as session, session.begin():
                yield session
            return
        with self._one_writer, Session(self.writers) as session, session.begin():
            yield session

    @contextmanager
    def _writing_group(self) -> Iterator[Connection]:
        with self._one_writer, self.writers.begin() as connection:
            yield connection

    @contextmanager
    def rehearsing(self) -> Iterator[Session]:
        """Open a session that may write, and keeps nothing of it: a dry run."""
        with self._one_writer, Session(self.writers) as session:
            session.begin()
            try:
                yield session
            finally:
                session.rollback()

    def is_current(self) -> bool:
        """Return whether the tables are those of this release.

        Raises:
            DatabaseError: If the database cannot be reached: that is no old one.
        """
        with self.reading() as session:
            if not inspect(session.connection()).has_table("alembic_version"):
                return False
            found = session.scalar(text("SELECT version_num FROM alembic_version"))
        return bool(found == HEAD)

    def shrink_log(self) -> bool:
        """Write SQLite's log back into the file, so that no old page stays in it.

        Returns False where a reader still needed the log: then it must be done again.
        """
        if not self.sqlite:
            return True
        with self._one_writer, self.writers.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101 - for the type checker
            row = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(row[0] == 0)

    def close(self) -> None:
        """Finish what is being written, and give the connections back."""
        self._group.close()
        self.readers.dispose()
        self.writers.dispose()


def _plain(value: R) -> R:
    if isinstance(value, Base):
        raise TypeError(f"an action returns values, not a {type(value).__name__} row")
    return value


def _engine(
    url: str,
    *,
    begin: str,
    connections: int,
    prepared_statements: bool = True,
    patience: int | None = None,
) -> Engine:
    # A thread holds one connection, so the pool never has to wait. A statement's
    # values never enter an error message, since those end in logs.
    driver: dict[str, Any] = {}
    if not prepared_statements:
        driver["prepare_threshold"] = None
    if patience is not None:
        driver["connect_timeout"] = patience
        driver["tcp_user_timeout"] = patience * 1000  # milliseconds
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=10,
        hide_parameters=True,
        connect_args=driver,
    )
    event.listen(engine, "before_cursor_execute", _not_on_the_loop)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # else INSERT OR REPLACE passes the append-only guard
        "secure_delete = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "temp_store = MEMORY",
        "journal_size_limit = 67108864",
        "busy_timeout = 10000",
    ):
        connection.execute(f"PRAGMA {setting}")


def _refuse_writes(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _not_on_the_loop(*_: object) -> None:
    """Refuse SQL on the event loop: a view or template has kept a live row."""
    if asyncio._get_running_loop() is not None:  # noqa: SLF001 - the cheap form
        raise RuntimeError("the database is reached through Store.read and Store.write")
