"""Enrol staff by a one-time link, and give their programs a token."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.tell_staff import tell_member
from app.store import audit, staff
from app.store.base import new_id
from app.store.keys import Keys
from app.store.outbox import MessageKind
from app.store.staff import Role

ENROLMENT_LIVES = timedelta(hours=72)
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Slow on purpose: it runs beside the loop and the database, never within."""


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


def mailbox(email: str) -> str:
    """Return a staff member's address in the one form that is compared."""
    return email.strip().casefold()


def first_enrolment(session: Session, keys: Keys, *, at: datetime) -> str | None:
    """Return a new link token for the first staff member; None once there is one."""
    if staff.anybody_enrolled(session):
        return None
    return new_link(session, keys, None, at=at)


def add_staff(
    session: Session,
    keys: Keys,
    email: str,
    role: Role,
    *,
    at: datetime,
    actor: str = "command",
) -> str:
    """Add a staff member, or a new link for one; return the link's token.

    ``actor`` is the id of the member who adds, or the command.
    """
    email = mailbox(email)
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
            language="en",
        )
        session.add(member)
        session.flush()
    else:
        member.role = role
    audit.append(
        session, at=at, actor=actor, action="staff added", subject=email, role=role
    )
    return new_link(session, keys, member, at=at)


def new_link(
    session: Session, keys: Keys, member: staff.Staff | None, *, at: datetime
) -> str:
    """Return the token of a new link; without a member, for the first one."""
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
    desk: Desk,
    token: str,
    *,
    email: str,
    password_hash: str,
    at: datetime,
    language: str = "en",
) -> str | NoEnrolment | Taken:
    """Set a password with a link; return the mailbox that now can sign in.

    Whoever was signed in with an older password is signed out, and older links and
    tokens of the same person end with this one. A second step stays: a link alone opens no account
    that has one.
    """
    row = _row(session, desk.keys, token, at=at, held=True)
    if row is None:
        return NoEnrolment()
    email = mailbox(email)
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
            language="en",
        )
        session.add(member)
    _end_older(session, row, member, at=at)
    if member.password_hash is not None:
        tell_member(session, desk, member.id, MessageKind.STAFF_PASSWORD, at=at)
    member.password_hash = password_hash
    member.enrolled_at = at
    member.language = language
    session.flush()
    audit.append(
        session,
        at=at,
        actor=str(member.id),
        action="staff enrolled",
        subject=member.email,
    )
    return member.email


def _end_older(
    session: Session, row: staff.Enrolment, member: staff.Staff, *, at: datetime
) -> None:
    """Use up all links of the link's person; end their sessions and tokens."""
    row.used_at = at
    end_links(session, member.id, at=at)
    end_tokens(session, member.id, at=at)
    session.execute(
        delete(staff.StaffSession)
        .where(staff.StaffSession.staff_id == member.id)
        .execution_options(synchronize_session=False)
    )


def end_links(session: Session, staff_id: UUID, *, at: datetime) -> None:
    """Use up every link of a member."""
    session.execute(
        update(staff.Enrolment)
        .where(staff.Enrolment.staff_id == staff_id, staff.Enrolment.used_at.is_(None))
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )


def end_tokens(session: Session, staff_id: UUID, *, at: datetime) -> None:
    """End every API token of a member: an intruder may have made one."""
    session.execute(
        update(staff.StaffToken)
        .where(
            staff.StaffToken.staff_id == staff_id, staff.StaffToken.revoked_at.is_(None)
        )
        .values(revoked_at=at)
        .execution_options(synchronize_session=False)
    )


def _row(
    session: Session, keys: Keys, token: str, *, at: datetime, held: bool = False
) -> staff.Enrolment | None:
    """Return the link if it works; ``held``, nobody else can use it meanwhile."""
    hashes = keys.candidates("enrolment", token.encode())
    chosen = select(staff.Enrolment).where(staff.Enrolment.token_hash.in_(hashes))
    row = session.scalar(chosen.with_for_update() if held else chosen)
    usable = row is not None and row.used_at is None and at <= row.expires_at
    if row is None or not usable:
        return None
    if row.staff_id is None:
        return None if staff.anybody_enrolled(session) else row
    member = session.get(staff.Staff, row.staff_id)
    return row if member is not None and member.disabled_at is None else None


def new_token(
    session: Session,
    keys: Keys,
    email: str,
    name: str,
    *,
    at: datetime,
    actor: str = "command",
) -> str | None:
    """Return a new API token of a staff member, shown once; None for a stranger.

    ``actor`` is the id of the member who makes it, or the command.
    """
    email = mailbox(email)
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
            used_at=None,
            revoked_at=None,
        )
    )
    audit.append(
        session, at=at, actor=actor, action="token made", subject=email, name=name
    )
    return token


def live_token(session: Session, keys: Keys, token: str) -> staff.StaffToken | None:
    """Return a token that was not ended; for use inside an action alone."""
    hashes = keys.candidates("staff token", token.encode())
    return session.scalar(
        select(staff.StaffToken).where(
            staff.StaffToken.token_hash.in_(hashes),
            staff.StaffToken.revoked_at.is_(None),
        )
    )


def token_holder(session: Session, keys: Keys, token: str) -> staff.Staff | None:
    """Return whose token this is; for use inside an action alone."""
    row = live_token(session, keys, token)
    if row is None:
        return None
    member = session.get(staff.Staff, row.staff_id)
    return member if member is not None and member.disabled_at is None else None
