"""The coverage page shows one region at a time, and leads to all others."""

import csv
import io
import re

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")
HEADINGS = re.compile(r'class="region"><span>([^<]+)</span>')
OTHERS = re.compile(r'<a href="(/coverage\?[^"]*region=[^"]+)">')
MOST = 200_000
"""Bytes that a page may send, as an old phone takes it."""


def headings(page: str) -> list[str]:
    return HEADINGS.findall(page)


def test_without_a_choice_one_region_is_shown_and_named(client: TestClient) -> None:
    page = client.get("/coverage").text

    assert headings(page) == ["Canada"]
    assert "Shown: Canada." in page
    assert '<option value="CA" selected>' in page


def test_every_other_region_is_one_link_away_with_what_was_chosen(
    client: TestClient,
) -> None:
    page = client.get("/coverage?kind=data_broker&on=2026-11-01").text
    seen = headings(page)
    for address in OTHERS.findall(page):
        assert "kind=data_broker" in address
        assert "on=2026-11-01" in address
        seen += headings(client.get(address.replace("&amp;", "&")).text)

    assert seen == [
        "Canada",
        "United States",
        "European Economic Area",
        "Elsewhere in Europe",
        "Elsewhere in the Americas",
        "Africa",
        "Asia",
        "Oceania",
        "Islands and Antarctica",
    ]


def test_a_group_or_a_single_place_can_be_asked_for(client: TestClient) -> None:
    union = client.get("/coverage?region=EU").text
    country = client.get("/coverage?region=CH").text

    assert "Shown: European Union." in union
    assert "Shown: Switzerland." in country
    assert headings(country) == ["Elsewhere in Europe"]


def test_the_files_hold_the_whole_world_or_the_region_asked_for(
    client: TestClient,
) -> None:
    def places(query: str) -> set[str]:
        rows = csv.DictReader(io.StringIO(client.get(f"/coverage.csv{query}").text))
        return {row["residence"] for row in rows}

    assert {"CA-ON", "US-PR", "DE", "JP", "AF"} <= places("")
    assert {"JP", "KZ"} <= places("?region=asia")
    assert not {"DE", "CA-ON"} & places("?region=asia")


def test_a_country_that_is_a_state_too_is_listed_once(client: TestClient) -> None:
    listed = client.get("/jurisdictions.json").json()["jurisdictions"]

    codes = [place["code"] for place in listed]
    assert "US-PR" in codes
    assert not {"PR", "GU", "VI", "AS", "MP"} & {*codes}


def test_the_page_of_its_second_code_leads_to_the_first(client: TestClient) -> None:
    answer = client.get("/jurisdictions/PR?on=2026-11-01", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/jurisdictions/US-PR?on=2026-11-01"


@pytest.mark.parametrize(
    "path",
    [
        "/coverage",
        "/coverage?region=US",
        "/coverage?region=africa",
        "/jurisdictions",
        "/laws",
        "/vendors/clearview-ai",
        "/vendors",
        "/changes",
        "/compare",
        "/compare?from=2015-01-01",
    ],
)
def test_a_page_of_the_library_is_light(client: TestClient, path: str) -> None:
    with client.stream("GET", path) as answer:
        sent = sum(len(part) for part in answer.iter_raw())

    assert 0 < sent < MOST
