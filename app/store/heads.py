"""Signed heads: what the hash chains came to, so that a cut-off end is found, too.

A chain alone says nothing of what once stood behind its end, and who writes it anew from
its beginning leaves no trace in it. A head is a line that names the ends, signed with a
key that the database does not hold, and kept by whoever wants to (security, row 5).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Index, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base
from app.store.requests import Request

FORM = "efface head 1"
NO_HEAD = bytes(32)
"""What the first head follows."""


class SignedHead(Base):
    """One head: the ends of the chains at a moment. Never changed, never removed."""

    __tablename__ = "signed_head"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    audit_seq: Mapped[int]
    """The last entry of the audit trail; 0 where it was empty."""
    audit_hash: Mapped[bytes] = mapped_column(LargeBinary)
    timelines: Mapped[int]
    """How many timelines had grown since the head before."""
    timelines_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """Of their ends, chained to that of the head before."""
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the line before."""
    key: Mapped[bytes] = mapped_column(LargeBinary)
    """Public half of the Ed25519 key that signed it."""
    signature: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def line(self) -> str:
        """What is signed: JSON with sorted keys and no spaces."""
        fields = {
            "form": FORM,
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "audit": {"seq": self.audit_seq, "hash": self.audit_hash.hex()},
            "timelines": {"grown": self.timelines, "hash": self.timelines_hash.hex()},
            "previous": self.previous.hex(),
        }
        return json.dumps(fields, sort_keys=True, separators=(",", ":"))


class SignedTimeline(Base):
    """The end of one timeline, as a head covers it. Never changed, never removed."""

    __tablename__ = "signed_timeline"
    __table_args__ = (Index(None, "head", "request_id"),)

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    head: Mapped[int]


@dataclass(frozen=True, slots=True)
class Tip:
    """The last entry of a timeline."""

    request_id: UUID
    place: int
    hash: bytes


def tips_hash(previous: bytes, tips: Iterable[Tip]) -> bytes:
    """Return the hash of the ends of timelines, chained to that of the head before.

    SHA-256 over it and a line for each: the request's id, the place, the hash.
    """
    lines = "".join(f"{t.request_id} {t.place} {t.hash.hex()}\n" for t in tips)
    return hashlib.sha256(previous + lines.encode()).digest()


def line_hash(line: str) -> bytes:
    """Return what the next head names of this one."""
    return hashlib.sha256(line.encode()).digest()


def signed_by(key: bytes, line: str, signature: bytes) -> bool:
    """Return whether a key signed a line."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, line.encode())
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def newest_head(session: Session) -> SignedHead | None:
    """Return the last head."""
    return session.scalar(
        select(SignedHead).order_by(SignedHead.number.desc()).limit(1)
    )


def unsigned_tips(session: Session, limit: int, after: UUID | None) -> Sequence[Tip]:
    """Return timelines whose end no head covers, by their ids, after one."""
    covered = select(SignedTimeline.head).where(
        SignedTimeline.request_id == Request.id,
        SignedTimeline.place == Request.events,
    )
    rows = (
        select(Request.id, Request.events, Request.head)
        .where(Request.events > 0, ~covered.exists())
        .order_by(Request.id)
        .limit(limit)
    )
    if after is not None:
        rows = rows.where(Request.id > after)
    return [Tip(*row) for row in session.execute(rows)]
