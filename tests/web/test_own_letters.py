"""Letters that a resident sends themselves, and the complaint to the regulator."""

import email
import email.policy
import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app import pdf
from app.actions.record_reply import ReplyBody, record_reply
from app.channels.base import Delivery
from app.domain.timeline import Status
from app.store import requests
from app.store.session import Store
from tests.conftest import FakeClock
from tests.post_office import Office
from tests.web.filing import BY_FORM, BY_MAIL, MAILBOX, TYPED, Resident
from tests.web.test_written import the_request

pytestmark = pytest.mark.usefixtures("one_engine")

LATE = timedelta(days=50)


def opened(resident: Resident, path: str) -> str:
    """Open a letter with a fresh code, and return its page."""
    code = resident.fresh_code(path)
    page = resident.browser.post(path, data={"code": code})
    assert page.status_code == 200, page.text
    return page.text


@pytest.fixture
def by_form(resident: Resident, store: Store) -> str:
    """The address of a request that goes through the company's own form."""
    resident.confirmed(BY_FORM)
    return f"/track/requests/{the_request(store)}"


@pytest.fixture
def by_mail(resident: Resident, store: Store, office: Office, now: FakeClock) -> str:
    """The address of a request that has left by mail."""
    resident.confirmed(BY_MAIL)
    office.deliver(now())
    return f"/track/requests/{the_request(store)}"


@pytest.fixture
def late(resident: Resident, by_mail: str, now: FakeClock) -> str:
    """The same, seven weeks later: the resident comes back with the receipt."""
    come_back(resident, now)
    return by_mail


def come_back(resident: Resident, now: FakeClock) -> None:
    """Open the filing with its receipt when the answer is late."""
    shown = resident.browser.get("/receipt").text
    receipt = re.search(r"EF(?:-[0-9A-Z]{4}){7}", shown)
    assert receipt
    now.at += LATE
    resident.browser.post("/track", data={"receipt": receipt[0]})


def test_the_answer_about_who_asks_cites_what_limits_the_proof(
    resident: Resident, by_mail: str, office: Office, now: FakeClock
) -> None:
    asked = {"received_on": now().date(), "kind": "identity_requested"}
    reply(office, now, asked)

    page = opened(resident, f"{by_mail}/letter/identity_answer")

    assert "You have to avoid asking for more than you need to check who I am" in page
    assert "Cal. Code Regs. tit. 11, § 7060)" in page


def refuse(office: Office, now: FakeClock, ground: str = "journalistic") -> None:
    refused = {
        "received_on": now().date(),
        "kind": "refused",
        "denial_ground": ground,
        "evidence": "letter",
    }
    reply(office, now, refused)


def reply(office: Office, now: FakeClock, said: dict[str, Any]) -> None:
    with office.writing() as session:
        request = session.scalars(select(requests.Request.id)).one()
        body = ReplyBody.model_validate(said)
        record_reply(session, office.post.desk, request, body, at=now(), staff_id=None)


def test_a_letter_in_another_language_is_read_in_the_resident_s_before_and_after(
    resident: Resident, store: Store
) -> None:
    resident.browser.get("/check?lang=es")
    draft = resident.begin(BY_MAIL, residence="US-VA")
    resident.fill(draft)
    checked = resident.browser.get(f"{draft}/check").text
    before = resident.browser.get(f"{draft}/letters/{BY_MAIL}").text
    sent_by = {"draft": resident.send(draft), "code": resident.code()}
    resident.browser.post("/confirm", data=sent_by)
    path = f"/track/requests/{the_request(store)}/letter"

    resident.browser.get("/check?lang=en")
    code = resident.fresh_code(path)
    resident.browser.get("/check?lang=es")
    after = resident.browser.post(path, data={"code": code}).text

    assert f'href="{draft}/letters/{BY_MAIL}#reading"' in checked
    for page in (before, after):
        sent, _, reading = page.partition('<details id="reading"')
        assert "I send this myself" in sent
        assert "Envío esta carta por mi cuenta" in reading
    file = resident.browser.get(f"{path}/request.txt").text
    assert "I send this myself" in file


def test_a_receipt_alone_opens_no_letter(resident: Resident, by_form: str) -> None:
    page = resident.browser.get(f"{by_form}/letter")
    files = [
        resident.browser.get(f"{by_form}/letter/request.{f}") for f in ("txt", "eml")
    ]

    assert "Mail me a code for this" in page.text
    assert TYPED not in page.text
    assert all(TYPED not in file.text for file in files)
    assert all(file.url.path == f"{by_form}/letter" for file in files)


def test_who_sends_it_themselves_gets_letter_form_and_copy_address(
    resident: Resident, by_form: str, store: Store
) -> None:
    page = opened(resident, f"{by_form}/letter")

    with store.reading() as session:
        local = session.scalars(select(requests.Request.reply_to)).one()
    assert TYPED in page
    assert "I send this myself" in page
    assert f"{local}@" in page
    assert "Open the company’s own form:" in page
    assert f"{by_form}/sent" in page
    assert "mailto:" not in page
    assert ".eml" not in page


def test_where_all_is_for_the_person_to_send_no_page_says_that_we_do(
    resident: Resident,
) -> None:
    browser = resident.browser
    draft = resident.begin(BY_FORM)

    details = browser.get(f"{draft}/details").text
    resident.fill(draft)
    check = browser.get(f"{draft}/check").text
    confirmed = {"draft": resident.send(draft), "code": resident.code()}
    receipt = browser.post("/confirm", data=confirmed).text
    track = browser.get("/track").text

    assert "in the way that it takes requests. We prepare the letter." in details
    assert "In your own letter to Clearview AI" in details
    assert "Goes to no company" not in details
    assert "I send this myself" in check
    assert "<button>Prepare my letters</button>" in check
    assert "before you type it in" not in check
    assert "tell us the day there" in receipt
    assert "Yours to send" in track
    assert "Ready to send" not in track


def test_each_of_several_companies_has_a_way_of_its_own(resident: Resident) -> None:
    draft = resident.begin(BY_FORM, "pimeyes")

    details = resident.browser.get(f"{draft}/details").text

    assert "in the way that each takes requests. We prepare the letters." in details


def test_where_the_law_lets_nobody_else_ask_the_person_sends_it_and_the_clock_starts(
    resident: Resident, store: Store, office: Office, now: FakeClock
) -> None:
    browser = resident.browser
    card = browser.get(f"/check/answer?residence=US-VA&vendor={BY_MAIL}").text
    draft = resident.begin(BY_MAIL, residence="US-VA")
    details = browser.get(f"{draft}/details").text
    resident.fill(draft)
    check = browser.get(f"{draft}/check").text
    sent_by = {"draft": resident.send(draft), "code": resident.code()}
    receipt = browser.post("/confirm", data=sent_by).text
    office.deliver(now())  # nothing of it is for us to send
    path = f"/track/requests/{the_request(store)}"

    assert "The law here lets nobody else ask for you" in card
    assert "In your own letter to Epsilon" in details
    assert "Goes to Epsilon" not in details
    assert "you send it, and the clock starts" in check
    assert "I send this myself" in check
    assert "the tracking page has the letter to send" in receipt
    assert not office.channel.sent
    assert "the law here lets nobody else ask" in browser.get("/track").text
    letter = opened(resident, f"{path}/letter")
    assert "mailto:" in letter
    assert "through my own mailbox" not in letter
    browser.post(f"{path}/sent", data={"on": now().date().isoformat()})
    assert "The answer is due on" in browser.get("/track").text


def test_a_letter_for_a_form_that_wants_a_photo_does_not_refuse_one(
    resident: Resident, by_form: str
) -> None:
    page = opened(resident, f"{by_form}/letter")

    assert "I do not send a photo" not in page
    assert "Give as little as you can" in page


def test_the_letter_comes_as_text_mail_and_paper(
    resident: Resident, by_form: str
) -> None:
    opened(resident, f"{by_form}/letter")
    text, mail, paper = (
        resident.browser.get(f"{by_form}/letter/request.{form}")
        for form in ("txt", "eml", "pdf")
    )

    read = email.message_from_bytes(mail.content, policy=email.policy.default)
    printed = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages
    )
    assert TYPED in text.text
    assert read["X-Unsent"] == "1"
    assert read["From"] == MAILBOX
    assert "@" in read["Cc"]
    assert TYPED in read.get_content()
    assert TYPED in printed
    for file in (text, mail, paper):
        assert file.headers["cache-control"] == "no-store"
        assert "attachment" in file.headers["content-disposition"]


def test_without_the_typesetter_there_is_no_pdf_and_all_the_rest(
    resident: Resident, by_form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "AVAILABLE", False)

    page = opened(resident, f"{by_form}/letter")

    assert "request.pdf" not in page
    assert "request.txt" in page
    assert resident.browser.get(f"{by_form}/letter/request.pdf").status_code == 404


@pytest.mark.parametrize("name", ["محمد", "李小龍", "O’Brien-Núñez", "Q", "Q" * 200])
def test_any_name_makes_every_kind_of_file(
    resident: Resident, store: Store, name: str
) -> None:
    draft = resident.begin(BY_FORM)
    resident.browser.post(f"{draft}/who", data={"for": "me"})
    resident.browser.post(f"{draft}/details", data={"name": name, "email": MAILBOX})
    form = {"draft": resident.send(draft), "code": resident.code()}
    resident.browser.post("/confirm", data=form)
    path = f"/track/requests/{the_request(store)}/letter"

    page = opened(resident, path)
    mail = resident.browser.get(f"{path}/request.eml")
    paper = resident.browser.get(f"{path}/request.pdf")

    read = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert name in page
    assert name in read.get_content()
    assert paper.content.startswith(b"%PDF")


def test_a_letter_that_nothing_calls_for_is_not_written(
    resident: Resident, by_mail: str
) -> None:
    pages = [
        resident.browser.get(f"{by_mail}/{path}")
        for path in ("letter", "complaint", "letter/reminder", "letter/poem")
    ]

    assert {page.status_code for page in pages} == {404}


def test_who_is_late_can_be_reminded_and_complained_of(
    resident: Resident, late: str
) -> None:
    reminder = opened(resident, f"{late}/letter/reminder")
    complaint = resident.browser.get(f"{late}/complaint").text

    assert "Your answer was due on" in reminder or "your answer was due on" in reminder
    assert "I complain about" in complaint
    assert "23 November 2026: I sent the request." in complaint
    assert "The company has given no answer that decides on the request." in complaint
    assert "California" in complaint
    assert MAILBOX in complaint


def test_the_complaint_goes_to_the_regulator_s_own_form(
    resident: Resident, late: str
) -> None:
    track = resident.browser.get("/track").text
    page = opened(resident, f"{late}/complaint")

    assert f'href="{late}/complaint"' in track
    assert 'href="https://cppa.ca.gov/webapplications/complaint"' in page


def test_a_front_page_of_a_regulator_is_not_called_its_form(
    resident: Resident, store: Store, office: Office, now: FakeClock
) -> None:
    """Québec's authority reads French; the person here reads English."""
    resident.confirmed(BY_MAIL, residence="CA-QC")
    office.deliver(now())
    come_back(resident, now)

    page = opened(resident, f"/track/requests/{the_request(store)}/complaint")

    assert "Open its site:" in page
    assert "Look there for how to complain" in page
    sent, _, reading = page.partition('<details id="reading"')
    assert "Destinataire : Commission" in sent
    assert "I complain about Epsilon" in reading


def test_a_refusal_opens_the_complaint_with_its_reason(
    resident: Resident, by_mail: str, office: Office, now: FakeClock
) -> None:
    refuse(office, now)

    page = opened(resident, f"{by_mail}/complaint")

    assert "The answer was: refusal. The reason that the company gave: journalism." in (
        page
    )


def test_a_mail_link_never_grows_too_long(resident: Resident, late: str) -> None:
    page = opened(resident, f"{late}/complaint")

    link = page.partition('href="mailto:')[2].partition('"')[0].replace("&amp;", "&")
    asked = parse_qs(urlsplit(f"mailto:{link}").query)
    assert len(link) < 2000
    assert asked["subject"][0].startswith("Complaint about")
    assert "@" in asked["cc"][0]


def test_who_could_not_be_reached_can_be_written_to_by_hand(
    resident: Resident, store: Store, office: Office, now: FakeClock
) -> None:
    resident.confirmed(BY_MAIL)
    office.channel.answers += [Delivery.REFUSED] * 5
    office.deliver(now())
    path = f"/track/requests/{the_request(store)}"

    track = resident.browser.get("/track").text
    page = opened(resident, f"{path}/letter")
    today = now().date().isoformat()
    done = resident.browser.post(f"{path}/sent", data={"on": today})

    assert f'href="{path}/letter"' in track
    assert "Look on the company’s own pages" in page
    assert done.url.path == "/track"
    with store.reading() as session:
        request = session.scalars(select(requests.Request)).one()
        assert request.status is Status.SENT
        assert request.respond_due is not None


def test_nobody_else_opens_a_letter(resident: Resident, by_form: str) -> None:
    resident.browser.post("/track/leave")

    assert resident.browser.get(f"{by_form}/letter").status_code == 404
    assert resident.browser.get(f"{by_form}/letter/request.pdf").status_code == 404
    other = f"/track/requests/{UUID(int=7)}/letter"
    assert resident.browser.get(other).status_code == 404


def test_the_letter_that_one_sent_oneself_stays_and_is_evidence(
    resident: Resident, by_form: str, now: FakeClock
) -> None:
    browser = resident.browser
    opened(resident, f"{by_form}/letter")

    browser.post(f"{by_form}/sent", data={"on": now().date().isoformat()})

    mark = "Your request: prepared here, for you to send"
    for paper in ("letters", "evidence/print"):
        page = browser.get(f"{by_form}/{paper}").text
        assert mark in page
        assert TYPED in page
        assert "The link on which the company answers is left out here." in page
    (letter,) = browser.get(f"{by_form}/evidence.json").json()["letters"]
    assert (letter["kind"], letter["sent_by"]) == ("request", "resident")
    assert letter["to"].startswith("https://")
    assert TYPED in letter["text"]
    assert "You sent the request" in browser.get("/track").text


def test_a_letter_is_not_evidence_of_having_been_sent_before_it_left(
    resident: Resident, store: Store, office: Office, now: FakeClock
) -> None:
    resident.confirmed(BY_MAIL)
    path = f"/track/requests/{the_request(store)}"
    opened(resident, f"{path}/evidence")

    def sent_by() -> object:
        (letter,) = resident.browser.get(f"{path}/evidence.json").json()["letters"]
        return letter["sent_by"]

    queued, paper = sent_by(), resident.browser.get(f"{path}/evidence/print").text
    office.deliver(now())

    assert queued is None
    assert "It is not known to have left." in paper
    assert sent_by() == "portal"
