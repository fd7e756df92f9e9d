"""The API for filing and for what follows a filing (contract, section 5)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from app.domain.receipts import read_receipt
from app.store import people
from app.store.keys import Keys
from app.store.session import Store
from tests.web.filing import MAILBOX, TYPED, Resident

KEY = {"Idempotency-Key": "a-key-of-this-test"}
CURRENT = "/api/v1/filings/current"


def body(**changes: Any) -> dict[str, Any]:
    return {
        "residence": "CA-ON",
        "vendors": ["clearview-ai"],
        "resident": {"name": TYPED, "email": MAILBOX},
        **changes,
    }


def filed(client: TestClient) -> dict[str, Any]:
    answer = client.post("/api/v1/filings", json=body(), headers=KEY)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def bearer(document: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {document['receipt']}"}


@pytest.fixture
def mailbox(client: TestClient, store: Store, keys: Keys) -> Resident:
    """Reads what was mailed."""
    return Resident(client, store, keys)


def test_a_filing_is_answered_with_its_receipt(client: TestClient) -> None:
    document = filed(client)

    assert read_receipt(document["receipt"]) == document["receipt"]
    assert document["status"] == "unconfirmed"
    assert document["confirm_by"] == "2026-11-24T12:00:00Z"
    [request] = document["requests"]
    assert request["vendor"] == "clearview-ai"
    assert request["route"] == "webform"
    assert request["verdict"] == "uncertain"


@pytest.mark.parametrize(
    ("asks", "verdict"),
    [
        ("deletion", "uncertain"),
        ("correction", "eligible"),
        ("withdraw_consent", "uncertain"),
        ("de_indexing", "uncertain"),
        ("opt_out", "uncertain"),
    ],
)
def test_what_a_filing_asks_is_known_when_it_is_decided(
    client: TestClient, asks: str, verdict: str
) -> None:
    answer = client.post("/api/v1/filings", json=body(asks=asks), headers=KEY)

    assert answer.json()["requests"][0]["verdict"] == verdict


@pytest.mark.parametrize(
    ("residence", "on_behalf", "route"),
    [
        ("US-VA", False, "letter"),
        ("US-VA", True, "letter"),
        ("US-CO", False, "letter"),
        ("CA-ON", True, "email"),
        ("US-CA", True, "email"),
    ],
)
def test_who_may_ask_by_the_law_decides_who_sends_it(
    client: TestClient, residence: str, on_behalf: bool, route: str
) -> None:
    acting = {
        "name": "Sam Roe",
        "email": "sam@example.org",
        "relation": "sister",
        "mandate_agreed_on": "2026-11-01",
    }
    given = body(
        residence=residence,
        vendors=["epsilon"],
        on_behalf=acting if on_behalf else None,
        person={"through_agent": on_behalf},
    )
    answer = client.post("/api/v1/filings", json=given, headers=KEY)

    assert answer.json()["requests"][0]["route"] == route
    assert ("I allow this person" in answer.json().get("mandate", "")) is on_behalf


def test_the_same_key_gives_the_same_document_and_files_once(
    client: TestClient, store: Store
) -> None:
    assert filed(client) == filed(client)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(people.Filing)) == 1


def test_the_same_key_with_another_body_is_refused(client: TestClient) -> None:
    filed(client)

    other = client.post("/api/v1/filings", json=body(residence="DE"), headers=KEY)

    assert other.status_code == 409


def test_six_at_once_with_one_key_file_once(client: TestClient, store: Store) -> None:
    def file(_: int) -> Response:
        return client.post("/api/v1/filings", json=body(), headers=KEY)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(file, range(6)))

    assert {a.status_code for a in answers} == {201}
    assert len({a.text for a in answers}) == 1
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(people.Filing)) == 1


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "too-short"}])
def test_a_filing_without_a_proper_key_is_refused(
    client: TestClient, headers: dict[str, str]
) -> None:
    answer = client.post("/api/v1/filings", json=body(), headers=headers)

    assert answer.status_code == 400


def test_everything_that_is_wrong_is_listed_with_what_to_mend(
    client: TestClient,
) -> None:
    wrong = body(resident={"name": "https://evil.example.org", "email": "nobody"})

    errors = client.post("/api/v1/filings", json=wrong, headers=KEY).json()["errors"]

    assert {e["field"]: e["detail"] for e in errors} == {
        "resident.name": "resident.name holds a link, or what mail programs make one of",
        "resident.email": "resident.email is not one mail address such as"
        " name@example.org",
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"residence": "XX-ODD"}, "residence"),
        ({"residence": "US"}, "residence"),
        ({"vendors": ["odd-vendor"]}, "vendors"),
        ({"vendors": []}, "vendors"),
        ({"resident": {"name": TYPED}}, "resident.email"),
        ({"resident": {"name": TYPED, "email": "a@b.org,odd@c.org"}}, "resident.email"),
        ({"resident": {"name": "odd\u0007", "email": MAILBOX}}, "resident.name"),
        (
            {"resident": {"name": "see http://odd.org", "email": MAILBOX}},
            "resident.name",
        ),
        (
            {"resident": {"name": TYPED, "email": MAILBOX, "birth_date": "1990-01-01"}},
            "resident.birth_date",
        ),
        (
            {
                "vendors": ["peopleconnect"],
                "resident": {
                    "name": TYPED,
                    "email": MAILBOX,
                    "birth_date": "9999-01-01",
                },
            },
            "resident.birth_date",
        ),
        (
            {
                "on_behalf": {
                    "name": TYPED,
                    "email": MAILBOX,
                    "relation": "sister",
                    "mandate_agreed_on": "2026-11-24",
                }
            },
            "on_behalf.mandate_agreed_on",
        ),
        ({"asks": "odd"}, "asks"),
        ({"person": {"data_is_wrong": "odd"}}, "person.data_is_wrong"),
        ({"person": {"consent_withdrawn": 1}}, "person.consent_withdrawn"),
        ({"person": {"age": "40"}}, "person.age"),
    ],
)
def test_a_refusal_names_the_field_and_never_the_value(
    client: TestClient, store: Store, changes: dict[str, Any], field: str
) -> None:
    answer = client.post("/api/v1/filings", json=body(**changes), headers=KEY)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field
    assert "odd" not in answer.text.lower()
    assert "1990" not in answer.text
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(people.Filing)) == 0


@pytest.mark.parametrize(
    "sent", [b"", b"{", b"[]", b"null", b'{"residence": "\\ud800"}']
)
def test_a_body_that_is_no_filing_is_refused(client: TestClient, sent: bytes) -> None:
    answer = client.post("/api/v1/filings", content=sent, headers=KEY)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_missing_malformed_or_unknown_receipt_is_told_alike(
    client: TestClient,
) -> None:
    answers = [
        client.get(CURRENT, headers=headers)
        for headers in (
            {},
            {"Authorization": "Bearer EF-XYZ"},
            {"Authorization": "Bearer EF-0000-0000-0000-0000-0000-0000-0000"},
        )
    ]

    assert {a.status_code for a in answers} == {401}
    assert len({a.text for a in answers}) == 1


def test_where_a_filing_stands_holds_nothing_personal(client: TestClient) -> None:
    answer = client.get(CURRENT, headers=bearer(filed(client)))

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["filed_on"] == "2026-11-23"
    assert TYPED not in answer.text
    assert MAILBOX not in answer.text


def test_the_mailed_code_confirms_once(client: TestClient, mailbox: Resident) -> None:
    receipt = bearer(filed(client))
    code = mailbox.code()
    wrong = "000000" if code != "000000" else "111111"

    answers = [
        client.post(f"{CURRENT}/confirmation", json={"code": typed}, headers=receipt)
        for typed in (wrong, code, code)
    ]

    assert [a.status_code for a in answers] == [422, 200, 409]
    assert answers[1].json()["status"] == "confirmed"


def test_withdrawing_and_erasing_need_a_fresh_code(
    client: TestClient, mailbox: Resident
) -> None:
    document = filed(client)
    receipt, wanted = bearer(document), [document["requests"][0]["id"]]
    client.post(
        f"{CURRENT}/confirmation", json={"code": mailbox.code()}, headers=receipt
    )

    without = client.post(
        f"{CURRENT}/withdrawal",
        json={"code": "123456", "requests": wanted},
        headers=receipt,
    )
    client.post(f"{CURRENT}/codes", json={"for": "withdraw"}, headers=receipt)
    back = client.post(
        f"{CURRENT}/withdrawal",
        json={"code": mailbox.code(), "requests": wanted},
        headers=receipt,
    )
    bare = client.delete(CURRENT, headers=receipt)
    client.post(f"{CURRENT}/codes", json={"for": "erase"}, headers=receipt)
    gone = client.delete(CURRENT, headers={**receipt, "Efface-Code": mailbox.code()})

    assert without.status_code == 403
    assert back.status_code == 200
    assert back.json()["requests"][0]["status"] == "withdrawn"
    assert bare.status_code == 403
    assert gone.status_code == 204


def test_a_mailbox_that_confirmed_nothing_gets_three_mails_a_day(
    client: TestClient,
) -> None:
    answers = [
        client.post(
            "/api/v1/filings",
            json=body(),
            headers={"Idempotency-Key": f"another-key-of-this-test-{n}"},
        )
        for n in range(4)
    ]

    assert [a.status_code for a in answers] == [201, 201, 201, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_a_body_of_unsaid_length_is_cut_off_with_the_same_answer(
    client: TestClient,
) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(30):
            yield b"a" * 100_000

    answer = client.post("/api/v1/filings", content=chunks(), headers=KEY)

    assert answer.status_code == 413
    assert answer.json()["status"] == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    page = client.post("/track", content=chunks(), headers=form)
    assert page.status_code == 413
    assert "<h1>That is too much</h1>" in page.text


def test_the_order_of_kinds_makes_no_other_body(client: TestClient) -> None:
    kinds = ["photo", "contact", "health", "location", "purchase"]
    answers = [
        client.post(
            "/api/v1/filings", json=body(person={"data_kinds": said}), headers=KEY
        )
        for said in (kinds, kinds[::-1])
    ]

    assert answers[0].status_code == 201
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"residence": "DE", "residence": "FR"}', "residence"),
        ('{"resident": {"name": "a", "name": "b"}}', "resident.name"),
        ('{"resident": {"odd": 1, "odd": 2}}', "resident"),
        ('{"odd": 1, "odd": 2}', "body"),
    ],
)
def test_a_key_that_stands_there_twice_is_refused(
    client: TestClient, text: str, field: str
) -> None:
    answer = client.post("/api/v1/filings", content=text, headers=KEY)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": field, "detail": f"{field} holds a key twice"}
    ]
