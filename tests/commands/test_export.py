"""``efface export``: the public data set in a folder."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.actions.publish_data import SUMS, file_names
from tests.commands.conftest import Efface


def sums_hold(folder: Path) -> bool:
    lines = (folder / SUMS).read_text("utf-8").splitlines()
    pairs = (line.split("  ") for line in lines)
    return all(
        hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        for digest, name in pairs
    )


def test_the_folder_is_made_and_holds_files_whose_sums_are_right(
    efface: Efface, tmp_path: Path, folder: Path
) -> None:
    out = tmp_path / "new" / "set"
    told = efface("export", str(out), "--on", "2026-11-23")

    assert told.code == 0, told.err
    assert {file.name for file in out.iterdir()} == set(file_names())
    assert sums_hold(out)
    assert "2026-11-23, in" in told.out
    assert not folder.exists()


def test_as_json_each_file_is_named_with_its_size_and_sum(
    efface: Efface, tmp_path: Path
) -> None:
    out = tmp_path / "set"
    document = efface("export", str(out), "--on", "2026-11-23", "--json").document

    assert document["version"].endswith(".2026-11-23")
    assert {file["name"] for file in document["files"]} == set(file_names())
    assert all(
        (out / f["name"]).stat().st_size == f["bytes"] for f in document["files"]
    )


def test_an_older_export_is_replaced_by_the_same_bytes(
    efface: Efface, tmp_path: Path
) -> None:
    out = tmp_path / "set"
    efface("export", str(out), "--on", "2026-11-23")
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    (out / "laws.csv").write_text("old")
    (out / ".efface-export-left").mkdir()
    told = efface("export", str(out), "--on", "2026-11-23")

    assert told.code == 0
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


AHEAD = """
slug = "own-vendor"
name = "Own Vendor"
seat = ["DE"]
sources = ["https://own.example/privacy"]
checked_on = 2026-11-23

[double]
of = "spokeo"
since = 2099-12-01
why = "A made-up company, and one with Spokeo."
source = "https://own.example/privacy"
take = ["offer"]

[[offers]]
id = "form"
right = "deletion"
places = ["DE"]
words = "We delete."
from = 2026-11-01
sources = ["https://own.example/privacy"]
confidence = "high"
checked_on = 2026-11-23
"""


def test_of_a_day_ahead_of_a_merger_is_written_what_will_be_then(
    efface: Efface, ready: Path, tmp_path: Path
) -> None:
    (tmp_path / "own.toml").write_text(AHEAD, "utf-8")
    assert efface(f"vendors import {tmp_path / 'own.toml'}").code == 0

    def listed(on: str) -> tuple[bool, bool]:
        out = tmp_path / on
        told = efface("export", str(out), "--on", on)
        assert told.code == 0, told.err
        vendors, cover = (
            (out / f"{name}.csv").read_text("utf-8") for name in ("vendors", "coverage")
        )
        return "own-vendor" in vendors, "own-vendor" in cover

    assert listed("2099-11-30") == (True, True)
    assert listed("2099-12-01") == (False, False)
    table = efface("coverage --on 2099-12-01").out
    assert "Own Vendor" not in table
    assert "own-vendor" not in table


@pytest.mark.parametrize("name", ["notes.txt", "mail"])
def test_a_folder_with_something_else_is_refused_and_left(
    efface: Efface, tmp_path: Path, name: str
) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / name).write_text("mine")
    told = efface("export", str(tmp_path / "set"))

    assert told.code == 1
    assert len(told.lines) == 1
    assert name in told.lines[0]
    assert [file.name for file in (tmp_path / "set").iterdir()] == [name]


def test_a_file_is_no_folder(efface: Efface, tmp_path: Path) -> None:
    (tmp_path / "set").write_text("mine")
    told = efface("export", str(tmp_path / "set"))

    assert (told.code, len(told.lines)) == (1, 1)
    assert (tmp_path / "set").read_text() == "mine"


def test_what_is_no_day_is_wrong_usage(efface: Efface, tmp_path: Path) -> None:
    told = efface("export", str(tmp_path / "set"), "--on", "tomorrow")

    assert told.code == 2
    assert not (tmp_path / "set").exists()


def test_a_database_of_an_older_release_is_refused_and_not_left_out(
    efface: Efface, tmp_path: Path, folder: Path
) -> None:
    efface("db", "upgrade")
    with closing(sqlite3.connect(folder / "efface.db")) as older, older:
        older.execute("UPDATE alembic_version SET version_num = '0001'")
    told = efface("export", str(tmp_path / "set"))

    assert (told.code, len(told.lines)) == (1, 1)
    assert "efface db upgrade" in told.lines[0]
    assert not (tmp_path / "set").exists()
