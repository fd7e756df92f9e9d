"""Public answers are written once, and never shown to whom they are not for."""

from datetime import timedelta

import pytest
from fastapi import Request
from fastapi.responses import Response
from fastapi.testclient import TestClient

from app.actions.import_vendors import import_vendors
from app.rulebook.vendor_schema import VendorShape
from app.store.session import Store
from app.web.kept import Kept
from tests.conftest import NOON, FakeClock

pytestmark = pytest.mark.usefixtures("one_engine")

ANSWER = "/api/v1/eligibility?residence=US-CA&vendor=own"


def asked(**headers: str) -> Request:
    lines = [(k.encode(), v.encode()) for k, v in headers.items()]
    return Request({"type": "http", "headers": lines})


def named(store: Store, name: str) -> None:
    document = {
        "slug": "own",
        "name": name,
        "sources": ["https://own.example"],
        "checked_on": "2026-11-23",
    }
    with store.writing() as session:
        shape = VendorShape.model_validate(document)
        import_vendors(session, [shape], at=NOON, by="import")


def test_the_second_reader_gets_the_same_page(client: TestClient) -> None:
    first, second = client.get("/coverage"), client.get("/coverage")
    assert second.content == first.content
    assert second.headers == first.headers


def test_a_reader_who_has_the_page_gets_no_second_copy(client: TestClient) -> None:
    tag = client.get("/coverage").headers["etag"]
    again = client.get("/coverage", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag


def test_a_reader_to_whom_any_copy_will_do_gets_none(client: TestClient) -> None:
    there = client.get("/coverage", headers={"if-none-match": "*"})
    nowhere = client.get("/vendors/nobody", headers={"if-none-match": "*"})

    assert (there.status_code, there.content) == (304, b"")
    assert nowhere.status_code == 404


def test_another_language_day_and_packing_is_another_page(client: TestClient) -> None:
    english = client.get("/coverage", headers={"accept-language": "en"})
    french = client.get("/coverage", headers={"accept-language": "fr"})
    before = client.get("/coverage?on=2019-05-01", headers={"accept-language": "en"})
    plain = client.get(
        "/coverage", headers={"accept-language": "en", "accept-encoding": "identity"}
    )
    assert 'lang="fr"' in french.text
    assert before.text != english.text
    assert "content-encoding" not in plain.headers
    assert plain.text == english.text


def test_a_page_that_sets_a_cookie_is_for_its_visitor_alone(
    client: TestClient,
) -> None:
    for _ in range(2):
        page = client.get("/coverage?lang=es")
        assert "lang=es" in page.headers["set-cookie"]
        assert page.headers["cache-control"] == "no-store"


def test_a_kept_answer_follows_the_directory(
    client: TestClient, store: Store, now: FakeClock
) -> None:
    for name in ("Before Ltd", "After Ltd"):
        named(store, name)
        now.at += timedelta(seconds=2)  # longer than a copy of the directory is used
        for _ in range(2):
            assert name in client.get("/coverage").text
            assert name in client.get(ANSWER).json()["summary"]


def test_an_unchanged_page_wears_all_headers_and_head_gets_no_body(
    client: TestClient,
) -> None:
    first = client.get("/coverage")
    again = client.get("/coverage", headers={"if-none-match": first.headers["etag"]})
    head = client.head("/coverage")

    for name in ("content-security-policy", "x-content-type-options", "vary"):
        assert again.headers[name] == first.headers[name]
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]
    assert client.post("/coverage").status_code == 405


def test_a_page_of_today_is_another_one_tomorrow(
    client: TestClient, now: FakeClock
) -> None:
    today = client.get("/coverage").text
    now.at += timedelta(days=1)
    tomorrow = client.get("/coverage").text

    assert 'value="2026-11-23"' in today
    assert 'value="2026-11-24"' in tomorrow


def test_what_was_asked_for_least_lately_goes_first() -> None:
    kept = Kept(most=25)
    for name in ("a", "b"):
        kept.keep(name, Response(bytes(10)))
    kept.find("a", asked())
    kept.keep("c", Response(bytes(10)))
    assert kept.find("b", asked()) is None
    assert kept.find("a", asked()) is not None


def test_only_what_went_well_is_kept() -> None:
    kept = Kept()
    kept.keep("a", Response(b"no", status_code=422))
    assert kept.find("a", asked()) is None
