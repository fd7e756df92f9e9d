"""``efface backup`` and ``efface restore``."""

import gzip
import re
import shutil
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
    keys_go(used, elsewhere)
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


def keys_go(here: Path, there: Path) -> None:
    """Copy the keys of one portal to the place of another."""
    shutil.copytree(here / "epochs", there / "epochs")
    shutil.copy(here / "master.key", there)


def test_a_backup_waits_for_its_keys(
    efface: Efface, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, elsewhere = tmp_path / "efface.backup", tmp_path / "elsewhere"
    efface(f"backup {file}")
    monkeypatch.setenv("EFFACE_DATA_DIR", str(elsewhere))

    without = efface(f"restore {file}")

    assert (without.code, len(without.lines)) == (1, 1)
    assert "the keys are missing" in without.err
    assert not elsewhere.exists()
    keys_go(used, elsewhere)
    assert efface(f"restore {file}").code == 0


@pytest.mark.parametrize("other", ["master.key", "epochs"])
def test_a_backup_is_not_put_back_beside_other_keys(
    efface: Efface,
    used: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    other: str,
) -> None:
    file, elsewhere = tmp_path / "efface.backup", tmp_path / "elsewhere"
    efface(f"backup {file}")
    monkeypatch.setenv("EFFACE_DATA_DIR", str(elsewhere))
    efface("db upgrade")
    name = "epochs" if other == "master.key" else "master.key"
    if name == "epochs":
        shutil.rmtree(elsewhere / name)
        shutil.copytree(used / name, elsewhere / name)
    else:
        shutil.copy(used / name, elsewhere)

    told = efface(f"restore {file}")

    assert (told.code, len(told.lines)) == (1, 1)
    assert "the keys are not those of the backup" in told.err


def test_a_backup_from_before_a_rotation_still_knows_its_keys(
    efface: Efface, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, elsewhere = tmp_path / "efface.backup", tmp_path / "elsewhere"
    efface(f"backup {file}")
    assert efface("keys rotate").code == 0
    keys_go(used, elsewhere)
    monkeypatch.setenv("EFFACE_DATA_DIR", str(elsewhere))

    assert efface(f"restore {file}").code == 0


def test_a_backup_that_names_no_keys_is_put_back_beside_any(
    efface: Efface, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, elsewhere = tmp_path / "efface.backup", tmp_path / "elsewhere"
    keys_go(used, tmp_path / "kept")
    for key in [*(used / "epochs").iterdir(), used / "master.key"]:
        key.unlink()
    assert efface(f"backup {file}").code == 0
    keys_go(tmp_path / "kept", elsewhere)
    monkeypatch.setenv("EFFACE_DATA_DIR", str(elsewhere))

    assert efface(f"restore {file}").code == 0


@pytest.mark.parametrize("gone", ["master.key", "epochs"])
def test_no_new_keys_are_made_beside_filings(
    efface: Efface, used: Path, tmp_path: Path, gone: str
) -> None:
    (used / gone).rename(tmp_path / gone)

    told = efface("db upgrade")

    assert (told.code, len(told.lines)) == (1, 1)
    assert f"{used / gone} is missing" in told.err
    assert not (used / gone).exists()
    (tmp_path / gone).rename(used / gone)
    assert efface("db upgrade").code == 0


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
