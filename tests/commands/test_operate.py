"""What an operator runs."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.actions.check_chains import chain_state
from app.commands.house import house
from tests.commands.conftest import Efface


@contextmanager
def tampering(folder: Path) -> Iterator[sqlite3.Connection]:
    """Write past every guard, as somebody with the file could."""
    connection = sqlite3.connect(folder / "efface.db")
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "words", ["db check", "backup x.backup", "keys rotate", "audit verify"]
)
def test_without_a_database_nothing_is_made(
    efface: Efface, folder: Path, words: str
) -> None:
    told = efface(words)

    assert told.code == 1
    assert told.lines == [
        "efface: there is no database yet; `efface db upgrade` makes one"
    ]
    assert not folder.exists()


def test_tables_of_another_release_are_told(efface: Efface, ready: Path) -> None:
    assert efface("db check").code == 0
    with tampering(ready) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")

    told = efface("db check")

    assert told.code == 1
    assert "efface db upgrade" in told.lines[0]


def test_upgrading_twice_changes_nothing(efface: Efface, ready: Path) -> None:
    before = (ready / "efface.db").read_bytes()

    assert efface("db upgrade").code == 0
    assert (ready / "efface.db").read_bytes() == before


def test_a_database_that_cannot_be_opened_is_told_in_one_line(
    efface: Efface, ready: Path
) -> None:
    (ready / "efface.db").write_bytes(b"no database at all" * 500)

    told = efface("db upgrade")

    assert told.code == 1
    assert len(told.lines) == 1


def test_a_password_in_an_address_is_never_shown(
    efface: Efface, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+psycopg://efface:hunter2@127.0.0.1:1/efface"
    monkeypatch.setenv("EFFACE_DATABASE_URL", url)

    for words in ("db upgrade", "db check", "doctor", "vendors list"):
        told = efface(words)
        assert "hunter2" not in told.out + told.err


def test_another_engine_is_refused(
    efface: Efface, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_DATABASE_URL", "mysql://efface:hunter2@host/efface")

    told = efface("db upgrade")

    assert told.code == 1
    assert "EFFACE_DATABASE_URL" in told.lines[0]
    assert "hunter2" not in told.err


def test_whole_chains_are_told_and_a_broken_one_is_named(
    efface: Efface, used: Path
) -> None:
    assert efface("audit verify").code == 0
    with tampering(used) as connection:
        connection.execute("UPDATE audit_entry SET action = 'nothing' WHERE seq = 3")

    told = efface("audit verify")

    assert told.code == 1
    [line] = told.lines
    assert line.startswith("efface: the chain is broken at audit entry 3: its action")
    assert line.endswith("it was reply recorded")
    with house() as opened, opened.store.reading() as session:
        last = chain_state(session).last
    assert last is not None
    assert last.faults == 1
    assert str(last.fault).startswith("audit entry 3: its action was changed")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE timeline_entry SET kind = 'withdrawn' WHERE place = 2",
        "DELETE FROM timeline_entry WHERE place = 2",
        "UPDATE request SET status = 'closed', outcome = NULL WHERE events = 2",
    ],
)
def test_a_changed_timeline_is_found(efface: Efface, used: Path, change: str) -> None:
    with tampering(used) as connection:
        assert connection.execute(change).rowcount

    told = efface("audit verify")

    assert told.code == 1
    assert "R-" in told.lines[0]
