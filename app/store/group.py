"""SQLite's one writing thread: what waits together is committed together.

A flush to the disk costs many times what a filing's rows cost, and SQLite writes one
transaction at a time. So those who wait share one, each in a savepoint of its own.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

R = TypeVar("R")
AT_ONCE = 64
SAVEPOINT = "one_of_a_group"


class TransactionLostError(Exception):
    """The engine ended the transaction under our feet, as on a full disk."""


class _Job:
    """One writing action, who waits for it, and what came of it."""

    def __init__(self, action: Callable[[Session], Any]) -> None:
        self._action = action
        self._loop = asyncio.get_running_loop()
        self._context: Context = copy_context()
        self._value: Any = None
        self._error: Exception | None = None
        self.answer: asyncio.Future[Any] = self._loop.create_future()

    def run(self, session: Session) -> None:
        """Act, and flush what was changed."""
        self._error = None
        self._value = self._context.run(self._action, session)
        session.flush()

    def fail(self, error: BaseException) -> None:
        """Keep what went wrong; it is the caller's, as an error that it can be told."""
        told = isinstance(error, Exception) and not isinstance(error, StopIteration)
        self._error = error if told else RuntimeError(repr(error))  # type: ignore[assignment]

    def tell(self) -> None:
        """Answer who waits, in the thread that waits."""
        with suppress(RuntimeError):  # the loop is gone: nobody waits
            self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        if self.answer.done():
            return
        if self._error is None:
            self.answer.set_result(self._value)
        else:
            self.answer.set_exception(self._error)


class GroupWriter:
    """Runs writing actions in one thread and answers them after their commit.

    Where the shared transaction itself fails nothing of it is kept and each action
    runs again alone; so an action must have no effect outside its session.
    """

    def __init__(
        self,
        together: Callable[[], AbstractContextManager[Connection]],
        alone: Callable[[], AbstractContextManager[Session]],
    ) -> None:
        """Take what opens a transaction for a group, and what opens one for a job."""
        self._together = together
        self._alone = alone
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._starting = Lock()

    async def run(self, action: Callable[[Session], R]) -> R:
        """Run ``action`` in the writing thread; return its value after the commit.

        One that is cancelled while it waits writes nothing; one that is cancelled
        while it writes still commits.
        """
        self._start()
        job = _Job(action)
        self._waiting.put(job)
        value: R = await job.answer
        return value

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        with self._starting:
            if self._thread is not None:
                self._waiting.put(None)
                self._thread.join()
                self._thread = None

    def _start(self) -> None:
        if self._thread is not None:
            return
        with self._starting:
            if self._thread is None:  # another loop may have been first
                self._thread = Thread(target=self._serve, name="writer", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        while (first := self._waiting.get()) is not None:
            jobs = [job for job in (first, *self._more()) if not job.answer.cancelled()]
            if len(jobs) == 1 or not self._committed(jobs):
                for job in jobs:
                    self._run_alone(job)
            for job in jobs:
                job.tell()

    def _more(self) -> list[_Job]:
        more: list[_Job] = []
        with suppress(Empty):
            while len(more) < AT_ONCE - 1:
                job = self._waiting.get_nowait()
                if job is None:
                    self._waiting.put(None)  # for the next turn, after these
                    break
                more.append(job)
        return more

    def _committed(self, jobs: list[_Job]) -> bool:
        """Return whether all were committed in one transaction."""
        try:
            with self._together() as connection:
                for job in jobs:
                    if not job.answer.cancelled():
                        _in_savepoint(job, connection)
        except Exception:  # noqa: BLE001 - each will say what is wrong with it
            return False
        return True

    def _run_alone(self, job: _Job) -> None:
        try:
            with self._alone() as session:
                job.run(session)
        except BaseException as error:  # noqa: BLE001 - the caller's; this thread stays
            job.fail(error)


def _in_savepoint(job: _Job, connection: Connection) -> None:
    """Run one of a group, so that its failure takes back its own rows alone.

    Raises:
        TransactionLostError: If the transaction is over, and all before it with it.
    """
    connection.exec_driver_sql(f"SAVEPOINT {SAVEPOINT}")
    try:
        with Session(connection, join_transaction_mode="rollback_only") as session:
            job.run(session)
    except BaseException as error:  # noqa: BLE001 - the caller's; this thread stays
        _check(connection)
        connection.exec_driver_sql(f"ROLLBACK TO {SAVEPOINT}")
        job.fail(error)
    _check(connection)
    connection.exec_driver_sql(f"RELEASE {SAVEPOINT}")


def _check(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    if not getattr(driver, "in_transaction", False):
        raise TransactionLostError
