"""The loop: it does what is due, alone where it must be, and outlives bad rows."""

import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from structlog.testing import capture_logs

from app.actions.deliver import claim_due
from app.actions.portal import DRAFT_LIVES
from app.actions.prepare_filing import Filed
from app.actions.receive import Letterbox
from app.actions.recover_receipt import new_receipt
from app.channels.base import Delivery
from app.channels.mail_in import Arrived, InboxError
from app.channels.mail_reader import MailReader
from app.domain.authenticity import Authenticity
from app.domain.timeline import Status
from app.store import outbox, people
from app.store.audit import AuditEntry
from app.store.base import new_id
from app.store.inbox import InboxMessage
from app.store.keys import Keys
from app.store.outbox import MessageKind, State, WorkerLease
from app.store.people import FilingStatus, Reseal
from app.store.session import Store
from app.worker import BEGUN, Worker
from tests.conftest import FakeClock, Probed
from tests.letterbox import DOMAIN, SELECTOR, Names, Waiting, key, mail, signed
from tests.post_office import MAILBOX, NOON, TYPED, Office, post_office

VENDOR = "privacy@probe.example.org"
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def office(store: Store, keys: Keys, probed: Probed) -> Office:
    return post_office(store, keys, known=probed.directory)


@pytest.fixture
def worker(office: Office, now: FakeClock) -> Worker:
    return Worker(office.post, now, now)


def test_once_does_all_that_is_due(
    office: Office, worker: Worker, now: FakeClock
) -> None:
    filed, forgotten = office.confirmed(), office.file(residence="US-NY")
    now.at = NOON + 2 * A_DAY

    worker.once()

    assert office.request(filed).status is Status.SENT
    assert office.filing(forgotten).status is FilingStatus.EXPIRED
    assert len(office.channel.to(VENDOR)) == 1
    assert len(office.channel.to(MAILBOX)) == 1


def test_a_whole_life_is_told_by_mail_and_ends_in_nothing(
    office: Office, worker: Worker, now: FakeClock
) -> None:
    filed = office.confirmed()
    for day in range(0, 760, 6):
        now.at = NOON + day * A_DAY
        worker.once()

    subjects = [m.kind for m in office.messages(filed) if m.state is State.DONE]
    assert subjects == ["confirm", "letter", "sent", "due_soon", "overdue"]
    assert office.request(filed).status is Status.CLOSED
    filing = office.filing(filed)
    assert filing.closed_on is not None
    assert filing.purged_at is not None
    assert filing.purged_at.date() == filing.closed_on + timedelta(days=30)


def test_a_running_worker_writes_due_mail_within_five_seconds(
    office: Office, worker: Worker
) -> None:
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        office.file()
        until = time.monotonic() + 5
        while not office.channel.sent and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        worker.stop()
        thread.join(10)

    assert [e.recipient for e in office.channel.sent] == [MAILBOX]
    assert not thread.is_alive()


def test_one_bad_row_stops_nothing_else(
    office: Office, worker: Worker, logged: list[MutableMapping[str, Any]]
) -> None:
    bad = office.confirmed()
    with office.writing() as session:
        session.execute(
            update(outbox.Message)
            .where(
                outbox.Message.filing_id == bad.filing,
                outbox.Message.kind == MessageKind.LETTER,
            )
            .values(letter_id=new_id(NOON))
        )

    good = office.file()

    worker.once()

    assert office.messages(good)[0].state is State.DONE
    assert office.request(bad).status is not Status.SENT
    assert logged
    assert not any(secret in repr(logged) for secret in (TYPED, MAILBOX, VENDOR))


def test_a_chore_that_fails_keeps_no_other_from_being_done(
    office: Office,
    worker: Worker,
    now: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filed = office.file()
    with office.writing() as session:
        session.add(
            people.Draft(
                id=new_id(NOON),
                sealed=b"x",
                expires_at=NOON + DRAFT_LIVES,
                filing_id=None,
            )
        )
        session.execute(
            update(people.Filing)
            .where(people.Filing.id == filed.filing)
            .values(receipt_public=b"no key")
        )
        session.execute(
            update(outbox.Message).values(owner=None, dedupe="odd", state=State.WAITING)
        )
        session.add(Reseal(filing_id=filed.filing, asked_at=NOON))
    now.at = NOON + timedelta(days=1, minutes=1)

    worker.once()

    with office.store.reading() as session:
        assert session.scalar(select(people.Draft.id)) is None
    assert office.filing(filed).status is FilingStatus.EXPIRED


def test_the_lease_is_given_back_after_each_turn(
    office: Office, worker: Worker
) -> None:
    office.file()
    worker.once()

    with office.store.reading() as session:
        assert session.scalar(select(WorkerLease.name)) is None


@pytest.mark.usefixtures("sqlite_only")  # on PostgreSQL workers work side by side
def test_once_waits_for_a_worker_that_is_at_it(office: Office, now: FakeClock) -> None:
    office.file()
    with office.writing() as session:
        outbox.take_lease(
            session, "worker", owner="other", at=NOON, lasts=timedelta(hours=1)
        )

    with pytest.raises(TimeoutError):
        Worker(office.post, now, now).once(patience=0)

    assert office.channel.sent == []


def test_acting_as_at_another_time_keeps_no_later_worker_out(
    office: Office, now: FakeClock
) -> None:
    far = FakeClock(NOON + 365 * A_DAY)
    Worker(office.post, far, now).once()
    filed = office.file()

    Worker(replace(office.post, owner="two"), now, now).once()

    assert office.messages(filed)[0].state is State.DONE


@pytest.mark.usefixtures("sqlite_only")  # on PostgreSQL the other may be alive
def test_what_a_dead_worker_had_claimed_is_taken_up_at_once(
    office: Office, now: FakeClock
) -> None:
    office.file()
    claim_due(replace(office.post, owner="dead"), at=NOON)

    Worker(office.post, now, now).once()

    assert len(office.channel.sent) == 1


def test_a_worker_that_is_stopped_lets_go_of_what_it_did_not_begin(
    office: Office, worker: Worker, now: FakeClock
) -> None:
    for number in range(3):
        office.file(resident={"name": "A B", "email": f"a{number}@example.org"})
    office.channel.watch = worker.stop
    worker.run()
    assert len(office.channel.sent) == 1

    Worker(replace(office.post, owner="two"), now, now).once()

    assert len(office.channel.sent) == 3


def test_a_lost_receipt_is_made_good_by_the_worker(
    office: Office, worker: Worker
) -> None:
    filed = office.sent()
    with office.writing() as session:
        new_receipt(session, office.post.desk, filed.filing, at=NOON)

    worker.once()

    with office.store.reading() as session:
        assert session.scalar(select(Reseal.filing_id)) is None


def test_an_idle_worker_writes_nothing(
    office: Office, worker: Worker, now: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.once()

    def refuse() -> None:
        raise AssertionError("an idle turn wrote")

    monkeypatch.setattr(office.store, "writing", refuse)
    now.at += timedelta(seconds=10)

    assert worker._turn() is False


def test_mail_that_cannot_leave_does_not_keep_other_mail_back(
    office: Office, worker: Worker
) -> None:
    for number in range(30):
        office.file(resident={"name": "A B", "email": f"a{number}@example.org"})
    office.channel.answers = [Delivery.DEFERRED] * 25

    worker.once()

    assert len(office.channel.sent) == 30


def sealed_to(office: Office, filed: Filed) -> str | None:
    with office.store.reading() as session:
        return session.get_one(people.Person, filed.filing).epoch


def test_a_new_month_has_its_own_key_and_whoever_seals_takes_it(
    office: Office, worker: Worker, now: FakeClock, keys: Keys, client: TestClient
) -> None:
    """The pages run on, and get no more of the new key than its public half."""
    before = office.sent()
    now.at = NOON + 8 * A_DAY

    worker.once()
    body = {
        "residence": "US-CA",
        "vendors": ["spokeo"],
        "resident": {"name": TYPED, "email": "december@example.org"},
    }
    with without_private_keys(keys):
        headers = {"Idempotency-Key": "december-filing-1"}
        answer = client.post("/api/v1/filings", json=body, headers=headers)
        assert answer.status_code == 201
    worker.once()

    with office.store.reading() as session:
        epochs = list(session.scalars(select(people.Person.epoch)))
        wrote = select(AuditEntry.subject).where(AuditEntry.action == BEGUN)
        begun = session.scalars(wrote).all()
    assert sealed_to(office, before) == "2026-11"
    assert sorted(map(str, epochs)) == ["2026-11", "2026-12"]
    assert begun == ["2026-12"]
    assert len(office.channel.to("december@example.org")) == 1


@contextmanager
def without_private_keys(keys: Keys) -> Iterator[None]:
    """Let the private halves be where only the worker reaches them."""
    away = [
        (file, file.with_suffix(".away")) for file in keys.epochs.glob("[0-9]*.key")
    ]
    for file, elsewhere in away:
        file.rename(elsewhere)
    yield
    for file, elsewhere in away:
        elsewhere.rename(file)


def test_a_month_begins_once(office: Office, now: FakeClock, keys: Keys) -> None:
    for day in (8, 9, 30, 39):
        now.at = NOON + day * A_DAY
        Worker(office.post, now, now).once()

    names = sorted(file.stem for file in keys.epochs.glob("[0-9]*.pub"))
    assert names == ["2026-11", "2026-12", "2027-01"]


def test_acting_as_at_another_time_begins_no_month(
    office: Office, now: FakeClock, keys: Keys
) -> None:
    """A key of a month to come would be sealed to until that month."""
    far = FakeClock(NOON + 365 * A_DAY)

    Worker(office.post, far, now).once()

    assert [file.stem for file in keys.epochs.glob("[0-9]*.pub")] == ["2026-11"]


def test_a_folder_that_takes_no_key_stops_nothing(
    office: Office,
    worker: Worker,
    now: FakeClock,
    keys: Keys,
    logged: list[MutableMapping[str, Any]],
) -> None:
    (keys.epochs / "2026-12.key").mkdir()
    filed = office.file()
    now.at = NOON + 8 * A_DAY

    worker.once()

    assert office.filing(filed).status is FilingStatus.EXPIRED
    assert "no key epoch begun" in {entry["event"] for entry in logged}
    assert keys.epoch.name == "2026-11"


class Shut(Waiting):
    """A mailbox that cannot be read."""

    looks = 0

    def arrived(self) -> Iterator[Arrived]:
        self.looks += 1
        raise InboxError("the server cannot be reached")


def test_a_mailbox_that_cannot_be_read_is_left_alone_for_a_while(
    office: Office,
    now: FakeClock,
    logged: list[MutableMapping[str, Any]],
) -> None:
    shut = Shut()
    box = Letterbox(shut, MailReader(), Names())
    worker = Worker(office.post, now, now, box)
    office.confirmed()

    for seconds in (0, 60, 240, 301):
        now.at = NOON + timedelta(seconds=seconds)
        worker._turn()

    assert shut.looks == 2
    assert len(office.channel.to(VENDOR)) == 1
    assert [e["why"] for e in logged if e["event"] == "inbox cannot be read"] == [
        "the server cannot be reached"
    ] * 2


def test_a_running_worker_looks_for_mail_and_for_keys(
    office: Office, now: FakeClock
) -> None:
    filed = office.sent()
    name = f"{SELECTOR}._domainkey.{DOMAIN}"
    names = Names({name: None})
    waiting = Waiting(
        [signed(mail(f"{office.request(filed).reply_to}@reply.example.org"))]
    )
    worker = Worker(office.post, now, now, Letterbox(waiting, MailReader(), names))

    worker.once()
    names.records = {name: key()[1]}
    now.at = NOON + timedelta(minutes=11)
    worker.once()

    with office.store.reading() as session:
        found = session.scalars(select(InboxMessage.authenticity)).all()
    assert found == [Authenticity.AUTHENTIC]
    assert names.asked == [name, name]
