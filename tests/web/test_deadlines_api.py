"""Due dates by API: what is misread, or cannot be, is named."""

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")
GDPR = "/api/v1/deadlines?law=eu-gdpr"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("received=20261123", "received"),
        ("received=2026-W48-1", "received"),
        ("received=2026-11-23&authenticated=20261124", "authenticated"),
        ("received=2026-11-23&identity_asked=1795392000", "identity_asked"),
        ("received=2026-11-23&authenticated=2026-11-22", "authenticated"),
        ("received=2026-11-23&appeal_received=2026-11-22", "appeal_received"),
        ("received=2026-11-23&identity_asked=2026-11-22", "identity_asked"),
        (
            "received=2026-11-23&identity_asked=2026-11-25&identity_given=2026-11-24",
            "identity_given",
        ),
    ],
)
def test_a_day_that_cannot_be_is_named(
    client: TestClient, query: str, field: str
) -> None:
    answer = client.get(f"{GDPR}&{query}")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_what_follows_the_receipt_counts(client: TestClient) -> None:
    asked = "received=2026-11-23&identity_asked=2026-11-25&identity_given=2026-12-02"

    answer = client.get(f"{GDPR}&{asked}")

    assert answer.status_code == 200
    assert answer.json()["respond"]["due"] == "2026-12-30"


def test_a_moment_keeps_its_plus(client: TestClient) -> None:
    answer = client.get(
        "/api/v1/deadlines?law=us-fed-tida&received=2026-07-03T16:00+01:00"
    )

    assert answer.json()["received"] == "2026-07-03T15:00:00Z"


def test_a_law_is_found_near_its_name_in_capitals(client: TestClient) -> None:
    answer = client.get("/api/v1/deadlines?law=EU-GDPR&received=2026-11-23")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["nearest"][0] == "eu-gdpr"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("received=9999-12-31", "received"),
        ("received=9999-12-31T23:00-05:00", "received"),
        ("received=2026-11-23&appeal_received=9999-12-31", "appeal_received"),
    ],
)
def test_a_day_too_far_away_is_said_to_be(
    client: TestClient, query: str, field: str
) -> None:
    answer = client.get(f"/api/v1/deadlines?law=us-va-vcdpa&{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": field, "detail": f"{field} is too far away to count from"}
    ]


@pytest.mark.parametrize(
    "name", ["identity_asked", "identity_given", "authenticated", "appeal_received"]
)
def test_a_moment_is_no_day(client: TestClient, name: str) -> None:
    answer = client.get(f"{GDPR}&received=2026-11-23&{name}=2026-12-01T00:00:00")

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": name, "detail": "is no day such as 2026-11-23"}
    ]
