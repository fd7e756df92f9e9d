"""A broadcast whose companies are late: one mail for each day that is over."""

from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.actions.broadcast import open_apart
from app.actions.prepare_filing import Filed
from app.actions.vendor_key import new_vendor_key
from app.actions.withdraw_request import withdraw_open
from app.store.keys import Keys
from app.store.outbox import MessageKind
from app.store.requests import Request
from app.store.session import Store
from tests.broker import Broker, broker_of
from tests.conftest import FakeClock
from tests.post_office import MAILBOX

DUE = timedelta(days=45)
"""Of the law of California on which such a request rests."""


@pytest.fixture
def broker(store: Store, keys: Keys, now: FakeClock, client: TestClient) -> Broker:
    """One of three brokers in the register, the only one with a key."""
    return broker_of(store, keys, now, client, others=2)


def asked(broker: Broker) -> Filed:
    filed = broker.office.confirmed(vendors=[], broadcast="us-ca-registry")
    broker.turn()
    return filed


def later(broker: Broker, days: timedelta) -> str:
    """Let time go by, and return what the resident was mailed then."""
    broker.now.at += days
    broker.turn()
    broker.night()  # one mail of news a day
    bodies = [mail.get_body(("plain",)) for mail in broker.office.channel.to(MAILBOX)]
    broker.office.channel.sent.clear()
    return "".join(body.get_content() for body in bodies if body is not None)


def told(broker: Broker, filed: Filed) -> int:
    return len(broker.office.messages(filed, MessageKind.LIST_OVERDUE))


def test_when_a_day_is_over_one_mail_says_how_many_are_late(broker: Broker) -> None:
    filed = asked(broker)

    assert "are late with their answer" not in later(broker, DUE - timedelta(days=2))
    said = later(broker, timedelta(days=2))
    again = later(broker, timedelta(days=20))

    assert "are late with their answer" in said
    assert "It is 1 company." in said
    assert "complain to the regulator" in said
    assert "Probe" not in said
    assert "are late" not in again
    assert told(broker, filed) == 1


def test_a_company_that_got_the_list_later_is_told_of_on_its_own_day(
    broker: Broker,
) -> None:
    filed = asked(broker)
    broker.now.at += timedelta(days=10)
    with broker.office.writing() as session:
        new_vendor_key(session, broker.keys, "broker-0", at=broker.now())
    broker.turn()

    first = later(broker, DUE - timedelta(days=8))
    second = later(broker, timedelta(days=12))

    assert "It is 1 company." in first
    assert "They are 2 companies." in second
    assert told(broker, filed) == 2


def test_what_is_taken_back_or_stands_apart_is_not_told_of(
    one_engine: Store, broker: Broker
) -> None:
    back, apart = asked(broker), asked(broker)
    desk = broker.office.post.desk
    with broker.office.writing() as session:
        withdraw_open(session, desk, back.filing, at=broker.now(), say=False)
    broker.night()
    with broker.office.writing() as session:
        made = open_apart(session, desk, apart.filing, "probe", at=broker.now())
        request = session.scalars(select(Request).where(Request.id == made)).one()
        assert isinstance(request.due, date)

    later(broker, DUE + timedelta(days=3))

    assert told(broker, back) == told(broker, apart) == 0


def test_a_mail_that_waits_is_dropped_once_all_is_taken_back(
    one_engine: Store, broker: Broker
) -> None:
    filed = asked(broker)
    broker.now.at += DUE + timedelta(days=2)
    broker.turn()
    with broker.office.writing() as session:
        desk = broker.office.post.desk
        withdraw_open(session, desk, filed.filing, at=broker.now(), say=False)
    broker.office.channel.sent.clear()

    assert "are late" not in later(broker, timedelta(days=1))
