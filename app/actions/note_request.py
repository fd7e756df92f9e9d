"""A member writes something down about a request: sealed, for other members to open."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.record_reply import UnknownRequest
from app.actions.staff_members import short_name
from app.store import audit, people, requests
from app.store.base import new_id
from app.store.sealing import Sealer, Where
from app.store.staff import Staff

LONGEST_NOTE = 4_000
MOST_NOTES = 200
"""Of one request."""
SENT_TWICE = timedelta(hours=24)
"""How long the same form, sent again, writes nothing more."""


class NoteText(BaseModel):
    """What a member writes down."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    note: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]


@dataclass(frozen=True, slots=True)
class Noted:
    """It is kept."""

    number: str


@dataclass(frozen=True, slots=True)
class NobodyToNoteOf:
    """The personal data of the request is destroyed: what is noted would not be."""


@dataclass(frozen=True, slots=True)
class StaffNoteKept:
    """A note, still closed."""

    id: UUID
    by: str
    written_on: date


def note_request(
    session: Session,
    desk: Desk,
    request_id: UUID,
    body: NoteText,
    *,
    at: datetime,
    staff_id: UUID,
    nonce: str,
) -> Noted | NobodyToNoteOf | UnknownRequest:
    """Seal a note beside a request; sent twice it is kept once.

    It goes with the person's data, on the same day.
    """
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not request:
        return UnknownRequest()
    filing = session.get_one(people.Filing, request.filing_id)
    if filing.purged_at is not None or _many(session, request):
        return NobodyToNoteOf()
    key = request.id.bytes + nonce.encode()
    known = people.Idempotency.key_hash
    hashes = desk.keys.candidates("staff note key", key)
    if session.scalar(select(known).where(known.in_(hashes))) is not None:
        return Noted(request.number)
    note_id = new_id(at)
    thing = Sealer(desk.keys.epoch, filing.receipt_public).seal(
        json.dumps({"text": body.note}, ensure_ascii=False).encode(),
        Where("staff_note", str(note_id)),
    )
    session.execute(
        insert(requests.StaffNote.__table__),
        {
            "filing_id": filing.id,
            "id": note_id,
            "request_id": request.id,
            "staff_id": staff_id,
            "written_at": at,
            **people.columns(thing),
        },
    )
    session.execute(
        insert(people.Idempotency.__table__),
        {
            "key_hash": desk.keys.hash("staff note key", key),
            "body_hash": b"",
            "sealed_answer": b"",
            "expires_at": at + SENT_TWICE,
        },
    )
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="note written",
        subject=request.number,
    )
    return Noted(request.number)


def _many(session: Session, request: requests.Request) -> bool:
    row = requests.StaffNote
    found = select(func.count()).where(
        row.filing_id == request.filing_id, row.request_id == request.id
    )
    return session.scalars(found).one() >= MOST_NOTES


def notes_of(session: Session, request: requests.Request) -> tuple[StaffNoteKept, ...]:
    """Return the notes of a request, the oldest first, without their words."""
    row = requests.StaffNote
    found = session.execute(
        select(row.id, Staff.email, row.written_at)
        .join(Staff, Staff.id == row.staff_id)
        .where(row.filing_id == request.filing_id, row.request_id == request.id)
        .where(row.sealed.is_not(None))
        .order_by(row.id)
    )
    return tuple(
        StaffNoteKept(i, short_name(email), at.date()) for i, email, at in found
    )
