"""Several laws at once, as somebody outside sees them: which is first, and for what."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")
ON = "on=2026-11-23"


def grounds(
    client: TestClient, residence: str, *, vendor: str = "", facts: Any = None
) -> list[dict[str, Any]]:
    url = f"/api/v1/eligibility?residence={residence}&{ON}"
    response = (
        client.get(f"{url}&vendor={vendor}") if vendor else client.post(url, json=facts)
    )
    return [g for g in response.json()["grounds"] if g["kind"] == "law"]


def page(client: TestClient, residence: str, vendor: str) -> str:
    query = f"residence={residence}&vendor={vendor}&{ON}&lang=en"
    return client.get(f"/check/answer?{query}").text


def test_the_day_of_the_page_is_the_earliest_that_can_be_enforced(
    client: TestClient,
) -> None:
    """A company in Germany owes the GDPR's month to whom the law here gives 90 days."""
    found = grounds(client, "TH", vendor="schufa")

    periods = {
        g["id"]: (g["response_due"]["count"], g["response_due"]["unit"])
        for g in found
        if g["outcome"] == "eligible" and g["right"] == "erasure"
    }
    assert periods == {"th-pdpa": (90, "calendar_days"), "eu-gdpr": (1, "months")}
    assert "1 month after it is sent" in page(client, "TH", "schufa")


def test_a_law_of_the_place_that_is_earlier_stays_first(client: TestClient) -> None:
    assert "10 days after it is sent" in page(client, "KR", "schufa")


def test_the_province_comes_before_the_federation(client: TestClient) -> None:
    for residence, act in (("CA-BC", "ca-bc-pipa"), ("CA-AB", "ca-ab-pipa")):
        laws = [g["id"] for g in grounds(client, residence, vendor="clearview-ai")]

        assert laws.index(act) < laws.index("ca-pipeda")
        assert f'href="/laws/{act}?' in page(client, residence, "clearview-ai")


@pytest.mark.parametrize("sector", ["bank", "telecom", "airline"])
def test_a_federal_work_is_the_federation_s_alone(
    client: TestClient, sector: str
) -> None:
    for residence in ("CA-QC", "CA-BC", "CA-AB"):
        work = {"vendor": {"sector": sector, "seat": [residence]}}

        found = grounds(client, residence, facts=work)

        reached = {g["id"] for g in found if g["outcome"] != "not_eligible"}
        assert reached == {"ca-pipeda"}


def test_a_law_for_a_part_of_the_request_says_for_which(client: TestClient) -> None:
    [due] = [
        g["response_due"]
        for g in grounds(client, "CA-ON", vendor="clearview-ai")
        if g["response_due"]
    ]

    assert (due["count"], due["purpose"]) == (30, "correction")
    part = "an answer within 30 days, only so far as the data is wrong or faulty"
    assert due["applies_to"].startswith(f"{part} (Sch. 1 cl. 4.9.5")
    assert f"A part of the request: {part}" in page(client, "CA-ON", "clearview-ai")


def test_a_period_to_stop_is_no_answer_to_a_request(client: TestClient) -> None:
    facts = {"person": {"consent_withdrawn": True}}

    [due] = [
        g["response_due"]
        for g in grounds(client, "ID", facts=facts)
        if g["response_due"]
    ]

    assert (due["count"], due["unit"], due["purpose"]) == (72, "hours", None)
    assert "no answer to a request to delete" in due["applies_to"]
    assert "No law sets a day" in page(client, "ID", "clearview-ai")
