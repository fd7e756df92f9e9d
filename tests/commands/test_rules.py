"""``efface laws`` and ``efface coverage``: what is known, as tables."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from app.commands import rules
from app.rulebook.load import HERE
from tests.commands.conftest import Efface


def test_every_law_is_listed(efface: Efface) -> None:
    told = efface("laws list")

    assert {"ca-pipeda", "us-ca-ccpa", "eu-gdpr"} <= {
        line.split()[0] for line in told.out.splitlines()
    }
    assert len(efface("laws list --json").document) == len(told.out.splitlines())


def test_what_was_checked_longest_ago_comes_first(efface: Efface) -> None:
    days = [law["checked_on"] for law in efface("laws list --stale --json").document]

    assert days == sorted(days)


def test_a_law_is_shown_with_its_sources(efface: Efface) -> None:
    told = efface("laws show ca-pipeda")

    assert told.out.startswith("PIPEDA")
    assert "source: https://" in told.out
    assert efface("laws show ca-pipeda --json").document["id"] == "ca-pipeda"


def test_a_law_is_shown_in_words_with_the_last_day_of_a_place(efface: Efface) -> None:
    told = efface("laws show eu-gdpr").out

    assert "GB (until 2020-12-31)" in told
    assert "answer within 1 month\n" in told
    assert "checked on 2026-" in told
    assert not [line for line in told.splitlines() if line != line.rstrip()]


def test_two_rights_of_one_kind_are_told_apart(efface: Efface) -> None:
    lines = efface("laws show ca-qc-law25").out.splitlines()
    found = [line for line in lines if line.startswith("  de-indexing:")]

    assert len(found) == 2
    assert "breaks the law or a court order" in found[0]
    assert "serious injury" in found[1]


def test_an_unknown_law_is_named_with_its_neighbours(efface: Efface) -> None:
    told = efface("laws show ca-pipedda")

    assert told.code == 2
    assert "'ca-pipedda'" in told.err
    assert "ca-pipeda" in told.err


def test_the_shipped_files_are_sound(efface: Efface) -> None:
    told = efface("laws check")

    assert told.code == 0
    assert "sha256:" in told.out


def test_a_bad_file_is_named_with_line_and_field(
    efface: Efface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "rulebook"
    shutil.copytree(HERE, copy)
    file = copy / "laws" / "ca" / "ca-pipeda.toml"
    text = file.read_text("utf-8").replace('status = "', 'status = "un', 1)
    file.write_text(text, "utf-8")
    monkeypatch.setattr(rules, "HERE", copy)

    told = efface("laws check")

    assert told.code == 1
    assert len(told.lines) == 1
    for words in ("ca-pipeda.toml", "line ", "status"):
        assert words in told.err


def test_coverage_is_a_table_to_read(efface: Efface) -> None:
    told = efface("coverage --on 2020-07-06")

    assert told.out.startswith("Coverage on 2020-07-06")
    assert "clearview-ai" in told.out


def test_coverage_is_the_same_in_every_form(efface: Efface, folder: Path) -> None:
    document = efface("coverage --on 2020-07-06 --format json").document
    rows = list(
        csv.DictReader(io.StringIO(efface("coverage --on 2020-07-06 --format csv").out))
    )

    assert len(rows) == len(document["cells"])
    assert [row["verdict"] for row in rows] == [
        cell["verdict"] for cell in document["cells"]
    ]
    assert not folder.exists()


@pytest.mark.parametrize("words", ["--format xml", "--on 2020-13-01"])
def test_coverage_names_what_it_cannot_read(efface: Efface, words: str) -> None:
    told = efface(f"coverage {words}")

    assert told.code == 2
    assert words.split()[1] in told.err
