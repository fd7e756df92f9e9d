"""Corrections from the public: opened on record, accepted as a note, or declined."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.actions.desk import Desk
from app.actions.moderate_corrections import (
    Choice,
    CorrectionFile,
    DecidedAlready,
    Line,
    Moderation,
    Opened,
    ask_correction,
    moderate,
    opened_correction,
    read_corrections,
    read_for_staff,
    take_credit_out,
)
from app.actions.record_notes import NoSuchRecord
from app.actions.record_work import RecordWork, record_work
from app.actions.reveal_identity import REVEALED_FOR, Asked, NobodyLeft, new_reveal_key
from app.actions.sign_in import Member, Wait
from app.domain.public_corrections import CorrectionState
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem, too_many
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.record_links import Called, called
from app.web.staff.faults import faults_said
from app.web.staff.gate import MemberDep, StaffRoute, keep_secret
from app.web.staff.requests import LOOKS, held_key, reveal_cookie
from app.words.catalog import translations
from app.words.marks import mark
from app.words.record_work import CHOICES, STANDINGS, STATES

router = APIRouter(prefix="/corrections", route_class=StaffRoute)
HERE = "/staff/corrections"
NOTHING_LEFT = mark("Nothing is left of it to open")
CHOOSE = mark("Choose whether it is accepted")
SAY_IT = mark("Say it in words that anybody may read")
NO_RECORD = mark("The record is gone. It can only be declined.")
DECIDED = mark("Somebody has decided this meanwhile; nothing was changed")


@dataclass(frozen=True, slots=True)
class LineView:
    """One correction in words."""

    line: Line
    record: Called
    state: str


@dataclass(frozen=True, slots=True)
class CorrectionsView:
    """The list."""

    lines: tuple[LineView, ...]
    decided: bool
    next: str | None
    work: RecordWork


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form held, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """One correction."""

    file: CorrectionFile
    view: LineView
    standing: str
    waiting: bool
    opened: Opened | None
    choices: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    errors: Mapping[str, str]
    may_edit: bool
    work: RecordWork


def _line(line: Line, desk: Desk, language: str) -> LineView:
    state = translations(language).gettext(STATES[line.state])
    return LineView(line, called(desk, line.record, language), state)


@router.get("")
async def corrections(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    decided: Annotated[bool, Query()] = False,
    after: Annotated[UUID | None, Query()] = None,
) -> Response:
    """Show what waits, the oldest first; or what was decided."""
    language = language_of(request)
    shelf = await store.read(read_corrections, decided=decided, after=after)
    query = {**({"decided": 1} if decided else {}), "after": shelf.next}
    page = CorrectionsView(
        tuple(_line(line, desk, language) for line in shelf.lines),
        decided,
        f"{HERE}?{urlencode(query)}" if shelf.next else None,
        await store.read(record_work),
    )
    return pages.show(request, "staff/corrections.html", page, staff=member)


@router.get("/{number}")
async def one(
    request: Request,
    number: str,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    look: Annotated[int, Query(ge=0, le=LOOKS)] = 0,
) -> Response:
    """Show a correction; what it says stays closed until somebody opens it."""
    file = await _found(store, number, member, at)
    return await _show(request, pages, store, desk, file, member, Typed(), look=look)


@router.get("/{number}/open")
async def own_page(number: str, pages: PagesDep) -> Response:
    """Lead to the correction: here only forms arrive."""
    return pages.go(f"{HERE}/{number}")


@router.post("/{number}/open")
async def open_it(
    request: Request,
    number: str,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask the worker to open a correction to this browser."""
    file = await _found(store, number, member, at)
    private, public = new_reveal_key()
    done = await store.write(
        ask_correction, desk.keys, number, public, at=at, staff_id=member.id
    )
    match done:
        case Wait(seconds):
            raise too_many(seconds)
        case NobodyLeft():
            say = translations(language_of(request)).gettext
            typed = Typed(errors={"text": say(NOTHING_LEFT)})
            return await _show(
                request, pages, store, desk, file, member, typed, status=409
            )
        case Asked(reveal_id):
            response = pages.go(f"{HERE}/{number}?look=1#text")
            keep_secret(
                response,
                desk.portal,
                f"reveal-{reveal_id.hex}",
                base64.urlsafe_b64encode(private).decode(),
                int(REVEALED_FOR.total_seconds()),
            )
            return response


@router.post("/{number}")
async def decide(
    request: Request,
    number: str,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Accept a correction as a note, or decline it; or take a name out again."""
    file = await _found(store, number, member, at)
    if form.values.get("do") == "uncredit":
        await store.write(take_credit_out, number, at=at, staff_id=member.id)
        return pages.go(f"{HERE}/{number}")
    status, say = 422, translations(language_of(request)).gettext
    try:
        body = Moderation.model_validate(dict(form.values))
    except ValidationError as wrong:
        said = {"choice": CHOOSE, "words": SAY_IT, "credit": SAY_IT}
        errors = faults_said(wrong, said, say)
    else:
        done = await store.write(
            moderate, desk, number, body, at=at, staff_id=member.id
        )
        match done:
            case CorrectionState():
                return pages.go(f"{HERE}/{number}")
            case NoSuchRecord():
                errors = {"choice": say(NO_RECORD)}
            case DecidedAlready():
                errors, status = {"text": say(DECIDED)}, 409
                file = await _found(store, number, member, at)
    typed = Typed(form.values, errors)
    return await _show(request, pages, store, desk, file, member, typed, status=status)


async def _found(
    store: Store, number: str, member: Member, at: datetime
) -> CorrectionFile:
    file = await store.read(read_for_staff, number, staff_id=member.id, at=at)
    if file is None:
        raise Problem(404, "There is no such correction.")
    return file


async def _show(
    request: Request,
    pages: Pages,
    store: Store,
    desk: Desk,
    file: CorrectionFile,
    member: Member,
    typed: Typed,
    *,
    status: int = 200,
    look: int = 0,
) -> Response:
    language = language_of(request)
    say, pending = translations(language).gettext, file.pending
    waiting = (
        pending is not None
        and pending.answer is None
        and reveal_cookie(desk, pending.id) in request.cookies
    )
    held = held_key(request, desk, pending.id) if pending else None
    opened = opened_correction(pending, held) if pending and held else None
    credit = opened.body.name if opened else ""
    page = CorrectionPage(
        file=file,
        view=_line(file.line, desk, language),
        standing=say(STANDINGS[file.stands.standing]),
        waiting=waiting,
        opened=opened,
        choices=tuple((choice.value, say(CHOICES[choice])) for choice in Choice),
        values={"credit": credit, **typed.values},
        errors=typed.errors,
        may_edit=member.may_edit,
        work=await store.read(record_work),
    )
    headers = {}
    if waiting and look < LOOKS:
        headers["Refresh"] = f"1; url={HERE}/{file.line.number}?look={look + 1}#text"
    return pages.show(
        request,
        "staff/correction.html",
        page,
        status=status,
        headers=headers,
        staff=member,
    )
