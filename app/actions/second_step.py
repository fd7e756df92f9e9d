"""The second step at the door, and the same proof again before what is sensitive."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.one_time_codes import use_code, use_recovery_code
from app.actions.passkeys import ask_for_passkey, passkey_owner
from app.actions.sign_in import (
    NOBODY,
    TRIES_OF_ADDRESS,
    TRIES_WITHIN,
    Knock,
    Refused,
    SignedIn,
    Wait,
    device_of,
    give_back_tries,
    let_in,
    live_session,
    tries,
)
from app.actions.tell_staff import second_step_came, tell_member
from app.store import audit, limits, staff
from app.store.keys import Keys
from app.store.outbox import MessageKind
from app.store.staff import Stage

TRIES = 5
"""Wrong codes before the password is asked for again."""
ASKED, ANSWERED = "limit passkeys asked", "limit passkeys answered"
CODES_OF_ACCOUNT = 10
CODES_WITHIN = timedelta(hours=1)
"""Six digits are few: at this pace, who has the password needs years to guess them."""


@dataclass(frozen=True, slots=True)
class SecondStep:
    """What somebody may show who gave the right password."""

    staff_id: UUID
    codes: bool
    passkeys: bool


@dataclass(frozen=True, slots=True)
class Again:
    """The password has to be given again: it was too long ago, or too many codes."""


def read_second_step(
    session: Session, keys: Keys, token: str, *, at: datetime
) -> SecondStep | None:
    """Return what a session waits for; None if it is none that waits."""
    row = live_session(session, keys, token, at=at)
    if row is None or row.stage is not Stage.HALF:
        return None
    return second_step_of(session, row.staff_id)


def second_step_of(session: Session, staff_id: UUID) -> SecondStep:
    """Return what a member has beside the password."""
    return SecondStep(
        staff_id,
        codes=staff.has_codes(session, staff_id),
        passkeys=staff.has_passkeys(session, staff_id),
    )


def finish_with_code(
    session: Session, desk: Desk, token: str, typed: str, knock: Knock, *, at: datetime
) -> SignedIn | Refused | Again | Wait:
    """Open a session for who typed a right code after the password.

    A recovery code does as well, and its owner is told.
    """
    keys = desk.keys
    row = live_session(session, keys, token, at=at, hold=True)
    if row is None or row.stage is not Stage.HALF:
        return Again()
    member = session.get_one(staff.Staff, row.staff_id)
    wait = _too_many_codes(session, keys, member, knock, at=at)
    if wait is not None:
        return wait
    by = "code"
    if not (
        staff.has_codes(session, member.id)
        and use_code(session, keys, member.id, typed, at=at)
    ):
        by = "recovery code"
        if not use_recovery_code(session, keys, member.id, typed, at=at):
            return _wrong(session, row, at=at)
        tell_member(session, desk, member.id, MessageKind.STAFF_RECOVERY, at=at)
    return _come_in(session, desk, row, member, knock, by=by, at=at)


def _wrong(
    session: Session, row: staff.StaffSession, *, at: datetime
) -> Refused | Again:
    audit.append(session, at=at, actor=str(row.staff_id), action="code refused")
    row.tries += 1
    if row.tries < TRIES:
        return Refused()
    session.delete(row)
    return Again()


def _come_in(
    session: Session,
    desk: Desk,
    row: staff.StaffSession | None,
    member: staff.Staff,
    knock: Knock,
    *,
    by: str,
    at: datetime,
) -> SignedIn:
    """Put a whole session, with a token of its own, in the place of one that waited."""
    if row is not None:
        second_step_came(session, row, at=at)
        session.delete(row)
        session.flush()
        give_back_tries(session, desk.keys, member, knock, at=at)
    limits.forget(session, _codes_key(session, desk.keys, member, knock, at=at))
    return let_in(session, desk, member, knock, Stage.WHOLE, by=by, at=at)


def _too_many_codes(
    session: Session, keys: Keys, member: staff.Staff, knock: Knock, *, at: datetime
) -> Wait | None:
    key = _codes_key(session, keys, member, knock, at=at)
    wait = limits.take(session, key, at=at, limit=CODES_OF_ACCOUNT, period=CODES_WITHIN)
    return None if wait is None else Wait(int(wait.total_seconds()) + 1)


def _codes_key(
    session: Session, keys: Keys, member: staff.Staff, knock: Knock, *, at: datetime
) -> bytes:
    own = device_of(session, keys, knock, member.id, at=at)
    account = member.id.bytes + (own.token_hash if own else b"")
    return keys.hash("limit codes", account)


def ask_at_door(
    session: Session, desk: Desk, knock: Knock, *, at: datetime
) -> str | Wait:
    """Return what a browser needs to sign in with a passkey, as JSON."""
    wait = _too_many_from(session, desk.keys, knock, ASKED, at=at)
    return wait or ask_for_passkey(session, desk, None, at=at)


def _too_many_from(
    session: Session, keys: Keys, knock: Knock, what: str, *, at: datetime
) -> Wait | None:
    key = keys.hash(what, knock.caller)
    wait = limits.take(session, key, at=at, limit=TRIES_OF_ADDRESS, period=TRIES_WITHIN)
    return None if wait is None else Wait(int(wait.total_seconds()) + 1)


def finish_with_passkey(
    session: Session,
    desk: Desk,
    token: str | None,
    answer: str,
    knock: Knock,
    *,
    at: datetime,
) -> SignedIn | Refused | Wait:
    """Open a session for whose passkey answered: after the password, or without it.

    Nobody guesses a passkey: the limits keep strangers from filling the tables, and
    who comes in gets back what it took.
    """
    wait = _too_many_from(session, desk.keys, knock, ANSWERED, at=at)
    if wait is not None:
        return wait
    owner = passkey_owner(session, desk, answer, None, at=at)
    member = session.get(staff.Staff, owner) if owner else None
    if member is None or member.disabled_at is not None:
        audit.append(session, at=at, actor="stranger", action="sign-in refused")
        return Refused()
    for what in (ASKED, ANSWERED):
        key = desk.keys.hash(what, knock.caller)
        limits.refund(session, key, limit=TRIES_OF_ADDRESS, period=TRIES_WITHIN)
    row = live_session(session, desk.keys, token, at=at, hold=True) if token else None
    waited = row if row is not None and row.staff_id == member.id else None
    return _come_in(session, desk, waited, member, knock, by="passkey", at=at)


def begin_proof(
    session: Session, keys: Keys, staff_id: UUID, knock: Knock, *, at: datetime
) -> str | Wait:
    """Use one try of a member who is signed in; return the hash to check against."""
    member = session.get_one(staff.Staff, staff_id)
    own = device_of(session, keys, knock, staff_id, at=at)
    for key, limit in tries(keys, member.email, knock, own):
        wait = limits.take(session, key, at=at, limit=limit, period=TRIES_WITHIN)
        if wait is not None:
            return Wait(int(wait.total_seconds()) + 1)
    return member.password_hash or NOBODY


def finish_proof(
    session: Session,
    desk: Desk,
    token: str,
    knock: Knock,
    *,
    right: bool,
    code: str,
    answer: str,
    at: datetime,
) -> bool:
    """Note that a member proved again who they are: by password, code or passkey."""
    row = live_session(session, desk.keys, token, at=at, hold=True)
    if row is None or row.stage is Stage.HALF:
        return False
    member = session.get_one(staff.Staff, row.staff_id)
    proved = (
        right
        or (bool(code) and _right_code(session, desk.keys, member, code, knock, at=at))
        or (
            bool(answer)
            and passkey_owner(session, desk, answer, member.id, at=at) == member.id
        )
    )
    if not proved:
        audit.append(session, at=at, actor=str(member.id), action="proof refused")
        return False
    give_back_tries(session, desk.keys, member, knock, at=at)
    row.proved_at = at
    audit.append(session, at=at, actor=str(member.id), action="proved again")
    return True


def _right_code(
    session: Session,
    keys: Keys,
    member: staff.Staff,
    typed: str,
    knock: Knock,
    *,
    at: datetime,
) -> bool:
    if _too_many_codes(session, keys, member, knock, at=at) is not None:
        return False
    return staff.has_codes(session, member.id) and use_code(
        session, keys, member.id, typed, at=at
    )
