"""The queue: what needs a person next, and finding one request."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from babel.dates import format_date
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.find_request import NotFound, number_of
from app.actions.queue import (
    COUNTED_TO,
    Counts,
    Cursor,
    QueuePage,
    QueueRow,
    Wanted,
    read_queue,
)
from app.actions.sign_in import Member
from app.domain.timeline import OPEN, Status
from app.domain.vendors import Directory
from app.web.deps import DeskDep, DirectoryDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.pages import language_of
from app.web.staff.gate import HOME, MemberDep, StaffRoute
from app.words.answers import Say
from app.words.catalog import translations
from app.words.marks import mark
from app.words.staff import KEPT_BACK, TO_DO, TO_DO_LATE
from app.words.terms import ROLES

router = APIRouter(route_class=StaffRoute)

NOT_FOUND = {
    NotFound.NONE: mark("There is no such request. Look again at the number"),
    NotFound.SEVERAL: mark("Several requests have this reference: use the number"),
    NotFound.RECEIPT: mark(
        "This is a resident’s tracking code, which is theirs alone. Enter the number"
        " of the request, which begins with R-"
    ),
}
BAR_HEIGHT = 44
"""Pixels of the tallest bar."""


class FindForm(BaseModel):
    """What somebody looks for."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    find: str = ""


Form = Annotated[Filled[FindForm], Depends(form_of(FindForm))]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    number: str
    vendor: str
    status: Status
    due: date | None
    late: bool
    to_do: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The letters to one company that wait, and why."""

    vendor: str
    letters: int
    why: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture."""

    x: float
    count: int
    height: int
    first: str
    second: str
    late: bool


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue, or a part of it."""

    lines: tuple[Line, ...]
    unknown: tuple[Line, ...]
    kept_back: tuple[Kept, ...]
    mails: int
    bars: tuple[Bar, ...]
    counts: Counts
    most: int
    statuses: tuple[Status, ...]
    vendors: tuple[tuple[str, str], ...]
    wanted: Wanted
    filtered: bool
    next: str | None
    errors: dict[str, str]
    before: datetime | None
    role: str
    may_record: bool


@router.get("")
async def whole_address(pages: PagesDep) -> Response:
    """Lead to the queue."""
    return pages.go(HOME)


@router.get("/")
async def queue(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    directory: DirectoryDep,
    pages: PagesDep,
    at: Now,
    status: Annotated[str, Query()] = "",
    vendor: Annotated[str, Query()] = "",
    late: Annotated[str, Query()] = "",
    after: Annotated[str, Query()] = "",
) -> Response:
    """Show what needs a person next."""
    if status and status not in set(Status):
        raise Problem(422, "status is none", field="status")
    if vendor and vendor not in directory.vendors:
        raise Problem(422, "vendor is none", field="vendor")
    wanted = Wanted(Status(status) if status else None, vendor or None, bool(late))
    cursor = _read_cursor(after) if after else None
    page = await store.read(read_queue, wanted, cursor, today=at.date())
    view = _view(request, member, page, wanted, directory, at.date())
    return pages.show(request, "staff/queue.html", view, staff=member)


@router.get("/find")
async def nothing_to_find(pages: PagesDep) -> Response:
    """Lead back: what is looked for never stands in an address."""
    return pages.go(HOME)


@router.post("/find")
async def find(
    request: Request,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Go to a request by its number, its reply address or the vendor's reference."""
    typed = form.values.get("find", "")
    found = await store.read(number_of, desk, typed)
    if not isinstance(found, NotFound):
        return pages.go(f"/staff/requests/{found}")
    say = translations(language_of(request)).gettext
    wanted = Wanted()
    page = await store.read(read_queue, wanted, None, today=at.date())
    view = _view(
        request,
        member,
        page,
        wanted,
        desk.directory,
        at.date(),
        {"find": say(NOT_FOUND[found])},
    )
    return pages.show(request, "staff/queue.html", view, status=422, staff=member)


def _view(
    request: Request,
    member: Member,
    page: QueuePage,
    wanted: Wanted,
    directory: Directory,
    today: date,
    errors: dict[str, str] | None = None,
) -> QueueView:
    language = language_of(request)
    say = translations(language).gettext
    names = {slug: vendor.name for slug, vendor in directory.vendors.items()}
    asked = {
        "status": wanted.status or "",
        "vendor": wanted.vendor or "",
        "late": "1" if wanted.late else "",
    }
    following = None
    if page.next is not None:
        query = {k: v for k, v in asked.items() if v}
        following = f"{HOME}?{urlencode({**query, 'after': _written(page.next)})}"
    return QueueView(
        lines=tuple(_line(row, names, today, say) for row in page.rows),
        unknown=tuple(_line(row, names, today, say) for row in page.unknown),
        kept_back=tuple(
            Kept(
                names.get(line.vendor, line.vendor),
                line.letters,
                say(KEPT_BACK[line.why]),
                line.first_at,
                line.last_at,
            )
            for line in page.kept_back
        ),
        mails=page.mails,
        bars=_bars(page.counts, language, say),
        counts=page.counts,
        most=COUNTED_TO,
        statuses=tuple(Status),
        vendors=tuple(sorted(names.items(), key=lambda item: item[1].casefold())),
        wanted=wanted,
        filtered=any(asked.values()),
        next=following,
        errors=errors or {},
        before=member.before,
        role=say(ROLES[member.role]),
        may_record=member.may_record,
    )


def _line(row: QueueRow, names: dict[str, str], today: date, say: Say) -> Line:
    late = row.status in OPEN and row.due is not None and row.due < today
    to_do = TO_DO_LATE if late else TO_DO
    return Line(
        number=row.number,
        vendor=names.get(row.vendor, row.vendor),
        status=row.status,
        due=row.due,
        late=late,
        to_do=say(to_do[row.status]) if row.status in to_do else "",
    )


LATE = mark("Late")
LATER = mark("Later")


def _bars(counts: Counts, language: str, say: Say) -> tuple[Bar, ...]:
    days = [
        (format_date(day, "ccc", locale=language).rstrip("."), str(day.day), n, False)
        for day, n in counts.days
    ]
    columns = [
        (say(LATE), "", counts.late, True),
        *days,
        (say(LATER), "", counts.later, False),
    ]
    tallest = max(*(n for *_, n, _ in columns), 1)
    step = 100 / len(columns)
    return tuple(
        Bar(
            x=round(step * (place + 0.5), 2),
            count=n,
            height=max(round(BAR_HEIGHT * n / tallest), 2 if n else 0),
            first=first,
            second=second,
            late=late,
        )
        for place, (first, second, n, late) in enumerate(columns)
    )


def _written(cursor: Cursor) -> str:
    """Return where a page begins as it stands in its address."""
    day = cursor.due.isoformat() if cursor.due else ""
    return f"{day}~{cursor.vendor}~{cursor.id.hex}"


def _read_cursor(text: str) -> Cursor:
    try:
        day, vendor, row = text.split("~")
        return Cursor(date.fromisoformat(day) if day else None, vendor, UUID(row))
    except ValueError:
        raise Problem(422, "after is no place in the queue", field="after") from None
