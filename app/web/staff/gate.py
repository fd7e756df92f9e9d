"""Who is signed in: every page of staff but the door asks here before anything else."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Annotated, Any, cast
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute

from app.actions.portal import Portal
from app.actions.sign_in import LONGEST, Member, read_session, seen
from app.web.deps import parts
from app.web.errors import Problem
from app.web.guard import SAFE_METHODS
from app.web.staff.unsent import Unsent, unsent_of

SIGN_IN = "/staff/sign-in"
HOME = "/staff/"
REQUEST_PARTS = 4
"""Parts of a request's own address: what is below it is only posted to."""


class StaffRoute(APIRoute):
    """A route that nobody reaches without a session."""

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the gate."""
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            member = await _signed_in(request)
            if member is None:
                return await _asked_to_sign_in(request)
            request.state.member = member
            return await handler(request)

        return guarded


async def _asked_to_sign_in(request: Request) -> Response:
    """Lead to the door; what somebody had typed stays in the page."""
    unsent = None if request.method in SAFE_METHODS else await unsent_of(request)
    if unsent is None:
        return RedirectResponse(f"{SIGN_IN}?next={quote(_target(request))}", 303)
    page = SignInView("", _target(request), unsent=unsent)
    return parts(request).pages.show(request, "staff/sign_in.html", page, status=403)


@dataclass(frozen=True, slots=True)
class SignInView:
    """The page that asks for a password."""

    email: str
    next: str
    enrolled: bool = False
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
    return "/".join(request.url.path.split("/")[:REQUEST_PARTS])


def safe_target(text: str) -> str:
    """Return a page of staff to go to, whatever an address bar held."""
    inside = text.startswith(HOME) and text.isascii() and text.isprintable()
    return text if inside and "\\" not in text and "//" not in text else HOME


async def _member(request: Request) -> Member:
    return cast("Member", request.state.member)


async def _caseworker(request: Request) -> Member:
    member = await _member(request)
    if not member.may_record:
        raise Problem(403, "This role may read, and change nothing.")
    return member


MemberDep = Annotated[Member, Depends(_member)]
Caseworker = Annotated[Member, Depends(_caseworker)]
"""Somebody who may change requests and see who they are about."""


def session_token(request: Request, portal: Portal) -> str | None:
    """Return the token of this browser's session."""
    return request.cookies.get(portal.cookie("staff")) or None


def keep_session(response: Response, portal: Portal, token: str) -> None:
    """Leave the session with the browser."""
    keep_secret(response, portal, "staff", token, int(LONGEST.total_seconds()))


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
