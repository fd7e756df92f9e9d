"""The map: what its tiles, its table and its files say is the same."""

import csv
import html
import io
import re
from datetime import date, timedelta
from random import Random

import pytest
from fastapi.testclient import TestClient

from app.domain.facts import Sector
from app.rulebook.load import read_vendors
from tests.web.conftest import QUERIES

pytestmark = pytest.mark.usefixtures("one_engine")
SLUGS = [shape.slug for shape in read_vendors()]
REGIONS = ["", "CA", "US", "EEA", "EU", "africa", "asia", "CH", "US-CA"]
ROW = re.compile(
    r'<th role="rowheader" scope="row"><a href="([^"]+)">([^<]+)</a></th>'
    r'<td role="cell" data-label="Answer"><svg class="(\w+)"[^>]*><use[^>]*/></svg>'
    r"([^<]+)"
)
COUNT = re.compile(r'</svg> ([^<]+) <span class="note">([\d,]+)</span>')
TILE = re.compile(r'<a href="([^"]+)" aria-label="([^"]+)"><use href="#t-(\w+)"')
MOST = 200_000


def rows(page: str) -> list[tuple[str, str, str, str]]:
    """Return address, place, sign and answer of each row of the table."""
    return [
        (html.unescape(r[0]), html.unescape(r[1]), r[2], r[3])
        for r in ROW.findall(page)
    ]


def written(client: TestClient, query: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(client.get(f"/coverage/map.csv?{query}").text))
    )


def test_a_company_s_map_says_who_is_covered_where(client: TestClient) -> None:
    page = client.get("/coverage/map?vendor=clearview-ai&on=2026-11-23").text

    assert "<h1>Clearview AI, place by place</h1>" in page
    assert '<option value="clearview-ai" selected>Clearview AI</option>' in page
    germany = next(row for row in rows(page) if row[1] == "Germany")
    assert germany == (
        "/check/answer?residence=DE&vendor=clearview-ai&on=2026-11-23",
        "Germany",
        "eligible",
        "Covered by law",
    )


def test_a_tile_is_a_link_named_as_in_the_matrix(client: TestClient) -> None:
    page = client.get("/coverage/map?vendor=clearview-ai&on=2026-11-23").text
    named = {label: (href, sign) for href, label, sign in TILE.findall(page)}

    href, sign = named["Clearview AI in Ontario: We cannot tell yet"]
    assert sign == "uncertain"
    assert client.get(html.unescape(href)).status_code == 200
    matrix = client.get("/coverage?region=CA&on=2026-11-23").text
    assert 'aria-label="Clearview AI in Ontario: We cannot tell yet"' in matrix


def test_the_world_is_a_picture_whose_links_are_in_the_table(
    client: TestClient,
) -> None:
    page = client.get("/coverage/map").text
    world = page[page.index('class="tiles world"') :]
    world = world[: world.index("</svg>")]

    assert 'role="img" aria-label="Map of the world.' in world
    assert "<a " not in world
    assert ">DE</text>" in world


def test_a_place_that_gets_an_answer_later_is_dated(client: TestClient) -> None:
    page = client.get("/coverage/map?vendor=clearview-ai&on=2019-12-31").text
    cells = {row[1]: row for row in rows(page)}

    assert cells["Texas"][2:] == ("from", "Not covered")
    assert "From 22\u00a0January\u00a02020: Offered by the company" in page
    label = (
        "Clearview AI in Texas: Not covered. "
        "From 22 January 2020: Offered by the company"
    )
    assert (label, "from") in [(said, sign) for _, said, sign in TILE.findall(page)]
    assert "counts as not covered" in page


def test_the_table_is_folded_by_region_and_says_what_is_inside(
    client: TestClient,
) -> None:
    whole = client.get("/coverage/map?vendor=clearview-ai&on=2026-11-23").text
    one = client.get("/coverage/map?vendor=clearview-ai&on=2026-11-23&region=EEA").text

    assert '<details class="kind-of"><summary><span id="part-3">European' in whole
    assert f"<small>Covered by law: {len(rows(one))}</small></summary>" in whole
    assert '<details class="kind-of" open>' in one


def test_the_best_of_all_names_the_company_and_leads_to_the_place(
    client: TestClient,
) -> None:
    page = client.get("/coverage/map?on=2026-11-23").text

    assert "<h1>Any company, place by place</h1>" in page
    assert f"Shown is the best answer of {len(SLUGS)} companies." in page
    assert "/jurisdictions/DE?on=2026-11-23" in [row[0] for row in rows(page)]
    assert "At least one company in Ontario: " in page


def test_the_best_of_all_is_not_taken_for_the_answer_of_each(
    client: TestClient,
) -> None:
    said = "The best answer says little of the other companies."

    assert said in client.get("/coverage/map").text
    assert said not in client.get("/coverage/map?vendor=clearview-ai").text


def test_numbers_of_page_tiles_and_files_are_the_same_for_any_question(
    client: TestClient,
) -> None:
    chance = Random(14)
    for _ in range(QUERIES):
        day = date(2010, 1, 1) + timedelta(days=chance.randrange(365 * 20))
        query = (
            f"vendor={chance.choice(['', 'any', *SLUGS])}&on={day}"
            f"&kind={chance.choice(['', '', *Sector])}&region={chance.choice(REGIONS)}"
        )
        page = client.get(f"/coverage/map?{query}").text
        said = {word: int(n) for word, n in COUNT.findall(page)}
        cells = client.get(f"/coverage/map.json?{query}").json()["cells"]
        lines = written(client, query)
        table = client.get(f"/coverage.csv?{query}").text

        assert len(rows(page)) == len(cells) == len(lines), query
        for cell, line in zip(cells, lines, strict=True):
            assert {k: v or "" for k, v in cell.items()} == {
                k: int(v) if k == "vendors" else v for k, v in line.items() if k != "on"
            }
            whole = ",".join(
                str(line[k]) for k in ("on", "vendor", "residence", "verdict")
            )
            assert whole in table
        for verdict, word in (
            ("eligible", "Covered by law"),
            ("not_eligible", "Not covered"),
        ):
            counted = sum(cell["verdict"] == verdict for cell in cells)
            assert said.get(word, 0) == counted, query
            assert sum(row[3] == word for row in rows(page)) == counted, query


def test_one_company_s_files_are_those_of_the_table(client: TestClient) -> None:
    query = "vendor=spokeo&on=2026-11-23&region=US"
    table = client.get(f"/coverage.json?{query}").json()["cells"]
    map_cells = client.get(f"/coverage/map.json?{query}").json()["cells"]

    assert [{**cell, "vendors": 1} for cell in table] == map_cells


@pytest.mark.parametrize("query", ["q=no-such-name", "vendor=spokeo&kind=bank"])
def test_a_choice_that_nothing_fits_says_so_and_leads_back(
    client: TestClient, query: str
) -> None:
    answer = client.get(f"/coverage/map?{query}")

    assert answer.status_code == 200
    assert "No company and place fit this choice" in answer.text
    assert '<a href="/coverage/map">' in answer.text


@pytest.mark.parametrize(
    "query", ["", "vendor=clearview-ai", "vendor=pimeyes&on=2011-01-01"]
)
def test_the_map_is_light_and_kept(client: TestClient, query: str) -> None:
    with client.stream("GET", f"/coverage/map?{query}") as answer:
        sent = sum(len(part) for part in answer.iter_raw())
        tag = answer.headers["etag"]
    again = client.get(f"/coverage/map?{query}", headers={"if-none-match": tag})

    assert 0 < sent < MOST
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_map_in_another_language_names_places_in_it(
    client: TestClient, language: str
) -> None:
    page = client.get(
        "/coverage/map?vendor=clearview-ai", headers={"accept-language": language}
    ).text

    assert {"fr": "lieu par lieu", "es": "lugar por lugar"}[language] in page
    assert {"fr": "Allemagne", "es": "Alemania"}[language] in page
    assert "Germany" not in page
