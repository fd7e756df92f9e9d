"""The answer, company by company, as somebody reads it."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")


@pytest.mark.parametrize(
    ("residence", "spoken", "shown"),
    [
        ("AT", "fr", '<span lang="de">Österreichische Datenschutzbehörde</span>'),
        ("IE", "es", '<span lang="en">Data Protection Commission</span>'),
        ("ES", "es", ">Agencia Española de Protección de Datos<"),
    ],
)
def test_a_regulators_name_is_marked_where_it_is_in_another_language(
    client: TestClient, residence: str, spoken: str, shown: str
) -> None:
    where = f"residence={residence}&vendor=epsilon&on=2026-11-23&lang={spoken}"

    assert shown in client.get(f"/check/answer?{where}").text


def card(client: TestClient, residence: str, vendor: str, more: str = "") -> str:
    """Return what one card says."""
    page = client.get(f"/check/answer?residence={residence}&vendor={vendor}{more}")
    assert page.status_code == 200
    found = re.search(r'<section class="card".*?</section>', page.text, re.DOTALL)
    assert found
    return unescape(found[0])


def test_who_is_covered_reads_the_law_its_section_and_its_text(
    client: TestClient,
) -> None:
    said = card(client, "DE", "riverty-infoscore")

    assert "Covered by law" in said
    assert re.search(r'href="/laws/eu-gdpr\?on=2026-11-23">GDPR</a>, art', said)
    assert re.search(r'href="https://[^"]+" rel="noreferrer">read the text', said)


@pytest.mark.parametrize(
    ("language", "name", "section"),
    [("fr", "LPRPDE", "annexe 1"), ("es", "PIPEDA", "anexo 1")],
)
def test_a_law_is_named_and_cited_in_the_readers_language(
    client: TestClient, language: str, name: str, section: str
) -> None:
    said = card(client, "CA-NB", "clearview-ai", f"&lang={language}")

    assert f">{name}</a>, {section}" in said


def test_a_no_says_what_can_still_be_done(client: TestClient) -> None:
    said = card(client, "AF", "adgear")

    assert "Not covered" in said
    assert "Ask anyway. The letter claims no right" in said
    assert 'href="/watch?residence=AF&vendor=adgear"' in said
    assert " checked" not in said


def test_one_company_alone_is_asked_by_the_button_without_a_box(
    client: TestClient,
) -> None:
    said = client.get("/check/answer?residence=AF&vendor=adgear").text
    form = re.search(r'<form method="post" action="/file".*?</form>', said, re.DOTALL)

    assert form
    assert "<button>Ask anyway</button>" in form[0]
    assert 'type="checkbox"' not in form[0]
    assert "Tick the box" not in form[0]
    begun = client.post("/file", data={"residence": "AF", "vendor": "adgear"})
    assert re.fullmatch(r"/file/[0-9a-f-]{36}/(questions|who)", begun.url.path)


def test_who_ticks_none_of_several_reads_so_at_the_box_and_loses_nothing(
    client: TestClient,
) -> None:
    where = {"residence": "AF", "former": "DE", "on": "2026-11-20"}
    of = ["adgear", "clearview-ai"]

    page = client.post("/file?lang=fr", data={**where, "of": of})

    assert page.status_code == 422
    assert "<title>Erreur" in page.text
    assert '<a href="#vendor">Cochez les entreprises' in page.text
    assert re.search(r'id="vendor" aria-describedby="vendor-error"', page.text)
    for slug in of:
        assert f'type="checkbox" name="vendor" value="{slug}"' in page.text
    for name, value in where.items():
        assert f'type="hidden" name="{name}" value="{value}"' in page.text
    same = "/check/answer?residence=AF&amp;former=DE&amp;vendor=adgear"
    more = "&amp;vendor=clearview-ai&amp;on=2026-11-20&amp;lang=es"
    assert f'href="{same}{more}"' in page.text


def test_who_may_have_a_right_is_not_told_to_ask_anyway(client: TestClient) -> None:
    alone = "/check/answer?residence=CA-ON&vendor=clearview-ai"

    for said in (client.get(alone).text, card(client, "CA-ON", "clearview-ai")):
        assert "Ask Clearview AI<" in said
        assert "Ask anyway" not in said


def test_no_reminder_is_promised_where_no_law_sets_a_day(client: TestClient) -> None:
    said = card(client, "AF", "adgear")

    assert "we send no reminder" in said
    assert "We remind you" not in said


@pytest.mark.parametrize(
    ("residence", "said"),
    [
        ("CA-QC", "disputes the order that binds it here"),
        ("CA-NB", "need not follow what the authorities found here"),
    ],
)
def test_what_can_go_wrong_names_what_this_company_did(
    client: TestClient, residence: str, said: str
) -> None:
    assert f"Clearview AI {said}" in card(client, residence, "clearview-ai")


def test_the_same_place_and_company_on_other_days(client: TestClient) -> None:
    before = card(client, "DE", "riverty-infoscore", "&on=2018-05-24")
    after = card(client, "DE", "riverty-infoscore", "&on=2018-05-25")

    assert "<span>Covered by law</span>" not in before
    assert "From 25\u00a0May\u00a02018: Covered by law" in before
    assert "<span>Covered by law</span>" in after


def test_the_address_of_an_answer_holds_place_companies_and_day(
    client: TestClient,
) -> None:
    page = client.get("/check/answer?residence=DE&vendor=pimeyes&former=FR&utm=x").text
    link = re.search(r'href="(/check/answer[^"]+)">The address of this answer', page)

    assert link
    assert unescape(link[1]) == (
        "/check/answer?residence=DE&former=FR&vendor=pimeyes&on=2026-11-23"
    )


def test_a_law_in_doubt_stands_beside_the_offer_with_what_it_depends_on(
    client: TestClient,
) -> None:
    page = client.get("/check/answer?residence=US-CA&vendor=acxiom").text

    assert "Offered by the company" in page
    assert "Delete Act" in page
    assert "What we do not know about it" in page
    assert "how much it earns in a year" in page


def test_who_has_a_right_is_told_of_no_doubt_about_another(client: TestClient) -> None:
    page = client.get("/check/answer?residence=DE&vendor=schufa").text

    assert "Covered by law" in page
    assert "What we do not know about it" not in page
