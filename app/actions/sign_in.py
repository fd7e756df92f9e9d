"""Sign in and out: the same answer, and the same work, for whoever tries."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.actions.enrol_staff import HASHER, mailbox, token_holder
from app.store import audit, limits, staff
from app.store.keys import Keys
from app.store.staff import Role

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_AGAIN = timedelta(minutes=1)
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 30
TRIES_WITHIN = timedelta(minutes=15)
NOBODY = HASHER.hash("a password that nobody has")
"""What an unknown mailbox is checked against, so that it takes as long."""


@dataclass(frozen=True, slots=True)
class Member:
    """A staff member who is signed in."""

    id: UUID
    email: str
    role: Role
    before: datetime | None = None
    """When they had signed in the time before."""
    seen_long_ago: bool = False
    """Whether it is time to write down that they are still here."""

    @property
    def may_record(self) -> bool:
        """Whether they may change a request."""
        return self.role is not Role.AUDITOR


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session."""

    token: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not signed in; why is nobody's business."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many tries."""

    seconds: int


def begin_sign_in(
    session: Session, keys: Keys, email: str, caller: bytes, *, at: datetime
) -> str | Wait:
    """Use one try of the account and of the address; return the hash to check against.

    A stranger gets nobody's hash, so that it takes as long.
    """
    email = mailbox(email)
    for key, limit in _tries(keys, email, caller):
        wait = limits.take(session, key, at=at, limit=limit, period=TRIES_WITHIN)
        if wait is not None:
            return Wait(int(wait.total_seconds()) + 1)
    member = _member(session, email)
    return NOBODY if member is None else member.password_hash or NOBODY


def _tries(keys: Keys, email: str, caller: bytes) -> tuple[tuple[bytes, int], ...]:
    """Return what is limited, and to how many tries."""
    return (
        (keys.hash("limit sign-in address", caller), TRIES_OF_ADDRESS),
        (keys.hash("limit sign-in account", email.encode()), TRIES_OF_ACCOUNT),
    )


def fits(password_hash: str, password: str) -> bool:
    """Return whether a password is the one of a hash. Slow on purpose."""
    try:
        HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash != NOBODY


def sign_in(
    session: Session,
    keys: Keys,
    email: str,
    password_hash: str,
    caller: bytes,
    *,
    right: bool,
    at: datetime,
) -> SignedIn | Refused:
    """Open a session for who gave the right password; write down who did not.

    ``password_hash`` is the one that was checked: if it was changed meanwhile, the
    password is no longer right. Who is right gets the try back.
    """
    email = mailbox(email)
    member = _member(session, email)
    if not right or member is None or member.password_hash != password_hash:
        audit.append(
            session,
            at=at,
            actor=str(member.id) if member else "stranger",
            action="sign-in refused",
        )
        return Refused()
    for key, limit in _tries(keys, email, caller):
        limits.refund(session, key, limit=limit, period=TRIES_WITHIN)
    _forget_ended(session, at=at)
    before, member.last_sign_in = member.last_sign_in, at
    token = secrets.token_urlsafe(32)
    session.add(
        staff.StaffSession(
            token_hash=keys.hash("session", token.encode()),
            staff_id=member.id,
            created_at=at,
            last_seen=at,
            before=before,
        )
    )
    audit.append(session, at=at, actor=str(member.id), action="signed in")
    return SignedIn(token)


def _member(session: Session, email: str) -> staff.Staff | None:
    """Return who can sign in with a mailbox."""
    member = session.scalar(select(staff.Staff).where(staff.Staff.email == email))
    usable = member is not None and member.disabled_at is None
    return member if usable else None


def _forget_ended(session: Session, *, at: datetime) -> None:
    session.execute(
        delete(staff.StaffSession)
        .where(
            or_(
                staff.StaffSession.last_seen < at - IDLE,
                staff.StaffSession.created_at < at - LONGEST,
            )
        )
        .execution_options(synchronize_session=False)
    )


def read_session(
    session: Session, keys: Keys, token: str, *, at: datetime
) -> Member | None:
    """Return who is signed in with a token."""
    row = _row(session, keys, token)
    if row is None or at - row.last_seen > IDLE or at - row.created_at > LONGEST:
        return None
    member = session.get(staff.Staff, row.staff_id)
    if member is None or member.disabled_at is not None:
        return None
    return Member(
        member.id,
        member.email,
        member.role,
        row.before,
        at - row.last_seen > SEEN_AGAIN,
    )


def seen(session: Session, keys: Keys, token: str, *, at: datetime) -> None:
    """Keep a session alive; written at most once a minute."""
    row = _row(session, keys, token)
    if row is not None and at - row.last_seen > SEEN_AGAIN:
        row.last_seen = at


def sign_out(session: Session, keys: Keys, token: str, *, at: datetime) -> None:
    """End a session."""
    row = _row(session, keys, token)
    if row is not None:
        audit.append(session, at=at, actor=str(row.staff_id), action="signed out")
        session.delete(row)


def holder(session: Session, keys: Keys, token: str) -> Member | None:
    """Return whose API token this is."""
    member = token_holder(session, keys, token)
    return Member(member.id, member.email, member.role) if member else None


def _row(session: Session, keys: Keys, token: str) -> staff.StaffSession | None:
    hashes = keys.candidates("session", token.encode())
    return session.scalar(
        select(staff.StaffSession).where(staff.StaffSession.token_hash.in_(hashes))
    )
