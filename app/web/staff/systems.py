"""Companies' own systems: which need somebody; and letters that staff stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.desk import Desk
from app.actions.look_at_protocol import (
    OddAnswer,
    System,
    try_again,
)
from app.actions.sign_in import Member
from app.actions.stop_letters import (
    StoppedLine,
    look_at_ways,
    resume_letters,
    stop_letters,
)
from app.actions.tell_of_list import NotFetching, not_fetching
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.pages import language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.catalog import translations
from app.words.marks import mark
from app.words.staff import FAULTS, ODDITIES

router = APIRouter(route_class=StaffRoute)
HERE = "/staff/systems"
WHICH = mark("Choose a company")


@dataclass(frozen=True, slots=True)
class SystemLine:
    """One system that needs somebody."""

    system: System
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class OddLine:
    """One answer that was odd."""

    answer: OddAnswer
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One company to which nothing leaves."""

    stopped: StoppedLine
    name: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One company that does not fetch its list."""

    line: NotFetching
    name: str


@dataclass(frozen=True, slots=True)
class SystemsView:
    """The page."""

    agent: bool
    systems: tuple[SystemLine, ...]
    odd: tuple[OddLine, ...]
    known: int
    requests: tuple[tuple[str, int], ...]
    stopped: tuple[LetterLine, ...]
    others: tuple[tuple[str, str], ...]
    """The companies whose letters can be stopped."""
    waiting: tuple[WaitingLine, ...]
    silent: int
    """How many companies do not fetch their lists."""
    next: str | None
    """Where the next ones of them are."""
    errors: Mapping[str, str]
    may_record: bool


class AgainForm(BaseModel):
    """Which system to try again."""

    model_config = ConfigDict(extra="ignore")

    api_base: str
    business_id: str


class LettersForm(BaseModel):
    """Whose letters to stop, or to let go."""

    model_config = ConfigDict(extra="ignore")

    vendor: str
    do: Literal["stop", "resume"]


Form = Annotated[Filled[AgainForm], Depends(form_of(AgainForm))]
Letters = Annotated[Filled[LettersForm], Depends(form_of(LettersForm))]


@router.get("/systems")
async def systems(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    after: Annotated[str, Query(max_length=63)] = "",
) -> Response:
    """Show what needs somebody; the answers themselves stay closed."""
    page = await _view(request, member, store, desk, at, after=after)
    return pages.show(request, "staff/systems.html", page, staff=member)


async def _view(
    request: Request,
    member: Member,
    store: Store,
    desk: Desk,
    at: datetime,
    errors: Mapping[str, str] | None = None,
    *,
    after: str = "",
) -> SystemsView:
    say = translations(language_of(request)).gettext
    found, stopped = await store.read(look_at_ways, at=at)
    silent = await store.read(not_fetching, desk, at=at, after=after)
    names = desk.directory.names()
    return SystemsView(
        agent=desk.portal.protocol,
        systems=tuple(
            SystemLine(
                one,
                names.get(one.vendor, one.vendor),
                say(FAULTS[one.fault]) if one.fault else "",
            )
            for one in found.systems
        ),
        odd=tuple(
            OddLine(one, names.get(one.vendor, one.vendor), say(ODDITIES[one.oddity]))
            for one in found.odd
        ),
        known=found.known,
        requests=tuple(sorted(found.requests.items())),
        stopped=tuple(
            LetterLine(one, names.get(one.vendor, one.vendor)) for one in stopped
        ),
        others=tuple(
            sorted(
                (
                    (slug, name)
                    for slug, name in names.items()
                    if slug not in {one.vendor for one in stopped}
                ),
                key=lambda one: one[1].casefold(),
            )
        ),
        waiting=tuple(
            WaitingLine(one, names.get(one.vendor, one.vendor))
            for one in silent.vendors
        ),
        silent=silent.total,
        next=f"{HERE}?{urlencode({'after': silent.after})}#lists"
        if silent.after
        else None,
        errors=errors or {},
        may_record=member.may_record,
    )


@router.post("/systems")
async def again(
    form: Form,
    member: MemberDep,
    store: StoreDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Let messages go to a system again, after somebody spoke with the company."""
    if form.model is None:
        raise Problem(422, "A system is missing.")
    await store.write(
        try_again,
        form.model.api_base,
        form.model.business_id,
        at=at,
        staff_id=member.id,
    )
    return pages.go(HERE)


@router.get("/systems/letters")
async def own_page(pages: PagesDep) -> Response:
    """Lead back from an address that is only posted to."""
    return pages.go(HERE)


@router.post("/systems/letters")
async def letters(
    request: Request,
    form: Letters,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Stop the letters to a company, or let them leave again."""
    if form.model is None or desk.directory.vendor(form.model.vendor) is None:
        say = translations(language_of(request)).gettext
        page = await _view(request, member, store, desk, at, {"vendor": say(WHICH)})
        return pages.show(request, "staff/systems.html", page, status=422, staff=member)
    change = stop_letters if form.model.do == "stop" else resume_letters
    await store.write(change, form.model.vendor, at=at, by=str(member.id))
    return pages.go(HERE)
