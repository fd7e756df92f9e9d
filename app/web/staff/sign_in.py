"""Enrol, sign in, sign out."""

from dataclasses import dataclass
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, ValidationError

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
from app.actions.filing_form import Resident
from app.actions.sign_in import (
    SignedIn,
    fits,
    may_try,
    password_of,
    sign_in,
    sign_out,
)
from app.web.deps import Caller, KeysDep, Now, PagesDep, PortalDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.pages import language_of
from app.web.staff.session import cookie_name, keep_session, token_of
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter()
_hashing = CapacityLimiter(2)
"""Hashing a password is slow on purpose: two at once, off the database's threads."""

WRONG_EMAIL = mark("Enter your e-mail address")
WRONG_PASSWORD = mark("Enter a password of 12 to 200 characters")
REFUSED = mark("The address or the password is not right")
TAKEN = mark("Somebody has this address already")


class Anything(BaseModel):
    """A form that is read field by field."""

    model_config = ConfigDict(extra="ignore")


Form = Annotated[Filled[Anything], Depends(form_of(Anything))]


@dataclass(frozen=True, slots=True)
class EnrolView:
    """The page behind an enrolment link."""

    token: str
    email: str
    fixed: bool
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class SignInView:
    """The sign-in page."""

    email: str
    to: str
    errors: dict[str, str]
    enrolled: bool


def _mailbox(text: str) -> str | None:
    try:
        return Resident(name="–", email=text.strip()).email
    except ValidationError:
        return None


@router.get("/enrol/{token}")
async def enrol_page(
    request: Request,
    token: str,
    store: StoreDep,
    keys: KeysDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask for a password; looking uses nothing up."""
    found = await store.read(read_enrolment, keys, token, at=at)
    if isinstance(found, NoEnrolment):
        return pages.show(request, "staff/no_enrolment.html", None, status=404)
    page = EnrolView(token, found.email or "", found.email is not None, {})
    return pages.show(request, "staff/enrol.html", page)


@router.post("/enrol/{token}")
async def take_password(
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
    if not isinstance(found, Enrolment):
        return pages.show(request, "staff/no_enrolment.html", None, status=404)
    say = translations(language_of(request).value).gettext
    typed, password = form.values.get("email", ""), form.values.get("password", "")
    email = found.email or _mailbox(typed)
    errors = {}
    if email is None:
        errors["email"] = say(WRONG_EMAIL)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        errors["password"] = say(WRONG_PASSWORD)
    if errors or email is None:
        page = EnrolView(token, found.email or typed, found.email is not None, errors)
        return pages.show(request, "staff/enrol.html", page, status=422)
    hashed = await to_thread.run_sync(HASHER.hash, password, limiter=_hashing)
    done = await store.write(
        enrol, keys, token, email=email, password_hash=hashed, at=at
    )
    if isinstance(done, Taken):
        page = EnrolView(token, typed, fixed=False, errors={"email": say(TAKEN)})
        return pages.show(request, "staff/enrol.html", page, status=422)
    if isinstance(done, NoEnrolment):
        return pages.show(request, "staff/no_enrolment.html", None, status=404)
    return pages.go("/staff/sign-in?enrolled=1")


@router.get("/sign-in")
async def sign_in_page(
    request: Request,
    pages: PagesDep,
    to: Annotated[str, Query()] = "",
    enrolled: Annotated[str, Query()] = "",
) -> Response:
    """Ask who comes."""
    page = SignInView("", _inside(to), {}, bool(enrolled))
    return pages.show(request, "staff/sign_in.html", page)


def _inside(to: str) -> str:
    """Return the way back, which never leads elsewhere."""
    return to if to.startswith("/staff/") and "//" not in to else "/staff/"


@router.post("/sign-in")
async def take_sign_in(
    request: Request,
    form: Form,
    store: StoreDep,
    keys: KeysDep,
    portal: PortalDep,
    pages: PagesDep,
    caller: Caller,
    at: Now,
) -> Response:
    """Sign in; the same answer and work for whoever tries."""
    typed, password = form.values.get("email", ""), form.values.get("password", "")
    to = _inside(form.values.get("to", ""))
    email = _mailbox(typed) or ""
    wait = await store.write(may_try, keys, email, caller, at=at)
    if wait is not None:
        raise Problem(
            429, "Too many tries.", headers={"Retry-After": str(wait.seconds)}
        )
    hashed = await store.read(password_of, email)
    right = await to_thread.run_sync(
        fits, hashed, password[:LONGEST_PASSWORD], limiter=_hashing
    )
    done = await store.write(sign_in, keys, email, right=right, at=at)
    if not isinstance(done, SignedIn):
        say = translations(language_of(request).value).gettext
        page = SignInView(typed, to, {"email": say(REFUSED)}, enrolled=False)
        return pages.show(request, "staff/sign_in.html", page, status=422)
    response = pages.go(to)
    keep_session(response, portal, done.token)
    return response


@router.post("/sign-out")
async def leave(
    request: Request,
    store: StoreDep,
    keys: KeysDep,
    portal: PortalDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Sign out."""
    await store.write(sign_out, keys, token_of(request), at=at)
    response = pages.go("/staff/sign-in")
    response.delete_cookie(cookie_name(portal), path="/", secure=portal.secure)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
