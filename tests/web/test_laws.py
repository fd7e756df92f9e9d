"""The list of laws, and what is said of an address that is wrong."""

import csv
import io
import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")


def test_the_laws_are_listed_by_country_with_first_day_and_confidence(
    client: TestClient,
) -> None:
    page = client.get("/laws?on=2026-11-24")

    assert page.status_code == 200
    head, _, canada = page.text.partition(">Canada<")
    assert '<a href="/laws/ca-pipeda?on=2026-11-24">PIPEDA</a>' in canada
    assert "25 May 2018" in page.text.replace("\u00a0", " ")
    assert "A bill" in canada
    assert re.search(r">Alberta PIPA</a>[^\n]*Alberta<", canada)
    assert 'href="/laws"' in head


def test_records_of_places_without_a_law_stand_apart(client: TestClient) -> None:
    laws, _, apart = client.get("/laws").text.partition(">No general law<")

    assert '<a href="/laws/us-ny-none">New York</a>' in apart
    assert "us-ny-none" not in laws
    assert "us-va-vcdpa" not in apart


@pytest.mark.parametrize("address", ["/laws.json", "/api/v1/laws"])
def test_the_list_is_there_for_programs(client: TestClient, address: str) -> None:
    document = client.get(address).json()

    assert {"ca-pipeda", "eu-gdpr"} <= {law["id"] for law in document["laws"]}


def test_the_list_is_there_as_a_table(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/laws.csv").text)))

    gdpr = next(row for row in rows if row["id"] == "eu-gdpr")
    assert gdpr["from"] == "2018-05-25"
    assert "DE" in gdpr["places"].split()


def test_a_law_counts_in_words(client: TestClient) -> None:
    page = client.get("/laws/eu-gdpr").text

    assert "1 month" in page
    assert "1 months" not in page


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/vendors/nobody", "We know no company of this address."),
        ("/laws/xx-none", "We know no law of this address."),
        ("/jurisdictions/XX", "We know no place of this address."),
    ],
)
def test_an_unknown_address_says_what_is_unknown(
    client: TestClient, address: str, said: str
) -> None:
    page = client.get(address)

    assert page.status_code == 404
    assert said in page.text


@pytest.mark.parametrize("address", ["/laws", "/vendors", "/coverage"])
@pytest.mark.parametrize("on", ["bad", "20261123", "2026-W48-1"])
def test_a_wrong_day_is_named(client: TestClient, address: str, on: str) -> None:
    page = client.get(f"{address}?on={on}")

    assert page.status_code == 422
    assert "A day looks like 2026-11-23." in page.text


def test_an_address_tells_all_that_it_takes(client: TestClient) -> None:
    answer = client.put("/track")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_a_company_that_nobody_knows_is_said_to_be_unknown(client: TestClient) -> None:
    page = client.get("/check/answer?residence=CA-ON&vendor=nobody")

    assert page.status_code == 422
    assert "We know no company of that address" in page.text


def test_a_place_that_nobody_read_up_gets_a_sentence_of_its_own(
    app: FastAPI, client: TestClient
) -> None:
    whole = app.state.parts.rulebook
    read_up = {i: law for i, law in whole.pack.laws.items() if "JP" not in law.places}
    pack = replace(whole.pack, laws=read_up)
    app.state.parts = replace(app.state.parts, rulebook=replace(whole, pack=pack))

    page = client.get("/check/answer?residence=JP&vendor=clearview-ai").text

    assert "We have not researched the law of this place yet" in page
    assert "A law or an order may apply" not in page
    assert "you can tell the regulator" not in page
    assert "/laws/no-record" not in page


def test_the_data_has_a_licence_of_its_own(client: TestClient) -> None:
    page = client.get("/data").text

    assert "https://creativecommons.org/licenses/by/4.0/" in page
    assert "https://www.apache.org/licenses/LICENSE-2.0" in page
