"""Two who write at once follow each other, and never wait for each other."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from app.actions.cancel_hold import cancel_hold
from app.actions.change_staff import Change, NotDone, change
from app.actions.codes import send_code
from app.actions.deliver import claim_due, deliver
from app.actions.edit_form import Form
from app.actions.edit_vendor import Looked, Saved, look_at_edit, save_edit
from app.actions.enrol_staff import add_staff
from app.actions.erase_filing import destroy_personal
from app.actions.expire import expire_filing
from app.actions.import_replies import RowResult, read_rows, record_each
from app.actions.import_vendors import import_vendors
from app.actions.learn_refusals import Pair, take_back_refusal
from app.actions.mail_out import queue_mail
from app.actions.prepare_filing import Filed
from app.actions.read_directory import read_directory
from app.actions.read_typed import Typed
from app.actions.recover_receipt import new_receipt
from app.actions.reroute import CannotReroute, reroute
from app.actions.reseal import reseal_filing
from app.actions.rotate_keys import rotate_filing
from app.actions.settle_letter import letter_failed
from app.actions.stop_news import choose_news
from app.actions.withdraw_request import withdraw_open
from app.domain.bulk import RowEffect
from app.domain.record_acts import Act
from app.domain.refusals import Reading
from app.domain.rerouting import Stays
from app.domain.timeline import Status
from app.rulebook.vendor_schema import VendorShape
from app.store import audit, mailboxes, outbox, people, requests
from app.store.base import new_id
from app.store.keys import Keys
from app.store.outbox import MessageKind, State
from app.store.people import CodePurpose
from app.store.refusals import ResidencyRefusal
from app.store.session import Store
from app.store.staff import Role, Staff
from tests.post_office import LATER, NOON, PROBE, Office

A_WEEK = timedelta(weeks=1)
pytestmark = pytest.mark.usefixtures("postgres_only")  # SQLite has one writer anyway


def blocked(store: Store) -> int:
    """Return how many wait for a lock."""
    with store.reading() as session:
        found = session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )
    return int(found or 0)


def until_blocked(store: Store, *others: Future[Any]) -> None:
    """Return once all other writers wait for us."""
    while not any(o.done() for o in others) and blocked(store) < len(others):
        wait(others, timeout=0.01, return_when=FIRST_COMPLETED)
    assert not any(o.done() for o in others), "another did not wait"


def take_back(office: Office, filed: Filed) -> None:
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON)


def test_a_letter_that_fails_while_it_is_taken_back_stays_taken_back(
    office: Office,
) -> None:
    filed = office.confirmed()
    [key] = claim_due(office.post, at=NOON)

    with ThreadPoolExecutor(1) as pool:
        with office.writing() as session:
            message = outbox.ours(session, key, owner=office.post.owner)
            assert message is not None
            other = pool.submit(take_back, office, filed)
            until_blocked(office.store, other)
            outbox.settle(message, State.FAILED, at=NOON)
            letter_failed(session, office.post.desk, message, at=NOON)
        other.result(timeout=20)

    assert office.request(filed).status is Status.WITHDRAWN
    [letter] = office.messages(filed, MessageKind.LETTER)
    assert letter.state is State.FAILED


def test_whoever_holds_a_request_may_still_write_its_messages(office: Office) -> None:
    filed = office.confirmed()
    keys = claim_due(office.post, at=NOON)

    with ThreadPoolExecutor(1) as pool:
        with office.writing() as session:
            request = requests.locked(session, filed.filing, filed.requests[0].id)
            assert request is not None
            other = pool.submit(deliver, office.post, keys[0], at=NOON)
            until_blocked(office.store, other)
            outbox.cancel_waiting(session, filed.filing, at=NOON)
        other.result(timeout=20)

    assert office.channel.sent == []


def test_who_is_erased_while_replies_are_imported_is_waited_for_and_waits_for_nobody(
    office: Office,
) -> None:
    first, gone = office.sent(), office.sent()
    said = "".join(
        f"{filed.requests[0].number},2026-11-23,acknowledged\n"
        for filed in (first, gone, first)
    )
    rows = read_rows("request,received_on,kind\n" + said)
    desk = office.post.desk

    def everything() -> list[RowResult]:
        return list(record_each(office.store, desk, rows, lambda: NOON))

    with ThreadPoolExecutor(1) as pool:
        with office.writing() as session:
            people.held(session, gone.filing)
            other = pool.submit(everything)
            until_blocked(office.store, other)
            people.held(session, first.filing)  # of which a row is recorded
            destroy_personal(session, gone.filing, at=NOON)
            audit.append(session, at=NOON, actor="resident", action="erased")
        results = other.result(timeout=20)

    assert [r.effect for r in results] == [
        RowEffect.RECORDED,
        RowEffect.RECORDED,
        RowEffect.UNCHANGED,
    ]
    assert office.request(first).status is Status.ACKNOWLEDGED
    assert office.request(gone).status is Status.ACKNOWLEDGED


def test_two_mails_of_news_to_one_mailbox_never_begin_together(
    office: Office,
) -> None:
    one = office.sent(at=NOON - A_WEEK)
    with office.writing() as session:
        kind = MessageKind.ANSWERED
        queue_mail(session, office.post.desk, one.filing, kind, dedupe=kind, at=NOON)
    [key] = claim_due(office.post, at=NOON)

    with ThreadPoolExecutor(1) as pool:
        with office.writing() as session:
            mailbox = mailboxes.held_mailbox(session, one.filing)
            assert mailbox is not None
            other = pool.submit(deliver, office.post, key, at=NOON)
            until_blocked(office.store, other)
            mailbox.news_at, mailbox.news_by = NOON, new_id(NOON)
        other.result(timeout=20)

    assert office.channel.sent == []


def test_a_mailbox_that_moves_to_a_newer_key_takes_its_stop_along(
    office: Office,
) -> None:
    one, desk = office.sent(at=NOON - A_WEEK), office.post.desk
    with office.writing() as session:
        kind = MessageKind.ANSWERED
        queue_mail(session, desk, one.filing, kind, dedupe=kind, at=NOON)
        choose_news(session, one.filing, wanted=False, at=NOON)
    [key] = claim_due(office.post, at=NOON)

    with ThreadPoolExecutor(1) as pool:
        with office.writing() as session:
            older = mailboxes.index_of(session, one.filing)
            assert older is not None
            mailboxes.move_mailbox(session, [older], bytes(32))
            other = pool.submit(deliver, office.post, key, at=NOON)
            until_blocked(office.store, other)
        other.result(timeout=20)

    assert office.channel.sent == []


def test_of_two_administrators_who_shut_each_other_out_one_stays(
    office: Office, keys: Keys
) -> None:
    with office.writing() as session:
        for name in "abc":
            add_staff(session, keys, f"{name}@example.org", Role.ADMIN, at=NOON)
        session.execute(update(Staff).values(enrolled_at=NOON))
        one, *others = session.scalars(select(Staff.id).order_by(Staff.id)).all()

    def shut_out(who: UUID) -> NotDone | None:
        desk, by = office.post.desk, "command"
        with office.writing() as session:
            return change(session, desk, who, Change.DISABLE, at=NOON, actor=by)

    with ThreadPoolExecutor(2) as pool:
        with office.writing() as session:
            session.get_one(Staff, one).role = Role.EDITOR
            session.flush()
            both = [pool.submit(shut_out, who) for who in others]
            until_blocked(office.store, *both)
        answers = {other.result(timeout=20) for other in both}

    assert answers == {None, NotDone.LAST_ADMIN}


def writers(office: Office, filed: Filed) -> list[Callable[[], object]]:
    """Return who may write of one filing at one moment."""
    desk, opener, filing = office.post.desk, office.post.opener, filed.filing

    def work() -> None:
        for key in claim_due(office.post, at=NOON + timedelta(hours=1)):
            deliver(office.post, key, at=NOON + timedelta(hours=1))

    def code() -> None:
        with office.writing() as session:
            send_code(session, desk, filing, CodePurpose.READ, at=NOON)

    def receipt() -> None:
        with office.writing() as session:
            new_receipt(session, desk, filing, at=NOON)

    def reseal() -> None:
        with office.writing() as session:
            reseal_filing(session, filing, opener=opener)

    def rotate() -> None:
        with office.writing() as session:
            rotate_filing(session, filing, desk=desk, opener=opener)

    def expire() -> None:
        with office.writing() as session:
            expire_filing(session, filing, at=NOON)

    def stop() -> None:
        with office.writing() as session:
            cancel_hold(session, desk, "no token", at=NOON)

    def quiet() -> None:
        with office.writing() as session:
            choose_news(session, filing, wanted=False, at=NOON)

    def erase() -> None:
        with office.writing() as session:
            people.held(session, filing)
            outbox.cancel_waiting(session, filing, at=NOON)
            destroy_personal(session, filing, at=NOON)

    first = (work, code, receipt, reseal, rotate, expire, stop, quiet, work)
    return [*first, lambda: take_back(office, filed), erase]


def test_nobody_waits_in_a_ring(office: Office) -> None:
    """All that may happen to one filing at one moment, a few times over."""
    for number in range(4):
        filed = office.confirmed(
            vendors=["probe", "zoominfo", "acxiom"],
            resident={"name": "A B", "email": f"a{number}@example.org"},
        )
        with ThreadPoolExecutor(11) as pool:
            done = [pool.submit(write) for write in writers(office, filed)]
            for one in done:
                one.result(timeout=30)

        assert {office.request(filed, n).status for n in range(3)} == {Status.WITHDRAWN}


def test_a_letter_that_begins_to_leave_is_not_given_another_way(office: Office) -> None:
    """A worker that begins first is waited for; what it began then keeps its way."""
    filed = office.confirmed()
    [key] = claim_due(office.post, at=NOON)

    def change() -> object:
        with office.writing() as session:
            return reroute(
                session,
                office.post.desk,
                filed.requests[0].id,
                "webform",
                at=NOON,
                staff_id=new_id(NOON),
                shown=2,
            )

    with ThreadPoolExecutor(1) as pool:
        with office.writing() as session:
            message = outbox.ours(session, key, owner=office.post.owner)
            assert message is not None
            other = pool.submit(change)
            until_blocked(office.store, other)
            message.state = State.SENDING
        assert other.result(timeout=20) == CannotReroute(Stays.LEAVING)


def test_of_two_who_give_it_another_way_at_once_one_does(office: Office) -> None:
    routes = [*PROBE["routes"], {"kind": "webform", "url": "https://probe.example.org"}]
    with office.writing() as session:
        shape = VendorShape.model_validate({**PROBE, "routes": routes})
        import_vendors(session, [shape], at=NOON + LATER, by="import")
        directory = read_directory(session)
    desk = replace(office.post.desk, directory=directory)
    filed = office.confirmed()

    def change(code: str) -> object:
        with office.writing() as session:
            return reroute(
                session,
                desk,
                filed.requests[0].id,
                code,
                at=NOON,
                staff_id=new_id(NOON),
                shown=2,
            )

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(change, ("webform", "webform-self")))

    assert sorted(type(one).__name__ for one in done) == ["MovedOn", "Recorded"]
    for key in claim_due(office.post, at=NOON):
        deliver(replace(office.post, desk=desk), key, at=NOON)
    assert not office.channel.to("privacy@probe.example.org")


def test_a_warning_is_taken_back_once(office: Office) -> None:
    pair, staff_id = Pair("probe", "US-CA"), new_id(NOON)

    def back() -> bool:
        with office.writing() as session:
            return take_back_refusal(
                session, pair, "No more.", at=NOON, staff_id=staff_id
            )

    with office.writing() as session:
        session.add(
            ResidencyRefusal(
                id=new_id(NOON),
                vendor=pair.vendor,
                residence=pair.residence,
                reading=Reading.LEAVES_OUT,
                since=NOON.date(),
                filings=2,
                words="It says so.",
                recorded_at=NOON,
                recorded_by=staff_id,
            )
        )
    with ThreadPoolExecutor(1) as pool:
        with office.writing() as session:
            first = take_back_refusal(
                session, pair, "No more.", at=NOON, staff_id=staff_id
            )
            other = pool.submit(back)
            until_blocked(office.store, other)
        assert first
        assert not other.result(timeout=20)


def test_who_saves_a_company_second_is_shown_what_the_first_wrote(
    office: Office,
) -> None:
    desk = office.post.desk
    cited = {"sources": "https://probe.example.org/news", "confidence": "high"}

    def size(number: str) -> Form:
        typed = {"employees": number, **cited, "checked_on": "2026-11-01"}
        return Form(Act.FACT, "probe", Typed(typed), "employees")

    with office.store.reading() as session:
        looked = look_at_edit(session, desk, size("40"), None, at=NOON)
    assert isinstance(looked, Looked)
    seen, somebody = looked.case.seen, new_id(NOON)

    def second() -> object:
        with office.writing() as session:
            form = size("50")
            return save_edit(session, desk, form, seen, at=NOON, by=somebody)

    with ThreadPoolExecutor(1) as pool:
        with office.writing() as session:
            first = save_edit(session, desk, size("40"), seen, at=NOON, by=somebody)
            other = pool.submit(second)
            until_blocked(office.store, other)
        told = other.result(timeout=20)

    assert isinstance(first, Saved)
    assert isinstance(told, Looked)
    assert [(one.part, one.key) for one in told.meanwhile] == [
        ("fact", "employees always")
    ]
