"""Show a person or open a file: with a reason, on record, in this browser alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app import pdf
from app.actions.desk import Desk
from app.actions.record_reply import UnknownRequest
from app.actions.reveal_identity import (
    Asked,
    NobodyLeft,
    Reason,
    ask_reveal,
    asked_file,
    new_reveal_key,
    opened,
    opened_file,
)
from app.actions.sign_in import Member, Wait
from app.letters import Letter
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.downloads import attachment, download
from app.web.errors import Problem, too_many
from app.web.forms import Filled, form_of
from app.web.pages import Pages
from app.web.printing import PrinterDep, print_letter
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.requests import (
    Typed,
    came_from,
    found,
    held_key,
    keep_reveal_key,
    own_address,
    place_of,
    show,
)
from app.words.marks import mark

router = APIRouter(prefix="/requests", route_class=StaffRoute)

NO_REASON = mark("Choose a reason to show the person")
NOBODY = mark("Nothing is left of the person to show")
NO_WHY = mark("Choose a reason to open the file")
NO_FILE = mark("Nothing is left of the file to open")


class RevealForm(BaseModel):
    """Why somebody wants to see who it is."""

    model_config = ConfigDict(extra="ignore")

    reason: Reason


class FileForm(BaseModel):
    """Which file somebody wants to open, and why."""

    model_config = ConfigDict(extra="ignore")

    file: UUID
    why: Reason


Form = Annotated[Filled[RevealForm], Depends(form_of(RevealForm))]
FileAsked = Annotated[Filled[FileForm], Depends(form_of(FileForm))]


@router.post("/{name}/reveals")
async def reveal(
    request: Request,
    name: str,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask the worker to open the person to this browser."""
    model = form.model
    reason = model.reason if model else None
    wrong = Wrong("reason", NO_REASON, NOBODY)
    return await _ask(
        request,
        name,
        reason,
        None,
        wrong,
        form.values.get("in", ""),
        member,
        store,
        desk,
        pages,
        at,
    )


@router.post("/{name}/files")
async def open_file(
    request: Request,
    name: str,
    form: FileAsked,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask the worker to open a file of the resident to this browser."""
    model = form.model
    reason, file = (model.why, model.file) if model else (None, None)
    wrong = Wrong("why", NO_WHY, NO_FILE)
    return await _ask(
        request,
        name,
        reason,
        file,
        wrong,
        form.values.get("in", ""),
        member,
        store,
        desk,
        pages,
        at,
    )


@dataclass(frozen=True, slots=True)
class Wrong:
    """The field of a reason, and what is said at it."""

    field: str
    no_reason: str
    nothing_left: str


async def _ask(
    request: Request,
    name: str,
    reason: Reason | None,
    evidence_id: UUID | None,
    wrong: Wrong,
    came_in: str,
    member: Member,
    store: Store,
    desk: Desk,
    pages: Pages,
    at: datetime,
) -> Response:
    file = await found(store, desk, name, member, at)
    if reason is None:
        typed = Typed({}, {wrong.field: wrong.no_reason})
        return show(request, pages, desk, file, member, at, typed, status=422)
    private, public = new_reveal_key()
    done = await store.write(
        ask_reveal,
        desk.keys,
        file.request.id,
        reason,
        public,
        at=at,
        staff_id=member.id,
        evidence_id=evidence_id,
    )
    match done:
        case Wait(seconds):
            raise too_many(seconds)
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
        case NobodyLeft():
            typed = Typed({}, {wrong.field: wrong.nothing_left})
            return show(request, pages, desk, file, member, at, typed, status=409)
        case Asked(reveal_id):
            place = place_of(evidence_id is not None)
            came = came_from(request, member, desk, Typed({"in": came_in}, {}))
            there = own_address(file.request.number, came, look="1")
            response = pages.go(f"{there}#{place}")
            return keep_reveal_key(response, desk, reveal_id, private)


@router.get("/{name}/files/{evidence_id}")
async def file(
    request: Request,
    name: str,
    evidence_id: UUID,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Give a file that was opened to this browser: to keep, never to be shown."""
    it = (await found(store, desk, name, member, at)).request
    asked = await store.read(asked_file, it.id, evidence_id, staff_id=member.id, at=at)
    key = held_key(request, desk, asked.id) if asked else None
    given = opened_file(asked, key) if asked and key else None
    if given is None:
        return pages.go(f"/staff/requests/{it.number}#files")
    return download(given.name, given.content)


@router.get("/{name}/letters/{letter_id}.pdf")
async def letter(
    request: Request,
    name: str,
    letter_id: UUID,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    printer: PrinterDep,
    at: Now,
) -> Response:
    """Give a letter that was opened to this browser as a PDF, to be posted."""
    if not pdf.AVAILABLE:
        raise Problem(404, "There is no such file.")
    page = await found(store, desk, name, member, at)
    held = held_key(request, desk, page.pending.id) if page.pending else None
    shown = opened(page.pending, held) if page.pending and held else None
    kept = next((one for one in page.letters if one.id == letter_id), None)
    words = shown.texts.get(letter_id) if shown and kept else None
    if words is None or kept is None:
        return pages.go(f"/staff/requests/{page.request.number}#person")
    written = Letter(kept.language, words.subject, words.text)
    content = await print_letter(written, printer, at)
    headers = attachment(f"{page.request.number}.pdf")
    return Response(content, media_type="application/pdf", headers=headers)
