"""The API answers in English unless ``lang`` says otherwise (contract, section 5)."""

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("one_engine")
ELIGIBILITY = "/api/v1/eligibility?residence=CA-QC&vendor=acxiom&on=2026-11-23"
DEADLINES = "/api/v1/deadlines?law=ca-pipeda&received=2026-11-23"


def law25(client: TestClient, language: str) -> set[str]:
    grounds = client.get(f"{ELIGIBILITY}&lang={language}").json()["grounds"]
    return {g["short_name"] for g in grounds if g["id"] == "ca-qc-law25"}


def test_a_law_is_called_as_the_readers_language_calls_it(client: TestClient) -> None:
    assert law25(client, "fr") == {"Loi sur le secteur privé du Québec (Loi 25)"}
    assert law25(client, "es") == {"Ley 25 de Quebec"}
    assert law25(client, "en").isdisjoint(law25(client, "fr"))


def test_steps_are_told_in_the_language_asked_for(client: TestClient) -> None:
    steps = client.get(f"{DEADLINES}&lang=fr").json()["steps"]

    assert any("une demande de correction" in step for step in steps)


@pytest.mark.parametrize("path", [ELIGIBILITY, DEADLINES])
def test_another_language_is_refused_with_those_we_speak(
    client: TestClient, path: str
) -> None:
    refused = client.get(f"{path}&lang=de")

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    for language in ("lang", "en", "fr", "es"):
        assert language in refused.text


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Own offer: Hiding"), ("fr", "Offre de l’entreprise"), ("es", "Oferta")],
)
def test_an_offer_is_called_by_what_it_gives(
    client: TestClient, language: str, name: str
) -> None:
    grounds = client.get(f"{ELIGIBILITY}&lang={language}").json()["grounds"]
    offers = [g for g in grounds if g["kind"] == "offer"]

    assert all(g["short_name"] != g["id"] for g in offers)
    assert any(g["short_name"].startswith(name) for g in offers)
