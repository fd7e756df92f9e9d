"""Show who is behind a request: with a reason, on record, for some minutes.

The web tier cannot open anything. It asks with a one-time public key whose private half
only the asker's browser has; the worker answers to that key (security, decision 1).
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.actions.record_reply import UnknownRequest
from app.actions.sign_in import Wait
from app.store import audit, limits, people, requests
from app.store.base import new_id
from app.store.keys import Keys
from app.store.sealing import CannotOpenError, open_sealed_to
from app.store.staff import Reveal

REVEALED_FOR = timedelta(minutes=5)
REVEALS_A_DAY = 60
"""By one member: who needs more does not work on requests."""
KEY_BYTES = 32


class Reason(StrEnum):
    """Why somebody needs to see who it is."""

    COMPANY_ASKS = "company_asks"
    MATCH_REPLY = "match_reply"
    RESIDENT_ASKS = "resident_asks"
    UNDELIVERED = "undelivered"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Asked:
    """The worker will answer in a moment."""

    id: UUID


@dataclass(frozen=True, slots=True)
class NobodyLeft:
    """What was known of the person has been destroyed."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The newest asking of one member, as the database has it."""

    id: UUID
    answer: bytes | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Text:
    """A letter or the words of a reply, opened."""

    subject: str
    text: str
    reference: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """The person, and what was written, for who asked."""

    fields: tuple[tuple[str, str], ...]
    """By the name of the field: name, e-mail, and the identifiers that were given."""
    texts: Mapping[UUID, Text]
    """Letters and replies, by their ids."""
    until: datetime


def new_reveal_key() -> tuple[bytes, bytes]:
    """Return the private and the public half of a key for one reveal."""
    private = X25519PrivateKey.from_private_bytes(secrets.token_bytes(KEY_BYTES))
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def ask_reveal(
    session: Session,
    keys: Keys,
    request_id: UUID,
    reason: Reason,
    public_key: bytes,
    *,
    at: datetime,
    staff_id: UUID,
) -> Asked | NobodyLeft | Wait | UnknownRequest:
    """Ask the worker to open a request to one key; that it was asked is on record."""
    request = requests.by_id(session, request_id)
    if request is None:
        return UnknownRequest()
    person = session.get(people.Person, request.filing_id)
    if person is None or person.thing is None:
        return NobodyLeft()
    wait = limits.take(
        session,
        keys.hash("limit reveals", staff_id.bytes),
        at=at,
        limit=REVEALS_A_DAY,
        period=timedelta(days=1),
    )
    if wait is not None:
        return Wait(int(wait.total_seconds()) + 1)
    mine = (Reveal.staff_id == staff_id) & (Reveal.request_id == request.id)
    session.execute(
        delete(Reveal)
        .where(mine | (Reveal.expires_at <= at))
        .execution_options(synchronize_session=False)
    )
    reveal = Reveal(
        id=new_id(at),
        filing_id=request.filing_id,
        request_id=request.id,
        staff_id=staff_id,
        public_key=public_key,
        answer=None,
        asked_at=at,
        answered_at=None,
        expires_at=at + REVEALED_FOR,
    )
    session.add(reveal)
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="identity shown",
        subject=request.number,
        reason=reason,
    )
    return Asked(reveal.id)


def pending(
    session: Session, request: requests.Request, staff_id: UUID, *, at: datetime
) -> Pending | None:
    """Return what a member asked for and may still see."""
    row = session.scalar(
        select(Reveal)
        .where(
            Reveal.filing_id == request.filing_id,
            Reveal.request_id == request.id,
            Reveal.staff_id == staff_id,
            Reveal.expires_at > at,
        )
        .order_by(Reveal.id.desc())
        .limit(1)
    )
    return Pending(row.id, row.answer, row.expires_at) if row else None


def opened(pending: Pending, private_key: bytes) -> Revealed | None:
    """Open an answer with the private half; None where it is another one."""
    if pending.answer is None:
        return None
    try:
        content = open_sealed_to(pending.answer, private_key, pending.id.bytes)
    except CannotOpenError:
        return None
    found: dict[str, Any] = json.loads(content)
    texts = {**found["letters"], **found["replies"]}
    return Revealed(
        tuple(_fields(found["person"] or {})),
        {UUID(key): _text(value) for key, value in texts.items() if value},
        pending.expires_at,
    )


def _fields(person: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was given, in the order of the form."""
    resident = person.get("resident") or {}
    acting = person.get("on_behalf") or {}
    given = [
        *resident.items(),
        *((f"acting_{k}", v) for k, v in acting.items()),
        ("mandate", person.get("mandate")),
    ]
    return [
        (name, "\n".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in given
        if value
    ]


def _text(content: Mapping[str, Any]) -> Text:
    return Text(
        content.get("subject") or "",
        content.get("text") or "",
        content.get("vendor_reference") or "",
    )
