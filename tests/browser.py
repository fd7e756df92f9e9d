"""A browser without scripts, which asks the application itself.

The library's own client goes to and fro between two threads eight times for each request,
and a busy machine lets each of them wait. This one gives a request to the application's
thread and comes back with the whole answer.
"""

import asyncio
import atexit
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, Self, TypeVar
from urllib.parse import unquote

import httpx2
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

T = TypeVar("T")
PORTS = {"http": 80, "https": 443}


class Browser(TestClient):
    """One browser: it keeps its cookies, and by default goes where it is sent."""

    def __init__(
        self,
        app: FastAPI | ASGIApp,
        *,
        raise_server_exceptions: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(app, **more)
        self._transport = _AtOnce(app, raises=raise_server_exceptions)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _AtOnce(httpx2.BaseTransport):
    """Lets the application answer, and returns when it has ended."""

    def __init__(self, app: ASGIApp, *, raises: bool) -> None:
        self._app = app
        self._raises = raises

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the answer.

        Raises:
            Exception: What the application let through, where that is asked for.
        """
        exchange = _Exchange(request)
        wrong = _loop().finish(exchange.run(self._app))
        if wrong is not None and self._raises:
            raise wrong
        if exchange.status is None:
            assert wrong is not None, "the application ended without an answer"
            return httpx2.Response(500, request=request)
        return httpx2.Response(
            exchange.status,
            headers=exchange.headers,
            stream=httpx2.ByteStream(b"".join(exchange.body)),
            request=request,
        )


class _Exchange:
    """One request and what is answered."""

    def __init__(self, request: httpx2.Request) -> None:
        url = request.url
        self._method = request.method
        self._asked = [{"type": "http.request", "body": request.read()}]
        self._answered = asyncio.Event()
        self.status: int | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: list[bytes] = []
        self._scope = {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "path": unquote(url.path),
            "raw_path": url.raw_path.partition(b"?")[0],
            "root_path": "",
            "scheme": url.scheme,
            "query_string": url.query,
            "headers": [
                (name.lower().encode(), value.encode())
                for name, value in request.headers.multi_items()
            ],
            "client": ("testclient", 50000),
            "server": [url.host, url.port or PORTS[url.scheme]],
            "extensions": {},
            "state": {},
        }

    async def run(self, app: ASGIApp) -> Exception | None:
        """Let the application answer; return what it let through."""
        try:
            await app(self._scope, self._receive, self._send)
        except Exception as wrong:  # noqa: BLE001 - it is handed on
            return wrong
        return None

    async def _receive(self) -> Message:
        if self._asked:
            return self._asked.pop()
        await self._answered.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        assert not self._answered.is_set(), "more after the end of an answer"
        if message["type"] == "http.response.start":
            assert self.status is None, "an answer began twice"
            self.status = message["status"]
            self.headers = list(message.get("headers", ()))
            return
        assert self.status is not None, "a body before its answer"
        if self._method != "HEAD":
            self.body.append(bytes(message.get("body", b"")))
        if not message.get("more_body", False):
            self._answered.set()


class _Loop:
    """A thread in which applications run, as long as this process."""

    def __init__(self) -> None:
        self._begun = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=[self._live()])
        self._thread.daemon = True
        self._thread.start()
        self._begun.wait()
        atexit.register(self._stop)

    def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what comes of some work, when it is done."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        self._begun.set()
        await self._end.wait()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()


_loop = cache(_Loop)
