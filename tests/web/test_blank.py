"""A letter with blanks, for a place and a company; nothing is kept."""

import io

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader
from sqlalchemy import func, select

from app.store import people
from app.store.session import Store

pytestmark = pytest.mark.usefixtures("one_engine")

ONTARIO = {
    "asked": "1",
    "country": "CA",
    "region": "CA-ON",
    "vendor": "clearview-ai",
}
GERMAN = {"asked": "1", "country": "DE", "vendor": "acxiom"}


def test_the_start_page_leads_to_it(client: TestClient) -> None:
    assert 'href="/letter"' in client.get("/").text


def test_place_and_company_give_a_letter_with_the_law_and_blanks(
    client: TestClient, store: Store
) -> None:
    page = client.get("/letter", params=GERMAN).text

    assert "DSGVO" in page
    assert "- Name: ……" in page
    assert "Ich sende dieses Schreiben selbst" in page
    assert "R-" not in page.partition('class="letter"')[2]
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(people.Filing)) == 0


def test_a_letter_in_another_language_can_be_read_in_the_reader_s(
    client: TestClient,
) -> None:
    page = client.get("/letter", params=GERMAN | {"lang": "fr"}).text
    sent, _, reading = page.partition('<details id="reading">')
    english = client.get("/letter", params=ONTARIO | {"lang": "en"}).text

    assert "Ich sende dieses Schreiben selbst" in sent
    assert "La lire en français" in reading
    assert "Ce n’est pas ce qui est envoyé." in reading
    assert "J’envoie moi-même cette lettre" in reading
    assert "RGPD, art. 17, par. 1" in reading
    assert 'id="reading"' not in english


def test_a_letter_to_who_owes_nothing_claims_no_right(client: TestClient) -> None:
    letter = client.get("/letter", params=ONTARIO).text.partition('class="letter"')[2]

    assert "You have to answer" not in letter


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"asked": "1"}, "Choose the country where you live"),
        ({"asked": "1", "country": "US"}, "Choose the region where you live"),
        ({"asked": "1", "country": "DE"}, "Choose at least one company"),
        ({"asked": "1", "country": "DE", "vendor": "nobody"}, "We know no company"),
    ],
)
def test_what_is_missing_is_said(
    client: TestClient, asked: dict[str, str], said: str
) -> None:
    page = client.get("/letter", params=asked)

    assert page.status_code == 422
    assert said in page.text


def test_it_comes_as_text_and_as_paper(client: TestClient) -> None:
    asked = {"residence": "DE", "vendor": "acxiom"}

    text = client.get("/letter.txt", params=asked)
    paper = client.get("/letter.pdf", params=asked)

    printed = PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    assert text.text.startswith("Antrag auf Löschung")
    assert "Antrag auf Löschung" in printed


@pytest.mark.parametrize("path", ["/letter.exe", "/letter.eml", "/letter.pdf?vendor=x"])
def test_there_is_no_other_file(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
