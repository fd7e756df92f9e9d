"""Who is signed in and may: every page of staff but the door asks here before anything else."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Annotated, Any, cast
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from app.actions.portal import Portal
from app.actions.sign_in import (
    DEVICE_LIVES,
    LONGEST,
    Knock,
    Member,
    SignedIn,
    note_forbidden,
    read_session,
    seen,
)
from app.store.staff import Stage
from app.web.deps import Caller, parts
from app.web.errors import Problem
from app.web.guard import SAFE_METHODS
from app.web.staff.devices import agent_of
from app.web.staff.policy import Rule, rule_of
from app.web.staff.unsent import Unsent, unsent_of

SIGN_IN = "/staff/sign-in"
PROVE = "/staff/prove"
ACCOUNT = "/staff/account"
HOME = "/staff/"
BEGINS = "/staff"
OF_ONE = (
    "/staff/requests/",
    "/staff/inbox/",
    "/staff/vendors/",
    "/staff/corrections/",
    "/staff/proposals/",
)
"""Where each thing has a page of its own, below which one only posts."""


class StaffRoute(APIRoute):
    """A route that nobody reaches without a session, nor against the policy."""

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the gate."""
        handler = super().get_route_handler()
        path = BEGINS + self.path
        rules = {method: rule_of(method, path) for method in self.methods or ()}

        async def guarded(request: Request) -> Response:
            member = await _signed_in(request)
            if member is None:
                return await _asked_to_sign_in(request)
            request.state.member = member
            rule = rules[request.method]
            if member.stage is Stage.BARE and not rule.bare:
                return RedirectResponse(ACCOUNT, 303)
            await allow(request, member, rule, f"{request.method} {path}")
            if rule.fresh and not member.proved_lately(parts(request).now()):
                return await _asked_to_prove(request, member)
            return await handler(request)

        return guarded


async def allow(
    connection: HTTPConnection, member: Member, rule: Rule, what: str
) -> None:
    """Let a member do a thing, or refuse and write down what they tried.

    Raises:
        Problem: 403, if their role may not.
    """
    if rule.roles is not None and member.role in rule.roles:
        return
    here = parts(connection)
    await here.store.write(note_forbidden, member.id, what, at=here.now())
    raise Problem(403, "This role may not do that.")


async def _asked_to_sign_in(request: Request) -> Response:
    """Lead to the door; what somebody had typed stays in the page."""
    unsent = None if request.method in SAFE_METHODS else await unsent_of(request)
    if unsent is None:
        return RedirectResponse(f"{SIGN_IN}?next={quote(_target(request))}", 303)
    page = SignInView("", _target(request), unsent=unsent)
    return parts(request).pages.show(request, "staff/sign_in.html", page, status=403)


async def _asked_to_prove(request: Request, member: Member) -> Response:
    """Ask who it is once more; what somebody had typed stays in the page."""
    unsent = None if request.method in SAFE_METHODS else await unsent_of(request)
    if unsent is None:
        return RedirectResponse(f"{PROVE}?next={quote(_target(request))}", 303)
    page = ProveView(_target(request), member.has_second_step, unsent=unsent)
    return parts(request).pages.show(
        request, "staff/prove.html", page, status=403, staff=member
    )


@dataclass(frozen=True, slots=True)
class SignInView:
    """The page that asks for a password."""

    email: str
    next: str
    enrolled: bool = False
    again: bool = False
    """Whether the second step took too long, or too many codes."""
    errors: dict[str, str] = field(default_factory=dict)
    unsent: Unsent | None = None


@dataclass(frozen=True, slots=True)
class ProveView:
    """The page that asks once more who it is."""

    next: str
    second: bool
    """Whether a code or a passkey does as well."""
    errors: dict[str, str] = field(default_factory=dict)
    unsent: Unsent | None = None


async def _signed_in(request: Request) -> Member | None:
    here = parts(request)
    token = session_token(request, here.portal)
    if token is None:
        return None
    at = here.now()
    member = await here.store.read(read_session, here.keys, token, at=at)
    if member is not None and member.seen_long_ago:
        await here.store.write(seen, here.keys, token, at=at)
    return member


def _target(request: Request) -> str:
    """Return where to go on after signing in: a page, never a form's own address."""
    if request.method in SAFE_METHODS:
        query = f"?{request.url.query}" if request.url.query else ""
        return request.url.path + query
    begin = 4 if request.url.path.startswith(OF_ONE) else 3
    return "/".join(request.url.path.split("/")[:begin])


def safe_target(text: str) -> str:
    """Return a page of staff to go to, whatever an address bar held."""
    inside = text.startswith(HOME) and text.isascii() and text.isprintable()
    return text if inside and "\\" not in text and "//" not in text else HOME


async def _member(request: Request) -> Member:
    return cast("Member", request.state.member)


MemberDep = Annotated[Member, Depends(_member)]


async def _knock(request: Request, caller: Caller) -> Knock:
    portal = parts(request).portal
    device = request.cookies.get(portal.cookie("device")) or None
    return Knock(caller, device, agent_of(request))


KnockDep = Annotated[Knock, Depends(_knock)]
"""Where somebody comes from who wants in."""


async def _token(request: Request) -> str:
    return session_token(request, parts(request).portal) or ""


Token = Annotated[str, Depends(_token)]
"""The token of this browser's session, or nothing."""


def session_token(request: Request, portal: Portal) -> str | None:
    """Return the token of this browser's session."""
    return request.cookies.get(portal.cookie("staff")) or None


def keep_session(response: Response, portal: Portal, done: SignedIn) -> None:
    """Leave the session with the browser, and what it is known by."""
    keep_secret(response, portal, "staff", done.token, int(LONGEST.total_seconds()))
    if done.device is not None:
        lasts = int(DEVICE_LIVES.total_seconds())
        keep_secret(response, portal, "device", done.device, lasts)


def keep_secret(
    response: Response, portal: Portal, name: str, value: str, seconds: int
) -> None:
    """Leave a secret with the browser; no script reads it, no other site sends it."""
    response.set_cookie(
        portal.cookie(name),
        value,
        max_age=seconds,
        path="/",
        secure=portal.secure,
        httponly=True,
        samesite="strict",
    )


def forget(response: Response, portal: Portal, name: str) -> None:
    """Take a cookie away from the browser."""
    response.delete_cookie(
        portal.cookie(name), path="/", secure=portal.secure, httponly=True
    )
