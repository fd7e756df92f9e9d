"""Enrol staff by a one-time link, and give their programs a token."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store import audit, staff
from app.store.base import new_id
from app.store.keys import Keys
from app.store.staff import Role

ENROLMENT_LIVES = timedelta(hours=72)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a link is for: a person who is known, or the first one."""

    email: str | None


@dataclass(frozen=True, slots=True)
class NoEnrolment:
    """The link is unknown, used or expired."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody has this mailbox already."""


def first_enrolment(session: Session, keys: Keys, *, at: datetime) -> str | None:
    """Return a new link token for the first staff member; None once there is one."""
    if staff.anybody_enrolled(session):
        return None
    return _link(session, keys, None, at=at)


def add_staff(
    session: Session, keys: Keys, email: str, role: Role, *, at: datetime
) -> str:
    """Add a staff member, or a new link for one; return the link's token."""
    member = session.scalar(select(staff.Staff).where(staff.Staff.email == email))
    if member is None:
        member = staff.Staff(
            id=new_id(at),
            email=email,
            role=role,
            password_hash=None,
            enrolled_at=None,
            disabled_at=None,
            last_sign_in=None,
        )
        session.add(member)
        session.flush()
    else:
        member.role = role
    audit.append(
        session, at=at, actor="command", action="staff added", subject=email, role=role
    )
    return _link(session, keys, member, at=at)


def _link(
    session: Session, keys: Keys, member: staff.Staff | None, *, at: datetime
) -> str:
    token = secrets.token_urlsafe(24)
    session.add(
        staff.Enrolment(
            token_hash=keys.hash("enrolment", token.encode()),
            staff_id=member.id if member else None,
            expires_at=at + ENROLMENT_LIVES,
            used_at=None,
        )
    )
    return token


def read_enrolment(
    session: Session, keys: Keys, token: str, *, at: datetime
) -> Enrolment | NoEnrolment:
    """Return what a link is for; reading it uses nothing up."""
    row = _row(session, keys, token, at=at)
    if row is None:
        return NoEnrolment()
    member = session.get(staff.Staff, row.staff_id) if row.staff_id else None
    return Enrolment(member.email if member else None)


def enrol(
    session: Session,
    keys: Keys,
    token: str,
    *,
    email: str,
    password_hash: str,
    at: datetime,
) -> str | NoEnrolment | Taken:
    """Set a password with a link; return the mailbox that now can sign in."""
    row = _row(session, keys, token, at=at)
    if row is None:
        return NoEnrolment()
    member = session.get(staff.Staff, row.staff_id) if row.staff_id else None
    if member is None:
        if session.scalar(select(staff.Staff.id).where(staff.Staff.email == email)):
            return Taken()
        member = staff.Staff(
            id=new_id(at),
            email=email,
            role=Role.ADMIN,
            password_hash=None,
            enrolled_at=None,
            disabled_at=None,
            last_sign_in=None,
        )
        session.add(member)
    row.used_at = at
    member.password_hash = password_hash
    member.enrolled_at = at
    session.flush()
    audit.append(
        session,
        at=at,
        actor=str(member.id),
        action="staff enrolled",
        subject=member.email,
    )
    return member.email


def _row(
    session: Session, keys: Keys, token: str, *, at: datetime
) -> staff.Enrolment | None:
    hashes = keys.candidates("enrolment", token.encode())
    row = session.scalar(
        select(staff.Enrolment).where(staff.Enrolment.token_hash.in_(hashes))
    )
    usable = row is not None and row.used_at is None and at <= row.expires_at
    if row is None or not usable:
        return None
    if row.staff_id is None and staff.anybody_enrolled(session):
        return None
    return row


def new_token(
    session: Session, keys: Keys, email: str, name: str, *, at: datetime
) -> str | None:
    """Return a new API token of a staff member, shown once; None for a stranger."""
    member = session.scalar(select(staff.Staff).where(staff.Staff.email == email))
    if member is None or member.disabled_at is not None:
        return None
    token = f"efs_{secrets.token_urlsafe(32)}"
    session.add(
        staff.StaffToken(
            token_hash=keys.hash("staff token", token.encode()),
            staff_id=member.id,
            name=name,
            created_at=at,
            revoked_at=None,
        )
    )
    audit.append(
        session, at=at, actor="command", action="token made", subject=email, name=name
    )
    return token


def token_holder(session: Session, keys: Keys, token: str) -> staff.Staff | None:
    """Return whose token this is; for use inside an action alone."""
    hashes = keys.candidates("staff token", token.encode())
    row = session.scalar(
        select(staff.StaffToken).where(
            staff.StaffToken.token_hash.in_(hashes),
            staff.StaffToken.revoked_at.is_(None),
        )
    )
    if row is None:
        return None
    member = session.get(staff.Staff, row.staff_id)
    return member if member is not None and member.disabled_at is None else None
