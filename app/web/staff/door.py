"""The door: enrol once with a link, sign in with a password, sign out."""

from dataclasses import dataclass, field
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.actions.enrol_staff import (
    Enrolment,
    NoEnrolment,
    Taken,
    enrol,
    read_enrolment,
)
from app.actions.filing_form import Mailbox
from app.actions.sign_in import (
    SignedIn,
    Wait,
    begin_sign_in,
    fits,
    sign_in,
    sign_out,
)
from app.store.staff import Stage
from app.web.deps import DeskDep, KeysDep, Now, PagesDep, PortalDep, StoreDep, parts
from app.web.errors import too_many
from app.web.forms import Filled, form_of
from app.web.pages import Pages, language_of
from app.web.staff.gate import (
    HOME,
    SIGN_IN,
    KnockDep,
    SignInView,
    StaffRoute,
    Token,
    forget,
    keep_session,
    safe_target,
)
from app.web.staff.new_password import hashed, wrong_with
from app.web.staff.second import arrived, ask_for_second
from app.web.staff.unsent import unsent_in
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter()
inside = APIRouter(route_class=StaffRoute)

NO_MAILBOX = mark("Enter one e-mail address, such as name@example.org")
TAKEN = mark("Somebody with this e-mail address is there already")
WRONG = mark("E-mail address and password do not fit together")
MAILBOX: TypeAdapter[str] = TypeAdapter(Mailbox)


class DoorForm(BaseModel):
    """What is typed at the door. A password is taken as it is, spaces and all."""

    model_config = ConfigDict(extra="ignore")

    email: str = ""
    password: str = ""
    next: str = ""
    to: str = ""


Form = Annotated[Filled[DoorForm], Depends(form_of(DoorForm))]


@dataclass(frozen=True, slots=True)
class EnrolView:
    """The page behind a one-time link."""

    token: str
    known: str | None
    required: bool
    """Whether a second step must follow."""
    email: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@router.get("/sign-in")
async def sign_in_page(
    request: Request,
    pages: PagesDep,
    target: Annotated[str, Query(alias="next")] = "",
    enrolled: Annotated[str, Query()] = "",
    again: Annotated[str, Query()] = "",
) -> Response:
    """Ask for e-mail address and password."""
    page = SignInView("", safe_target(target), bool(enrolled), bool(again))
    return pages.show(request, "staff/sign_in.html", page)


@router.post("/sign-in")
async def try_to_sign_in(
    request: Request,
    form: Form,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    knock: KnockDep,
    at: Now,
) -> Response:
    """Open a session; whoever fails learns nothing of why."""
    typed = form.model or DoorForm()
    known = await store.write(begin_sign_in, desk.keys, typed.email, knock, at=at)
    if isinstance(known, Wait):
        raise too_many(known.seconds)
    right = await to_thread.run_sync(
        fits, known, typed.password, limiter=parts(request).passwords
    )
    done = await store.write(
        sign_in, desk, typed.email, known, knock, right=right, at=at
    )
    target = safe_target(typed.next)
    unsent = unsent_in(typed.to and safe_target(typed.to), form.several)
    if isinstance(done, SignedIn):
        if done.stage is not Stage.HALF:
            return arrived(request, pages, desk.portal, done, target, unsent)
        response = await ask_for_second(
            request, pages, store, desk, done, target, unsent, at
        )
        keep_session(response, desk.portal, done)
        return response
    page = SignInView(
        typed.email, target, errors=_told(request, {"email": WRONG}), unsent=unsent
    )
    return pages.show(request, "staff/sign_in.html", page, status=422)


@inside.post("/sign-out")
async def leave(
    token: Token,
    store: StoreDep,
    keys: KeysDep,
    portal: PortalDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """End the session."""
    await store.write(sign_out, keys, token, at=at)
    response = pages.go(SIGN_IN)
    forget(response, portal, "staff")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@inside.get("/sign-out")
async def no_leaving_by_link(pages: PagesDep) -> Response:
    """Lead back: a link ends nothing."""
    return pages.go(HOME)


@router.get("/enrol/{token}")
async def enrol_page(
    request: Request,
    token: str,
    store: StoreDep,
    keys: KeysDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show the form behind a one-time link; looking uses nothing up."""
    found = await store.read(read_enrolment, keys, token, at=at)
    return _show_enrolment(request, pages, token, found)


@router.post("/enrol/{token}")
async def set_password(
    request: Request,
    token: str,
    form: Form,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Set the password, once."""
    found = await store.read(read_enrolment, desk.keys, token, at=at)
    typed = form.model or DoorForm()
    if isinstance(found, NoEnrolment):
        return _show_enrolment(request, pages, token, found)
    email, errors = await _checked(request, typed, found)
    if errors:
        return _show_enrolment(request, pages, token, found, typed.email, errors)
    done = await store.write(
        enrol,
        desk,
        token,
        email=email,
        password_hash=await hashed(request, typed.password),
        language=language_of(request),
        at=at,
    )
    match done:
        case NoEnrolment():
            return _show_enrolment(request, pages, token, done)
        case Taken():
            errors = {"email": TAKEN}
            return _show_enrolment(request, pages, token, found, typed.email, errors)
        case _:
            return pages.go(f"{SIGN_IN}?enrolled=1")


async def _checked(
    request: Request, typed: DoorForm, found: Enrolment
) -> tuple[str, dict[str, str]]:
    """Return the mailbox to enrol, and what is wrong with what was typed."""
    errors, email = {}, found.email
    if email is None:
        try:
            email = MAILBOX.validate_python(typed.email.strip())
        except ValidationError:
            email, errors["email"] = "", NO_MAILBOX
    wrong = await wrong_with(request, typed.password, [email or typed.email])
    if wrong is not None:
        errors["password"] = wrong
    return email, errors


def _show_enrolment(
    request: Request,
    pages: Pages,
    token: str,
    found: Enrolment | NoEnrolment,
    typed: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    if isinstance(found, NoEnrolment):
        return pages.show(request, "staff/no_enrolment.html", None, status=404)
    required = parts(request).portal.production
    told = _told(request, errors or {})
    page = EnrolView(token, found.email, required, typed, told)
    return pages.show(request, "staff/enrol.html", page, status=422 if errors else 200)


def _told(request: Request, errors: dict[str, str]) -> dict[str, str]:
    say = translations(language_of(request)).gettext
    return {name: say(text) for name, text in errors.items()}


router.include_router(inside)
