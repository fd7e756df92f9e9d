"""The people on the admin side, their sessions, and what they asked to see."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base


class Role(StrEnum):
    """What a staff member may do."""

    CASEWORKER = "caseworker"
    EDITOR = "editor"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Stage(StrEnum):
    """How far somebody has come who gave the right password."""

    HALF = "half"
    """The second step is still to come: nothing is open yet."""
    BARE = "bare"
    """There is no second step yet, and here it must be: only it can be added."""
    WHOLE = "whole"


class Staff(Base):
    """A staff member."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role]
    password_hash: Mapped[str | None]
    """None until they enrolled."""
    enrolled_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    last_sign_in: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(server_default="en")
    """In which they are written to: that of the page on which they enrolled."""


class StaffSession(Base):
    """A signed-in browser."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    last_seen: Mapped[datetime]
    before: Mapped[datetime | None]
    """When the person had signed in the time before."""
    stage: Mapped[Stage]
    proved_at: Mapped[datetime]
    """When a password, a code or a passkey was last given in it."""
    tries: Mapped[int]
    """Wrong codes that were typed in its second step."""
    agent: Mapped[str]
    """Browser and system, in words that tell one's own devices apart."""


class StaffDevice(Base):
    """A browser in which a member has signed in before; several may share it.

    Who comes from one has tries of their own, which no stranger can use up.
    """

    __tablename__ = "staff_device"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(
        ForeignKey("staff.id"), primary_key=True, index=True
    )
    created_at: Mapped[datetime]
    last_seen: Mapped[datetime] = mapped_column(index=True)


class Passkey(Base):
    """The public half of a key that a member's device or password store holds."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    """As the key last told it; some always say 0."""
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """What a browser was asked to sign; it is answered once, within minutes."""

    __tablename__ = "passkey_challenge"

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    """Whose key it is for; None at the door, where nobody is known yet."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class CodeSecret(Base):
    """What the one-time codes of a member are computed from."""

    __tablename__ = "code_secret"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Under a key derived from a master key: a backup alone computes no code."""
    last_step: Mapped[int]
    """The step of the last code that was used; that one and older ones are refused."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """None until the first code was typed: then nothing depends on it yet."""


class RecoveryCode(Base):
    """A way in without the second step, once. 120 random bits, kept as a keyed hash."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Enrolment(Base):
    """A one-time link with which somebody sets a password."""

    __tablename__ = "enrolment"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    """None for the first one, who names themselves."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffToken(Base):
    """A staff member's key for programs."""

    __tablename__ = "staff_token"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When a program last used it, within minutes."""
    revoked_at: Mapped[datetime | None]


class SavedView(Base):
    """A part of the queue that a member comes back to."""

    __tablename__ = "saved_view"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    query: Mapped[str]
    """As it stands in the address of the queue."""


class Reveal(Base):
    """A staff member's asking to see a person or a file; the worker answers it."""

    __tablename__ = "reveal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(index=True)
    """What it is about: a filing, a mail that belongs to none yet, or a correction."""
    request_id: Mapped[UUID | None]
    """None for what belongs to no request: a correction, or such a mail."""
    evidence_id: Mapped[UUID | None]
    """The file that was asked for; None where it is the person, or a mail."""
    mail_id: Mapped[UUID | None]
    """The mail that was asked for."""
    mail_file: Mapped[int | None]
    """Place of the one of its files that was asked for; None for what it says."""
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """Of a pair made for this reveal alone; the private half is in a cookie."""
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


def has_passkeys(session: Session, staff_id: UUID) -> bool:
    """Return whether a member has a passkey."""
    found = select(Passkey.id).where(Passkey.staff_id == staff_id)
    return session.scalar(found.limit(1)) is not None


def has_codes(session: Session, staff_id: UUID) -> bool:
    """Return whether a member has one-time codes that were tried once."""
    found = select(CodeSecret.staff_id).where(
        CodeSecret.staff_id == staff_id, CodeSecret.confirmed_at.is_not(None)
    )
    return session.scalar(found) is not None


def has_second_step(session: Session, staff_id: UUID) -> bool:
    """Return whether a member signs in with more than a password."""
    passkey = exists().where(Passkey.staff_id == staff_id)
    codes = exists().where(
        CodeSecret.staff_id == staff_id, CodeSecret.confirmed_at.is_not(None)
    )
    return bool(session.scalar(select(passkey | codes)))


def anybody_enrolled(session: Session) -> bool:
    """Return whether there is a staff member who can sign in."""
    enrolled = select(func.count()).where(Staff.enrolled_at.is_not(None))
    return bool(session.scalar(enrolled))
