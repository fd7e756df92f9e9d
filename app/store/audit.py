"""Who did what, when and why: rows that never change, each chained to the last."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base

NO_LINK = bytes(32)
CHAIN = 20200707
"""Names the lock under which the chain grows."""


class AuditEntry(Base):
    """One thing that a staff member or a command did."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "subject", "seq"),
        Index(None, "actor", "seq"),
        Index(None, "action", "seq"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    """A staff member's id, or the command."""
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Never personal data of a resident."""
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class ChainCheck(Base):
    """One check of every chain, asked for or done; what it found."""

    __tablename__ = "chain_check"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    """A staff member's id, or the command."""
    began_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    upto: Mapped[int | None]
    """The newest entry of the trail that it saw."""
    rows: Mapped[int | None]
    heads: Mapped[int | None]
    faults: Mapped[int | None]
    fault: Mapped[str | None]
    """The first row that does not fit, and why."""


def audit_link(
    previous: bytes,
    *,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapped[dict[str, Any]] | Mapping[str, Any],
) -> bytes:
    """Return the hash that chains an entry to the one before it."""
    fields = hashed_fields(
        seq=seq, at=at, actor=actor, action=action, subject=subject, detail=detail
    )
    written = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + written.encode()).digest()


def hashed_fields(
    *,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapped[dict[str, Any]] | Mapping[str, Any],
) -> dict[str, Any]:
    """Return all that the hash of an entry covers, as it stands in exports."""
    return {
        "seq": seq,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "action": action,
        "subject": subject,
        "detail": detail,
    }


def append(
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str = "",
    **detail: str | int | bool | None,
) -> None:
    """Add an entry to the audit trail."""
    if session.get_bind().dialect.name == "postgresql":
        # A lock on the last row is not enough: who waited for it would still chain to
        # it, though another row has followed meanwhile.
        session.execute(text(f"SELECT pg_advisory_xact_lock({CHAIN})"))
    last = session.execute(
        select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    ).one_or_none()
    seq, previous = (last.seq + 1, last.hash) if last else (1, NO_LINK)
    hashed = audit_link(
        previous,
        seq=seq,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
    )
    session.add(
        AuditEntry(
            seq=seq,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
            previous=previous,
            hash=hashed,
        )
    )
    session.flush()
