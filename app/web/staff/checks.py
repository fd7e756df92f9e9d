"""Companies to look at again since something began or ended, by what that was."""

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
from app.actions.record_work import RecordWork, record_work
from app.actions.sign_in import Member
from app.actions.work_checks import (
    CheckLine,
    Done,
    TurnFile,
    TurnLine,
    finish_checks,
    give_checks,
    open_vendors,
    read_turn,
    read_turns,
)
from app.domain.about import Found
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import AnyForm, Anything, Filled
from app.web.pages import Pages, language_of
from app.web.record_links import called
from app.web.staff.faults import faults_said
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import day_in_words
from app.words.marks import mark
from app.words.record_work import FOUND, TASKS

router = APIRouter(prefix="/checks", route_class=StaffRoute)
HERE = "/staff/checks"
ALL_OF_THEM = "all"
TICK_ONE = mark("Tick a company")
SAY_WHAT = mark("Say what you found")
IN_A_WORD = mark("Say it in a word, so that others need not look again")
NO_COLLEAGUE = mark("Choose somebody of staff")
GIVEN_MEANWHILE = mark(
    "Somebody gave these to somebody meanwhile, and there they stay: {companies}"
)
DONE_MEANWHILE = mark(
    "Somebody looked at these meanwhile, and what they wrote stays: {companies}"
)


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn, as a task."""

    line: TurnLine
    task: str
    href: str | None


@dataclass(frozen=True, slots=True)
class ChecksView:
    """The turns that have companies to look at, or those that are done."""

    turns: tuple[TurnView, ...]
    done: bool
    work: RecordWork


@dataclass(frozen=True, slots=True)
class VendorLine:
    """One company of a turn."""

    check: CheckLine
    name: str
    found: str


@dataclass(frozen=True, slots=True)
class TurnPage:
    """The companies of one turn."""

    turn: TurnView
    lines: tuple[VendorLine, ...]
    next: str | None
    done: bool
    people: tuple[tuple[str, str], ...]
    founds: tuple[tuple[str, str], ...]
    ticked: frozenset[str]
    values: Mapping[str, str]
    errors: Mapping[str, str]
    may_record: bool
    work: RecordWork


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form held, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The companies of a turn that a form is about, and how to speak of them."""

    turn_id: UUID
    vendors: tuple[str, ...]
    desk: Desk
    say: Say


def _turn(line: TurnLine, desk: Desk, language: str) -> TurnView:
    record = called(desk, line.record, language)
    task = translations(language).gettext(TASKS[line.turn])
    day = day_in_words(line.day, language)
    return TurnView(line, task.format(record=record.title, day=day), record.href)


@router.get("")
async def checks(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    done: Annotated[bool, Query()] = False,
) -> Response:
    """Show what turned, each with how many companies wait to be looked at."""
    language = language_of(request)
    lines = await store.read(read_turns, staff_id=member.id, done=done)
    page = ChecksView(
        tuple(_turn(line, desk, language) for line in lines),
        done,
        await store.read(record_work),
    )
    return pages.show(request, "staff/checks.html", page, staff=member)


@router.get("/{turn_id}")
async def turn_page(
    request: Request,
    turn_id: UUID,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    after: Annotated[str, Query()] = "",
    done: Annotated[bool, Query()] = False,
) -> Response:
    """Show the companies of one turn."""
    file = await _found(store, turn_id, member, after, done=done)
    return await _show(request, pages, store, desk, file, member, Typed(), done=done)


@router.post("/{turn_id}")
async def work(
    request: Request,
    turn_id: UUID,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Give the ticked companies to somebody, or say what was found."""
    ticked = frozenset(form.several.get("vendor", ()))
    values, say = form.values, translations(language_of(request)).gettext
    if values.get("which") == ALL_OF_THEM:
        chosen = await store.read(open_vendors, turn_id)
    else:
        chosen = tuple(sorted(ticked))
    status, errors = 422, {"vendor": say(TICK_ONE)}
    if chosen:
        act = _give if values.get("do") == "give" else _finish
        which = Chosen(turn_id, chosen, desk, say)
        status, errors = await act(store, which, form, member, at)
    if not errors:
        return pages.go(f"{HERE}/{turn_id}")
    file = await _found(store, turn_id, member)
    typed = Typed(values, ticked, errors)
    return await _show(request, pages, store, desk, file, member, typed, status=status)


async def _give(
    store: Store, which: Chosen, form: Filled[Anything], member: Member, at: datetime
) -> tuple[int, dict[str, str]]:
    wrong = 422, {"to": which.say(NO_COLLEAGUE)}
    try:
        to = _member(form.values.get("to", ""))
        had = dict(map(_had, form.several.get("had", ())))
    except ValueError:
        return wrong
    kept = await store.write(
        give_checks,
        which.turn_id,
        which.vendors,
        to,
        had=had,
        at=at,
        staff_id=member.id,
    )
    return wrong if kept is None else _meanwhile(which, GIVEN_MEANWHILE, kept)


def _member(text: str) -> UUID | None:
    return UUID(text) if text else None


def _had(text: str) -> tuple[str, UUID | None]:
    """Return a company and who had it, as a row of the form says it."""
    vendor, _, who = text.partition(" ")
    return vendor, _member(who)


async def _finish(
    store: Store, which: Chosen, form: Filled[Anything], member: Member, at: datetime
) -> tuple[int, dict[str, str]]:
    try:
        done = Done.model_validate(dict(form.values))
    except ValidationError as wrong:
        said = {"found": SAY_WHAT, "words": IN_A_WORD}
        return 422, faults_said(wrong, said, which.say)
    before = await store.write(
        finish_checks,
        which.turn_id,
        which.vendors,
        done,
        at=at,
        staff_id=member.id,
    )
    return _meanwhile(which, DONE_MEANWHILE, before)


def _meanwhile(
    which: Chosen, text: str, checks: tuple[CheckLine, ...]
) -> tuple[int, dict[str, str]]:
    """Return what to say of companies that somebody else was quicker with."""
    companies = ", ".join(
        f"{_name(which.desk, one.vendor)} ({one.done_by or one.who or '–'})"
        for one in checks
    )
    said = which.say(text).format(companies=companies)
    return 409, {"vendor": said} if checks else {}


def _name(desk: Desk, slug: str) -> str:
    vendor = desk.directory.vendors.get(slug)
    return vendor.name if vendor else slug


async def _found(
    store: Store, turn_id: UUID, member: Member, after: str = "", *, done: bool = False
) -> TurnFile:
    file = await store.read(
        read_turn, turn_id, staff_id=member.id, after=after, done=done
    )
    if file is None:
        raise Problem(404, "Nothing of that id has companies to look at.")
    return file


async def _show(
    request: Request,
    pages: Pages,
    store: Store,
    desk: Desk,
    file: TurnFile,
    member: Member,
    typed: Typed,
    *,
    done: bool = False,
    status: int = 200,
) -> Response:
    language = language_of(request)
    say = translations(language).gettext
    turn = _turn(file.line, desk, language)
    query = urlencode({"after": file.next or "", **({"done": 1} if done else {})})
    page = TurnPage(
        turn=turn,
        lines=tuple(
            VendorLine(
                check,
                _name(desk, check.vendor),
                say(FOUND[check.found]) if check.found else "",
            )
            for check in file.checks
        ),
        next=f"{HERE}/{turn.line.id}?{query}" if file.next else None,
        done=done,
        people=tuple((str(one.id), one.name) for one in file.colleagues),
        founds=tuple((found.value, say(FOUND[found])) for found in Found),
        ticked=typed.ticked,
        values=typed.values,
        errors=typed.errors,
        may_record=member.may_record,
        work=await store.read(record_work),
    )
    return pages.show(
        request, "staff/check_turn.html", page, status=status, staff=member
    )
