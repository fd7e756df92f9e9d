"""Figures for staff: each picture beside the table that holds the same."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.staff_figures import Age, Load, staff_figures
from app.web.deps import DirectoryDep, Now, PagesDep, StoreDep
from app.web.pages import language_of
from app.web.staff.bars import Bar, bars_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.answers import Say
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter(route_class=StaffRoute)

AGE = mark("{first} to {last} days")
OLDER = mark("{first} days and more")


@dataclass(frozen=True, slots=True)
class LateVendor:
    """A company that is late, by its name."""

    name: str
    late: int
    open: int
    oldest: date


@dataclass(frozen=True, slots=True)
class FiguresView:
    """The page."""

    ages: tuple[tuple[str, int], ...]
    ages_drawn: tuple[Bar, ...]
    weeks: tuple[tuple[date, int], ...]
    weeks_drawn: tuple[Bar, ...]
    late: tuple[LateVendor, ...]
    loads: tuple[Load, ...]


@router.get("/figures")
async def figures(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    directory: DirectoryDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what is open, answered, late and taken on."""
    found = await store.read(staff_figures, at=at)
    say = translations(language_of(request)).gettext
    view = FiguresView(
        ages=tuple((_age(age, say), age.count) for age in found.ages),
        ages_drawn=bars_of([(_days(age), "", age.count, False) for age in found.ages]),
        weeks=found.weeks,
        weeks_drawn=_by_week(found.weeks, language_of(request).value),
        late=tuple(
            LateVendor(
                vendor.name if (vendor := directory.vendor(one.vendor)) else one.vendor,
                one.late,
                one.open,
                one.oldest,
            )
            for one in found.late
        ),
        loads=found.loads,
    )
    return pages.show(request, "staff/figures.html", view, staff=member)


def _by_week(weeks: tuple[tuple[date, int], ...], language: str) -> tuple[Bar, ...]:
    """Return a bar for each week; every second is named: a phone has no room for more."""
    last = len(weeks) - 1
    return bars_of(
        [
            (
                str(day.day),
                format_date(day, "LLL", locale=language).rstrip("."),
                n,
                False,
            )
            if (last - place) % 2 == 0
            else ("", "", n, False)
            for place, (day, n) in enumerate(weeks)
        ]
    )


def _age(age: Age, say: Say) -> str:
    if age.last is None:
        return say(OLDER).format(first=age.first)
    return say(AGE).format(first=age.first, last=age.last)


def _days(age: Age) -> str:
    return f"{age.first}+" if age.last is None else f"{age.first}–{age.last}"
