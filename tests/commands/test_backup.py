"""``efface backup`` and ``efface restore``."""

import gzip
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from app.commands.house import house
from app.store.audit import AuditEntry
from tests.commands.conftest import Efface


def test_a_backup_is_put_back_elsewhere(
    efface: Efface, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, elsewhere = tmp_path / "efface.backup", tmp_path / "elsewhere"
    written = efface(f"backup {file}")
    verified = efface("audit verify")
    monkeypatch.setenv("EFFACE_DATA_DIR", str(elsewhere))
    assert efface("db upgrade").code == 0  # a start puts vendors in

    restored = efface(f"restore {file}")

    assert str(used / "epochs") in written.out
    assert str(used / "master.key") in written.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert restored.out.split()[0] == written.out.split()[0]
    again = efface(f"backup {tmp_path / 'again'}").out.split()[0]
    # That a backup was begun and put back is on record, a row each.
    assert int(again) == int(restored.out.split()[0]) + 2
    assert chained(efface("audit verify").out) == chained(verified.out) + 2
    with house() as opened, opened.store.reading() as session:
        trail = select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.seq)
        assert ("command", "backup restored") in session.execute(trail).all()


def chained(said: str) -> int:
    """Return how many rows of whole chains were counted."""
    found = re.search(r"Every chain holds; rows: (\d+)", said)
    assert found is not None
    return int(found[1])


def test_a_backup_holds_no_key_and_nobody(
    efface: Efface, used: Path, tmp_path: Path
) -> None:
    file = tmp_path / "efface.backup"
    efface(f"backup {file}")

    text = gzip.decompress(file.read_bytes())
    keys = [used / "master.key", *(used / "epochs").glob("*.key")]
    assert len(keys) == 3
    assert not [key for key in keys if key.read_bytes().strip() in text]
    assert b"Demo Person" not in text
    assert b"demo.person" not in text


def test_a_backup_is_never_put_over_filings(
    efface: Efface, used: Path, tmp_path: Path
) -> None:
    efface(f"backup {tmp_path / 'b'}")

    told = efface(f"restore {tmp_path / 'b'}")

    assert told.code == 1
    assert "holds filings" in told.lines[0]


def test_a_backup_is_never_put_over_an_audit_trail(
    efface: Efface, ready: Path, tmp_path: Path
) -> None:
    efface("staff add a@example.org --role admin")
    efface(f"backup {tmp_path / 'b'}")

    told = efface(f"restore {tmp_path / 'b'}")

    assert told.code == 1
    assert "audit trail" in told.lines[0]


def test_what_is_no_backup_is_refused_and_makes_nothing(
    efface: Efface, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole"
    efface(f"backup {whole}")
    (tmp_path / "short").write_bytes(whole.read_bytes()[:-40])
    (tmp_path / "noise").write_bytes(bytes(range(256)))
    monkeypatch.setenv("EFFACE_DATA_DIR", str(tmp_path / "elsewhere"))

    for name in ("short", "noise", "no-such", "data"):
        told = efface(f"restore {tmp_path / name}")
        assert told.code == 1
        assert len(told.lines) == 1
        assert name in told.err
    assert not (tmp_path / "elsewhere").exists()


def test_a_backup_that_cannot_be_written_leaves_nothing(
    efface: Efface, used: Path, tmp_path: Path
) -> None:
    told = efface(f"backup {tmp_path / 'no' / 'such'}")

    assert told.code == 1
    assert "cannot be written" in told.lines[0]
