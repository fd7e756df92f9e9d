"""Watch an answer: ask, confirm by the mailed link, look, stop.

Whether a mailbox watches already shows to nobody: whoever asks makes a new watch and a
mail, by the same statements. Confirmed, it takes the place of an older one.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.codes import CodeFault
from app.actions.desk import Desk
from app.actions.file_request import Limited, mail_allowance
from app.actions.mail_out import mail_row
from app.actions.portal import UNCONFIRMED_LIVES
from app.actions.prepare_filing import mailbox_hash, mailbox_hashes
from app.actions.tell_watchers import scope_row
from app.domain.grounds import Verdict
from app.store import corrections, limits, people, watches
from app.store.base import insert_together, new_id
from app.store.outbox import Message, MessageKind
from app.store.sealing import Sealer
from app.store.watches import Watch, place_of

WATCHES_AN_HOUR = 60
"""That one address of the network may ask for."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to be told of what."""

    residence: str
    vendor: str
    """Its slug, or ``watches.ANY``."""
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class WatchStands:
    """What a mailed link leads to."""

    residence: str
    vendor: str
    confirmed: bool
    before: dict[str, Verdict]
    """What the answer was before it changed last, by company."""
    changed_on: date | None


def ask_to_watch(
    session: Session, desk: Desk, wish: Wish, *, at: datetime, caller: bytes
) -> Limited | None:
    """Make an unconfirmed watch and the mail that asks for its confirmation."""
    mailbox = mailbox_hash(desk, wish.email)
    by_caller = limits.take(
        session,
        desk.keys.hash("limit watches", caller),
        at=at,
        limit=WATCHES_AN_HOUR,
        period=timedelta(hours=1),
    )
    wait = by_caller or mail_allowance(session, desk, mailbox, at=at)
    if wait is not None:
        return Limited(int(wait.total_seconds()) + 1)
    watch_id, token = new_id(at), secrets.token_urlsafe(24)
    content = json.dumps({"to": wish.email, "token": token}).encode()
    sealed = Sealer(desk.keys.epoch, None).seal(content, place_of(watch_id))
    row = {
        "id": watch_id,
        "mailbox": mailbox,
        "residence": wish.residence,
        "vendor": wish.vendor,
        "language": wish.language,
        "token_hash": desk.keys.hash("watch", token.encode()),
        "confirm_by": at + UNCONFIRMED_LIVES,
        "told": None,
        **people.columns(sealed),
    }
    mail = mail_row(desk, watch_id, MessageKind.WATCH_CONFIRM, dedupe="confirm", at=at)
    insert_together(session, (Watch.__table__, row), (Message.__table__, mail))
    return None


def _hashes(desk: Desk, token: str) -> tuple[bytes, ...]:
    return desk.keys.candidates("watch", token.encode())


def _fault(watch: Watch | None, at: datetime) -> CodeFault | None:
    if watch is None:
        return CodeFault.MISSING
    late = watch.confirm_by is not None and at > watch.confirm_by
    return CodeFault.EXPIRED if late else None


def read_watch(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> WatchStands | CodeFault:
    """Return what a mailed link leads to; reading it changes nothing."""
    watch = watches.by_token(session, _hashes(desk, token))
    fault = _fault(watch, at)
    if watch is None or fault is not None:
        return fault or CodeFault.MISSING
    scope = session.get(watches.Watched, (watch.residence, watch.vendor))
    changed = scope.changed if scope and watch.told is not None else {}
    return WatchStands(
        watch.residence,
        watch.vendor,
        confirmed=watch.told is not None,
        before={slug: Verdict(verdict) for slug, verdict in changed.items()},
        changed_on=scope.changed_on if scope and changed else None,
    )


def confirm_watch(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> CodeFault | None:
    """Confirm with the button behind the mailed link; None when it is done."""
    seen = watches.by_token(session, _hashes(desk, token))
    fault = _fault(seen, at)
    if seen is None or fault is not None:
        return fault
    new = scope_row(desk, seen.residence, seen.vendor, at.date())
    scope = watches.held_scope(session, new)
    watch = watches.by_token(session, _hashes(desk, token), hold=True)
    fault = _fault(watch, at)  # it may have been stopped while we waited
    if watch is None or fault is not None:
        return fault
    if watch.told is None:
        watch.confirm_by, watch.told = None, scope.change
        session.flush()
        watches.destroy(session, watches.alike(session, watch))
    return None


def stop_watch(
    session: Session, desk: Desk, token: str, *, every: bool = False
) -> bool:
    """Destroy a watch, at once; return whether there was one.

    ``every`` ends with it whatever other answers its mailbox watches, as the link in a
    mail about several of them does.
    """
    watch = watches.by_token(session, _hashes(desk, token))
    if watch is None:
        return False
    of_answers = watches.of_answers(session, watch.mailbox) if every else []
    watches.destroy(session, sorted({watch.id, *of_answers}))
    return True


def forget_unconfirmed(session: Session, *, at: datetime) -> int:
    """Destroy watches that nobody confirmed in time; return how many."""
    late = list(
        session.scalars(select(Watch.id).where(Watch.confirm_by <= at).limit(AT_ONCE))
    )
    if late:
        watches.destroy(session, late)
    return len(late)


def forget_mailbox(
    session: Session, desk: Desk, email: str | None, known_as: bytes | None
) -> None:
    """Destroy all that a mailbox waits for, by its address or by a keyed hash of it."""
    hashes = {known_as} if known_as else set()
    if email is not None:
        hashes.update(mailbox_hashes(desk, email))
    watches.destroy(session, watches.of_mailbox(session, sorted(hashes)))
    waits = corrections.of_mailbox(session, sorted(hashes))
    corrections.forget_mail(session, waits)
