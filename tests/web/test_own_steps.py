"""What a resident says themselves: given, appealed, found again, asked again, settled."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.actions.close import close_request, to_close
from app.actions.record_reply import ReplyBody, record_reply
from app.actions.remind import to_remind
from app.channels.base import Delivery
from app.domain.timeline import EventKind, Outcome, Status
from app.store import people, requests
from app.store.outbox import Message, MessageKind
from app.store.session import Store
from tests.conftest import FakeClock
from tests.post_office import Office
from tests.web.filing import BY_FORM, BY_MAIL, Resident

pytestmark = pytest.mark.usefixtures("one_engine")

TODAY = "2026-11-23"


def the_request(store: Store) -> requests.Request:
    with store.reading() as session:
        found = session.scalars(select(requests.Request)).one()
        session.expunge(found)
    return found


def kinds(store: Store) -> list[EventKind]:
    it = the_request(store)
    with store.reading() as session:
        return [e.kind for e in requests.timeline(session, it.filing_id, it.id)]


class Case:
    """A resident whose request was sent, with the mailbox proved."""

    def __init__(
        self,
        resident: Resident,
        office: Office,
        store: Store,
        now: FakeClock,
        residence: str = "US-CA",
        vendor: str = BY_MAIL,
    ) -> None:
        self.resident, self.office, self.store, self.now = resident, office, store, now
        resident.confirmed(vendor, residence=residence)
        found = re.search(r"EF(-\w{4}){7}", resident.browser.get("/receipt").text)
        assert found
        self.receipt = found[0]
        office.deliver(now())
        self.prove()

    def prove(self) -> None:
        """Open the filing and prove the mailbox."""
        self.resident.browser.post("/track", data={"receipt": self.receipt})
        path = f"/track/requests/{the_request(self.store).id}/letters"
        code = self.resident.fresh_code(path)
        self.resident.browser.post(path, data={"code": code})

    def at(self, step: str) -> str:
        return f"/track/requests/{the_request(self.store).id}/steps/{step}"

    def they(self, kind: str, **more: str) -> None:
        body = {"received_on": self.now().date().isoformat(), "kind": kind, **more}
        with self.office.writing() as session:
            record_reply(
                session,
                self.office.post.desk,
                the_request(self.store).id,
                ReplyBody.model_validate(body),
                at=self.now(),
                staff_id=None,
            )

    def says(self, step: str, **typed: str) -> Any:
        return self.resident.browser.post(self.at(step), data=typed)

    def offered(self) -> set[str]:
        text = self.resident.browser.get("/track").text
        steps = ("identity", "appeal", "found", "again", "settled")
        return {s for s in steps if f"/steps/{s}" in text}


@pytest.fixture
def case(resident: Resident, office: Office, store: Store, now: FakeClock) -> Case:
    return Case(resident, office, store, now)


def test_a_receipt_alone_changes_nothing(case: Case, now: FakeClock) -> None:
    case.they("identity_requested")
    now.at += timedelta(minutes=16)

    page = case.says("identity", on=TODAY)

    assert "Mail me a code for this" in page.text
    assert the_request(case.store).status is Status.IDENTITY_REQUESTED


def test_a_proof_that_was_given_lets_the_count_go_on(case: Case) -> None:
    case.they("identity_requested")
    shown = case.resident.browser.get(case.at("identity"))

    page = case.says("identity", on=TODAY)

    assert "Efface takes no document" in shown.text
    assert "Never a picture of your face" in shown.text
    assert "The proof was given" in page.text
    assert the_request(case.store).status is Status.ACKNOWLEDGED


@pytest.mark.parametrize("on", ["", "2026-11-22", "2026-11-25", "soon"])
def test_a_day_that_cannot_be_changes_nothing(case: Case, on: str) -> None:
    case.they("identity_requested")

    page = case.says("identity", on=on)

    assert page.status_code == 422
    assert the_request(case.store).status is Status.IDENTITY_REQUESTED


def test_an_appeal_has_a_due_date_of_its_own(
    resident: Resident, office: Office, store: Store, now: FakeClock
) -> None:
    case = Case(resident, office, store, now, residence="US-VA")
    sent = f"/track/requests/{the_request(store).id}/sent"
    resident.browser.post(sent, data={"on": TODAY})  # there nobody else may ask
    case.they("refused", denial_ground="trade-secret")
    assert "appeal" in case.offered()

    page = case.says("appeal", on=TODAY)

    it = the_request(store)
    assert it.status is Status.APPEALED
    assert it.due == date(2027, 1, 22)  # Virginia: 60 days from 23 November 2026
    assert "22 January 2027" in page.text.replace("\xa0", " ").replace("&nbsp;", " ")
    case.they("refused", denial_ground="trade-secret")
    assert the_request(store).outcome is Outcome.REFUSED
    assert "appeal" not in case.offered()  # none of our laws has a second one
    page = resident.browser.get("/track").text
    assert "/letter/appeal" not in page
    assert "/complaint" in page


def test_no_appeal_is_offered_where_the_law_has_none(case: Case) -> None:
    case.they("refused", denial_ground="trade-secret")

    assert case.offered() == {"again", "settled"}
    assert case.says("appeal", on=TODAY).status_code == 409


def test_asking_again_sends_the_same_letter_and_counts_anew(
    case: Case, office: Office, now: FakeClock
) -> None:
    case.they("refused", denial_ground="trade-secret")
    first = office.channel.sent[:]
    now.at += timedelta(days=3)
    case.prove()

    shown = case.resident.browser.get(case.at("again"))
    case.says("again")
    office.deliver(now())

    letters = [e for e in office.channel.sent if "epsilon" in e.recipient.lower()]
    assert "word for word" in shown.text
    it = the_request(case.store)
    assert len(letters) == 2
    assert len(first) < len(office.channel.sent)
    assert (it.status, it.outcome) == (Status.SENT, None)
    assert it.sent_on == now().date()
    assert "You asked again" in case.resident.browser.get("/track").text


def test_nobody_is_asked_again_twice_in_a_month(
    case: Case, office: Office, now: FakeClock
) -> None:
    case.they("refused", denial_ground="trade-secret")
    case.says("again")
    office.deliver(now())
    case.they("refused", denial_ground="trade-secret")

    soon = case.says("again")
    now.at += timedelta(days=30)
    case.prove()
    later = case.says("again")

    assert soon.status_code == 422
    assert "You asked again not long ago" in soon.text
    assert later.url.path == "/track"
    assert the_request(case.store).status is Status.QUEUED


def test_what_could_not_be_delivered_can_be_sent_again(
    resident: Resident, office: Office, store: Store, now: FakeClock
) -> None:
    office.channel.answers = [Delivery.REFUSED]
    case = Case(resident, office, store, now)
    office.channel.answers = []
    assert the_request(store).status is Status.UNDELIVERABLE
    assert "again" in case.offered()

    case.says("again")
    office.deliver(now())

    assert the_request(store).status is Status.SENT


def test_what_is_sent_again_did_not_leave_before_its_answer(
    resident: Resident, office: Office, store: Store, now: FakeClock
) -> None:
    case = Case(resident, office, store, now, vendor=BY_FORM)
    sent = f"/track/requests/{the_request(store).id}/sent"
    resident.browser.post(sent, data={"on": TODAY})
    now.at += timedelta(days=10)
    case.they("refused", denial_ground="trade-secret")
    case.prove()
    case.says("again")

    too_early = resident.browser.post(sent, data={"on": TODAY})
    resident.browser.post(sent, data={"on": "2026-12-03"})

    assert too_early.status_code == 422
    assert "Enter a day from 3 December 2026 until today" in too_early.text
    assert the_request(store).sent_on == date(2026, 12, 3)


def test_found_again_is_written_down(case: Case) -> None:
    case.they("deleted")
    assert case.offered() == {"found", "settled"}

    open_choice = case.says("found", on=TODAY)
    page = case.says("found", on=TODAY, sends="no")

    assert "Choose whether your request is sent again" in open_choice.text
    assert "You found your data there again" in page.text
    assert the_request(case.store).status is Status.ACKNOWLEDGED


def letter(case: Case, path: str) -> str:
    """Open a letter to send, and return its page with plain spaces."""
    page = case.resident.browser.get(
        f"/track/requests/{the_request(case.store).id}{path}"
    )
    return page.text.replace("\xa0", " ")


def test_who_found_it_again_complains_of_that_and_not_of_silence(
    case: Case, now: FakeClock
) -> None:
    case.they("deleted")
    now.at += timedelta(days=60)
    case.prove()
    case.says("found", on="2027-01-20", sends="no")

    track = case.resident.browser.get("/track").text
    complaint = letter(case, "/complaint")

    assert "Overdue" not in track
    assert "you found your data there again" in track
    assert "letter/reminder" not in track
    assert "The company said that it deleted the data." in complaint
    assert "On 20 January 2027 I found my data there again." in complaint
    assert "has given no answer" not in complaint
    assert "By this day the answer was due" not in complaint
    assert case.offered() == {"settled"}


def test_a_refusal_stays_an_answer_though_the_company_wrote_again(
    case: Case, office: Office, now: FakeClock
) -> None:
    case.they("refused", denial_ground="trade-secret")
    now.at += timedelta(days=60)
    case.they("identity_requested")  # staff may record what comes later, too
    case.prove()

    track = case.resident.browser.get("/track").text
    complaint = letter(case, "/complaint")

    with case.store.reading() as session:
        assert to_remind(session, at=now()) == []
    assert "Overdue" not in track
    assert "letter/reminder" not in track
    assert "The answer was: refusal. The reason" in complaint
    assert "On 22 January 2027 the company wrote again" in complaint
    assert "has given no answer" not in complaint
    now.at += timedelta(days=130)
    with office.writing() as session:
        keys = to_close(session, at=now())
        assert not any(
            close_request(session, k, desk=office.post.desk, at=now()) for k in keys
        )


def test_no_message_is_older_than_an_answer_that_it_overtook(
    case: Case, now: FakeClock
) -> None:
    now.at += timedelta(days=10)
    case.they("refused", denial_ground="trade-secret")
    case.they("identity_requested")

    case.they("deleted", received_on="2026-11-25")

    assert the_request(case.store).status is Status.IDENTITY_REQUESTED


def test_after_its_time_a_complaint_is_no_next_step(
    resident: Resident, office: Office, store: Store, now: FakeClock
) -> None:
    case = Case(resident, office, store, now, residence="CA-QC")
    now.at += timedelta(days=120)
    case.prove()

    track = case.resident.browser.get("/track").text
    page = letter(case, "/complaint")

    assert "and so has the time to complain" in track
    assert "You can complain" not in track
    assert "The time to complain ended on" in page
    assert "can still hear you" in page
    assert "You can complain until" not in page


def test_found_again_can_ask_again(case: Case, office: Office) -> None:
    case.they("deleted")

    case.says("found", on=TODAY, sends="yes")

    assert the_request(case.store).status is Status.QUEUED
    with case.store.reading() as session:
        letters = session.scalars(
            select(Message).where(Message.kind == MessageKind.LETTER)
        ).all()
    assert len(letters) == 2


def test_what_is_settled_is_closed_and_its_data_goes(
    case: Case, now: FakeClock
) -> None:
    case.they("deleted")

    case.says("settled")

    assert the_request(case.store).status is Status.CLOSED
    with case.store.reading() as session:
        filing = session.scalars(select(people.Filing)).one()
    assert filing.closed_on == now().date()
    assert filing.purge_on < filing.filed_on + timedelta(days=200)


def test_a_late_one_may_be_closed_without_an_answer(case: Case, now: FakeClock) -> None:
    assert case.offered() == set()
    now.at += timedelta(days=60)
    case.prove()

    assert case.offered() == {"settled"}
    case.says("settled")

    assert the_request(case.store).outcome is Outcome.NO_ANSWER


def test_nothing_is_offered_before_it_was_sent(
    resident: Resident, store: Store, office: Office
) -> None:
    resident.confirmed(BY_FORM)

    page = resident.browser.get("/track")

    assert "/steps/" not in page.text
    assert "/answer" not in page.text


def test_an_unknown_step_is_no_page(case: Case) -> None:
    assert case.resident.browser.get(case.at("sell")).status_code in {404, 422}


def test_it_is_said_in_spanish(case: Case) -> None:
    case.they("deleted")
    case.resident.browser.get("/?lang=es")

    shown = case.resident.browser.get(case.at("found"))
    done = case.says("found", on=TODAY, sends="no")

    assert "Han vuelto a aparecer mis datos" in shown.text
    assert "Usted volvió a encontrar allí sus datos" in done.text
