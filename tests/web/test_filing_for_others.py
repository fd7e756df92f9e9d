"""Filing for somebody else, a draft that is left, and what was asked before."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.letters import LetterKind
from app.store import requests
from app.store.session import Store
from app.web.residents.own_letters import path_of
from tests.browser import Browser
from tests.conftest import FakeClock
from tests.front_desk import FrontDesk, hidden
from tests.post_office import Office, words
from tests.web.filing import BY_FORM, BY_MAIL, MAILBOX, TYPED, Resident
from tests.web.test_residents import only_request

pytestmark = pytest.mark.usefixtures("one_engine")

MANDATE = "I allow this person to ask companies in my name"
ACTING = {
    "for": "other",
    "agent_name": "Ada Agent",
    "agent_email": "ada@example.org",
    "relation": "sister",
    "agreed_on": "2026-11-20",
}


def filed_for_another(
    resident: Resident, *vendors: str, language: str = "en", residence: str = "US-CA"
) -> str:
    """File for somebody else, and return the id of the draft."""
    resident.browser.get(f"/check?lang={language}")
    draft = resident.begin(*(vendors or (BY_MAIL,)), residence=residence)
    resident.browser.post(f"{draft}/who", data=ACTING)
    resident.browser.post(f"{draft}/details", data={"name": TYPED, "email": MAILBOX})
    return resident.send(draft)


def test_the_text_that_is_agreed_to_is_shown_before_it_is_signed(
    resident: Resident,
) -> None:
    page = resident.browser.get(f"{resident.begin()}/who").text

    assert MANDATE in page
    assert "A company may ask to see it" in page


def test_who_files_for_another_is_shown_as_such_before_sending(
    resident: Resident,
) -> None:
    draft = resident.begin(BY_MAIL)
    resident.browser.post(f"{draft}/who", data=ACTING)
    typed = {"name": TYPED, "email": MAILBOX}
    page = resident.browser.post(f"{draft}/details", data=typed).text

    assert "For someone who asked me" in page
    assert "Ada Agent" in page
    assert "20\u00a0November\u00a02026" in page
    assert "I have the person’s permission" in page


@pytest.mark.parametrize("kind", [LetterKind.REQUEST, LetterKind.MANDATE])
def test_a_letter_that_they_send_names_who_acts_for_them(
    resident: Resident, store: Store, kind: LetterKind
) -> None:
    draft = filed_for_another(resident, BY_FORM)
    resident.browser.post("/confirm", data={"draft": draft, "code": resident.code()})
    path = path_of(only_request(store), kind)
    code = resident.fresh_code(path)

    page = resident.browser.post(path, data={"code": code})

    assert page.status_code == 200
    assert "Ada Agent (sister)" in page.text


def test_where_the_law_knows_no_agent_there_is_no_permission_to_show(
    resident: Resident, store: Store
) -> None:
    """Here the company demands proof too: that alone would have it sent by oneself."""
    draft = filed_for_another(resident, BY_FORM, residence="US-VA")
    resident.browser.post("/confirm", data={"draft": draft, "code": resident.code()})
    track = resident.browser.get("/track").text

    assert "Send it yourself" in track
    assert path_of(only_request(store), LetterKind.MANDATE) not in track


def test_the_permission_is_kept_in_the_language_in_which_it_was_read(
    resident: Resident, desk: FrontDesk, store: Store
) -> None:
    draft = resident.begin(BY_FORM)
    shown = resident.browser.get(f"{draft}/who?lang=es").text
    resident.browser.get("/check?lang=fr")  # in another tab
    language = {"language": hidden(shown, "language")}
    resident.browser.post(f"{draft}/who", data=ACTING | language)
    resident.browser.post(f"{draft}/details", data={"name": TYPED, "email": MAILBOX})
    draft = resident.send(draft)
    resident.browser.post("/confirm", data={"draft": draft, "code": resident.code()})
    resident.browser.get("/check?lang=en")
    path = path_of(only_request(store), LetterKind.MANDATE)
    code = resident.fresh_code(path)

    page = resident.browser.post(path, data={"code": code}).text

    assert "“Autorizo a esta persona a pedir a empresas" in page


def test_the_person_is_mailed_what_they_agree_to_by_the_code_and_no_name(
    resident: Resident, office: Office, now: FakeClock
) -> None:
    draft = filed_for_another(resident)
    resident.browser.post("/confirm/again", data={"draft": draft})
    office.deliver(now())

    for mail in office.channel.to(MAILBOX):
        assert f"you agree to this text:\n\n{MANDATE}" in words(mail)
        assert "Ada" not in words(mail)
    assert len(office.channel.to(MAILBOX)) == 2


def test_who_asks_for_themselves_or_for_a_child_agrees_to_nothing_by_the_code(
    resident: Resident, office: Office, now: FakeClock
) -> None:
    resident.filed(BY_MAIL)
    draft = resident.begin(BY_MAIL)
    resident.browser.post(f"{draft}/who", data={**ACTING, "for": "child"})
    resident.browser.post(f"{draft}/details", data={"name": TYPED, "email": MAILBOX})
    resident.send(draft)
    office.deliver(now())

    mails = office.channel.to(MAILBOX)
    assert ["you agree to" in words(mail) for mail in mails] == [False, False]


def test_a_permission_has_the_day_on_which_the_person_confirmed(
    resident: Resident, store: Store, now: FakeClock
) -> None:
    draft = filed_for_another(resident, BY_FORM)
    resident.browser.post("/confirm", data={"draft": draft, "code": resident.code()})
    path = path_of(only_request(store), LetterKind.MANDATE)

    form = {"code": resident.fresh_code(path)}
    page = resident.browser.post(path, data=form).text

    assert "I used one of them on 23 November 2026, and by that I agreed" in page
    assert "20 November" not in page


def test_who_asks_for_a_child_is_not_said_to_ask_for_themselves(
    resident: Resident,
) -> None:
    draft = resident.begin(BY_MAIL)
    resident.browser.post(f"{draft}/who", data={**ACTING, "for": "child"})
    typed = {"name": TYPED, "email": MAILBOX}
    page = resident.browser.post(f"{draft}/details", data=typed).text

    assert "For a child of mine" in page
    assert "I may ask for this child" in page
    assert "I ask for myself" not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", MANDATE), ("es", "Autorizo a esta persona a pedir a empresas")],
)
def test_staff_who_open_the_person_can_hand_the_mandate_to_a_company(
    resident: Resident, desk: FrontDesk, store: Store, language: str, said: str
) -> None:
    filed_for_another(resident, language=language)
    staff = desk.staff()
    path = f"/staff/requests/{number(store)}"
    hidden = staff.get(path).text

    staff.post(f"{path}/reveals", data={"reason": "company_asks"})
    desk.worker_answers()
    shown = staff.get(f"{path}?look=0").text

    assert said not in hidden
    assert said in shown
    assert "Ada Agent" in shown


def test_the_mandate_follows_to_the_right_address(
    resident: Resident, desk: FrontDesk, store: Store
) -> None:
    draft = filed_for_another(resident)

    page = resident.browser.post(
        "/confirm/address", data={"draft": draft, "email": "right@example.org"}
    )

    assert "right@example.org" in page.text
    assert [s["to"] for s in resident.secrets()] == ["right@example.org"]


def number(store: Store) -> str:
    with store.reading() as session:
        return session.scalars(select(requests.Request.number)).one()


def test_all_questions_can_be_skipped_at_once(resident: Resident) -> None:
    draft = resident.begin(BY_FORM, residence="CA-ON")
    asked = resident.browser.get(f"{draft}/questions").text

    page = resident.browser.post(
        f"{draft}/questions", data={"person.data_is_wrong": "yes", "skip": "1"}
    )

    assert "Skip all" in asked
    assert page.url.path == f"{draft}/who"
    again = resident.browser.get(f"{draft}/questions").text
    assert 'value="unknown" checked' in again
    assert 'value="yes" checked' not in again


def test_a_draft_lives_a_day_after_what_was_typed_last(
    resident: Resident, now: FakeClock
) -> None:
    draft = resident.begin()
    now.at += timedelta(hours=20)
    page = resident.browser.post(f"{draft}/who", data={"for": "me"})
    now.at += timedelta(hours=20)

    later = resident.browser.get(f"{draft}/details")

    assert "max-age=86400" in page.history[0].headers["set-cookie"].lower()
    assert later.status_code == 200


def test_a_draft_of_yesterday_says_why_it_is_gone(
    resident: Resident, now: FakeClock
) -> None:
    draft = resident.begin()
    now.at += timedelta(hours=25)

    page = resident.browser.get(f"{draft}/details")

    assert page.status_code == 404
    assert "This draft is gone" in page.text
    assert "Nothing of it was sent" in page.text
    assert 'href="/check"' in page.text


def test_five_tabs_keep_what_is_theirs(resident: Resident) -> None:
    drafts = [resident.begin(BY_MAIL) for _ in range(5)]
    for n, draft in enumerate(drafts):
        resident.fill(draft, name=f"Zoë of tab {n}")

    for n, draft in enumerate(drafts):
        page = resident.browser.get(f"{draft}/check").text
        assert f"Zoë of tab {n}" in page
        assert page.count("Zoë of tab") == page.count(f"Zoë of tab {n}")


def test_who_has_just_confirmed_is_told_what_their_mailbox_asks_already(
    resident: Resident,
) -> None:
    resident.confirmed(BY_FORM)
    first = resident.browser.get("/receipt").text
    resident.confirmed(BY_FORM, BY_MAIL)

    again = resident.browser.get("/receipt").text

    assert "You asked before:" not in first
    assert "You asked before: Clearview AI." in again


def test_a_stranger_is_told_nothing_of_what_a_mailbox_asks(
    resident: Resident, app: FastAPI, store: Store
) -> None:
    resident.confirmed(BY_FORM)

    with Browser(app) as browser:
        stranger = Resident(browser, resident.store, resident.keys)
        draft = stranger.begin(BY_FORM)
        stranger.fill(draft)
        checked = browser.get(f"{draft}/check").text
        stranger.send(draft)
        asked = browser.get(f"/confirm?draft={draft.removeprefix('/file/')}").text

    assert "You asked before" not in checked
    assert "You asked before" not in asked


def test_the_receipt_alone_says_nothing_of_other_filings(
    resident: Resident, now: FakeClock
) -> None:
    resident.confirmed(BY_FORM)
    resident.confirmed(BY_FORM)
    now.at += timedelta(minutes=16)

    page = resident.browser.get("/receipt").text

    assert "EF-" in page
    assert "You asked before" not in page


def test_an_open_request_is_named_before_filing_once_the_mailbox_is_proved(
    resident: Resident, store: Store, office: Office
) -> None:
    resident.confirmed(BY_FORM)
    draft = resident.begin(BY_FORM, BY_MAIL)
    resident.fill(draft)
    with_receipt_alone = resident.browser.get(f"{draft}/check").text
    letters = f"/track/requests/{only_request(store)}/letters"
    code = resident.fresh_code(letters)
    resident.browser.post(letters, data={"code": code})

    proved = resident.browser.get(f"{draft}/check").text

    assert "You asked before" not in with_receipt_alone
    assert "You asked before: Clearview AI." in proved
