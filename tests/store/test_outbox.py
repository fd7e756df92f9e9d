"""What must leave, once."""

import multiprocessing
import os
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.store import outbox
from app.store.base import new_id
from app.store.keys import Keys
from app.store.outbox import LEASE, Message, State
from app.store.people import Recovery, Reseal
from app.store.session import Store
from app.store.staff import Reveal, Role, Staff
from tests.filings import NOON, Made, make_filing, make_message
from tests.store.claiming import Key, claimed

A_MINUTE = timedelta(minutes=1)
CLAIMS = int(os.environ.get("EFFACE_TEST_CLAIMS", "300"))
"""``EFFACE_TEST_CLAIMS=2000`` is the full size."""


@pytest.fixture
def made(store: Store, keys: Keys) -> Made:
    """One filing: a mail to the resident, a letter to a vendor, both due at noon."""
    with store.writing() as session:
        return make_filing(session, keys)


def take(store: Store, owner: str, at: datetime = NOON) -> Sequence[Key]:
    with store.writing() as session:
        return outbox.claim(session, at=at, owner=owner)


def fill(store: Store, keys: Keys, count: int) -> None:
    with store.writing() as session:
        made = make_filing(session, keys)
        session.execute(update(Message).values(state=State.DONE))
        for _ in range(count):
            make_message(session, made.id, new_id(NOON))


def put(store: Store, key: Key, **values: object) -> None:
    with store.writing() as session:
        session.execute(
            update(Message)
            .where(Message.filing_id == key[0], Message.id == key[1])
            .values(**values)
        )


def test_a_message_is_claimed_by_one_worker(store: Store, made: Made) -> None:
    first, second = take(store, "one"), take(store, "two")

    assert {key[1] for key in first} == set(made.messages)
    assert second == []


def test_what_is_not_due_waits(store: Store, made: Made) -> None:
    assert take(store, "one", NOON - A_MINUTE) == []


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED])
def test_what_has_ended_is_not_claimed(store: Store, made: Made, state: State) -> None:
    for message in made.messages:
        put(store, (made.id, message), state=state)

    assert take(store, "one") == []


@pytest.mark.parametrize("state", [State.WAITING, State.SENDING, State.UNKNOWN])
def test_a_lease_that_ran_out_lets_another_worker_in(
    store: Store, made: Made, state: State
) -> None:
    take(store, "one")
    for message in made.messages:
        put(store, (made.id, message), state=state)

    assert take(store, "two", NOON + LEASE) == []
    assert len(take(store, "two", NOON + LEASE + A_MINUTE)) == 2


def test_a_claim_takes_no_more_than_it_may(store: Store, made: Made) -> None:
    with store.writing() as session:
        assert len(outbox.claim(session, at=NOON, owner="one", limit=1)) == 1


def test_only_its_owner_gets_a_claimed_message(store: Store, made: Made) -> None:
    (key, _) = take(store, "one")

    with store.writing() as session:
        assert outbox.ours(session, key, owner="two") is None
        assert outbox.ours(session, key, owner="one") is not None
        assert outbox.ours(session, (key[0], new_id(NOON)), owner="one") is None


def test_a_worker_that_lost_its_lease_sees_that(store: Store, made: Made) -> None:
    (key, _) = take(store, "one")
    with store.writing() as session:
        assert outbox.ours(session, key, owner="one") is not None
    take(store, "two", NOON + LEASE + A_MINUTE)

    with store.writing() as session:
        assert outbox.ours(session, key, owner="one") is None


def test_settling_destroys_what_the_message_said(store: Store, made: Made) -> None:
    key = (made.id, made.messages[0])
    take(store, "one")
    with store.writing() as session:
        message = outbox.ours(session, key, owner="one")
        assert message is not None
        assert message.thing is not None
        outbox.settle(message, State.DONE, at=NOON)

    with store.reading() as session:
        row = session.get_one(Message, key)
        assert (row.state, row.done_at, row.owner) == (State.DONE, NOON, None)
        assert (row.sealed, row.key_epoch, row.key_receipt) == (None, None, None)


def test_the_same_thing_is_queued_once(store: Store, made: Made) -> None:
    with store.writing() as session:
        make_message(session, made.id, new_id(NOON), dedupe="code 1")

    with pytest.raises(IntegrityError), store.writing() as session:
        make_message(session, made.id, new_id(NOON), dedupe="code 1")


def test_two_filings_may_queue_the_same_thing(store: Store, keys: Keys) -> None:
    with store.writing() as session:
        for _ in range(2):
            made = make_filing(session, keys)
            make_message(session, made.id, new_id(NOON), dedupe="confirm")


def test_cancelling_stops_what_waits_and_destroys_it(store: Store, made: Made) -> None:
    sent = (made.id, made.messages[1])
    put(store, sent, state=State.SENDING)
    with store.writing() as session:
        outbox.cancel_waiting(session, made.id, at=NOON)

    with store.reading() as session:
        mail = session.get_one(Message, (made.id, made.messages[0]))
        assert (mail.state, mail.sealed, mail.done_at) == (State.CANCELLED, None, NOON)
        assert session.get_one(Message, sent).state is State.SENDING


def test_cancelling_one_request_leaves_the_others(store: Store, keys: Keys) -> None:
    with store.writing() as session:
        made = make_filing(session, keys, vendors=("a", "b"))
        outbox.cancel_waiting(session, made.id, at=NOON, request_id=made.requests[0])

    with store.reading() as session:
        states = {
            row.request_id: row.state
            for row in session.scalars(
                select(Message).where(Message.filing_id == made.id)
            )
        }
    assert states == {
        None: State.WAITING,
        made.requests[0]: State.CANCELLED,
        made.requests[1]: State.WAITING,
    }


def test_threads_never_claim_a_message_twice(store: Store, keys: Keys) -> None:
    fill(store, keys, 300)

    with ThreadPoolExecutor(4) as pool:
        got = pool.map(lambda n: claimed(store.url, f"w{n}", NOON, 7), range(4))
        times = Counter(key for keys_of_one in got for key in keys_of_one)

    assert len(times) == 300
    assert set(times.values()) == {1}


def test_processes_never_claim_a_message_twice(store: Store, keys: Keys) -> None:
    fill(store, keys, CLAIMS)

    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        got = pool.map(
            claimed,
            [store.url] * 4,
            [f"worker {n}" for n in range(4)],
            [NOON] * 4,
            [3] * 4,
        )
        each = list(got)
    times = Counter(key for keys_of_one in each for key in keys_of_one)
    twice = sum(count > 1 for count in times.values())
    print(  # noqa: T201 - the figure
        f"{len(times)} jobs claimed by {len(each)} processes"
        f" ({', '.join(str(len(keys_of_one)) for keys_of_one in each)}):"
        f" {twice} claimed twice"
    )

    assert len(times) == CLAIMS
    assert twice == 0


def test_a_claim_does_not_wait_for_another(postgres_only: Store, keys: Keys) -> None:
    fill(postgres_only, keys, 10)

    with postgres_only.writing() as one, postgres_only.writing() as two:
        two.execute(text("SET LOCAL lock_timeout = '2s'"))
        first = outbox.claim(one, at=NOON, owner="one", limit=4)
        second = outbox.claim(two, at=NOON, owner="two", limit=10)

    assert len(first) == 4
    assert len(second) == 6
    assert not set(first) & set(second)


def test_a_claim_reads_the_index_and_not_what_has_long_left(
    store: Store, keys: Keys
) -> None:
    fill(store, keys, 20)
    asked: list[tuple[str, Any]] = []

    def note(
        _c: object, _k: object, statement: str, values: object, *_: object
    ) -> None:
        asked.append((statement, values))

    event.listen(store.writers, "before_cursor_execute", note)
    take(store, "one")
    chosen = next(one for one in asked if re.match(r"SELECT outbox", one[0]))

    with store.writers.connect() as connection:
        if store.sqlite:
            explain = "EXPLAIN QUERY PLAN "
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
            explain = "EXPLAIN "
        plan = str(connection.exec_driver_sql(explain + chosen[0], chosen[1]).all())
    assert "ix_outbox_due" in plan
    assert "SCAN outbox'" not in plan


def test_what_was_not_begun_can_be_given_back(store: Store, made: Made) -> None:
    begun, *_ = keys = take(store, "one")
    put(store, begun, state=State.SENDING)
    with store.writing() as session:
        outbox.let_go(session, keys, owner="two")
    assert take(store, "two") == []

    with store.writing() as session:
        outbox.let_go(session, keys, owner="one")
    assert take(store, "two") == [key for key in keys if key != begun]


def test_what_a_worker_that_is_gone_had_is_free_at_once(
    store: Store, made: Made
) -> None:
    begun, other = take(store, "gone")
    put(store, begun, state=State.SENDING)
    put(store, other, state=State.DONE)
    with store.writing() as session:
        outbox.let_go_of_others(session, owner="gone")
    assert take(store, "next") == []

    with store.writing() as session:
        outbox.let_go_of_others(session, owner="next")
    assert take(store, "next") == [begun]


def test_it_is_known_whether_anything_is_due(store: Store, made: Made) -> None:
    def due(at: datetime) -> bool:
        with store.reading() as session:
            return outbox.anything_due(session, at=at)

    assert due(NOON)
    assert not due(NOON - A_MINUTE)
    take(store, "one")
    assert not due(NOON)
    assert due(NOON + LEASE + A_MINUTE)
    for message in made.messages:
        put(store, (made.id, message), state=State.DONE)
    assert not due(NOON + LEASE + A_MINUTE)


def test_one_worker_holds_the_lease(store: Store) -> None:
    def lease(owner: str, at: datetime) -> bool:
        with store.writing() as session:
            return outbox.take_lease(
                session, "worker", owner=owner, at=at, lasts=A_MINUTE
            )

    assert lease("one", NOON)
    assert not lease("two", NOON)
    assert lease("one", NOON + A_MINUTE / 2)
    assert not lease("two", NOON + A_MINUTE)
    assert lease("two", NOON + 2 * A_MINUTE)


def test_a_lease_that_is_given_back_is_free(store: Store) -> None:
    with store.writing() as session:
        outbox.take_lease(session, "worker", owner="one", at=NOON, lasts=A_MINUTE)
        outbox.give_back(session, "worker", owner="two")
        assert not outbox.take_lease(
            session, "worker", owner="two", at=NOON, lasts=A_MINUTE
        )
        outbox.give_back(session, "worker", owner="one")
        assert outbox.take_lease(
            session, "worker", owner="two", at=NOON, lasts=A_MINUTE
        )
        outbox.give_back(session, "nobody's", owner="one")


def _lost_by(mailbox: bytes) -> Recovery:
    return Recovery(
        mailbox=mailbox, known_as=mailbox, asked_at=NOON, expires_at=NOON, tries=0
    )


def test_the_worker_is_told_of_small_things(store: Store, made: Made) -> None:
    def waits() -> bool:
        with store.reading() as session:
            return outbox.anything_small(session)

    assert not waits()
    with store.writing() as session:
        session.add(Reseal(filing_id=made.id, asked_at=NOON))
    assert waits()
    with store.writing() as session:
        session.delete(session.get_one(Reseal, made.id))
        session.add(_lost_by(b"a mailbox"))
    assert waits()
    with store.writing() as session:
        session.get_one(Recovery, b"a mailbox").asked_at = None
        _ask_to_see(session, made)
    assert waits()
    with store.writing() as session:
        session.execute(update(Reveal).values(answered_at=NOON))
    assert not waits()


def _ask_to_see(session: Session, made: Made) -> UUID:
    staff_id, reveal_id = new_id(NOON), new_id(NOON)
    staff = dict.fromkeys(("password_hash", "enrolled_at", "disabled_at"))
    session.execute(
        insert(Staff.__table__),
        staff
        | {
            "id": staff_id,
            "email": "staff@example.org",
            "role": Role.ADMIN,
            "last_sign_in": None,
        },
    )
    session.execute(
        insert(Reveal.__table__),
        {
            "id": reveal_id,
            "filing_id": made.id,
            "request_id": made.requests[0],
            "staff_id": staff_id,
            "public_key": bytes(32),
            "answer": None,
            "asked_at": NOON,
            "answered_at": None,
            "expires_at": NOON + A_MINUTE,
        },
    )
    return reveal_id
