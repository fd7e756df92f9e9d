"""Who looks after a request, notes about it, what came meanwhile, and sending again."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.actions.erase_filing import destroy_personal
from app.actions.import_vendors import import_vendors
from app.actions.prepare_filing import Filed
from app.channels.base import Delivery
from app.domain.timeline import EventKind, Status
from app.rulebook.vendor_schema import VendorShape
from app.store.requests import Request, StaffNote
from app.store.session import Store
from app.store.staff import Role
from tests.front_desk import FrontDesk, hidden
from tests.post_office import NOON, PROBE, Office

pytestmark = pytest.mark.usefixtures("one_engine")

WORDS = "Ms Quillfeather called about her flat."
OTHER = "other@example.org"
MOVED_TO = "requests@probe.example.org"


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


def page_of(filed: Filed) -> str:
    return f"/staff/requests/{filed.requests[0].number}"


def colleague(desk: FrontDesk) -> TestClient:
    return desk.staff(email=OTHER)


def give(browser: TestClient, filed: Filed, to: object, was: str = "") -> Any:
    return browser.post(f"{page_of(filed)}/who", data={"to": str(to), "was": was})


def test_a_request_is_taken_on_handed_over_and_laid_down(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    me, browser = desk.enrolled("me@example.org"), desk.staff()
    desk.enrolled(OTHER)

    assert give(browser, filed, me).status_code == 303
    assert office.request(filed).assigned_to == me
    page = unescape(browser.get(page_of(filed)).text)
    assert "me</p>" in page
    assert ">me</td>" in browser.get("/staff/").text
    assert give(browser, filed, "", me.hex).status_code == 303

    assert office.request(filed).assigned_to is None
    assert [e.action for e in desk.audit()][-2:] == [
        "request given",
        "request laid down",
    ]
    assert desk.audit()[-2].detail == {"name": "me"}


def test_of_two_who_give_it_the_second_is_told_who_was_first(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    first, second = desk.staff(), colleague(desk)
    me = desk.enrolled("me@example.org")
    give(first, filed, me)

    answer = give(second, filed, desk.enrolled("you@example.org"), was="")

    assert answer.status_code == 409
    assert "clerk gave it to somebody meanwhile" in answer.text
    assert office.request(filed).assigned_to == me


@pytest.mark.parametrize("to", ["nobody", "0" * 32, None])
def test_it_is_given_to_nobody_who_is_not_there(
    desk: FrontDesk, filed: Filed, to: str | None
) -> None:
    form = {} if to is None else {"to": to}
    answer = desk.staff().post(f"{page_of(filed)}/who", data=form)
    assert answer.status_code == 422
    assert "Choose who looks after it" in answer.text


def test_an_auditor_is_given_no_work(desk: FrontDesk, filed: Filed) -> None:
    auditor = desk.enrolled("auditor@example.org", Role.AUDITOR)
    assert give(desk.staff(), filed, auditor).status_code == 422


def test_a_note_is_sealed_and_read_with_the_person(
    desk: FrontDesk, filed: Filed, store: Store
) -> None:
    browser = desk.staff()
    form = {"note": WORDS, "nonce": "once"}
    for _ in range(2):
        assert browser.post(f"{page_of(filed)}/notes", data=form).status_code == 303
    with store.reading() as session:
        [row] = session.query(StaffNote)
        assert row.sealed is not None
        assert WORDS.encode() not in row.sealed
    page = unescape(browser.get(page_of(filed)).text)
    assert "Note by clerk of 23\u00a0November\u00a02026: hidden" in page
    assert WORDS not in page

    browser.post(f"{page_of(filed)}/reveals", data={"reason": "resident_asks"})
    desk.worker_answers()

    assert WORDS in unescape(browser.get(page_of(filed)).text)


def test_a_note_goes_with_the_persons_data_and_none_comes_after(
    desk: FrontDesk, filed: Filed, store: Store
) -> None:
    browser = desk.staff()
    browser.post(f"{page_of(filed)}/notes", data={"note": WORDS})
    with store.writing() as session:
        destroy_personal(session, filed.filing, at=NOON)
    with store.reading() as session:
        [row] = session.query(StaffNote)
        assert row.thing is None

    answer = browser.post(f"{page_of(filed)}/notes", data={"note": WORDS})

    assert answer.status_code == 409
    assert WORDS in unescape(answer.text), "what was typed is not lost"
    assert "Note by clerk" not in answer.text


def test_a_nul_in_a_form_is_read_as_what_cannot_be_read(desk: FrontDesk) -> None:
    browser, odd = desk.staff(Role.ADMIN), "a\0b"
    note = {"kind": "law", "record": "eu-gdpr", "words": odd}

    kept = browser.post("/staff/notes", data=note)

    assert kept.status_code == 303
    assert "a\ufffdb" in browser.get(kept.headers["location"]).text
    assert browser.post("/staff/views", data={"name": odd}).status_code == 303
    assert browser.post("/staff/audit", data={"about": odd}).status_code == 422
    export = browser.post("/staff/audit/export", data={"actor": odd})
    assert export.json()["entries"] == []
    assert browser.post("/staff/account/tokens", data={"name": odd}).status_code == 200


@pytest.mark.parametrize("note", ["", " ", "x" * 4001])
def test_a_note_says_something_and_not_too_much(
    desk: FrontDesk, filed: Filed, note: str
) -> None:
    answer = desk.staff().post(f"{page_of(filed)}/notes", data={"note": note})
    assert answer.status_code == 422


def test_of_two_who_record_the_second_is_told_who_said_what_and_loses_nothing(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    first, second = desk.staff(), colleague(desk)
    forms = []
    for browser, text in ((first, "We have it."), (second, "It is gone.")):
        kind = "acknowledged" if browser is first else "deleted"
        sent = {"kind": kind, "received_on": "2026-11-23", "text": text}
        seen = browser.post(f"{page_of(filed)}/preview", data=sent).text
        forms.append(sent | {n: hidden(seen, n) for n in ("shown", "nonce")})
    assert first.post(f"{page_of(filed)}/replies", data=forms[0]).status_code == 303

    answer = second.post(f"{page_of(filed)}/replies", data=forms[1])

    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "clerk: They say they have it (23 November 2026, 12:00 UTC)" in page
    assert "It is gone." in page
    assert office.request(filed).status is Status.ACKNOWLEDGED
    again = forms[1] | {n: hidden(answer.text, n) for n in ("shown", "nonce")}
    assert second.post(f"{page_of(filed)}/replies", data=again).status_code == 303
    assert office.request(filed).status is Status.ANSWERED


@pytest.fixture
def came_back(office: Office) -> Filed:
    """A request whose letter the company's server refused for good."""
    filed = office.confirmed()
    office.channel.answers = [Delivery.REFUSED]
    office.deliver()
    office.channel.sent.clear()
    assert office.request(filed).status is Status.UNDELIVERABLE
    return filed


def test_a_letter_that_came_back_leaves_again_to_todays_address(
    desk: FrontDesk, came_back: Filed, office: Office
) -> None:
    moved = {"routes": [{"kind": "email", "address": MOVED_TO}]}
    with office.writing() as session:
        shape = VendorShape.model_validate({**PROBE, **moved})
        import_vendors(session, [shape], at=NOON, by="import")
    desk.passes(seconds=2)
    browser = desk.staff()
    page = browser.get(page_of(came_back)).text
    assert MOVED_TO in page
    shown = hidden(page.partition("/again")[2], "shown")

    answer = browser.post(f"{page_of(came_back)}/again", data={"shown": shown})
    assert answer.status_code == 303
    office.deliver(desk.clock())

    [letter] = office.channel.to(MOVED_TO)
    assert office.request(came_back).status is Status.SENT
    assert office.request(came_back).number in str(letter["Subject"]) + str(
        letter.get_content()
    )
    assert desk.audit()[-1].action == "letter sent again"


def test_it_leaves_once_however_often_that_is_pressed(
    desk: FrontDesk, came_back: Filed, office: Office
) -> None:
    browser = desk.staff()
    shown = hidden(browser.get(page_of(came_back)).text.partition("/again")[2], "shown")
    answers = [
        browser.post(f"{page_of(came_back)}/again", data={"shown": shown})
        for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [303, 409]
    assert "What came meanwhile" in answers[1].text
    assert "clerk:" in unescape(answers[1].text)
    office.deliver()
    assert len(office.channel.to("privacy@probe.example.org")) == 1


def test_what_did_not_come_back_is_not_sent_again(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    events = office.request(filed).events
    answer = browser.post(f"{page_of(filed)}/again", data={"shown": str(events)})
    assert answer.status_code == 409
    assert "Send the letter again" not in answer.text
    assert EventKind.REOPENED not in {e.kind for e in office.timeline(filed)}


def test_an_answer_on_the_link_waits_until_somebody_has_looked(
    desk: FrontDesk, filed: Filed, office: Office, store: Store
) -> None:
    with store.writing() as session:
        session.execute(update(Request).values(unseen=4, status=Status.ANSWERED))
    browser = desk.staff()
    assert "Answered on our page (1)" in browser.get("/staff/").text
    link = re.search(r'href="(/staff/requests/[^"]+)', browser.get("/staff/").text)
    assert link is not None
    page = browser.get(unescape(link[1])).text
    shown = hidden(page.partition("/seen")[2], "shown")

    older = browser.post(f"{page_of(filed)}/seen", data={"shown": "3"})
    assert older.status_code == 303
    assert office.request(filed).unseen == 4, "it came after what they saw"
    with store.writing() as session:
        session.execute(update(Request).values(unseen=int(shown)))
    browser.post(f"{page_of(filed)}/seen", data={"shown": shown})

    assert office.request(filed).unseen is None
    assert desk.audit()[-1].action == "answer looked at"
    assert "Answered on our page (" not in browser.get("/staff/").text


def test_the_page_says_whether_the_law_would_answer_otherwise_today(
    desk: FrontDesk, filed: Filed
) -> None:
    page = unescape(desk.staff().get(page_of(filed)).text)
    row = page.partition("The answer today")[2].partition("</dd>")[0]
    assert "<b>unchanged</b>" in row
    assert "By the same laws as on the day of filing." in row
