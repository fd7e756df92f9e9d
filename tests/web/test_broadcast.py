"""Broadcasts: one row for all brokers of a register, requests for exceptions alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from app.actions.announce import set_webhook
from app.actions.broadcast import open_apart
from app.actions.erase_filing import destroy_personal
from app.actions.got_broadcast import got_by
from app.actions.list_broadcasts import (
    drawers_behind,
    fill_drawers,
    give_drawer,
    rotate_drawer,
)
from app.actions.prepare_filing import Filed
from app.actions.take_step import StepTaken, take_step
from app.actions.vendor_key import new_vendor_key
from app.actions.withdraw_request import (
    CannotWithdraw,
    Withdrawn,
    withdraw_open,
    withdraw_requests,
)
from app.domain import drop
from app.domain.matching import item_id
from app.domain.own_steps import OwnStep
from app.domain.timeline import Status
from app.store import broadcasts, requests
from app.store.base import Base
from app.store.keys import Keys, begin_epoch
from app.store.opening import Opener
from app.store.people import FilingStatus
from app.store.session import Store
from app.store.vendors import VendorKey
from app.store.webhooks import WebhookCall
from tests.broker import PHONE, Broker, broker_of
from tests.conftest import FakeClock
from tests.post_office import MAILBOX, code_in

pytestmark = pytest.mark.usefixtures("one_engine")

OTHERS = 4
TO_ALL: dict[str, Any] = {"vendors": [], "broadcast": "us-ca-registry"}
CURRENT = "/api/v1/filings/current"


@pytest.fixture
def broker(store: Store, keys: Keys, now: FakeClock, client: TestClient) -> Broker:
    """One of five brokers in the register, the only one with a key."""
    return broker_of(store, keys, now, client, others=OTHERS)


def whole(broker: Broker, filed: Filed) -> broadcasts.Broadcast:
    with broker.office.store.reading() as session:
        found = session.get_one(broadcasts.Broadcast, filed.filing)
        session.expunge(found)
    return found


def standing(broker: Broker, filed: Filed) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {filed.receipt}"}
    return dict(broker.browser.get(CURRENT, headers=headers).json())


def ids(broker: Broker, filed: Filed, *suffixes: str) -> set[str]:
    number = whole(broker, filed).number
    return {item_id(number, suffix) for suffix in suffixes}


def test_a_broadcast_is_filed_by_api_and_says_how_many_it_asks(
    broker: Broker,
) -> None:
    body = {
        "residence": "US-CA",
        "broadcast": "us-ca-registry",
        "resident": {"name": "Zoë Quill", "email": MAILBOX, "phones": [PHONE]},
    }
    key = {"Idempotency-Key": "a-key-of-this-test"}

    told = [
        broker.browser.post("/api/v1/filings", json=body, headers=key) for _ in range(2)
    ]

    assert [one.status_code for one in told] == [201, 201], told[0].text
    first, again = (one.json() for one in told)
    assert first == again
    assert first["requests"] == []
    asked = first["broadcast"]["vendors"]
    assert asked >= OTHERS + 1
    headers = {"Authorization": f"Bearer {first['receipt']}"}
    stands = broker.browser.get(CURRENT, headers=headers).json()
    assert stands["broadcast"] == {
        "version": "us-ca-registry 1",
        "vendors": asked,
        "sent": 0,
        "answered": 0,
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"broadcast": "us-ca-registr"}, "broadcast"),
        ({"vendors": ["probe"]}, "broadcast"),
        ({"broadcast": None}, "vendors"),
        ({"residence": "US-XX"}, "residence"),
    ],
)
def test_a_broadcast_that_asks_nobody_or_too_much_is_refused(
    one_engine: Store, broker: Broker, change: dict[str, Any], field: str
) -> None:
    body = {
        "residence": "US-CA",
        "broadcast": "us-ca-registry",
        "resident": {"name": "Zoë Quill", "email": MAILBOX},
        **change,
    }

    told = broker.browser.post(
        "/api/v1/filings", json=body, headers={"Idempotency-Key": "another-key-here"}
    )

    assert told.status_code == 422
    assert told.json()["errors"][0]["field"] == field


def test_a_broker_gets_everybody_once_and_the_resident_sees_that(
    broker: Broker,
) -> None:
    filed = broker.office.confirmed(**TO_ALL, resident=somebody())
    waits = broker.office.file(**TO_ALL, resident=somebody(email="wait@example.org"))
    assert broker.items() == {}

    broker.turn()

    assert broker.items() == dict.fromkeys(
        ids(broker, filed, "E001"), drop.hashed(MAILBOX)
    )
    assert whole(broker, waits).drawer is None
    assert standing(broker, filed)["broadcast"]["sent"] == 1
    broker.office.confirm(waits, at=broker.now())
    broker.turn()
    broker.night()
    assert set(broker.items(since=1)) == ids(broker, waits, "E001")
    assert len(broker.items()) == 2
    with broker.office.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(broadcasts.Drawer)) == 2


def somebody(**more: Any) -> dict[str, Any]:
    return {"name": "Zoë Quill", "email": MAILBOX, **more}


def test_who_answers_gets_a_request_that_knows_what_was_before(
    broker: Broker,
) -> None:
    filed = broker.office.confirmed(**TO_ALL, resident=somebody(phones=[PHONE]))
    broker.turn()
    email, phone = sorted(broker.items())

    broker.answer({email: 5}, "first-file")
    assert set(broker.items()) == {phone}
    broker.night()
    assert set(broker.items()) == {phone}
    kept = broker.answer({email: 5, phone: 3}, "second-file")
    assert kept.json() == {"accepted": 1, "unchanged": 1, "rejected": []}
    broker.night()

    told = standing(broker, filed)
    [request] = told["requests"]
    assert (request["vendor"], request["route"], request["outcome"]) == (
        "probe",
        "matching",
        "deleted",
    )
    assert [event["kind"] for event in request["timeline"]] == [
        "filed",
        "confirmed",
        "sent",
        "acknowledged",
        "deleted",
    ]
    assert told["broadcast"]["answered"] == 1
    assert broker.items() == {}
    assert broker.answer({email: 2}, "third-file").json()["accepted"] == 1
    broker.night()
    assert standing(broker, filed)["requests"][0]["outcome"] == "partly_deleted"


@pytest.mark.parametrize(
    ("fetched", "got"),
    [
        ({"since": 999}, False),
        ({"list": "Phone"}, False),
        ({"since": 0}, True),
    ],
)
def test_a_vendor_has_got_what_it_was_given_and_no_more(
    one_engine: Store, broker: Broker, fetched: dict[str, Any], got: bool
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    follow(broker, filed)

    assert broker.fetch(**fetched).status_code == 200

    told = broker.browser.get("/track/broadcast.json").json()
    [probe] = [one for one in told["vendors"] if one["vendor"] == "probe"]
    assert (probe["fetched_at"] is not None) is got


def test_an_answer_in_our_words_settles_a_broadcast_at_one_broker(
    one_engine: Store,
    broker: Broker,
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    number = whole(broker, filed).number

    broker.answer({number: "refused"}, denial_ground="out-of-scope")
    broker.night()

    [request] = standing(broker, filed)["requests"]
    assert request["denial_ground"] == "out-of-scope"
    assert request["sent_on"] == "2026-11-23"
    assert broker.items() == {}
    assert broker.office.filing(filed).status is FilingStatus.CONFIRMED


def test_a_new_key_gets_the_drawers_again(broker: Broker) -> None:
    broker.office.confirmed(**TO_ALL)
    broker.turn()
    before = broker.items()
    broker.gets_key()
    assert broker.items() == {}

    broker.turn()

    assert broker.items() == before


def test_what_is_taken_back_leaves_every_list_and_is_named(broker: Broker) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    stays = broker.office.confirmed(**TO_ALL, resident=somebody(email="s@example.org"))
    broker.turn()
    until = broker.fetch().json()["until"]
    broker.now.at += timedelta(hours=1)

    code = fresh_code(broker, filed)
    with broker.office.writing() as session:
        done = withdraw_requests(
            session,
            broker.office.post.desk,
            filed.filing,
            code,
            [filed.filing],
            at=broker.now(),
        )
    assert isinstance(done, Withdrawn)

    assert set(broker.items()) == ids(broker, stays, "E001")
    told = broker.fetch(since=until).json()["removed"]
    assert {one["id"] for one in told} == ids(broker, filed, "E001")
    assert broker.office.filing(filed).status is FilingStatus.WITHDRAWN
    with broker.office.writing() as session:
        again = withdraw_requests(
            session,
            broker.office.post.desk,
            filed.filing,
            None,
            [filed.filing],
            at=broker.now(),
        )
    assert isinstance(again, CannotWithdraw)


def test_after_a_new_key_what_is_taken_back_is_named_and_what_is_fetched_is_told(
    broker: Broker,
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    with broker.office.writing() as session:
        desk = broker.office.post.desk
        open_apart(session, desk, filed.filing, "probe", at=broker.now())
    broker.gets_key()
    broker.turn()
    until = broker.fetch().json()["until"]
    with broker.office.store.reading() as session:
        assert got_by(session, whole(broker, filed))["probe"].fetched_at == broker.now()
        [request] = requests.requests_of(session, filed.filing)
    with broker.office.writing() as session:
        withdraw_open(session, desk, filed.filing, at=broker.now(), say=False)

    broker.night()

    told = broker.fetch(since=until).json()["removed"]
    assert {one["id"] for one in told} == {
        item_id(request.number, "E001"),
        *ids(broker, filed, "E001"),
    }


def fresh_code(broker: Broker, filed: Filed) -> str:
    headers = {"Authorization": f"Bearer {filed.receipt}"}
    sent = broker.browser.post(
        f"{CURRENT}/codes", json={"for": "withdraw"}, headers=headers
    )
    assert sent.status_code == 202
    broker.office.deliver(broker.now())
    return code_in(broker.office.channel.to(MAILBOX)[-1])


def test_who_is_asked_again_finds_it_under_its_own_number(broker: Broker) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    number = whole(broker, filed).number
    broker.answer({number: "refused"}, denial_ground="out-of-scope")
    broker.night()
    with broker.office.store.reading() as session:
        [request] = requests.requests_of(session, filed.filing)
    with broker.office.writing() as session:
        done = take_step(
            session,
            broker.office.post.desk,
            filed.filing,
            request.id,
            OwnStep.AGAIN,
            at=broker.now(),
        )
    assert isinstance(done, StepTaken)

    broker.night()

    item = item_id(request.number, "E001")
    assert set(broker.items()) == {item}
    broker.answer({item: 3}, "second-file")
    broker.night()
    [told] = standing(broker, filed)["requests"]
    kinds = [event["kind"] for event in told["timeline"]]
    assert kinds[-3:] == ["reopened", "sent", "deleted"]
    assert broker.items() == {}


def test_a_drawer_can_be_given_after_its_epoch_is_gone(
    one_engine: Store, broker: Broker
) -> None:
    broker.office.confirmed(**TO_ALL)
    broker.turn()
    before, keys = broker.items(), broker.keys
    old = keys.epoch.name
    name = begin_epoch(keys.epochs, broker.now(), again=True)
    post = broker.office.post
    with broker.office.writing() as session:
        for key in drawers_behind(session, name, None):
            assert rotate_drawer(session, key, desk=post.desk, opener=post.opener)
        assert drawers_behind(session, name, None) == []
    (keys.epochs / f"{old}.key").unlink()
    broker.office.post = replace(post, opener=Opener(keys.epochs))
    broker.gets_key()

    broker.turn()

    assert broker.items() == before


def test_a_drawer_that_does_not_open_keeps_no_other_from_the_lists(
    one_engine: Store, broker: Broker
) -> None:
    broker.office.confirmed(**TO_ALL)
    with broker.office.writing() as session:
        set_webhook(session, broker.keys, None, "https://o.example/", at=broker.now())
    post = broker.office.post
    fill_drawers(post.store, post.desk, post.opener, at=broker.now())
    with broker.office.writing() as session:
        [drawer] = session.scalars(select(broadcasts.Drawer))
        drawer.key_epoch = b"damaged"

    def called() -> int:
        with broker.office.store.reading() as session:
            return len(session.scalars(select(WebhookCall.id)).all())

    with capture_logs() as logged:
        broker.turn()
    assert broker.items() == {}
    assert called() == 0
    said = [one for one in logged if one["log_level"] == "warning"]
    assert [one["why"] for one in said] == ["CannotOpenError"]
    later = broker.office.confirmed(**TO_ALL, resident=somebody(email="l@example.org"))
    broker.night()

    assert set(broker.items()) == ids(broker, later, "E001")
    assert called() == 1


def test_no_drawer_comes_to_a_batch_that_was_shut(
    one_engine: Store, broker: Broker
) -> None:
    broker.office.confirmed(**TO_ALL)
    broker.turn()
    broker.office.confirmed(**TO_ALL, resident=somebody(email="l@example.org"))
    broker.now.at += timedelta(days=1)
    post = broker.office.post
    fill_drawers(post.store, post.desk, post.opener, at=broker.now())

    with broker.office.writing() as session:
        later = broadcasts.all_drawers(session)[-1]
        assert later.number == 2
        give_drawer(session, post.opener, later, "probe", 1, bytes(32))

    with broker.office.store.reading() as session:
        given = session.scalars(select(broadcasts.BatchDrawer.drawer)).all()
    assert given == [1]


def test_a_list_that_cannot_be_written_keeps_no_other_from_its_vendor(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    with broker.office.writing() as session:
        new_vendor_key(session, broker.keys, "broker-0", at=broker.now())
        damaged = update(VendorKey).where(VendorKey.vendor == "broker-0")
        session.execute(damaged.values(public=b"no key"))

    with capture_logs() as logged:
        broker.turn()

    assert "list not written" in {one["event"] for one in logged}
    assert set(broker.items()) == ids(broker, filed, "E001")


def test_what_is_destroyed_can_be_opened_by_no_key(broker: Broker) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    assert broker.items()
    with broker.office.writing() as session:
        destroy_personal(session, filed.filing, at=broker.now())

    assert broker.items() == {}
    assert whole(broker, filed).sealed is None


def test_a_hold_keeps_a_broadcast_from_the_lists(
    store: Store, keys: Keys, now: FakeClock, client: TestClient
) -> None:
    broker = broker_of(store, keys, now, client)
    post = broker.office.post
    portal = replace(post.desk.portal, hold_minutes=60)
    broker.office.post = replace(post, desk=replace(post.desk, portal=portal))
    filed = broker.office.confirmed(**TO_ALL)
    stopped = broker.office.confirmed(**TO_ALL, resident=somebody(email="s@b.org"))
    with broker.office.writing() as session:
        desk = broker.office.post.desk
        withdraw_open(
            session, desk, stopped.filing, at=broker.now(), only=Status.QUEUED
        )

    broker.turn()
    assert broker.items() == {}
    broker.now.at += timedelta(minutes=61)
    broker.turn()

    assert set(broker.items()) == ids(broker, filed, "E001")
    assert "held" in {m.kind for m in broker.office.messages(filed)}


def test_a_broadcast_closes_half_a_year_after_its_last_answer_was_due(
    one_engine: Store,
    broker: Broker,
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    for _ in range(5):
        broker.now.at += timedelta(days=60)
        broker.turn()

    filing = broker.office.filing(filed)
    assert filing.status is FilingStatus.CLOSED
    assert filing.closed_on is not None
    assert broker.items() == {}


def test_a_broadcast_costs_its_rows_whomever_it_asks(broker: Broker) -> None:
    def rows() -> int:
        with broker.office.store.reading() as session:
            return sum(
                session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            )

    broker.office.confirmed(**TO_ALL, resident=somebody(email="a@example.org"))
    broker.turn()
    before = rows()
    broker.office.confirmed(**TO_ALL, resident=somebody(email="b@example.org"))
    one = rows() - before
    broker.office.confirmed(vendors=["probe"], resident=somebody(email="c@example.org"))

    assert one <= rows() - before - one


def follow(broker: Broker, filed: Filed) -> None:
    page = broker.browser.post("/track", data={"receipt": filed.receipt})
    assert page.status_code == 200


def test_the_tracking_page_shows_each_company_of_a_register(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    follow(broker, filed)

    page = broker.browser.get("/track").text
    company = broker.browser.get("/track/companies/broker-1").text

    assert "Many companies at once" in page
    assert '<a href="/track/companies/probe">Probe Data Incorporated</a>' in page
    assert "does not fetch such requests yet" in company
    assert broker.browser.get("/track/companies/nobody").status_code == 404


def part(broker: Broker, company: str) -> Any:
    """Ask for a request of its own, with the code that this takes."""
    address = f"/track/companies/{company}"
    asked = broker.browser.post(address, data={"do": "mail"})
    assert "The six digits" in asked.text
    broker.office.deliver(broker.now())
    code = code_in(broker.office.channel.to(MAILBOX)[-1])
    return broker.browser.post(address, data={"code": code})


def test_a_receipt_alone_parts_no_company_from_the_others(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    follow(broker, filed)

    page = broker.browser.post("/track/companies/probe")

    assert "Mail me a code for this" in page.text
    assert standing(broker, filed)["requests"] == []


def test_one_company_of_many_can_be_shown_on_its_own(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    follow(broker, filed)

    page = part(broker, "probe")
    again = broker.browser.get("/track/companies/probe")

    assert page.url == again.url
    assert "They wrote to me" in page.text
    [request] = standing(broker, filed)["requests"]
    assert [event["kind"] for event in request["timeline"]][-1] == "sent"
    told = broker.browser.get("/track/broadcast.json").json()
    states = {one["vendor"]: one["status"] for one in told["vendors"]}
    assert states["probe"] == "sent"
    assert states["broker-0"] == "queued"
    assert set(broker.items()) == ids(broker, filed, "E001")


def test_a_whole_register_is_taken_back_with_a_code(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    broker.turn()
    follow(broker, filed)
    part(broker, "probe")

    address = "/track/broadcast/withdraw"
    assert "Every company that has not answered" in broker.browser.get(address).text
    broker.browser.post(address, data={"do": "mail"})
    broker.office.deliver(broker.now())
    code = code_in(broker.office.channel.to(MAILBOX)[-1])
    broker.browser.post(address, data={"code": code})

    assert broker.items() == {}
    [request] = standing(broker, filed)["requests"]
    assert request["status"] == "withdrawn"
    assert broker.browser.get(address).status_code == 404
    assert broker.browser.post(address).url.path == "/track"
