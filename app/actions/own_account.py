"""What members of staff do with their own account: password, second step, sessions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.enrol_staff import end_links, end_tokens, new_token
from app.actions.one_time_codes import (
    forget_recovery_codes,
    new_recovery_codes,
    recovery_codes_left,
    use_code,
)
from app.actions.passkeys import keep_passkey, passkeys_of
from app.actions.plain_words import without_unseen
from app.actions.sign_in import IDLE, LONGEST, live_session
from app.actions.tell_staff import tell_member
from app.store import audit, staff
from app.store.keys import Keys
from app.store.outbox import MessageKind
from app.store.staff import Stage

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A browser in which a member is signed in."""

    handle: str
    """Names it in a form; opens nothing."""
    agent: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey of a member."""

    id: UUID
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A key of a member for programs."""

    handle: str
    name: str
    made_at: datetime
    used_at: datetime | None
    """When a program last used it."""


@dataclass(frozen=True, slots=True)
class Account:
    """All that a member sees of their own account."""

    codes: bool
    recovery_left: int
    passkeys: tuple[PasskeyLine, ...]
    sessions: tuple[SessionLine, ...]
    tokens: tuple[TokenLine, ...]


class Kept(StrEnum):
    """Why a second step cannot be taken away."""

    LAST = "last"
    """Here there must be one, and it is the last."""


def read_account(
    session: Session, keys: Keys, staff_id: UUID, token: str, *, at: datetime
) -> Account:
    """Return a member's account, as the browser with a session's token sees it."""
    this = keys.candidates("session", token.encode())
    sessions = session.scalars(
        select(staff.StaffSession)
        .where(
            staff.StaffSession.staff_id == staff_id,
            staff.StaffSession.stage != Stage.HALF,
            staff.StaffSession.last_seen >= at - IDLE,
            staff.StaffSession.created_at >= at - LONGEST,
        )
        .order_by(staff.StaffSession.last_seen.desc())
    )
    tokens = session.scalars(
        select(staff.StaffToken)
        .where(
            staff.StaffToken.staff_id == staff_id, staff.StaffToken.revoked_at.is_(None)
        )
        .order_by(staff.StaffToken.created_at)
    )
    return Account(
        codes=staff.has_codes(session, staff_id),
        recovery_left=recovery_codes_left(session, staff_id),
        passkeys=tuple(
            PasskeyLine(p.id, p.name, p.created_at, p.last_used_at)
            for p in passkeys_of(session, staff_id)
        ),
        sessions=tuple(
            SessionLine(
                s.token_hash.hex(),
                s.agent,
                s.created_at,
                s.last_seen,
                s.token_hash in this,
            )
            for s in sessions
        ),
        tokens=tuple(
            TokenLine(t.token_hash.hex(), t.name, t.created_at, t.used_at)
            for t in tokens
        ),
    )


def change_password(
    session: Session,
    desk: Desk,
    staff_id: UUID,
    token: str,
    password_hash: str,
    *,
    at: datetime,
) -> None:
    """Set a new password, and tell the member.

    Every other session ends, and so do links and tokens for programs: an intruder may
    have made one.
    """
    member = session.get_one(staff.Staff, staff_id, with_for_update=True)
    member.password_hash = password_hash
    this = desk.keys.candidates("session", token.encode())
    session.execute(
        delete(staff.StaffSession)
        .where(
            staff.StaffSession.staff_id == staff_id,
            staff.StaffSession.token_hash.not_in(this),
        )
        .execution_options(synchronize_session=False)
    )
    end_links(session, staff_id, at=at)
    end_tokens(session, staff_id, at=at)
    audit.append(session, at=at, actor=str(staff_id), action="password changed")
    tell_member(session, desk, staff_id, MessageKind.STAFF_PASSWORD, at=at)


def confirm_codes(
    session: Session,
    desk: Desk,
    staff_id: UUID,
    token: str,
    typed: str,
    *,
    at: datetime,
) -> tuple[str, ...] | None:
    """Let one-time codes count from now on; None where the code is wrong.

    Returns the recovery codes where there were none yet, to be shown once.
    """
    row = session.get(staff.CodeSecret, staff_id, with_for_update=True)
    if row is None or row.confirmed_at is not None:
        return None
    if not use_code(session, desk.keys, staff_id, typed, at=at):
        return None
    row.confirmed_at = at
    return _added(session, desk, staff_id, token, "code", at=at)


def add_passkey(
    session: Session,
    desk: Desk,
    staff_id: UUID,
    token: str,
    answer: str,
    name: str,
    *,
    at: datetime,
) -> tuple[str, ...] | None:
    """Keep a new passkey; None where it is none that was asked for.

    Returns the recovery codes where there were none yet, to be shown once.
    """
    if not keep_passkey(session, desk, staff_id, answer, name, at=at):
        return None
    return _added(session, desk, staff_id, token, "passkey", at=at)


def _added(
    session: Session, desk: Desk, staff_id: UUID, token: str, what: str, *, at: datetime
) -> tuple[str, ...]:
    row = live_session(session, desk.keys, token, at=at)
    if row is not None and row.stage is Stage.BARE:
        row.stage = Stage.WHOLE
    _changed(session, desk, staff_id, "second step added", what, at=at)
    if recovery_codes_left(session, staff_id):
        return ()
    return new_recovery_codes(session, desk.keys, staff_id, at=at)


def _changed(
    session: Session,
    desk: Desk,
    staff_id: UUID,
    action: str,
    what: str,
    *,
    at: datetime,
) -> None:
    audit.append(session, at=at, actor=str(staff_id), action=action, by=what)
    tell_member(session, desk, staff_id, MessageKind.STAFF_SECOND_STEP, at=at)


def remove_codes(
    session: Session, desk: Desk, staff_id: UUID, *, at: datetime
) -> Kept | None:
    """Take the one-time codes away, unless they are the last second step that must be."""
    row = session.get(staff.CodeSecret, staff_id, with_for_update=True)
    if row is None:
        return None
    if desk.portal.production and not staff.has_passkeys(session, staff_id):
        return Kept.LAST
    session.delete(row)
    session.flush()
    _removed(session, desk, staff_id, "code", at=at)
    return None


def remove_passkey(
    session: Session, desk: Desk, staff_id: UUID, passkey_id: UUID, *, at: datetime
) -> Kept | None:
    """Take a passkey away, unless it is the last second step that must be."""
    every = passkeys_of(session, staff_id)
    one = next((p for p in every if p.id == passkey_id), None)
    if one is None:
        return None
    alone = len(every) == 1 and not staff.has_codes(session, staff_id)
    if desk.portal.production and alone:
        return Kept.LAST
    session.delete(one)
    session.flush()
    _removed(session, desk, staff_id, "passkey", at=at)
    return None


def _removed(
    session: Session, desk: Desk, staff_id: UUID, what: str, *, at: datetime
) -> None:
    if not staff.has_second_step(session, staff_id):
        forget_recovery_codes(session, staff_id)
    _changed(session, desk, staff_id, "second step removed", what, at=at)


def renew_recovery_codes(
    session: Session, desk: Desk, staff_id: UUID, *, at: datetime
) -> tuple[str, ...]:
    """Return new recovery codes, shown once; none without a second step to recover."""
    if not staff.has_second_step(session, staff_id):
        return ()
    _changed(session, desk, staff_id, "recovery codes made", "recovery code", at=at)
    return new_recovery_codes(session, desk.keys, staff_id, at=at)


def end_session(session: Session, staff_id: UUID, handle: str, *, at: datetime) -> None:
    """End one of a member's own sessions."""
    mine = select(staff.StaffSession).where(staff.StaffSession.staff_id == staff_id)
    for row in session.scalars(mine).all():
        if row.token_hash.hex() == handle:
            session.delete(row)
            audit.append(session, at=at, actor=str(staff_id), action="session ended")


def end_every_session(
    session: Session, staff_id: UUID, *, at: datetime, actor: str | None = None
) -> None:
    """Sign a member out everywhere, programs too; no browser is known any more either.

    ``actor`` is who does it, where it is not themselves.
    """
    member = session.get_one(staff.Staff, staff_id, with_for_update=True)
    for table in (staff.StaffSession, staff.StaffDevice):
        session.execute(
            delete(table)
            .where(table.staff_id == staff_id)
            .execution_options(synchronize_session=False)
        )
    end_tokens(session, staff_id, at=at)
    audit.append(
        session,
        at=at,
        actor=actor or str(staff_id),
        action="signed out everywhere",
        subject=member.email,
    )


def make_token(
    session: Session, desk: Desk, staff_id: UUID, token: str, name: str, *, at: datetime
) -> str | None:
    """Return a new API token of a member, shown once; tell the member by mail.

    None where their browser's session has ended meanwhile: what ends it ends the tokens
    that there are, so none may come just after.
    """
    member = session.get_one(staff.Staff, staff_id, with_for_update=True)
    if live_session(session, desk.keys, token, at=at) is None:
        return None
    named = without_unseen(name).strip()[:LONGEST_NAME]
    tell_member(session, desk, staff_id, MessageKind.STAFF_TOKEN, at=at)
    by = str(staff_id)
    return new_token(session, desk.keys, member.email, named, at=at, actor=by)


def revoke_token(
    session: Session, staff_id: UUID, handle: str, *, at: datetime
) -> None:
    """End one of a member's own API tokens."""
    mine = select(staff.StaffToken).where(
        staff.StaffToken.staff_id == staff_id, staff.StaffToken.revoked_at.is_(None)
    )
    for row in session.scalars(mine).all():
        if row.token_hash.hex() == handle:
            row.revoked_at = at
            audit.append(
                session,
                at=at,
                actor=str(staff_id),
                action="token revoked",
                name=row.name,
            )
