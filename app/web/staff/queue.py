"""The queue: what needs a person next and why, and finding one request."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from babel.dates import format_date
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.find_request import NotFound, number_of
from app.actions.keep_view import LONGEST_NAME, ViewBody, drop_view, keep_view
from app.actions.queue import (
    COUNTED_TO,
    Counts,
    QueuePage,
    QueueRow,
    View,
    Why,
    next_in_queue,
    read_queue,
)
from app.actions.sign_in import Member
from app.domain.timeline import Status
from app.domain.vendors import Directory
from app.web.deps import DeskDep, DirectoryDep, Now, PagesDep, StoreDep
from app.web.forms import Filled, form_of
from app.web.pages import language_of
from app.web.staff.bars import Bar, bars_of
from app.web.staff.gate import HOME, MemberDep, StaffRoute
from app.web.staff.queue_address import ME, UNASSIGNED, AskedPlace, InQueue, place_in
from app.words.answers import Say
from app.words.catalog import translations
from app.words.marks import mark
from app.words.staff import (
    KEPT_BACK,
    MYSELF,
    NOBODY_YET,
    TO_DO,
    TO_DO_LATE,
    WHY,
    WHY_TO_DO,
)
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
NO_NAME = mark("Enter a name for this view, of 60 signs at most")
TOO_MANY_VIEWS = mark("You keep 20 views already: delete one first")


class FindForm(BaseModel):
    """What somebody looks for."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    find: str = ""


class ViewForm(BaseModel):
    """A view to keep, by its name, or one to delete."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    name: str = ""
    part: str = ""
    delete: UUID | None = None


Form = Annotated[Filled[FindForm], Depends(form_of(FindForm))]
Keeping = Annotated[Filled[ViewForm], Depends(form_of(ViewForm))]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    number: str
    address: str
    vendor: str
    status: Status
    due: date | None
    late: bool
    why: tuple[str, ...]
    to_do: str
    who: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The letters to one company that wait, and why."""

    vendor: str
    letters: int
    why: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue, or a part of it."""

    lines: tuple[Line, ...]
    unknown: tuple[Line, ...]
    kept_back: tuple[Kept, ...]
    parked: int
    bars: tuple[Bar, ...]
    counts: Counts
    most: int
    reasons: tuple[tuple[str, str, int, bool], ...]
    """Each with its address, its words, how many, and whether it is shown."""
    whys: tuple[tuple[str, str], ...]
    statuses: tuple[Status, ...]
    vendors: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    values: dict[str, str]
    part: str
    here: str
    """Part and place, for the forms of the page."""
    views: tuple[View, ...]
    kept: bool
    """Whether this very part is kept as a view."""
    ended: bool
    """Whether somebody went on from the last request of this part."""
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
    place: AskedPlace,
) -> Response:
    """Show what needs a person next."""
    page = await store.read(
        read_queue, place.wanted, place.after, today=at.date(), staff_id=member.id
    )
    view = _view(request, member, page, place, directory, at.date())
    return pages.show(request, "staff/queue.html", view, staff=member)


@router.get("/next")
async def go_on(
    store: StoreDep, pages: PagesDep, at: Now, place: AskedPlace
) -> Response:
    """Lead to the request that follows in a part of the queue."""
    row = await store.read(next_in_queue, place.wanted, place.after, today=at.date())
    if row is not None:
        return pages.go(_address(row, place))
    part = f"?{place.part}&" if place.part else "?"
    return pages.go(f"{HOME}{part}ended=1")


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
    wrong = {"find": NOT_FOUND[found]}
    page = await store.read(
        read_queue, InQueue().wanted, None, today=at.date(), staff_id=member.id
    )
    view = _view(request, member, page, InQueue(), desk.directory, at.date(), wrong)
    return pages.show(request, "staff/queue.html", view, status=422, staff=member)


@router.get("/views")
async def no_view(pages: PagesDep) -> Response:
    """Lead back: here only forms arrive."""
    return pages.go(HOME)


@router.post("/views")
async def views(
    request: Request,
    form: Keeping,
    member: MemberDep,
    store: StoreDep,
    directory: DirectoryDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Keep a part of the queue as a view, or delete one; each member has their own."""
    typed = form.model or ViewForm()
    place = place_in(typed.part, member, directory) or InQueue()
    if typed.delete is not None:
        await store.write(drop_view, member.id, typed.delete)
        return pages.go(place.address)
    if not 0 < len(typed.name) <= LONGEST_NAME:
        wrong = {"name": NO_NAME}
    else:
        body = ViewBody(typed.name, place.part)
        if await store.write(keep_view, member.id, body, at=at):
            return pages.go(place.address)
        wrong = {"name": TOO_MANY_VIEWS}
    page = await store.read(
        read_queue, place.wanted, None, today=at.date(), staff_id=member.id
    )
    view = _view(request, member, page, place, directory, at.date(), wrong)
    return pages.show(request, "staff/queue.html", view, status=422, staff=member)


def _view(
    request: Request,
    member: Member,
    page: QueuePage,
    place: InQueue,
    directory: Directory,
    today: date,
    errors: dict[str, str] | None = None,
) -> QueueView:
    language = language_of(request)
    say = translations(language).gettext
    names = directory.names()
    called = {one.id: one.name for one in page.people}
    asked = place.values

    def line(row: QueueRow) -> Line:
        return _line(row, _address(row, place), names, called, today, say)

    return QueueView(
        lines=tuple(map(line, page.rows)),
        unknown=tuple(map(line, page.unknown)),
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
        parked=page.parked,
        bars=_bars(page.counts, language, say),
        counts=page.counts,
        most=COUNTED_TO,
        reasons=_reasons(page.counts, place, say),
        whys=tuple((why.value, say(WHY[why])) for why in Why),
        statuses=tuple(Status),
        vendors=tuple(sorted(names.items(), key=lambda item: item[1].casefold())),
        people=(
            (ME, say(MYSELF)),
            (UNASSIGNED, say(NOBODY_YET)),
            *((one.id.hex, one.name) for one in page.people if one.id != member.id),
        ),
        values=asked,
        part=place.part,
        here=place.query,
        views=page.views,
        kept=any(view.query == place.part for view in page.views),
        ended="ended" in request.query_params,
        filtered=any(asked.values()),
        next=place.behind(page.next).address if page.next else None,
        errors={name: say(text) for name, text in (errors or {}).items()},
        before=member.before,
        role=say(ROLES[member.role]),
        may_record=member.may_record,
    )


def _reasons(
    counts: Counts, place: InQueue, say: Say
) -> tuple[tuple[str, str, int, bool], ...]:
    """Return a link for each reason of which there is something."""
    scope = replace(place, wanted=place.wanted.scope, after=None)
    links = []
    for why in Why:
        chosen = why is place.wanted.why
        part = replace(scope, wanted=replace(scope.wanted, why=why))
        if counts.by_why[why] or chosen:
            row = (part.address, say(WHY[why]), counts.by_why[why], chosen)
            links.append(row)
    return tuple(links)


def _address(row: QueueRow, place: InQueue) -> str:
    """Return the page of a request that knows where in the queue it was found."""
    here = quote(place.behind(row.cursor).query)
    address = f"/staff/requests/{row.number}?in={here}"
    return f"{address}&mail={row.mail}#reply-title" if row.mail else address


def _line(
    row: QueueRow,
    address: str,
    names: dict[str, str],
    called: dict[UUID, str],
    today: date,
    say: Say,
) -> Line:
    reasons = row.reasons(today)
    late = Why.LATE in reasons
    to_do = TO_DO_LATE if late else TO_DO
    first = next((WHY_TO_DO[why] for why in reasons if why in WHY_TO_DO), None)
    words = first or to_do.get(row.status, "")
    return Line(
        number=row.number,
        address=address,
        vendor=names.get(row.vendor, row.vendor),
        status=row.status,
        due=row.due,
        late=late,
        why=tuple(say(WHY[why]) for why in reasons),
        to_do=say(words) if words else "",
        who=called.get(row.who, "") if row.who else "",
    )


LATE = mark("Late")
LATER = mark("Later")


def _bars(counts: Counts, language: str, say: Say) -> tuple[Bar, ...]:
    days = [
        (format_date(day, "ccc", locale=language).rstrip("."), str(day.day), n, False)
        for day, n in counts.days
    ]
    return bars_of(
        [
            (*_in_two_lines(say(LATE)), counts.late, True),
            *days,
            (*_in_two_lines(say(LATER)), counts.later, False),
        ]
    )


def _in_two_lines(words: str) -> tuple[str, str]:
    """Return what stands under a bar, the last word beside the short number of a day.

    On a phone a bar has room for hardly six signs.
    """
    first, _, second = words.rpartition(" ")
    return first, second
