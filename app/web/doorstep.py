"""Public pages that are kept are given at the door, before a route is looked for.

Finding the route and what it is given took twice as long as all the rest of saying that
a page is unchanged.
"""

from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import UTC
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import Response

from app.domain.vendors import Directory
from app.web.pages import language_of, takes_gzip

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from app.web.deps import Parts

KEPT = (
    "/coverage",
    "/coverage/map",
    "/changes",
    "/changes.atom",
    "/changes/feed.json",
    "/compare",
)
"""Addresses whose answers are the same for everybody who reads one language."""


def address(request: Request, here: "Parts", directory: Directory) -> Hashable:
    """Return all that a public answer depends on, beside the law of this release.

    A day that is not named is today's, in UTC, as everywhere.
    """
    return (
        request.scope["path"],
        request.scope["query_string"],
        language_of(request),
        takes_gzip(request),
        here.now().astimezone(UTC).date(),
        directory.version,
        here.pages.demo,
    )


class Doorstep:
    """Answers what is kept; all else goes in."""

    def __init__(self, app: "ASGIApp", parts: Callable[[], "Parts"]) -> None:
        self._app = app
        self._parts = parts

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Give a kept answer, or let the request in."""
        give = self._app
        if scope["type"] == "http" and scope["method"] == "GET":
            give = await self._kept(scope) or give
        await give(scope, receive, send)

    async def _kept(self, scope: "Scope") -> Response | None:
        if scope["path"] not in KEPT:
            return None
        here, request = self._parts(), Request(scope)
        # What fails here fails inside again, where it is answered.
        with suppress(Exception):
            at = here.now()
            here.pages.demo = await here.demonstration.shown(here.store, at)
            directory = await here.directory.current(here.store, at)
            return here.kept.find(address(request, here, directory), request)
        return None
