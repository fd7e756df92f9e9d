"""The one hop to the database, and what it refuses."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.store import session as session_module
from app.store.keys import Keys
from app.store.limits import Rate
from app.store.people import Filing, Person
from app.store.requests import Request, TimelineEntry
from app.store.session import HEAD, DatabaseError, Store
from tests.filings import NOON, make_filing

ROOT = Path(__file__).parents[2]


def file(session: Session, keys: Keys) -> str:
    return str(make_filing(session, keys).id)


def counts(session: Session) -> tuple[int, ...]:
    tables = (Filing, Person, Request, TimelineEntry)
    return tuple(
        session.scalar(select(func.count()).select_from(t)) or 0 for t in tables
    )


def keep(session: Session, key: bytes) -> None:
    session.execute(insert(Rate.__table__), {"key": key, "until": NOON})


def keep_many(session: Session) -> None:
    for number in range(5000):
        keep(session, number.to_bytes(400, "big"))


def kept(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Rate)) or 0


def test_what_is_answered_is_committed(store: Store, keys: Keys) -> None:
    anyio.run(store.write, file, keys)

    with store.reading() as session:
        assert counts(session) == (1, 1, 1, 1)


def test_a_commit_that_fails_is_not_answered(store: Store, keys: Keys) -> None:
    with _broken_commit(store.writers), pytest.raises(OSError, match="no commit"):
        anyio.run(store.write, file, keys)

    with store.reading() as session:
        assert counts(session) == (0, 0, 0, 0)


@contextmanager
def _broken_commit(engine: Engine) -> Iterator[None]:
    def refuse(_connection: object) -> None:
        raise OSError("no commit")

    event.listen(engine, "commit", refuse)
    yield
    event.remove(engine, "commit", refuse)


def test_an_error_in_an_action_leaves_nothing(store: Store, keys: Keys) -> None:
    def fail(session: Session) -> None:
        make_filing(session, keys)
        raise LookupError("after every row")

    with pytest.raises(LookupError):
        anyio.run(store.write, fail)

    with store.reading() as session:
        assert counts(session) == (0, 0, 0, 0)


def test_a_write_cancelled_at_any_moment_is_whole_or_not_there(
    store: Store, keys: Keys
) -> None:
    answered = 0

    async def one() -> None:
        nonlocal answered
        await store.write(file, keys)
        answered += 1

    async def cut(after: float) -> None:
        with anyio.move_on_after(after):
            async with anyio.create_task_group() as group:
                for _ in range(8):
                    group.start_soon(one)

    async def many() -> None:
        for tick in range(15):
            await cut(tick / 1000)
        await store.write(counts)  # whoever was cut while writing comes before

    anyio.run(many)

    with store.reading() as session:
        found = counts(session)
    assert len(set(found)) == 1
    assert found[0] >= answered
    assert store.writers.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_an_action_may_not_return_a_row(store: Store, keys: Keys) -> None:
    made = anyio.run(store.write, file, keys)

    def first(session: Session) -> Filing | None:
        return session.scalar(select(Filing))

    assert made
    with pytest.raises(TypeError, match="values, not a Filing row"):
        anyio.run(store.read, first)


def test_the_event_loop_may_not_ask_the_database(store: Store) -> None:
    async def ask() -> None:
        with store.reading() as session:
            session.scalar(select(func.count()).select_from(Filing))

    with pytest.raises(RuntimeError, match=r"Store\.read and Store\.write"):
        anyio.run(ask)


def test_a_reading_action_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError):
        anyio.run(store.read, keep, b"key")

    anyio.run(store.write, keep, b"key")
    assert kept(store) == 1


def test_a_rehearsal_keeps_nothing(store: Store) -> None:
    with store.rehearsing() as session:
        keep(session, b"key")

    assert kept(store) == 0


def test_one_store_outlives_an_event_loop(store: Store) -> None:
    for key in (b"one", b"two", b"three"):
        anyio.run(store.write, keep, key)

    assert kept(store) == 3


def test_an_error_never_says_the_values(store: Store) -> None:
    canary = "canary@example.org"
    with store.writing() as session:
        keep(session, canary.encode())

    with pytest.raises(IntegrityError) as wrong, store.writing() as session:
        keep(session, canary.encode())

    # PostgreSQL's own DETAIL line repeats the key that is taken: it is a keyed hash,
    # and as bytes it does not read as what was typed.
    assert canary not in str(wrong.value)
    assert "parameters hidden" in str(wrong.value)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("temp_store", 2),
        ("busy_timeout", 10000),
        ("journal_size_limit", 67108864),
    ],
)
def test_every_sqlite_connection_is_set(
    sqlite_only: Store,
    patient: Callable[[Any, object], None],
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    value: object,
) -> None:
    monkeypatch.setattr(session_module, "_prepare_sqlite", patient)
    store = Store(sqlite_only.url)
    for engine in (store.readers, store.writers):
        with engine.connect() as one, engine.connect() as other:
            for connection in (one, other) if engine is store.readers else (one,):
                found = connection.exec_driver_sql(f"PRAGMA {setting}").scalar()
                assert found == value
            other.invalidate()
    store.close()


def test_a_full_disk_is_an_error_and_not_an_end(sqlite_only: Store) -> None:
    with sqlite_only.writers.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.rollback()

    with pytest.raises(SQLAlchemyError):
        anyio.run(sqlite_only.write, keep_many)

    assert kept(sqlite_only) == 0
    with sqlite_only.writers.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        connection.rollback()
    anyio.run(sqlite_only.write, keep, b"key")
    assert kept(sqlite_only) == 1


def test_shrinking_empties_the_log(sqlite_only: Store) -> None:
    file_name = sqlite_only.url.removeprefix("sqlite:///")
    with sqlite_only.writing() as session:
        keep(session, b"key")
    assert Path(f"{file_name}-wal").stat().st_size > 0

    sqlite_only.shrink_log()

    assert Path(f"{file_name}-wal").stat().st_size == 0
    with sqlite3.connect(file_name) as raw:
        assert raw.execute("SELECT count(*) FROM rate").fetchone() == (1,)
    raw.close()


def test_a_log_that_a_reader_needs_is_not_emptied_yet(sqlite_only: Store) -> None:
    with sqlite_only.writing() as session:
        keep(session, b"one")
    with sqlite_only.writers.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")

    with sqlite_only.reading() as reader:
        reader.scalar(select(func.count()).select_from(Rate))
        with sqlite_only.writing() as session:
            keep(session, b"two")
        assert not sqlite_only.shrink_log()

    assert sqlite_only.shrink_log()


def test_postgres_commits_to_disk_before_it_answers(postgres_only: Store) -> None:
    with postgres_only.reading() as session:
        # The throw-away server turns it off; the store must not be what does.
        source = session.scalar(
            text("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'")
        )
    assert source in {"default", "command line", "configuration file"}


def test_prepared_statements_can_be_switched_off(postgres_only: Store) -> None:
    store = Store(postgres_only.url, prepared_statements=False)
    with store.reading() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        assert driver.prepare_threshold is None
    store.close()


def test_head_is_the_newest_migration(store: Store) -> None:
    config = Config(ROOT / "alembic.ini")

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    assert store.is_current()


def test_older_or_missing_tables_are_not_current(store: Store, empty: Store) -> None:
    assert not empty.is_current()
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        assert not store.is_current()
    finally:
        with store.writing() as session:
            session.execute(
                text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD}
            )


def test_a_database_that_nobody_answers_for_is_not_called_an_old_one() -> None:
    nobody = Store("postgresql+psycopg://efface@127.0.0.1:1/efface")

    with pytest.raises(DatabaseError):
        nobody.is_current()


def test_a_dirty_row_is_written_at_the_end(store: Store, keys: Keys) -> None:
    def close(session: Session) -> None:
        session.execute(update(Filing).values(language="fr"))

    anyio.run(store.write, file, keys)
    anyio.run(store.write, close)

    with store.reading() as session:
        assert session.scalar(select(Filing.language)) == "fr"
