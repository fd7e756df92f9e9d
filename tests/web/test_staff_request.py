"""The page of one request: its course, and the person who stays hidden."""

from html import unescape

import pytest
from sqlalchemy import func, select, update

from app.actions.erase_filing import destroy_personal
from app.actions.prepare_filing import Filed
from app.actions.reveal_identity import REVEALS_A_DAY
from app.actions.withdraw_request import withdraw_open
from app.store.requests import Letter
from app.store.session import Store
from app.store.staff import Reveal
from tests.front_desk import FrontDesk
from tests.post_office import MAILBOX, NOON, TYPED, Office

pytestmark = pytest.mark.usefixtures("one_engine")

HOSTILE = '<script>alert("x")</script><img src=//evil.example/x.png>'


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


def page_of(filed: Filed) -> str:
    return f"/staff/requests/{filed.requests[0].number}"


def reveals(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Reveal)) or 0


def test_a_request_shows_its_course_and_no_person(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    page = unescape(desk.staff().get(page_of(filed)).text)

    for said in ("Filed by the resident", "E-mail address proved", "day 0", "Probe"):
        assert said in page
    assert "23\u00a0November\u00a02026 received: day 0" in page
    for secret in (TYPED, MAILBOX, "privacy@probe", filed.receipt):
        assert secret not in page
    assert office.request(filed).reply_to not in page


@pytest.mark.parametrize("name", ["R-0000-0000", "nothing", "EF-0000"])
def test_a_request_that_is_not_there_is_404(desk: FrontDesk, name: str) -> None:
    assert desk.staff().get(f"/staff/requests/{name}").status_code == 404


def test_a_request_is_reached_by_its_id_too(desk: FrontDesk, filed: Filed) -> None:
    answer = desk.staff().get(f"/staff/requests/{filed.requests[0].id}")
    assert filed.requests[0].number in answer.text


def test_nobody_is_shown_without_a_reason(
    desk: FrontDesk, filed: Filed, store: Store
) -> None:
    browser = desk.staff()
    before = len(desk.audit())
    for form in ({}, {"reason": ""}, {"reason": "curious"}):
        answer = browser.post(f"{page_of(filed)}/reveals", data=form)
        assert answer.status_code == 422
        assert "Choose a reason to show the person" in answer.text
    assert reveals(store) == 0
    assert len(desk.audit()) == before


def test_with_a_reason_the_person_is_shown_to_this_browser_and_on_record(
    desk: FrontDesk, filed: Filed
) -> None:
    browser = desk.staff()

    sent = browser.post(f"{page_of(filed)}/reveals", data={"reason": "match_reply"})
    waits = browser.get(sent.headers["location"])
    assert waits.headers["refresh"].startswith("1; url=/staff/requests/")
    assert TYPED not in waits.text
    assert desk.worker_answers() == 1
    shown = browser.get(page_of(filed))

    assert "refresh" not in shown.headers
    assert TYPED in shown.text
    assert MAILBOX in shown.text
    assert "Read the letter of 23\u00a0November\u00a02026" in shown.text
    entry = desk.audit()[-1]
    assert entry.action == "identity shown"
    assert entry.subject == filed.requests[0].number
    assert entry.detail == {"reason": "match_reply"}
    assert "To see whether a reply is about this person" in unescape(
        browser.get("/staff/audit").text
    )


def test_another_browser_of_the_same_member_is_shown_nothing(
    desk: FrontDesk, filed: Filed
) -> None:
    browser = desk.staff()
    browser.post(f"{page_of(filed)}/reveals", data={"reason": "match_reply"})
    desk.worker_answers()
    other = desk.browser()
    desk.sign_in(other, "clerk@example.org")

    assert TYPED not in other.get(page_of(filed)).text


def test_another_member_with_the_same_cookies_is_shown_nothing(
    desk: FrontDesk, filed: Filed
) -> None:
    browser = desk.staff()
    browser.post(f"{page_of(filed)}/reveals", data={"reason": "match_reply"})
    desk.worker_answers()
    desk.enrolled("other@example.org")
    desk.sign_in(browser, "other@example.org")

    assert TYPED not in browser.get(page_of(filed)).text


def test_a_key_that_does_not_fit_opens_nothing(desk: FrontDesk, filed: Filed) -> None:
    browser = desk.staff()
    browser.post(f"{page_of(filed)}/reveals", data={"reason": "match_reply"})
    desk.worker_answers()
    [name] = [n for n in browser.cookies if n.startswith("reveal-")]
    for value in ("AAAA", "%%%", "A" * 43 + "="):
        browser.cookies.delete(name)
        browser.cookies.set(name, value)
        answer = browser.get(page_of(filed))
        assert answer.status_code == 200
        assert TYPED not in answer.text


def test_what_was_shown_is_hidden_again_after_five_minutes(
    desk: FrontDesk, filed: Filed, store: Store
) -> None:
    browser = desk.staff()
    browser.post(f"{page_of(filed)}/reveals", data={"reason": "match_reply"})
    desk.worker_answers()
    desk.passes(minutes=4, seconds=59)
    assert TYPED in browser.get(page_of(filed)).text
    desk.passes(seconds=2)
    assert TYPED not in browser.get(page_of(filed)).text

    desk.worker_answers()
    assert reveals(store) == 0


def test_a_member_sees_so_many_people_a_day(desk: FrontDesk, filed: Filed) -> None:
    browser = desk.staff()
    form = {"reason": "complaint"}
    for _ in range(REVEALS_A_DAY):
        assert browser.post(f"{page_of(filed)}/reveals", data=form).status_code == 303
    refused = browser.post(f"{page_of(filed)}/reveals", data=form)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


def test_of_who_is_forgotten_nothing_is_shown(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    browser = desk.staff()
    browser.post(f"{page_of(filed)}/reveals", data={"reason": "complaint"})
    desk.worker_answers()
    with office.writing() as session:
        destroy_personal(session, filed.filing, at=desk.clock())

    page = browser.get(page_of(filed)).text
    assert TYPED not in page
    assert "has been destroyed" in page
    again = browser.post(f"{page_of(filed)}/reveals", data={"reason": "complaint"})
    assert again.status_code == 409


def test_what_a_vendor_wrote_is_shown_as_text(desk: FrontDesk, filed: Filed) -> None:
    browser = desk.staff()
    form = {
        "kind": "refused",
        "denial_ground": "other",
        "received_on": "2026-11-23",
        "evidence": "mail",
        "text": HOSTILE,
        "vendor_reference": HOSTILE,
    }
    preview = browser.post(f"{page_of(filed)}/preview", data=form).text
    assert HOSTILE not in preview
    assert HOSTILE in unescape(preview)
    more = {"shown": "3", "nonce": "n" * 24}
    saved = browser.post(f"{page_of(filed)}/replies", data=form | more)
    assert saved.status_code == 303, saved.text
    browser.post(f"{page_of(filed)}/reveals", data={"reason": "match_reply"})
    desk.worker_answers()

    shown = browser.get(page_of(filed)).text

    assert HOSTILE not in shown
    assert unescape(shown).count(HOSTILE) == 2


def test_the_page_speaks_the_readers_language(desk: FrontDesk, filed: Filed) -> None:
    browser = desk.staff()
    english = browser.get(page_of(filed)).text
    french = browser.get(f"{page_of(filed)}?lang=fr").text
    assert 'lang="fr"' in french
    assert "Déposée" in french or english != french


def test_addresses_that_only_take_forms_lead_to_the_request(
    desk: FrontDesk, filed: Filed
) -> None:
    browser = desk.staff()
    for part in ("preview", "replies", "reveals"):
        answer = browser.get(f"{page_of(filed)}/{part}")
        assert answer.headers["location"] == page_of(filed)
    assert browser.get("/staff/find").headers["location"] == "/staff/"
    assert browser.get("/staff").headers["location"] == "/staff/"


def test_of_what_was_taken_back_the_page_names_what_can_follow(
    desk: FrontDesk, filed: Filed, office: Office
) -> None:
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON)

    page = desk.staff().get(page_of(filed)).text

    assert "Once it is closed, a reply that still comes can be recorded." in page
    assert "<li>The request was closed</li>" in page
    assert "<li>It was opened again</li>" in page


@pytest.mark.parametrize(("read_there", "marked"), [("en", False), ("de", True)])
def test_wording_that_no_native_reader_has_read_is_marked(
    desk: FrontDesk, office: Office, read_there: str, marked: bool
) -> None:
    filed = office.sent()
    with office.writing() as session:
        session.execute(update(Letter).values(language=read_there))

    page = unescape(desk.staff().get(page_of(filed)).text)

    assert ("No native reader has reviewed the wording" in page) is marked
