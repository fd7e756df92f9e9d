"""The legal calendar: what begins, changes and ends on which day; read only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.desk import Desk
from app.actions.record_work import RecordWork, record_work
from app.actions.work_checks import TurnLine, read_turns
from app.domain.dated import Span
from app.domain.laws import Law
from app.domain.legal_calendar import (
    OF_LAWS,
    Entry,
    legal_calendar,
    without_a_day,
)
from app.web.agenda import Occasion, published
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.downloads import attachment
from app.web.errors import Problem
from app.web.pages import language_of
from app.web.record_links import Called, called
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.catalog import translations
from app.words.record_work import TURNS

router = APIRouter(route_class=StaffRoute)
PAST, COMING = timedelta(days=90), timedelta(days=731)
"""How far back it goes, and how far ahead: two years."""
LAWS, COMPANIES = "laws", "companies"
PARTS = ("", LAWS, COMPANIES)


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """What happens on one day."""

    entry: Entry
    record: Called
    what: str
    days: int
    """Until its day; below nothing where that is past."""
    queued: TurnLine | None
    """Its companies to look at, where some were queued."""


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The calendar."""

    first: date
    last: date
    lines: tuple[CalendarLine, ...]
    pending: tuple[Law, ...]
    part: str
    work: RecordWork


def entries_around(desk: Desk, today: date, part: str = "") -> tuple[Entry, ...]:
    """Return what the calendar holds as seen from a day: all of it, or a part."""
    laws, vendors = desk.rulebook.pack.laws.values(), desk.directory.vendors.values()
    found = legal_calendar(laws, vendors, Span(today - PAST, today + COMING))
    wanted = {"": (True, False), LAWS: (True,), COMPANIES: (False,)}[part]
    return tuple(entry for entry in found if (entry.turn in OF_LAWS) in wanted)


@router.get("/laws/calendar")
async def calendar(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    part: Annotated[str, Query()] = "",
) -> Response:
    """Show the past ninety days and the coming two years, then what has no day."""
    if part not in PARTS:
        raise Problem(422, "part is none", field="part")
    language, today = language_of(request), at.date()
    turns = [
        *await store.read(read_turns, staff_id=member.id),
        *await store.read(read_turns, staff_id=member.id, done=True),
    ]
    queued: Mapping[tuple[str, str, date], TurnLine] = {
        (line.record, line.turn, line.day): line for line in turns
    }
    page = CalendarView(
        first=today - PAST,
        last=today + COMING,
        lines=tuple(
            _line(entry, desk, language, today, queued)
            for entry in entries_around(desk, today, part)
        ),
        pending=without_a_day(desk.rulebook.pack.laws.values())
        if part != COMPANIES
        else (),
        part=part,
        work=await store.read(record_work),
    )
    return pages.show(request, "staff/calendar.html", page, staff=member)


def _line(
    entry: Entry,
    desk: Desk,
    language: str,
    today: date,
    queued: Mapping[tuple[str, str, date], TurnLine],
) -> CalendarLine:
    name = str(entry.about)
    return CalendarLine(
        entry,
        called(desk, name, language),
        translations(language).gettext(TURNS[entry.turn]),
        (entry.day - today).days,
        queued.get((name, entry.turn, entry.day)),
    )


@router.get("/laws/calendar.ics")
async def calendar_file(
    request: Request, desk: DeskDep, at: Now, part: Annotated[str, Query()] = ""
) -> Response:
    """Write the same days as a calendar file (RFC 5545)."""
    if part not in PARTS:
        raise Problem(422, "part is none", field="part")
    language = language_of(request)
    say = translations(language).gettext
    occasions = []
    for entry in entries_around(desk, at.date(), part):
        record = called(desk, str(entry.about), language)
        occasions.append(
            Occasion(
                name=f"{entry.about} {entry.turn} {entry.day}",
                day=entry.day,
                words=f"{record.title}: {say(TURNS[entry.turn])}",
                link=desk.portal.link(record.href or "/staff/laws/calendar"),
            )
        )
    return Response(
        published(occasions, at=at),
        media_type="text/calendar; charset=utf-8",
        headers=attachment("legal-calendar.ics"),
    )
