"""One request: its course, its hidden person, and what the vendor answered."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from app.actions.desk import Desk
from app.actions.read_request import (
    SHOWN_FOR,
    RevealAnswer,
    StaffRequest,
    ask_reveal,
    read_request,
    read_reveal,
)
from app.actions.record_reply import (
    CannotFollow,
    NotThatDay,
    Preview,
    Recorded,
    ReplyBody,
    UnknownRequest,
    may_follow,
    preview_reply,
    record_reply,
    retract,
)
from app.domain.timeline import DenialGround, EventKind, Evidence
from app.store.sealing import SUITE
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, errors_of, form_of
from app.web.pages import Pages, language_of
from app.web.staff.session import MemberDep
from app.web.timelines import Drawing, drawing
from app.words.answers import Say
from app.words.catalog import translations
from app.words.marks import mark
from app.words.steps import step_sentence

router = APIRouter(prefix="/requests")

WRONG = {
    "kind": mark("Choose what they said"),
    "received_on": mark("Enter a day from the sending until today"),
    "denial_ground": mark("Choose the ground that they gave"),
    "until": mark("Enter the day until which they gave themselves time"),
    "text": mark("Shorten the text to 20,000 characters"),
    "evidence": mark("Choose how we know"),
    "reason": mark("Enter why you need to see it"),
}
CANNOT = mark("That cannot follow where the request stands. Nothing was changed.")
REASON_LENGTH = 3


class Anything(BaseModel):
    """A form that is read field by field."""

    model_config = ConfigDict(extra="ignore")


Form = Annotated[Filled[Anything], Depends(form_of(Anything))]


@dataclass(frozen=True, slots=True)
class Shown:
    """A revealed person, or that the worker is still at it."""

    waiting: bool
    person: dict[str, Any] | None
    letters: tuple[dict[str, Any], ...]
    replies: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RequestView:
    """The page of a request."""

    it: StaffRequest
    name: str
    drawing: Drawing
    steps: tuple[str, ...]
    today: date
    shown: Shown | None
    kinds: tuple[EventKind, ...]
    grounds: tuple[DenialGround, ...]
    evidences: tuple[Evidence, ...]
    values: dict[str, str]
    errors: dict[str, str]
    preview: Preview | None
    preview_steps: tuple[str, ...]
    may_record: bool


def _cookie(reveal: UUID) -> str:
    return f"reveal-{reveal}"


@router.get("/{request_id}")
async def request_page(
    request: Request,
    request_id: UUID,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    reveal: Annotated[UUID | None, Query()] = None,
) -> Response:
    """Show a request; its person stays hidden until somebody says why."""
    it = await _found(store, desk, request_id)
    shown = None
    if reveal is not None:
        answer = await store.read(read_reveal, reveal, staff_id=member.id, at=at)
        shown = _shown(request, reveal, answer)
    return _show(request, pages, desk, it, member, at.date(), shown=shown)


async def _found(store: StoreDep, desk: Desk, request_id: UUID) -> StaffRequest:
    it = await store.read(read_request, desk, request_id)
    if it is None:
        raise Problem(404, "There is no such request.")
    return it


def _show(
    request: Request,
    pages: Pages,
    desk: Desk,
    it: StaffRequest,
    member: MemberDep,
    today: date,
    *,
    shown: Shown | None = None,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    preview: Preview | None = None,
    status: int = 200,
) -> Response:
    say = translations(language_of(request).value).gettext
    vendor = desk.directory.vendors.get(it.it.vendor)
    told = {name: say(text) for name, text in (errors or {}).items()}
    given = {
        "received_on": today.isoformat(),
        "kind": "",
        "denial_ground": "",
        "until": "",
        "text": "",
        "evidence": Evidence.MAIL.value,
        "vendor_reference": "",
        **(values or {}),
    }
    page = RequestView(
        it=it,
        name=vendor.name if vendor else it.it.vendor,
        drawing=drawing(it.it, today, say),
        steps=_steps(it.dates.steps if it.dates else (), say),
        today=today,
        shown=shown,
        kinds=may_follow(it.it.status) if member.may_record else (),
        grounds=tuple(DenialGround),
        evidences=tuple(Evidence),
        values=given,
        errors=told,
        preview=preview,
        preview_steps=_steps(
            preview.dates.steps if preview and preview.dates else (), say
        ),
        may_record=member.may_record,
    )
    return pages.show(request, "staff/request.html", page, status=status, staff=member)


def _steps(steps: tuple[Any, ...], say: Say) -> tuple[str, ...]:
    return tuple(step_sentence(step, say) for step in steps)


def _shown(request: Request, reveal: UUID, answer: RevealAnswer | None) -> Shown | None:
    """Open what the worker sealed to this browser, and to no other."""
    if answer is None:
        return None
    if answer.answer is None:
        return Shown(waiting=True, person=None, letters=(), replies=())
    try:
        raw = base64.urlsafe_b64decode(request.cookies.get(_cookie(reveal), ""))
        private = X25519PrivateKey.from_private_bytes(raw)
        content = json.loads(SUITE.decrypt(answer.answer, private, info=reveal.bytes))
    except (InvalidTag, ValueError, binascii.Error):
        return None
    return Shown(
        waiting=False,
        person=content["person"],
        letters=tuple(x for x in content["letters"] if x),
        replies=tuple(x for x in content["replies"] if x),
    )


@router.post("/{request_id}/reveal")
async def reveal_person(
    request: Request,
    request_id: UUID,
    member: MemberDep,
    form: Form,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask to see the person, with a reason that stays on record."""
    it = await _found(store, desk, request_id)
    reason = form.values.get("reason", "").strip()
    if len(reason) < REASON_LENGTH:
        errors = {"reason": WRONG["reason"]}
        return _show(
            request, pages, desk, it, member, at.date(), errors=errors, status=422
        )
    private = X25519PrivateKey.generate()
    reveal = await store.write(
        ask_reveal,
        request_id,
        staff_id=member.id,
        reason=reason,
        public_key=private.public_key().public_bytes_raw(),
        at=at,
    )
    if reveal is None:
        raise Problem(404, "There is no such request.")
    response = pages.go(f"/staff/requests/{request_id}?reveal={reveal}#person")
    response.set_cookie(
        _cookie(reveal),
        base64.urlsafe_b64encode(private.private_bytes_raw()).decode(),
        max_age=int(SHOWN_FOR.total_seconds()),
        path=f"/staff/requests/{request_id}",
        secure=desk.portal.secure,
        httponly=True,
        samesite="strict",
    )
    return response


@router.post("/{request_id}/reply")
async def reply(
    request: Request,
    request_id: UUID,
    member: MemberDep,
    form: Form,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what a reply would do; save it where that was seen already."""
    if not member.may_record:
        raise Problem(403, "This role may read, and record nothing.")
    it = await _found(store, desk, request_id)
    body = _body(form.values)
    values = dict(form.values)

    def again(errors: dict[str, str], status: int) -> Response:
        return _show(
            request,
            pages,
            desk,
            it,
            member,
            at.date(),
            values=values,
            errors=errors,
            status=status,
        )

    if not isinstance(body, ReplyBody):
        return again({name: WRONG.get(name, WRONG["kind"]) for name in body}, 422)
    if form.values.get("save") != "yes":
        seen = await store.read(preview_reply, desk, request_id, body, at=at)
        if isinstance(seen, Preview):
            return _show(
                request,
                pages,
                desk,
                it,
                member,
                at.date(),
                values=values,
                preview=seen,
            )
        return again(*_refusal(seen))
    done = await store.write(
        record_reply, desk, request_id, body, at=at, staff_id=member.id
    )
    if isinstance(done, Recorded):
        return pages.go(f"/staff/requests/{request_id}")
    return again(*_refusal(done))


def _refusal(
    why: CannotFollow | NotThatDay | UnknownRequest,
) -> tuple[dict[str, str], int]:
    if isinstance(why, NotThatDay):
        return {"received_on": WRONG["received_on"]}, 422
    return {"kind": CANNOT}, 409


def _body(values: Any) -> ReplyBody | dict[str, str]:
    names = set(ReplyBody.model_fields)
    given = {k: v for k, v in values.items() if k in names and v != ""}
    try:
        return ReplyBody.model_validate(given)
    except ValidationError as wrong:
        found = errors_of(wrong)
        if "form" in found:
            found = {found["form"]: ""}
        return found


@router.post("/{request_id}/retract")
async def take_back(
    request: Request,
    request_id: UUID,
    member: MemberDep,
    form: Form,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take an entry back by another entry."""
    if not member.may_record:
        raise Problem(403, "This role may read, and record nothing.")
    place = form.values.get("place", "")
    if not place.isdecimal():
        raise Problem(422, "This form is not one of ours.")
    done = await store.write(
        retract, desk, request_id, int(place), at=at, staff_id=member.id
    )
    if isinstance(done, Recorded):
        return pages.go(f"/staff/requests/{request_id}")
    it = await _found(store, desk, request_id)
    return _show(
        request,
        pages,
        desk,
        it,
        member,
        at.date(),
        errors={"kind": CANNOT},
        status=409,
    )
