"""Say what one of us did by hand: sent a request, or told that it is taken back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, field_validator

from app.actions.record_reply import MovedOn, Recorded, UnknownRequest
from app.actions.send_by_hand import NotByHand, NotSentThen, sent_by_hand
from app.actions.since_shown import since_shown
from app.actions.tell_by_hand import Told, told_by_hand
from app.actions.written_day import WrittenDay
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.requests import TIMELINE, Typed, found, show
from app.words.marks import mark

router = APIRouter(prefix="/requests", route_class=StaffRoute)

NOT_THEN = mark("Enter a day from that on which it became ours to send, until today")
NOT_HERE = mark("It does not wait to be sent by one of us; nothing was changed")
NOT_TO_TELL = mark("There is nothing to tell the company any more; nothing was changed")
MEANWHILE = mark(
    "Something was recorded meanwhile: look at it first; nothing was changed"
)


class SentForm(BaseModel):
    """The day on which somebody sent it, and the length of the timeline beside it."""

    model_config = ConfigDict(extra="ignore")

    sent_on: WrittenDay
    shown: int = 0

    @field_validator("sent_on", mode="before")
    @classmethod
    def _left_out(cls, typed: object) -> object:
        return typed or None


class ToldForm(BaseModel):
    """That somebody told the company, and the length of the timeline beside it."""

    model_config = ConfigDict(extra="ignore")

    shown: int = 0


Sent = Annotated[Filled[SentForm], Depends(form_of(SentForm))]
Telling = Annotated[Filled[ToldForm], Depends(form_of(ToldForm))]


@router.post("/{name}/sent")
async def sent(
    request: Request,
    name: str,
    form: Sent,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Record on which day one of us typed a request into a form, or posted it."""
    file = await found(store, desk, name, member, at)
    told = form.model
    done: object = NotSentThen()
    if told is not None:
        done = await store.write(
            sent_by_hand,
            desk,
            file.request.id,
            told.sent_on,
            at=at,
            staff_id=member.id,
            shown=told.shown,
        )
    match done:
        case Recorded():
            return pages.go(f"/staff/requests/{file.request.number}?saved=1")
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
        case NotByHand():
            typed = Typed({}, {TIMELINE: NOT_HERE})
        case MovedOn():
            shown = told.shown if told else 0
            since = await store.read(since_shown, file.request.id, shown)
            typed = Typed({}, {TIMELINE: MEANWHILE}, since=since)
        case _:
            typed = Typed(dict(form.values), {"sent_on": NOT_THEN})
            return show(request, pages, desk, file, member, at, typed, status=422)
    return show(request, pages, desk, file, member, at, typed, status=409)


@router.post("/{name}/told")
async def told(
    request: Request,
    name: str,
    form: Telling,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Record that one of us told the company by hand that a request is taken back."""
    file = await found(store, desk, name, member, at)
    shown = form.model.shown if form.model else 0
    done = await store.write(
        told_by_hand, file.request.id, at=at, staff_id=member.id, shown=shown
    )
    match done:
        case Told(number):
            return pages.go(f"/staff/requests/{number}?saved=1")
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
        case MovedOn():
            since = await store.read(since_shown, file.request.id, shown)
            typed = Typed({}, {TIMELINE: MEANWHILE}, since=since)
        case _:
            typed = Typed({}, {TIMELINE: NOT_TO_TELL})
    return show(request, pages, desk, file, member, at, typed, status=409)
