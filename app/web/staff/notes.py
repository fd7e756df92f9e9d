"""This looks wrong: notes on records, open until somebody says what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.actions.desk import Desk
from app.actions.record_notes import (
    NoSuchNote,
    NoSuchRecord,
    Note,
    NotesPage,
    NothingChanged,
    Resolving,
    Words,
    Written,
    read_note,
    read_notes,
    resolve_note,
    version_of,
    write_note,
)
from app.actions.record_work import RecordWork, record_work
from app.actions.sign_in import Member
from app.domain.about import About, Became, RecordKind, named
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.record_links import Called, called, found
from app.web.staff.faults import faults_said
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.answers import Say
from app.words.catalog import translations
from app.words.marks import mark
from app.words.record_work import BECAME, KINDS

router = APIRouter(prefix="/notes", route_class=StaffRoute)
HERE = "/staff/notes"
NO_RECORD = mark("There is no such record. Copy the code from its page or its address.")
NO_KIND = mark("Choose what it is")
SAY_IT = mark("Say what looks wrong")
SAY_WHAT_CAME = mark("Say whether it was corrected or was right")
SAY_WHY = mark("Say what was changed, or why it was right")
SAME_VERSION = mark(
    "The record still stands in the version that looked wrong: nothing was corrected yet."
)
RESOLVED_ALREADY = mark(
    "Somebody has resolved this note meanwhile; nothing was changed"
)


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note, and the record that it is about."""

    note: Note
    record: Called
    became: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form held, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotesView:
    """Notes: of one record, or of all."""

    record: Called | None
    resolved: bool
    lines: tuple[NoteLine, ...]
    older: str | None
    kinds: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    errors: Mapping[str, str]
    may_record: bool
    work: RecordWork


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note, and the form that resolves it."""

    line: NoteLine
    version: str
    """In which the record stands now."""
    fates: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    errors: Mapping[str, str]
    may_edit: bool
    work: RecordWork


@router.get("")
async def notes(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    about: Annotated[str, Query()] = "",
    resolved: Annotated[bool, Query()] = False,
    before: Annotated[UUID | None, Query()] = None,
) -> Response:
    """Show the open notes, or the resolved ones; of one record, where it is named."""
    record = named(about) if about else None
    if about and record is None:
        raise Problem(422, "about is none", field="about")
    page = await store.read(
        read_notes,
        record=str(record) if record else None,
        resolved=resolved,
        before=before,
    )
    return await _show(
        request, pages, store, desk, member, page, record, Typed(), resolved=resolved
    )


@router.post("")
async def write(
    request: Request,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Write down that a record looks wrong."""
    values, errors = form.values, dict[str, str]()
    say = translations(language_of(request)).gettext
    kind, id_ = values.get("kind", ""), values.get("record", "").strip()
    about = named(f"{kind}:{id_}")
    if kind not in set(RecordKind):
        errors["kind"] = say(NO_KIND)
    elif about is None or found(desk, about) is None:
        errors["record"] = say(NO_RECORD)
    try:
        body = Words.model_validate(dict(values))
    except ValidationError as wrong:
        errors |= faults_said(wrong, {"words": SAY_IT}, say)
    if about is not None and not errors:
        done = await store.write(
            write_note, desk, about, body, at=at, staff_id=member.id
        )
        match done:
            case Written():
                return pages.go(f"{HERE}?{urlencode({'about': str(about)})}")
            case NoSuchRecord():
                errors["record"] = say(NO_RECORD)
    there = about if about is not None and "record" not in errors else None
    page = await store.read(read_notes, record=str(there) if there else None)
    typed = Typed(values, errors)
    return await _show(
        request, pages, store, desk, member, page, there, typed, status=422
    )


@router.get("/{note_id}")
async def note_page(
    request: Request,
    note_id: UUID,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
) -> Response:
    """Show one note, and what became of it."""
    note = await _found(store, note_id)
    return await _show_one(request, pages, store, desk, member, note, Typed())


@router.post("/{note_id}")
async def resolve(
    request: Request,
    note_id: UUID,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Say what became of a note, in the version in which the record stands now."""
    note = await _found(store, note_id)
    status, say = 422, translations(language_of(request)).gettext
    try:
        body = Resolving.model_validate(dict(form.values))
    except ValidationError as wrong:
        said = {"became": SAY_WHAT_CAME, "words": SAY_WHY}
        errors = faults_said(wrong, said, say)
    else:
        done = await store.write(
            resolve_note, desk, note_id, body, at=at, staff_id=member.id
        )
        match done:
            case Written():
                return pages.go(f"{HERE}/{note_id}")
            case NothingChanged():
                errors = {"became": say(SAME_VERSION)}
            case NoSuchNote():
                errors, status = {"became": say(RESOLVED_ALREADY)}, 409
                note = await _found(store, note_id)
    typed = Typed(form.values, errors)
    return await _show_one(
        request, pages, store, desk, member, note, typed, status=status
    )


async def _found(store: Store, note_id: UUID) -> Note:
    note = await store.read(read_note, note_id)
    if note is None:
        raise Problem(404, "There is no such note.")
    return note


def _line(note: Note, desk: Desk, language: str, say: Say) -> NoteLine:
    became = say(BECAME[note.ended.became]) if note.ended else ""
    return NoteLine(note, called(desk, note.record, language), became)


async def _show(
    request: Request,
    pages: Pages,
    store: Store,
    desk: Desk,
    member: Member,
    found: NotesPage,
    about: About | None,
    typed: Typed,
    *,
    resolved: bool = False,
    status: int = 200,
) -> Response:
    language = language_of(request)
    say = translations(language).gettext
    query = {
        **({"about": str(about)} if about else {}),
        **({"resolved": "1"} if resolved else {}),
    }
    page = NotesView(
        record=called(desk, str(about), language) if about else None,
        resolved=resolved,
        lines=tuple(_line(note, desk, language, say) for note in found.notes),
        older=f"{HERE}?{urlencode({**query, 'before': found.older})}"
        if found.older
        else None,
        kinds=tuple((kind.value, say(KINDS[kind])) for kind in RecordKind),
        values={
            **({"kind": about.kind, "record": about.id} if about else {}),
            **typed.values,
        },
        errors=typed.errors,
        may_record=member.may_record,
        work=await store.read(record_work),
    )
    return pages.show(request, "staff/notes.html", page, status=status, staff=member)


async def _show_one(
    request: Request,
    pages: Pages,
    store: Store,
    desk: Desk,
    member: Member,
    note: Note,
    typed: Typed,
    *,
    status: int = 200,
) -> Response:
    language = language_of(request)
    say, about = translations(language).gettext, named(note.record)
    page = NoteView(
        line=_line(note, desk, language, say),
        version=version_of(desk, about) if about else "",
        fates=tuple((became.value, say(BECAME[became])) for became in Became),
        values=typed.values,
        errors=typed.errors,
        may_edit=member.may_edit,
        work=await store.read(record_work),
    )
    return pages.show(request, "staff/note.html", page, status=status, staff=member)
