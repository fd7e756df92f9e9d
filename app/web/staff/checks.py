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
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.record_links import called
from app.web.staff.gate import MemberDep, StaffRoute
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
    values, errors = form.values, dict[str, str]()
    if values.get("which") == ALL_OF_THEM:
        chosen = await store.read(open_vendors, turn_id)
    else:
        chosen = tuple(sorted(ticked))
    if not chosen:
        errors["vendor"] = TICK_ONE
    elif values.get("do") == "give":
        errors = await _give(store, turn_id, chosen, values, member, at)
    else:
        errors = await _finish(store, turn_id, chosen, values, member, at)
    if not errors:
        return pages.go(f"{HERE}/{turn_id}")
    file = await _found(store, turn_id, member)
    typed = Typed(values, ticked, errors)
    return await _show(request, pages, store, desk, file, member, typed, status=422)


async def _give(
    store: Store,
    turn_id: UUID,
    chosen: tuple[str, ...],
    values: Mapping[str, str],
    member: Member,
    at: datetime,
) -> dict[str, str]:
    try:
        to = UUID(values["to"]) if values.get("to") else None
    except ValueError:
        return {"to": NO_COLLEAGUE}
    given = await store.write(
        give_checks, turn_id, chosen, to, at=at, staff_id=member.id
    )
    return {"to": NO_COLLEAGUE} if given is None else {}


async def _finish(
    store: Store,
    turn_id: UUID,
    chosen: tuple[str, ...],
    values: Mapping[str, str],
    member: Member,
    at: datetime,
) -> dict[str, str]:
    try:
        done = Done.model_validate(dict(values))
    except ValidationError as wrong:
        said = {"found": SAY_WHAT, "words": IN_A_WORD}
        return {str(e["loc"][0]): said[str(e["loc"][0])] for e in wrong.errors()}
    await store.write(finish_checks, turn_id, chosen, done, at=at, staff_id=member.id)
    return {}


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
    say, vendors = translations(language).gettext, desk.directory.vendors
    turn = _turn(file.line, desk, language)
    query = urlencode({"after": file.next or "", **({"done": 1} if done else {})})
    page = TurnPage(
        turn=turn,
        lines=tuple(
            VendorLine(
                check,
                vendors[check.vendor].name if check.vendor in vendors else check.vendor,
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
        errors={name: say(text) for name, text in typed.errors.items()},
        may_record=member.may_record,
        work=await store.read(record_work),
    )
    return pages.show(
        request, "staff/check_turn.html", page, status=status, staff=member
    )
