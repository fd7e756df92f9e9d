"""The matching list: hashes for a vendor's own key, answers in bulk, nothing at rest."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from app.actions.announce import set_webhook
from app.actions.erase_filing import destroy_personal
from app.actions.list_requests import Opened, list_one, shut, take_off
from app.actions.read_list import admit_vendor
from app.actions.vendor_key import new_vendor_key
from app.actions.withdraw_request import withdraw_open
from app.domain import drop
from app.domain.matching import keyed
from app.domain.timeline import Status
from app.store import matching, outbox
from app.store.audit import AuditEntry
from app.store.base import Base
from app.store.keys import Keys
from app.store.session import Store
from app.store.webhooks import WebhookCall
from app.worker import Worker
from tests.broker import PHONE, Broker, broker_of
from tests.conftest import NOON, FakeClock
from tests.post_office import MAILBOX


@pytest.fixture
def broker(store: Store, keys: Keys, now: FakeClock, client: TestClient) -> Broker:
    """A vendor with a key."""
    return broker_of(store, keys, now, client)


def somebody(**more: Any) -> dict[str, Any]:
    return {"name": "Zoë Quill", "email": MAILBOX, **more}


def test_a_vendor_fetches_hashes_of_what_its_letters_held(broker: Broker) -> None:
    filed = broker.office.sent(
        resident=somebody(
            phones=[PHONE], addresses=["1 Main St, 90012"], birth_date="1985-07-04"
        )
    )
    broker.office.confirmed(resident=somebody(email="not.sent@example.org"))
    broker.turn()

    told = broker.fetch().json()

    parts = ("zoe", "quill", "19850704", "90012")
    assert told == {
        "vendor": "probe",
        "rules": "drop-1.2.0",
        "hash": "sha256",
        "until": 1,
        "items": [
            {"id": broker.item(filed, suffix), "list": one, "hash": value}
            for suffix, one, value in (
                ("E001", "Email", drop.hashed(MAILBOX)),
                ("N001", "NDZ", drop.hashed_together(parts)),
                ("P001", "Phone", "vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E="),
            )
        ],
        "removed": [],
    }


def test_the_list_is_given_as_the_platforms_files_are(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.sent(resident=somebody(phones=[PHONE]))
    broker.turn()

    one, both = broker.fetch(".csv", list="Phone"), broker.fetch(".csv")

    assert one.text == (
        f"ID,Hash\r\n{broker.item(filed, 'P001')},"
        "vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E=\r\n"
    )
    assert one.headers["efface-until"] == "1"
    assert both.text.splitlines()[0] == "ID,Hash,ListType"
    assert len(both.text.splitlines()) == 3
    assert broker.fetch(list="MAID").json()["items"] == []


def test_a_keyed_list_is_of_no_use_without_the_key(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.sent()
    broker.turn()

    told = broker.fetch(keyed="true").json()

    assert told["hash"] == "hmac-sha256"
    assert told["items"][0] == {
        "id": broker.item(filed, "E001"),
        "list": "Email",
        "hash": keyed(drop.hashed(MAILBOX), broker.key),
    }


def test_only_the_vendors_own_key_opens_its_list(broker: Broker) -> None:
    with broker.office.writing() as session:
        others = new_vendor_key(session, broker.keys, "epsilon", at=NOON)

    assert broker.fetch(key="efv_none").status_code == 401
    assert broker.browser.get("/api/v1/matching/probe").status_code == 401
    assert broker.fetch(key=others).status_code == 403
    assert broker.fetch(list="Fax").status_code == 422
    assert broker.fetch(since=-1).status_code == 422
    with broker.office.writing() as session:
        for _ in range(118):
            admit_vendor(session, broker.keys, "probe", broker.key, at=NOON)
    limited = broker.fetch()
    assert limited.status_code == 429
    assert int(limited.headers["retry-after"]) > 0


def test_what_came_later_is_given_and_what_was_taken_back_is_named(
    broker: Broker,
) -> None:
    first = broker.office.sent(resident=somebody(email="first@example.org"))
    broker.turn()
    second = broker.office.sent(
        at=broker.now(), resident=somebody(email="second@example.org")
    )
    broker.turn()
    assert broker.fetch().json()["until"] == 1
    with broker.office.writing() as session:
        desk = broker.office.post.desk
        withdraw_open(session, desk, first.filing, at=broker.now(), say=False)
        outbox.cancel_waiting(session, first.filing, at=broker.now())
        destroy_personal(session, first.filing, at=broker.now())
    assert broker.items() == {}
    broker.night()

    told = broker.fetch(since=1).json()

    assert told["until"] == 2
    assert [one["id"] for one in told["items"]] == [broker.item(second, "E001")]
    assert told["removed"] == [{"id": broker.item(first, "E001"), "list": "Email"}]
    assert broker.fetch(since=2).json()["removed"] == []
    assert broker.fetch().json()["removed"] == []
    removed = broker.fetch(".csv", since=1, removed="true").text
    assert removed == f"ID,Hash,ListType\r\n{broker.item(first, 'E001')},,Email\r\n"


def test_who_asks_for_the_head_alone_has_fetched_nothing(
    one_engine: Store, broker: Broker
) -> None:
    broker.office.sent()
    broker.turn()
    headers = {"Authorization": f"Bearer {broker.key}"}

    def fetched() -> bool:
        with broker.office.store.reading() as session:
            batch = session.get_one(matching.Batch, ("probe", 1))
            return batch.fetched_at is not None

    for end in ("", ".csv"):
        head = broker.browser.head(f"/api/v1/matching/probe{end}", headers=headers)
        assert (head.status_code, head.content) == (200, b"")

    assert not fetched()
    broker.fetch(".csv")
    assert fetched()


def test_a_new_key_gets_everything_under_the_same_ids(broker: Broker) -> None:
    broker.office.sent()
    broker.turn()
    before, old = broker.items(), broker.key
    broker.gets_key()
    assert broker.items() == {}

    broker.turn()

    assert broker.items() == before
    assert broker.fetch(key=old).status_code == 401


def test_who_goes_on_with_a_new_key_misses_nothing_that_was_taken_back(
    broker: Broker,
) -> None:
    back = broker.office.sent(resident=somebody(email="first@example.org"))
    stays = broker.office.sent(resident=somebody(email="second@example.org"))
    broker.turn()
    until = broker.fetch().json()["until"]
    broker.gets_key()
    broker.night()
    with broker.office.writing() as session:
        withdraw_open(session, broker.office.post.desk, back.filing, at=broker.now())
    broker.night()

    told = broker.fetch(since=until).json()

    assert [one["id"] for one in told["items"]] == [broker.item(stays, "E001")]
    assert told["removed"] == [{"id": broker.item(back, "E001"), "list": "Email"}]
    assert broker.fetch(since=told["until"]).json()["removed"] == []


def test_no_hash_of_a_person_lies_in_the_database(broker: Broker) -> None:
    broker.office.sent(resident=somebody(phones=[PHONE]))
    broker.turn()
    found = [value.encode() for value in broker.items().values()]

    with broker.office.store.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(select(table)).all()
            held = b"|".join(
                bytes(cell)
                if isinstance(cell, bytes | memoryview)
                else str(cell).encode()
                for row in rows
                for cell in row
            )
            assert not [value for value in found if value in held], table.name


def test_a_request_is_answered_when_each_of_its_items_is(broker: Broker) -> None:
    filed = broker.office.sent(resident=somebody(phones=[PHONE]))
    broker.turn()
    email, phone = broker.item(filed, "E001"), broker.item(filed, "P001")

    kept = broker.answer({email: 5}, "20261123_probe_Email.csv")
    assert (kept.status_code, kept.json()) == (
        202,
        {"accepted": 1, "unchanged": 0, "rejected": []},
    )
    assert set(broker.items()) == {phone}
    broker.night()
    assert broker.office.request(filed).status is Status.ACKNOWLEDGED
    broker.answer({phone: "3"}, "20261123_probe_Phone.csv")
    broker.night()

    request = broker.office.request(filed)
    assert (request.status, request.outcome, request.evidence) == (
        "answered",
        "deleted",
        "protocol",
    )
    assert broker.items() == {}
    again = broker.answer({email: 5, phone: 3}, "another-name")
    assert again.json() == {"accepted": 0, "unchanged": 2, "rejected": []}
    broker.answer({email: 2}, "an-amendment")
    broker.night()
    assert broker.office.request(filed).outcome == "partly_deleted"


def test_an_answer_in_our_words_settles_the_request(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.sent(resident=somebody(phones=[PHONE]))
    broker.turn()
    body = {broker.item(filed, "P001"): "refused"}

    broker.answer(body, denial_ground="legal-retention-duty")
    broker.night()

    request = broker.office.request(filed)
    assert request.outcome == "refused"
    assert request.denial_ground == "legal-retention-duty"
    assert broker.items() == {}


def test_the_same_file_is_taken_once(broker: Broker) -> None:
    filed = broker.office.sent()
    broker.turn()
    table = f"\ufeffId,Status\r\n{broker.item(filed, 'E001').lower()},3\r\n"

    def send(content: str) -> Response:
        return broker.browser.post(
            "/api/v1/matching/probe/answers?file=20261123_probe_Email.csv",
            content=content.encode(),
            headers={
                "Authorization": f"Bearer {broker.key}",
                "Content-Type": "text/csv",
            },
        )

    first, again = send(table), send(table)

    assert (
        first.json()
        == again.json()
        == {
            "accepted": 1,
            "unchanged": 0,
            "rejected": [],
        }
    )
    assert send(table.replace(",3", ",5")).status_code == 409
    with broker.office.store.reading() as session:
        assert len(session.scalars(select(matching.ListAnswer)).all()) == 1


def test_a_row_that_cannot_be_is_named_and_the_rest_is_taken(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.sent()
    other = broker.office.sent(
        vendors=["epsilon"], resident={"name": "Zoë Quill", "email": MAILBOX}
    )
    broker.turn()
    number = filed.requests[0].number
    table = "\r\n".join(
        [
            "Id,Status,Ground,Until",
            f"{broker.item(filed, 'E001')},5,,",
            f"{broker.item(filed, 'E001')},3,,",
            f"{broker.item(filed, 'E002')},3,,",
            f"{other.requests[0].number},deleted,,",
            "no id at all,3,,",
            f"{number},3,,",
            f"{number},1,,",
            f"{number},filed,,",
            f"{number},refused,,",
            f"{number},refused,other,",
            f"{number},extended,,",
            f"{number},extended,,soon",
            f"{number},extended,,2026-11-21",
            f"{number},deleted,out-of-scope,",
            f"{broker.item(filed, 'E001')},3,out-of-scope,",
            "",
        ]
    )

    answer = broker.browser.post(
        "/api/v1/matching/probe/answers?file=20261123_probe_Email.csv",
        content=table,
        headers={"X-API-Key": broker.key, "Content-Type": "text/csv; charset=utf-8"},
    )

    assert answer.json() == {
        "accepted": 1,
        "unchanged": 0,
        "rejected": [
            {"row": 2, "why": "id: it stands there twice"},
            {"row": 3, "why": "id: there is none on your list"},
            {"row": 4, "why": "id: there is none on your list"},
            {"row": 5, "why": "id: is neither an item's nor a request's"},
            {"row": 6, "why": "status: a code is about an item, not about a request"},
            *(
                {
                    "row": row,
                    "why": "status: is neither a code from 2 to 5 nor a word for an"
                    " answer",
                }
                for row in (7, 8)
            ),
            {"row": 9, "why": "ground: goes with a refusal, and with nothing else"},
            {"row": 10, "why": "ground: is none of the known words"},
            {"row": 11, "why": "until: goes with an extension, and with nothing else"},
            {"row": 12, "why": "until: is not a day such as 2026-11-23"},
            {"row": 13, "why": "until: lies before today"},
            {"row": 14, "why": "ground: goes with a refusal, and with nothing else"},
            {"row": 15, "why": "ground: goes with a refusal alone"},
        ],
    }


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"Name,Status\r\nx,3\r\n", "text/csv", 422),
        (b"Id,Status\r\nx,3,4\r\n", "text/csv", 422),
        (b"Id,Status\r\n", "text/csv", 422),
        (b"", "text/csv", 422),
        (b'Id,Status\r\n"x,3', "text/csv", 422),
        (b"Id,Status\r\n\xff,3\r\n", "text/csv", 422),
        (b'{"answers": []}', "application/json", 422),
    ],
)
def test_what_is_no_table_of_answers_is_refused(
    one_engine: Store, broker: Broker, content: bytes, kind: str, status: int
) -> None:
    headers = {"X-API-Key": broker.key, "Content-Type": kind}
    address = "/api/v1/matching/probe/answers"

    named = broker.browser.post(
        f"{address}?file=long-enough", content=content, headers=headers
    )
    nameless = broker.browser.post(address, content=content, headers=headers)

    assert (named.status_code, nameless.status_code) == (status, 400)


def test_an_answer_that_cannot_follow_changes_nothing_and_is_on_record(
    broker: Broker,
) -> None:
    filed = broker.office.sent()
    broker.turn()
    broker.answer({broker.item(filed, "E001"): 3})
    with broker.office.writing() as session:
        withdraw_open(session, broker.office.post.desk, filed.filing, at=broker.now())
    before = broker.office.timeline(filed)

    broker.night()

    assert broker.office.timeline(filed) == before
    with broker.office.store.reading() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("list answer not recorded") == 1


def test_a_batch_that_was_left_open_is_given_with_the_next(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker.office.sent(resident=somebody(email="first@example.org"))
    broker.turn()
    with broker.office.writing() as session:
        session.get_one(matching.Batch, ("probe", 1)).closed_at = None
    assert broker.items() == {}
    broker.office.sent(at=broker.now(), resident=somebody(email="second@example.org"))

    broker.turn()

    assert len(broker.items()) == 2
    assert len(broker.items(since=1)) == 1


def test_nothing_comes_to_a_batch_that_was_shut_meanwhile(broker: Broker) -> None:
    """As where another worker took over while a list was written."""
    broker.office.sent()
    broker.turn()
    post = broker.office.post
    later = broker.office.sent(
        at=broker.now(), resident=somebody(email="later@example.org")
    )
    with broker.office.writing() as session:
        row = session.get_one(matching.Batch, ("probe", 1))
        batch = Opened("probe", 1, row.key_hash, bytes(32))
        key = (later.filing, later.requests[0].id)
        assert not list_one(
            session, post.desk, post.opener, batch, key, at=broker.now()
        )

    assert len(broker.items()) == 1


def test_a_batch_that_was_shut_stays_as_it_is_and_is_told_of_once(
    broker: Broker,
) -> None:
    """As where two workers write one list, and the other was done first."""
    filed = broker.office.sent()
    broker.turn()
    post, later = broker.office.post, broker.now() + timedelta(hours=1)
    with broker.office.writing() as session:
        set_webhook(session, broker.keys, None, "https://o.example/", at=broker.now())
        batch = Opened("probe", 1, b"", bytes(32))
        take_off(session, batch, (filed.filing, filed.requests[0].id))
        shut(session, post.desk, "probe", 1, at=later)

    with broker.office.store.reading() as session:
        assert session.get_one(matching.Batch, ("probe", 1)).closed_at == broker.now()
        assert session.scalars(select(matching.Listing.taken_off)).all() == [None]
        assert session.scalars(select(WebhookCall.kind)).all() == []


def test_a_worker_whose_turn_another_took_over_begins_no_list(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.sent()
    post, far = broker.office.post, timedelta(hours=1)

    def wall() -> datetime:
        with post.store.writing() as session:
            lease = session.get(outbox.WorkerLease, "chores")
            if lease is not None and lease.owner == post.owner:
                lease.owner, lease.until = "another", NOON + far
        return NOON

    Worker(post, broker.now, wall).once()

    assert broker.office.request(filed).status is Status.SENT
    with broker.office.store.reading() as session:
        assert matching.newest_batch(session, "probe") is None
