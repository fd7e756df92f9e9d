"""A company's own system that speaks the Data Rights Protocol 1.0, over real HTTP.

Written from the specification alone, with nothing of ours: it validates in the order
that is laid down, and is wrong in whatever way it is told to be.
"""

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import anyio
import uvicorn
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from uvicorn.protocols.http.h11_impl import H11Protocol

RIGHTS = {
    "sale:opt-out", "sale:opt-in", "deletion", "access", "access:categories",
    "access:specific",
}  # fmt: skip
PS_RIGHTS = {right.replace("opt-", "opt_") for right in RIGHTS}


class Dropped(Exception):  # noqa: N818 - no error: the line is to be cut
    """Cut the line without an answer."""


@dataclass
class Kept:
    """One request as the server holds it."""

    agent: str
    message: dict[str, Any]
    document: dict[str, Any]


@dataclass
class RightsServer:
    """One server for several businesses."""

    businesses: tuple[str, ...] = ("PROBE-1",)
    keys: dict[str, str] = field(default_factory=dict)
    """Agents of the directory: id to verify key."""
    now: Any = None
    """Its clock: returns a moment."""
    version: str = "1.0"

    # Ways to be wrong
    slash: bool = False
    """Only the exercise path with a slash at its end is known."""
    html: int | None = None
    """Answers an exercise with a page and this status, having done nothing."""
    refuses_setup: bool = False
    forgets_tokens: bool = False
    """Gives tokens that it does not know afterwards."""
    remembers: bool = True
    """Knows a request again by the agent's own id of it."""
    drops: int = 0
    """So many exercises are taken, and the line cut before the answer."""
    stalls: float = 0
    """Seconds before anything is answered."""
    replaces: bytes | None = None
    """What a status is answered with, instead of the status."""
    endless: bool = False
    redirects: str | None = None

    # What came
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    requests: dict[str, Kept] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    effects: int = 0
    """Requests that were begun."""
    port: int = 0

    def begin_anew(self) -> None:
        """Forget all that came, and how to be wrong."""
        vars(self).update(vars(RightsServer(port=self.port)))

    @property
    def base(self) -> str:
        """The address of its resources."""
        return f"http://127.0.0.1:{self.port}/drp"

    def one(self) -> Kept:
        """The only request."""
        [kept] = self.requests.values()
        return kept

    def says(self, status: str, reason: str | None = None, **more: Any) -> None:
        """Let the only request stand somewhere else from now on."""
        document = self.one().document
        document.pop("reason", None)
        document |= {"status": status, **more}
        if reason is not None:
            document["reason"] = reason

    def count(self, method: str, part: str) -> int:
        """Count the calls of a method to paths that hold a part."""
        return sum(m == method and part in path for m, path in self.calls)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            got = await receive()
            body += got.get("body", b"")
            if not got.get("more_body"):
                break
        self.calls.append((scope["method"], scope["path"]))
        self.bodies.append(body)
        headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        if self.stalls:
            await anyio.sleep(self.stalls)
        try:
            status, answer = self.answer(scope["method"], scope["path"], headers, body)
        except Dropped:
            scope["extensions"]["drop"]()
            return
        kind = b"text/html" if answer.startswith(b"<") else b"application/json"
        head = [(b"content-type", kind)]
        stamp = f"{self.clock():%a, %d %b %Y %H:%M:%S} GMT".encode()
        head.append((b"date", stamp))
        if self.redirects:
            status, head = 307, [*head, (b"location", self.redirects.encode())]
        await send({"type": "http.response.start", "status": status, "headers": head})
        for _ in range(16 if self.endless else 0):
            await send(
                {"type": "http.response.body", "body": b" " * 65536, "more_body": True}
            )
        await send({"type": "http.response.body", "body": answer})

    def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        """Answer one call."""
        parts = path.removeprefix("/drp/v1/").split("/")
        match method, parts:
            case "POST", ["agent", agent]:
                return self.set_up(agent, body)
            case "GET", ["agent", agent]:
                known = self.bearer(headers)
                return (200, b"{}") if known and known[0] == agent else (403, b"")
            case ("POST", ["data-rights-request"]) if not self.slash:
                return self.exercise(headers, body)
            case ("POST", ["data-rights-request", ""]) if self.slash:
                return self.exercise(headers, body)
            case "GET", ["data-rights-request", found]:
                return self.status(headers, found)
            case "DELETE", ["data-rights-request", found]:
                return self.revoke(headers, found, body)
            case _:
                return 404, b"<html>no such page</html>"

    def clock(self) -> datetime:
        """Return its time."""
        return self.now() if self.now else datetime.now(UTC)

    def bearer(self, headers: dict[str, str]) -> tuple[str, str] | None:
        """Return the agent and the business of a token."""
        return self.tokens.get(headers.get("authorization", "").removeprefix("Bearer "))

    def verified(self, agent: str, body: bytes) -> dict[str, Any] | str:
        """Return the message that an agent signed, or what is wrong."""
        try:
            raw = base64.b64decode(body, validate=True)
        except ValueError:
            return "base64"
        try:
            key = VerifyKey(base64.b64decode(self.keys[agent]))
            return dict(json.loads(key.verify(raw)))
        except (BadSignatureError, KeyError, ValueError):
            return "signature"

    def wrong(self, message: dict[str, Any], agent: str, businesses: Any) -> str | None:
        """Return the first thing that is wrong about a message, in the laid down order."""
        if message.get("agent-id") != agent:
            return "agent-id"
        if message.get("business-id") not in businesses:
            return "business-id"
        issued, expires = (
            datetime.fromisoformat(message[name])
            for name in ("issued-at", "expires-at")
        )
        if issued.utcoffset() is None or expires - issued > timedelta(minutes=15):
            return "times"
        if self.clock() < issued:
            return "issued-at"
        if self.clock() > expires:
            return "expires-at"
        return None if message.get("drp.version") == self.version else "version"

    def refused(self, why: str, status: int = 400) -> tuple[int, bytes]:
        """Refuse, and remember why."""
        self.refusals.append(why)
        error = {"code": str(status), "message": why}
        return status, json.dumps(error).encode() if status != 403 else b""

    def set_up(self, agent: str, body: bytes) -> tuple[int, bytes]:
        """Give a token to an agent that signs as itself."""
        message = self.verified(agent, body)
        if self.refuses_setup or isinstance(message, str):
            return self.refused(f"set-up {message}", 403)
        why = self.wrong(message, agent, self.businesses)
        if why:
            return self.refused(f"set-up {why}", 403)
        token = base64.b64encode(uuid4().bytes * 4).decode()
        if not self.forgets_tokens:
            self.tokens[token] = agent, message["business-id"]
        return 200, json.dumps({"agent-id": agent, "token": token}).encode()

    def exercise(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Begin a request."""
        known = self.bearer(headers)
        if known is None:
            return self.refused("bearer", 403)
        if not headers.get("content-type", "").startswith("text/plain"):
            return self.refused("content-type", 415)
        message = self.verified(known[0], body)
        if isinstance(message, str):
            return self.refused(message)
        why = self.wrong(message, known[0], {known[1]})
        rights = PS_RIGHTS if self.version == "1.0.PS" else RIGHTS
        if why is None and message.get("exercise") not in rights:
            why = "exercise"
        if why is None and message.get("regime") not in {None, "ccpa", "voluntary"}:
            why = "regime"
        if why:
            return self.refused(why)
        if self.html is not None:
            return self.html, b"<!doctype html><title>Oops</title>"
        return self.taken(known[0], message)

    def taken(self, agent: str, message: dict[str, Any]) -> tuple[int, bytes]:
        """Take a request, or know it again."""
        ours = message.get("agent-request-id")
        again = [k for k in self.requests.values() if ours and ours == k.document.get("agent_request_id")]  # fmt: skip
        if again and self.remembers:
            kept = again[0]
        else:
            self.effects += 1
            document = {
                "request_id": str(uuid4()),
                "status": "open",
                "reason": None,
                "received_at": self.clock().isoformat(),
                "what_nobody_expects": {"a": [1]},
            }
            if ours:
                document["agent_request_id"] = ours
            kept = Kept(agent, message, document)
            self.requests[str(document["request_id"])] = kept
        if self.drops > 0:
            self.drops -= 1
            raise Dropped
        return 200, json.dumps(kept.document).encode()

    def status(self, headers: dict[str, str], found: str) -> tuple[int, bytes]:
        """Say where a request stands."""
        known, kept = self.bearer(headers), self.requests.get(found)
        if known is None or kept is None or kept.agent != known[0]:
            return self.refused("status", 403)
        if self.replaces is not None:
            return 200, self.replaces
        return 200, json.dumps(kept.document).encode()

    def revoke(
        self, headers: dict[str, str], found: str, body: bytes
    ) -> tuple[int, bytes]:
        """Take a request back."""
        known, kept = self.bearer(headers), self.requests.get(found)
        if known is None or kept is None or kept.agent != known[0]:
            return self.refused("revoke", 403)
        message = self.verified(known[0], body)
        if isinstance(message, str) or set(message) != {"reason"}:
            return self.refused("reason")
        kept.document |= {"status": "revoked"}
        return 200, json.dumps(kept.document).encode()


@contextmanager
def rights_server(**how: Any) -> Iterator[RightsServer]:
    """Run a server on the loopback."""
    server = RightsServer(**how)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server.port = listener.getsockname()[1]
        config = uvicorn.Config(
            _cutting(server),
            log_config=None,
            access_log=False,
            date_header=False,
            http=H11Protocol,
            lifespan="off",
        )
        running = uvicorn.Server(config)
        thread = threading.Thread(
            target=running.run, kwargs={"sockets": [listener]}, daemon=True
        )
        thread.start()
        while not running.started:
            time.sleep(0.005)
        try:
            yield server
        finally:
            running.force_exit = running.should_exit = True
            thread.join(5)


def _cutting(server: RightsServer) -> Any:
    """Give the server a way to cut the line without an answer."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("extensions", {})
        scope["extensions"]["drop"] = send.__self__.transport.abort
        await server(scope, receive, send)

    return app
