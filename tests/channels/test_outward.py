"""Calls to addresses that vendors name: which are let out, and how long they last."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpcore
import pytest

from app.channels.outward import (
    LARGEST,
    ForbiddenError,
    LostError,
    NotSentError,
    Outward,
    is_outward,
)
from tests.rights_server import rights_server

INWARD = """
127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1
169.254.169.254 100.64.0.1 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9
224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 192.88.99.1 ::1 :: ::127.0.0.1
::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b:1::7f00:1 2002:7f00:1::
2002:a00:1:: 2001::1 2001:db8::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 ff02::1 100::1
5f00::1 3fff::1 4000::1 not-an-address
"""
SPELLINGS = """
https://127.0.0.1/ https://127.1/ https://2130706433/ https://0x7f000001/
https://0x7f.1/ https://0177.0.0.1/ https://127.0.0.1./ https://[::1]/
https://[::ffff:127.0.0.1]/ https://[64:ff9b::7f00:1]/ https://localhost/
https://LOCALHOST./ https://[fe80::1]/ https://169.254.169.254/
https://[2002:7f00:1::]/ https://0/ https://10.1/ https://①②⑦.⓪.⓪.①/
https://127。0。0。1/ https://127.0.0.1:443/ https://127.0.0.1:8443/
http://93.184.216.34/ ftp://93.184.216.34/ file:///etc/passwd gopher://127.0.0.1/
https://93.184.216.34:22/ https://93.184.216.34:80/ https://93.184.216.34:6379/
https://user:word@93.184.216.34/ https://93.184.216.34@127.0.0.1/ https:///nowhere
https://127.0.0.1#@93.184.216.34/ https://127.0.0.1?@93.184.216.34/
javascript:alert(1) HTTP://93.184.216.34/ //93.184.216.34/ data:text/plain,x
https://127.0.0.1%2f@93.184.216.34/ https://[::]/ https://[::127.0.0.1]/
https://[fc00::1]/ https://[ff02::1]/ https://224.0.0.1/ https://255.255.255.255/
https://192.168.0.1/ https://172.16.0.1/ https://100.64.0.1/ https://198.18.0.1/
https://192.0.2.1/ https://[2001:db8::1]/ https://[2001::1]/ https://00000177.1/
https://0x7F.0x0.0x0.0x1/ https://017700000001/ https://127.0.1/
https://[0:0:0:0:0:0:0:1]/ https://[0:0:0:0:0:ffff:7f00:1]/ https://127.255.255.254/
https://0.0.0.0/ https://[64:ff9b:1::1]/ https://ip6-localhost/ https://240.0.0.1/
"""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address to which a connection is tried, seen where it is made."""
    tried: list[str] = []

    def connect(_: object, host: str, *__: object, **___: object) -> None:
        tried.append(host)
        raise httpcore.ConnectError("this is a test")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return tried


@pytest.mark.parametrize("address", INWARD.split())
def test_an_address_that_is_not_of_the_internet_is_not_outward(address: str) -> None:
    assert not is_outward(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1"])
def test_an_address_of_the_internet_is_outward(address: str) -> None:
    assert is_outward(address)


def test_no_spelling_leads_to_an_address_that_is_not_outward(opened: list[str]) -> None:
    def literal(host: str, port: int) -> list[str]:
        # As the system reads what looks like a number; names lead home.
        try:
            return [socket.inet_ntoa(socket.inet_aton(host))]
        except OSError:
            return [host if ":" in host else "127.0.0.1"]

    outward = Outward(local=False, resolve=literal, seconds=1)
    assert len(set(SPELLINGS.split())) >= 60
    for url in SPELLINGS.split():
        with pytest.raises((ForbiddenError, NotSentError)):
            outward.call("GET", url, headers={})

    assert opened == []


def test_a_name_is_resolved_once_and_all_its_addresses_are_checked(
    opened: list[str],
) -> None:
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    def mixed(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    outward = Outward(local=False, resolve=rebinding, seconds=1)
    with pytest.raises(NotSentError):
        outward.call("GET", "https://api.example.org/", headers={})
    with pytest.raises(ForbiddenError):
        Outward(local=False, resolve=mixed, seconds=1).call(
            "GET", "https://api.example.org/", headers={}
        )

    assert asked == ["api.example.org"]
    assert opened == ["93.184.216.34"]


def test_a_proxy_of_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with rights_server() as server:
        answer = Outward(local=True).call("GET", f"{server.base}/v1/x", headers={})

    assert answer.status == 404


def test_a_redirect_is_an_answer_and_not_a_way() -> None:
    with rights_server(redirects="http://127.0.0.1:9/") as server:
        answer = Outward(local=True).call("GET", f"{server.base}/v1/x", headers={})

    assert answer.status == 307
    assert len(server.calls) == 1


def test_an_answer_without_end_is_cut() -> None:
    with rights_server(endless=True) as server, pytest.raises(LostError):
        Outward(local=True).call("GET", f"{server.base}/v1/x", headers={})
    assert LARGEST < 1_000_000


@contextmanager
def slow(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that does what it likes with one connection."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()

        def serve() -> None:
            line, _ = door.accept()
            with line:
                try:
                    talk(line)
                except OSError:
                    return  # it was cut, as it should be

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/"
        thread.join(5)


def drips(head: bytes) -> Callable[[socket.socket], None]:
    def talk(line: socket.socket) -> None:
        line.recv(65536)
        for byte in head + b"x" * 1000:
            line.sendall(bytes([byte]))
            time.sleep(0.05)

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(drips(b"HTTP/1.1 200 OK\r\nA: "), id="drips its head"),
        pytest.param(
            drips(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"), id="drips"
        ),
        pytest.param(lambda line: line.recv(65536) and None, id="hangs up"),
        pytest.param(
            lambda line: line.sendall(b"SSH-2.0-x\r\n" * 9), id="is no web server"
        ),
    ],
)
def test_no_server_holds_a_call_longer_than_its_time(
    talk: Callable[[socket.socket], None],
) -> None:
    began = time.monotonic()
    with slow(talk) as url, pytest.raises(LostError):
        Outward(local=True, seconds=0.4).call("GET", url, headers={})

    assert time.monotonic() - began < 2


def test_nobody_there_is_told_from_an_answer_that_was_lost() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NotSentError):
        Outward(local=True).call("GET", f"http://127.0.0.1:{port}/", headers={})
