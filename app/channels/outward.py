"""HTTP to addresses that vendors name: guarded at the socket, capped in size and time.

A name is resolved once, every address that it has is held against a list of our own,
and the connection goes to the address that was checked, under the name (security,
finding 11 and rows 25 and 39). No proxy from the environment, no redirect.
"""

import hashlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

PORTS = frozenset({443, 8443})
LARGEST = 256_000
"""Bytes of an answer."""
CONNECTS, WHOLE = 5.0, 20.0
"""Seconds to connect, and for a whole exchange."""
LOOSE = frozenset({"http", "https"})

_NETS = ipaddress.ip_network
NOT_OUTWARD = tuple(
    map(
        _NETS,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
            "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
            "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        ),
    )
)  # fmt: skip
"""Addresses that lead nowhere, or to ourselves; of version 6 nothing else is outward
but 2000::/3, which leaves out what wraps an address of version 4."""
OUTWARD_6 = ipaddress.IPv6Network("2000::/3")


class ForbiddenError(Exception):
    """The address may not be called; nothing was sent."""


class NotSentError(Exception):
    """Nobody was reached: nothing was sent."""


class LostError(Exception):
    """It was sent, or may have been, and no answer came."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server answered."""

    status: int
    body: bytes
    date: str | None
    """What its clock said, as its header has it."""
    secured: str | None
    """The version of TLS, its cipher, and the SHA-256 of the server's certificate."""


Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Return every address of a name, as the system finds them.

    Raises:
        OSError: If it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def is_outward(address: str) -> bool:
    """Return whether an address is one of the public internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # a zone, as of a link-local one
        return False
    if isinstance(found, ipaddress.IPv6Address) and found not in OUTWARD_6:
        return False
    return not any(found in net for net in NOT_OUTWARD if net.version == found.version)


def allow(url: str, *, local: bool) -> None:
    """Let an address pass that may be called, before its name is looked up.

    Raises:
        ForbiddenError: If it may not; the message says what it is not.
    """
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise ForbiddenError("no web address") from None
    if not parts.host or parts.userinfo:
        raise ForbiddenError("no plain web address")
    if local:
        if parts.scheme not in LOOSE:
            raise ForbiddenError("neither http nor https")
    elif parts.scheme != "https" or (parts.port or 443) not in PORTS:
        raise ForbiddenError("not https on a port of it")


class Outward:
    """Calls vendors' servers.

    ``local`` also lets http and any address pass, as an engineer's own machine needs.
    """

    def __init__(
        self,
        *,
        local: bool,
        resolve: Resolve = resolve,
        trust: ssl.SSLContext | None = None,
        seconds: float = WHOLE,
    ) -> None:
        self._local = local
        self._resolve = resolve
        self._trust = trust or ssl.create_default_context()
        self.seconds = seconds

    def call(
        self, method: str, url: str, *, headers: dict[str, str], body: str | None = None
    ) -> Answered:
        """Call once, on a connection of its own, and return what was answered.

        Raises:
            ForbiddenError: If the address may not be called.
            NotSentError: If nobody was reached.
            LostError: If no whole answer came in time, or it is too large.
        """
        allow(url, local=self._local)
        until = time.monotonic() + self.seconds
        door = _Door(self._resolve, until, local=self._local)
        with (
            httpcore.ConnectionPool(
                ssl_context=self._trust, network_backend=door, max_connections=1
            ) as pool,
            httpx.Client(
                transport=_Pooled(pool), trust_env=False, follow_redirects=False
            ) as client,
            _named(door),
            client.stream(method, url, headers=headers, content=body) as answer,
        ):
            # Before the body: its connection closes with its last byte.
            secured = _secured(answer)
            return Answered(
                answer.status_code, _capped(answer), answer.headers.get("date"), secured
            )


@contextmanager
def _named(door: "_Door") -> Iterator[None]:
    """Say of what goes wrong whether anything was sent."""
    try:
        yield
    except (httpx.TransportError, httpcore.TimeoutException, httpcore.NetworkError,
            httpcore.ProtocolError) as wrong:  # fmt: skip
        kind = LostError if door.written else NotSentError
        raise kind(type(wrong).__name__) from None


def _capped(answer: httpx.Response) -> bytes:
    body = b""
    for chunk in answer.iter_raw():
        body += chunk
        if len(body) > LARGEST:
            raise LostError("the answer is too large")
    return body


def _secured(answer: httpx.Response) -> str | None:
    stream = answer.extensions.get("network_stream")
    held = stream.get_extra_info("ssl_object") if stream else None
    if held is None:
        return None
    shown = held.getpeercert(binary_form=True) or b""
    cipher = held.cipher()
    digest = hashlib.sha256(shown).hexdigest()
    return f"{held.version()} {cipher[0] if cipher else ''} {digest}"


class _Pooled(httpx.BaseTransport):
    """Lets the client use our own door: the library's transport takes none."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Streamed(answer),
            extensions=answer.extensions,
        )


class _Streamed(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Door(httpcore.NetworkBackend):
    """Opens connections to addresses that were checked, and to no others."""

    def __init__(self, resolve: Resolve, until: float, *, local: bool) -> None:
        self._resolve = resolve
        self._until = until
        self._local = local
        self._plain = httpcore.SyncBackend()
        self.written = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours is shorter
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._resolve(host.strip("[]"), port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("no such name") from None
        if not addresses or not (self._local or all(map(is_outward, addresses))):
            raise ForbiddenError("leads to an address that is not outward")
        for last, address in enumerate(addresses, start=1 - len(addresses)):
            left = min(CONNECTS, remaining(self._until))
            try:
                stream = self._plain.connect_tcp(
                    address, port, left, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not last:
                    raise
                continue
            return _Timed(stream, self)
        raise httpcore.ConnectError("nobody is there")

    @property
    def until(self) -> float:
        """The moment by which all must be over, on the monotonic clock."""
        return self._until


def remaining(until: float) -> float:
    """Return the seconds that are left.

    Raises:
        httpcore.ReadTimeout: If none are.
    """
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left


class _Timed(httpcore.NetworkStream):
    """A connection on which no step takes longer than is left of the whole."""

    def __init__(self, stream: httpcore.NetworkStream, door: _Door) -> None:
        self._stream = stream
        self._door = door

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, remaining(self._door.until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._door.written = True
        self._stream.write(buffer, remaining(self._door.until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = min(CONNECTS, remaining(self._door.until))
        return _Timed(
            self._stream.start_tls(ssl_context, server_hostname, left), self._door
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
