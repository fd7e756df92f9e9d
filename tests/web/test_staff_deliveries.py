"""A letter of which it is not known whether it arrived waits for a person."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from app.actions.prepare_filing import Filed
from app.channels.base import Delivery
from app.domain.timeline import Actor, Evidence, Status
from app.store.outbox import MessageKind, State
from app.store.staff import Role
from tests.front_desk import FrontDesk, hidden
from tests.post_office import NOON, Office

pytestmark = pytest.mark.usefixtures("one_engine")

VENDOR = "privacy@probe.example.org"


@pytest.fixture
def filed(office: Office) -> Filed:
    """A request whose letter was broken off twice."""
    filed = office.confirmed()
    office.channel.answers = [Delivery.UNKNOWN, Delivery.UNKNOWN]
    office.deliver()
    office.deliver(NOON + timedelta(minutes=15))
    office.channel.sent.clear()
    return filed


def page_of(filed: Filed) -> str:
    return f"/staff/requests/{filed.requests[0].number}"


def settle(desk: FrontDesk, filed: Filed, **form: str) -> Any:
    browser = desk.staff()
    message = hidden(browser.get(page_of(filed)).text, "message")
    sent = {"message": message, **form}
    return browser.post(f"{page_of(filed)}/deliveries", data=sent)


def test_the_page_says_what_to_look_for(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    [letter] = office.messages(filed, MessageKind.LETTER)

    page = unescape(browser.get(page_of(filed)).text)

    assert filed.requests[0].number in browser.get("/staff/").text
    assert "Did the letter arrive?" in page
    assert letter.message_id in page
    assert 'datetime="2026-11-23T12:15:00+00:00"' in page


def test_one_that_arrived_counts_from_the_day_of_the_last_try(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    desk.passes(days=3)

    assert settle(desk, filed, found="arrived").status_code == 303

    request, sent = office.request(filed), office.timeline(filed)[-1]
    assert (request.status, request.sent_on) == (Status.SENT, date(2026, 11, 23))
    assert request.due is not None
    assert (sent.by, sent.evidence) == (Actor.STAFF, Evidence.STAFF)
    office.deliver(desk.clock())
    assert office.channel.to(VENDOR) == []


def test_the_day_of_arrival_may_be_given(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    desk.passes(days=3)

    settle(desk, filed, found="arrived", arrived_on="2026-11-25")

    assert office.request(filed).sent_on == date(2026, 11, 25)


def test_one_that_did_not_arrive_is_sent_again_under_the_same_id(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    [letter] = office.messages(filed, MessageKind.LETTER)
    desk.passes(hours=1)

    assert settle(desk, filed, found="not_arrived").status_code == 303
    office.deliver(desk.clock())

    [again] = office.channel.to(VENDOR)
    assert again["Message-ID"] == letter.message_id
    assert office.request(filed).status is Status.SENT


def test_one_that_cannot_be_delivered_says_so(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    settle(desk, filed, found="given_up")

    assert office.request(filed).status is Status.UNDELIVERABLE
    [letter] = office.messages(filed, MessageKind.LETTER)
    assert (letter.state, letter.sealed) == (State.FAILED, None)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ("arrived", "It arrived"),
        ("not_arrived", "It did not arrive: send it again"),
        ("given_up", "It cannot be delivered"),
    ],
)
def test_it_is_on_record_who_said_what(
    desk: FrontDesk, filed: Filed, found: str, words: str
) -> None:
    settle(desk, filed, found=found)

    entry = desk.audit()[-1]
    assert (entry.action, entry.detail) == ("delivery settled", {"found": found})
    assert entry.subject == filed.requests[0].number
    browser = desk.browser()
    desk.sign_in(browser, "clerk@example.org")
    trail = browser.get("/staff/audit").text
    assert "Delivery settled" in trail
    assert words in trail


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose what you found"),
        ({"found": "perhaps"}, "Choose what you found"),
        ({"found": "arrived", "arrived_on": "2026-11-22"}, "Enter a day from"),
        ({"found": "arrived", "arrived_on": "2026-11-24"}, "Enter a day from"),
        ({"found": "arrived", "arrived_on": "soon"}, "Enter a day from"),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    desk: FrontDesk, filed: Filed, office: Office, form: dict[str, str], said: str
) -> None:
    answer = settle(desk, filed, **form)

    assert answer.status_code == 422
    assert said in answer.text
    assert office.request(filed).status is Status.QUEUED
    assert office.messages(filed, MessageKind.LETTER)[0].state is State.UNKNOWN


def test_two_who_settle_it_do_so_once(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    message = hidden(browser.get(page_of(filed)).text, "message")
    form = {"message": message, "found": "arrived"}
    browser.post(f"{page_of(filed)}/deliveries", data=form)

    again = browser.post(
        f"{page_of(filed)}/deliveries", data={**form, "found": "not_arrived"}
    )

    assert again.status_code == 409
    assert "Somebody has settled this meanwhile" in again.text
    assert office.request(filed).status is Status.SENT


def test_an_auditor_sees_it_and_settles_nothing(desk: FrontDesk, filed: Filed) -> None:
    browser = desk.staff(Role.AUDITOR)

    assert "Did the letter arrive?" not in browser.get(page_of(filed)).text


def test_one_that_is_tried_again_by_itself_asks_nobody(
    desk: FrontDesk, office: Office
) -> None:
    filed = office.confirmed()
    office.channel.answers = [Delivery.UNKNOWN]
    office.deliver()

    assert "Did the letter arrive?" not in desk.staff().get(page_of(filed)).text
