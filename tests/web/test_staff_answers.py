"""A mail of a company is answered by a person: once, in its thread, naming nobody."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.actions.erase_filing import destroy_personal
from app.actions.prepare_filing import Filed
from app.actions.read_letters import read_letters
from app.channels.base import Delivery
from app.channels.mail_reader import MailReader
from app.domain.timeline import Status
from app.store.inbox import InboxMessage, MailState
from app.store.outbox import MessageKind, State
from app.store.requests import Request
from app.store.session import Store
from app.store.staff import Role
from tests.front_desk import FrontDesk
from tests.letterbox import VENDOR, Post, mail, names, report, signed
from tests.post_office import PROBE, TYPED, Office, post_office, words

QUESTION = "Please send a copy of an identity document. Ticket 4711."


@pytest.fixture(scope="module")
def reader() -> Iterator[MailReader]:
    reader = MailReader()
    yield reader
    reader.close()


@pytest.fixture
def post(one_engine: Store, office: Office, reader: MailReader) -> Post:
    return Post(office, reader, names())


@pytest.fixture
def filed(office: Office) -> Filed:
    return office.sent()


@pytest.fixture
def question(post: Post, filed: Filed) -> InboxMessage:
    asked = mail(
        post.address(filed),
        text=QUESTION,
        subject="[#4711] Your request",
        message_id="<q4711@probe.example.org>",
    )
    [kept] = post.takes(signed(asked))
    return kept


def page_of(kept: InboxMessage) -> str:
    return f"/staff/inbox/{kept.id}/answer"


def text_in(page: str) -> str:
    found = re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def form(browser: TestClient, kept: InboxMessage, kind: str, to: str) -> dict[str, str]:
    text = text_in(browser.get(f"{page_of(kept)}?with={kind}").text)
    return {"kind": kind, "to": to, "text": text}


def state(post: Post) -> MailState:
    [kept] = post.kept()
    return kept.state


def test_an_answer_leaves_in_the_thread_of_the_mail_to_who_wrote_it(
    desk: FrontDesk, office: Office, post: Post, filed: Filed, question: InboxMessage
) -> None:
    browser = desk.staff()
    sent = form(browser, question, "no_document", "sender")
    assert f"Request {filed.requests[0].number}" not in sent["text"]  # the subject's
    assert "We hold no such document" in sent["text"]
    sent["text"] += "\r\n\r\nTicket 4711."

    seen = unescape(browser.post(page_of(question), data=sent).text)
    assert "As it leaves" in seen
    assert "Ticket 4711." in seen
    office.deliver()
    assert office.channel.to(VENDOR) == []

    answer = browser.post(f"{page_of(question)}/send", data=sent)
    assert answer.headers["location"] == f"/staff/inbox/{question.id}#answer"
    office.deliver()

    [left] = office.channel.to(VENDOR)
    assert left["Subject"] == "Re: [#4711] Your request"
    assert left["In-Reply-To"] == left["References"] == "<q4711@probe.example.org>"
    assert left["Reply-To"] == post.address(filed)
    assert left["Auto-Submitted"] == "no"
    assert left.get_content().endswith("Ticket 4711.\n")
    assert TYPED not in words(left)


def test_it_is_among_the_letters_and_moves_nothing(
    desk: FrontDesk, office: Office, filed: Filed, question: InboxMessage, store: Store
) -> None:
    before = office.timeline(filed)
    browser = desk.staff()
    sent = form(browser, question, "stands", "known")
    browser.post(f"{page_of(question)}/send", data=sent)
    office.deliver()

    assert office.timeline(filed) == before
    with store.reading() as session:
        key = filed.filing, filed.requests[0].id
        letters = read_letters(session, *key, office.receipt(filed)).letters
    assert [one.kind for one in letters] == ["request", "stands"]
    assert letters[1].text == sent["text"].replace("\r\n", "\n")
    assert letters[1].to == "privacy@probe.example.org"
    assert letters[1].subject == "Re: [#4711] Your request"
    page = browser.get(f"/staff/requests/{filed.requests[0].number}").text
    assert "What staff answered to a mail of the company." in page
    assert (desk.audit()[-1].action, desk.audit()[-1].subject) == (
        "mail answered",
        filed.requests[0].number,
    )


def test_the_letter_stands_below_where_its_details_are_asked_for(
    desk: FrontDesk, office: Office, filed: Filed, question: InboxMessage, store: Store
) -> None:
    browser = desk.staff()
    sent = form(browser, question, "given_already", "sender")
    seen = browser.post(page_of(question), data=sent).text
    assert "stands below, word for word as it left" in seen
    assert TYPED not in seen
    browser.post(f"{page_of(question)}/send", data=sent)
    office.deliver()

    [left] = office.channel.to(VENDOR)
    assert f"> - Name: {TYPED}" in left.get_content()
    with store.reading() as session:
        key = filed.filing, filed.requests[0].id
        kept = read_letters(session, *key, office.receipt(filed)).letters[1]
    assert f"> - Name: {TYPED}" in kept.text


def test_the_address_at_which_a_company_answers_leads_it_to_its_request(
    desk: FrontDesk, office: Office, filed: Filed, question: InboxMessage
) -> None:
    browser = desk.staff()
    sent = form(browser, question, "use_link", "sender")
    assert "/reply/" not in sent["text"]
    browser.post(f"{page_of(question)}/send", data=sent)
    office.deliver()

    [left] = office.channel.to(VENDOR)
    link = re.search(r"http://testserver(/reply/\S+)", left.get_content())
    assert link is not None
    assert filed.requests[0].number in desk.browser().get(link[1]).text


def test_a_mail_is_answered_once(
    desk: FrontDesk, office: Office, post: Post, question: InboxMessage
) -> None:
    browser = desk.staff()
    sent = form(browser, question, "stands", "sender")
    browser.post(f"{page_of(question)}/send", data=sent)
    twice = browser.post(f"{page_of(question)}/send", data=sent)
    office.deliver()

    assert twice.status_code == 409
    assert "This mail was answered already; nothing was sent" in twice.text
    assert browser.get(page_of(question)).status_code == 409
    assert len(office.channel.to(VENDOR)) == 1
    page = browser.get(f"/staff/inbox/{question.id}").text
    assert "has left" in page
    assert "Answer the company" not in page
    assert state(post) is MailState.WAITING


def test_who_says_so_takes_the_mail_out_of_what_waits(
    desk: FrontDesk, post: Post, question: InboxMessage
) -> None:
    browser = desk.staff()
    sent = form(browser, question, "stands", "sender") | {"done": "true"}
    browser.post(f"{page_of(question)}/send", data=sent)

    assert state(post) is MailState.SETTLED
    assert str(question.id) in browser.get("/staff/inbox?shelf=quiet").text


def test_who_is_not_proved_to_be_the_company_gets_no_answer(
    desk: FrontDesk, post: Post, office: Office, filed: Filed
) -> None:
    [kept] = post.takes(mail(post.address(filed), text=QUESTION))
    browser = desk.staff()
    page = browser.get(page_of(kept)).text
    assert 'value="sender"' not in page
    assert "privacy@probe.example.org" in page
    sent = form(browser, kept, "given_already", "sender")

    refused = browser.post(f"{page_of(kept)}/send", data=sent)

    assert refused.status_code == 409
    assert office.messages(filed, MessageKind.ANSWER) == []
    seen = browser.post(page_of(kept), data=sent)
    assert seen.status_code == 422
    assert "Choose to whom it goes" in seen.text


@pytest.mark.parametrize("text", ["", "   ", "a" * 4001, "turned \u202e around"])
def test_an_answer_has_words_that_say_what_they_show(
    desk: FrontDesk, office: Office, filed: Filed, question: InboxMessage, text: str
) -> None:
    browser = desk.staff()
    sent = {"kind": "stands", "to": "sender", "text": text}
    for path in (page_of(question), f"{page_of(question)}/send"):
        answer = browser.post(path, data=sent)
        assert answer.status_code == 422
        assert "Enter what you answer, in 4,000 signs at most" in answer.text
    assert office.messages(filed, MessageKind.ANSWER) == []


def test_no_program_and_nothing_of_a_request_taken_back_is_answered(
    desk: FrontDesk, office: Office, post: Post, filed: Filed, store: Store
) -> None:
    address = post.address(filed)
    [automatic] = post.takes(
        signed(mail(address, text="Received.", Auto_Submitted="auto-replied"))
    )
    browser = desk.staff()
    assert browser.get(page_of(automatic)).status_code == 409
    [question] = post.takes(signed(mail(address, text=QUESTION)))
    assert browser.get(page_of(question)).status_code == 200
    with store.writing() as session:
        row = session.get_one(Request, (filed.filing, filed.requests[0].id))
        row.status = Status.WITHDRAWN
    assert browser.get(page_of(question)).status_code == 409


def test_an_answer_that_comes_back_leaves_the_request_where_it_stands(
    desk: FrontDesk, office: Office, post: Post, filed: Filed, question: InboxMessage
) -> None:
    browser = desk.staff()
    sent = form(browser, question, "stands", "sender")
    browser.post(f"{page_of(question)}/send", data=sent)
    office.deliver()
    [answer] = office.messages(filed, MessageKind.ANSWER)

    [bounced] = post.takes(report(answer.message_id))

    assert bounced.request_id == filed.requests[0].id
    assert office.request(filed).status is Status.SENT


def test_an_answer_that_is_put_off_is_the_same_when_it_leaves(
    desk: FrontDesk, office: Office, filed: Filed, question: InboxMessage
) -> None:
    browser = desk.staff()
    sent = form(browser, question, "given_already", "sender")
    browser.post(f"{page_of(question)}/send", data=sent)
    office.channel.answers.append(Delivery.UNKNOWN)
    office.deliver()
    desk.passes(hours=1)
    office.deliver(desk.clock())

    first, second = office.channel.to(VENDOR)
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_content() == second.get_content()
    assert first["Subject"] == second["Subject"]
    [answer] = office.messages(filed, MessageKind.ANSWER)
    assert answer.state is State.DONE


def test_what_was_erased_meanwhile_does_not_leave(
    desk: FrontDesk, office: Office, filed: Filed, question: InboxMessage
) -> None:
    browser = desk.staff()
    sent = form(browser, question, "given_already", "sender")
    browser.post(f"{page_of(question)}/send", data=sent)
    with office.writing() as session:
        destroy_personal(session, filed.filing, at=desk.clock())
    office.deliver()

    assert office.channel.to(VENDOR) == []


def test_the_text_is_in_the_language_of_the_letter(
    one_engine: Store, desk: FrontDesk, reader: MailReader
) -> None:
    route = {"kind": "email", "address": VENDOR, "languages": ["fr"]}
    french = {**PROBE, "slug": "sonde", "routes": [route]}
    office = post_office(one_engine, desk.keys, vendors=(french,))
    filed = office.sent(residence="FR", vendors=["sonde"], language="fr")
    post = Post(office, reader, names())
    [kept] = post.takes(signed(mail(post.address(filed), text=QUESTION)))

    page = desk.staff().get(page_of(kept)).text

    assert 'dir="auto" lang="fr"' in page
    assert "Vous avez écrit au sujet de la demande" in text_in(page)


def test_an_auditor_answers_nothing(desk: FrontDesk, question: InboxMessage) -> None:
    browser = desk.staff(Role.AUDITOR)
    assert browser.get(page_of(question)).status_code == 403
    assert "Answer the company" not in browser.get(f"/staff/inbox/{question.id}").text
