"""The same question has one answer: by command, by the API, and on the page."""

import html
import json
import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.rulebook.load import read_vendors
from app.words.terms import VERDICTS
from tests.commands.conftest import Efface

DAYS = ("2020-07-06", "2023-08-01", "2026-11-23", "2027-07-01")
PLACES = (
    *("CA-ON", "CA-QC", "CA-AB", "CA-YT", "US-CA", "US-TX", "US-IL", "US-OR"),
    *("DE", "GB", "FR", "RU", "ID", "JP", "IN", "BR", "ZA", "AU", "AF", "PR"),
)
ASKED = [
    (residence, vendor, day)
    for number, residence in enumerate(PLACES)
    for vendor in ("clearview-ai", "whitepages", "equifax")
    for day in (DAYS[number % 4], DAYS[(number + 2) % 4])
]
DESCRIBED: list[tuple[str, dict[str, Any]]] = [
    ("US-CO", {}),
    ("US-CA", {"vendor": {"sector": "data_broker", "registered_broker_in": ["US-CA"]}}),
    ("US-VA", {"vendor": {"residents_held": {"US-VA": 200_000, "DE": None}}}),
    ("CA-ON", {"vendor": {"seat": ["CA-QC"]}, "person": {"data_is_wrong": True}}),
    ("DE", {"vendor": {"seat": []}, "person": {"age": 15, "asks": "opt_out"}}),
    ("RU", {"person": {"consent_withdrawn": True, "capacity": "worker"}}),
    ("GB", {"person": {"through_agent": True, "present_in": "FR"}}),
]
WRONG: list[dict[str, Any]] = [
    {"vendor": {"sector": "face_serach", "emploees": 4}},
    {"vendor": {"seat": ["US-NYY"]}, "person": {"age": 999, "present_in": "GBR"}},
    {"vendor": [], "persn": {}},
    {"vendor": {"annual_revenue_usd": "much", "residents_held": {"US-CO": -1}}},
]
BROKERS = [v for v in (shape.value() for shape in read_vendors()) if v.facts.sector]


def by_command(efface: Efface, residence: str, vendor: str, day: str) -> Any:
    words = f"check --residence {residence} --vendor {vendor} --on {day} --json"
    return efface(words).document


def seen(page: str, pattern: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(pattern, page)]


@pytest.mark.usefixtures("sqlite_only")
def test_a_known_vendor_has_one_answer(client: TestClient, efface: Efface) -> None:
    for residence, vendor, day in ASKED[::6]:
        told = by_command(efface, residence, vendor, day)
        url = f"?residence={residence}&vendor={vendor}&on={day}"

        assert client.get(f"/api/v1/eligibility{url}").json() == told


@pytest.mark.usefixtures("sqlite_only")
def test_a_described_vendor_has_one_answer(client: TestClient, efface: Efface) -> None:
    for residence, facts in DESCRIBED:
        words = f"check --residence {residence} --on 2026-11-23 --json --facts"
        told = efface(words, "-", stdin=json.dumps(facts)).document
        url = f"/api/v1/eligibility?residence={residence}&on=2026-11-23"

        assert client.post(url, json=facts).json() == told


@pytest.mark.usefixtures("sqlite_only")
def test_the_page_says_what_the_api_says(client: TestClient) -> None:
    on_pages: list[tuple[str, str]] = []
    for residence, vendor, day in ASKED:
        query = f"residence={residence}&vendor={vendor}&on={day}"
        told = client.get(f"/api/v1/eligibility?{query}").json()

        page = client.get(f"/check/answer?{query}&lang=en").text

        [verdict] = seen(page, r'<p class="verdict">.*?<span>([^<]*)</span></p>')
        assert verdict == VERDICTS[told["verdict"]], query
        assert seen(page, r'<p class="said">([^<]*)</p>') == [told["summary"]]
        laws = {(g["id"], g.get("citation")) for g in told["grounds"]}
        assert set(cited(page)) <= laws
        on_pages += cited(page)
        said = {r["text"] for g in told["grounds"] for r in g["reasons"]}
        assert {words(line) for line in reasons(page)} <= said | {NOTHING}
        change = told["next_change"]
        changes = seen(
            page, r"What changes</dt><dd><a [^>]*>From ([^:]*): ([^<]*)</a></dd>"
        )
        assert len(changes) == (1 if change else 0)
    assert len(set(on_pages)) > len(PLACES) / 2


def cited(page: str) -> Iterator[tuple[str, str]]:
    """Yield the law that the page names, and its provision."""
    pattern = (
        r'The law</dt><dd><a href="/laws/([a-z0-9-]+)[^>]*>[^<]*</a>'
        r"(?:, ([^<]*?))?(?: \(<a |\. It follows|</dd>)"
    )
    for law, citation in re.findall(pattern, page):
        yield law, html.unescape(citation)


def reasons(page: str) -> Iterator[str]:
    """Yield each reason on the page."""
    for listed in re.findall(r'Why</dt><dd><ul class="reasons">(.*?)</ul>', page):
        yield from re.findall(r"<li>(.*?)</li>", listed)


def words(line: str) -> str:
    plain = re.sub(r'<span class="kind">.*?</span>', "", line)
    return html.unescape(re.sub(r"<[^>]*>", "", plain)).strip()


NOTHING = "We found no law, offer or order about this company for this place."


@pytest.mark.usefixtures("sqlite_only")
def test_a_known_vendor_as_facts_has_the_same_law(client: TestClient) -> None:
    for place, vendor in zip(cycle(PLACES), BROKERS[::4], strict=False):
        facts = client.get(f"/api/v1/vendors/{vendor.slug}").json()["facts"]
        day = f"residence={place}&on=2026-11-23"

        known = client.get(f"/api/v1/eligibility?{day}&vendor={vendor.slug}").json()
        described = client.post(f"/api/v1/eligibility?{day}", json={"vendor": facts})

        assert by_law(described.json()) == by_law(known), (place, vendor.slug)


def by_law(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [ground for ground in document["grounds"] if ground["kind"] == "law"]


def test_an_unknown_vendor_of_the_api_names_the_nearest(client: TestClient) -> None:
    response = client.get("/api/v1/vendors/clearview-a")

    assert response.status_code == 404
    [fault] = response.json()["errors"]
    assert (fault["field"], fault["nearest"][0]) == ("slug", "clearview-ai")


@pytest.mark.usefixtures("sqlite_only")
@pytest.mark.parametrize("facts", WRONG)
def test_every_wrong_fact_is_named_by_command_and_api(
    client: TestClient, efface: Efface, facts: dict[str, Any]
) -> None:
    told = efface("check --residence DE --facts", "-", stdin=json.dumps(facts))
    response = client.post("/api/v1/eligibility?residence=DE", json=facts)

    assert (told.code, response.status_code) == (2, 422)
    faults = response.json()["errors"]
    assert len(faults) > 1
    assert [line.split(":")[1].strip() for line in told.lines] == [
        fault["field"] for fault in faults
    ]
    near = [", ".join(f["nearest"]) for f in faults if "nearest" in f]
    assert all(names in told.err for names in near)
    for value in ("face_serach", "US-NYY", "GBR", "999", "much"):
        assert value not in response.text


@pytest.mark.parametrize(
    "places",
    [
        pytest.param({f"X{n}": n for n in range(50_000)}, id="very many"),
        pytest.param({"X" * 500_000: 1}, id="a very long one"),
    ],
)
def test_of_very_many_wrong_places_the_first_are_told(
    client: TestClient, places: dict[str, int]
) -> None:
    # Each comparison takes long: without an end to them one body held everybody up.
    said = client.post(
        "/api/v1/eligibility?residence=US-CA",
        json={"vendor": {"residents_held": places}},
    )

    assert said.status_code == 422
    assert len(said.json()["errors"]) <= 20
