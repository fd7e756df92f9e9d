"""Letting a request take another way, on the pages: what it changes is shown before."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from app.actions.import_vendors import import_vendors
from app.actions.prepare_filing import Filed
from app.actions.read_directory import read_directory
from app.actions.stop_letters import stop_letters
from app.actions.withdraw_request import withdraw_open
from app.channels.base import Delivery
from app.domain.timeline import Actor, Event, EventKind, Status
from app.rulebook.vendor_schema import VendorShape
from app.store.requests import Request, record
from app.store.staff import Role
from tests.front_desk import FrontDesk, hidden
from tests.post_office import NOON, PROBE, Office

FORM = "https://probe.example.org/form"
pytestmark = pytest.mark.usefixtures("one_engine")


@pytest.fixture
def came_back(desk: FrontDesk, office: Office) -> Filed:
    """A request whose letter came back, to a company that has a form as well."""
    routes = [
        *PROBE["routes"],
        {"kind": "webform", "url": FORM},
        {"kind": "drp", "api_base": "https://drp.example.org", "business_id": "P"},
    ]
    with office.writing() as session:
        shape = VendorShape.model_validate({**PROBE, "routes": routes})
        import_vendors(session, [shape], at=NOON, by="import")
        directory = read_directory(session)
    office.post = replace(
        office.post, desk=replace(office.post.desk, directory=directory)
    )
    filed = office.confirmed()
    office.channel.answers = [Delivery.REFUSED]
    office.deliver()
    desk.passes(seconds=2)
    return filed


def page_of(filed: Filed) -> str:
    return f"/staff/requests/{filed.requests[0].number}"


def text_of(answer: Any) -> str:
    return unescape(answer.text)


def test_after_a_bounce_another_way_is_offered_shown_and_taken(
    desk: FrontDesk, came_back: Filed, office: Office
) -> None:
    browser = desk.staff()
    assert "It did not arrive: try another way" in browser.get(page_of(came_back)).text
    ways = text_of(browser.get(f"{page_of(came_back)}/way"))
    assert ways.count('type="radio"') == 2
    assert "It takes this way now." in ways
    assert "This portal is no agent of the protocol." in ways

    seen = text_of(browser.get(f"{page_of(came_back)}/way?to=webform"))
    assert office.request(came_back).status is Status.UNDELIVERABLE
    assert "You look after the request." in seen
    assert "Letters to this company are stopped" not in seen
    with office.writing() as session:
        stop_letters(session, "probe", at=NOON, by="test")
    told = text_of(browser.get(f"{page_of(came_back)}/way?to=webform"))
    assert "by hand nothing keeps it back" in told
    assert "They are counted from the day on which it is sent." in seen
    form = {"to": "webform", "shown": hidden(seen, "shown")}
    first = browser.post(f"{page_of(came_back)}/way", data=form)
    second = browser.post(f"{page_of(came_back)}/way", data={**form, "to": "letter"})
    assert (first.status_code, second.status_code) == (303, 409)

    page = text_of(browser.get(page_of(came_back)))
    assert "It goes another way now: through the company’s own form" in page
    assert FORM in page
    assert "Through its own form; one of us fills it in" in page
    office.deliver(desk.clock())
    browser.post(f"{page_of(came_back)}/reveals", data={"reason": "undelivered"})
    desk.worker_answers()
    page = text_of(browser.get(page_of(came_back)))
    links = re.findall(r'href="(/staff/requests/[^"]+[.]pdf)"', page)
    assert len(links) == 2, "what came back, and what is typed or posted now"
    assert browser.get(links[-1]).content.startswith(b"%PDF")
    other = desk.staff(email="other@example.org").get(links[-1])
    assert other.headers["location"] == f"{page_of(came_back)}#person"
    sent = {
        "sent_on": "2027-01-01",
        "shown": hidden(page.partition("/sent")[2], "shown"),
    }
    late = browser.post(f"{page_of(came_back)}/sent", data=sent)
    assert late.status_code == 422
    assert "Enter a day from that on which" in late.text
    sent["sent_on"] = "2026-11-23"
    assert browser.post(f"{page_of(came_back)}/sent", data=sent).status_code == 303
    twice = browser.post(f"{page_of(came_back)}/sent", data=sent)
    assert twice.status_code == 409
    assert 'href="#timeline"' in twice.text
    assert 'id="timeline"' in twice.text

    assert office.request(came_back).status is Status.SENT
    actions = [e.action for e in desk.audit()]
    assert {"way changed", "request given", "sent by hand"} <= set(actions)
    again = browser.post(f"{page_of(came_back)}/way", data=form)
    assert again.status_code == 409
    assert re.search(r'id="to"[^>]*>The company has it[.]', again.text)


def by_form(desk: FrontDesk, filed: Filed, office: Office) -> Any:
    """Let a member send a request through the company's form; return their browser."""
    browser, page = desk.staff(), page_of(filed)
    form = {"to": "webform", "shown": str(office.request(filed).events)}
    assert browser.post(f"{page}/way", data=form).status_code == 303
    desk.passes(seconds=1)
    sent = {"sent_on": "2026-11-23", "shown": str(office.request(filed).events)}
    assert browser.post(f"{page}/sent", data=sent).status_code == 303
    desk.passes(seconds=1)
    return browser


def test_a_wrong_day_of_sending_by_hand_is_taken_back_on_the_page(
    desk: FrontDesk, came_back: Filed, office: Office
) -> None:
    browser, page = by_form(desk, came_back, office), page_of(came_back)
    entry = f"{page}/entries/{office.request(came_back).events}"
    assert entry in browser.get(page).text
    seen = browser.get(entry)
    assert "Take entry" in seen.text

    done = browser.post(entry, data={"shown": hidden(seen.text, "shown")})

    assert done.status_code == 303
    told = text_of(browser.get(page))
    assert "One of us sends it" in told
    assert "taken back later" in told
    assert "we count from this day" not in told
    assert entry not in told
    record = text_of(browser.get("/staff/audit"))
    assert ">23 November 2026</td>" in record.replace("\u00a0", " ")
    assert "Entry taken back" in record
    assert "The request was sent" in record


def test_a_day_of_sending_stays_while_something_rests_on_it(
    desk: FrontDesk, came_back: Filed, office: Office
) -> None:
    browser, page = by_form(desk, came_back, office), page_of(came_back)
    entry = f"{page}/entries/{office.request(came_back).events}"
    with office.writing() as session:
        key = (came_back.filing, came_back.requests[0].id)
        request = session.get_one(Request, key)
        asked = Event(
            kind=EventKind.IDENTITY_REQUESTED, at=desk.clock(), by=Actor.STAFF
        )
        record(session, request, asked)

    seen = browser.get(entry)

    assert seen.status_code == 409
    assert "Take back first what came after it" in seen.text
    assert 'href="#timeline"' in seen.text
    assert office.request(came_back).status is Status.IDENTITY_REQUESTED


def test_who_looks_after_a_request_sent_by_hand_tells_the_company_of_its_end(
    desk: FrontDesk, came_back: Filed, office: Office
) -> None:
    browser, page = by_form(desk, came_back, office), page_of(came_back)
    with office.writing() as session:
        withdraw_open(session, office.post.desk, came_back.filing, at=desk.clock())
    assert "To take back by hand (1)" in browser.get("/staff/").text

    told = text_of(browser.get(page))

    assert "Tell the company that it is taken back" in told
    assert "the day on which it was sent cannot be taken back" in told
    assert FORM in told
    sending = f"{page}/entries/{office.request(came_back).events - 1}"
    assert sending not in told
    form = {"shown": str(office.request(came_back).events)}
    for answer in (browser.get(sending), browser.post(sending, data=form)):
        assert answer.status_code == 409
        assert "Tell the company first that the person took" in answer.text
    auditor = desk.staff(Role.AUDITOR, "auditor@example.org")
    assert "The company was told" not in auditor.get(page).text
    form = {"shown": hidden(told.partition("/told")[2], "shown")}
    assert auditor.post(f"{page}/told", data=form).status_code == 403
    stale = browser.post(f"{page}/told", data={"shown": "1"})
    assert stale.status_code == 409
    assert "Something was recorded meanwhile" in stale.text
    assert browser.post(f"{page}/told", data=form).status_code == 303
    again = browser.post(f"{page}/told", data=form)
    assert again.status_code == 409
    assert "There is nothing to tell the company any more" in again.text
    assert "by hand (" not in browser.get("/staff/").text
    assert browser.get(f"{page}/told").headers["location"] == page


def test_a_way_that_is_none_is_refused_in_words_and_auditors_change_nothing(
    desk: FrontDesk, came_back: Filed, office: Office
) -> None:
    browser = desk.staff()
    for to in ("", "pigeon", "drp", "email"):
        seen = browser.get(f"{page_of(came_back)}/way", params={"to": to})
        assert seen.status_code == 422
        assert "Choose a way" in seen.text
    shown = office.request(came_back).events
    sent = {"to": "drp", "shown": str(shown)}
    answer = browser.post(f"{page_of(came_back)}/way", data=sent)
    assert answer.status_code == 409
    assert "It cannot take that way any more" in answer.text

    auditor = desk.staff(Role.AUDITOR, "auditor@example.org")
    assert "<button>" not in auditor.get(f"{page_of(came_back)}/way?to=webform").text
    answer = auditor.post(f"{page_of(came_back)}/way", data={**sent, "to": "webform"})
    assert answer.status_code == 403
    assert office.request(came_back).status is Status.UNDELIVERABLE
