"""The queue, and the audit trail."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.queue import (
    IsReceipt,
    Queue,
    Wanted,
    find_request,
    read_queue,
)
from app.actions.read_request import AuditLine, read_audit
from app.domain.timeline import Status
from app.web.deps import DirectoryDep, Now, PagesDep, StoreDep
from app.web.forms import Filled, form_of
from app.web.pages import language_of
from app.web.staff.session import MemberDep
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter()

NOT_FOUND = mark("No request has this number or reply address")
A_RECEIPT = mark("This is a resident’s tracking code. It is theirs: use the number")
BAR = 44
"""Height of the tallest bar, in pixels."""


class FindForm(BaseModel):
    """What is searched for."""

    model_config = ConfigDict(extra="ignore")

    find: str = ""


Form = Annotated[Filled[FindForm], Depends(form_of(FindForm))]


@dataclass(frozen=True, slots=True)
class Bar:
    """How many are due on a day."""

    x: float
    height: float
    count: int
    day: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class QueueView:
    """The page."""

    queue: Queue
    names: dict[str, str]
    bars: tuple[Bar, ...]
    wanted: Wanted
    statuses: tuple[Status, ...]
    vendors: tuple[tuple[str, str], ...]
    today: date
    next_page: str | None
    errors: dict[str, str]
    typed: str


@dataclass(frozen=True, slots=True)
class AuditView:
    """The audit trail."""

    lines: tuple[AuditLine, ...]
    older: int | None


async def _wanted(
    status: Annotated[str, Query()] = "",
    vendor: Annotated[str, Query()] = "",
    overdue: Annotated[str, Query()] = "",
    after: Annotated[str, Query()] = "",
) -> Wanted:
    known = Status(status) if status in set(Status) else None
    return Wanted(known, vendor, bool(overdue), after)


@router.get("/")
async def queue(
    request: Request,
    member: MemberDep,
    wanted: Annotated[Wanted, Depends(_wanted)],
    store: StoreDep,
    directory: DirectoryDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what needs a person, by due date."""
    found = await store.read(read_queue, wanted, today=at.date())
    page = _view(found, wanted, directory, at.date(), {}, "")
    return pages.show(request, "staff/queue.html", page, staff=member)


def _view(
    found: Queue,
    wanted: Wanted,
    directory: DirectoryDep,
    today: date,
    errors: dict[str, str],
    typed: str,
) -> QueueView:
    names = {v.slug: v.name for v in directory.vendors.values()}
    counts = [*found.days, (date.max, found.later)]
    tallest = max(1, *(n for _, n in counts))
    query = {"status": wanted.status or "", "vendor": wanted.vendor}
    return QueueView(
        queue=found,
        names=names,
        bars=tuple(
            Bar(
                x=round(6 + 13.5 * i, 1),
                height=round(BAR * n / tallest, 1),
                count=n,
                day=None if day in {None, date.max} else day,
                late=day is None,
            )
            for i, (day, n) in enumerate(counts)
        ),
        wanted=wanted,
        statuses=tuple(Status),
        vendors=tuple(sorted(names.items(), key=lambda v: v[1].lower())),
        today=today,
        next_page=f"/staff/?{urlencode({**query, 'after': found.after})}"
        if found.after
        else None,
        errors=errors,
        typed=typed,
    )


@router.post("/find")
async def find(
    request: Request,
    member: MemberDep,
    form: Form,
    store: StoreDep,
    directory: DirectoryDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Go to a request by its number or reply address; neither stands in an address."""
    typed = form.values.get("find", "")
    found = await store.read(find_request, typed)
    if found is None or isinstance(found, IsReceipt):
        say = translations(language_of(request).value).gettext
        errors = {"find": say(A_RECEIPT if found else NOT_FOUND)}
        shown = await store.read(read_queue, Wanted(), today=at.date())
        kept = "" if isinstance(found, IsReceipt) else typed
        page = _view(shown, Wanted(), directory, at.date(), errors, kept)
        return pages.show(request, "staff/queue.html", page, status=422, staff=member)
    return pages.go(f"/staff/requests/{found}")


@router.get("/audit")
async def audit(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    pages: PagesDep,
    before: Annotated[int | None, Query()] = None,
) -> Response:
    """Show who did what, when and why."""
    lines = await store.read(read_audit, before=before)
    older = lines[-1].seq if lines and lines[-1].seq > 1 else None
    page = AuditView(lines, older)
    return pages.show(request, "staff/audit.html", page, staff=member)
