"""Key files: made once, read by many, never half written."""

import base64
import multiprocessing
import stat
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.store.keys import Keys, KeysError, begin_epoch, master_keys, newest_epoch
from tests.filings import NOON

ONE, TWO = bytes(range(32)), bytes(range(32, 64))


def written(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


def fits(folder: Path, epoch: str) -> bool:
    private = X25519PrivateKey.from_private_bytes(
        base64.b64decode((folder / f"{epoch}.key").read_text())
    )
    public = base64.b64decode((folder / f"{epoch}.pub").read_text())
    return private.public_key().public_bytes_raw() == public


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_missing_master_key_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "master.key"

    made = master_keys(None, file, create=True)

    assert len(made) == 1
    assert len(made[0]) == 32
    assert mode(file) == 0o600
    assert master_keys(None, file, create=True) == made
    assert [one.name for one in file.parent.iterdir()] == ["master.key"]


def test_a_missing_master_key_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match=r"master\.key is missing"):
        master_keys(None, tmp_path / "master.key", create=False)


def test_given_keys_win_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "master.key"

    assert master_keys(f" {written(ONE, TWO)}\n", file, create=True) == (ONE, TWO)
    assert not file.exists()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="none"),
        pytest.param("not base64!", id="not base64"),
        pytest.param(written(ONE[:16]), id="too short"),
        pytest.param("é" * 8, id="not ascii"),
    ],
)
def test_a_key_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "master.key"
    file.write_text(text)

    with pytest.raises(KeysError, match="a master key is"):
        master_keys(text, file, create=True)
    with pytest.raises(KeysError, match="a master key is"):
        master_keys(None, file, create=True)


def test_there_are_no_keys_without_a_master_key(keys: Keys) -> None:
    with pytest.raises(KeysError, match="no master key"):
        Keys((), keys.epochs)


def test_a_hash_is_made_with_the_newest_key_and_found_with_all(keys: Keys) -> None:
    before = Keys((ONE,), keys.epochs).hash("receipt", b"value")
    both = Keys((TWO, ONE), keys.epochs)

    assert both.hash("receipt", b"value") == both.candidates("receipt", b"value")[0]
    assert both.hash("receipt", b"value") != before
    assert before in both.candidates("receipt", b"value")


def test_a_hash_fits_one_purpose(keys: Keys) -> None:
    assert keys.hash("receipt", b"value") != keys.hash("mailbox", b"value")
    assert len(keys.hash("receipt", b"value")) == 32


def test_an_epoch_lasts_its_month(tmp_path: Path) -> None:
    first = begin_epoch(tmp_path, NOON)

    assert first == "2026-11"
    assert begin_epoch(tmp_path, NOON + timedelta(days=7)) == first
    assert begin_epoch(tmp_path, NOON + timedelta(days=8)) == "2026-12"
    assert newest_epoch(tmp_path).name == "2026-12"
    assert mode(tmp_path / "2026-11.key") == 0o600
    assert fits(tmp_path, first)


def test_a_rotation_is_newer_than_all_before_it(tmp_path: Path) -> None:
    for _ in range(12):
        name = begin_epoch(tmp_path, NOON, again=True)

        assert newest_epoch(tmp_path).name == name
        assert fits(tmp_path, name)
    assert name == "2026-11-12"


def test_a_running_process_notices_a_rotation(tmp_path: Path) -> None:
    begin_epoch(tmp_path, NOON)
    keys = Keys((ONE,), tmp_path)
    assert keys.epoch.name == "2026-11"

    begin_epoch(tmp_path, NOON, again=True)

    assert keys.epoch.name == "2026-11-2"


def test_public_halves_are_enough_for_who_only_files(tmp_path: Path) -> None:
    begin_epoch(tmp_path, NOON)
    (tmp_path / "2026-11.key").unlink()

    assert Keys((ONE,), tmp_path).epoch.name == "2026-11"


def test_without_an_epoch_the_message_says_what_makes_one(tmp_path: Path) -> None:
    (tmp_path / "notes.pub").write_text("not an epoch")

    with pytest.raises(KeysError, match="efface db upgrade"):
        newest_epoch(tmp_path)


def test_a_private_half_without_its_public_one_is_kept(tmp_path: Path) -> None:
    begin_epoch(tmp_path, NOON)
    before = (tmp_path / "2026-11.key").read_bytes()
    (tmp_path / "2026-11.pub").unlink()

    begin_epoch(tmp_path, NOON)

    assert (tmp_path / "2026-11.key").read_bytes() == before
    assert fits(tmp_path, "2026-11")


def _start(folder: str, barrier: Barrier) -> tuple[bytes, ...]:
    barrier.wait()
    begin_epoch(Path(folder) / "epochs", NOON)
    return master_keys(None, Path(folder) / "master.key", create=True)


def _start_into(
    folder: str, barrier: Barrier, found: "multiprocessing.Queue[object]"
) -> None:
    found.put(_start(folder, barrier))


def test_processes_that_start_at_once_have_the_same_keys(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    for turn in range(10):
        folder = tmp_path / str(turn)
        barrier, found = context.Barrier(4), context.Queue()
        started = [
            context.Process(target=_start_into, args=(str(folder), barrier, found))
            for _ in range(4)
        ]
        for process in started:
            process.start()
        masters = {found.get(timeout=20) for _ in started}
        for process in started:
            process.join()

        assert len(masters) == 1
        assert fits(folder / "epochs", "2026-11")
