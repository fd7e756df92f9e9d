"""A message that nothing follows from: kept as the resident gave it, and no event.

A receipt that comes after the answer, or a letter after the request was taken back,
fits no event of a timeline (contract, section 7). It is sealed beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.keep_evidence import is_saved, put_behind, unsaved
from app.actions.read_filing import RequestStanding
from app.actions.record_reply import (
    LONGEST_TEXT,
    NotThatDay,
    UnknownRequest,
    Words,
    may_tell,
    seal_words,
)
from app.actions.reply_days import reply_days
from app.actions.tell_reply import FilesGone
from app.actions.written_day import WrittenDay
from app.domain.timeline import EventKind
from app.store import people, requests

MOST_NOTES = 20
"""Messages of one request: far more than a company sends, and nobody's storage."""
SENT_TWICE = timedelta(hours=24)
"""How long the same form, sent again, keeps nothing more."""


class NoteBody(BaseModel):
    """What the company wrote, and when it came."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    received_on: WrittenDay
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""


@dataclass(frozen=True, slots=True)
class NoteKept:
    """It is kept, and the request stands where it stood."""


@dataclass(frozen=True, slots=True)
class TooManyNotes:
    """As many are kept as can be; nothing was saved."""


def may_note(it: RequestStanding) -> bool:
    """Return whether a message can be kept: it was sent, and no receipt can follow."""
    return it.sent_on is not None and EventKind.ACKNOWLEDGED not in may_tell(it.status)


def keep_note(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    request_id: UUID,
    receipt: bytes,
    body: NoteBody,
    files: Sequence[UUID],
    *,
    at: datetime,
    nonce: str,
) -> NoteKept | NotThatDay | UnknownRequest | FilesGone | TooManyNotes:
    """Seal a message beside the timeline; sent twice it is kept once."""
    filing = people.held(session, filing_id)
    request = requests.locked(session, filing_id, request_id)
    if filing.purged_at is not None or request is None:
        return UnknownRequest()
    key = request.id.bytes + nonce.encode()
    hashes = desk.keys.candidates("note key", key)
    known = people.Idempotency.key_hash
    if session.scalar(select(known).where(known.in_(hashes))) is not None:
        return NoteKept()
    if _notes(session, request) >= MOST_NOTES:
        return TooManyNotes()
    history = requests.timeline(session, filing_id, request_id)
    _, last = reply_days(desk, filing, request, history, at=at)
    if request.sent_on is None or not request.sent_on <= body.received_on <= last:
        return NotThatDay()
    waiting = unsaved(session, filing_id, request_id, receipt, files)
    saved = is_saved(session, filing_id, request_id, files)
    if {*files} - {file.id for file in waiting} - saved:
        return FilesGone()
    words = Words(body.text, None, body.received_on)
    beside = requests.NO_ENTRY
    seal_words(session, desk, filing, request, words, waiting, b"", place=beside, at=at)
    put_behind(session, request, waiting, place=beside)
    session.execute(
        insert(people.Idempotency.__table__),
        {
            "key_hash": desk.keys.hash("note key", key),
            "body_hash": b"",
            "sealed_answer": b"",
            "expires_at": at + SENT_TWICE,
        },
    )
    return NoteKept()


def _notes(session: Session, request: requests.Request) -> int:
    row = requests.Reply
    found = select(func.count()).where(
        row.filing_id == request.filing_id,
        row.request_id == request.id,
        row.place == requests.NO_ENTRY,
    )
    return session.scalars(found).one()
