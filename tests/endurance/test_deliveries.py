"""G2: letters to a server that misbehaves, by a worker that dies.

Nothing is lost, and nothing is sent twice but where the outcome could not be known:
there with the same Message-ID, and in the open. The server refuses, defers, drops the
line after it took a letter, or takes it and is silent. ``EFFACE_TEST_LETTERS=10000`` is
the full size; from 400 on it is done on both engines.
"""

import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from app.actions.confirm_email import Confirmed, confirm_by_code
from app.actions.deliver import Post, claim_due, deliver
from app.channels.base import Channel, Delivery
from app.channels.email import channel_for
from app.channels.envelope import Envelope
from app.domain.timeline import Status
from app.store import requests
from app.store.keys import Keys
from app.store.outbox import LIVE, Message, MessageKind, State, WorkerLease
from app.store.session import Store
from tests.endurance.children import LOOK, Child
from tests.endurance.children import PATIENCE as PATIENT
from tests.mail_server import Handler, mail_server
from tests.post_office import NOON, PROBE, Office, code_in, post_office, read

LETTERS = int(os.environ.get("EFFACE_TEST_LETTERS", "30"))
FULL = LETTERS >= 400
"""On both engines; else on the one whose processes start sooner."""
KILLS = min(max(LETTERS // 10, 3), 400)
REFUSES, DROPS, DEFERS, DIES = 0.05, 0.03, 0.05, 0.06
STALLS = min(0.03, 90 / LETTERS)
"""No more than 90: each takes as long as the worker's patience."""
PATIENCE = 1
"""Seconds for which the worker waits for the server's last word."""
SEED = 1
OF_EACH = 40
"""Letters to one vendor: more would wait for hours where its server keeps failing."""
VENDORS = [f"probe-{number}" for number in range(max(1, LETTERS // OF_EACH))]
MAILBOXES = {f"privacy@{slug}.example.org": slug for slug in VENDORS}
BEGIN = NOON + timedelta(hours=1)
A_LEASE = timedelta(minutes=7)
"""For which a message stays with a worker that has died."""
ONE_LETTER = 0.06
"""Seconds over which a kill is spread, to hit a letter at any of its steps."""
TURNS = KILLS + 80
WHOLE = max(PATIENT, LETTERS / 5)
"""Seconds in which a worker that nobody kills has sent all that is due."""


class DiedError(BaseException):
    """The worker is gone, whatever it was doing."""


@dataclass
class Mortal:
    """A way out whose user may die before it sends, or after, and never hears."""

    channel: Channel
    chance: random.Random
    deaths: int = 0

    @property
    def longest(self) -> timedelta:
        return self.channel.longest

    def send(self, envelope: Envelope) -> Delivery:
        draw = self.chance.random()
        if draw < DIES / 2:
            self.deaths += 1
            raise DiedError
        came = self.channel.send(envelope)
        if draw < DIES:
            self.deaths += 1
            raise DiedError
        return came


class Moody(Handler):
    """Refuses some for good, defers some; some it takes without a word."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance
        self.heard = 0
        self.dropped: list[str] = []
        """Message-IDs of letters that were taken without a word."""
        self.stalled = 0
        """How many of those: the line stayed open, and nothing came."""

    def letters(self) -> list[Any]:
        """Return the letters that it took, as a vendor reads them."""
        return [read(raw) for _, to, raw in self.taken if {*to} <= MAILBOXES.keys()]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.heard += 1
        draw = self.chance.random()
        self.at_data, self.stalls = "250 OK", 0
        if draw < DROPS + STALLS:
            self.at_data = None
            letter = {*envelope.rcpt_tos} <= MAILBOXES.keys()
            if letter:
                mail = read(envelope.original_content)
                self.dropped.append(str(mail["Message-ID"]))
            if letter and draw >= DROPS:
                self.stalled += 1
                self.stalls = PATIENCE + 0.3
        elif draw < DROPS + STALLS + REFUSES:
            self.at_data = "550 no"
        elif draw < DROPS + STALLS + REFUSES + DEFERS:
            self.at_data = "451 later"
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with capture_logs():
        yield


def prepared(store: Store, keys: Keys) -> Office:
    """Return a portal in which so many letters wait."""
    vendors = [
        {**PROBE, "slug": slug, "routes": [{"kind": "email", "address": mailbox}]}
        for mailbox, slug in MAILBOXES.items()
    ]
    office = post_office(store, keys, vendors=vendors)
    for number in range(LETTERS):
        filed = office.file(
            resident={"name": "A B", "email": f"a{number}@example.org"},
            vendors=[VENDORS[number % len(VENDORS)]],
        )
        key = (filed.filing, office.messages(filed)[0].id)
        [ours] = claim_due(office.post, at=NOON)
        assert ours == key
        deliver(office.post, ours, at=NOON)
        code = code_in(read(office.channel.sent[-1].message.as_bytes()))
        with office.writing() as session:
            done = confirm_by_code(
                session, office.post.desk, filed.filing, code, at=NOON
            )
            assert isinstance(done, Confirmed)
            for message in session.scalars(
                select(Message).where(
                    Message.filing_id == filed.filing, Message.state == State.WAITING
                )
            ):
                message.next_try = BEGIN
    return office


def address_of(port: int) -> str:
    return f"smtp://127.0.0.1:{port}?patience={PATIENCE}"


def work(post: Post, at: datetime) -> bool:
    """Deliver until nothing is due, or until death."""
    while keys := claim_due(post, at=at):
        for key in keys:
            try:
                deliver(post, key, at=at)
            except DiedError:
                return True
    return False


def same_in_the_end(
    office: Office, handler: Moody, deaths: int, in_the_act: int
) -> None:
    """Compare what the server took with what the portal says of each letter."""
    letters = handler.letters()
    times = Counter(str(letter["Message-ID"]) for letter in letters)
    names = defaultdict(set)
    for letter in letters:
        names[str(letter["Reply-To"])].add(str(letter["Message-ID"]))
    doubled = times.total() - len(times)
    with office.store.reading() as session:
        rows = session.scalars(
            select(Message).where(Message.kind == MessageKind.LETTER)
        ).all()
        states = Counter(row.state for row in rows)
        statuses = Counter(session.scalars(select(requests.Request.status)))
    unknown = {row.message_id for row in rows if row.unknowns}
    lost = [
        row for row in rows if row.state is State.DONE and row.message_id not in times
    ]
    print(  # noqa: T201 - the figure
        f"G2: {LETTERS} letters, {deaths} deaths, {in_the_act} in the act,"
        f" {len(handler.dropped)} taken without a word ({handler.stalled} in silence):"
        f" { {str(state): count for state, count in states.items()} },"
        f" {len(unknown)} were unknown, {len(lost)} lost, {doubled} doubled"
    )
    assert len(rows) == LETTERS
    assert set(states) <= {State.DONE, State.FAILED, State.UNKNOWN}
    assert statuses[Status.SENT] == states[State.DONE]
    assert statuses[Status.UNDELIVERABLE] == states[State.FAILED]
    assert statuses[Status.QUEUED] == states[State.UNKNOWN]
    assert lost == []
    assert doubled <= deaths + len(handler.dropped)
    assert {one for one, count in times.items() if count > 1} <= unknown
    assert set(handler.dropped) <= unknown
    assert len(unknown) <= deaths + len(handler.dropped)
    assert all(len(ids) == 1 for ids in names.values())
    assert set(times) <= {row.message_id for row in rows}


@pytest.mark.usefixtures("store" if FULL else "sqlite_only")
def test_nothing_is_lost_and_nothing_doubled_in_the_dark(
    store: Store, keys: Keys
) -> None:
    office = prepared(store, keys)
    chance = random.Random(SEED)
    handler = Moody(chance)
    with mail_server(handler) as port:
        mortal = Mortal(channel_for(address_of(port)), chance)
        at, owner = BEGIN, 0
        for _ in range(60):
            while work(replace(office.through(mortal), owner=str(owner)), at):
                owner += 1
            at += timedelta(minutes=20)

    assert mortal.deaths
    same_in_the_end(office, handler, mortal.deaths, mortal.deaths)


def due(store: Store) -> datetime | None:
    """Return when the last letter is due that waits for no person."""
    with store.reading() as session:
        return session.scalar(
            select(func.max(Message.next_try)).where(
                Message.kind == MessageKind.LETTER,
                LIVE,
                Message.next_try < NOON + timedelta(days=365),
            )
        )


def die(worker: Child, handler: Moody) -> bool:
    """Kill a worker in the middle of its work; return whether it was not done yet."""
    last = handler.heard + random.randrange(2 * LETTERS // KILLS)
    while worker.code is None and handler.heard < last:
        time.sleep(LOOK)
    time.sleep(random.uniform(0, ONE_LETTER))
    return worker.kill()


def caught(store: Store) -> set[UUID]:
    """Return the letters that dead workers were sending, and let their lease end.

    For that lease others would wait by the wall's clock.
    """
    with store.writing() as session:
        session.execute(update(WorkerLease).values(until=NOON - timedelta(days=9999)))
        return set(
            session.scalars(
                select(Message.id).where(
                    Message.kind == MessageKind.LETTER, Message.state == State.SENDING
                )
            )
        )


@pytest.mark.kills
@pytest.mark.usefixtures("store" if FULL else "sqlite_only")
def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing_in_the_dark(
    store: Store, keys: Keys, tmp_path: Path
) -> None:
    office = prepared(store, keys)
    handler = Moody(random.Random())
    deaths = turns = in_the_act = 0
    sending: set[UUID] = set()
    at: datetime | None = BEGIN
    with mail_server(handler) as port:
        settings = {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": store.url,
            "MAIL_URL": address_of(port),
            "VENDOR_LETTERS": "100000",  # so that they leave together
        }
        while at is not None:
            words = ("worker", "--once", "--now", at.isoformat())
            worker = Child(words, settings, tmp_path / "log")
            if deaths < KILLS and die(worker, handler):
                deaths += 1
                left, sending = sending, caught(store)
                in_the_act += len(sending - left)
                at += A_LEASE
                continue
            assert worker.wait(WHOLE) == 0, worker.log.read_text()
            turns += 1
            assert turns < TURNS
            following = due(store)
            at = following and max(at, following)

    assert deaths
    same_in_the_end(office, handler, deaths, in_the_act)
