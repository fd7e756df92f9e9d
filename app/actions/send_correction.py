"""Something here is wrong: anybody says so, and follows by a number what becomes of it.

What is typed may hold a person's data, so it is sealed; outside is shown only what
somebody of staff wrote. A mailbox is told only after it has confirmed to want that.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from app.actions.codes import CodeFault
from app.actions.desk import Desk
from app.actions.file_request import Limited, mail_allowance
from app.actions.mail_out import mail_row
from app.actions.portal import UNCONFIRMED_LIVES
from app.actions.prepare_filing import mailbox_hash
from app.actions.tell_sender import tell_sender
from app.domain.about import About
from app.domain.public_corrections import FINAL, CorrectionState, Standing, standing
from app.domain.receipts import correction_number
from app.store import corrections, limits, people
from app.store.base import insert_together, new_id
from app.store.corrections import Correction, CorrectionMail
from app.store.notes import NoteResolution
from app.store.outbox import Message, MessageKind
from app.store.sealing import Sealer

AN_HOUR = 60
"""Corrections that one address of the network may send."""
LONGEST, LONGEST_LINE = 4_000, 500
ON_A_PAGE = 50


class CorrectionBody(BaseModel):
    """What somebody says to be wrong."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    wrong: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    right: Annotated[str, Field(max_length=LONGEST)] = ""
    source: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    name: Annotated[str, Field(max_length=100)] = ""
    """For the credit; empty where none is wished."""


@dataclass(frozen=True, slots=True)
class Sent:
    """It is kept, and called by this number."""

    number: str


@dataclass(frozen=True, slots=True)
class Stands:
    """A correction as anybody may see it: nothing that was not moderated."""

    number: str
    record: str
    received_on: date
    standing: Standing
    words: str
    """What was wrong, or why nothing was changed; empty until somebody decided."""
    became: str
    """What was changed, or why it was right."""
    version: str
    decided_on: date | None
    credit: str


@dataclass(frozen=True, slots=True)
class Published:
    """Corrections that were decided, the newest first."""

    corrections: tuple[Stands, ...]
    older: UUID | None


def send_correction(
    session: Session,
    desk: Desk,
    about: About,
    body: CorrectionBody,
    *,
    email: str | None,
    language: str,
    at: datetime,
    caller: bytes,
) -> Sent | Limited:
    """Seal a correction; where a mailbox is given, ask it whether it wants to be told."""
    wait = limits.take(
        session,
        desk.keys.hash("limit corrections", caller),
        at=at,
        limit=AN_HOUR,
        period=timedelta(hours=1),
    )
    mailbox = mailbox_hash(desk, email) if email else None
    if wait is None and mailbox is not None:
        wait = mail_allowance(session, desk, mailbox, at=at)
    if wait is not None:
        return Limited(int(wait.total_seconds()) + 1)
    correction_id = new_id(at)
    number = correction_number(secrets.randbits(40))
    sealer = Sealer(desk.keys.epoch, None)
    content = json.dumps(body.model_dump(), ensure_ascii=False).encode()
    text = sealer.seal(content, corrections.text_of(correction_id))
    session.execute(
        insert(Correction.__table__),
        {
            "id": correction_id,
            "number": number,
            "record": str(about),
            "received_at": at,
            "state": CorrectionState.RECEIVED,
            "decided_at": None,
            "words": None,
            "credit": None,
            "note_id": None,
            **people.columns(text),
        },
    )
    if email is not None and mailbox is not None:
        token = secrets.token_urlsafe(24)
        secret = json.dumps({"to": email, "token": token}).encode()
        sealed = sealer.seal(secret, corrections.address_of(correction_id))
        row = {
            "id": correction_id,
            "mailbox": mailbox,
            "language": language,
            "token_hash": desk.keys.hash("correction", token.encode()),
            "confirm_by": at + UNCONFIRMED_LIVES,
            "told": False,
            **people.columns(sealed),
        }
        kind = MessageKind.CORRECTION_CONFIRM
        mail = mail_row(desk, correction_id, kind, dedupe="confirm", at=at)
        insert_together(
            session, (CorrectionMail.__table__, row), (Message.__table__, mail)
        )
    return Sent(number)


def _hashes(desk: Desk, token: str) -> tuple[bytes, ...]:
    return desk.keys.candidates("correction", token.encode())


def read_link(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> bool | CodeFault:
    """Return whether a mailed link is confirmed already; reading it changes nothing."""
    found = select(CorrectionMail.confirm_by).where(
        CorrectionMail.token_hash.in_(_hashes(desk, token))
    )
    row = session.execute(found).first()
    if row is None:
        return CodeFault.MISSING
    by = row[0]
    if by is not None and at > by:
        return CodeFault.EXPIRED
    return by is None


def confirm_link(
    session: Session, desk: Desk, token: str, *, at: datetime
) -> CodeFault | None:
    """Confirm with the button behind the mailed link; None when it is done."""
    row = corrections.by_token(session, _hashes(desk, token))
    if row is None:
        return CodeFault.MISSING
    if row.confirm_by is None:
        return None
    if at > row.confirm_by:
        return CodeFault.EXPIRED
    row.confirm_by = None
    session.flush()
    found = session.execute(_stands().where(Correction.id == row.id)).one()
    if _shown(found[0], found[1]).standing in FINAL:
        tell_sender(session, desk, row.id, at=at)
    return None


def stop_link(session: Session, desk: Desk, token: str) -> None:
    """Destroy a mailbox, at once; where there is none, it is gone already."""
    row = corrections.by_token(session, _hashes(desk, token))
    if row is not None:
        corrections.forget_mail(session, [row.id])


def _stands() -> Select[Correction, NoteResolution]:
    return select(Correction, NoteResolution).outerjoin(
        NoteResolution, NoteResolution.note_id == Correction.note_id
    )


def _shown(row: Correction, ended: NoteResolution | None) -> Stands:
    now = standing(row.state, ended.became if ended else None)
    when = ended.resolved_at if ended else row.decided_at
    return Stands(
        number=row.number,
        record=row.record,
        received_on=row.received_at.date(),
        standing=now,
        words=row.words or "",
        became=ended.words if ended else "",
        version=ended.version if ended else "",
        decided_on=when.date() if when and now in FINAL else None,
        credit=(row.credit or "") if ended else "",
    )


def read_correction(session: Session, number: str) -> Stands | None:
    """Return where a correction stands."""
    row = session.execute(_stands().where(Correction.number == number)).first()
    return _shown(row[0], row[1]) if row else None


def read_published(session: Session, before: UUID | None = None) -> Published:
    """Return what was corrected, or looked at and found right."""
    found = _stands().where(
        Correction.state == CorrectionState.ACCEPTED,
        NoteResolution.note_id.is_not(None),
    )
    if before is not None:
        found = found.where(Correction.id < before)
    rows = session.execute(
        found.order_by(Correction.id.desc()).limit(ON_A_PAGE + 1)
    ).all()
    shown = rows[:ON_A_PAGE]
    older = shown[-1][0].id if len(rows) > ON_A_PAGE else None
    return Published(tuple(_shown(row[0], row[1]) for row in shown), older)
