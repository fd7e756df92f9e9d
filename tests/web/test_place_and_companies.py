"""Where one lives and which companies, as somebody without scripts chooses them."""

import re

import pytest
from fastapi.testclient import TestClient

from app.actions.import_vendors import import_vendors
from app.rulebook.vendor_schema import VendorShape
from tests.conftest import FakeClock
from tests.post_office import PROBE, Office

pytestmark = pytest.mark.usefixtures("one_engine")


@pytest.mark.parametrize(
    ("language", "countries", "region"),
    [
        ("en", ["Germany", "United States"], "Quebec, Canada"),
        ("fr", ["Allemagne", "États-Unis", "Équateur"], "Québec, Canada"),
        ("es", ["Alemania", "Estados Unidos"], "Quebec, Canadá"),
    ],
)
def test_every_place_is_named_in_the_visitors_language(
    client: TestClient, language: str, countries: list[str], region: str
) -> None:
    page = client.get(f"/check?lang={language}").text

    for name in (*countries, region):
        assert f">{name}</option>" in page


def test_names_with_accents_stand_where_one_looks_for_them(client: TestClient) -> None:
    page = client.get("/check?lang=fr").text
    names = re.findall(r'<option value="[A-Z]{2}">([^<]+)</option>', page)

    assert names.index("Équateur") < names.index("Espagne") < names.index("France")


def test_a_company_is_found_by_a_part_of_its_name_and_all_else_is_kept(
    client: TestClient,
) -> None:
    page = client.get(
        "/check?asked=1&country=DE&vendor=pimeyes&name=CLEAR%20view&look=1"
    )

    assert page.status_code == 200
    assert "1 company of this name" in page.text
    assert page.text.count('value="clearview-ai"') == 1
    assert '<option value="DE" selected>' in page.text
    assert 'value="pimeyes" checked' in page.text


def test_a_name_that_nobody_has_is_said_to_be_unknown(client: TestClient) -> None:
    page = client.get("/check?asked=1&name=Nobody+Ltd&look=1")

    assert page.status_code == 200
    assert "We know no company of this name. You can choose a kind." in page.text


def test_each_kind_says_what_it_does_with_data(client: TestClient) -> None:
    page = client.get("/check").text

    assert "They collect pictures of faces from the web" in page
    assert "I do not know who has my data" in page


def test_a_whole_kind_that_was_chosen_stays_chosen(client: TestClient) -> None:
    page = client.get("/check?asked=1&kind=face_search").text

    assert 'name="kind" value="face_search" checked' in page


def test_where_there_are_very_many_companies_they_are_looked_for(
    client: TestClient, office: Office, now: FakeClock
) -> None:
    shapes = [
        VendorShape.model_validate({**PROBE, "slug": f"probe-{n}", "name": f"P {n}"})
        for n in range(200)
    ]
    with office.writing() as session:
        import_vendors(session, shapes, at=now(), by="import")

    page = client.get("/check?asked=1&country=DE&vendor=probe-7&vendor=probe-8")
    many = client.get("/check?vendor=probe-7")

    assert page.url.path == "/check/answer"
    assert len(many.content) < 40_000
    assert 'value="probe-7" checked' in many.text
    assert "probe-9" not in many.text
    assert "look for it by name above" in many.text


def test_who_moved_is_asked_for_the_former_place_on_a_page_of_its_own(
    client: TestClient,
) -> None:
    page = client.get("/check?asked=1&country=FR&vendor=clearview-ai&moved=1")

    assert page.status_code == 200
    assert "Where did you live before?" in page.text
    assert 'name="former_country"' in page.text


@pytest.mark.parametrize(
    ("former", "said"),
    [
        ("former_country=", "Choose the country where you lived before"),
        ("former_country=US", "Choose the region where you lived before"),
        ("former_country=US&former_region=CA-ON", "Choose a place from the list"),
    ],
)
def test_a_former_place_that_is_missing_is_told_at_its_field(
    client: TestClient, former: str, said: str
) -> None:
    page = client.get(
        f"/check?asked=1&moved=1&residence=FR&vendor=clearview-ai&{former}"
    )

    assert page.status_code == 422
    assert "<title>Error: " in page.text
    assert said in page.text


def test_a_former_place_stands_beside_and_the_present_one_is_filed(
    client: TestClient,
) -> None:
    page = client.get(
        "/check?asked=1&moved=1&residence=AF&vendor=clearview-ai&former_country=DE"
    )

    assert page.url.path == "/check/answer"
    assert set(page.url.params) == {"residence", "former", "vendor"}
    before = page.text.partition('class="before"')[2].partition("</div>")[0]
    assert "Before, in Germany" in before
    assert "Covered by law" in before
    assert 'name="residence" value="AF"' in page.text.partition('action="/file"')[2]
