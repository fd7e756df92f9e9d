"""Pages of laws, of places, and of places that have no law."""

import pytest
from fastapi.testclient import TestClient

from app.rulebook.load import load_rulebook
from app.words.catalog import translations

pytestmark = pytest.mark.usefixtures("one_engine")
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


def test_a_law_without_conditions_says_how_far_it_reaches(client: TestClient) -> None:
    page = client.get("/laws/eu-gdpr").text
    short = page[page.index("In short") : page.index("How it reads")]

    assert "It reaches companies abroad that its test catches" in short
    assert "We know of no condition" not in page


def test_a_count_that_waits_for_a_day_says_so_at_once(client: TestClient) -> None:
    page = client.get("/laws/us-ca-delete-act").text.replace("\u00a0", " ")
    short = page[page.index("In short") : page.index("How it reads")]

    assert "the count begins on 1 August 2026 at the earliest" in short


MACHINE_WORDS = (
    "from memory:",
    "must_delete",
    "suppress_or",
    "fcra-data",
    "s[3]",
    "broker ret",
)


@pytest.mark.parametrize("law", ["us-ca-delete-act", "us-va-vcdpa", "us-wa-mhmda"])
def test_no_code_stands_among_the_words(client: TestClient, law: str) -> None:
    page = client.get(f"/laws/{law}?lang=es").text

    assert not [word for word in MACHINE_WORDS if word in page]
    assert "De memoria, y no comprobado en una fuente" in page


def test_a_page_is_called_after_what_it_is_about(client: TestClient) -> None:
    assert "<h1>Places without a general law</h1>" in client.get("/laws/none").text
    law25 = client.get("/laws/ca-qc-law25?lang=fr").text
    assert "<h1>Loi sur le secteur privé du Québec (Loi 25)</h1>" in law25


def test_names_in_other_languages_say_in_which(client: TestClient) -> None:
    page = client.get("/laws/eu-gdpr").text

    assert 'German: <span lang="de">DSGVO</span>' in page


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_place_without_a_law_says_how_sure_that_is(
    client: TestClient, language: str
) -> None:
    page = client.get(f"/jurisdictions/LR?lang={language}").text
    box = page[page.index('<div class="empty">') :].partition("</section>")[0]

    assert translations(language).gettext("not checked") in box
    assert "<code>none</code>" in box
    assert "researchers.mq.edu.au" in box


def test_the_record_without_a_law_is_given_with_its_sources(client: TestClient) -> None:
    (record,) = client.get("/jurisdictions/LR.json").json()["no_law"]

    assert record["confidence"] == "memory"
    assert record["sources"]
    assert "doubts" in record


def test_an_answer_without_a_law_says_on_what_that_rests(client: TestClient) -> None:
    asked = "/check/answer?residence=LR&vendor=acxiom&on=2026-11-23"
    page = client.get(f"{asked}&lang=en").text
    elsewhere = client.get("/check/answer?residence=DE&vendor=acxiom&lang=en").text

    assert '<a href="/laws/none?on=2026-11-23">On what this rests</a>' in page
    assert "How sure we are: not checked" in page
    assert "On what this rests" not in elsewhere
