"""The door: what every request passes, and what every response carries.

Outermost, outside the framework's own error handling, so that no answer leaves
without its headers (security, decision 10).
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from anyio import move_on_after
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 1_000_000
UPLOAD_LIMIT = 10_000_000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'; object-src 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noai, noimageai",
}
"""On every response."""

API = "/api/"
TAKES_FILES = re.compile(r"/(staff|reply)/|/track/requests/[^/]+/answer$")
BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
NUL = re.compile(rb"\0|%00")
TELLS_TOO_LARGE = re.compile(r"/reply/[^/]+$|/track/requests/[^/]+/answer$")
"""Pages that show again what was typed, where the files beside it were too large."""
TOO_LARGE = 413
CUT, HEAD_ALONE = "cut", "head_alone"
DRAIN_LIMIT = 20_000_000
DRAIN_SECONDS = 2

Refusal: TypeAlias = Callable[["Scope", int], tuple[str, bytes]]
"""Writes the answer to a request that is not let in: its type and its body."""


class TooLargeError(HTTPException):
    """A body that did not say how long it is grew longer than the door lets through.

    It is raised where the body is read, inside the application, which answers it as it
    answers all that it refuses.
    """

    def __init__(self) -> None:
        super().__init__(413, headers={"Connection": "close"})


class Guard:
    """Caps bodies, refuses forms from other sites, answers HEAD, sets headers."""

    def __init__(self, app: "ASGIApp", *, base_url: str, refusal: "Refusal") -> None:
        self._app = app
        self._refusal = refusal
        self._origin = _origin(base_url)
        self._secure = base_url.startswith("https://")

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Let one request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "query_string": _spelled(scope["query_string"])}
        headers = {
            k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]
        }
        answer = self._dressed(send)
        limit = UPLOAD_LIMIT if _uploads(scope, headers) else BODY_LIMIT
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            if TELLS_TOO_LARGE.search(scope["path"]) and limit == UPLOAD_LIMIT:
                await self._cut(scope, headers, receive, answer)
            else:
                await self._refuse(scope, receive, answer, 413)
            return
        if "\0" in scope["path"]:  # no address of ours, and no text for PostgreSQL
            await self._refuse(scope, receive, answer, 404)
            return
        if self._from_elsewhere(scope, headers):
            await self._refuse(scope, receive, answer, 403)
            return
        if scope["method"] == "HEAD":
            state = {**scope.get("state", {}), HEAD_ALONE: True}
            scope = {**scope, "method": "GET", "state": state}
            answer = _without_body(answer)
        await self._app(scope, _capped(receive, limit), answer)

    async def _refuse(
        self, scope: "Scope", receive: "Receive", send: "Send", status: int
    ) -> None:
        """Answer here, and let a sender that is still talking finish in peace.

        A connection that is closed on unread bytes is reset, and the answer lost.
        """
        kind, body = self._refusal(scope, status)
        start = {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", kind.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ],
        }
        await send(start)
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await _drained(receive)
        await send({"type": "http.response.body", "body": b""})

    async def _cut(
        self,
        scope: "Scope",
        headers: Mapping[str, str],
        receive: "Receive",
        send: "Send",
    ) -> None:
        """Let the beginning of a form through, so that its page keeps what was typed.

        It holds the fields; files stand behind them. Whatever else the application
        answers, the form is refused as too large.
        """
        told = False

        async def answer(message: "Message") -> None:
            nonlocal told
            if message["type"] == "http.response.start":
                told = message["status"] == TOO_LARGE
                closing = (b"connection", b"close")
                message = {**message, "headers": [*message["headers"], closing]}
            elif message["type"] == "http.response.body":
                message = {**message, "more_body": True}
            if told:
                await send(message)

        if not self._from_elsewhere(scope, headers):
            cut = {**scope, "state": {**scope.get("state", {}), CUT: True}}
            await self._app(cut, _beginning(receive), answer)
        if not told:
            await self._refuse(scope, receive, send, TOO_LARGE)
            return
        await _drained(receive)
        await send({"type": "http.response.body", "body": b""})

    def _from_elsewhere(self, scope: "Scope", headers: Mapping[str, str]) -> bool:
        """Return whether a browser posts this for another site.

        ``Sec-Fetch-Site`` first, then ``Origin``; who sends neither is no browser that
        could be misled, and the API takes no cookie.
        """
        if scope["method"] in SAFE_METHODS or scope["path"].startswith(API):
            return False
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return False
        host = f"{scope['scheme']}://{headers.get('host', '')}"
        return origin not in {self._origin, host}

    def _dressed(self, send: "Send") -> "Send":
        async def answer(message: "Message") -> None:
            if message["type"] == "http.response.start":
                given = {k.lower() for k, _ in message.get("headers", ())}
                more = [
                    (k.encode(), v.encode())
                    for k, v in HEADERS.items()
                    if k.encode() not in given
                ]
                if b"cache-control" not in given:
                    more.append((b"cache-control", b"no-store"))
                if self._secure:
                    more.append((b"strict-transport-security", b"max-age=63072000"))
                message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        return answer


async def _drained(receive: "Receive") -> None:
    with move_on_after(DRAIN_SECONDS):
        left = DRAIN_LIMIT
        while left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
            if not message.get("more_body"):
                break


def _beginning(receive: "Receive") -> "Receive":
    """Return what gives as much of a body as any form may have, and says it is all."""
    seen = 0

    async def first() -> "Message":
        nonlocal seen
        message = await receive()
        body = message.get("body", b"")
        seen += len(body)
        if seen <= BODY_LIMIT:
            return message
        return {**message, "body": body[:BODY_LIMIT], "more_body": False}

    return first


def was_cut(request: "Request") -> bool:
    """Return whether only the beginning of a form came through, without its files."""
    return bool(getattr(request.state, CUT, False))


def gets_no_body(request: "Request") -> bool:
    """Return whether it was HEAD that was asked: of the answer nothing is given."""
    return bool(getattr(request.state, HEAD_ALONE, False))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _spelled(query: bytes) -> bytes:
    """Return a query as a browser spells it: what is beyond ASCII in percents.

    The framework fails on any other before it could be answered. NUL, which is no text
    for PostgreSQL, becomes the sign that stands for what cannot be read: a value that
    nobody knows, and is answered as one.
    """
    query = NUL.sub(b"%EF%BF%BD", query)
    if query.isascii():
        return query
    return BEYOND_ASCII.sub(lambda found: b"%%%02X" % found[0][0], query)


def _uploads(scope: "Scope", headers: Mapping[str, str]) -> bool:
    """Return whether this is a form with files, and an address that takes some."""
    kind = headers.get("content-type", "")
    return kind.startswith("multipart/form-data") and bool(
        TAKES_FILES.match(scope["path"])
    )


def _capped(receive: "Receive", limit: int) -> "Receive":
    seen = 0

    async def counted() -> "Message":
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLargeError
        return message

    return counted


def _without_body(send: "Send") -> "Send":
    async def answer(message: "Message") -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return answer
