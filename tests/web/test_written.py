"""What a resident can read and keep: letters, answers, dates, a table."""

import csv
import io
import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.actions.record_reply import ReplyBody, record_reply
from app.domain.timeline import Status
from app.store import people, requests
from app.store.session import Store
from tests.conftest import FakeClock
from tests.post_office import Office
from tests.web.filing import BY_FORM, BY_MAIL, MAILBOX, TYPED, Resident

pytestmark = pytest.mark.usefixtures("one_engine")


def the_request(store: Store) -> UUID:
    with store.reading() as session:
        return session.scalars(select(requests.Request.id)).one()


@pytest.fixture
def letters(resident: Resident, store: Store) -> str:
    """The address of the letters of a filing that was just confirmed."""
    resident.confirmed(BY_MAIL)
    return f"/track/requests/{the_request(store)}/letters"


def test_a_receipt_alone_reads_no_letter(resident: Resident, letters: str) -> None:
    page = resident.browser.get(letters)

    assert "Mail me a code for this" in page.text
    assert TYPED not in page.text


def test_a_fresh_code_shows_the_letter_as_it_leaves(
    resident: Resident, letters: str
) -> None:
    code = resident.fresh_code(letters)

    page = resident.browser.post(letters, data={"code": code})

    assert page.url.path == letters
    assert TYPED in page.text
    assert "privacy" in page.text.casefold()
    assert page.headers["cache-control"] == "no-store"


def test_what_a_code_opened_shuts_after_a_quarter_of_an_hour(
    resident: Resident, letters: str, now: FakeClock
) -> None:
    resident.browser.post(letters, data={"code": resident.fresh_code(letters)})

    now.at += timedelta(minutes=14)
    still = resident.browser.get(letters)
    now.at += timedelta(minutes=2)
    shut = resident.browser.get(letters)

    assert TYPED in still.text
    assert TYPED not in shut.text
    assert "Mail me a code for this" in shut.text


def test_one_code_also_lets_make_changes(resident: Resident, letters: str) -> None:
    resident.browser.post(letters, data={"code": resident.fresh_code(letters)})
    withdraw = letters.replace("letters", "withdraw")

    offered = resident.browser.get(withdraw)
    done = resident.browser.post(withdraw)

    assert "The six digits" not in offered.text
    assert "Taken back" in done.text


def test_asking_for_a_code_on_an_old_page_changes_nothing(
    resident: Resident, letters: str, store: Store
) -> None:
    resident.browser.post(letters, data={"code": resident.fresh_code(letters)})

    page = resident.browser.post(
        letters.replace("letters", "withdraw"), data={"do": "mail"}
    )

    assert "Take it back" in page.text
    with store.reading() as session:
        status = session.scalars(select(requests.Request.status)).one()
    assert status is Status.QUEUED


def test_a_code_for_one_filing_opens_no_other(
    resident: Resident, letters: str, store: Store
) -> None:
    resident.browser.post(letters, data={"code": resident.fresh_code(letters)})
    resident.confirmed(BY_FORM)
    with store.reading() as session:
        ids = session.scalars(select(requests.Request.id)).all()
    other = next(i for i in ids if str(i) not in letters)

    page = resident.browser.get(f"/track/requests/{other}/letters")

    assert "Mail me a code for this" in page.text
    assert resident.browser.get(letters).status_code == 404


def test_leaving_shuts_what_was_open(resident: Resident, letters: str) -> None:
    resident.browser.post(letters, data={"code": resident.fresh_code(letters)})

    resident.browser.post("/track/leave")

    assert resident.browser.get(letters).status_code == 404


def test_the_words_of_an_answer_are_read_with_it(
    resident: Resident, letters: str, office: Office, now: FakeClock
) -> None:
    office.deliver(now())
    reply = ReplyBody.model_validate(
        {
            "received_on": now().date(),
            "kind": "refused",
            "denial_ground": "outside-jurisdiction",
            "text": "We hold <b>nothing</b> for you to ask.",
            "evidence": "letter",
            "vendor_reference": "CASE-77",
        }
    )
    with office.writing() as session:
        request = session.scalars(select(requests.Request.id)).one()
        record_reply(session, office.post.desk, request, reply, at=now(), staff_id=None)

    page = resident.browser.post(letters, data={"code": resident.fresh_code(letters)})

    assert "We hold &lt;b&gt;nothing&lt;/b&gt; for you to ask." in page.text
    assert "CASE-77" in page.text


def test_the_calendar_holds_the_dates_and_names_nobody(
    resident: Resident, letters: str, office: Office, now: FakeClock
) -> None:
    office.deliver(now())

    file = resident.browser.get("/track/dates.ics")

    calendar = Calendar.from_ical(file.content)
    days = {e.decoded("dtstart") for e in calendar.walk("vevent")}
    assert days == {date(2027, 1, 7)}  # 45 days from 23 November 2026
    assert file.headers["content-type"].startswith("text/calendar")
    for secret in ("Epsilon", "epsilon", TYPED, MAILBOX):
        assert secret not in file.text


def test_the_calendar_is_in_the_readers_language(
    resident: Resident, letters: str, office: Office, now: FakeClock
) -> None:
    office.deliver(now())

    file = resident.browser.get("/track/dates.ics?lang=fr")

    assert "Une réponse est attendue" in file.text.replace("\r\n ", "")


def test_the_table_has_a_line_for_each_event(
    resident: Resident, letters: str, office: Office, now: FakeClock
) -> None:
    office.deliver(now())

    file = resident.browser.get("/track/requests.csv")

    lines = list(csv.DictReader(io.StringIO(file.text)))
    assert [line["event"] for line in lines] == ["filed", "confirmed", "sent"]
    assert {line["respond_due"] for line in lines} == {"2027-01-07"}
    assert TYPED not in file.text


@pytest.mark.parametrize("path", ["/track/dates.ics", "/track/requests.csv"])
def test_there_is_nothing_to_keep_where_no_filing_is_open(
    resident: Resident, path: str
) -> None:
    assert resident.browser.get(path).status_code == 404


def test_a_page_left_open_too_long_asks_for_a_code_and_claims_no_mail(
    resident: Resident, letters: str, now: FakeClock
) -> None:
    resident.browser.post(letters, data={"code": resident.fresh_code(letters)})
    now.at += timedelta(minutes=16)

    page = resident.browser.post("/track/erase")

    assert page.status_code == 403
    assert "Mail me a code for this" in page.text
    assert "We mailed a code" not in page.text


def test_an_empty_code_costs_no_try(resident: Resident, letters: str) -> None:
    code = resident.fresh_code(letters)

    empty = [resident.browser.post(letters, data={"code": " "}) for _ in range(6)]
    page = resident.browser.post(letters, data={"code": code})

    assert {answer.status_code for answer in empty} == {422}
    assert TYPED in page.text


def test_what_cannot_be_done_is_said_before_a_code_is_asked_for(
    resident: Resident, letters: str, store: Store
) -> None:
    page = resident.browser.get(letters.replace("letters", "sent"))

    assert page.status_code == 409
    assert "Mail me a code" not in page.text


def test_a_new_receipt_erases_before_the_worker_has_sealed_to_it(
    resident: Resident, letters: str, office: Office, store: Store, now: FakeClock
) -> None:
    resident.browser.post("/track/lost", data={"email": MAILBOX})
    office.look_up(now())
    found = resident.browser.post(
        "/track/lost/code", data={"email": MAILBOX, "code": resident.code()}
    )
    code = re.sub(r"<[^>]*>", "", found.text)
    receipt = re.search(r"EF-[0-9A-Z-]{34}", code.replace("\n", ""))
    assert receipt, code
    resident.browser.post("/track", data={"receipt": receipt[0]})
    read = resident.browser.post(letters, data={"code": resident.fresh_code(letters)})

    gone = resident.browser.post("/track/erase")

    assert "Some of it opens with your new code soon" in read.text
    assert "Everything about you was deleted" in gone.text
    with store.reading() as session:
        assert session.scalars(select(people.Person)).one().thing is None
