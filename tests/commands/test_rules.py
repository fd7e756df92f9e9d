"""``efface laws`` and ``efface coverage``: what is known, as tables."""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.commands import rules
from app.rulebook.json_schema import FILES, json_schema
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


STEP = """
[[steps]]
from = 2010-01-01
citation = "Va. Code 59.1-577"
no_rights = true
"""


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        pytest.param(
            'short_name = "VCDPA"',
            'short_name = "VCDPA"\nshort_name = "VCDPA"',
            "short_name: ",
            id="a duplicate key",
        ),
        pytest.param(
            'agent = "no"',
            'agnet = "no"',
            "steps.0.agnet: there is no such key; nearest: agent",
            id="an unknown key",
        ),
        pytest.param(
            "\n[[steps]]\n",
            STEP.replace("2010", "2030") + "\n[[steps]]\n",
            "steps.1.from: the days must ascend",
            id="steps out of order",
        ),
        pytest.param(
            'places = ["US-VA"]',
            'places = ["US-VX"]',
            "places: US-VX is no place",
            id="an unknown place",
        ),
        pytest.param(
            "\ncitation = ",
            "\n# citation = ",
            "citation: this is missing",
            id="no citation",
        ),
        pytest.param(
            "respond = { count = 45,",
            "respond = { count = 0,",
            "steps.0.deadlines.respond.count: 0 cannot be: more than 0 stands here",
            id="an impossible period",
        ),
        pytest.param(
            "respond = { count = 45,",
            'respond = { count = 45, month = "feb",',
            "steps.0.deadlines.respond.month: there is no such key",
            id="a period with a key of its own",
        ),
        pytest.param(
            "needs = { ",
            'needs = { fact = "vendor.sectr", in = ["bank"], ',
            "vendor.sectr is no fact; nearest: vendor.sector",
            id="a condition over an unknown fact",
        ),
        pytest.param(
            "needs = { ",
            'needs = { fact = "vendor.sector", in = ["bnk"] } #',
            "bnk is no value of this fact; nearest: bank",
            id="a condition over an unknown value",
        ),
        pytest.param(
            "needs = { ",
            'needs = { held = "US-VA", at_least = -3 } #',
            "held goes with one whole number, 0 or more, after one of at_least",
            id="a condition over a negative number",
        ),
        pytest.param(
            "needs = { ",
            'needs = { notion = "data_brokr" } #',
            "data_brokr is no notion; nearest: data_broker",
            id="an unknown notion",
        ),
        pytest.param(
            "respond = { count = 45,",
            "respond = { count = -45,",
            "respond.count: -45 cannot be: more than 0 stands here",
            id="a negative period",
        ),
        pytest.param(
            "respond = { count = 45,",
            "respond = { count = 45000,",
            "respond.count: 45000 cannot be: at most 3660 stands here",
            id="a period of lifetimes",
        ),
        pytest.param(
            "respond = { count = 45,",
            'respond = { count = "45",',
            "respond.count: a whole number stands here, without quotes",
            id="a number as text",
        ),
        pytest.param(
            'unit = "calendar_days"',
            'unit = "days"',
            "respond.unit: 'days' is none of hours, calendar_days, business_days",
            id="an unknown unit",
        ),
        pytest.param(
            "checked_on = 2026-11-23",
            'checked_on = "2026-11-23"',
            "checked_on: a day stands there without quotes, such as 2027-07-01",
            id="a day as text",
        ),
        pytest.param(
            "checked_on = 2026-11-23",
            "checked_on = 20261123",
            "checked_on: a day stands there without quotes, such as 2027-07-01",
            id="a day as a number",
        ),
        pytest.param(
            "checked_on = 2026-11-23",
            "checked_on = 2026-02-30",
            "checked_on: there is no such day",
            id="a day that never was",
        ),
        pytest.param(
            "https://",
            "see ",
            "is no web address, such as https://example.org/act",
            id="a source that is no address",
        ),
        pytest.param(
            'status = "in-force"',
            "status = in-force",
            "status: text stands in quotes",
            id="text without quotes",
        ),
        pytest.param(
            'places = ["US-VA"]',
            'places = "US-VA"',
            "places: a list stands here, in square brackets",
            id="text for a list",
        ),
        pytest.param(
            'id = "us-va-vcdpa"',
            'id = "us-ca-ccpa"',
            "id: the file of us-ca-ccpa is laws/us/us-ca-ccpa.toml",
            id="the id of another law",
        ),
    ],
)
def test_a_law_that_cannot_be_is_refused_in_one_line(
    efface: Efface,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    names: str,
) -> None:
    copy = tmp_path / "rulebook"
    shutil.copytree(HERE, copy)
    file = copy / "laws" / "us" / "us-va-vcdpa.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.setattr(rules, "HERE", copy)

    told = efface("laws check")

    assert told.code == 1
    assert len(told.lines) == 1
    assert "us-va-vcdpa.toml, line " in told.err
    assert names in told.err


Broken = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("breaks", "names"),
    [
        pytest.param(lambda _: b"", "line 1: id: this key is missing", id="empty"),
        pytest.param(
            lambda raw: raw.replace(b"Virginia", b"Virg\xednia", 1),
            "line 1: file: byte 6 is no UTF-8",
            id="not UTF-8",
        ),
        pytest.param(
            lambda raw: b"\xef\xbb\xbf" + raw,
            "line 1: file: it begins with a byte order mark",
            id="a byte order mark",
        ),
    ],
)
def test_bytes_that_are_no_law_are_refused_in_one_line(
    efface: Efface,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    breaks: Broken,
    names: str,
) -> None:
    copy = tmp_path / "rulebook"
    shutil.copytree(HERE, copy)
    file = copy / "laws" / "us" / "us-va-vcdpa.toml"
    file.write_bytes(breaks(file.read_bytes()))
    monkeypatch.setattr(rules, "HERE", copy)

    told = efface("laws check")

    assert told.code == 1
    assert len(told.lines) == 1
    assert f"us-va-vcdpa.toml, {names}" in told.err


def test_lines_may_end_as_windows_ends_them(
    efface: Efface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "rulebook"
    shutil.copytree(HERE, copy)
    file = copy / "laws" / "us" / "us-va-vcdpa.toml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr(rules, "HERE", copy)

    assert efface("laws check").code == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "names"),
    [
        (
            "places.toml",
            '"Europe/Andorra"',
            '"Europe/Andora"',
            "AD.zone: Europe/Andora is no time zone; nearest: Europe/Andorra",
        ),
        ("holidays/ca-alberta.toml", "month = 1", "month = 13", "month must be in"),
        ("vendors/acxiom.toml", 'slug = "acxiom"', 'slug = "Acxiom Inc"', "slug: 'Acx"),
        (
            "vendors/acxiom.toml",
            "sources = [",
            "sources = []\nold = [",
            "old: there is no such",
        ),
    ],
)
def test_a_wrong_file_of_another_kind_is_named(
    efface: Efface,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    old: str,
    new: str,
    names: str,
) -> None:
    copy = tmp_path / "rulebook"
    shutil.copytree(HERE, copy)
    text = (copy / name).read_text("utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.setattr(rules, "HERE", copy)

    told = efface("laws check")

    assert told.code == 1
    assert len(told.lines) == 1
    assert f"{Path(name).name}, line " in told.err
    assert names in told.err


def test_a_place_without_a_law_is_shown_as_such(efface: Efface) -> None:
    told = efface("laws show us-al-none")

    assert "No general law; how sure we are: " in told.out
    assert "until 2027-04-30" in told.out
    assert "note: Until us-al-apdpa takes effect." in told.out
    assert "regulator: Alabama Attorney General" in told.out


def test_no_date_follows_where_there_is_no_law(efface: Efface) -> None:
    told = efface("deadlines --law us-al-none --received 2026-11-23")

    assert told.code == 1
    assert told.err.strip().endswith("says that there is no law, so no date follows")


def test_what_is_least_sure_is_checked_first(efface: Efface) -> None:
    sure = [law["confidence"] for law in efface("laws list --stale --json").document]

    assert sure[0] == "memory"
    assert sure.index("low") < sure.index("medium") < sure.index("high")


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


@pytest.mark.parametrize("kind", FILES)
def test_editors_get_a_schema_of_each_kind_of_file(efface: Efface, kind: str) -> None:
    assert efface(f"laws schema {kind}").document == json_schema(kind)


def test_an_unknown_kind_of_file_is_named_with_its_neighbours(efface: Efface) -> None:
    told = efface("laws schema vendr")

    assert told.code == 2
    assert "'vendr'" in told.err
    assert "vendor" in told.err
