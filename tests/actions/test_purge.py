"""What is kept, and until when."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.actions.close import close_filing, close_request, to_close
from app.actions.codes import send_code
from app.actions.erase_filing import erase_filing
from app.actions.expire import expire_filing, to_expire
from app.actions.prepare_filing import Filed
from app.actions.purge import forget_expired, purge_filing, to_purge
from app.actions.recover_receipt import new_receipt
from app.actions.remind import remind, to_remind
from app.actions.reseal import reseal_filing, to_reseal
from app.actions.retract_entry import retract_entry
from app.actions.set_dates import set_dates
from app.actions.withdraw_request import withdraw_open
from app.domain.receipts import secret_of
from app.domain.timeline import Actor, Event, EventKind, Outcome, Status
from app.store import people, requests
from app.store.base import new_id
from app.store.keys import Keys
from app.store.opening import Opener
from app.store.outbox import MessageKind
from app.store.people import CodePurpose, FilingStatus
from app.store.sealing import CannotOpenError, Where, open_with_receipt
from app.store.session import Store
from tests.filings import sealed_things
from tests.post_office import MAILBOX, NOON, Office, code_in, ids, post_office, words

A_DAY = timedelta(days=1)
VENDOR = "privacy@probe.example.org"


def answer(office: Office, filed: Filed) -> None:
    with office.writing() as session:
        request = requests.locked(session, *ids(filed))
        assert request is not None
        event = Event(kind=EventKind.DELETED, at=NOON, by=Actor.STAFF)
        requests.record(session, request, event)


def expire(office: Office, at: datetime) -> int:
    with office.store.reading() as session:
        found = to_expire(session, at=at)
    done = 0
    for filing_id in found:
        with office.writing() as session:
            done += expire_filing(session, filing_id, at=at)
    return done


def test_an_unconfirmed_filing_expires_after_a_day(office: Office) -> None:
    filed = office.file()

    assert expire(office, NOON + A_DAY) == 0
    assert expire(office, NOON + A_DAY + timedelta(seconds=1)) == 1

    assert office.filing(filed).status is FilingStatus.EXPIRED
    assert office.request(filed).status is Status.EXPIRED
    with office.store.reading() as session:
        assert sealed_things(session, filed.filing) == []


def test_a_confirmed_filing_does_not_expire(office: Office) -> None:
    filed = office.confirmed()

    assert expire(office, NOON + 30 * A_DAY) == 0
    with office.writing() as session:
        assert not expire_filing(session, filed.filing, at=NOON + 30 * A_DAY)

    assert office.filing(filed).status is FilingStatus.CONFIRMED


def test_what_is_purged_opens_no_more(office: Office, keys: Keys) -> None:
    filed = office.sent()
    with office.store.reading() as session:
        before = sealed_things(session, filed.filing)
    latest = NOON + timedelta(days=730)

    with office.writing() as session:
        assert to_purge(session, at=latest - A_DAY) == []
        assert not purge_filing(session, filed.filing, at=latest - A_DAY)
        assert to_purge(session, at=latest) == [filed.filing]
        assert purge_filing(session, filed.filing, at=latest)
        assert to_purge(session, at=latest) == []

    assert before
    with office.store.reading() as session:
        assert sealed_things(session, filed.filing) == []
        person = session.get_one(people.Person, filed.filing)
    assert person.email_index is None
    assert [e.kind for e in office.timeline(filed)] == ["filed", "confirmed", "sent"]


def test_data_is_kept_so_many_days_after_the_last_request_is_closed(
    store: Store, keys: Keys
) -> None:
    office = post_office(store, keys, keep_days=7)
    filed = office.sent(vendors=["probe", "clearview-ai"])
    with office.writing() as session:
        first, second = requests.requests_of(session, filed.filing)
        close = Event(kind=EventKind.CLOSED, at=NOON, by=Actor.RESIDENT)
        requests.record(session, first, close)
        close_filing(session, filed.filing, on=NOON.date(), keep_days=7)
        assert session.get_one(people.Filing, filed.filing).closed_on is None
        taken = Event(kind=EventKind.WITHDRAWN, at=NOON, by=Actor.RESIDENT)
        requests.record(session, second, taken)
        close_filing(session, filed.filing, on=NOON.date(), keep_days=7)

    filing = office.filing(filed)
    assert filing.status is FilingStatus.CLOSED
    assert filing.closed_on == NOON.date()
    assert filing.purge_on == NOON.date() + timedelta(days=7)


def test_a_filing_that_is_taken_back_is_purged_in_time(office: Office) -> None:
    filed = office.sent()

    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON)

    filing = office.filing(filed)
    assert filing.status is FilingStatus.WITHDRAWN
    assert filing.purge_on == NOON.date() + timedelta(days=30)


@pytest.mark.parametrize(
    ("answered", "days", "closed"),
    [
        pytest.param(True, 180, False, id="answered, last day"),
        pytest.param(True, 181, True, id="answered, a day later"),
        pytest.param(False, 0, False, id="unanswered, last day"),
        pytest.param(False, 1, True, id="unanswered, a day later"),
    ],
)
def test_a_request_closes_after_its_last_window(
    office: Office, answered: bool, days: int, closed: bool
) -> None:
    filed = office.sent(residence="US-NY")
    if answered:
        answer(office, filed)
    request = office.request(filed)
    assert request.complaint_until is None
    start = NOON.date() if answered else (request.due or request.sent_on)
    assert start is not None
    wait = timedelta(days=days if answered else 180 + days)
    at = NOON + (start - NOON.date()) + wait

    with office.writing() as session:
        for key in to_close(session, at=at):
            close_request(session, key, desk=office.post.desk, at=at)

    after = office.request(filed)
    assert (after.status is Status.CLOSED) is closed
    if closed and not answered:
        assert after.outcome is Outcome.NO_ANSWER


def test_pages_of_what_may_be_closed_leave_nothing_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    filings = [
        office.sent(resident={"name": "A B", "email": f"a{n}@example.org"})
        for n in range(5)
    ]
    monkeypatch.setattr("app.actions.close.AT_ONCE", 2)
    at = NOON + timedelta(days=900)
    seen, after = [], None
    with office.store.reading() as session:
        while found := to_close(session, at=at, after=after):
            seen += found
            after = found[-1]

    assert sorted(seen) == sorted(ids(filed) for filed in filings)


def test_drafts_answers_and_reveals_are_forgotten_in_time(office: Office) -> None:
    with office.writing() as session:
        for lives in (A_DAY, 2 * A_DAY):
            session.add(
                people.Draft(
                    id=new_id(NOON),
                    sealed=b"x",
                    expires_at=NOON + lives,
                    filing_id=None,
                )
            )
            session.add(
                people.Idempotency(
                    key_hash=new_id(NOON).bytes,
                    body_hash=b"x",
                    sealed_answer=b"x",
                    expires_at=NOON + lives,
                )
            )
    with office.writing() as session:
        assert forget_expired(session, at=NOON + A_DAY) == 2

    with office.store.reading() as session:
        for table in (people.Draft, people.Idempotency):
            assert session.scalar(select(func.count()).select_from(table)) == 1


def test_each_due_date_is_mailed_about_once_before_and_once_after(
    office: Office,
) -> None:
    filed = office.sent()
    due = office.request(filed).due
    assert due is not None
    at, queued = NOON, []
    while at.date() <= due + timedelta(days=20):
        with office.writing() as session:
            for key in to_remind(session, at=at):
                remind(session, key, desk=office.post.desk, at=at)
        at += A_DAY
    queued = office.messages(filed)

    soon = [m for m in queued if m.kind is MessageKind.DUE_SOON]
    late = [m for m in queued if m.kind is MessageKind.OVERDUE]
    assert [m.created_at.date() for m in soon] == [due - timedelta(days=3)]
    assert [m.created_at.date() for m in late] == [due + timedelta(days=1)]


def test_an_extension_is_mailed_about_anew(office: Office) -> None:
    filed = office.sent()
    due = office.request(filed).due
    assert due is not None
    until = due + timedelta(days=45)
    moments = [NOON + (due - NOON.date()) + n * A_DAY for n in (-2, 2, 43, 46)]
    for at in moments:
        if at == moments[2]:
            with office.writing() as session:
                request = requests.locked(session, *ids(filed))
                assert request is not None
                event = Event(
                    kind=EventKind.EXTENDED, at=at, by=Actor.STAFF, until=until
                )
                requests.record(session, request, event)
                desk = office.post.desk
                filing = session.get_one(people.Filing, filed.filing)
                set_dates(session, desk.rulebook, desk.directory, filing, request)
        with office.writing() as session:
            for key in to_remind(session, at=at):
                remind(session, key, desk=office.post.desk, at=at)

    days = {"due_soon", "overdue", "extension_ended"}
    kinds = [m.kind for m in office.messages(filed) if m.kind in days]
    assert kinds == ["due_soon", "overdue", "due_soon", "extension_ended"]


def test_an_answered_request_is_not_reminded_of(office: Office) -> None:
    filed = office.sent()
    answer(office, filed)

    with office.store.reading() as session:
        assert to_remind(session, at=NOON + timedelta(days=400)) == []


def test_a_vendor_that_has_a_request_is_told_that_it_is_taken_back(
    office: Office,
) -> None:
    filed = office.sent()
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON)
    office.deliver()

    [notice] = office.channel.to(VENDOR)
    said = words(notice)
    assert filed.requests[0].number in said
    assert "Quillfeather" not in said
    assert MAILBOX not in said


def test_a_vendor_that_never_had_a_request_is_told_nothing(holding: Office) -> None:
    filed = holding.confirmed()
    with holding.writing() as session:
        withdraw_open(session, holding.post.desk, filed.filing, at=NOON)
    holding.deliver(NOON + A_DAY)

    assert holding.channel.to(VENDOR) == []


def test_erasing_still_tells_the_vendor_and_then_nothing_is_left(
    office: Office,
) -> None:
    filed = office.sent()
    with office.writing() as session:
        send_code(session, office.post.desk, filed.filing, CodePurpose.ERASE, at=NOON)
    office.deliver()
    code = code_in(office.channel.to(MAILBOX)[-1])
    office.channel.sent.clear()
    with office.writing() as session:
        secret = office.receipt(filed)
        fault = erase_filing(
            session, office.post.desk, filed.filing, secret, code, at=NOON
        )
    office.deliver()

    assert fault is None
    assert len(office.channel.to(VENDOR)) == 1
    assert "our last mail" in words(office.channel.to(MAILBOX)[-1])
    with office.store.reading() as session:
        assert sealed_things(session, filed.filing) == []


def test_a_new_receipt_opens_what_the_old_one_did(office: Office, keys: Keys) -> None:
    filed = office.sent()
    with office.writing() as session:
        receipt = new_receipt(session, office.post.desk, filed.filing, at=NOON)
        assert to_reseal(session) == [filed.filing]
    with office.writing() as session:
        assert reseal_filing(session, filed.filing, opener=Opener(keys.epochs))
        assert not reseal_filing(session, filed.filing, opener=Opener(keys.epochs))

    with office.store.reading() as session:
        things = sealed_things(session, filed.filing)
    assert Where("person", str(filed.filing)) in [where for where, _ in things]
    for where, thing in things:
        assert open_with_receipt(thing, where, secret_of(receipt))
        with pytest.raises(CannotOpenError):
            open_with_receipt(thing, where, office.receipt(filed))


def test_what_no_key_opens_keeps_no_receipt_from_being_renewed(
    office: Office, tmp_path: Path
) -> None:
    filed = office.sent()
    with office.writing() as session:
        new_receipt(session, office.post.desk, filed.filing, at=NOON)
    with office.writing() as session:
        without = Opener(tmp_path / "nowhere")
        assert reseal_filing(session, filed.filing, opener=without)
        assert to_reseal(session) == []


def record(office: Office, filed: Filed, kind: EventKind, **more: Any) -> None:
    with office.writing() as session:
        request = requests.locked(session, *ids(filed))
        assert request is not None
        event = Event(kind=kind, at=NOON, by=Actor.STAFF, **more)
        requests.record(session, request, event)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (EventKind.REOPENED, {"resumes": Status.QUEUED}),
        (EventKind.REOPENED, {"resumes": Status.ACKNOWLEDGED}),
        (EventKind.DELETED, {}),
    ],
)
def test_what_is_opened_again_is_kept_like_any_other(
    office: Office, kind: EventKind, more: dict[str, Status]
) -> None:
    filed = office.sent()
    kept_until = office.filing(filed).purge_on
    record(office, filed, EventKind.CLOSED)
    with office.writing() as session:
        close_filing(session, filed.filing, on=NOON.date(), keep_days=30)
    assert office.filing(filed).purge_on == NOON.date() + 30 * A_DAY

    record(office, filed, kind, **more)

    filing = office.filing(filed)
    assert filing.status is FilingStatus.CONFIRMED
    assert (filing.closed_on, filing.purge_on) == (None, kept_until)


def test_an_answer_that_is_taken_back_closes_the_filing_again(office: Office) -> None:
    filed = office.sent()
    record(office, filed, EventKind.CLOSED)
    record(office, filed, EventKind.DELETED)
    assert office.filing(filed).closed_on is None

    with office.writing() as session:
        retract_entry(
            session,
            office.post.desk,
            filed.requests[0].id,
            len(office.timeline(filed)),
            at=NOON,
            staff_id=new_id(NOON),
        )

    assert office.request(filed).status is Status.CLOSED
    assert office.filing(filed).closed_on == NOON.date()


def test_what_is_taken_back_and_opened_again_can_be_closed_again(
    office: Office,
) -> None:
    filed = office.sent()
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON)
    assert office.filing(filed).status is FilingStatus.WITHDRAWN

    record(office, filed, EventKind.REOPENED, resumes=Status.ACKNOWLEDGED)
    with office.writing() as session:
        withdraw_open(session, office.post.desk, filed.filing, at=NOON + A_DAY)

    filing = office.filing(filed)
    assert filing.status is FilingStatus.WITHDRAWN
    assert filing.closed_on == NOON.date() + A_DAY


def test_what_was_destroyed_does_not_come_back(office: Office) -> None:
    filed = office.sent()
    record(office, filed, EventKind.CLOSED)
    with office.writing() as session:
        close_filing(session, filed.filing, on=NOON.date(), keep_days=30)
    with office.writing() as session:
        purge_filing(session, filed.filing, at=NOON + 30 * A_DAY)

    record(office, filed, EventKind.REOPENED, resumes=Status.ACKNOWLEDGED)

    assert office.filing(filed).closed_on == NOON.date()
