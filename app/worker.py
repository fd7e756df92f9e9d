"""The loop: deliver, receive, answer, list, remind, tell, publish, destroy, sign, begin keys."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from app import clock
from app.actions.answer_mail_reveals import Tools, answer_mail_reveals
from app.actions.answer_reveals import answer_reveals
from app.actions.begin_mergers import begin_merger, mergers_due
from app.actions.call_webhooks import call_webhooks
from app.actions.check_chains import begin_check, check_chains
from app.actions.check_mail import check_mail
from app.actions.close import close_request, to_close
from app.actions.close_broadcast import broadcasts_to_close, close_broadcast
from app.actions.deliver import Post, claim_due, deliver
from app.actions.expire import expire_filing, to_expire
from app.actions.learn_refusals import propose, to_propose
from app.actions.list_requests import make_lists
from app.actions.purge import forget_expired, purge_filing, to_purge
from app.actions.queue_checks import queue_checks, turns_to_queue
from app.actions.read_directory import read_directory
from app.actions.read_status import read_status, to_read
from app.actions.receive import AT_ONCE, Letterbox, receive
from app.actions.recover_receipt import look_up, to_look_up
from app.actions.release_figures import release_figures
from app.actions.remind import remind, tell_of, to_remind, to_tell_of
from app.actions.reseal import reseal_filing, to_reseal
from app.actions.sign_heads import (
    EACH,
    IN_A_TURN,
    TIPS,
    head_is_due,
    sign_head,
    tips_to_sign,
)
from app.actions.take_list_answers import (
    broadcasts_to_take,
    make_request_of,
    take_list_answers,
    to_take,
)
from app.actions.tell_kind import of_unknown_kind, tell_kind
from app.actions.tell_late import late_lists, tell_late, to_tell_late
from app.actions.tell_of_list import queue_notice, to_tell_of_lists
from app.actions.tell_sender import lapse
from app.actions.tell_watchers import look, tell, to_look, to_tell
from app.actions.work_through import work_through
from app.channels.mail_in import InboxError
from app.channels.mail_reader import MailReader
from app.channels.uploads import Redrawing
from app.store import audit, bulk, inbox, outbox
from app.store.corrections import to_lapse
from app.store.keys import begin_epoch, head_signer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

log = structlog.get_logger()

PAUSE = 0.5
"""Seconds between two looks at the outbox."""
HOUSEKEEPING = timedelta(minutes=1)
LOOK_FOR_MAIL = timedelta(seconds=30)
STEPS = 50
"""Of one file of replies, before letters have their turn again."""
AFTER_FAILING = timedelta(minutes=5)
"""Between two looks into a mailbox that could not be read."""
CHECKED_WITHIN = 5.0
"""Seconds that a check of the chains has to end in, where the worker ends."""
BEGUN = "key epoch begun"
WORKER, CHORES, INBOX = "worker", "chores", "inbox"
"""Leases: on SQLite one worker at a time does anything; anywhere one keeps house, and
one reads the mailbox."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do for each of the things that are found."""

    find: Callable[..., Sequence[Any]]
    """Takes a session and the moment, gives keys, few enough to do at once."""
    do: Callable[..., bool]
    """Takes a session, one key and the moment, in a transaction of its own."""


class Worker:
    """Does what is due, for one installation.

    ``now`` is the clock by which things are due; the leases go by the wall's, so that
    a worker that acts as at another time keeps nobody out.
    """

    def __init__(
        self,
        post: Post,
        now: Callable[[], datetime],
        wall: Callable[[], datetime] = clock.now,
        box: Letterbox | None = None,
    ) -> None:
        self._post = post
        self._now = now
        self._wall = wall
        self._box = box
        reader = box.reader if box else MailReader()
        self._tools = Tools(post.opener, reader, Redrawing())
        self._mail_from: datetime | None = None
        """When the mailbox is looked into next."""
        self._kept_house: datetime | None = None
        self._daily_for: date | None = None
        self._told_for: date | None = None
        """For which day vendors were told of their lists, once those were written."""
        self._log_holds = False
        self._signed: datetime | None = None
        """When it was last looked whether there is something to sign."""
        self._signer: Ed25519PrivateKey | None = None
        self._renewed: datetime | None = None
        self._checking: threading.Thread | None = None
        """Reads the chains from end to end, which takes long where they are."""
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
        self._put_away()

    def stop(self) -> None:
        """End after the message that is being sent."""
        self._stop.set()

    def once(self, *, patience: float = 30) -> None:
        """Do all that is due and return; wait for a worker that is at it.

        Raises:
            TimeoutError: If that worker is still at it after ``patience`` seconds.
        """
        waited = 0.0
        while not self._all_done():
            if waited >= patience:
                raise TimeoutError("another worker has not finished")
            self._stop.wait(PAUSE)
            waited += PAUSE
        self._put_away()

    def _all_done(self) -> bool:
        with self._alone() as allowed:
            if allowed:
                self._keep_house(self._now())
                self._tell_watchers(self._now(), whole=True)
                while self._receive(self._now()):
                    pass
                while (
                    self._small_things()
                    or self._work_through()
                    or self._deliver()
                    or self._read()
                ):
                    pass
            return allowed

    def _turn(self) -> bool:
        """Do what is due now; return whether there was anything."""
        at = self._now()
        chores = self._kept_house is None or at - self._kept_house > HOUSEKEEPING
        mail = self._box and (self._mail_from is None or at >= self._mail_from)
        if not chores and not mail and not self._anything(at):
            return False
        with self._alone() as allowed:
            if not allowed:
                return False
            if chores:
                self._keep_house(at)
                self._tell_watchers(at)
            did = self._receive(at) if mail else False
            did = self._small_things() or did
            did = self._work_through() or did
            did = self._deliver() or did
            return self._read() or did

    def _anything(self, at: datetime) -> bool:
        """Look, without a lease and without writing, whether anything waits."""
        with self._post.store.reading() as session:
            if outbox.anything_due(session, at=at) or outbox.anything_small(session):
                return True
            if bulk.runs_at_work(session):
                return True
        return bool(to_read(self._post, at=at))

    # Leases

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Say whether this worker may work: on SQLite, one at a time."""
        if not self._post.store.sqlite:
            yield True
            return
        with self._lease(WORKER) as held:
            if held:
                with self._post.store.writing() as session:
                    outbox.let_go_of_others(session, owner=self._post.owner)
            yield held

    @contextmanager
    def _lease(self, name: str) -> Iterator[bool]:
        held = self._take(name)
        try:
            yield held
        finally:
            if held:
                with self._post.store.writing() as session:
                    outbox.give_back(session, name, owner=self._post.owner)

    def _take(self, name: str) -> bool:
        at, post = self._wall(), self._post
        with post.store.writing() as session:
            held = outbox.take_lease(
                session, name, owner=post.owner, at=at, lasts=post.lease
            )
        self._renewed = at
        return held

    def _renew(self) -> None:
        """Keep the lease through a long turn, for as long as one more message takes."""
        fresh = self._renewed and self._wall() - self._renewed < self._post.lease / 4
        if self._post.store.sqlite and not fresh:
            self._take(WORKER)

    def _still_alone(self) -> bool:
        """Keep the leases through long chores; False where another worker has one."""
        names = (WORKER, CHORES) if self._post.store.sqlite else (CHORES,)
        return not self._stop.is_set() and all(self._take(name) for name in names)

    def _letters_leave(self) -> bool:
        """Deliver in the midst of a long chore; return whether that may go on."""
        self._deliver()
        return self._still_alone()

    # What there is to do

    def _deliver(self) -> bool:
        post = self._refreshed()
        keys = claim_due(post, at=self._now())
        for place, key in enumerate(keys):
            if self._stop.is_set():
                with post.store.writing() as session:
                    outbox.let_go(session, keys[place:], owner=post.owner)
                break
            self._renew()
            try:
                deliver(post, key, at=self._now())
            except Exception as wrong:
                log.exception(
                    "delivery failed", message=str(key[1]), why=type(wrong).__name__
                )
        return bool(keys)

    def _receive(self, at: datetime) -> bool:
        """Note what came in; return whether there may be more.

        The next look begins half a minute after this one, or later where
        the mailbox could not be read: the mail lies safe there.
        """
        if self._box is None:
            return False
        post = self._refreshed()
        self._mail_from = at + AFTER_FAILING
        try:
            with self._lease(INBOX) as held:
                if not held:
                    return False
                more = receive(post.store, post.desk, self._box, at=at) == AT_ONCE
        except InboxError as wrong:
            log.warning("inbox cannot be read", why=str(wrong))
            return False
        except Exception as wrong:
            # Whatever it is, letters leave and clocks go on.
            log.exception("inbox cannot be read", why=type(wrong).__name__)
            return False
        self._mail_from = at if more else at + LOOK_FOR_MAIL
        return more

    def _check_mail(self, at: datetime) -> None:
        """Look keys up again that nobody answered for."""
        if self._box is None:
            return
        post = self._refreshed()
        with post.store.reading() as session:
            due = inbox.to_check(session, at=at)
        for mail_id in due:
            try:
                check_mail(
                    post.store, post.desk, self._box, post.opener, mail_id, at=at
                )
            except Exception as wrong:
                log.exception("mail not checked", why=type(wrong).__name__)

    def _put_away(self) -> None:
        """End the program that reads mail; the next mail begins it anew."""
        self._tools.reader.close()
        if self._checking is not None:
            self._checking.join(CHECKED_WITHIN)

    def _read(self) -> bool:
        """Ask companies' own systems where requests stand, as far as it is time to."""
        post, asked = self._refreshed(), False
        for key in to_read(post, at=self._now()):
            if self._stop.is_set():
                break
            self._renew()
            try:
                asked = read_status(post, key, at=self._now()) or asked
            except Exception as wrong:
                log.exception(
                    "status not read", message=str(key[1]), why=type(wrong).__name__
                )
        return asked

    def _refreshed(self) -> Post:
        """Return the post with the directory as it is now."""
        post = self._post
        with post.store.reading() as session:
            directory = read_directory(session, post.desk.directory)
        if directory is not post.desk.directory:
            desk = replace(post.desk, directory=directory)
            self._post = replace(post, desk=desk)
        return self._post

    def _small_things(self) -> bool:
        post, at = self._post, self._now()
        with post.store.reading() as session:
            if not outbox.anything_small(session):
                return False
            asking, filings = to_look_up(session), to_reseal(session)
        answer = partial(look_up, desk=post.desk, at=at)
        did = sum(self._alone_in(answer, mailbox) for mailbox in asking)
        reseal = partial(reseal_filing, opener=post.opener)
        did += sum(self._alone_in(reseal, filing_id) for filing_id in filings)
        self._check_chains(at)
        with post.store.writing() as session:
            did += answer_reveals(session, post.opener, at=at)
        return bool(answer_mail_reveals(post.store, self._tools, at=at) or did)

    def _check_chains(self, at: datetime) -> None:
        """Begin a check that was asked for; letters do not wait for its end."""
        if self._checking is not None and self._checking.is_alive():
            return
        with self._post.store.writing() as session:
            check_id = begin_check(session, at=at)
        if check_id is not None:
            check = partial(self._do_check, check_id)
            self._checking = threading.Thread(target=check, daemon=True)
            self._checking.start()

    def _do_check(self, check_id: UUID) -> None:
        try:
            keys = self._post.desk.keys
            check_chains(self._post.store, keys, check_id, at=self._now())
        except Exception as wrong:
            log.exception("chains not checked", why=type(wrong).__name__)

    def _work_through(self) -> bool:
        """Go on with the files of replies; return whether anything was done."""
        with self._post.store.reading() as session:
            runs = bulk.runs_at_work(session)
        if not runs:
            return False
        post, did = self._refreshed(), False
        for run_id in runs:
            for _ in range(STEPS):
                self._renew()
                step = partial(
                    work_through, desk=post.desk, opener=post.opener, at=self._now()
                )
                if self._stop.is_set() or not self._alone_in(step, run_id):
                    break
                did = True
        return did

    def _keep_house(self, at: datetime) -> None:
        """Do the chores; one that fails keeps no other from being done."""
        self._kept_house = at
        with self._lease(CHORES) as held:
            if not held:
                return
            desk = self._post.desk
            destroyed = self._do(Chore(to_expire, expire_filing), at)
            if self._daily_for != at.date():
                self._begin_month(self._wall())
                self._each(
                    partial(to_close, at=at),
                    partial(close_request, desk=desk, at=at),
                )
                self._each(
                    partial(broadcasts_to_close, at=at),
                    partial(close_broadcast, desk=desk, at=at),
                )
                self._each(
                    of_unknown_kind, partial(tell_kind, opener=self._post.opener)
                )
                self._tell_late(at)
                rest = partial(to_tell_of, desk=desk)
                self._do(Chore(rest, partial(tell_of, desk=desk)), at)
                self._queue_checks(at)
                self._release(at)
                learnt = partial(to_propose, desk=desk)
                self._do(Chore(learnt, partial(propose, desk=desk)), at)
                self._daily_for = at.date()
            apart = partial(make_request_of, desk=desk)
            self._do(Chore(broadcasts_to_take, apart), at)
            self._do(Chore(to_take, partial(take_list_answers, desk=desk)), at)
            self._make_lists(at)
            if self._told_for != at.date():
                notices = partial(to_tell_of_lists, desk=self._post.desk)
                self._do(
                    Chore(notices, partial(queue_notice, desk=self._post.desk)), at
                )
                self._told_for = at.date()
            self._call_webhooks(at)
            self._do(Chore(to_remind, partial(remind, desk=desk)), at)
            self._begin_mergers(at)
            self._check_mail(at)
            destroyed += self._do(Chore(to_purge, purge_filing), at)
            destroyed += self._do(Chore(to_lapse, partial(lapse, desk=desk)), at)
            destroyed += self._forget(at)
            self._sign(at)
            self._check_chains(at)
            if destroyed or self._log_holds:
                self._log_holds = not self._post.store.shrink_log()

    def _tell_watchers(self, at: datetime, *, whole: bool = False) -> None:
        """Look at what is watched, and tell; a few at a time unless ``whole``."""
        with self._lease(CHORES) as held:
            if held:
                desk = self._refreshed().desk
                looking = Chore(partial(to_look, desk=desk), partial(look, desk=desk))
                self._do(looking, at)
                self._do(Chore(to_tell, partial(tell, desk=desk)), at, whole=whole)

    def _do(self, chore: Chore, at: datetime, *, whole: bool = True) -> int:
        """Do a chore until nothing is found that can be done; return how often it was.

        Only once where it is not to be done as a ``whole``.
        """
        total = 0
        while not self._stop.is_set():
            with self._post.store.reading() as session:
                found = chore.find(session, at=at)
            did = sum(self._alone_in(partial(chore.do, at=at), key) for key in found)
            total += did
            if not (did and whole):
                break
        return total

    def _each(
        self, find: Callable[..., Sequence[Any]], do: Callable[..., bool]
    ) -> None:
        """Do something with all that is found, page by page, each once."""
        after = None
        while not self._stop.is_set():
            with self._post.store.reading() as session:
                found = find(session, after=after)
            if not found:
                break
            for key in found:
                self._alone_in(do, key)
            after = found[-1]

    def _begin_month(self, at: datetime) -> None:
        """Begin a new month's key epoch; every process seals to it from then on.

        By the wall's clock: a key stays, also that of a worker that acted as at
        another time.
        """
        keys = self._post.desk.keys
        try:
            if not keys.behind(at):
                return
            name = begin_epoch(keys.epochs, at)
            with self._post.store.writing() as session:
                audit.append(session, at=at, actor="worker", action=BEGUN, subject=name)
        except Exception as wrong:
            log.exception("no key epoch begun", why=type(wrong).__name__)

    def _sign(self, at: datetime) -> None:
        """Sign what the chains came to: each hour what is new, sooner where it is much."""
        post = self._post
        try:
            with post.store.reading() as session:
                looked = self._signed is not None and at - self._signed < EACH
                if looked and not head_is_due(session, at=at):
                    return
                tips = tips_to_sign(session)
            self._signed = at
            self._signer = self._signer or head_signer(post.desk.keys.epochs)
            for _ in range(IN_A_TURN):
                with post.store.writing() as session:
                    sign_head(session, self._signer, tips, at=at)
                if len(tips) < TIPS:
                    return
                with post.store.reading() as session:
                    tips = tips_to_sign(session, tips[-1].request_id)
            self._signed = None  # the rest waits for the next chores
        except Exception as wrong:
            log.exception("no head signed", why=type(wrong).__name__)

    def _tell_late(self, at: datetime) -> None:
        """Tell those whose broadcast companies let its day pass."""
        desk = self._post.desk
        try:
            with self._post.store.reading() as session:
                found = late_lists(session, desk=desk, at=at)
        except Exception as wrong:
            log.exception("chore failed", why=type(wrong).__name__)
            return
        for who in found:
            self._each(
                partial(to_tell_late, who=who),
                partial(tell_late, who=who, desk=desk, at=at),
            )

    def _begin_mergers(self, at: datetime) -> None:
        """Let mergers of records count whose day has come."""
        desk = self._refreshed().desk
        due = Chore(partial(mergers_due, desk=desk), partial(begin_merger, desk=desk))
        self._do(due, at)

    def _queue_checks(self, at: datetime) -> None:
        """Queue the vendors to look at again since something began or ended."""
        desk = self._refreshed().desk
        turns = Chore(
            partial(turns_to_queue, desk=desk), partial(queue_checks, desk=desk)
        )
        self._do(turns, at)

    def _make_lists(self, at: datetime) -> None:
        """Write the day's matching lists."""
        post = self._refreshed()
        try:
            make_lists(
                post.store, post.desk, post.opener, at=at, may_go_on=self._still_alone
            )
        except Exception as wrong:
            log.exception("chore failed", why=type(wrong).__name__)

    def _release(self, at: datetime) -> None:
        """Publish the figures of a quarter whose day has come."""
        post = self._refreshed()
        try:
            release_figures(post.store, post.desk, at=at, may_go_on=self._letters_leave)
        except Exception as wrong:
            log.exception("no figures published", why=type(wrong).__name__)

    def _call_webhooks(self, at: datetime) -> None:
        """Tell programs of vendors and of the operator what there is to fetch."""
        try:
            call_webhooks(self._post, at=at)
        except Exception as wrong:
            log.exception("chore failed", why=type(wrong).__name__)

    def _forget(self, at: datetime) -> int:
        try:
            with self._post.store.writing() as session:
                return forget_expired(session, at=at)
        except Exception as wrong:
            log.exception("chore failed", why=type(wrong).__name__)
            return 0

    def _alone_in(self, do: Callable[..., bool], key: Any) -> bool:
        """Do one thing in a transaction of its own; a bad row is logged and left."""
        try:
            with self._post.store.writing() as session:
                return do(session, key)
        except Exception as wrong:
            log.exception("chore failed", why=type(wrong).__name__)
            return False
