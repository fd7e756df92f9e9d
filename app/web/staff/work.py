"""Who looks after a request, notes about it, and letting its letter leave once more."""

import secrets
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from app.actions.assign_request import (
    Assigned,
    GivenMeanwhile,
    NoColleague,
    assign_request,
)
from app.actions.desk import Desk
from app.actions.note_request import (
    NobodyToNoteOf,
    Noted,
    NoteText,
    note_request,
)
from app.actions.read_request import RequestFile
from app.actions.record_reply import MovedOn, Recorded, UnknownRequest
from app.actions.see_answer import see_answer
from app.actions.send_again import CannotSendAgain, send_again
from app.actions.sign_in import Member
from app.actions.since_shown import last_given, since_shown
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.pages import language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.requests import Typed, came_from, found, own_address, show
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter(prefix="/requests", route_class=StaffRoute)

NO_MEMBER = mark("Choose who looks after it")
GIVEN_MEANWHILE = mark("{who} gave it to somebody meanwhile: look, then choose again")
NO_NOTE = mark("Enter a note of 4,000 signs at most")
NO_MORE_NOTES = mark("The personal data of this request is destroyed: nothing was kept")
CANNOT_SEND = mark("It cannot be sent again; nothing was changed")
MOVED_ON = mark("Something was recorded meanwhile: look at it first; nothing was sent")
LONGEST_NONCE = 64


class WhoForm(BaseModel):
    """To whom a request is given, and who had it on the page."""

    model_config = ConfigDict(extra="ignore")

    to: UUID | None = None
    was: UUID | None = None

    @field_validator("to", "was", mode="before")
    @classmethod
    def _nobody(cls, typed: object) -> object:
        return typed or None


class NoteForm(BaseModel):
    """What a member writes down."""

    model_config = ConfigDict(extra="ignore")

    note: str = ""
    nonce: str = ""


class ShownForm(BaseModel):
    """A button, and the length of the timeline beside it."""

    model_config = ConfigDict(extra="ignore")

    shown: int = 0


WhoTyped = Annotated[Filled[WhoForm], Depends(form_of(WhoForm))]
NoteTyped = Annotated[Filled[NoteForm], Depends(form_of(NoteForm))]
Pressed = Annotated[Filled[ShownForm], Depends(form_of(ShownForm))]


def _back(
    request: Request,
    form: Filled[WhoForm] | Filled[NoteForm] | Filled[ShownForm],
    member: Member,
    desk: Desk,
    file: RequestFile,
) -> str:
    came = came_from(request, member, desk, Typed(dict(form.values), {}))
    return own_address(file.request.number, came)


@router.post("/{name}/who")
async def give(
    request: Request,
    name: str,
    form: WhoTyped,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Give a request to somebody, hand it over, or lay it down."""
    file = await found(store, desk, name, member, at)
    sent = form.model
    done: object = NoColleague()
    if sent is not None and "to" in form.values:
        done = await store.write(
            assign_request,
            file.request.id,
            sent.to,
            was=sent.was,
            at=at,
            staff_id=member.id,
        )
    values = {k: v for k, v in form.values.items() if k in {"to", "in"}}
    match done:
        case Assigned():
            return pages.go(_back(request, form, member, desk, file) + "#work")
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
        case GivenMeanwhile():
            given = await store.read(last_given, file.request.id)
            say = translations(language_of(request)).gettext
            who = given[0] if given else "–"
            errors, status = {"to": say(GIVEN_MEANWHILE).format(who=who)}, 409
        case _:
            errors, status = {"to": NO_MEMBER}, 422
    typed = Typed(values, errors)
    return show(request, pages, desk, file, member, at, typed, status=status)


@router.post("/{name}/notes")
async def note(
    request: Request,
    name: str,
    form: NoteTyped,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Write something down about a request; it is sealed like the person."""
    file = await found(store, desk, name, member, at)
    typed = Typed({k: v for k, v in form.values.items() if k in {"note", "in"}}, {})
    try:
        body = NoteText(note=form.values.get("note", ""))
    except ValidationError:
        typed = Typed(typed.values, {"note": NO_NOTE})
        return show(request, pages, desk, file, member, at, typed, status=422)
    sent = form.model
    nonce = (sent.nonce if sent else "")[:LONGEST_NONCE] or secrets.token_urlsafe(18)
    done = await store.write(
        note_request,
        desk,
        file.request.id,
        body,
        at=at,
        staff_id=member.id,
        nonce=nonce,
    )
    match done:
        case Noted():
            return pages.go(_back(request, form, member, desk, file) + "#work")
        case NobodyToNoteOf():
            typed = Typed(typed.values, {"note": NO_MORE_NOTES})
            return show(request, pages, desk, file, member, at, typed, status=409)
        case UnknownRequest():
            raise Problem(404, "There is no such request.")


@router.post("/{name}/seen")
async def seen(
    request: Request,
    name: str,
    form: Pressed,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Say that somebody has looked at what the company answered itself."""
    file = await found(store, desk, name, member, at)
    shown = form.model.shown if form.model else 0
    await store.write(see_answer, file.request.id, shown, at=at, staff_id=member.id)
    return pages.go(_back(request, form, member, desk, file))


@router.post("/{name}/again")
async def again(
    request: Request,
    name: str,
    form: Pressed,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Let a letter that came back leave once more, to the address known today."""
    file = await found(store, desk, name, member, at)
    shown = form.model.shown if form.model else 0
    done = await store.write(
        send_again, desk, file.request.id, at=at, staff_id=member.id, shown=shown
    )
    match done:
        case Recorded():
            return pages.go(_back(request, form, member, desk, file))
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
        case CannotSendAgain():
            typed = Typed(dict(form.values), {"again": CANNOT_SEND})
        case MovedOn():
            since = await store.read(since_shown, file.request.id, shown)
            typed = Typed(dict(form.values), {"again": MOVED_ON}, since=since)
    return show(request, pages, desk, file, member, at, typed, status=409)
