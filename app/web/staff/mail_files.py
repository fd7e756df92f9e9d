"""Open a file that hangs on a mail: with a reason, on record, to be saved alone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.actions.open_mail import ask_mail, pending_mail
from app.actions.reveal_identity import (
    Asked,
    NobodyLeft,
    Reason,
    new_reveal_key,
    opened_file,
)
from app.actions.sign_in import Wait
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.downloads import download
from app.web.errors import too_many
from app.web.forms import Filled, form_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.inbox import NOTHING_LEFT, found_mail, show_mail
from app.web.staff.requests import held_key, keep_reveal_key
from app.words.marks import mark

router = APIRouter(prefix="/inbox", route_class=StaffRoute)

NO_WHY = mark("Choose a reason to open the file")
NOT_HANDED_OUT = mark("The file cannot be opened safely, so it is not handed out")
MOST_FILES = 100
"""More than any mail has that is read."""


class FileForm(BaseModel):
    """Which file of a mail somebody wants, and why."""

    model_config = ConfigDict(extra="ignore")

    why: Reason
    file: int = Field(ge=0, lt=MOST_FILES)


FileAsked = Annotated[Filled[FileForm], Depends(form_of(FileForm))]


@router.get("/{mail_id}/files")
async def own_page(mail_id: UUID, pages: PagesDep) -> Response:
    """Lead to the mail: here only forms arrive."""
    return pages.go(f"/staff/inbox/{mail_id}")


@router.post("/{mail_id}/files")
async def open_file(
    request: Request,
    mail_id: UUID,
    form: FileAsked,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask the worker to open a file of a mail to this browser."""
    file = await found_mail(store, mail_id, member, at)
    asked = form.model
    if asked is None:
        errors = {"why": NO_WHY}
        return show_mail(request, pages, desk, file, member, errors, status=422)
    private, public = new_reveal_key()
    done = await store.write(
        ask_mail,
        desk.keys,
        mail_id,
        asked.why,
        public,
        at=at,
        staff_id=member.id,
        file=asked.file,
    )
    match done:
        case Wait(seconds):
            raise too_many(seconds)
        case NobodyLeft():
            errors = {"why": NOTHING_LEFT}
            return show_mail(request, pages, desk, file, member, errors, status=409)
        case Asked(reveal_id):
            response = pages.go(f"/staff/inbox/{mail_id}?look=1#files")
            return keep_reveal_key(response, desk, reveal_id, private)


@router.get("/{mail_id}/files/{place}")
async def file_of_mail(
    request: Request,
    mail_id: UUID,
    place: Annotated[int, Path(ge=0, lt=MOST_FILES)],
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Give a file that was opened to this browser: to keep, never to be shown."""
    asked = await store.read(pending_mail, mail_id, member.id, at=at, file=place)
    key = held_key(request, desk, asked.id) if asked else None
    given = opened_file(asked, key) if asked and key else None
    if given is not None:
        return download(given.name, given.content)
    if asked is None or asked.answer is None or key is None:
        return pages.go(f"/staff/inbox/{mail_id}#files")
    file = await found_mail(store, mail_id, member, at)
    errors = {"why": NOT_HANDED_OUT}
    return show_mail(request, pages, desk, file, member, errors, status=409)
