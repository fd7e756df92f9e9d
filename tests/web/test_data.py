"""Downloads: what the page lists is what one gets."""

import html
import json
import re

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
