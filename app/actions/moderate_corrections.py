"""Corrections from the public: opened on record, accepted as a note or declined."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.plain_words import Plain
from app.actions.record_notes import NoSuchRecord, Words, Written, write_note
from app.actions.reveal_identity import (
    REVEALED_FOR,
    Asked,
    NobodyLeft,
    Pending,
    too_many,
    unsealed,
)
from app.actions.send_correction import CorrectionBody, Stands, read_correction
from app.actions.sign_in import Wait
from app.actions.tell_sender import tell_sender
from app.domain.about import named
from app.domain.public_corrections import CorrectionState
from app.store import audit, corrections
from app.store.base import new_id
from app.store.corrections import Correction
from app.store.keys import Keys
from app.store.staff import Reveal

ON_A_PAGE = 50


class Choice(StrEnum):
    """What is done with a correction."""

    ACCEPT = "accept"
    DECLINE = "decline"


class Moderation(BaseModel):
    """What somebody decided, in words that anybody may read."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    choice: Choice
    words: Annotated[str, Field(min_length=1, max_length=4_000), Plain]
    credit: Annotated[str, Field(max_length=100), Plain] = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One correction, closed."""

    id: UUID
    number: str
    record: str
    received_at: datetime
    state: CorrectionState


@dataclass(frozen=True, slots=True)
class Shelf:
    """Corrections: those that wait, the oldest first; or those that were decided."""

    lines: tuple[Line, ...]
    next: UUID | None


@dataclass(frozen=True, slots=True)
class CorrectionFile:
    """One correction as staff see it."""

    line: Line
    stands: Stands
    closed: bool
    """Whether there is something that can be opened."""
    note_id: UUID | None
    credit: str
    pending: Pending | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What somebody typed, for who asked."""

    body: CorrectionBody
    until: datetime


@dataclass(frozen=True, slots=True)
class DecidedAlready:
    """Somebody has decided meanwhile, or it has lapsed; nothing was changed."""


def count_received(session: Session) -> int:
    """Return how many corrections nobody has decided about."""
    found = select(func.count()).where(Correction.state == CorrectionState.RECEIVED)
    return session.scalars(found).one()


def read_corrections(
    session: Session, *, decided: bool = False, after: UUID | None = None
) -> Shelf:
    """Return a page of corrections."""
    waits = Correction.state == CorrectionState.RECEIVED
    found = select(Correction).where(~waits if decided else waits)
    order = Correction.id.desc() if decided else Correction.id
    if after is not None:
        found = found.where(Correction.id < after if decided else Correction.id > after)
    rows = session.scalars(found.order_by(order).limit(ON_A_PAGE + 1)).all()
    shown = rows[:ON_A_PAGE]
    return Shelf(
        tuple(map(_line, shown)), shown[-1].id if len(rows) > ON_A_PAGE else None
    )


def _line(row: Correction) -> Line:
    return Line(row.id, row.number, row.record, row.received_at, row.state)


def read_for_staff(
    session: Session, number: str, *, staff_id: UUID, at: datetime
) -> CorrectionFile | None:
    """Return one correction, and what this member has asked to see of it."""
    row = corrections.by_number(session, number)
    stands = read_correction(session, number)
    if row is None or stands is None:
        return None
    asked = session.scalar(
        select(Reveal)
        .where(
            Reveal.filing_id == row.id,
            Reveal.staff_id == staff_id,
            Reveal.expires_at > at,
        )
        .order_by(Reveal.id.desc())
        .limit(1)
    )
    pending = Pending(asked.id, asked.answer, asked.expires_at) if asked else None
    closed = row.thing is not None
    return CorrectionFile(
        _line(row), stands, closed, row.note_id, row.credit or "", pending
    )


def ask_correction(
    session: Session,
    keys: Keys,
    number: str,
    public_key: bytes,
    *,
    at: datetime,
    staff_id: UUID,
) -> Asked | NobodyLeft | Wait:
    """Ask the worker to open a correction to one key; that it was asked is on record."""
    row = corrections.by_number(session, number)
    if row is None or row.thing is None:
        return NobodyLeft()
    wait = too_many(session, keys, staff_id, at=at)
    if wait is not None:
        return wait
    session.execute(
        delete(Reveal)
        .where(
            ((Reveal.filing_id == row.id) & (Reveal.staff_id == staff_id))
            | (Reveal.expires_at <= at)
        )
        .execution_options(synchronize_session=False)
    )
    reveal = Reveal(
        id=new_id(at),
        filing_id=row.id,
        request_id=None,
        evidence_id=None,
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
        session, at=at, actor=str(staff_id), action="correction opened", subject=number
    )
    return Asked(reveal.id)


def opened_correction(pending: Pending, private_key: bytes) -> Opened | None:
    """Open a correction with the private half; None where it is another one, or gone."""
    content = unsealed(pending, private_key)
    if not content:
        return None
    return Opened(
        CorrectionBody.model_validate(json.loads(content)), pending.expires_at
    )


def moderate(
    session: Session,
    desk: Desk,
    number: str,
    body: Moderation,
    *,
    at: datetime,
    staff_id: UUID,
) -> CorrectionState | DecidedAlready | NoSuchRecord:
    """Accept a correction as a note on its record, or decline it with the reason.

    What was typed is destroyed with that; what stays is in words of staff.
    """
    row = corrections.by_number(session, number, hold=True)
    if row is None or row.state is not CorrectionState.RECEIVED:
        return DecidedAlready()
    accepts = body.choice is Choice.ACCEPT
    about = named(row.record)
    if accepts:
        if about is None:
            return NoSuchRecord()
        note = write_note(
            session, desk, about, Words(words=body.words), at=at, staff_id=staff_id
        )
        if not isinstance(note, Written):
            return note
        row.note_id, row.credit = note.id, body.credit or None
    row.state = CorrectionState.ACCEPTED if accepts else CorrectionState.DECLINED
    row.decided_at, row.words = at, body.words
    state = row.state
    session.flush()
    corrections.destroy_text(session, row.id)
    session.execute(delete(Reveal).where(Reveal.filing_id == row.id))
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="correction accepted" if accepts else "correction declined",
        subject=number,
        record=row.record,
    )
    if not accepts:
        tell_sender(session, desk, row.id, at=at)
    return state


def take_credit_out(
    session: Session, number: str, *, at: datetime, staff_id: UUID
) -> None:
    """Take the name of who sent a correction out again, as they wish."""
    row = corrections.by_number(session, number, hold=True)
    if row is None or row.credit is None:
        return
    row.credit = None
    audit.append(
        session, at=at, actor=str(staff_id), action="credit taken out", subject=number
    )
