"""The second step at the door: a code after the password, or a passkey instead of both."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.desk import Desk
from app.actions.portal import Portal
from app.actions.second_step import (
    Again,
    SecondStep,
    ask_at_door,
    finish_with_code,
    finish_with_passkey,
    read_second_step,
)
from app.actions.sign_in import Refused, SignedIn, Wait
from app.store.session import Store
from app.store.staff import Stage
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import too_many
from app.web.forms import Filled, form_of
from app.web.pages import Pages, language_of
from app.web.staff.gate import (
    ACCOUNT,
    SIGN_IN,
    KnockDep,
    SignInView,
    Token,
    keep_session,
    safe_target,
)
from app.web.staff.unsent import Unsent, unsent_in
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter(prefix="/sign-in")

WRONG_CODE = mark("This code is wrong, or it was used before")
NO_PASSKEY = mark(
    "The passkey was not accepted. Try once more, or sign in with the password"
)


class SecondForm(BaseModel):
    """What is shown beside the password."""

    model_config = ConfigDict(extra="ignore")

    code: str = ""
    credential: str = ""
    next: str = ""
    to: str = ""


Form = Annotated[Filled[SecondForm], Depends(form_of(SecondForm))]


@dataclass(frozen=True, slots=True)
class SecondView:
    """The page that asks for a code or a passkey."""

    step: SecondStep
    next: str
    errors: dict[str, str] = field(default_factory=dict)
    unsent: Unsent | None = None


def arrived(
    request: Request,
    pages: Pages,
    portal: Portal,
    done: SignedIn,
    target: str,
    unsent: Unsent | None,
) -> Response:
    """Lead on who is signed in; what they had typed goes with them."""
    if done.stage is Stage.BARE:
        response: Response = pages.go(ACCOUNT)
    elif unsent is None:
        response = pages.go(target)
    else:
        response = pages.show(request, "staff/go_on.html", unsent)
    keep_session(response, portal, done)
    return response


async def ask_for_second(
    request: Request,
    pages: Pages,
    store: Store,
    desk: Desk,
    done: SignedIn,
    target: str,
    unsent: Unsent | None,
    at: datetime,
) -> Response:
    """Lead to the page that asks for the second step."""
    if unsent is None:
        return pages.go(f"{SIGN_IN}/code?next={quote(target)}")
    step = await store.read(read_second_step, desk.keys, done.token, at=at)
    if step is None:
        return pages.go(f"{SIGN_IN}?again=1")
    page = SecondView(step, target, unsent=unsent)
    return pages.show(request, "staff/second.html", page)


@router.get("/code")
async def second_page(
    request: Request,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    target: Annotated[str, Query(alias="next")] = "",
) -> Response:
    """Ask for a code or a passkey."""
    step = await store.read(read_second_step, desk.keys, token, at=at)
    if step is None:
        return pages.go(SIGN_IN)
    page = SecondView(step, safe_target(target))
    return pages.show(request, "staff/second.html", page)


@router.post("/code")
async def finish(
    request: Request,
    form: Form,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    knock: KnockDep,
    at: Now,
) -> Response:
    """Open the session for who typed a right code."""
    typed = form.model or SecondForm()
    target = safe_target(typed.next)
    unsent = unsent_in(typed.to and safe_target(typed.to), form.several)
    step = await store.read(read_second_step, desk.keys, token, at=at)
    done = await store.write(finish_with_code, desk, token, typed.code, knock, at=at)
    match done:
        case Wait(seconds):
            raise too_many(seconds)
        case SignedIn():
            return arrived(request, pages, desk.portal, done, target, unsent)
        case Refused() if step is not None:
            say = translations(language_of(request)).gettext
            page = SecondView(step, target, {"code": say(WRONG_CODE)}, unsent)
            return pages.show(request, "staff/second.html", page, status=422)
        case Refused() | Again():
            page_again = SignInView("", target, again=True, unsent=unsent)
            return pages.show(request, "staff/sign_in.html", page_again, status=422)


@router.get("/passkey")
async def no_passkey_by_link(pages: PagesDep) -> Response:
    """Lead back: a link signs nobody in."""
    return pages.go(SIGN_IN)


@router.post("/passkey/options")
async def ask_passkey(
    store: StoreDep, desk: DeskDep, knock: KnockDep, at: Now
) -> Response:
    """Say what a passkey has to sign."""
    asked = await store.write(ask_at_door, desk, knock, at=at)
    if isinstance(asked, Wait):
        raise too_many(asked.seconds)
    return Response(asked, media_type="application/json")


@router.post("/passkey")
async def finish_by_passkey(
    request: Request,
    form: Form,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    knock: KnockDep,
    at: Now,
) -> Response:
    """Open a session for whose passkey answered."""
    typed = form.model or SecondForm()
    target = safe_target(typed.next)
    unsent = unsent_in(typed.to and safe_target(typed.to), form.several)
    done = await store.write(
        finish_with_passkey, desk, token or None, typed.credential, knock, at=at
    )
    if isinstance(done, Wait):
        raise too_many(done.seconds)
    if isinstance(done, SignedIn):
        return arrived(request, pages, desk.portal, done, target, unsent)
    say = translations(language_of(request)).gettext
    page = SignInView("", target, errors={"passkey": say(NO_PASSKEY)}, unsent=unsent)
    return pages.show(request, "staff/sign_in.html", page, status=422)
