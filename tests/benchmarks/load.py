"""Visitors who ask again as soon as they are answered."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

VISITORS = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """What visitors send, and the status that each answer must have."""

    request: Callable[[int], bytes]
    """The n-th request, whole; no two rounds use the same number."""
    status: int


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers."""

    port: int
    process: int

    def worked(self) -> float | None:
        """Return the seconds of processor time that it has used, where Linux tells."""
        try:
            stat = Path(f"/proc/{self.process}/stat").read_text("ascii")
        except OSError:
            return None
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Round:
    """What one round gave."""

    seconds: float = 0
    times: list[float] = field(default_factory=list)
    """From sending to the whole answer, in seconds."""
    worked: float | None = None
    """Processor time of the server: other programs hardly change it."""
    wrong: set[int] = field(default_factory=set)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    @property
    def work(self) -> float | None:
        """Processor time for one answer, in milliseconds."""
        return self.worked and self.worked / len(self.times) * 1000

    def slowest(self, share: float) -> float:
        """Return the time, in milliseconds, within which this share was answered."""
        return sorted(self.times)[int(share * (len(self.times) - 1))] * 1000


class _Visitor(asyncio.Protocol):
    """One kept connection. It reads lengths alone, so that asking stays cheap."""

    def __init__(self, ask: Callable[[], bytes | None], asked: Asked, it: Round):
        self._ask, self._asked, self._it = ask, asked, it
        self._seen = b""
        self._sent = 0.0
        self.gone = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._line = transport
        self._go_on()

    def data_received(self, data: bytes) -> None:
        self._seen += data
        end = self._seen.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._seen[:end].lower()
        _, _, said = head.partition(b"content-length: ")
        length = int(said.split(b"\r\n", 1)[0] or 0)  # an unchanged page has none
        if len(self._seen) < end + 4 + length:
            return
        status = int(head[9:12])
        if status == self._asked.status:
            self._it.times.append(time.perf_counter() - self._sent)
        else:
            self._it.wrong.add(status)
        self._seen = b""
        self._go_on()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.gone.done():
            self.gone.set_result(None)

    def _go_on(self) -> None:
        following = self._ask()
        if following is None:
            self._line.close()
            return
        self._sent = time.perf_counter()
        self._line.write(following)


class Crowd:
    """Visitors of one server, round after round."""

    def __init__(self, server: Server, asked: Asked) -> None:
        self._server, self._asked = server, asked
        self._number = 0

    def visit(self, seconds: float) -> Round:
        """Ask for so long; raise where an answer was another than it must be."""
        before = self._server.worked()
        done = asyncio.run(self._visit(seconds))
        after = self._server.worked()
        if before is not None and after is not None:
            done.worked = after - before
        if done.wrong:
            raise RuntimeError(f"answered {sorted(done.wrong)}")
        return done

    def answer(self) -> bytes:
        """Return the body of one answer."""
        return asyncio.run(self._one())[1]

    def tag(self) -> str:
        """Return the ETag of one answer."""
        head = asyncio.run(self._one())[0].decode("latin-1")
        return head.split("etag: ", 1)[1].split("\r\n", 1)[0]

    async def _one(self) -> tuple[bytes, bytes]:
        port = self._server.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(self._next())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
        body = await reader.readexactly(length)
        writer.close()
        return head, body

    async def _visit(self, seconds: float) -> Round:
        it = Round()
        start = time.perf_counter()

        def ask() -> bytes | None:
            return self._next() if time.perf_counter() - start < seconds else None

        loop = asyncio.get_running_loop()
        visitors = [
            await loop.create_connection(
                lambda: _Visitor(ask, self._asked, it), "127.0.0.1", self._server.port
            )
            for _ in range(VISITORS)
        ]
        await asyncio.gather(*(visitor.gone for _, visitor in visitors))
        it.seconds = time.perf_counter() - start
        return it

    def _next(self) -> bytes:
        self._number += 1
        return self._asked.request(self._number)


def get(path: str, **headers: str) -> bytes:
    """Return a request for a page."""
    lines = {"Host": "localhost", **headers}
    head = "".join(f"{n.replace('_', '-')}: {v}\r\n" for n, v in lines.items())
    return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()


def post(path: str, body: bytes, **headers: str) -> bytes:
    """Return a request that brings JSON."""
    lines = {
        "Host": "localhost",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
