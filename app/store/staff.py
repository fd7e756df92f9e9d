"""The people on the admin side, their sessions, and what they asked to see."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base


class Role(StrEnum):
    """What a staff member may do."""

    CASEWORKER = "caseworker"
    EDITOR = "editor"
    AUDITOR = "auditor"
    ADMIN = "admin"


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


class StaffSession(Base):
    """A signed-in browser."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    last_seen: Mapped[datetime]
    before: Mapped[datetime | None]
    """When the person had signed in the time before."""


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
    revoked_at: Mapped[datetime | None]


class Reveal(Base):
    """A staff member's asking to see a person or a file; the worker answers it."""

    __tablename__ = "reveal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(index=True)
    """What it is about: a filing, or a mail that belongs to none yet."""
    request_id: Mapped[UUID | None]
    evidence_id: Mapped[UUID | None]
    """The file that was asked for; None where it is the person, or a mail."""
    mail_id: Mapped[UUID | None]
    """The mail that was asked for."""
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """Of a pair made for this reveal alone; the private half is in a cookie."""
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


def anybody_enrolled(session: Session) -> bool:
    """Return whether there is a staff member who can sign in."""
    enrolled = select(func.count()).where(Staff.enrolled_at.is_not(None))
    return bool(session.scalar(enrolled))
