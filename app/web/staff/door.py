"""The door: enrol once with a link, sign in, sign out."""

from dataclasses import dataclass, field
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.actions.enrol_staff import (
    HASHER,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
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
from app.web.deps import Caller, KeysDep, Now, PagesDep, PortalDep, StoreDep, parts
from app.web.errors import too_many
from app.web.forms import Filled, form_of
from app.web.pages import Pages, language_of
from app.web.staff.gate import (
    HOME,
    SIGN_IN,
    SignInView,
    StaffRoute,
    forget,
    keep_session,
    safe_target,
    session_token,
)
from app.web.staff.unsent import unsent_in
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter()
inside = APIRouter(route_class=StaffRoute)

SHORT = mark("Enter a password of 12 characters or more")
LONG = mark("Enter a password of 200 characters or less")
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
    email: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@router.get("/sign-in")
async def sign_in_page(
    request: Request,
    pages: PagesDep,
    target: Annotated[str, Query(alias="next")] = "",
    enrolled: Annotated[str, Query()] = "",
) -> Response:
    """Ask for e-mail address and password."""
    page = SignInView("", safe_target(target), bool(enrolled))
    return pages.show(request, "staff/sign_in.html", page)


@router.post("/sign-in")
async def try_to_sign_in(
    request: Request,
    form: Form,
    store: StoreDep,
    keys: KeysDep,
    portal: PortalDep,
    pages: PagesDep,
    caller: Caller,
    at: Now,
) -> Response:
    """Open a session; whoever fails learns nothing of why."""
    typed = form.model or DoorForm()
    known = await store.write(begin_sign_in, keys, typed.email, caller, at=at)
    if isinstance(known, Wait):
        raise too_many(known.seconds)
    right = await to_thread.run_sync(
        fits, known, typed.password, limiter=parts(request).passwords
    )
    done = await store.write(
        sign_in, keys, typed.email, known, caller, right=right, at=at
    )
    unsent = unsent_in(typed.to and safe_target(typed.to), form.several)
    if isinstance(done, SignedIn):
        response = (
            pages.go(safe_target(typed.next))
            if unsent is None
            else pages.show(request, "staff/go_on.html", unsent)
        )
        keep_session(response, portal, done.token)
        return response
    page = SignInView(
        typed.email,
        safe_target(typed.next),
        errors=_told(request, {"email": WRONG}),
        unsent=unsent,
    )
    return pages.show(request, "staff/sign_in.html", page, status=422)


@inside.post("/sign-out")
async def leave(
    request: Request,
    store: StoreDep,
    keys: KeysDep,
    portal: PortalDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """End the session."""
    token = session_token(request, portal)
    await store.write(sign_out, keys, token or "", at=at)
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
    keys: KeysDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Set the password, once."""
    found = await store.read(read_enrolment, keys, token, at=at)
    typed = form.model or DoorForm()
    email, errors = _checked(typed, found)
    if isinstance(found, NoEnrolment) or errors:
        return _show_enrolment(request, pages, token, found, typed.email, errors)
    hashed = await to_thread.run_sync(
        HASHER.hash, typed.password, limiter=parts(request).passwords
    )
    done = await store.write(
        enrol, keys, token, email=email, password_hash=hashed, at=at
    )
    match done:
        case NoEnrolment():
            return _show_enrolment(request, pages, token, done)
        case Taken():
            errors = {"email": TAKEN}
            return _show_enrolment(request, pages, token, found, typed.email, errors)
        case _:
            return pages.go(f"{SIGN_IN}?enrolled=1")


def _checked(
    typed: DoorForm, found: Enrolment | NoEnrolment
) -> tuple[str, dict[str, str]]:
    """Return the mailbox to enrol, and what is wrong with what was typed."""
    errors = {}
    email = found.email if isinstance(found, Enrolment) else None
    if email is None:
        try:
            email = MAILBOX.validate_python(typed.email.strip())
        except ValidationError:
            email, errors["email"] = "", NO_MAILBOX
    if len(typed.password) < SHORTEST_PASSWORD:
        errors["password"] = SHORT
    elif len(typed.password) > LONGEST_PASSWORD:
        errors["password"] = LONG
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
    page = EnrolView(token, found.email, typed, _told(request, errors or {}))
    return pages.show(request, "staff/enrol.html", page, status=422 if errors else 200)


def _told(request: Request, errors: dict[str, str]) -> dict[str, str]:
    say = translations(language_of(request)).gettext
    return {name: say(text) for name, text in errors.items()}


router.include_router(inside)
