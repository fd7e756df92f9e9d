"""Replies in bulk: a file in, what each row would do, then the word to record it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.bulk_replies import MOST_ROWS, NotNow, Order, Taken, give_file, order
from app.actions.desk import Desk
from app.actions.import_replies import COLUMNS, NotRepliesError, Row, read_rows
from app.actions.read_bulk import (
    RowLine,
    RunFile,
    RunLine,
    read_run,
    read_runs,
)
from app.actions.sign_in import Member
from app.domain.bulk import AT_WORK, RowEffect, RunState
from app.domain.timeline import REPLY_KINDS
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.downloads import attachment
from app.web.errors import Problem
from app.web.forms import AnyForm, Filled, Sent, form_of
from app.web.pages import Pages, csv_of, language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.catalog import translations
from app.words.marks import mark
from app.words.staff import ROW_FAULTS, RUNS, SAID

router = APIRouter(prefix="/bulk", route_class=StaffRoute)
HERE = "/staff/bulk"
NONCE_BYTES = 18
LONGEST_NONCE = 64

NO_FILE = mark("Choose a file")
NO_TEXT = mark("The file is no text: save it as CSV, in UTF-8")
NO_REPLIES = mark(
    "The file is no table of replies: look at the columns that it needs and may have"
)
NO_ROWS = mark("The file has no rows, or more than 20,000")
NOT_NOW = mark("Somebody has decided meanwhile: nothing was changed")


class FileForm(BaseModel):
    """The form; the file stands beside it."""

    model_config = ConfigDict(extra="ignore")

    nonce: str = ""


File = Annotated[Filled[FileForm], Depends(form_of(FileForm, files=1))]
LOOKS = 60
"""How often the page of a file at work looks again by itself."""
Only = Annotated[RowEffect | None, Query(alias="show")]
After = Annotated[int, Query(ge=0, le=2**31 - 1)]
Look = Annotated[int, Query(ge=0, le=LOOKS)]
LOOK_EVERY = 5
"""Seconds after which the page of a file at work looks again by itself."""


@dataclass(frozen=True, slots=True)
class RunsView:
    """The page on which a file is given."""

    runs: tuple[tuple[RunLine, str], ...]
    columns: tuple[str, ...]
    nonce: str
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowView:
    """One row in words."""

    row: RowLine
    vendor: str
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class RunView:
    """The page of one file."""

    file: RunFile
    state: str
    at_work: bool
    done: int
    of: int
    """Rows that the worker has done, and has to do, of what it does now."""
    rows: tuple[RowView, ...]
    shown: RowEffect | None
    more: str | None
    again: tuple[int, str] | None
    """After how many seconds the page looks again, and where; None if not by itself."""
    errors: Mapping[str, str]


@router.get("")
async def runs(
    request: Request, member: MemberDep, store: StoreDep, pages: PagesDep
) -> Response:
    """Show the newest files, and where to give another."""
    return await _runs(request, member, store, pages)


async def _runs(
    request: Request, member: Member, store: Store, pages: Pages, wrong: str = ""
) -> Response:
    say = translations(language_of(request)).gettext
    found = await store.read(read_runs)
    page = RunsView(
        tuple((run, say(RUNS[run.state])) for run in found),
        COLUMNS,
        secrets.token_urlsafe(NONCE_BYTES),
        {"file": say(wrong)} if wrong else {},
    )
    status = 422 if wrong else 200
    return pages.show(request, "staff/bulk.html", page, status=status, staff=member)


@router.post("")
async def give(
    request: Request,
    form: File,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take a file and let the worker try it; nothing is recorded yet."""
    rows = _rows(form.files.get("file", ()))
    if isinstance(rows, str):
        return await _runs(request, member, store, pages, rows)
    nonce = form.model.nonce[:LONGEST_NONCE] if form.model else ""
    done = await store.write(
        give_file,
        desk,
        rows,
        nonce or secrets.token_urlsafe(NONCE_BYTES),
        at=at,
        staff_id=member.id,
    )
    if not isinstance(done, Taken):  # the same page, gone back to with another file
        return await _runs(request, member, store, pages, NO_FILE)
    return pages.go(f"{HERE}/{done.id}")


def _rows(sent: Sequence[Sent]) -> list[Row] | str:
    """Return the rows of a file, or what is wrong with it."""
    if not sent:
        return NO_FILE
    try:
        rows = read_rows(sent[0].content.decode())
    except UnicodeDecodeError:
        return NO_TEXT
    except NotRepliesError:
        return NO_REPLIES
    return rows if 0 < len(rows) <= MOST_ROWS else NO_ROWS


@router.get("/{run_id}")
async def run(
    request: Request,
    run_id: UUID,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    only: Only = None,
    after: After = 0,
    look: Look = 0,
) -> Response:
    """Show how far a file has come and what comes of its rows."""
    return await _run(
        request, run_id, member, store, desk, pages, only, after, look=look
    )


async def _run(
    request: Request,
    run_id: UUID,
    member: Member,
    store: Store,
    desk: Desk,
    pages: Pages,
    only: RowEffect | None = None,
    after: int = 0,
    wrong: str = "",
    *,
    look: int = 0,
) -> Response:
    say = translations(language_of(request)).gettext
    file = await _file(store, run_id, only=only, after=after)
    at_work = file.run.state in AT_WORK
    # Not for ever: each look counts as use of the session.
    looks = at_work and not (only or after) and look < LOOKS
    again = f"{HERE}/{run_id}?look={look + 1}"
    done, of = _progress(file)
    lines = tuple(
        RowView(
            row,
            vendor=_name(desk, row),
            said=say(SAID[row.kind]) if row.kind in REPLY_KINDS else "",
            why=say(ROW_FAULTS[row.fault]) if row.fault else "",
        )
        for row in file.rows
    )
    shown = f"show={only}&" if only else ""
    page = RunView(
        file,
        state=say(RUNS[file.run.state]),
        at_work=at_work,
        done=done,
        of=of,
        rows=lines,
        shown=only,
        more=(
            f"{HERE}/{run_id}?{shown}after={file.rows[-1].line}" if file.more else None
        ),
        again=(LOOK_EVERY, again) if looks else None,
        errors={"do": say(wrong)} if wrong else {},
    )
    return pages.show(
        request, "staff/run.html", page, status=409 if wrong else 200, staff=member
    )


def _name(desk: Desk, row: RowLine) -> str:
    vendor = desk.directory.vendor(row.vendor or "")
    return vendor.name if vendor else row.vendor or ""


async def _file(
    store: Store,
    run_id: UUID,
    *,
    only: RowEffect | None = None,
    after: int = 0,
    whole: bool = False,
) -> RunFile:
    more = {"limit": None} if whole else {}
    file = await store.read(read_run, run_id, only=only, after=after, **more)
    if file is None:
        raise Problem(404, "There is no such file.")
    return file


def _progress(file: RunFile) -> tuple[int, int]:
    counted = file.tally
    match file.run.state:
        case RunState.TRYING:
            return counted.tried, counted.rows
        case RunState.UNDOING:
            return counted.taken_back + counted.stays, counted.recorded
        case _:
            return counted.recorded, counted.changes


@router.post("/{run_id}")
async def decide(
    request: Request,
    run_id: UUID,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Let a file be recorded, dropped or taken back."""
    told = form.values.get("do", "")
    if told not in set(Order):
        return await _run(request, run_id, member, store, desk, pages)
    done = await store.write(order, run_id, Order(told), at=at, staff_id=member.id)
    if done is None:
        raise Problem(404, "There is no such file.")
    if isinstance(done, NotNow):
        return await _run(request, run_id, member, store, desk, pages, wrong=NOT_NOW)
    return pages.go(f"{HERE}/{run_id}")


@router.get("/{run_id}/report")
async def report(run_id: UUID, store: StoreDep, only: Only = None) -> Response:
    """Give what comes of the rows as CSV; what they say is not in it."""
    file = await _file(store, run_id, only=only, whole=True)
    answer = csv_of(
        ("line", "request", "kind", "effect", "fault", "why", "taken_back"),
        (
            (
                row.line,
                row.number,
                row.kind,
                row.effect,
                row.fault,
                row.why,
                "yes" if row.taken_back else "",
            )
            for row in file.rows
        ),
    )
    answer.headers.update(attachment(f"replies-{run_id}.csv"))
    return answer
