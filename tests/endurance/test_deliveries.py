"""G2: letters to a server that misbehaves, by a worker that dies.

Nothing is lost, and nothing is sent twice but where the outcome could not be known:
there with the same Message-ID, and in the open.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from app.actions.confirm_email import Confirmed, confirm_by_code
from app.actions.deliver import Post, claim_due, deliver
from app.channels.base import Channel, Delivery
from app.channels.email import channel_for
from app.channels.envelope import Envelope
from app.domain.timeline import Status
from app.store import requests
from app.store.keys import Keys
from app.store.outbox import Message, MessageKind, State
from app.store.session import Store
from tests.mail_server import Handler, mail_server
from tests.post_office import NOON, Office, code_in, post_office, read

LETTERS = 200
REFUSES, DROPS, DEFERS, DIES = 0.05, 0.03, 0.05, 0.06
SEED = 1


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
    """Refuses some for good, drops some after it took them, defers some."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance
        self.dropped = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        draw = self.chance.random()
        self.at_data = "250 OK"
        if draw < DROPS:
            self.at_data = None
            self.dropped += 1
        elif draw < DROPS + REFUSES:
            self.at_data = "550 no"
        elif draw < DROPS + REFUSES + DEFERS:
            self.at_data = "451 later"
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with capture_logs():
        yield


def prepared(store: Store, keys: Keys) -> Office:
    """Return a portal in which so many letters wait."""
    office = post_office(store, keys)
    for number in range(LETTERS):
        filed = office.file(resident={"name": "A B", "email": f"a{number}@example.org"})
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
                message.next_try = NOON + timedelta(hours=1)
    return office


def work(post: Post, at: datetime) -> bool:
    """Deliver until nothing is due, or until death."""
    while keys := claim_due(post, at=at):
        for key in keys:
            try:
                deliver(post, key, at=at)
            except DiedError:
                return True
    return False


@pytest.mark.usefixtures("sqlite_only")  # the same on both engines
def test_nothing_is_lost_and_nothing_doubled_in_the_dark(
    store: Store, keys: Keys
) -> None:
    office = prepared(store, keys)
    chance = random.Random(SEED)
    handler = Moody(chance)
    with mail_server(handler) as port:
        mortal = Mortal(channel_for(f"smtp://127.0.0.1:{port}"), chance)
        at, owner = NOON + timedelta(hours=1), 0
        for _ in range(60):
            while work(replace(office.through(mortal), owner=str(owner)), at):
                owner += 1
            at += timedelta(minutes=20)

    letters = [taken for taken in handler.taken if taken[1][0].startswith("privacy@")]
    times = Counter(str(read(raw)["Message-ID"]) for _, _, raw in letters)
    doubled = sum(times.values()) - len(times)
    with office.store.reading() as session:
        rows = session.scalars(
            select(Message).where(Message.kind == MessageKind.LETTER)
        ).all()
        states = Counter(row.state for row in rows)
        statuses = Counter(session.scalars(select(requests.Request.status)))
        silent = [
            row
            for row in rows
            if row.state is State.DONE and row.message_id not in times
        ]
    print(  # noqa: T201 - the figure
        f"G2: {LETTERS} letters, {mortal.deaths} deaths, {handler.dropped} drops:"
        f" {dict(states)}, {doubled} doubled, seed {SEED}"
    )
    assert mortal.deaths > 5
    assert handler.dropped > 2
    assert len(rows) == LETTERS
    assert set(states) <= {State.DONE, State.FAILED, State.UNKNOWN}
    assert silent == []
    assert doubled <= mortal.deaths + handler.dropped
    assert statuses[Status.SENT] == states[State.DONE]
    assert statuses[Status.UNDELIVERABLE] == states[State.FAILED]
    assert statuses[Status.QUEUED] == states[State.UNKNOWN]
    assert all(row.unknowns for row in rows if times[row.message_id] > 1)
