"""``efface backup`` and ``efface restore``."""

import gzip
import stat
from pathlib import Path

import pytest

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
    assert efface("audit verify").out == verified.out
    again = efface(f"backup {tmp_path / 'again'}").out.split()[0]
    assert int(again) == int(restored.out.split()[0]) + 1  # it is on record itself


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
