"""Regulators: from each law and place to who enforces it, and back."""

import csv
import html
import io
import re

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")
SPAIN = "/regulators/agencia-espanola-de-proteccion-de-datos"


def test_a_place_leads_to_its_regulator_and_that_back(client: TestClient) -> None:
    place = client.get("/jurisdictions/ES?on=2026-11-23").text
    page = client.get(f"{SPAIN}?on=2026-11-23").text

    assert f'href="{SPAIN}?on=2026-11-23"' in place
    assert "Agencia Española de Protección de Datos" in page
    assert 'href="/jurisdictions/ES?on=2026-11-23"' in page
    assert 'href="/laws/eu-gdpr?on=2026-11-23"' in page
    assert "How sure we are:" in page
    assert "Source:" in page


def test_a_law_that_left_a_place_is_not_in_force_there(client: TestClient) -> None:
    """The European regulation on data left the United Kingdom at the end of 2020."""
    with_it, without = (
        client.get(f"/jurisdictions/GB.json?on={day}").json()
        for day in ("2020-12-31", "2021-01-01")
    )
    page = client.get("/jurisdictions/GB?on=2021-01-01").text
    said = page[page.index("No longer in force") :]
    helper = "/regulators/data-protection-authorities-of-the-member-states.json"
    (there,) = client.get(f"{helper}?on=2021-01-01").json()["laws"]

    assert [law["id"] for law in with_it["laws"]] == ["eu-gdpr"]
    assert [law["id"] for law in without["laws"]] == ["gb-uk-gdpr"]
    assert "eu-gdpr" in [law["id"] for law in without["ended"]]
    assert "/laws/eu-gdpr" not in page[: page.index("No longer in force")]
    assert "until 31\xa0December\xa02020" in said[: said.index("</ul>")]
    assert (there["enforced_in"], there["in_force"]) == (["GB", "GI"], False)
    listed = client.get("/jurisdictions.csv?on=2021-01-01").text
    assert re.search(r"^GB,[^,]+,gb-uk-gdpr\r$", listed, re.MULTILINE)
    soon = client.get("/jurisdictions/NO.json?on=2018-07-01").json()
    assert "eu-gdpr" in [law["id"] for law in soon["coming"]]


def test_a_law_leads_to_all_who_enforce_it(client: TestClient) -> None:
    page = client.get("/laws/eu-gdpr").text
    found = set(re.findall(r'href="(/regulators/[^"]+)"', page))

    assert SPAIN in found
    for address in list(found)[:5]:
        assert 'href="/laws/eu-gdpr?on=' in client.get(address).text


def test_page_json_and_csv_say_the_same(client: TestClient) -> None:
    listed = client.get("/data/regulators.json").json()["rows"]
    for row in listed[::23]:
        address = f"/regulators/{row['id']}"
        page = html.unescape(client.get(address).text)
        document = client.get(f"{address}.json").json()
        rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv").text)))

        assert document["name"] == row["name"]
        assert row["name"] in page
        assert f"{address}.csv?on={document['on']}" in page
        assert f"{address}.json?on={document['on']}" in page
        assert [law["id"] for law in document["laws"]] == [line["law"] for line in rows]
        for line in rows:
            assert f"/laws/{line['law']}?on=" in page


def test_its_name_is_marked_where_it_is_in_another_language(client: TestClient) -> None:
    english = client.get(SPAIN).text
    spanish = client.get(SPAIN, headers={"accept-language": "es"}).text

    assert '<span lang="es">Agencia' in english
    assert '<span lang="es">Agencia' not in spanish
    assert "Para reclamar" in spanish


@pytest.mark.parametrize("form", ["", ".json", ".csv"])
def test_nobody_else_is_there(client: TestClient, form: str) -> None:
    assert client.get(f"/regulators/nobody{form}").status_code == 404
    assert client.get(f"{SPAIN}{form}?on=tomorrow").status_code == 422


def test_whoever_finds_a_mistake_names_the_record_of_each_law(
    client: TestClient,
) -> None:
    listed = client.get("/data/regulators.json").json()["rows"]
    for row in listed[::29]:
        address = f"/regulators/{row['id']}"
        page, laws = client.get(address).text, client.get(f"{address}.json").json()
        links = re.findall(r'href="(/corrections/new\?about=regulator[^"]+)"', page)

        assert len(links) == len(laws["laws"])
        assert "Is something here wrong?" in page
        for link in map(html.unescape, links):
            form = client.get(link)
            assert form.status_code == 200
            assert row["name"] in html.unescape(form.text)
