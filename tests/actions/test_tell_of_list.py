"""Vendors that fetch no list are told by mail, once in seven days, and of nobody."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.actions.erase_filing import destroy_personal
from app.actions.import_vendors import import_vendors
from app.actions.stop_letters import resume_letters, stop_letters
from app.actions.tell_of_list import not_fetching, vendors_not_fetching
from app.actions.vendor_key import new_vendor_key
from app.actions.withdraw_request import withdraw_open
from app.rulebook.vendor_schema import VendorShape
from app.store.keys import Keys
from app.store.notices import ListNotice
from app.store.outbox import Message, State
from app.store.session import Store
from tests.broker import PHONE, Broker, broker_of
from tests.canaries import hits
from tests.conftest import NOON, FakeClock
from tests.post_office import MAILBOX, PROBE, TYPED, words

TO_ALL: dict[str, Any] = {"vendors": [], "broadcast": "us-ca-registry"}
VENDORS = "privacy@probe.example.org"
A_DAY = timedelta(days=1)


@pytest.fixture
def broker(store: Store, keys: Keys, now: FakeClock, client: TestClient) -> Broker:
    """One broker with a key, beside one without."""
    return broker_of(store, keys, now, client, others=1)


def mails(broker: Broker, name: str = "Broker 0") -> list[EmailMessage]:
    """Return the mails that told one vendor of its list."""
    found = broker.office.channel.to(VENDORS)
    return [mail for mail in found if f"To {name}" in words(mail)]


def after(broker: Broker, days: int) -> None:
    """Let days go by and the worker do what is due at their end."""
    broker.now.at += days * A_DAY
    broker.turn()


def silent(broker: Broker) -> dict[str, int]:
    desk = broker.office.post.desk
    with broker.office.store.reading() as session:
        found = not_fetching(session, desk, at=broker.now())
        assert vendors_not_fetching(session, at=broker.now()) == found.total
    return {one.vendor: one.people for one in found.vendors}


def test_a_vendor_without_a_key_is_told_once_in_seven_days(broker: Broker) -> None:
    for name in ("one", "two"):
        mailbox = f"{name}@example.org"
        broker.office.confirmed(**TO_ALL, resident={"name": TYPED, "email": mailbox})
    assert mails(broker) == []

    broker.turn()
    broker.fetch()
    after(broker, 6)
    [mail] = mails(broker)
    after(broker, 1)

    assert "2 people wait" in mail["Subject"]
    assert len(mails(broker)) == 2
    assert silent(broker)["broker-0"] == 2
    assert mails(broker, "Probe Data Incorporated") == []
    assert "probe" not in silent(broker)


def test_the_mail_says_how_to_answer_and_names_nobody(broker: Broker) -> None:
    person = {"name": TYPED, "email": MAILBOX, "phones": [PHONE]}
    filed = broker.office.confirmed(**TO_ALL, resident=person)
    broker.turn()

    [mail] = mails(broker)
    told = words(mail)

    assert "1 person waits" in mail["Subject"]
    for part in ("CCPA", "/api/v1/matching/broker-0", "/api/docs", "efface@portal"):
        assert part in told, part
    secrets = (TYPED, TYPED.split()[1], MAILBOX, PHONE, str(filed.filing))
    assert hits(told.encode(), secrets) == []


def test_who_gets_a_key_is_told_no_more_while_it_fetches(broker: Broker) -> None:
    broker.office.confirmed(**TO_ALL)
    broker.turn()
    broker.office.channel.sent.clear()
    office = broker.office
    with office.writing() as session:
        key = new_vendor_key(session, broker.keys, "broker-0", at=broker.now())
    broker.night()
    address, headers = "/api/v1/matching/broker-0", {"Authorization": f"Bearer {key}"}
    assert broker.browser.get(address, headers=headers).json()["items"]

    after(broker, 10)

    assert mails(broker) == []
    assert "broker-0" not in silent(broker)


def test_what_lies_for_seven_days_is_told_with_the_day_that_is_due(
    broker: Broker,
) -> None:
    broker.office.confirmed(**TO_ALL)
    broker.turn()
    after(broker, 6)
    assert mails(broker, "Probe Data Incorporated") == []

    after(broker, 1)

    [mail] = mails(broker, "Probe Data Incorporated")
    assert "You have a key for this list" in words(mail)
    assert "The first answer is due by 7 January 2027" in words(mail)


@pytest.mark.parametrize("how", ["withdrawn", "erased"])
def test_a_mail_that_waits_is_not_queued_again_and_ends_where_nobody_waits(
    broker: Broker, how: str
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    with broker.office.writing() as session:
        stop_letters(session, "broker-0", at=broker.now(), by="command")
    broker.turn()
    after(broker, 8)
    assert mails(broker) == []
    with broker.office.writing() as session:
        if how == "erased":
            destroy_personal(session, filed.filing, at=broker.now())
        else:
            withdraw_open(
                session, broker.office.post.desk, filed.filing, at=broker.now()
            )
        resume_letters(session, "broker-0", at=broker.now(), by="command")

    broker.turn()

    assert mails(broker) == []
    with broker.office.store.reading() as session:
        ended = session.execute(
            select(Message.state, func.count())
            .join(ListNotice, ListNotice.id == Message.filing_id)
            .where(ListNotice.vendor == "broker-0")
            .group_by(Message.state)
        ).all()
    assert [tuple(row) for row in ended] == [(State.CANCELLED, 1)]
    assert silent(broker) == {}


@pytest.mark.parametrize(
    ("routes", "language", "told"),
    [
        ([{"kind": "webform", "url": "https://probe.example.org/form"}], "en", None),
        (PROBE["routes"], "de", "An Broker 0"),
    ],
)
def test_who_has_an_address_is_told_in_its_language(
    one_engine: Store,
    broker: Broker,
    routes: list[dict[str, str]],
    language: str,
    told: str | None,
) -> None:
    shape = {**PROBE, "slug": "broker-0", "name": "Broker 0", "routes": routes}
    shape |= {"language": language, "registered_broker_in": ["US-CA"]}
    with broker.office.writing() as session:
        import_vendors(session, [VendorShape.model_validate(shape)], at=NOON, by="x")
    broker.office.confirmed(**TO_ALL)

    broker.turn()

    found = broker.office.channel.to(VENDORS)
    assert any("Broker 0" in words(mail) for mail in found) is (told is not None)
    assert told is None or any(told in words(mail) for mail in found)
    assert "broker-0" in silent(broker)


def test_the_resident_reads_what_was_done_and_nothing_that_was_not(
    one_engine: Store, broker: Broker
) -> None:
    filed = broker.office.confirmed(**TO_ALL)
    with broker.office.writing() as session:
        stop_letters(session, "broker-0", at=broker.now(), by="command")
    broker.turn()
    told = "We told it on 24 November 2026 that requests wait."
    company = "/track/companies/broker-0"
    broker.browser.post("/track", data={"receipt": filed.receipt})
    assert told[:13] not in broker.browser.get(company).text

    with broker.office.writing() as session:
        resume_letters(session, "broker-0", at=broker.now(), by="command")
    broker.night()

    broker.browser.post("/track", data={"receipt": filed.receipt})
    page = broker.browser.get(company).text
    assert told in page.replace("\N{NO-BREAK SPACE}", " ")
