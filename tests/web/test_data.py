"""Downloads: what the page lists is what one gets."""

import csv
import html
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.actions.publish_data import file_names

pytestmark = pytest.mark.usefixtures("one_engine")
LISTED = re.compile(r'href="/data/([\w.]+)\?on=([\d-]+)"')


def test_the_page_lists_every_file_of_the_day(client: TestClient) -> None:
    page = client.get("/data?on=2026-11-23").text

    assert {name for name, _ in LISTED.findall(page)} == set(file_names())
    assert {day for _, day in LISTED.findall(page)} == {"2026-11-23"}
    assert "CC BY 4.0" in page
    assert "creativecommons.org/licenses/by/4.0" in page


def test_every_file_is_what_the_dictionary_says(client: TestClient) -> None:
    package = client.get("/data/datapackage.json?on=2026-11-23").json()
    page = html.unescape(client.get("/data?on=2026-11-23").text)

    assert package["version"] in page
    for resource in package["resources"]:
        answer = client.get(f"/data/{resource['path']}?on=2026-11-23")
        assert answer.status_code == 200
        assert len(answer.content) == resource["bytes"]
        assert answer.headers["content-type"].startswith(resource["mediatype"])
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in answer.headers


def test_numbers_are_those_of_the_coverage_page_s_files(client: TestClient) -> None:
    for day in ("2026-11-23", "2019-05-01"):
        ours = client.get(f"/data/coverage.json?on={day}").json()["rows"]
        theirs = client.get(f"/coverage.json?on={day}").json()["cells"]

        def key(row: dict[str, str]) -> tuple[str, str]:
            return row["vendor"], row["residence"]

        assert ours == sorted(theirs, key=key)


def test_changes_are_those_of_their_page_and_feed(
    client: TestClient, tmp_path: Path
) -> None:
    day = "on=2026-11-23"
    ours = client.get(f"/data/changes.json?{day}").json()["rows"]
    theirs = client.get(f"/changes.json?{day}").json()
    table = list(csv.DictReader(io.StringIO(client.get(f"/changes.csv?{day}").text)))
    (tmp_path / "set").write_bytes(client.get(f"/data/efface.sqlite?{day}").content)
    with closing(sqlite3.connect(tmp_path / "set")) as database:
        joined = database.execute(
            "SELECT title, vendors FROM changes JOIN offers"
            " ON record = offers.vendor || ':' || offers.id"
            " WHERE cause = 'offered' AND offers.id = 'clearview-virginia'"
        ).fetchall()

    told = {one["id"]: one for one in (*theirs["changes"], *theirs["coming"])}
    assert {row["id"] for row in ours} == set(told)
    assert len(ours) == len(table)
    by_key = {(row["id"], row["number"]): row for row in table}
    for row in ours:
        beside = dict(by_key[row["id"], str(row["number"])])
        sources = beside.pop("sources")
        assert json.loads(row["sources"]) == told[row["id"]]["sources"]
        assert " ".join(json.loads(row["sources"])) == sources
        assert row["direction"] in told[row["id"]]["directions"]
        assert beside == {
            name: str(row[name] if row[name] is not None else "") for name in beside
        }
    page = client.get(f"/changes?{day}").text
    newest = theirs["changes"][0]["id"]
    assert f'href="/changes/{newest}"' in page
    assert f"changes/{newest}</id>" in client.get(f"/changes.atom?{day}").text
    assert joined == [("Clearview AI begins to offer: deletion", "clearview-ai")]


def test_who_has_a_file_is_told_so(client: TestClient) -> None:
    tag = client.get("/data/laws.csv").headers["etag"]
    again = client.get("/data/laws.csv", headers={"if-none-match": tag})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["people.csv", "efface.db", "..%2Fmaster.key"])
def test_no_other_file_is_there(client: TestClient, name: str) -> None:
    assert client.get(f"/data/{name}").status_code == 404
    assert client.get("/data/laws.csv?on=tomorrow").status_code == 422


def test_the_json_is_plain(client: TestClient) -> None:
    document = json.loads(client.get("/data/places.json").content)

    assert {"code": "CA-ON", "name": "Ontario"}.items() <= next(
        row for row in document["rows"] if row["code"] == "CA-ON"
    ).items()


def test_who_has_a_file_already_may_go_on_using_it_anywhere(
    client: TestClient,
) -> None:
    first = client.get("/data/laws.csv?on=2026-11-23")
    again = client.get(
        "/data/laws.csv?on=2026-11-23", headers={"if-none-match": first.headers["etag"]}
    )

    assert (again.status_code, again.content) == (304, b"")
    for name in ("access-control-allow-origin", "cross-origin-resource-policy"):
        assert again.headers[name] == first.headers[name]
