"""What a page takes along where its address is shared."""

import html
import io
import json
import re
from collections import Counter
from typing import Any

import anyio
import pytest
from anyio import create_task_group
from fastapi import Request
from fastapi.testclient import TestClient
from PIL import Image

from app import pictures
from app.actions.import_vendors import import_vendors
from app.pictures import Card
from app.rulebook.load import read_vendors
from app.store.session import Store
from app.web import pictures as drawn_lately
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("one_engine")
ON = "on=2020-07-06"
BOTH = "from=2020-07-06&to=2026-11-27"
PAGES = [
    f"/coverage?{ON}&region=CA",
    f"/coverage/map?{ON}&vendor=clearview-ai",
    f"/vendors/clearview-ai?{ON}",
    f"/jurisdictions/CA-QC?{ON}",
    f"/laws/us-ca-ccpa?{ON}",
    f"/regulators/cnil?{ON}",
    f"/changes?{ON}&vendor=clearview-ai",
    f"/compare?{ON}&from=2019-01-01&to=2020-07-06",
    f"/accountability?{ON}",
    f"/gaps?{ON}",
    f"/vendors?{ON}",
    f"/laws?{ON}",
    f"/jurisdictions?{ON}",
]
HOSTILE = '</script><script>alert("x")</script> #import $x$ @y [z] & \a <!-- ' + "W" * 90  # fmt: skip


def told(page: str) -> dict[str, str]:
    """Return what a page says of itself to whoever is sent its address."""
    named = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    return {name: html.unescape(content) for name, content in named}


def data(page: str) -> dict[str, Any]:
    """Return what a page says to programs, by its type."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return {one["@type"]: one for one in map(json.loads, found)}


def cards_drawn(monkeypatch: pytest.MonkeyPatch) -> list[Card]:
    """Return the cards of which a picture is wanted, as they come; nothing is drawn."""
    drawn: list[Card] = []

    def draw(card: Card) -> bytes:
        drawn.append(card)
        return b"png"

    monkeypatch.setattr(pictures, "draw", draw)
    return drawn


def links(page: str) -> dict[str, str]:
    found = re.findall(r'<link rel="(?:canonical|alternate)"(?: hreflang="([^"]+)")? href="([^"]+)">', page)  # fmt: skip
    return {language or "own": html.unescape(address) for language, address in found}


@pytest.mark.parametrize("address", PAGES)
def test_an_address_that_is_shared_shows_what_its_page_says_on_that_day(
    client: TestClient, address: str
) -> None:
    asked = address.replace("cnil", regulator(client))
    page = client.get(asked).text
    said = told(page)
    picture = client.get(said["og:image"])

    assert f"<title>{html.escape(said['og:title'])} – Efface" in page
    assert "2020" in said["og:description"]
    assert said["description"].startswith(said["og:description"])
    assert said["og:url"] == links(page)["own"] == f"http://testserver{asked}"
    assert links(page)["fr"] == f"http://testserver{asked}&lang=fr"
    assert picture.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).size == (1200, 630)
    assert "Source: Efface" in page[page.index('class="printed"') :]


def regulator(client: TestClient) -> str:
    found = re.search(r"/regulators/([\w-]+)", client.get("/laws/us-ca-ccpa").text)
    assert found
    return found[1]


def test_what_is_said_is_the_reader_s_language(client: TestClient) -> None:
    page = client.get(f"/vendors/clearview-ai?{ON}&lang=fr").text
    said = told(page)

    assert said["og:description"].startswith("Couvert par la loi dans 46 lieux")
    assert said["og:locale"] == "fr_FR"
    assert said["og:image"].endswith("/share/vendors/clearview-ai.png?on=2020-07-06&lang=fr")  # fmt: skip
    english, french = (
        client.get(said["og:image"].replace("=fr", f"={lang}")).content
        for lang in ("en", "fr")
    )
    assert english != french


def test_what_only_this_visitor_asked_is_not_passed_on(client: TestClient) -> None:
    page = client.get("/coverage?utm_source=a-friend&q=spokeo&page=3").text

    assert links(page)["own"] == "http://testserver/coverage?q=spokeo"
    assert "a-friend" not in page[: page.index("<body")]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/coverage?region=CA&verdict=eligible", ", Canada, Covered by law: "),
        ("/coverage/map?region=CA", "Canada: Covered by law in "),
        ("/coverage/map?kind=face_search&q=view", "Face search: Covered by law in "),
        (
            "/coverage/map?vendor=spokeo&kind=bank",
            "No company and place fit this choice on that",
        ),
        ("/coverage?vendor=spokeo", ": Spokeo, 312 places."),
        ("/changes?cause=law-began&direction=gained", ", A law began, People gained: "),
        ("/compare?place=CA&direction=lost", ", Canada, People lost: "),
    ],
)
def test_what_a_page_was_cut_to_is_said(
    client: TestClient, address: str, says: str
) -> None:
    said = told(client.get(address).text)

    assert says in said["og:description"]
    assert client.get(said["og:image"]).status_code == 200


def test_a_page_of_one_region_tells_of_all_that_was_asked_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = cards_drawn(monkeypatch)

    said = told(client.get(f"/coverage?{ON}").text)
    client.get(said["og:image"])

    assert [card.line for card in drawn] == [said["og:description"]]


def test_a_picture_of_two_days_names_both_and_shows_where_an_answer_differs(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drawn,) = drawn_of(client, monkeypatch, f"/compare?{BOTH}&vendor=clearview-ai")
    differing = client.get(f"/compare.json?{BOTH}&vendor=clearview-ai").json()

    foot = drawn.foot.replace("\u00a0", " ")
    assert foot.startswith("6 July 2020 and 27 November 2026. Source: Efface")
    gained = {one["residence"] for one in differing["differences"] if one["gained"]}
    shown = {short for sign, short, *_ in drawn.tiles if sign == "eligible"}
    assert shown
    assert shown <= {code.rpartition("-")[2] for code in gained}


def test_changes_are_drawn_year_by_year_up_to_the_day(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drawn,) = drawn_of(client, monkeypatch, f"/changes?{ON}")
    changes = client.get(f"/changes.json?{ON}").json()["changes"]

    by_year = Counter(change["on"][:4] for change in changes)
    assert max(by_year) == "2020"
    assert {bar.name: bar.value for bar in drawn.bars} == {
        year: str(by_year[year]) for year in sorted(by_year)[-5:]
    }


def test_one_change_is_drawn_where_it_changed_answers(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "law-began:us-ca-ccpa:2020-01-01"
    (drawn,) = drawn_of(client, monkeypatch, f"/changes/{name}")

    filled = {short for sign, short, *_ in drawn.tiles if sign == "eligible"}
    assert filled == {"CA"}


def test_lists_are_drawn_as_they_were_on_the_day(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("laws", "jurisdictions"):
        early, late = (
            drawn_of(client, monkeypatch, f"/{name}?on={day}")[0]
            for day in ("2016-01-01", "2026-11-27")
        )
        counted = [int(card.counts[0][1].rpartition(" ")[2]) for card in (early, late)]
        rows = client.get("/jurisdictions.csv?on=2026-11-27").text.splitlines()[1:]

        assert counted[0] < counted[1] == sum(not row.endswith(",") for row in rows)
    (companies,) = drawn_of(client, monkeypatch, "/vendors?on=2026-11-27")
    known = client.get("/vendors.json").json()["vendors"]
    assert sum(int(bar.value) for bar in companies.bars) == len(known)


def test_the_start_page_is_told_without_a_day(client: TestClient) -> None:
    page = client.get("/?lang=es").text
    said = told(page)

    assert links(page)["own"] == "http://testserver/?lang=es"
    assert said["og:description"] == said["description"]
    assert said["og:image"].startswith("http://testserver/share/start.png?on=")
    assert client.get(said["og:image"]).headers["content-type"] == "image/png"
    assert re.search(r'class="printed">[^<]*http://testserver/</p>', page)


def drawn_of(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> list[Card]:
    """Return the card of the picture that a page names."""
    drawn = cards_drawn(monkeypatch)
    client.get(told(client.get(address).text)["og:image"])
    return drawn


def test_who_waited_for_one_picture_is_given_that_which_was_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = cards_drawn(monkeypatch)
    lately, card = drawn_lately.Pictures(), Card("en", "", "", "")
    request = Request({"type": "http", "headers": []})

    async def all_at_once() -> None:
        async with create_task_group() as group:
            for _ in range(4):
                group.start_soon(ask)

    async def ask() -> None:
        answer = await lately.of(request, card, over=True, release="1")
        assert answer.body == b"png"

    anyio.run(all_at_once)

    assert drawn == [card]


def test_a_law_is_drawn_and_told_only_where_it_stands(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = cards_drawn(monkeypatch)
    law = data(client.get("/laws/eu-gdpr?on=2021-01-01").text)["Legislation"]

    for address in (
        "/share/jurisdictions/GB.png?on=2021-01-01",
        "/share/laws/us-ca-ccpa.png?on=2019-01-01",
    ):
        client.get(address)

    assert "GB" not in {one["identifier"] for one in law["legislationJurisdiction"]}
    assert drawn[0].line.endswith("In force on that day: UK GDPR.")
    assert drawn[1].count == ""


def test_a_picture_is_the_same_for_everybody_and_stands_when_its_day_is_over(
    client: TestClient,
) -> None:
    address = f"/share/vendors/clearview-ai.png?{ON}"
    client.cookies.set("lang", "fr")
    first = client.get(address, headers={"accept-language": "es"})
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})

    assert first.content == client.get(f"{address}&lang=en").content
    assert first.headers["cache-control"] == "public, max-age=2592000"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in first.headers
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cross-origin-resource-policy"] == "cross-origin"
    today = client.get("/share/vendors/clearview-ai.png")
    assert today.headers["cache-control"] == "public, max-age=3600"
    assert today.headers["etag"] != first.headers["etag"]
    assert client.get("/share/vendors/nobody.png").status_code == 404
    assert client.get("/share/gaps.png?on=tomorrow").status_code == 422
    assert client.get("/share/gaps.png?lang=de").status_code == 422


def test_a_hostile_name_stays_a_name(client: TestClient, store: Store) -> None:
    known = next(shape for shape in read_vendors() if shape.slug == "clearview-ai")
    odd = known.model_copy(update={"slug": "odd", "name": HOSTILE})
    with store.writing() as session:
        import_vendors(session, [odd], at=NOON, by="import")

    page = client.get("/vendors/odd").text

    assert "<script>alert" not in page
    assert told(page)["og:title"] == HOSTILE
    assert data(page)["Organization"]["name"] == HOSTILE
    assert client.get("/share/vendors/odd.png").status_code == 200


def test_records_are_told_to_programs_as_they_are(client: TestClient) -> None:
    law = data(client.get(f"/laws/us-ca-ccpa?{ON}").text)
    before = data(client.get("/laws/us-ca-ccpa?on=2019-07-06").text)
    helper = data(client.get(f"/regulators/{regulator(client)}").text)
    place = data(client.get("/jurisdictions/CA-QC").text)
    files = data(client.get(f"/data?{ON}").text)["Dataset"]

    assert law["Legislation"]["legislationLegalForce"].endswith("/InForce")
    assert before["Legislation"]["legislationLegalForce"].endswith("/NotInForce")
    assert law["Legislation"]["legislationDateOfApplicability"] == "2020-01-01"
    assert law["Legislation"]["legislationJurisdiction"][0]["identifier"] == "US-CA"
    way = [step["item"] for step in law["BreadcrumbList"]["itemListElement"]]
    assert way == ["http://testserver/laws", "http://testserver/laws/us-ca-ccpa"]
    assert helper["GovernmentOrganization"]["areaServed"]
    assert place["AdministrativeArea"]["containedInPlace"][0]["name"] == "Canada"
    assert files["temporalCoverage"] == "2020-07-06"
    assert files["license"] == "https://creativecommons.org/licenses/by/4.0/"
    for one in files["distribution"]:
        assert one["contentUrl"].startswith("http://testserver/data/")


def test_a_record_that_there_is_no_law_is_told_as_none(client: TestClient) -> None:
    listed = client.get("/laws").text
    absent = re.search(r'href="(/laws/[\w-]+)"', listed[listed.index("No general") :])
    assert absent

    assert set(data(client.get(absent[1]).text)) == {"BreadcrumbList"}


def test_where_nothing_draws_no_picture_is_named(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "AVAILABLE", False)

    said = told(client.get(f"/vendors/clearview-ai?{ON}").text)

    assert "og:image" not in said
    assert said["twitter:card"] == "summary"
    assert client.get(f"/share/vendors/clearview-ai.png?{ON}").status_code == 404
    with pytest.raises(RuntimeError, match=r"efface\[pdf\]"):
        pictures.draw(Card("en", "", "", ""))


def test_who_comes_when_too_many_wait_is_asked_to_come_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn_lately, "WAITING", 0)

    refused = client.get(f"/share/laws/us-ca-ccpa.png?{ON}")

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")


def test_another_public_page_says_what_it_is_and_a_resident_s_says_nothing(
    client: TestClient,
) -> None:
    help_page, track = (told(client.get(at).text) for at in ("/help", "/track"))

    assert help_page["og:description"] == help_page["description"]
    assert "og:image" not in help_page
    assert not [name for name in track if name.startswith("og:")]


def test_one_card_is_one_picture() -> None:
    tiles = (("eligible", "DE", 0, 0), ("uncertain", "FR", 1, 1))
    card = Card("fr", "Élan & Œuvre", "Le 6 juillet 2020.", "Efface", tiles=tiles)

    assert pictures.draw(card) == pictures.draw(card)
