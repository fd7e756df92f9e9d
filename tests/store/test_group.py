"""SQLite's group commit: whoever is told "done" is, whatever happens to the others."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from threading import Event
from typing import Any

import anyio
import pytest
from sqlalchemy import delete, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.store.base import new_id
from app.store.limits import Rate
from app.store.people import Receipt
from app.store.session import Store
from tests.filings import NOON

pytestmark = pytest.mark.usefixtures("sqlite_only")

Write = Callable[[Session], Any]


def keep(name: str) -> Write:
    """Return a writing action that keeps one row, and returns its name."""

    def act(session: Session) -> str:
        session.execute(insert(Rate.__table__), {"key": name.encode(), "until": NOON})
        return name

    return act


def kept(store: Store) -> set[str]:
    with store.reading() as session:
        return {key.decode() for key in session.scalars(select(Rate.key))}


def together(store: Store, *actions: Write) -> list[Any]:
    """Run actions that wait together; return what each is answered, or its error."""
    go = Event()

    async def all_at_once() -> list[Any]:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        def hold(_: Session) -> None:
            loop.call_soon_threadsafe(begun.set)
            go.wait(10)

        first = asyncio.create_task(store.write(hold))
        await begun.wait()
        tasks = [asyncio.create_task(store.write(action)) for action in actions]
        await asyncio.sleep(0)  # each has begun to wait
        go.set()
        await first
        return await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(all_at_once())


def test_those_who_wait_share_one_commit(store: Store) -> None:
    commits: list[object] = []
    event.listen(store.writers, "commit", commits.append)

    answers = together(store, *(keep(str(n)) for n in range(10)))

    assert answers == [str(n) for n in range(10)]
    assert kept(store) == set(answers)
    assert len(commits) == 1


def test_an_error_takes_back_its_own_rows_alone(store: Store) -> None:
    def fail(session: Session) -> None:
        keep("half done")(session)
        raise LookupError("mine")

    answers = together(store, keep("before"), fail, keep("after"))

    assert answers[0] == "before"
    assert answers[2] == "after"
    assert isinstance(answers[1], LookupError)
    assert kept(store) == {"before", "after"}


def test_a_taken_key_is_its_own_writers_error(store: Store) -> None:
    answers = together(store, keep("one"), keep("one"), keep("two"))

    assert answers[0] == "one"
    assert isinstance(answers[1], IntegrityError)
    assert answers[2] == "two"
    assert kept(store) == {"one", "two"}


def test_what_only_the_commit_refuses_harms_nobody_else(store: Store) -> None:
    def orphan(session: Session) -> None:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        row = {"hash": b"orphan", "filing_id": new_id(NOON)}
        session.execute(insert(Receipt.__table__), row)

    answers = together(store, keep("before"), orphan, keep("after"))

    assert answers[0] == "before"
    assert isinstance(answers[1], IntegrityError)
    assert answers[2] == "after"
    assert kept(store) == {"before", "after"}


def test_an_action_that_ends_the_transaction_loses_nobody_elses_rows(
    store: Store,
) -> None:
    def end(session: Session) -> None:
        keep("gone")(session)
        statement = "INSERT OR ROLLBACK INTO rate (key, until) VALUES (:key, :until)"
        session.execute(text(statement), {"key": b"gone", "until": str(NOON)})

    answers = together(store, keep("before"), end, keep("after"))

    assert answers[0] == "before"
    assert isinstance(answers[1], IntegrityError)
    assert answers[2] == "after"
    assert kept(store) == {"before", "after"}


class Panic(BaseException):
    """What no action should raise."""


@pytest.mark.parametrize("wrong", [Panic("mine"), StopIteration("mine")])
def test_whatever_is_raised_is_told_and_the_next_one_still_writes(
    store: Store, wrong: BaseException
) -> None:
    def fail(session: Session) -> None:
        keep("half done")(session)
        raise wrong

    answers = together(store, keep("before"), fail, keep("after"))
    alone = anyio.run(_answer, store, fail)
    last = anyio.run(_answer, store, keep("last"))

    assert answers[0] == "before"
    assert answers[2] == "after"
    assert isinstance(answers[1], RuntimeError)
    assert isinstance(alone, RuntimeError)
    assert last == "last"
    assert kept(store) == {"before", "after", "last"}


async def _answer(store: Store, action: Write) -> Any:
    try:
        return await store.write(action)
    except RuntimeError as told:
        return told


def test_who_stops_waiting_writes_nothing(store: Store) -> None:
    go = Event()

    async def leave() -> None:
        loop, begun = asyncio.get_running_loop(), asyncio.Event()

        def hold(_: Session) -> None:
            loop.call_soon_threadsafe(begun.set)
            go.wait(10)

        first = asyncio.create_task(store.write(hold))
        await begun.wait()
        waiting = asyncio.create_task(store.write(keep("left")))
        await asyncio.sleep(0)
        waiting.cancel()
        go.set()
        await asyncio.gather(first, waiting, return_exceptions=True)
        await store.write(keep("stayed"))

    asyncio.run(leave())

    assert kept(store) == {"stayed"}


def test_closing_first_finishes_what_waits(store: Store) -> None:
    answers: list[str] = []

    async def write_and_close() -> None:
        tasks = [
            asyncio.create_task(_note(store, keep(str(n)), answers)) for n in range(5)
        ]
        await asyncio.sleep(0)
        await anyio.to_thread.run_sync(store.close)
        await asyncio.gather(*tasks)

    asyncio.run(write_and_close())

    assert sorted(answers) == ["0", "1", "2", "3", "4"]
    assert kept(store) == set(answers)


async def _note(store: Store, action: Write, answers: list[str]) -> None:
    answers.append(await store.write(action))


def test_changed_objects_are_written_too(store: Store) -> None:
    def change(session: Session) -> None:
        row = session.get_one(Rate, b"one")
        row.key = b"another"

    answers = together(store, keep("one"), change, keep("two"))

    assert answers == ["one", None, "two"]
    assert kept(store) == {"another", "two"}


def test_an_action_sees_what_its_caller_set(store: Store) -> None:
    who: ContextVar[str] = ContextVar("who", default="nobody")

    async def ask(name: str) -> str:
        who.set(name)
        return await store.write(lambda _: who.get())

    async def both() -> list[str]:
        return list(await asyncio.gather(ask("one"), ask("two")))

    assert asyncio.run(both()) == ["one", "two"]


def test_one_that_deletes_is_seen_by_the_next(store: Store) -> None:
    def clear(session: Session) -> None:
        session.execute(delete(Rate))

    def count(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(Rate)) or 0

    assert together(store, keep("one"), clear, count)[2] == 0
