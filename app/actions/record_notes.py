"""Notes that a record looks wrong: written, read, and resolved for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row, Select, func, insert, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.plain_words import Plain
from app.actions.staff_members import short_name
from app.actions.tell_sender import tell_senders_of
from app.domain.about import LAW_PACK, About, Became, RecordKind, find, named
from app.store import audit
from app.store.base import insert_once, new_id
from app.store.notes import NoteResolution, RecordNote, open_notes
from app.store.staff import Staff

LONGEST = 4_000
ON_A_PAGE = 50


class Words(BaseModel):
    """What looks wrong."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    words: Annotated[str, Field(min_length=1, max_length=LONGEST), Plain]


class Resolving(Words):
    """What became of a note: what was changed, or why the record was right."""

    became: Became


@dataclass(frozen=True, slots=True)
class Ended:
    """How a note was resolved."""

    became: Became
    version: str
    words: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note, and what became of it."""

    id: UUID
    record: str
    version: str
    words: str
    at: datetime
    by: str
    ended: Ended | None


@dataclass(frozen=True, slots=True)
class NotesPage:
    """Some notes, the newest first."""

    notes: tuple[Note, ...]
    older: UUID | None


@dataclass(frozen=True, slots=True)
class Written:
    """It is kept."""

    id: UUID


@dataclass(frozen=True, slots=True)
class NoSuchRecord:
    """Nothing has that name."""


@dataclass(frozen=True, slots=True)
class NoSuchNote:
    """There is none, or somebody has resolved it already."""


@dataclass(frozen=True, slots=True)
class NothingChanged:
    """The record's version is still the one of which the note was written."""

    version: str


def version_of(desk: Desk, about: About) -> str:
    """Return the version in which a record stands: of the law pack, or the directory."""
    if about.of_laws:
        return desk.rulebook.pack.fingerprint
    return f"directory {desk.directory.version}"


def there(desk: Desk, about: About) -> bool:
    """Return whether a record is there."""
    pack = desk.rulebook.pack.laws
    found = find(about, pack, desk.directory.vendors, desk.rulebook.places)
    return found is not None


def write_note(
    session: Session,
    desk: Desk,
    about: About,
    body: Words,
    *,
    at: datetime,
    staff_id: UUID,
) -> Written | NoSuchRecord:
    """Keep that a record looks wrong; it stays with the record until it is resolved."""
    if not there(desk, about):
        return NoSuchRecord()
    twice = session.scalar(
        open_notes().where(
            RecordNote.record == str(about),
            RecordNote.words == body.words,
            RecordNote.written_by == staff_id,
        )
    )
    if twice is not None:
        return Written(twice)
    note_id = new_id(at)
    session.execute(
        insert(RecordNote.__table__),
        {
            "id": note_id,
            "record": str(about),
            "version": version_of(desk, about),
            "words": body.words,
            "written_at": at,
            "written_by": staff_id,
        },
    )
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="record noted",
        subject=str(about),
        note=str(note_id),
    )
    return Written(note_id)


def resolve_note(
    session: Session,
    desk: Desk,
    note_id: UUID,
    body: Resolving,
    *,
    at: datetime,
    staff_id: UUID,
) -> Written | NoSuchNote | NothingChanged:
    """Write down what became of a note, with the version in which that is so.

    What was corrected stands in a newer version than the one that looked wrong: with the
    same one nothing was.
    """
    note = session.get(RecordNote, note_id)
    about = named(note.record) if note else None
    if note is None or about is None:
        return NoSuchNote()
    version = version_of(desk, about)
    if body.became is Became.CORRECTED and version == note.version:
        return NothingChanged(version)
    row = {
        "note_id": note_id,
        "became": body.became,
        "version": version,
        "words": body.words,
        "resolved_at": at,
        "resolved_by": staff_id,
    }
    insert_once(session, NoteResolution.__table__, row)
    kept = session.get_one(NoteResolution, note_id)
    if (kept.resolved_at, kept.resolved_by) != (at, staff_id):
        mine = staff_id, body.became, body.words
        again = (kept.resolved_by, kept.became, kept.words) == mine
        return Written(note_id) if again else NoSuchNote()
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="note resolved",
        subject=note.record,
        note=str(note_id),
        became=body.became,
        version=version,
    )
    session.flush()
    tell_senders_of(session, desk, note_id, at=at)
    return Written(note_id)


def read_notes(
    session: Session,
    *,
    record: str | None = None,
    resolved: bool = False,
    before: UUID | None = None,
) -> NotesPage:
    """Return notes: open ones or resolved ones, of one record or of all."""
    found = _notes()
    if record is not None:
        found = found.where(RecordNote.record == record)
    ended = NoteResolution.note_id
    found = found.where(ended.is_not(None) if resolved else ended.is_(None))
    if before is not None:
        found = found.where(RecordNote.id < before)
    rows = session.execute(
        found.order_by(RecordNote.id.desc()).limit(ON_A_PAGE + 1)
    ).all()
    shown = rows[:ON_A_PAGE]
    names = _names(session, shown)
    notes = tuple(_note(row[0], row[1], names) for row in shown)
    return NotesPage(notes, notes[-1].id if len(rows) > ON_A_PAGE else None)


def open_notes_of(session: Session, slug: str) -> tuple[Note, ...]:
    """Return the open notes on a vendor, and on what it offers, owes and is asked for."""
    record = RecordNote.record
    parts = [
        record.startswith(f"{kind}:{slug}/", autoescape=True)
        for kind in RecordKind
        if kind not in LAW_PACK
    ]
    about = About(RecordKind.VENDOR, slug)
    rows = session.execute(
        _notes()
        .where(NoteResolution.note_id.is_(None), or_(record == str(about), *parts))
        .order_by(RecordNote.id.desc())
    ).all()
    names = _names(session, rows)
    return tuple(_note(row[0], row[1], names) for row in rows)


def read_note(session: Session, note_id: UUID) -> Note | None:
    """Return one note."""
    row = session.execute(_notes().where(RecordNote.id == note_id)).first()
    return _note(row[0], row[1], _names(session, [row])) if row else None


def open_by_record(session: Session) -> Mapping[str, int]:
    """Return how many notes are open, by the name of the record."""
    rows = session.execute(
        select(RecordNote.record, func.count())
        .where(RecordNote.id.in_(open_notes()))
        .group_by(RecordNote.record)
    )
    return {row[0]: row[1] for row in rows}


def _notes() -> Select[RecordNote, NoteResolution]:
    return select(RecordNote, NoteResolution).outerjoin(
        NoteResolution, NoteResolution.note_id == RecordNote.id
    )


def _names(
    session: Session, rows: Sequence[Row[RecordNote, NoteResolution]]
) -> Mapping[UUID, str]:
    ids = {row[0].written_by for row in rows}
    ended: list[NoteResolution | None] = [row[1] for row in rows]
    ids.update(one.resolved_by for one in ended if one is not None)
    found = session.execute(select(Staff.id, Staff.email).where(Staff.id.in_(ids)))
    return {id_: short_name(email) for id_, email in found}


def _note(
    row: RecordNote, ended: NoteResolution | None, names: Mapping[UUID, str]
) -> Note:
    return Note(
        row.id,
        row.record,
        row.version,
        row.words,
        row.written_at,
        names.get(row.written_by, ""),
        None
        if ended is None
        else Ended(
            ended.became,
            ended.version,
            ended.words,
            ended.resolved_at,
            names.get(ended.resolved_by, ""),
        ),
    )
