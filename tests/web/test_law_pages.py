"""Pages of laws, of places, and of places that have no law."""

import pytest
from fastapi.testclient import TestClient

from app.rulebook.load import load_rulebook

LAWS = load_rulebook().pack.laws
SHOWN = [
    "ca-pipeda",
    "ca-bill-c36",
    "aw-lpr",
    "us-al-none",
    "none",
    "out-of-scope-us",
    "ae-pdpl",
]


@pytest.mark.parametrize("law", SHOWN)
@pytest.mark.parametrize("form", ["", ".json", ".csv"])
def test_a_record_has_its_page_by_its_id(
    client: TestClient, law: str, form: str
) -> None:
    answer = client.get(f"/laws/{law}{form}")

    assert answer.status_code == 200
    assert "0001" not in answer.text


def test_every_record_is_listed_by_the_api(client: TestClient) -> None:
    listed = client.get("/api/v1/laws").json()["laws"]

    assert {law["id"] for law in listed} == {*LAWS}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "This is no law"),
        ("fr", "Ceci n’est pas une loi"),
        ("es", "Esto no es una ley"),
    ],
)
def test_a_record_without_a_law_says_so(
    client: TestClient, language: str, words: str
) -> None:
    page = client.get(f"/laws/us-al-none?lang={language}").text

    assert words in page
    assert "Alabama Attorney General" in page


def test_notes_are_quoted_in_their_language(client: TestClient) -> None:
    page = client.get("/laws/us-al-none?lang=fr").text

    assert '<blockquote lang="en"><p>Until us-al-apdpa takes effect.' in page


def test_a_place_without_a_law_leads_to_its_record(client: TestClient) -> None:
    page = client.get("/jurisdictions/US-AL?on=2027-04-30").text
    later = client.get("/jurisdictions/US-AL?on=2027-05-01").text

    assert "We looked, and know of no general law" in page
    assert "/laws/us-al-none?on=2027-04-30" in page
    assert "us-al-none" not in later


def test_the_api_names_the_record(client: TestClient) -> None:
    document = client.get("/jurisdictions/AF.json").json()

    assert [law["id"] for law in document["no_law"]] == ["none"]
    assert document["laws"] == document["coming"] == document["ended"] == []


def test_a_law_whose_day_no_source_gives_says_so(client: TestClient) -> None:
    assert "From a day that no source gives" in client.get("/laws/aw-lpr").text
    assert client.get("/laws/aw-lpr.json").json()["from"] is None
