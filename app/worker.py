"""The loop: deliver, answer, expire, remind, destroy."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import structlog

from app.actions.answer_reveals import answer_reveals
from app.actions.deliver import Post, deliver_due
from app.actions.keep_house import (
    close_ended,
    destroy_old,
    expire_unconfirmed,
    remind,
)
from app.actions.read_directory import read_directory
from app.actions.reseal import reseal_waiting
from app.store import outbox

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
PAUSE = 0.5
"""Seconds between two looks at the outbox."""
HOUSEKEEPING = timedelta(minutes=1)


class Worker:
    """Does what is due, for one installation."""

    def __init__(self, post: Post, now: Callable[[], datetime]) -> None:
        self._post = post
        self._now = now
        self._kept_house: datetime | None = None
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until :meth:`stop`; one bad turn does not end it."""
        while not self._stop.is_set():
            try:
                busy = self._turn()
            except Exception as wrong:
                log.exception("worker turn failed", why=type(wrong).__name__)
                busy = False
            if not busy:
                self._stop.wait(PAUSE)

    def stop(self) -> None:
        """End after the message that is being sent."""
        self._stop.set()

    def once(self, *, patience: float = 30) -> None:
        """Do all that is due and return; wait for a worker that is at it."""
        waited = 0.0
        while not self._allowed():
            if waited >= patience:
                raise TimeoutError("another worker has not finished")
            self._stop.wait(PAUSE)
            waited += PAUSE
        with self._released():
            self._keep_house(self._now())
            while self._small_things() or deliver_due(
                self._refreshed(), at=self._now()
            ):
                pass

    def _turn(self) -> bool:
        """Do what is due now; return whether there was anything."""
        at = self._now()
        chores = self._kept_house is None or at - self._kept_house > HOUSEKEEPING
        if not chores and not self._anything(at):
            return False
        if not self._allowed():
            return False
        with self._released():
            if chores:
                self._keep_house(at)
            did = self._small_things()
            return bool(deliver_due(self._refreshed(), at=at)) or did

    def _anything(self, at: datetime) -> bool:
        """Look, without a lease and without writing, whether anything waits."""
        with self._post.store.reading() as session:
            return outbox.anything_due(session, at=at) or outbox.anything_small(session)

    def _refreshed(self) -> Post:
        """Return the post with the directory as it is now."""
        post = self._post
        with post.store.reading() as session:
            directory = read_directory(session, post.desk.directory)
        if directory is not post.desk.directory:
            desk = type(post.desk)(
                post.desk.rulebook,
                directory,
                post.desk.portal,
                post.desk.keys,
                post.desk.letters,
            )
            self._post = Post(post.store, desk, post.opener, post.channel, post.owner)
        return self._post

    def _allowed(self) -> bool:
        """Return whether this worker may work: on SQLite, one at a time."""
        if not self._post.store.sqlite:
            return True
        with self._post.store.writing() as session:
            return outbox.take_lease(
                session, "worker", owner=self._post.owner, at=self._now(), lasts=LEASE
            )

    @contextmanager
    def _released(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._release()

    def _release(self) -> None:
        if self._post.store.sqlite:
            with self._post.store.writing() as session:
                outbox.give_back(session, "worker", owner=self._post.owner)

    def _small_things(self) -> bool:
        post, at = self._post, self._now()
        with post.store.reading() as session:
            waiting = outbox.anything_small(session)
        if not waiting:
            return False
        with post.store.writing() as session:
            resealed = reseal_waiting(session, post.opener)
            return bool(answer_reveals(session, post.opener, at=at) or resealed)

    def _keep_house(self, at: datetime) -> None:
        self._kept_house = at
        post = self._post
        destroyed = 0
        chores: tuple[Callable[..., int], ...] = (
            partial(expire_unconfirmed, at=at),
            partial(close_ended, desk=post.desk, at=at),
            partial(remind, desk=post.desk, at=at),
            partial(destroy_old, at=at),
        )
        for chore in chores:
            try:
                with post.store.writing() as session:
                    destroyed += chore(session)
            except Exception as wrong:
                log.exception("chore failed", why=type(wrong).__name__)
        if destroyed:
            post.store.shrink_log()
