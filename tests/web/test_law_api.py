"""One law and one place by the API: what the files beside their pages hold."""

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")


@pytest.mark.parametrize("path", ["/laws/us-va-vcdpa", "/jurisdictions/CA-QC"])
def test_one_is_the_same_as_its_file(client: TestClient, path: str) -> None:
    by_api = client.get(f"/api/v1{path}?on=2026-11-23")
    by_file = client.get(f"{path}.json?on=2026-11-23")

    assert by_api.json() == by_file.json()
    again = client.get(
        f"/api/v1{path}?on=2026-11-23",
        headers={"If-None-Match": by_api.headers["etag"]},
    )
    assert again.status_code == 304
    other_day = client.get(f"/api/v1{path}?on=2026-11-24")
    assert other_day.headers["etag"] != by_api.headers["etag"]


@pytest.mark.parametrize(
    ("path", "field", "nearest"),
    [
        ("/laws/us-va-vcpda", "law", "us-va-vcdpa"),
        ("/jurisdictions/CA-CQ", "code", "CA-QC"),
    ],
)
def test_what_there_is_none_of_is_named_with_what_was_meant(
    client: TestClient, path: str, field: str, nearest: str
) -> None:
    answer = client.get(f"/api/v1{path}")

    assert answer.status_code == 404
    error = answer.json()["errors"][0]
    assert error["field"] == field
    assert nearest in error["nearest"]


@pytest.mark.parametrize(
    ("country", "region"), [("US", "US-VI"), ("US", "US-UM"), ("CA", "CA-NU")]
)
def test_a_country_of_regions_leads_to_each_of_them(
    client: TestClient, country: str, region: str
) -> None:
    page = client.get(f"/jurisdictions/{country}?on=2026-11-23").text
    document = client.get(f"/api/v1/jurisdictions/{country}").json()

    assert f'href="/jurisdictions/{region}?on=2026-11-23"' in page
    assert region in document["regions"]
    assert client.get(f"/jurisdictions/{region}").status_code == 200


@pytest.mark.parametrize("code", ["AS", "GU", "MP", "PR", "UM", "VI"])
def test_a_territory_answers_by_both_of_its_codes(
    client: TestClient, code: str
) -> None:
    asked = "/api/v1/eligibility?vendor=clearview-ai&on=2026-11-23&residence="
    one, other = client.get(asked + code), client.get(f"{asked}US-{code}")

    assert one.status_code == other.status_code == 200
    assert one.json()["grounds"] == other.json()["grounds"]


@pytest.mark.parametrize(
    "path",
    [
        "/eligibility?residence=DE&vendor=clearview-ai&on=",
        "/coverage?on=",
        "/laws?on=",
    ],
)
def test_an_empty_day_is_no_day(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1{path}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "on"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/eligibility?residence=US-CA&residence=CA-ON&vendor=acxiom", "residence"),
        ("/deadlines?law=eu-gdpr&received=2026-11-23&law=us-ca-ccpa", "law"),
        ("/coverage?on=2026-11-23&on=2026-11-24", "on"),
    ],
)
def test_a_parameter_that_stands_there_twice_is_refused(
    client: TestClient, path: str, field: str
) -> None:
    answer = client.get(f"/api/v1{path}")

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": field, "detail": f"{field} stands there twice"}
    ]


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/eligibility?vendor=acxiom", "residence", "CA-ON"),
        ("/eligibility?residence=DE", "vendor", "clearview-ai"),
        ("/eligibility?residence=DE&vendor=zz", "vendor", "acxiom"),
        ("/eligibility?residence=99&vendor=acxiom", "residence", "AD"),
        ("/deadlines?received=2026-11-23", "law", "us-ca-ccpa"),
        ("/deadlines?law=eu-gdpr", "received", "2026-11-23"),
    ],
)
def test_what_is_missing_or_unknown_is_named_with_what_would_be_right(
    client: TestClient, path: str, field: str, value: str
) -> None:
    answer = client.get(f"/api/v1{path}")

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert value in error["nearest"]
    assert "Field required" not in answer.text
