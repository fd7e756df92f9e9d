"""The people on the staff side, for those who look after them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.actions.change_staff import (
    Change,
    NotDone,
    Person,
    change,
    invite,
    read_people,
    set_role,
)
from app.actions.filing_form import Mailbox
from app.actions.sign_in import Member
from app.store.session import Store
from app.store.staff import Role
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.pages import Pages, language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.catalog import translations
from app.words.marks import mark
from app.words.terms import ROLES

router = APIRouter(prefix="/people", route_class=StaffRoute)
PEOPLE = "/staff/people"

NO_MAILBOX = mark("Enter one e-mail address, such as name@example.org")
DISABLED = mark("This person is disabled. Enable them first")
NO_ROLE = mark("Choose what they may do")
LAST_ADMIN = mark(
    "Nobody would be left who looks after the people. Make somebody else an administrator first"
)
MAILBOX: TypeAdapter[str] = TypeAdapter(Mailbox)


class PeopleForm(BaseModel):
    """Whom to invite, or what to make of somebody."""

    model_config = ConfigDict(extra="ignore")

    email: str = ""
    role: Role | None = None


Form = Annotated[Filled[PeopleForm], Depends(form_of(PeopleForm))]


@dataclass(frozen=True, slots=True)
class PeopleView:
    """All members of staff, and the form that invites one."""

    people: tuple[Person, ...]
    roles: tuple[tuple[str, str], ...]
    email: str = ""
    role: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InvitedView:
    """The link of an invitation, which nobody sees again."""

    email: str
    link: str


async def _show(
    request: Request,
    pages: Pages,
    store: Store,
    member: Member,
    at: datetime,
    errors: Mapping[str, str] | None = None,
    email: str = "",
    role: str = "",
    status: int = 422,
) -> Response:
    people = await store.read(read_people, at=at)
    say = translations(language_of(request)).gettext
    told = {name: say(text) for name, text in (errors or {}).items()}
    roles = tuple((code, say(word)) for code, word in ROLES.items())
    view = PeopleView(people, roles, email, role, told)
    return pages.show(
        request,
        "staff/people.html",
        view,
        status=status if told else 200,
        staff=member,
    )


@router.get("")
async def people(
    request: Request, member: MemberDep, store: StoreDep, pages: PagesDep, at: Now
) -> Response:
    """Show all members of staff."""
    return await _show(request, pages, store, member, at)


@router.post("")
async def invite_one(
    request: Request,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Invite somebody; the link is shown once, and another one is mailed."""
    typed = form.values.get("email", "").strip()
    role = form.model.role if form.model else None
    errors = {} if role else {"role": NO_ROLE}
    try:
        email = MAILBOX.validate_python(typed)
    except ValidationError:
        email, errors = "", {"email": NO_MAILBOX, **errors}
    if errors or role is None:
        given = form.values.get("role", "")
        return await _show(request, pages, store, member, at, errors, typed, given)
    done = await store.write(
        invite,
        desk,
        email,
        role,
        at=at,
        actor=str(member.id),
        language=language_of(request),
    )
    if isinstance(done, NotDone):
        errors = {"email": DISABLED if done is NotDone.DISABLED else LAST_ADMIN}
        return await _show(
            request, pages, store, member, at, errors, typed, role, status=409
        )
    view = InvitedView(email, desk.portal.link(f"/staff/enrol/{done}"))
    return pages.show(request, "staff/invited.html", view, staff=member)


@router.post("/{member_id}/role")
async def give_role(
    request: Request,
    member_id: UUID,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Give somebody another role."""
    role = form.model.role if form.model else None
    if role is None:
        errors = {"people": NO_ROLE}
        return await _show(request, pages, store, member, at, errors)
    done = await store.write(set_role, member_id, role, at=at, actor=str(member.id))
    return await _done(request, pages, store, member, at, done)


@router.post("/{member_id}/{act}")
async def change_one(
    request: Request,
    member_id: UUID,
    act: Change,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Disable or enable somebody, end their sessions, reset their second step."""
    done = await store.write(change, desk, member_id, act, at=at, actor=str(member.id))
    return await _done(request, pages, store, member, at, done)


async def _done(
    request: Request,
    pages: Pages,
    store: Store,
    member: Member,
    at: datetime,
    done: NotDone | None,
) -> Response:
    if done is NotDone.UNKNOWN:
        raise Problem(404, "There is no such member.")
    if done is NotDone.LAST_ADMIN:
        errors = {"people": LAST_ADMIN}
        return await _show(request, pages, store, member, at, errors, status=409)
    return pages.go(PEOPLE)


@router.get("/{member_id}/{act}")
async def own_page(
    member_id: UUID,  # noqa: ARG001 - whom the form was about
    act: str,  # noqa: ARG001
    pages: PagesDep,
) -> Response:
    """Lead back from an address that is only posted to."""
    return pages.go(PEOPLE)
