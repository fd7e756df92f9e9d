"""Who is signed in: every staff page asks, and a stranger is sent to sign in."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from app.actions.portal import Portal
from app.actions.sign_in import LONGEST, Member, read_session, seen
from app.web.deps import parts
from app.web.errors import SignInFirst


def cookie_name(portal: Portal) -> str:
    """Return the name of the session's cookie."""
    return "__Host-staff" if portal.secure else "staff"


def keep_session(response: Response, portal: Portal, token: str) -> None:
    """Leave the session's token with the browser."""
    response.set_cookie(
        cookie_name(portal),
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=portal.secure,
        httponly=True,
        samesite="strict",
    )


def token_of(request: HTTPConnection) -> str:
    """Return the session's token, or nothing."""
    return request.cookies.get(cookie_name(parts(request).portal), "")


async def _member(request: Request) -> Member:
    """Return who is signed in.

    Raises:
        SignInFirst: If nobody is.
    """
    here, token = parts(request), token_of(request)
    member = (
        await here.store.read(read_session, here.keys, token, at=here.now())
        if token
        else None
    )
    if member is None:
        raise SignInFirst(request.url.path if request.method == "GET" else "/staff/")
    await here.store.write(seen, here.keys, token, at=here.now())
    return member


MemberDep = Annotated[Member, Depends(_member)]
