"""Show who is behind a request, or what they gave: with a reason, on record.

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
from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from app.actions.keep_evidence import Given
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
    """Letters, replies and notes of staff, by their ids."""
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
    evidence_id: UUID | None = None,
) -> Asked | NobodyLeft | Wait | UnknownRequest:
    """Ask the worker to open a request to one key; that it was asked is on record.

    With ``evidence_id`` it is one file that the resident gave, else the person.
    """
    request = requests.by_id(session, request_id)
    if request is None:
        return UnknownRequest()
    if not _is_there(session, request, evidence_id):
        return NobodyLeft()
    wait = too_many(session, keys, staff_id, at=at)
    if wait is not None:
        return wait
    mine = _asked_by(request, staff_id) & Reveal.evidence_id.is_not_distinct_from(
        evidence_id
    )
    session.execute(
        delete(Reveal)
        .where(mine | (Reveal.expires_at <= at))
        .execution_options(synchronize_session=False)
    )
    reveal = Reveal(
        id=new_id(at),
        filing_id=request.filing_id,
        request_id=request.id,
        evidence_id=evidence_id,
        mail_id=None,
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
        action="file opened" if evidence_id else "identity shown",
        subject=request.number,
        reason=reason,
        **({"file": str(evidence_id)} if evidence_id else {}),
    )
    return Asked(reveal.id)


def too_many(
    session: Session, keys: Keys, staff_id: UUID, *, at: datetime
) -> Wait | None:
    """Count one more thing that a member opens; None where they still may."""
    wait = limits.take(
        session,
        keys.hash("limit reveals", staff_id.bytes),
        at=at,
        limit=REVEALS_A_DAY,
        period=timedelta(days=1),
    )
    return None if wait is None else Wait(int(wait.total_seconds()) + 1)


def _asked_by(request: requests.Request, staff_id: UUID) -> ColumnElement[bool]:
    return and_(
        Reveal.filing_id == request.filing_id,
        Reveal.request_id == request.id,
        Reveal.mail_id.is_(None),
        Reveal.staff_id == staff_id,
    )


def _is_there(
    session: Session, request: requests.Request, evidence_id: UUID | None
) -> bool:
    """Return whether what is asked for was not destroyed."""
    person = session.get(people.Person, request.filing_id)
    if person is None or person.thing is None:
        return False
    if evidence_id is None:
        return True
    file = requests.EvidenceFile
    found = select(file.id).where(
        file.filing_id == request.filing_id,
        file.id == evidence_id,
        file.request_id == request.id,
        file.place.is_not(None),
        file.sealed.is_not(None),
    )
    return session.scalar(found) is not None


def pending(
    session: Session,
    request: requests.Request,
    staff_id: UUID,
    *,
    at: datetime,
    evidence_id: UUID | None = None,
) -> Pending | None:
    """Return the person, or the file, that a member asked for and may still see."""
    row = session.scalar(
        select(Reveal)
        .where(
            _asked_by(request, staff_id),
            Reveal.evidence_id.is_not_distinct_from(evidence_id),
            Reveal.expires_at > at,
        )
        .order_by(Reveal.id.desc())
        .limit(1)
    )
    return Pending(row.id, row.answer, row.expires_at) if row else None


@dataclass(frozen=True, slots=True)
class AskedFile:
    """A file that a member asked for and may still see."""

    reveal: UUID
    answered: bool


def asked_files(
    session: Session, request: requests.Request, staff_id: UUID, *, at: datetime
) -> Mapping[UUID, AskedFile]:
    """Return the files that a member asked for, without their bytes, by their ids."""
    rows = session.execute(
        select(Reveal.evidence_id, Reveal.id, Reveal.answered_at).where(
            _asked_by(request, staff_id),
            Reveal.evidence_id.is_not(None),
            Reveal.expires_at > at,
        )
    )
    return {file: AskedFile(one, at is not None) for file, one, at in rows if file}


def asked_file(
    session: Session,
    request_id: UUID,
    evidence_id: UUID,
    *,
    staff_id: UUID,
    at: datetime,
) -> Pending | None:
    """Return a file that a member asked for and may still see."""
    request = requests.by_id(session, request_id)
    if request is None:
        return None
    return pending(session, request, staff_id, at=at, evidence_id=evidence_id)


def opened_file(pending: Pending, private_key: bytes) -> Given | None:
    """Open a file with the private half; None where it is another one, or gone."""
    content = unsealed(pending, private_key)
    return Given.read(content) if content else None


def unsealed(pending: Pending, private_key: bytes) -> bytes | None:
    """Open an answer with the private half; None where it is another one, or not there."""
    if pending.answer is None:
        return None
    try:
        return open_sealed_to(pending.answer, private_key, pending.id.bytes)
    except CannotOpenError:
        return None


def opened(pending: Pending, private_key: bytes) -> Revealed | None:
    """Open an answer with the private half; None where it is another one."""
    content = unsealed(pending, private_key)
    if content is None:
        return None
    found: dict[str, Any] = json.loads(content)
    texts = {**found["letters"], **found["replies"], **found.get("notes", {})}
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
