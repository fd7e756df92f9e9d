"""Open a person, what they gave, or a correction, for who gave a reason: to them alone."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.actions.reply_links import SEALED_AS
from app.letters import without_answer_link
from app.store import people, requests
from app.store.corrections import Correction, text_of
from app.store.opening import Opener
from app.store.sealing import CannotOpenError, Where, seal_to
from app.store.staff import Reveal

AT_ONCE = 5
"""Each may be a file of ten megabytes."""


def answer_reveals(session: Session, opener: Opener, *, at: datetime) -> int:
    """Answer what waits, and forget what has expired."""
    session.execute(delete(Reveal).where(Reveal.expires_at <= at))
    waiting = session.scalars(
        select(Reveal)
        .where(Reveal.answered_at.is_(None), Reveal.mail_id.is_(None))
        .limit(AT_ONCE)
    ).all()
    for reveal in waiting:
        if reveal.request_id is None:
            content = _correction(session, opener, reveal.filing_id)
        elif reveal.evidence_id is None:
            found = _content(session, opener, reveal)
            content = json.dumps(found, ensure_ascii=False).encode()
        else:
            content = _file(session, opener, reveal.filing_id, reveal.evidence_id)
        reveal.answer = seal_to(content, reveal.public_key, reveal.id.bytes)
        reveal.answered_at = at
    return len(waiting)


def _correction(session: Session, opener: Opener, correction_id: UUID) -> bytes:
    """Return what was typed; nothing, where it is gone."""
    row = session.get(Correction, correction_id)
    if row is None or row.thing is None:
        return b""
    try:
        return opener.open(row.thing, text_of(correction_id))
    except CannotOpenError:
        return b""


def _file(
    session: Session, opener: Opener, filing_id: UUID, evidence_id: UUID
) -> bytes:
    """Return a file with its name; nothing, where it is gone or cannot be opened."""
    row = session.get(requests.EvidenceFile, (filing_id, evidence_id))
    if row is None or row.thing is None:
        return b""
    try:
        return opener.open(row.thing, Where("evidence", str(row.id)))
    except CannotOpenError:
        return b""


def _content(session: Session, opener: Opener, reveal: Reveal) -> dict[str, object]:
    found: dict[str, object] = {"person": None, "letters": {}, "replies": {}}
    person = session.get(people.Person, reveal.filing_id)
    if person is not None and person.thing is not None:
        where = Where("person", str(reveal.filing_id))
        found["person"] = _opened(opener, person, where)
        if isinstance(found["person"], dict):
            found["person"].pop(SEALED_AS, None)  # staff answer for no vendor
    of_request = {"filing_id": reveal.filing_id, "request_id": reveal.request_id}
    found["letters"] = {
        str(row.id): _letter(opener, row)
        for row in session.scalars(select(requests.Letter).filter_by(**of_request))
    }
    found["replies"] = {
        str(row.id): _opened(opener, row, Where("reply", str(row.id)))
        for row in session.scalars(select(requests.Reply).filter_by(**of_request))
    }
    found["notes"] = {
        str(row.id): _opened(opener, row, Where("staff_note", str(row.id)))
        for row in session.scalars(select(requests.StaffNote).filter_by(**of_request))
    }
    return found


def _letter(opener: Opener, row: requests.Letter) -> object:
    letter = _opened(opener, row, Where("letter", str(row.id)))
    if isinstance(letter, dict):
        letter["text"] = without_answer_link(letter["text"])
    return letter


def _opened(opener: Opener, row: people.SealedColumns, where: Where) -> object:
    if row.thing is None:
        return None
    try:
        return json.loads(opener.open(row.thing, where))
    except CannotOpenError:
        return None
