"""The tables are made by migrations, forwards and backwards, whole or not at all."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import event, inspect, text

from app.store import audit, vendors
from app.store.base import Base, new_id
from app.store.keys import Keys
from app.store.outbox import MessageKind
from app.store.schema import upgrade
from app.store.session import Store
from app.store.staff import Reveal, Role, Staff
from tests.filings import NOON, make_filing, make_message

ROOT = Path(__file__).parents[2]


def bring_up(store: Store) -> None:
    upgrade(store, ROOT / "alembic.ini", ROOT / "migrations")


@contextmanager
def migrating(store: Store) -> Iterator[Config]:
    with store.writers.connect() as connection, connection.begin():
        config = Config(ROOT / "alembic.ini")
        config.attributes["connection"] = connection
        yield config


def tables(store: Store) -> set[str]:
    with store.reading() as session:
        return set(inspect(session.connection()).get_table_names())


def test_the_tables_are_the_models(empty: Store) -> None:
    bring_up(empty)

    with migrating(empty) as config:
        command.check(config)
    assert empty.is_current()


def test_coming_up_twice_changes_nothing(empty: Store) -> None:
    bring_up(empty)
    before = tables(empty)

    bring_up(empty)

    assert tables(empty) == before == {*Base.metadata.tables, "alembic_version"}


def test_going_back_takes_rows_and_guards_with_it(empty: Store, keys: Keys) -> None:
    bring_up(empty)
    with empty.writing() as session:
        make_filing(session, keys, vendors=("a", "b"))
        make_message(
            session, new_id(NOON), new_id(NOON), kind=MessageKind.WATCH_CONFIRM
        )
        audit.append(session, at=NOON, actor="test", action="tried")
        vendors.count_change(session)

    with migrating(empty) as config:
        command.downgrade(config, "base")

    assert tables(empty) == {"alembic_version"}
    assert not empty.is_current()
    bring_up(empty)
    with empty.writing() as session:
        make_filing(session, keys)
    with migrating(empty) as config:
        command.check(config)


def test_going_back_leaves_no_file_to_be_read_as_a_person(
    empty: Store, keys: Keys
) -> None:
    bring_up(empty)
    with empty.writing() as session:
        made = make_filing(session, keys)
        member = Staff(
            id=new_id(NOON),
            email="staff@example.org",
            role=Role.ADMIN,
            password_hash=None,
            enrolled_at=None,
            disabled_at=None,
            last_sign_in=None,
        )
        session.add(member)
        session.flush()
        for evidence in (None, new_id(NOON)):
            reveal = Reveal(
                id=new_id(NOON),
                filing_id=made.id,
                request_id=made.requests[0],
                evidence_id=evidence,
                mail_id=None,
                staff_id=member.id,
                public_key=bytes(32),
                answer=None,
                asked_at=NOON,
                answered_at=None,
                expires_at=NOON,
            )
            session.add(reveal)

    with migrating(empty) as config:
        command.downgrade(config, "0006")

    with empty.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM reveal")) == 1


def test_what_was_to_be_done_by_hand_before_it_was_kept_is_known_then(
    empty: Store, keys: Keys
) -> None:
    bring_up(empty)
    told = '{"by_hand": true}'
    cases = [
        ("queued", None, told, "send"),
        ("queued", None, '{"by_hand": false}', None),
        ("queued", None, "{}", None),
        ("withdrawn", "2026-11-20", told, "tell"),
        ("withdrawn", None, told, None),
        ("sent", "2026-11-20", told, None),
    ]
    with empty.writing() as session:
        make_filing(session, keys, vendors=("a", "b", "c", "d", "e", "f"))
    with migrating(empty) as config:
        command.downgrade(config, "0036")
        connection = config.attributes["connection"]
        for case, vendor in zip(cases, "abcdef", strict=True):
            connection.execute(
                text(
                    "UPDATE request SET status = :status, sent_on = :sent_on,"
                    " told = :told WHERE vendor = :vendor"
                ),
                {
                    "status": case[0],
                    "sent_on": case[1],
                    "told": case[2],
                    "vendor": vendor,
                },
            )

    bring_up(empty)

    with empty.reading() as session:
        found = session.execute(text("SELECT by_hand FROM request ORDER BY vendor"))
        assert [row[0] for row in found] == [case[3] for case in cases]


def test_processes_that_come_up_at_once_wait_for_each_other(empty: Store) -> None:
    others = [Store(empty.url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        # Alembic keeps the running migration in a module, so threads take turns at
        # that; the locks are what is asked here.
        done = [pool.submit(_come_up, other) for other in others]
        for one in done:
            one.result(timeout=60)

    assert all(other.is_current() for other in others)
    for other in others:
        other.close()


def _come_up(store: Store) -> None:
    code = (
        "from pathlib import Path\n"
        "from app.store.schema import upgrade\n"
        "from app.store.session import Store\n"
        f"upgrade(Store({store.url!r}), Path('alembic.ini'), Path('migrations'))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)


def test_a_migration_that_fails_leaves_the_tables_as_they_were(empty: Store) -> None:
    def fail(_c: object, _k: object, statement: str, *_: object) -> None:
        if "timeline_entry_no_" in statement:
            raise OSError("the disk is gone")

    event.listen(empty.writers, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        bring_up(empty)
    event.remove(empty.writers, "before_cursor_execute", fail)

    assert tables(empty) == set()
    bring_up(empty)
    assert empty.is_current()


def test_the_migrations_work_from_anywhere(
    empty: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from the wheel: another working folder, another place for the scripts."""
    shipped = tmp_path / "shipped"
    shutil.copytree(ROOT / "migrations", shipped / "migrations")
    shutil.copy(ROOT / "alembic.ini", shipped)
    monkeypatch.chdir(tmp_path)

    upgrade(empty, shipped / "alembic.ini", shipped / "migrations")

    assert empty.is_current()


def test_the_guards_are_in_place_after_coming_up(store: Store) -> None:
    with store.reading() as session:
        if store.sqlite:
            found = text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        else:
            found = text("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
        assert session.scalar(found) == 32
