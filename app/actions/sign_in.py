"""Sign in and out: the same answer, and the same work, for whoever tries."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.enrol_staff import HASHER, token_holder
from app.store import audit, limits, staff
from app.store.keys import Keys
from app.store.staff import Role

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_AGAIN = timedelta(minutes=1)
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 30
NOBODY = HASHER.hash("a password that nobody has")
"""What an unknown mailbox is checked against, so that it takes as long."""


@dataclass(frozen=True, slots=True)
class Member:
    """A staff member who is signed in."""

    id: UUID
    email: str
    role: Role

    @property
    def may_record(self) -> bool:
        """Whether they may change a request."""
        return self.role is not Role.AUDITOR


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session."""

    token: str
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Not signed in; why is nobody's business."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many tries."""

    seconds: int


def password_of(session: Session, email: str) -> str:
    """Return the hash to check a password against; a stranger gets nobody's."""
    member = session.scalar(select(staff.Staff).where(staff.Staff.email == email))
    if member is None or member.password_hash is None or member.disabled_at is not None:
        return NOBODY
    return member.password_hash


def fits(password_hash: str, password: str) -> bool:
    """Return whether a password is the one of a hash. Slow on purpose."""
    try:
        HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash != NOBODY


def may_try(
    session: Session, keys: Keys, email: str, caller: bytes, *, at: datetime
) -> Wait | None:
    """Use one of the tries of an account and of an address."""
    for purpose, value, limit in (
        ("limit sign-in account", email.encode(), TRIES_OF_ACCOUNT),
        ("limit sign-in address", caller, TRIES_OF_ADDRESS),
    ):
        wait = limits.take(
            session,
            keys.hash(purpose, value),
            at=at,
            limit=limit,
            period=timedelta(minutes=15),
        )
        if wait is not None:
            return Wait(int(wait.total_seconds()) + 1)
    return None


def sign_in(
    session: Session, keys: Keys, email: str, *, right: bool, at: datetime
) -> SignedIn | Refused:
    """Open a session for who gave the right password; write down who did not."""
    member = session.scalar(select(staff.Staff).where(staff.Staff.email == email))
    if not right or member is None:
        audit.append(
            session,
            at=at,
            actor=str(member.id) if member else "stranger",
            action="sign-in refused",
        )
        return Refused()
    last, member.last_sign_in = member.last_sign_in, at
    token = secrets.token_urlsafe(32)
    session.add(
        staff.StaffSession(
            token_hash=keys.hash("session", token.encode()),
            staff_id=member.id,
            created_at=at,
            last_seen=at,
        )
    )
    audit.append(session, at=at, actor=str(member.id), action="signed in")
    return SignedIn(token, last)


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
    return Member(member.id, member.email, member.role)


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
