"""Stopping the news by mail, from the mail or while tracking."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.actions.stop_letters import stop_letters
from app.actions.stop_news import choose_news, wants_news
from app.store.outbox import KeptBack, Message, MessageKind
from app.store.session import Store
from tests.actions.test_news import happens, link, mails, quiet
from tests.post_office import NOON, Office
from tests.web.filing import BY_MAIL, Resident
from tests.web.test_own_steps import the_request

pytestmark = pytest.mark.usefixtures("one_engine")


def test_one_press_stops_and_another_begins_again(
    resident: Resident, office: Office
) -> None:
    filed = quiet(office)
    happens(office, filed, MessageKind.ANSWERED)
    [mail] = mails(office, 0)
    path, browser = f"/news/{link(mail)}/stop", resident.browser

    def wanted() -> bool:
        with office.store.reading() as session:
            return wants_news(session, filed.filing)

    assert "Mail me no more news" in browser.get(path).text
    assert wanted()
    stopped = browser.post(path, data={"List-Unsubscribe": "One-Click"})
    assert "It is stopped" in stopped.text
    assert not wanted()
    assert (
        "Stop all news of your requests?"
        in browser.post(path.replace("stop", "begin")).text
    )
    assert wanted()


def test_a_link_that_leads_nowhere_says_so(resident: Resident) -> None:
    page = resident.browser.get("/news/nothing/stop")

    assert page.status_code == 404
    assert "leads nowhere" in page.text
    assert resident.browser.post("/news/nothing/stop").status_code == 404


def test_who_tracks_proves_the_mailbox_first(resident: Resident, store: Store) -> None:
    resident.confirmed("acxiom")
    assert "/track/mail" in resident.browser.get("/track").text

    def wanted() -> bool:
        with store.reading() as session:
            return wants_news(session, the_request(store).filing_id)

    shut = resident.browser.post("/track/mail", data={"news": "stop"})
    assert shut.status_code == 403
    assert wanted()
    code = resident.fresh_code("/track/mail", news="stop")
    page = resident.browser.post("/track/mail", data={"news": "stop", "code": code})
    assert "Mail me news again" in page.text
    assert not wanted()
    resident.browser.post("/track/mail", data={"news": "begin"})
    assert wanted()


def test_what_is_said_of_a_letter_that_waits_is_true(
    resident: Resident, office: Office, store: Store
) -> None:
    resident.confirmed(BY_MAIL)
    assert "It leaves soon. We mail you when it has left." in tracked(resident)

    with store.writing() as session:
        stop_letters(session, BY_MAIL, at=NOON, by="command")
        filing = the_request(store).filing_id
        choose_news(session, filing, wanted=False, at=NOON)
    office.deliver(NOON)

    page = tracked(resident)
    assert "<span>Waits to leave</span>" in page
    assert "At present nothing can leave to this company." in page
    assert "You chose no news by mail: look here again." in page


def test_a_letter_that_waits_for_an_hour_says_until_when(
    resident: Resident, office: Office, store: Store
) -> None:
    resident.confirmed(BY_MAIL)
    assert "<span>Ready to send</span>" in tracked(resident)
    with store.writing() as session:
        letter = session.scalars(select(Message).where(Message.kind == "letter")).one()
        letter.kept_back = KeptBack.HOURS
        letter.next_try = NOON + timedelta(days=1, hours=2)

    page = unescape(tracked(resident))

    assert "<span>Waits to leave</span>" in page
    said = r"working hours and leaves on 24\s+November\s+2026 from 14:00 UTC\."
    assert re.search(said, page)
    assert "heures de travail" in resident.browser.get("/track?lang=fr").text


def tracked(resident: Resident) -> str:
    return resident.browser.get("/track").text
