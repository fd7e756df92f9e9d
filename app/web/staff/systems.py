"""Companies' own systems: which need somebody, and what they answered that was odd."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.look_at_protocol import (
    OddAnswer,
    System,
    look_at_protocol,
    try_again,
)
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.pages import language_of
from app.web.staff.gate import Caseworker, MemberDep, StaffRoute
from app.words.catalog import translations
from app.words.staff import FAULTS, ODDITIES

router = APIRouter(route_class=StaffRoute)
HERE = "/staff/systems"


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
class SystemsView:
    """The page."""

    agent: bool
    systems: tuple[SystemLine, ...]
    odd: tuple[OddLine, ...]
    known: int
    requests: tuple[tuple[str, int], ...]
    may_record: bool


class AgainForm(BaseModel):
    """Which system to try again."""

    model_config = ConfigDict(extra="ignore")

    api_base: str
    business_id: str


Form = Annotated[Filled[AgainForm], Depends(form_of(AgainForm))]


@router.get("/systems")
async def systems(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what needs somebody; the answers themselves stay closed."""
    say = translations(language_of(request)).gettext
    found = await store.read(look_at_protocol, at=at)
    names = {slug: vendor.name for slug, vendor in desk.directory.vendors.items()}
    page = SystemsView(
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
        may_record=member.may_record,
    )
    return pages.show(request, "staff/systems.html", page, staff=member)


@router.post("/systems")
async def again(
    form: Form,
    member: Caseworker,
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
