"""A request takes another way to its company: once, and never two ways at a time."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.actions.deliver import claim_due, deliver
from app.actions.erase_filing import erase_filing
from app.actions.import_vendors import import_vendors
from app.actions.read_directory import read_directory
from app.actions.record_reply import CannotFollow, MovedOn, Recorded
from app.actions.reroute import CannotReroute, reroute
from app.actions.retract_entry import retract_entry
from app.actions.send_by_hand import NotByHand, NotSentThen, sent_by_hand
from app.actions.state_sent import SentByResident, state_sent
from app.actions.stop_letters import resume_letters, stop_letters
from app.actions.take_step import StepTaken, take_step
from app.actions.tell_by_hand import NothingToTell, Told, told_by_hand, what_to_tell
from app.actions.verify_chains import verify_chains
from app.actions.withdraw_request import withdraw_open
from app.channels.base import Delivery
from app.domain.own_steps import OwnStep
from app.domain.rerouting import Barrier, Stays
from app.domain.timeline import Actor, Event, EventKind, Evidence, Status
from app.domain.vendors import RouteKind
from app.domain.ways import HandWork
from app.rulebook.vendor_schema import VendorShape
from app.store.audit import AuditEntry
from app.store.base import new_id
from app.store.outbox import Message, MessageKind, State
from app.store.people import Filing
from app.store.requests import Letter, Request, record
from tests.post_office import LATER, NOON, PROBE, TYPED, Office, words
from tests.post_office import MAILBOX as THEIRS

MAILBOX = "privacy@probe.example.org"
FORM = "https://probe.example.org/form"
STREET = "1 Example Street, Albany"
ME = new_id(NOON)
ROUTES = [
    *PROBE["routes"],
    {"kind": "webform", "url": FORM},
    {"kind": "letter", "address": STREET},
]


def has(office: Office, *routes: Any, at: Any = NOON) -> None:
    """Let the company be reached in these ways."""
    shape = VendorShape.model_validate({**PROBE, "routes": list(routes)})
    with office.writing() as session:
        import_vendors(session, [shape], at=at + timedelta(seconds=1), by="import")
        directory = read_directory(session)
    desk = replace(office.post.desk, directory=directory)
    office.post = replace(office.post, desk=desk)


def bounced(office: Office) -> Any:
    """A request whose letter came back."""
    has(office, *ROUTES)
    filed = office.confirmed()
    office.channel.answers = [Delivery.REFUSED]
    office.deliver()
    office.channel.sent.clear()
    return filed


def change(office: Office, filed: Any, code: str, number: int = 0, **given: Any) -> Any:
    shown = office.request(filed, number).events
    known = {"at": LATER + NOON, "shown": shown, **given}
    with office.writing() as session:
        return reroute(
            session,
            office.post.desk,
            filed.requests[number].id,
            code,
            staff_id=ME,
            **known,
        )


def by_hand(office: Office, filed: Any, on: date, number: int = 0) -> Any:
    with office.writing() as session:
        return sent_by_hand(
            session,
            office.post.desk,
            filed.requests[number].id,
            on,
            at=NOON + timedelta(days=2),
            staff_id=ME,
            shown=office.request(filed, number).events,
        )


def letters(office: Office, filed: Any) -> int:
    with office.store.reading() as session:
        found = select(Letter.id).where(Letter.filing_id == filed.filing)
        return len(session.scalars(found).all())


def test_after_a_bounce_one_of_us_fills_in_the_form_and_days_count_from_then(
    office: Office,
) -> None:
    filed = bounced(office)
    assert isinstance(change(office, filed, "webform"), Recorded)
    office.deliver(NOON + LATER)

    request = office.request(filed)
    assert (request.route, request.status) == (RouteKind.WEBFORM, Status.QUEUED)
    assert request.assigned_to == ME
    assert letters(office, filed) == 2, "the worker wrote what is typed"
    assert not office.channel.to(MAILBOX)
    change(office, filed, "letter")
    office.deliver(NOON + LATER)
    assert letters(office, filed) == 2, "nobody typed the one before"
    change(office, filed, "webform", at=NOON + timedelta(days=1))
    office.deliver(NOON + timedelta(days=1))
    before = by_hand(office, filed, date(2026, 11, 23))
    assert isinstance(before, NotSentThen), "it was not ours to send yet"

    assert isinstance(by_hand(office, filed, date(2026, 11, 24)), Recorded)

    request, told = office.request(filed), office.timeline(filed)
    assert (request.status, request.sent_on) == (Status.SENT, date(2026, 11, 24))
    assert request.respond_due == date(2027, 1, 8)  # 45 days, CCPA
    assert [e.kind for e in told][-5:] == [
        EventKind.UNDELIVERABLE,
        *[EventKind.REROUTED] * 3,
        EventKind.SENT,
    ]
    assert (told[-2].route, told[-2].by) == (RouteKind.WEBFORM, Actor.STAFF)
    assert (told[-1].by, told[-1].evidence) == (Actor.STAFF, Evidence.STAFF)
    assert isinstance(by_hand(office, filed, date(2026, 11, 24)), NotByHand)
    assert change(office, filed, "email") == CannotReroute(Stays.ARRIVED)


def take_back(office: Office, filed: Any, place: int, at: Any, number: int = 0) -> Any:
    with office.writing() as session:
        return retract_entry(
            session,
            office.post.desk,
            filed.requests[number].id,
            place,
            at=at,
            staff_id=ME,
            shown=office.request(filed, number).events,
        )


def test_a_wrong_day_of_sending_by_hand_is_taken_back_and_both_stay_to_be_seen(
    office: Office,
) -> None:
    filed = bounced(office)
    change(office, filed, "webform")
    office.deliver(NOON + LATER)
    assert isinstance(by_hand(office, filed, date(2026, 11, 24)), Recorded)
    wrong, at = office.request(filed).events, NOON + timedelta(days=2)

    assert isinstance(take_back(office, filed, wrong, at), Recorded)

    [mail] = office.messages(filed, MessageKind.SENT)
    assert mail.state is State.CANCELLED, "the person is not told that it was sent"
    request = office.request(filed)
    assert (request.status, request.by_hand) == (Status.QUEUED, HandWork.SEND)
    assert (request.sent_on, request.respond_due) == (None, None)
    office.deliver(at)
    assert letters(office, filed) == 2, "what was written is typed from again"
    assert isinstance(by_hand(office, filed, date(2026, 11, 25)), Recorded)
    request, told = office.request(filed), office.timeline(filed)
    assert (request.sent_on, request.by_hand) == (date(2026, 11, 25), None)
    assert [m.state for m in office.messages(filed, MessageKind.SENT)] == [
        State.CANCELLED,
        State.WAITING,
    ]
    assert [(e.kind, e.on, e.retracts) for e in told][-3:] == [
        (EventKind.SENT, date(2026, 11, 24), None),
        (EventKind.RETRACTED, None, wrong),
        (EventKind.SENT, date(2026, 11, 25), None),
    ]
    assert isinstance(take_back(office, filed, wrong, at), CannotFollow), "once"
    with office.store.reading() as session:
        actions = select(AuditEntry.action).order_by(AuditEntry.seq)
        audited = session.scalars(actions).all()
    assert audited[-3:] == ["sent by hand", "entry retracted", "sent by hand"]
    with office.store.reading() as session:
        assert verify_chains(session).faults == ()


def test_that_another_letter_left_is_told_all_the_same(office: Office) -> None:
    other = {
        **PROBE,
        "slug": "other",
        "routes": [{"kind": "email", "address": "x@other.example"}],
    }
    with office.writing() as session:
        shape = VendorShape.model_validate(other)
        import_vendors(session, [shape], at=NOON, by="import")
    has(office, *ROUTES)
    filed = office.confirmed(vendors=["probe", "other"])
    with office.writing() as session:
        stop_letters(session, "other", at=NOON, by="test")
    office.channel.answers = [Delivery.REFUSED]
    office.deliver()
    change(office, filed, "webform")
    by_hand(office, filed, date(2026, 11, 24))
    left, at = NOON + timedelta(days=2, hours=1), NOON + timedelta(days=2, hours=2)
    with office.writing() as session:
        resume_letters(session, "other", at=left, by="test")
    office.deliver(left)
    assert office.request(filed, 1).status is Status.SENT
    [mail] = office.messages(filed, MessageKind.SENT)
    assert mail.state is State.WAITING, "it tells of the other letter, too"

    take_back(office, filed, office.request(filed).events, at)
    office.channel.sent.clear()
    office.deliver(at + timedelta(days=2))

    assert office.request(filed).status is Status.QUEUED
    told = [words(mail) for mail in office.channel.to(THEIRS)]
    assert sum("One of your requests was sent." in text for text in told) == 1


def test_nothing_is_told_where_all_that_was_sent_by_hand_is_taken_back(
    office: Office,
) -> None:
    other = {**PROBE, "slug": "other", "routes": list(ROUTES)}
    with office.writing() as session:
        shape = VendorShape.model_validate(other)
        import_vendors(session, [shape], at=NOON, by="import")
    has(office, *ROUTES)
    filed = office.confirmed(vendors=["probe", "other"])
    office.channel.answers = [Delivery.REFUSED] * 2
    office.deliver()
    for number in (0, 1):
        change(office, filed, "webform", number)
        by_hand(office, filed, date(2026, 11, 24), number)
    at = NOON + timedelta(days=2, hours=2)

    for number in (0, 1):
        take_back(office, filed, office.request(filed, number).events, at, number)
    office.channel.sent.clear()
    office.deliver(at + timedelta(days=2))

    told = [words(mail) for mail in office.channel.to(THEIRS)]
    assert not [text for text in told if "was sent" in text]


def test_who_takes_back_that_they_sent_it_gets_the_letter_that_was_not_written_yet(
    office: Office,
) -> None:
    filed = bounced(office)
    change(office, filed, "webform")
    by_hand(office, filed, date(2026, 11, 23))
    office.deliver(NOON + timedelta(days=2))
    assert letters(office, filed) == 1, "that of the old way"

    at = NOON + timedelta(days=3)
    take_back(office, filed, office.request(filed).events, at)
    office.deliver(at)

    assert letters(office, filed) == 2


def test_what_a_program_sent_is_not_taken_back(office: Office) -> None:
    filed = office.sent()

    done = take_back(office, filed, office.request(filed).events, NOON + LATER)

    assert isinstance(done, CannotFollow)
    assert office.request(filed).status is Status.SENT


def withdraw(office: Office, filed: Any, at: Any) -> None:
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=at)


def tell(office: Office, filed: Any, **given: Any) -> Any:
    known = {"shown": office.request(filed).events, **given}
    with office.writing() as session:
        request_id = filed.requests[0].id
        at = NOON + timedelta(days=4)
        return told_by_hand(session, request_id, at=at, staff_id=ME, **known)


def test_of_what_was_sent_by_hand_and_taken_back_one_of_us_tells_the_company(
    office: Office,
) -> None:
    filed = bounced(office)
    change(office, filed, "webform")
    assert office.request(filed).by_hand is HandWork.SEND
    by_hand(office, filed, date(2026, 11, 24))
    assert office.request(filed).by_hand is None
    assert isinstance(tell(office, filed), NothingToTell)
    withdraw(office, filed, NOON + timedelta(days=3))

    assert office.request(filed).by_hand is HandWork.TELL
    with office.store.reading() as session:
        request = session.get_one(Request, (filed.filing, filed.requests[0].id))
        filing = session.get_one(Filing, filed.filing)
        found = what_to_tell(office.post.desk, filing, request, at=NOON)
    assert found is not None
    assert found.route is not None
    assert found.route.url == FORM
    assert request.number in found.notice.text
    assert TYPED not in found.notice.text
    assert isinstance(tell(office, filed, shown=1), MovedOn)
    assert isinstance(tell(office, filed), Told)
    assert isinstance(tell(office, filed), NothingToTell)
    assert office.request(filed).by_hand is None
    with office.store.reading() as session:
        last = select(AuditEntry.action).order_by(AuditEntry.seq.desc()).limit(1)
        assert session.scalar(last) == "company told by hand"


def test_who_erases_all_leaves_the_work_of_telling_the_company_and_nothing_else(
    office: Office,
) -> None:
    filed = bounced(office)
    change(office, filed, "webform")
    by_hand(office, filed, date(2026, 11, 24))
    at = NOON + timedelta(days=3)
    with office.writing() as session:
        desk, receipt = office.post.desk, office.receipt(filed)
        erase_filing(session, desk, filed.filing, receipt, None, at=at)

    request = office.request(filed)
    assert (request.status, request.by_hand) == (Status.WITHDRAWN, HandWork.TELL)
    assert isinstance(tell(office, filed), Told)
    assert office.request(filed).by_hand is None


def test_nobody_is_told_of_what_was_taken_back_before_it_was_sent_by_hand(
    office: Office,
) -> None:
    filed = bounced(office)
    change(office, filed, "webform")
    withdraw(office, filed, NOON + timedelta(days=3))

    assert office.request(filed).by_hand is None


def test_a_day_of_sending_stays_until_the_company_was_told_that_it_is_taken_back(
    office: Office,
) -> None:
    filed = bounced(office)
    change(office, filed, "webform")
    by_hand(office, filed, date(2026, 11, 24))
    place = office.request(filed).events
    withdraw(office, filed, NOON + timedelta(days=3))

    done = take_back(office, filed, place, NOON + timedelta(days=4))

    assert isinstance(done, CannotFollow)
    request = office.request(filed)
    assert (request.status, request.by_hand) == (Status.WITHDRAWN, HandWork.TELL)
    assert isinstance(tell(office, filed), Told)
    done = take_back(office, filed, place, NOON + timedelta(days=4))
    assert isinstance(done, Recorded)
    request = office.request(filed)
    assert (request.status, request.sent_on) == (Status.WITHDRAWN, None)
    assert request.by_hand is None


def test_what_waits_on_the_old_way_never_leaves_and_changing_back_sends_once(
    holding: Office,
) -> None:
    has(holding, *ROUTES)
    filed = holding.confirmed()
    assert isinstance(change(holding, filed, "letter-self"), Recorded)
    holding.deliver(NOON + timedelta(hours=2))
    assert not holding.channel.to(MAILBOX)
    assert [m.state for m in holding.messages(filed, MessageKind.LETTER)] == [
        State.CANCELLED
    ]
    assert change(holding, filed, "letter-self") == CannotReroute(Barrier.TAKEN)

    assert isinstance(change(holding, filed, "email"), Recorded)
    holding.deliver(NOON + LATER)
    assert not holding.channel.to(MAILBOX), "the person may still stop it"
    holding.deliver(NOON + timedelta(hours=2))
    holding.deliver(NOON + timedelta(days=1))

    assert letters(holding, filed) == 1, "what never left is destroyed"
    [letter] = holding.channel.to(MAILBOX)
    assert TYPED in words(letter)
    assert holding.request(filed).number in words(letter)
    assert holding.request(filed).status is Status.SENT


@pytest.mark.usefixtures("one_engine")
def test_the_chain_covers_the_way(office: Office) -> None:
    filed = bounced(office)
    change(office, filed, "webform-self")
    with office.store.reading() as session:
        assert verify_chains(session).faults == ()

    with office.writing() as session:
        session.execute(text("DROP TRIGGER timeline_entry_no_update"))
        session.execute(
            text("UPDATE timeline_entry SET route = 'drp' WHERE route > ''")
        )
    with office.store.reading() as session:
        [fault, *_] = verify_chains(session).faults
    assert "route" in fault.why


def test_the_person_sends_it_where_that_was_chosen(office: Office) -> None:
    filed = bounced(office)
    change(office, filed, "webform-self")
    office.deliver(NOON + LATER)
    assert letters(office, filed) == 1, "theirs is written when they look at it"
    with office.writing() as session:
        done = state_sent(
            session,
            office.post.desk,
            filed.filing,
            filed.requests[0].id,
            date(2026, 11, 24),
            office.receipt(filed),
            today=date(2026, 11, 25),
            at=NOON + timedelta(days=2),
        )
    assert isinstance(done, SentByResident)
    assert office.timeline(filed)[-1].by is Actor.RESIDENT

    with office.writing() as session:
        request = session.get_one(Request, (filed.filing, filed.requests[0].id))
        refused = Event(kind=EventKind.REFUSED, at=NOON + LATER, by=Actor.STAFF)
        record(session, request, refused)
        asked = take_step(
            session,
            office.post.desk,
            filed.filing,
            filed.requests[0].id,
            OwnStep.AGAIN,
            at=NOON + timedelta(days=40),
        )
    assert isinstance(asked, StepTaken)
    office.deliver(NOON + timedelta(days=40))
    assert not office.channel.to(MAILBOX), "they ask again as they asked before"


@pytest.mark.parametrize(
    ("state", "unknowns"),
    [
        pytest.param(State.SENDING, 0, id="leaving"),
        pytest.param(State.UNKNOWN, 1, id="not known"),
        pytest.param(State.WAITING, 1, id="tried again, not known of the first"),
    ],
)
@pytest.mark.usefixtures("one_engine")
def test_while_a_letter_may_arrive_no_other_is_sent(
    holding: Office, state: State, unknowns: int
) -> None:
    has(holding, *ROUTES)
    filed = holding.confirmed()
    with holding.writing() as session:
        session.execute(
            update(Message)
            .where(Message.kind == MessageKind.LETTER)
            .values(state=state, unknowns=unknowns)
        )
    assert change(holding, filed, "webform") == CannotReroute(Stays.LEAVING)
    assert holding.request(filed).route is RouteKind.EMAIL


def test_of_two_who_change_it_the_second_changes_nothing(office: Office) -> None:
    filed = bounced(office)
    shown = office.request(filed).events
    assert isinstance(change(office, filed, "webform", shown=shown), Recorded)
    assert isinstance(change(office, filed, "letter", shown=shown), MovedOn)
    assert office.request(filed).route is RouteKind.WEBFORM
    assert change(office, filed, "drp") == CannotReroute(None)


@pytest.mark.usefixtures("one_engine")
def test_a_letter_that_a_worker_had_claimed_is_taken_back_all_the_same(
    office: Office,
) -> None:
    has(office, *ROUTES)
    filed = office.confirmed()
    keys = claim_due(office.post, at=NOON)

    assert isinstance(change(office, filed, "webform", at=NOON), Recorded)
    for key in keys:
        deliver(office.post, key, at=NOON)

    assert not office.channel.to(MAILBOX)


@pytest.mark.usefixtures("one_engine")
def test_a_way_that_is_gone_when_the_letter_is_written_says_so(office: Office) -> None:
    has(office, *ROUTES)
    filed = office.confirmed()
    change(office, filed, "letter-self", at=NOON)
    change(office, filed, "email", at=NOON)
    has(office, *ROUTES[1:], at=NOON + LATER)

    office.deliver(NOON + LATER)

    assert office.request(filed).status is Status.UNDELIVERABLE
