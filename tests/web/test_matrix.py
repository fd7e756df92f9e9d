"""The coverage table of seven hundred companies: by kind, searched, page by page."""

import csv
import html
import io
import re
from datetime import date, timedelta
from random import Random

import pytest
from fastapi.testclient import TestClient

from app.actions.import_vendors import import_vendors
from app.domain.facts import Sector
from app.rulebook.load import read_vendors
from app.store.session import Store
from app.web.coverage.matrix import ROWS
from tests.conftest import NOON
from tests.web.conftest import QUERIES

pytestmark = pytest.mark.usefixtures("one_engine")
MANY, MOST = 700, 200_000
BUNDLED = read_vendors()
LIKE = next(shape for shape in BUNDLED if shape.slug == "epsilon")
KINDS = [Sector.DATA_BROKER, Sector.PEOPLE_SEARCH, Sector.INSURER, Sector.BANK]
NAMED = re.compile(r'<tr><th scope="row"><a href="/vendors/([\w-]+)\?on=')
CELL = re.compile(
    r'<a href="(/check/answer\?[^"]+)" aria-label="([^"]+)"><svg class="(\w+)"'
)
CAPTION = re.compile(r'id="matrix-caption">([\d,]+) compan\w+, ([\d,]+) place')
PAGE = re.compile(r'<li><a href="(/coverage\?[^"]*page=\d+)">')


@pytest.fixture
def many(client: TestClient, store: Store) -> TestClient:
    """A portal that knows seven hundred companies more."""
    shapes = [
        LIKE.model_copy(
            update={
                "slug": f"sample-{n}",
                "name": f"Sample Company {n}" if n else "Société d’Échantillons",
                "sector": KINDS[n % len(KINDS)],
                "brands": (),
                "domains": (),
            }
        )
        for n in range(MANY)
    ]
    with store.writing() as session:
        import_vendors(session, shapes, at=NOON, by="import")
    return client


def test_all_are_on_some_page_each_once_and_in_the_order_of_kinds(
    many: TestClient,
) -> None:
    first = many.get("/coverage?region=CA").text
    pages = [first, *(many.get(html.unescape(a)).text for a in PAGE.findall(first))]
    slugs = [slug for page in pages for slug in NAMED.findall(page)]

    assert len(slugs) == len(set(slugs)) == MANY + len(BUNDLED)
    assert all(len(NAMED.findall(page)) <= ROWS for page in pages)
    assert f"Page 1 of {len(pages)}" in first
    kinds = re.findall(
        r'<tr class="group"><th scope="rowgroup">([^<]+)', "".join(pages)
    )
    assert [k for n, k in enumerate(kinds) if k not in kinds[:n]] == sorted(set(kinds))


def test_a_name_is_found_whatever_its_accents_and_case(many: TestClient) -> None:
    page = many.get("/coverage?region=CA&q=SOCIETE+d’ech").text
    files = many.get("/coverage.csv?region=CA&q=SOCIETE+d’ech").text

    assert NAMED.findall(page) == ["sample-0"]
    assert {row["vendor"] for row in csv.DictReader(io.StringIO(files))} == {"sample-0"}
    assert 'value="SOCIETE d’ech"' in page


def test_a_page_that_is_not_there_is_the_nearest_one(many: TestClient) -> None:
    for page in ("0", "-1", "x", "99999999", "999"):
        answer = many.get(f"/coverage?region=CA&page={page}")

        assert answer.status_code == 200
        assert NAMED.findall(answer.text), page


def test_a_page_of_the_longest_regions_is_light(many: TestClient) -> None:
    for region in ("US", "EEA", "africa"):
        with many.stream("GET", f"/coverage?region={region}") as answer:
            sent = sum(len(part) for part in answer.iter_raw())

        assert 0 < sent < MOST, region


def test_every_cell_opens_its_reasons_and_says_all_of_itself(
    client: TestClient,
) -> None:
    page = client.get("/coverage?region=CA&on=2026-11-23&q=clearview").text
    cells = [
        (html.unescape(h), html.unescape(w), sign) for h, w, sign in CELL.findall(page)
    ]

    assert len(cells) == 13
    assert (
        "/check/answer?residence=CA-ON&vendor=clearview-ai&on=2026-11-23",
        "Clearview AI in Ontario: We cannot tell yet",
        "uncertain",
    ) in cells
    assert client.get(cells[0][0]).status_code == 200


def test_numbers_and_verdicts_are_those_of_the_files_for_any_question(
    client: TestClient,
) -> None:
    chance = Random(4)
    for _ in range(QUERIES):
        day = date(2012, 1, 1) + timedelta(days=chance.randrange(365 * 18))
        region = chance.choice(["CA", "US", "EEA", "EU", "asia", "CH", "islands"])
        query = (
            f"on={day}&region={region}&kind={chance.choice(['', '', *Sector])}"
            f"&q={chance.choice(['', '', 'a', 'clear', 'none'])}"
            f"&verdict={chance.choice(['', '', '', 'eligible', 'not_eligible'])}"
        )
        page = client.get(f"/coverage?{query}").text
        document = client.get(f"/coverage.json?{query}").json()
        rows = list(
            csv.DictReader(io.StringIO(client.get(f"/coverage.csv?{query}").text))
        )
        shown = CAPTION.search(page)
        drawn = {
            (m[1], m[0]): sign
            for href, _, sign in CELL.findall(page)
            if (m := re.findall(r"(?:residence|vendor)=([\w-]+)", href))
        }

        assert len(rows) == len(document["cells"]), query
        assert drawn == {(r["vendor"], r["residence"]): r["verdict"] for r in rows}, (
            query
        )
        if shown:
            numbers = (len(document["vendors"]), len(document["residences"]))
            assert (int(shown[1]), int(shown[2])) == numbers, query
        else:
            assert not rows, query
