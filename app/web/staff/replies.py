"""Record a reply: the form, what saving would do, and taking an entry back."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from app.actions.desk import Desk
from app.actions.file_request import OtherBody
from app.actions.preview_reply import Preview, preview_reply, preview_retraction
from app.actions.read_inbox import MailLine
from app.actions.read_request import RequestFile
from app.actions.record_reply import (
    CannotFollow,
    MovedOn,
    NotThatDay,
    Recorded,
    ReplyBody,
    UnknownRequest,
    record_reply,
)
from app.actions.retract_entry import retract_entry
from app.actions.sign_in import Member
from app.actions.since_shown import Since, since_shown
from app.domain.timeline import EventKind
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, errors_of, form_of
from app.web.pages import Pages, language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.requests import (
    TIMELINE,
    Typed,
    came_from,
    found,
    mail_about,
    own_address,
    show,
)
from app.words.catalog import translations
from app.words.marks import mark
from app.words.staff import HAPPENED
from app.words.steps import steps_said

router = APIRouter(prefix="/requests", route_class=StaffRoute)

WRONG = {
    "kind": mark("Choose what they said"),
    "received_on": mark("Enter a day from the sending until today"),
    "denial_ground": mark("Choose the ground of a refusal, and only of a refusal"),
    "until": mark("Enter until when they need more time, and only then"),
    "text": mark("Enter their reason in their words, in 20,000 signs at most"),
    "evidence": mark("Choose how we know"),
    "vendor_reference": mark("Enter a reference of 200 signs at most"),
}
"""What to enter, by the field that is wrong."""
CANNOT_FOLLOW = mark("This cannot follow where the request stands; nothing was saved")
LATER_FIRST = mark("Take back first what came after it; nothing was changed")
TELL_FIRST = mark(
    "Tell the company first that the person took the request back: until then the day "
    "of sending stays; nothing was changed"
)
MOVED_ON = mark("Something was recorded meanwhile: look at the effect again, then save")
NONCE_BYTES = 18
LONGEST_NONCE = 64


class ReplyForm(BaseModel):
    """The form, field by field; :class:`ReplyBody` says what is right."""

    model_config = ConfigDict(extra="ignore")

    shown: int | None = None
    nonce: str = ""
    mail: UUID | None = None
    """The mail from which it is recorded."""

    @field_validator("mail", mode="before")
    @classmethod
    def _none(cls, typed: object) -> object:
        return typed or None


class EntryForm(BaseModel):
    """The button that takes an entry back."""

    model_config = ConfigDict(extra="ignore")

    shown: int | None = None


Form = Annotated[Filled[ReplyForm], Depends(form_of(ReplyForm))]
Entry = Annotated[Filled[EntryForm], Depends(form_of(EntryForm))]


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry that may be taken back, and what would follow."""

    number: str
    name: str
    place: int
    what: str
    preview: Preview
    steps: tuple[str, ...]
    moved_on: bool


def _body(form: Filled[ReplyForm]) -> tuple[ReplyBody | None, dict[str, str]]:
    """Return the reply that was typed, or what is wrong with it, by field."""
    given = {k: v for k in ReplyBody.model_fields if (v := form.values.get(k, ""))}
    try:
        return ReplyBody.model_validate(given), {}
    except ValidationError as wrong:
        codes = errors_of(wrong)
        names = (code if name == "form" else name for name, code in codes.items())
        return None, {name: WRONG.get(name, WRONG["kind"]) for name in names}


def _kept(form: Filled[ReplyForm]) -> dict[str, str]:
    names = {*ReplyBody.model_fields, "mail", "in"}
    return {k: v for k, v in form.values.items() if k in names}


@router.post("/{name}/preview")
async def preview(
    request: Request,
    name: str,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what saving a reply would do; nothing is saved."""
    return await _effect(request, name, form, member, store, desk, pages, at)


async def _effect(
    request: Request,
    name: str,
    form: Filled[ReplyForm],
    member: Member,
    store: Store,
    desk: Desk,
    pages: Pages,
    at: datetime,
    *,
    moved_on: bool = False,
) -> Response:
    file = await found(store, desk, name, member, at)
    mail = await _mail(store, file, form, member, at)
    body, errors = _body(form)
    values, seen, status = _kept(form), None, 422
    if body is not None:
        done = await store.read(preview_reply, desk, file.request.id, body, at=at)
        if isinstance(done, Preview):
            seen, status = done, 200
        else:
            errors, status = _refusal(done)
    since: tuple[Since, ...] = ()
    if moved_on:
        errors, status = {"kind": MOVED_ON, **errors}, 409
        shown = form.model.shown if form.model else None
        since = await store.read(since_shown, file.request.id, shown or 0)
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    typed = Typed(values, errors, seen, nonce, mail, since)
    return show(request, pages, desk, file, member, at, typed, status=status)


async def _mail(
    store: Store,
    file: RequestFile,
    form: Filled[ReplyForm],
    member: Member,
    at: datetime,
) -> MailLine | None:
    """Return the mail that a form names, if it is about this request."""
    mail_id = form.model.mail if form.model else None
    if mail_id is None:
        return None
    return (await mail_about(store, file, mail_id, member, at)).line


def _refusal(
    why: CannotFollow | NotThatDay | UnknownRequest,
) -> tuple[dict[str, str], int]:
    match why:
        case NotThatDay():
            return {"received_on": WRONG["received_on"]}, 422
        case CannotFollow():
            return {"kind": CANNOT_FOLLOW}, 409
        case UnknownRequest():
            raise Problem(404, "There is no such request.")


@router.post("/{name}/replies")
async def save(
    request: Request,
    name: str,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Save a reply whose effect was shown; sent twice, it is saved once."""
    sent = form.model
    body, _ = _body(form)
    nonce = sent.nonce if sent else ""
    if body is None or sent is None or sent.shown is None or not nonce:
        return await _effect(request, name, form, member, store, desk, pages, at)
    file = await found(store, desk, name, member, at)
    done = await store.write(
        record_reply,
        desk,
        file.request.id,
        body,
        at=at,
        staff_id=member.id,
        idempotency_key=nonce[:LONGEST_NONCE],
        shown=sent.shown,
        mail_id=sent.mail,
    )
    match done:
        case Recorded():
            came = came_from(request, member, desk, Typed(dict(form.values), {}))
            number = done.request.number
            return pages.go(own_address(number, came, saved="1"))
        case MovedOn() | OtherBody():
            return await _effect(
                request, name, form, member, store, desk, pages, at, moved_on=True
            )
        case _:
            errors, status = _refusal(done)
            mail = await _mail(store, file, form, member, at)
            typed = Typed(_kept(form), errors, mail=mail)
            return show(request, pages, desk, file, member, at, typed, status=status)


@router.get("/{name}/entries/{place}")
async def entry_page(
    request: Request,
    name: str,
    place: int,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what taking an entry back would do."""
    return await _entry(request, name, place, member, store, desk, pages, at)


async def _entry(
    request: Request,
    name: str,
    place: int,
    member: Member,
    store: Store,
    desk: Desk,
    pages: Pages,
    at: datetime,
    *,
    moved_on: bool = False,
) -> Response:
    file = await found(store, desk, name, member, at)
    it = file.request
    seen = await store.read(preview_retraction, desk, it.id, place, at=at)
    if _rests_on_its_day(file, place):
        typed = Typed({}, {TIMELINE: TELL_FIRST})
        return show(request, pages, desk, file, member, at, typed, status=409)
    if isinstance(seen, UnknownRequest) or place not in file.retractable:
        raise Problem(404, "There is no such entry.")
    if isinstance(seen, CannotFollow):
        typed = Typed({}, {TIMELINE: LATER_FIRST})
        return show(request, pages, desk, file, member, at, typed, status=409)
    language = language_of(request)
    say = translations(language).gettext
    vendor = desk.directory.vendor(it.vendor)
    view = EntryView(
        number=it.number,
        name=vendor.name if vendor else it.vendor,
        place=place,
        what=say(HAPPENED[it.timeline[place - 1].kind]),
        preview=seen,
        steps=steps_said(seen.dates, (language, say)) if seen.dates else (),
        moved_on=moved_on,
    )
    return pages.show(
        request,
        "staff/entry.html",
        view,
        status=409 if moved_on else 200,
        staff=member,
    )


def _rests_on_its_day(file: RequestFile, place: int) -> bool:
    """Return whether an entry is a sending of which the company has yet to be told."""
    sendings = (
        at
        for at, event in enumerate(file.request.timeline, start=1)
        if event.kind is EventKind.SENT
    )
    return file.to_tell is not None and place in sendings


@router.post("/{name}/entries/{place}")
async def take_back(
    request: Request,
    name: str,
    place: int,
    form: Entry,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take an entry back by another entry; what was written stays to be seen."""
    file = await found(store, desk, name, member, at)
    shown = form.model.shown if form.model else None
    if shown is None:
        return await _entry(request, name, place, member, store, desk, pages, at)
    done = await store.write(
        retract_entry,
        desk,
        file.request.id,
        place,
        at=at,
        staff_id=member.id,
        shown=shown,
    )
    match done:
        case Recorded():
            return pages.go(f"/staff/requests/{done.request.number}")
        case MovedOn() if place in file.retractable:
            return await _entry(
                request, name, place, member, store, desk, pages, at, moved_on=True
            )
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
        case _:
            stands = place in file.retractable
            why = LATER_FIRST if stands else CANNOT_FOLLOW
            why = TELL_FIRST if _rests_on_its_day(file, place) else why
            typed = Typed({}, {TIMELINE: why})
            return show(request, pages, desk, file, member, at, typed, status=409)
