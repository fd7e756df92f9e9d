"""One's own account: password, second step, sessions, and tokens for programs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from app.actions.desk import Desk
from app.actions.one_time_codes import (
    address_for_app,
    begin_codes,
    unconfirmed_secret,
)
from app.actions.own_account import (
    Account,
    Kept,
    add_passkey,
    change_password,
    confirm_codes,
    end_every_session,
    end_session,
    make_token,
    read_account,
    remove_codes,
    remove_passkey,
    renew_recovery_codes,
    revoke_token,
)
from app.actions.passkeys import ask_for_new_passkey
from app.actions.sign_in import Member
from app.store.session import Store
from app.web.deps import DeskDep, KeysDep, Now, PagesDep, StoreDep
from app.web.forms import Filled, form_of
from app.web.pages import Pages, language_of
from app.web.qr import drawn
from app.web.staff.devices import agent_of
from app.web.staff.gate import (
    ACCOUNT,
    SIGN_IN,
    KnockDep,
    MemberDep,
    StaffRoute,
    Token,
    forget,
)
from app.web.staff.new_password import hashed, wrong_with
from app.web.staff.prove import is_right
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter(prefix="/account", route_class=StaffRoute)

NOT_PRESENT = mark("This is not your present password")
WRONG_CODE = mark(
    "This code is wrong. Wait for the next one, and check the clock of your telephone"
)
NO_PASSKEY = mark("No passkey was made. Try once more")
NO_NAME = mark("Say what the token is for")
LAST = mark(
    "Here everybody has a second step. Add another one before you take this away"
)


class AccountForm(BaseModel):
    """What is typed on the page of an account. A password is taken as it is."""

    model_config = ConfigDict(extra="ignore")

    present: str = ""
    password: str = ""
    code: str = ""
    credential: str = ""
    name: str = ""
    handle: str = ""
    passkey: UUID | None = None


Form = Annotated[Filled[AccountForm], Depends(form_of(AccountForm))]


@dataclass(frozen=True, slots=True)
class AccountView:
    """All that a member sees of their own account."""

    account: Account
    required: bool
    """Whether there must be a second step."""
    said: str = ""
    """What was done just now."""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodesView:
    """What an app has to be given, and the field for its first code."""

    secret: str
    groups: tuple[str, ...]
    qr: Markup
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownOnceView:
    """Codes or a token, which nobody sees again."""

    codes: tuple[str, ...] = ()
    token: str = ""
    name: str = ""


async def _show(
    request: Request,
    pages: Pages,
    store: Store,
    desk: Desk,
    member: Member,
    token: str,
    at: datetime,
    errors: dict[str, str] | None = None,
) -> Response:
    account = await store.read(read_account, desk.keys, member.id, token, at=at)
    say = translations(language_of(request)).gettext
    told = {name: say(text) for name, text in (errors or {}).items()}
    view = AccountView(account, desk.portal.production, errors=told)
    status = 422 if told else 200
    return pages.show(request, "staff/account.html", view, status=status, staff=member)


@router.get("")
async def account_page(
    request: Request,
    member: MemberDep,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show a member's own account."""
    return await _show(request, pages, store, desk, member, token, at)


@router.post("/password")
async def set_password(
    request: Request,
    form: Form,
    member: MemberDep,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    knock: KnockDep,
    at: Now,
) -> Response:
    """Change the password; every other session ends."""
    typed = form.model or AccountForm()
    right = await is_right(request, store, desk, member, knock, typed.present, at)
    errors = {} if right else {"present": NOT_PRESENT}
    wrong = await wrong_with(request, typed.password, [member.email])
    if wrong is not None:
        errors["password"] = wrong
    if errors:
        return await _show(request, pages, store, desk, member, token, at, errors)
    new = await hashed(request, typed.password)
    await store.write(change_password, desk, member.id, token, new, at=at)
    return pages.go(ACCOUNT)


@router.get("/codes")
async def codes_page(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    keys: KeysDep,
    pages: PagesDep,
) -> Response:
    """Show what an app has to be given, until its first code was typed."""
    return await _show_codes(request, pages, store, keys, member)


async def _show_codes(
    request: Request,
    pages: Pages,
    store: Store,
    keys: KeysDep,
    member: Member,
    errors: dict[str, str] | None = None,
) -> Response:
    secret = await store.read(unconfirmed_secret, keys, member.id)
    if secret is None:
        return pages.go(ACCOUNT)
    groups = tuple(secret[n : n + 4] for n in range(0, len(secret), 4))
    qr = drawn(address_for_app(secret, member.email))
    view = CodesView(secret, groups, qr, errors or {})
    status = 422 if errors else 200
    return pages.show(request, "staff/codes.html", view, status=status, staff=member)


@router.post("/codes")
async def begin(
    member: MemberDep, store: StoreDep, keys: KeysDep, pages: PagesDep, at: Now
) -> Response:
    """Make what codes are computed from."""
    await store.write(begin_codes, keys, member.id, at=at)
    return pages.go(f"{ACCOUNT}/codes")


@router.post("/codes/confirm")
async def confirm(
    request: Request,
    form: Form,
    member: MemberDep,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Let one-time codes count, once the app showed a right one."""
    typed = form.model or AccountForm()
    done = await store.write(confirm_codes, desk, member.id, token, typed.code, at=at)
    if done is None:
        say = translations(language_of(request)).gettext
        wrong = {"code": say(WRONG_CODE)}
        return await _show_codes(request, pages, store, desk.keys, member, wrong)
    return _added(request, pages, member, done)


def _added(
    request: Request, pages: Pages, member: Member, codes: tuple[str, ...]
) -> Response:
    if not codes:
        return pages.go(ACCOUNT)
    view = ShownOnceView(codes=codes)
    return pages.show(request, "staff/shown_once.html", view, staff=member)


@router.post("/codes/remove")
async def no_codes(
    request: Request,
    member: MemberDep,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the one-time codes away."""
    done = await store.write(remove_codes, desk, member.id, at=at)
    if done is Kept.LAST:
        errors = {"second": LAST}
        return await _show(request, pages, store, desk, member, token, at, errors)
    return pages.go(ACCOUNT)


@router.post("/recovery")
async def recovery(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show new recovery codes, once."""
    codes = await store.write(renew_recovery_codes, desk, member.id, at=at)
    return _added(request, pages, member, codes)


@router.post("/passkeys/options")
async def ask_new_passkey(
    member: MemberDep, store: StoreDep, desk: DeskDep, at: Now
) -> Response:
    """Say what a new passkey has to sign."""
    asked = await store.write(ask_for_new_passkey, desk, member.id, member.email, at=at)
    return Response(asked, media_type="application/json")


@router.post("/passkeys")
async def keep_passkey(
    request: Request,
    form: Form,
    member: MemberDep,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Keep a new passkey."""
    typed = form.model or AccountForm()
    name = typed.name.strip() or agent_of(request)
    done = await store.write(
        add_passkey, desk, member.id, token, typed.credential, name, at=at
    )
    if done is None:
        errors = {"passkey": NO_PASSKEY}
        return await _show(request, pages, store, desk, member, token, at, errors)
    return _added(request, pages, member, done)


@router.post("/passkeys/remove")
async def no_passkey(
    request: Request,
    form: Form,
    member: MemberDep,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take a passkey away."""
    passkey = form.model.passkey if form.model else None
    if passkey is None:
        return pages.go(ACCOUNT)
    done = await store.write(remove_passkey, desk, member.id, passkey, at=at)
    if done is Kept.LAST:
        errors = {"second": LAST}
        return await _show(request, pages, store, desk, member, token, at, errors)
    return pages.go(ACCOUNT)


@router.post("/sessions")
async def one_session_less(
    form: Form, member: MemberDep, store: StoreDep, pages: PagesDep, at: Now
) -> Response:
    """End one session."""
    handle = form.model.handle if form.model else ""
    await store.write(end_session, member.id, handle, at=at)
    return pages.go(ACCOUNT)


@router.post("/sessions/all")
async def no_session_left(
    member: MemberDep, store: StoreDep, desk: DeskDep, pages: PagesDep, at: Now
) -> Response:
    """Sign out everywhere, here too."""
    await store.write(end_every_session, member.id, at=at)
    response = pages.go(SIGN_IN)
    for name in ("staff", "device"):
        forget(response, desk.portal, name)
    return response


@router.post("/tokens")
async def new_token(
    request: Request,
    form: Form,
    member: MemberDep,
    token: Token,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show a new API token, once."""
    name = form.model.name.strip() if form.model else ""
    if not name:
        errors = {"token": NO_NAME}
        return await _show(request, pages, store, desk, member, token, at, errors)
    made = await store.write(make_token, desk, member.id, token, name, at=at)
    if made is None:
        return pages.go(ACCOUNT)
    view = ShownOnceView(token=made, name=name)
    return pages.show(request, "staff/shown_once.html", view, staff=member)


@router.post("/tokens/revoke")
async def no_token(
    form: Form, member: MemberDep, store: StoreDep, pages: PagesDep, at: Now
) -> Response:
    """End an API token."""
    handle = form.model.handle if form.model else ""
    await store.write(revoke_token, member.id, handle, at=at)
    return pages.go(ACCOUNT)


@router.get("/password")
@router.get("/codes/confirm")
@router.get("/codes/remove")
@router.get("/recovery")
@router.get("/passkeys")
@router.get("/passkeys/remove")
@router.get("/sessions")
@router.get("/sessions/all")
@router.get("/tokens")
@router.get("/tokens/revoke")
async def own_page(pages: PagesDep) -> Response:
    """Lead back from an address that is only posted to."""
    return pages.go(ACCOUNT)
