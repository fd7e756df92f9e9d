"""What an address asks for that nobody knows is refused in words, and not passed over."""

from html import escape

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")
PAGES = [
    "/coverage",
    "/coverage/map",
    "/changes",
    "/compare",
    "/accountability",
    "/gaps",
]
TABLES = [page for page in PAGES if page.startswith("/coverage")]
CHANGES = ["/changes", "/compare"]
FIGURES = ["/accountability", "/gaps"]
WRONG = [
    *((page, "vendor", "clearview", "clearview-ai") for page in PAGES),
    *((page, "kind", "data_brokers", "data_broker") for page in TABLES + CHANGES),
    *((page, "region", "fr", "FR") for page in TABLES),
    *((page, "place", "fr", "FR") for page in CHANGES),
    *((page, "verdict", "eligable", "eligible") for page in TABLES),
    *((page, "cause", "law-begins", "law-began") for page in CHANGES),
    *((page, "direction", "gain", "gained") for page in CHANGES),
    *((page, "law", "ca-ccpa", "us-ca-ccpa") for page in FIGURES),
]


@pytest.mark.parametrize(("page", "name", "typed", "meant"), WRONG)
def test_what_nobody_knows_is_refused_with_what_was_meant(
    client: TestClient, page: str, name: str, typed: str, meant: str
) -> None:
    answer = client.get(f"{page}?{name}={typed}")
    document = client.get(f"{page}.json?{name}={typed}")
    main = answer.text[answer.text.index("<main") :]

    assert answer.status_code == document.status_code == 422
    assert "The address names " in main
    assert f'href="{page}?{name}={meant}"' in main
    assert f'href="{page}"' in main
    assert client.get(f"{page}?{name}={meant}").status_code == 200
    assert document.headers["content-type"] == "application/problem+json"
    (error,) = document.json()["errors"]
    assert error["field"] == name
    assert meant in error["nearest"]
    assert f'"{typed}"' not in document.text


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (
            "/coverage?vendor=clearview&on=2020-07-06&region=CA",
            "/coverage?on=2020-07-06&region=CA&vendor=clearview-ai",
        ),
        (
            "/coverage/map?on=2020-07-06&kind=data_brokers&verdict=eligible&lang=fr",
            "/coverage/map?on=2020-07-06&verdict=eligible&lang=fr&kind=data_broker",
        ),
        (
            "/compare?from=2020-07-06&to=2026-11-23&place=fr&vendor=spokeo",
            "/compare?from=2020-07-06&to=2026-11-23&vendor=spokeo&place=FR",
        ),
        ("/gaps?period=all&law=ca-ccpa&q=", "/gaps?period=all&q=&law=us-ca-ccpa"),
    ],
)
def test_all_else_that_was_asked_stands_in_what_was_meant(
    client: TestClient, asked: str, meant: str
) -> None:
    main = client.get(asked).text.partition("<main")[2]

    assert f'href="{escape(meant)}"' in main
    assert client.get(meant).status_code == 200


@pytest.mark.parametrize("page", CHANGES)
@pytest.mark.parametrize("days", ["from=tomorrow", "from=2026-01-01&to=2020-01-01"])
def test_days_that_are_none_are_said_to_be(
    client: TestClient, page: str, days: str
) -> None:
    answer = client.get(f"{page}?{days}")

    assert answer.status_code == 422
    assert "A day looks like 2026-11-23" in answer.text


def test_a_quarter_that_is_none_is_said_to_be(client: TestClient) -> None:
    answer = client.get("/gaps?period=2026-07&lang=fr")

    assert answer.status_code == 422
    assert "Un trimestre s’écrit 2026-Q2." in answer.text


def test_what_is_not_there_is_told_to_programs_as_a_document(
    client: TestClient,
) -> None:
    answer = client.get("/vendors/nobody.json")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/vendors/nobody").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        "/track/broadcast.json",
        "/track/requests/01900000-0000-7000-8000-000000000000/evidence.json",
        "/vendors/nobody.json",
    ],
)
def test_who_follows_a_link_to_a_document_that_is_not_there_gets_a_page(
    client: TestClient, path: str
) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "fr"}

    page = client.get(path, headers=browser)
    document = client.get(path, headers={"Accept": "application/json"})

    assert page.status_code == document.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert '<html lang="fr"' in page.text
    assert document.headers["content-type"] == "application/problem+json"


def test_a_table_of_one_company_says_whose_it_is(client: TestClient) -> None:
    page = client.get("/coverage?vendor=spokeo&on=2026-11-23").text

    assert "<title>Who is covered for Spokeo – Efface</title>" in page
    assert "<h1>Who is covered for Spokeo</h1>" in page
    assert "can ask Spokeo on 23\u00a0November\u00a02026" in page
    assert 'href="/coverage?on=2026-11-23">All companies</a>' in page
