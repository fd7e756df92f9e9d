"""A lost receipt: asked for by anybody, mailed by the worker to whom it belongs."""

import os
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.actions.codes import CodeFault, CodeSent, NoCode, send_code
from app.actions.file_request import Limited
from app.actions.purge import forget_expired
from app.actions.read_filing import find_filing
from app.actions.recover_receipt import Recovered, ask_for_receipt, recover_receipts
from app.domain.receipts import secret_of
from app.store.keys import Keys
from app.store.people import CodePurpose, Recovery
from app.worker import Worker
from tests.conftest import FakeClock
from tests.post_office import MAILBOX, NOON, Office, code_in

MINUTES_11 = timedelta(minutes=11)


@pytest.fixture
def worker(office: Office, now: FakeClock) -> Worker:
    return Worker(office.post, now, now)


def ask(office: Office, email: str = MAILBOX, *, now: FakeClock) -> None:
    with office.writing() as session:
        ask_for_receipt(session, office.post.desk, email, at=now())


def take(
    office: Office, code: str, *, now: FakeClock
) -> Recovered | CodeFault | Limited:
    with office.writing() as session:
        return recover_receipts(session, office.post.desk, MAILBOX, code, at=now())


def code(
    office: Office, filing: UUID, *, ends: bool = False, now: FakeClock
) -> CodeSent | NoCode | Limited:
    desk = office.post.desk
    with office.writing() as session:
        return send_code(session, desk, filing, CodePurpose.READ, ends=ends, at=now())


def test_who_opens_the_mailbox_gets_a_new_receipt(
    office: Office, worker: Worker, now: FakeClock
) -> None:
    filed = office.sent()
    ask(office, MAILBOX.upper(), now=now)
    worker.once()
    [mail] = office.channel.to(MAILBOX)

    done = take(office, code_in(mail), now=now)

    assert isinstance(done, Recovered)
    keys = office.post.desk.keys
    with office.store.reading() as session:
        assert find_filing(session, keys, office.receipt(filed)) is None
        new = find_filing(session, keys, secret_of(done.receipts[0]))
    assert new == filed.filing
    assert take(office, code_in(mail), now=now) is CodeFault.USED


def test_each_asking_is_mailed_once(
    office: Office, worker: Worker, now: FakeClock
) -> None:
    office.sent()
    for _ in range(2):
        ask(office, now=now)
        worker.once()
        worker.once()

    first, second = office.channel.to(MAILBOX)

    assert take(office, code_in(first), now=now) is CodeFault.WRONG
    assert isinstance(take(office, code_in(second), now=now), Recovered)


def test_a_mailbox_gets_three_codes_a_day_and_ten_guesses(
    office: Office, worker: Worker, now: FakeClock
) -> None:
    office.sent(at=NOON - timedelta(days=2))
    told: list[object] = []

    for _ in range(6):
        ask(office, now=now)
        worker.once()
        told += [take(office, "0", now=now) for _ in range(6)]

    assert len(office.channel.to(MAILBOX)) == 3
    assert told.count(CodeFault.WRONG) == 9
    assert told.count(CodeFault.TOO_MANY) == 1
    assert isinstance(told[-1], Limited)


def test_who_holds_the_receipt_gets_codes_whatever_a_stranger_asks_for(
    office: Office, worker: Worker, now: FakeClock
) -> None:
    filed = office.sent(at=NOON - timedelta(days=2))
    for _ in range(12):
        ask(office, now=now)
        worker.once()

    read = [code(office, filed.filing, now=now) for _ in range(11)]

    assert isinstance(read[9], CodeSent)
    assert isinstance(read[10], Limited)
    assert isinstance(code(office, filed.filing, ends=True, now=now), CodeSent)


def test_a_worker_that_comes_too_late_mails_nobody(
    office: Office, worker: Worker, now: FakeClock
) -> None:
    office.sent()
    ask(office, now=now)
    now.at += MINUTES_11

    worker.once()

    assert office.channel.to(MAILBOX) == []


def test_who_filed_under_an_older_key_is_found(office: Office, now: FakeClock) -> None:
    office.sent()
    post, keys = office.post, office.post.desk.keys
    both = Keys((os.urandom(32), *keys._master), keys.epochs)
    office.post = replace(post, desk=replace(post.desk, keys=both))
    ask(office, now=now)

    Worker(office.post, now, now).once()

    [mail] = office.channel.to(MAILBOX)
    assert isinstance(take(office, code_in(mail), now=now), Recovered)


def test_nothing_is_left_of_who_asked(
    office: Office, worker: Worker, now: FakeClock
) -> None:
    ask(office, "somebody@example.org", now=now)
    with office.writing() as session:
        forget_expired(session, at=now() + MINUTES_11)
        assert session.scalar(select(Recovery.tries)) == 0  # the worker has not looked
    worker.once()

    with office.writing() as session:
        forget_expired(session, at=now() + MINUTES_11)
        assert session.scalar(select(Recovery.tries)) is None
