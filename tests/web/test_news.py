"""Stopping the news by mail, from the mail or while tracking."""

import pytest

from app.actions.stop_news import wants_news
from app.store.outbox import MessageKind
from app.store.session import Store
from tests.actions.test_news import happens, link, mails, quiet
from tests.post_office import Office
from tests.web.filing import Resident
from tests.web.test_own_steps import the_request

pytestmark = pytest.mark.usefixtures("one_engine")


def test_one_press_stops_and_another_begins_again(
    resident: Resident, office: Office
) -> None:
    filed = quiet(office)
    happens(office, filed, MessageKind.OVERDUE)
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
    assert "Stop this news?" in browser.post(path.replace("stop", "begin")).text
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
