"""Two days side by side: the page and its files."""

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from app.domain.changes import Cause, Direction
from app.domain.facts import Sector
from app.rulebook.load import load_rulebook, read_vendors
from tests.web.conftest import QUERIES

pytestmark = pytest.mark.usefixtures("one_engine")
PLACES = [place.code for place in load_rulebook().places]
SLUGS = [shape.slug for shape in read_vendors()]


def questions(count: int) -> list[dict[str, str]]:
    """Return pairs of days and filters by chance."""
    chance = Random(20200706)
    days = [date(2018, 1, 1) + timedelta(days=113 * n) for n in range(12)]
    later = [days[-1] + timedelta(days=211 * n) for n in range(1, 12)]
    makers: dict[str, Callable[[], str]] = {
        "vendor": lambda: chance.choice(SLUGS),
        "kind": lambda: chance.choice(list(Sector)),
        "place": lambda: chance.choice([*PLACES, "EEA", "EU", "US", "CA"]),
        "cause": lambda: chance.choice(list(Cause)),
        "direction": lambda: chance.choice([Direction.GAINED, Direction.LOST]),
    }
    return [
        {
            "from": chance.choice(days).isoformat(),
            "to": chance.choice(later).isoformat(),
            **{name: makers[name]() for name in chance.sample(list(makers), n % 3)},
        }
        for n in range(count)
    ]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def said(page: str) -> tuple[int, int]:
    """Return how many answers differ, and of how many, as the page says it."""
    found = re.search(r"([\d,]+) answers? differs?, of ([\d,]+)\.", page)
    assert found
    differ, of = (int(number.replace(",", "")) for number in found.groups())
    return differ, of


@pytest.mark.parametrize("part", range(4))
def test_the_page_and_its_files_say_the_same(client: TestClient, part: int) -> None:
    for asked in questions(QUERIES)[part::4]:
        query = urlencode(asked)
        page = client.get(f"/compare?{query}").text
        document = client.get(f"/compare.json?{query}").json()
        table = rows(client.get(f"/compare.csv?{query}").text)

        assert said(page) == (document["differing"], document["answers"])
        assert len(table) == document["differing"]
        for one in document["differences"]:
            assert asked.get("direction") in {
                None,
                "gained" if one["gained"] else "lost",
            }
            causes = {name.partition(":")[0] for name in one["because"]}
            assert asked.get("cause") in {None, *causes}
        assert page.count('data-label="Company"') == len(document["differences"])
        flat = {
            (one["residence"], vendor, one["before"], one["after"])
            for one in document["differences"]
            for vendor in one["vendors"]
        }
        assert flat == {
            (row["residence"], row["vendor"], row["before"], row["after"])
            for row in table
        }


def test_each_difference_is_that_of_the_two_tables(client: TestClient) -> None:
    verdicts = [
        {
            (cell["vendor"], cell["residence"]): cell["verdict"]
            for cell in client.get(f"/coverage.json?on={day}").json()["cells"]
        }
        for day in ("2020-07-06", "2026-11-23")
    ]

    document = client.get("/compare.json?from=2020-07-06&to=2026-11-23").json()

    differing = {
        (vendor, one["residence"]): (one["before"], one["after"])
        for one in document["differences"]
        for vendor in one["vendors"]
    }
    assert differing == {
        cell: (before, verdicts[1][cell])
        for cell, before in verdicts[0].items()
        if before != verdicts[1][cell]
    }


def test_every_difference_says_what_happened(client: TestClient) -> None:
    document = client.get("/compare.json?from=2020-07-06&to=2026-11-23").json()
    known = {
        change["id"]: change for change in client.get("/changes.json").json()["changes"]
    }

    for one in document["differences"]:
        assert one["because"]
        assert all(known[name]["on"] > "2020-07-06" for name in one["because"])


def test_the_page_shows_both_days_and_why(client: TestClient) -> None:
    page = client.get(
        "/compare?from=2020-07-06&to=2026-11-23&vendor=clearview-ai&place=US-VA"
    ).text

    assert "1 answer differs, of 1." in page
    assert 'href="/changes/offered:clearview-ai:clearview-virginia:2023-01-01"' in page
    assert "Opt-out only" in page
    assert "Offered by the company" in page
    assert page.count('<svg class="tiles us"') == 2
    assert 'href="#t-ring"' in page


def test_without_days_it_goes_from_the_founding_day_to_today(
    client: TestClient,
) -> None:
    document = client.get("/compare.json").json()

    assert (document["from"], document["to"]) == ("2020-07-06", "2026-11-23")


def test_the_day_of_other_pages_is_the_second_one(client: TestClient) -> None:
    document = client.get("/compare.json?on=2021-01-01").json()

    assert document["to"] == "2021-01-01"
    assert client.get("/compare.json?on=2019-01-01").json()["differing"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-01-01&to=2020-01-01",
        "to=never",
        "from=1",
        "on=x",
        "place=ZZ-QQ",
        "cause=whim",
        "direction=up",
    ],
)
def test_what_is_no_day_or_place_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/compare?{query}").status_code == 422


def test_the_filters_go_with_the_reader(client: TestClient) -> None:
    asked = "vendor=clearview-ai&cause=offered&direction=gained"
    changes = html.unescape(client.get(f"/changes?{asked}").text)
    page = html.unescape(client.get(f"/compare?from=2020-07-06&{asked}").text)
    none = client.get("/compare?cause=law-ended&direction=lost").text

    assert re.search(rf'href="/compare\?from=[\d-]+&to=[\d-]+&{asked}"', changes)
    for name in ("cause", "direction"):
        assert re.search(rf'<select id="{name}".*? selected>', page, re.DOTALL)
    for address in ("/compare.csv", "/compare.json", "/compare", "/changes"):
        found = re.search(rf'href="{address}\?([^"]*)"', page)
        assert found
        assert {"cause=offered", "direction=gained"} <= set(found[1].split("&"))
    assert "Nothing that we know of fits this choice." in none


def test_what_never_differs_between_two_days_is_no_choice_there(
    client: TestClient,
) -> None:
    changes = client.get("/changes?cause=corrected&direction=same").text
    choices = client.get("/compare").text

    linked = re.search(r'href="/compare\?([^"]*)"', changes)
    assert linked
    assert "cause" not in linked[1]
    assert "direction" not in linked[1]
    for value in ("corrected", "same"):
        assert f'<option value="{value}"' not in choices


def test_nothing_between_two_days_is_said(client: TestClient) -> None:
    page = client.get("/compare?from=2026-11-20&to=2026-11-21").text

    assert "0 answers differ" in page
    assert "No answer differs between these days." in page


@pytest.mark.parametrize("address", ["/compare", "/compare.json", "/compare.csv"])
def test_who_has_it_is_not_sent_it_again(client: TestClient, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert "set-cookie" not in first.headers


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Ce qui diffère entre deux jours"), ("es", "Qué cambia entre dos días")],
)
def test_the_page_speaks_the_readers_language(
    client: TestClient, language: str, words: str
) -> None:
    page = client.get("/compare", headers={"Accept-Language": language}).text

    assert f"<h1>{words}</h1>" in page
