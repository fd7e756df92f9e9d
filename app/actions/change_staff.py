"""What an administrator, or the command line, does with the people on the staff side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.enrol_staff import add_staff, end_links, mailbox
from app.actions.own_account import end_every_session
from app.actions.sign_in import IDLE, LONGEST
from app.actions.tell_staff import tell_member
from app.store import audit, staff
from app.store.outbox import MessageKind
from app.store.staff import Role, Stage


class Change(StrEnum):
    """What can be done with a member, beside giving them another role."""

    DISABLE = "disable"
    ENABLE = "enable"
    END_SESSIONS = "end-sessions"
    """Their tokens for programs end as well."""
    RESET = "reset-factor"
    """Take every second step away, for who has lost them all."""


class NotDone(StrEnum):
    """Why nothing was changed."""

    UNKNOWN = "unknown"
    DISABLED = "disabled"
    """No link lets in who is shut out."""
    LAST_ADMIN = "last_admin"
    """Nobody would be left who looks after the people."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff, as administrators see them."""

    id: UUID
    email: str
    role: Role
    enrolled: bool
    disabled: bool
    last_sign_in: datetime | None
    passkeys: int
    codes: bool
    sessions: int

    @property
    def has_second_step(self) -> bool:
        """Whether they sign in with more than a password."""
        return self.codes or self.passkeys > 0


def read_people(session: Session, *, at: datetime) -> tuple[Person, ...]:
    """Return all members of staff by their mailbox."""
    members = session.scalars(select(staff.Staff).order_by(staff.Staff.email)).all()
    held = select(staff.Passkey.staff_id, func.count())
    passkeys = _counted(session, held.group_by(staff.Passkey.staff_id))
    codes = set(
        session.scalars(
            select(staff.CodeSecret.staff_id).where(
                staff.CodeSecret.confirmed_at.is_not(None)
            )
        )
    )
    live = (
        select(staff.StaffSession.staff_id, func.count())
        .where(
            staff.StaffSession.stage != Stage.HALF,
            staff.StaffSession.last_seen >= at - IDLE,
            staff.StaffSession.created_at >= at - LONGEST,
        )
        .group_by(staff.StaffSession.staff_id)
    )
    sessions = _counted(session, live)
    return tuple(
        Person(
            m.id,
            m.email,
            m.role,
            m.enrolled_at is not None,
            m.disabled_at is not None,
            m.last_sign_in,
            passkeys.get(m.id, 0),
            m.id in codes,
            sessions.get(m.id, 0),
        )
        for m in members
    )


def _counted(session: Session, by_member: Select[UUID, int]) -> dict[UUID, int]:
    return {row[0]: row[1] for row in session.execute(by_member)}


def invite(
    session: Session,
    desk: Desk,
    email: str,
    role: Role,
    *,
    at: datetime,
    actor: str,
    language: str = "en",
) -> str | NotDone:
    """Add a member, or give one a new link and role; return the link's token.

    Another link is mailed to them, in ``language`` if they never were here: whichever
    is used first ends the other.
    """
    why = why_not(session, email, role)
    if why is not None:
        return why
    token = add_staff(session, desk.keys, email, role, at=at, actor=actor)
    member = _by_mailbox(session, email)
    assert member is not None  # noqa: S101 - it was added just now
    if member.enrolled_at is None:
        member.language = language
    tell_member(session, desk, member.id, MessageKind.STAFF_INVITED, at=at)
    return token


def why_not(session: Session, email: str, role: Role) -> NotDone | None:
    """Return why a mailbox can be given no link with a role; None where it can."""
    admins = _administrators(session)
    member = _by_mailbox(session, email)
    if member is None:
        return None
    if member.disabled_at is not None:
        return NotDone.DISABLED
    return NotDone.LAST_ADMIN if _is_last(admins, member, role) else None


def set_role(
    session: Session, who: UUID | str, role: Role, *, at: datetime, actor: str
) -> NotDone | None:
    """Give a member, named by id or mailbox, another role."""
    admins = _administrators(session)
    member = _member(session, who)
    if member is None:
        return NotDone.UNKNOWN
    if member.role is role:
        return None
    if _is_last(admins, member, role):
        return NotDone.LAST_ADMIN
    member.role = role
    audit.append(
        session,
        at=at,
        actor=actor,
        action="role changed",
        subject=member.email,
        role=role,
    )
    return None


def change(
    session: Session,
    desk: Desk,
    who: UUID | str,
    what: Change,
    *,
    at: datetime,
    actor: str,
) -> NotDone | None:
    """Do one thing with a member, named by id or mailbox."""
    admins = _administrators(session) if what is Change.DISABLE else ()
    member = _member(session, who)
    if member is None:
        return NotDone.UNKNOWN
    match what:
        case Change.DISABLE:
            return _disable(session, member, admins, at=at, actor=actor)
        case Change.ENABLE:
            if member.disabled_at is not None:
                member.disabled_at = None
                _note(session, "staff enabled", member, at=at, actor=actor)
        case Change.END_SESSIONS:
            end_every_session(session, member.id, at=at, actor=actor)
        case Change.RESET:
            _reset(session, desk, member, at=at, actor=actor)
    return None


def _disable(
    session: Session,
    member: staff.Staff,
    admins: Sequence[UUID],
    *,
    at: datetime,
    actor: str,
) -> NotDone | None:
    """Shut a member out at once: sessions, tokens and links end, for good."""
    if member.disabled_at is not None:
        return None
    if _is_last(admins, member, None):
        return NotDone.LAST_ADMIN
    member.disabled_at = at
    end_links(session, member.id, at=at)
    _note(session, "staff disabled", member, at=at, actor=actor)
    end_every_session(session, member.id, at=at, actor=actor)
    return None


def _reset(
    session: Session, desk: Desk, member: staff.Staff, *, at: datetime, actor: str
) -> None:
    for table in (staff.Passkey, staff.CodeSecret, staff.RecoveryCode):
        session.execute(
            delete(table)
            .where(table.staff_id == member.id)
            .execution_options(synchronize_session=False)
        )
    _note(session, "second step reset", member, at=at, actor=actor)
    tell_member(session, desk, member.id, MessageKind.STAFF_SECOND_STEP, at=at)
    end_every_session(session, member.id, at=at, actor=actor)


def _note(
    session: Session, action: str, member: staff.Staff, *, at: datetime, actor: str
) -> None:
    audit.append(session, at=at, actor=actor, action=action, subject=member.email)


def _member(session: Session, who: UUID | str) -> staff.Staff | None:
    if isinstance(who, UUID):
        return session.get(staff.Staff, who, with_for_update=True)
    return _by_mailbox(session, who)


def _by_mailbox(session: Session, email: str) -> staff.Staff | None:
    chosen = select(staff.Staff).where(staff.Staff.email == mailbox(email))
    return session.scalar(chosen.with_for_update())


def _administrators(session: Session) -> Sequence[UUID]:
    """Return who runs this, and hold them, so that two cannot both go at once.

    They are held in order and before any one member: who demotes each other waits.
    """
    admins = (
        select(staff.Staff.id)
        .where(
            staff.Staff.role == Role.ADMIN,
            staff.Staff.enrolled_at.is_not(None),
            staff.Staff.disabled_at.is_(None),
        )
        .order_by(staff.Staff.id)
        .with_for_update()
    )
    return session.scalars(admins).all()


def _is_last(admins: Sequence[UUID], member: staff.Staff, role: Role | None) -> bool:
    """Return whether nobody would run this if a member had a role, or none."""
    return role is not Role.ADMIN and list(admins) == [member.id]
