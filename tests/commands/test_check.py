"""``efface check``."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.commands.conftest import Efface

FOUNDING = "check --residence CA-ON --vendor clearview-ai --on 2020-07-06"
FACTS = {
    "vendor": {"seat": ["US-NY"], "sector": "face_search", "residents_held": {"DE": 9}},
    "person": {"age": 34, "asks": "deletion", "data_is_wrong": None},
}


def test_the_founding_case_is_uncertain_and_says_why(efface: Efface) -> None:
    document = efface(FOUNDING, "--json").document

    assert document["verdict"] == "uncertain"
    missing = {
        fact
        for ground in document["grounds"]
        if ground["id"] == "ca-pipeda"
        for fact in ground["unknown_facts"]
    }
    assert missing == {"person.consent_withdrawn", "person.data_is_wrong"}


def test_it_is_read_aloud_without_json(efface: Efface) -> None:
    told = efface(FOUNDING)

    assert told.out.startswith("uncertain: ")
    for words in ("law ca-pipeda", "not known: person.data_is_wrong", "source: https"):
        assert words in told.out


@pytest.mark.parametrize("question", [f"{FOUNDING} --json", "coverage", "vendors list"])
def test_a_database_that_is_not_read_is_named_and_how_to_mend_it(
    efface: Efface, ready: Path, question: str
) -> None:
    quiet = efface(question)
    with closing(sqlite3.connect(ready / "efface.db")) as older, older:
        older.execute("UPDATE alembic_version SET version_num = '0001'")
    told = efface(question)

    assert (quiet.code, quiet.lines) == (0, [])
    assert (told.code, told.out) == (0, quiet.out)
    assert len(told.lines) == 1
    assert "the database is not read" in told.lines[0]
    assert "efface db upgrade" in told.lines[0]


def test_a_question_leaves_no_folder_behind(efface: Efface, folder: Path) -> None:
    efface(FOUNDING)

    assert not folder.exists()


def test_it_asks_the_directory_of_the_database(
    efface: Efface, ready: Path, written: Callable[[str, object], Path]
) -> None:
    own = written("own.toml", OWN_VENDOR)
    assert efface(f"vendors import {own}").code == 0

    told = efface("check --residence DE --vendor own-vendor --json")

    assert told.document["verdict"] == "eligible"


OWN_VENDOR = """
slug = "own-vendor"
name = "Own Vendor"
seat = ["DE"]
sources = ["https://own.example/privacy"]
checked_on = 2026-11-23
"""


def test_facts_on_stdin_are_facts_in_a_file(
    efface: Efface, written: Callable[[str, object], Path]
) -> None:
    by_facts = "check --residence DE --on 2026-06-01 --json --facts"

    piped = efface(by_facts, "-", stdin=json.dumps(FACTS))
    kept = efface(by_facts, str(written("facts.json", FACTS)))

    assert piped.code == 0
    assert piped.document == kept.document


def test_every_fact_may_be_left_out(efface: Efface) -> None:
    told = efface("check --residence US-CO --facts -", stdin="{}")

    assert told.code == 0
    assert told.out.startswith("uncertain: ")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("--residence CA-OM --vendor clearview-ai", "residence 'CA-OM' CA-ON"),
        ("--residence CA-ON --vendor clearview-a", "vendor 'clearview-a' clearview-ai"),
        ("--residence US --vendor acxiom", "residence 'US' region US-CA US-WY"),
        ("--residence CA --vendor acxiom", "residence 'CA' region CA-ON CA-QC"),
        ("--residence DE --vendor acxiom --on 2026-02-30", "--on '2026-02-30'"),
        ("--residence DE", "--vendor --facts"),
        ("--residence DE --vendor acxiom --facts -", "--vendor --facts"),
    ],
)
def test_a_wrong_value_is_named_with_its_neighbours(
    efface: Efface, words: str, names: str
) -> None:
    told = efface(f"check {words}")

    assert told.code == 2
    assert len(told.lines) == 1
    for name in names.split():
        assert name in told.err


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        (
            {"vendor": {"sector": "face_serach"}},
            "vendor.sector 'face_serach' face_search",
        ),
        ({"vendor": {"seatt": ["DE"]}}, "vendor.seatt seat"),
        ({"vendr": {}}, "vendr vendor"),
        ({"person": {"age": -1}}, "person.age"),
        ({"person": {"present_in": "GBR"}}, "person.present_in 'GBR' GB"),
        ({"vendor": {"seat": ["US-NYY"]}}, "vendor.seat 'US-NYY' US-NY"),
        ({"vendor": {"residents_held": {"US-CO": -1}}}, "vendor.residents_held.US-CO"),
        ([], "facts"),
        ({"vendor": {"sells_data": "true"}}, "vendor.sells_data true or false"),
        ({"vendor": {"nonprofit": 1}}, "vendor.nonprofit true or false"),
        ({"person": {"data_is_wrong": "yes"}}, "person.data_is_wrong true or false"),
        ({"vendor": {"employees": True}}, "vendor.employees whole number"),
        ({"person": {"age": "40"}}, "person.age whole number"),
        (
            {"vendor": {"residents_held": {"US-CA": True}}},
            "vendor.residents_held.US-CA whole number",
        ),
        ({"vendor": {"annual_revenue_usd": " 12 "}}, "annual_revenue_usd a number"),
        ({"vendor": {"seat": "DE"}}, "vendor.seat must be a list"),
        ({"vendor": []}, "vendor must be an object"),
    ],
)
def test_a_wrong_fact_is_named(efface: Efface, facts: object, names: str) -> None:
    told = efface("check --residence US-CO --facts -", stdin=json.dumps(facts))

    assert told.code == 2
    assert len(told.lines) == 1
    for name in names.split():
        assert name in told.err


def test_every_wrong_fact_is_named_in_a_line_of_its_own(efface: Efface) -> None:
    facts = {
        "vendor": {"sector": "charitee", "seat": ["US-NYY", "US-CA"], "emploees": 4},
        "person": {"age": 999, "capacity": "worke", "present_in": "GBR"},
    }

    told = efface("check --residence US-CO --facts -", stdin=json.dumps(facts))

    assert told.code == 2
    expected = [
        "efface: person.age: must be at most 150, not 999",
        "efface: person.capacity: unknown value 'worke'; nearest: worker",
        "efface: person.present_in: unknown place 'GBR'; nearest: GR, GB",
        "efface: vendor.emploees: unknown fact; nearest: employees",
        "efface: vendor.seat: unknown place 'US-NYY'; nearest: US-NY",
        "efface: vendor.sector: unknown value 'charitee'; nearest: charity",
    ]
    for line, start in zip(sorted(told.lines), expected, strict=True):
        assert line.startswith(start)


@pytest.mark.parametrize(
    ("residence", "first"),
    [
        ("CA-XX", "nearest: CA-AB, CA-BC, CA-MB, CA-NB, CA-NL"),
        ("CA-Quebec", "nearest: CA-QC"),
        ("US-TEX", "nearest: US-TX, US-TN"),
        ("us-ca", "nearest: US-CA"),
        ("DE-BY", "nearest: DE"),
    ],
)
def test_the_regions_that_were_meant_come_first(
    efface: Efface, residence: str, first: str
) -> None:
    assert first in efface(f"check --residence {residence} --vendor acxiom").err


def test_what_would_change_the_answer_is_said_in_the_order_of_asking(
    efface: Efface,
) -> None:
    told = efface(FOUNDING)

    assert "first: person.data_is_wrong, person.consent_withdrawn\n" in told.out


@pytest.mark.parametrize("text", ["", " ", "{", "[" * 100_000, "\0"])
def test_what_is_no_json_is_refused(efface: Efface, text: str) -> None:
    told = efface("check --residence US-CO --facts -", stdin=text)

    assert told.code == 1
    assert told.lines == ["efface: standard input: is no JSON document"]


def test_a_number_without_an_end_is_named(efface: Efface) -> None:
    text = '{"vendor": {"annual_revenue_usd": 1e400}}'

    told = efface("check --residence US-CO --facts -", stdin=text)

    assert told.code == 2
    assert "annual_revenue_usd: must be a number that has an end" in told.err


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"person": {"age": 4, "age": 40}}', "person.age"),
        ('{"vendor": {}, "vendor": {"sector": "bank"}}', "vendor"),
        ('{"vendor": {"seat": [{"a": 1, "a": 2}]}}', "vendor.seat.a"),
    ],
)
def test_a_fact_that_stands_there_twice_is_named(
    efface: Efface, client: TestClient, text: str, field: str
) -> None:
    told = efface("check --residence US-CO --facts -", stdin=text)
    answer = client.post("/api/v1/eligibility?residence=US-CO", content=text)

    assert told.code == 2
    assert told.lines == [f"efface: {field}: this key stands there twice"]
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_byte_order_mark_is_no_part_of_the_facts(
    efface: Efface, client: TestClient, tmp_path: Path
) -> None:
    file = tmp_path / "facts.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(FACTS).encode())
    url = "/api/v1/eligibility?residence=DE"

    assert efface(f"check --residence DE --facts {file}").code == 0
    assert client.post(url, content=file.read_bytes()).status_code == 200


@pytest.mark.parametrize("body", [b"", b"\xff\xfe{}", b"null and void"])
def test_a_body_that_is_no_json_is_refused_by_the_api(
    client: TestClient, body: bytes
) -> None:
    answer = client.post("/api/v1/eligibility?residence=DE", content=body)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "body", "detail": "the body is not JSON"}
    ]


def test_a_missing_file_is_named(efface: Efface) -> None:
    told = efface("check --residence US-CO --facts no-such.json")

    assert told.code == 1
    assert told.lines == ["efface: no-such.json: there is no such file"]


@pytest.mark.parametrize("day", ["0001-01-01", "1998-10-25", "9999-12-31"])
def test_any_day_is_answered(efface: Efface, day: str) -> None:
    told = efface(f"check --residence DE --vendor schufa --on {day} --json")

    assert told.document["on"] == day
