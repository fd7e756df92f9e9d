"""``efface serve`` and ``efface worker``, as real processes."""

import asyncio
import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from app.commands.serve import listening
from tests import postgres
from tests.commands.conftest import Efface

pytestmark = pytest.mark.kills
EFFACE = Path(sys.executable).parent / "efface"
POSTGRES = os.environ.get("EFFACE_TEST_DATABASE_URL") or postgres.binaries()


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EFFACE_")}
    return {**kept, "EFFACE_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1", **more}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


@contextmanager
def served(
    data: Path, log: Path, *words: str, **more: str
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    with log.open("wb") as out:
        child = subprocess.Popen(
            [EFFACE, "serve", "--port", str(port), *words],
            env=environment(data, **more),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + 120  # a busy machine is no fault of ours
        while not answers(port):
            assert child.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield child, port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def test_a_fresh_folder_is_served_and_left_at_a_signal(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    with served(data, log) as (child, port):
        begun = time.monotonic()
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0
        assert time.monotonic() - begun < 10

    said = log.read_text()
    assert f"http://localhost:{port}\n" in said
    assert re.search(rf"http://localhost:{port}/staff/enrol/[\w-]{{20,}}\n", said)
    for name in ("master.key", *(p.name for p in (data / "epochs").glob("*.key"))):
        file = next(data.rglob(name))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [EFFACE, "serve", "--port", str(taken.getsockname()[1])],
            env=environment(tmp_path / "data"),
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot listen" in done.stderr
    assert not (tmp_path / "data").exists()


def test_no_answer_on_a_kept_connection_is_held_back() -> None:
    async def undelayed() -> int:
        line = asyncio.get_running_loop().create_future()

        class Accepted(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                line.set_result(transport.get_extra_info("socket"))

        with listening("127.0.0.1", 0) as listener:
            loop = asyncio.get_running_loop()
            server = await loop.create_server(Accepted, sock=listener)
            _, writer = await asyncio.open_connection(*listener.getsockname())
            accepted = await line
            found: int = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()
            server.close()
            return found

    assert asyncio.run(undelayed())


def test_no_path_and_no_query_is_logged(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(tmp_path / "data", log) as (_, port):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        for path in ("/confirm/qzvexlomqz", "/check?name=qzvexlomqz", "/%00qzvexlomqz"):
            line.request("GET", path, headers={"Authorization": "Bearer qzvexlomqz"})
            line.getresponse().read()
        line.close()

    assert "qzvexlomqz" not in log.read_text()


@pytest.mark.skipif(POSTGRES is None, reason="there is no PostgreSQL here")
def test_several_web_processes_share_a_port(tmp_path: Path) -> None:
    with postgres.database(POSTGRES) as url:
        settings = {"EFFACE_DATABASE_URL": url}
        log = tmp_path / "log"
        with served(tmp_path / "data", log, "--workers", "2", **settings) as (child, _):
            children = Path(f"/proc/{child.pid}/task/{child.pid}/children")
            if children.exists():
                assert len(children.read_text().split()) >= 2
            child.send_signal(signal.SIGTERM)
            assert child.wait(10) == 0


@pytest.mark.parametrize(
    ("words", "code", "name"),
    [
        ("serve --workers 2", 1, "SQLite"),
        ("serve --workers 0", 2, "workers"),
        ("serve --port 70000", 2, "port"),
        ("worker --once --now tomorrow", 2, "'tomorrow'"),
        ("worker --once --now 2026-12-01T00:00", 2, "offset"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(
    efface: Efface, folder: Path, words: str, code: int, name: str
) -> None:
    told = efface(words)

    assert told.code == code
    assert name in told.err
    assert code == 2 or len(told.lines) == 1
    assert not folder.exists()


def test_production_names_all_that_is_missing(
    efface: Efface, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_ENVIRONMENT", "production")

    told = efface("serve")

    assert told.code == 1
    assert len(told.lines) == 1
    for name in ("BASE_URL", "DATABASE_URL", "OPERATOR", "MAIL_URL", "METRICS_TOKEN"):
        assert f"EFFACE_{name}" in told.err


def test_a_channel_that_nobody_knows_is_refused(
    efface: Efface, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_MAIL_URL", "pigeon://user:hunter2@roof")

    told = efface("worker --once")

    assert told.code == 1
    assert len(told.lines) == 1
    assert "EFFACE_MAIL_URL" in told.err
    assert "hunter2" not in told.err


def test_once_does_what_is_due_at_a_moment_and_stops(
    efface: Efface, used: Path
) -> None:
    assert efface("worker --once").code == 0
    assert efface("worker --once --now 2027-06-01T00:00:00+00:00").code == 0
