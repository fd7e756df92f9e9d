"""The inbox of staff: closed until somebody says why, sorted with a press, on record."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.actions.prepare_filing import Filed
from app.actions.reseal import reseal_filing
from app.channels.mail_reader import MailReader
from app.domain.timeline import Evidence, Outcome, Status
from app.store.inbox import InboxMessage, MailState, MatchedBy
from app.store.session import Store
from app.store.staff import Role
from tests.front_desk import FrontDesk, hidden
from tests.letterbox import Post, mail, names, signed
from tests.post_office import Office

REFUSAL = (
    "We have denied your request: you are not a resident of California.\n"
    "Reference: DSR-20417\nSee https://probe.example.org/why and https://evil.example/x"
)


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
def refusal(post: Post, filed: Filed) -> InboxMessage:
    [kept] = post.takes(signed(mail(post.address(filed), text=REFUSAL)))
    return kept


def opened(desk: FrontDesk, browser: TestClient, kept: InboxMessage) -> str:
    """Open a mail with a reason and return its page."""
    page = f"/staff/inbox/{kept.id}"
    answer = browser.post(f"{page}/open", data={"reason": "match_reply"})
    assert answer.headers["location"].startswith(f"{page}?look=1")
    assert "Being opened" in browser.get(page).text
    desk.worker_answers()
    return unescape(browser.get(page).text)


def test_the_inbox_shows_where_a_mail_belongs_and_nothing_that_it_says(
    desk: FrontDesk, refusal: InboxMessage, filed: Filed
) -> None:
    page = unescape(desk.staff().get("/staff/inbox").text)

    assert filed.requests[0].number in page
    assert "it came to the request’s own address" in page
    assert "Proved: signed by a domain of the company" in page
    assert "Refused: The law does not apply to us" in page
    assert "DSR-20417" not in page
    assert "California" not in page


def test_a_mail_is_opened_with_a_reason_as_text_alone(
    desk: FrontDesk, refusal: InboxMessage
) -> None:
    browser = desk.staff()

    page = opened(desk, browser, refusal)

    assert "denied your request" in page
    assert "the company’s own domain: probe.example.org" in page
    assert "a domain that we do not know: evil.example" in page
    assert 'href="https://evil' not in page
    assert "The words that led to this suggestion" in page
    entry = desk.audit()[-1]
    assert (entry.action, entry.detail["reason"]) == ("mail opened", "match_reply")
    assert "denied" not in unescape(desk.browser().get("/staff/inbox").text)


def test_it_stays_closed_without_a_reason_and_to_everybody_else(
    desk: FrontDesk, refusal: InboxMessage
) -> None:
    browser = desk.staff()
    page = f"/staff/inbox/{refusal.id}"
    assert browser.post(f"{page}/open", data={"reason": ""}).status_code == 422
    opened(desk, browser, refusal)

    other = desk.staff(email="other@example.org")

    assert "denied your request" not in other.get(page).text
    desk.passes(minutes=6)
    assert "denied your request" not in browser.get(page).text


def test_the_suggestion_is_recorded_as_any_reply_with_the_evidence_that_it_is(
    desk: FrontDesk, refusal: InboxMessage, filed: Filed, office: Office, post: Post
) -> None:
    browser = desk.staff()
    link = re.search(
        r'href="(/staff/requests/[^"]+\?mail=[^"#]+)', opened(desk, browser, refusal)
    )
    assert link is not None
    form = unescape(browser.get(link[1]).text)
    assert 'value="refused" checked' in form
    assert 'value="outside-jurisdiction" selected' in form
    assert "denied your request" in form
    assert 'value="DSR-20417"' in form
    sent = {
        "mail": str(refusal.id),
        "kind": "refused",
        "denial_ground": "outside-jurisdiction",
        "received_on": "2026-11-23",
        "text": REFUSAL,
    }
    number = filed.requests[0].number

    effect = browser.post(f"/staff/requests/{number}/preview", data=sent).text
    assert office.request(filed).status is Status.SENT
    assert hidden(effect, "mail") == str(refusal.id)
    more = {name: hidden(effect, name) for name in ("shown", "nonce")}
    saved = browser.post(f"/staff/requests/{number}/replies", data=sent | more)

    assert saved.headers["location"] == f"/staff/requests/{number}?saved=1"
    request = office.request(filed)
    assert (request.outcome, request.evidence) == (
        Outcome.REFUSED,
        Evidence.AUTHENTICATED_MAIL,
    )
    [kept] = post.kept()
    assert (kept.state, kept.place) == (MailState.RECORDED, 4)
    again = browser.post(f"/staff/requests/{number}/preview", data=sent).text
    more = {name: hidden(again, name) for name in ("shown", "nonce")}
    twice = browser.post(f"/staff/requests/{number}/replies", data=sent | more)
    assert twice.status_code == 409
    assert len(office.timeline(filed)) == 4
    entry = f"/staff/requests/{number}/entries/4"
    browser.post(entry, data={"shown": hidden(browser.get(entry).text, "shown")})
    assert [(m.state, m.place) for m in post.kept()] == [(MailState.WAITING, None)]
    assert "Reply to read (1)" in browser.get("/staff/").text


def test_nobody_makes_a_mail_out_to_be_better_known_than_it_is(
    desk: FrontDesk, filed: Filed, office: Office, post: Post
) -> None:
    [plain] = post.takes(mail(post.address(filed), text="Nothing found"))
    number = filed.requests[0].number
    browser = desk.staff()
    form = {
        "mail": str(plain.id),
        "kind": "nothing_found",
        "received_on": "2026-11-23",
        "evidence": "letter",
    }
    effect = browser.post(f"/staff/requests/{number}/preview", data=form).text
    more = {name: hidden(effect, name) for name in ("shown", "nonce")}

    browser.post(f"/staff/requests/{number}/replies", data=form | more)

    assert office.request(filed).evidence is Evidence.MAIL


def test_a_mail_of_another_request_is_none_of_this_one(
    desk: FrontDesk, refusal: InboxMessage, office: Office
) -> None:
    other = office.sent(residence="US-NY").requests[0].number
    browser = desk.staff()
    form = {"mail": str(refusal.id), "kind": "deleted", "received_on": "2026-11-23"}

    assert browser.get(f"/staff/requests/{other}?mail={refusal.id}").status_code == 404
    for path in ("preview", "replies"):
        more = {"shown": "3", "nonce": "n" * 24}
        answer = browser.post(f"/staff/requests/{other}/{path}", data=form | more)
        assert answer.status_code == 404


def test_a_parked_mail_is_put_to_a_request_with_one_press(
    desk: FrontDesk, filed: Filed, office: Office, post: Post
) -> None:
    [parked] = post.takes(mail("desk@portal.example.org", text="Deleted."))
    browser = desk.staff()
    assert "About which request? (1)" in browser.get("/staff/inbox").text
    page = browser.get(f"/staff/inbox/{parked.id}").text
    number = hidden(page, "number")
    assert number == filed.requests[0].number
    assert "An open request to the company" in page

    browser.post(f"/staff/inbox/{parked.id}/match", data={"number": number})
    with office.writing() as session:
        reseal_filing(session, filed.filing, opener=office.post.opener)

    [kept] = post.kept()
    assert kept.request_id == filed.requests[0].id
    assert kept.matched_by is MatchedBy.PERSON
    assert kept.key_receipt
    assert office.request(filed).status is Status.SENT
    assert desk.audit()[-1].action == "mail matched"
    again = browser.post(f"/staff/inbox/{parked.id}/match", data={"number": number})
    assert again.status_code == 409


def test_a_number_that_names_nothing_is_said_at_its_field(
    desk: FrontDesk, post: Post
) -> None:
    [parked] = post.takes(mail("desk@portal.example.org"))

    answer = desk.staff().post(
        f"/staff/inbox/{parked.id}/match", data={"number": "R-0000-0000"}
    )

    assert answer.status_code == 422
    assert answer.text.count("There is no such request.") == 2


def test_noise_is_laid_aside_and_taken_back(desk: FrontDesk, post: Post) -> None:
    [parked] = post.takes(mail("desk@portal.example.org"))
    browser = desk.staff()
    page = f"/staff/inbox/{parked.id}"

    browser.post(f"{page}/noise")
    assert [m.state for m in post.kept()] == [MailState.NOISE]
    assert "Noise (1)" in browser.get("/staff/inbox").text
    browser.post(f"{page}/noise", data={"back": "true"})

    assert [m.state for m in post.kept()] == [MailState.WAITING]
    assert [e.action for e in desk.audit()][-2:] == [
        "mail laid aside",
        "mail taken back",
    ]


def test_an_auditor_reads_the_list_and_opens_nothing(
    desk: FrontDesk, refusal: InboxMessage
) -> None:
    auditor = desk.staff(Role.AUDITOR, "auditor@example.org")
    page = auditor.get(f"/staff/inbox/{refusal.id}").text

    assert "What it says is hidden." in page
    assert "<form" not in page.split("<main", 1)[1].split("</main", 1)[0]


def test_the_resident_sees_nothing_of_a_mail_that_nobody_recorded(
    post: Post, filed: Filed, office: Office
) -> None:
    before = office.timeline(filed), office.messages(filed)

    post.takes(signed(mail(post.address(filed), text="We deleted your data.")))

    after = office.timeline(filed), office.messages(filed)
    assert after[0] == before[0]
    assert [m.id for m in after[1]] == [m.id for m in before[1]]


def test_a_mail_that_answers_several_requests_is_recorded_with_each(
    desk: FrontDesk, refusal: InboxMessage, filed: Filed, office: Office, post: Post
) -> None:
    other = office.sent(resident={"name": "A B", "email": "ab@example.org"})
    number, browser = other.requests[0].number, desk.staff()
    page = f"/staff/inbox/{refusal.id}"
    sent = {
        "mail": str(refusal.id),
        "kind": "nothing_found",
        "received_on": "2026-11-23",
    }
    stranger = browser.post(f"/staff/requests/{number}/preview", data=sent)
    assert stranger.status_code == 404, "the mail is about somebody else"

    assert browser.post(f"{page}/parts", data={"other": number}).status_code == 303
    assert f"{number}</a>: waits to be recorded" in browser.get(page).text
    assert "Reply to read (2)" in browser.get("/staff/").text
    for _ in range(2):
        seen = browser.post(f"/staff/requests/{number}/preview", data=sent).text
        more = {name: hidden(seen, name) for name in ("shown", "nonce")}
        saved = browser.post(f"/staff/requests/{number}/replies", data=sent | more)

    assert saved.status_code == 409, "the second time it is recorded already"
    assert office.request(other).outcome is Outcome.NOTHING_FOUND
    assert office.request(other).evidence is Evidence.AUTHENTICATED_MAIL
    assert office.request(filed).status is Status.SENT
    assert [m.state for m in post.kept()] == [MailState.WAITING]
    entry = f"/staff/requests/{number}/entries/4"
    browser.post(entry, data={"shown": hidden(browser.get(entry).text, "shown")})
    away = {"away": str(other.requests[0].id)}
    assert browser.post(f"{page}/parts", data=away).status_code == 303
    assert browser.post(f"{page}/parts", data=away).status_code == 409
    assert number not in browser.get(page).text
    assert "Reply to read (1)" in browser.get("/staff/").text


@pytest.mark.usefixtures("one_engine")
def test_a_part_is_put_to_no_request_that_is_not_there(
    desk: FrontDesk, refusal: InboxMessage
) -> None:
    page = f"/staff/inbox/{refusal.id}/parts"
    answer = desk.staff().post(page, data={"other": "R-0000-0000"})
    assert answer.status_code == 422
    assert "There is no such request" in answer.text
