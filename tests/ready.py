"""The ``efface`` command, forked from a process that has imported what it needs.

Imports and the law take two seconds of a core each time, and in a run of the tests a
hundred portals begin. What such a process holds, writes, answers and loses is that of any
other; the script itself is started by the tests of the command line.
"""

import atexit
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import NoReturn

ROOT = Path(__file__).parent.parent
NUMBER = struct.Struct("i")
IMPORTED = (
    "app.commands.serve",
    "app.main",
    "app.store.schema",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.supervisors",
)
"""Not above: web processes that a command starts import this module once more."""


@dataclass
class Command:
    """One command of the portal, in a process and a group of its own."""

    pid: int
    _tells: int
    """Where its exit code is read when it has ended."""
    code: int | None = field(default=None, init=False)

    def poll(self) -> int | None:
        """Return how it ended, below zero by a signal; None while it runs."""
        return self._ended(0)

    def wait(self, seconds: float | None = None) -> int:
        """Return how it ended, when it has.

        Raises:
            TimeoutError: If it runs for longer.
        """
        code = self._ended(seconds)
        if code is None:
            raise TimeoutError(f"process {self.pid} still runs after {seconds} s")
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def _ended(self, seconds: float | None) -> int | None:
        if self.code is None and select.select([self._tells], [], [], seconds)[0]:
            self.code = _number(self._tells)
            os.close(self._tells)
        return self.code


def start(words: Sequence[str], environment: Mapping[str, str], out: int) -> Command:
    """Start ``efface`` with these words; what it says goes to the open file ``out``."""
    tells, tell = os.pipe()
    word = json.dumps([[*words], {**environment}, str(Path.cwd())]).encode()
    socket.send_fds(_source(), [NUMBER.pack(len(word))], [out, tell])
    _source().sendall(word)
    os.close(tell)
    return Command(_number(tells), tells)


def run(words: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run ``efface`` with these words.

    Raises:
        RuntimeError: If it does not succeed; with what it said.
    """
    with TemporaryFile() as out:
        code = start(words, environment, out.fileno()).wait()
        out.seek(0)
        if code:
            raise RuntimeError(f"{' '.join(words)}: {code}: {out.read().decode()}")


def _number(tells: int) -> int:
    [number] = NUMBER.unpack(os.read(tells, NUMBER.size))
    return int(number)


@cache
def _source() -> socket.socket:
    """Start what commands are forked from; it ends when nobody can ask it any more."""
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ready", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
            start_new_session=True,
        )
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def _fork_commands(door: socket.socket) -> None:
    """Fork a command for each word, until nobody is left to give one."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who kept a command is no zombie
    while True:
        length, files, *_ = socket.recv_fds(door, NUMBER.size, 2)
        if not length:
            return
        [size] = NUMBER.unpack(length)
        word = door.recv(size, socket.MSG_WAITALL)
        out, tell = files
        if os.fork() == 0:
            door.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _keep(json.loads(word), out, tell)
        os.close(out)
        os.close(tell)


def _keep(word: tuple[list[str], dict[str, str], str], out: int, tell: int) -> NoReturn:
    """Be the parent of a command, and tell how it ended."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.write(tell, NUMBER.pack(os.getpid()))
        os.close(tell)
        _become(*word, out)
    os.close(out)
    _, status = os.waitpid(pid, 0)
    with suppress(OSError):  # nobody may be left who asks
        os.write(tell, NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _become(
    words: list[str], environment: dict[str, str], folder: str, out: int
) -> NoReturn:
    from app.cli import main  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        os.dup2(out, stream.fileno())
    os.close(out)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["efface", *words]
    main()
    sys.exit()


def _import_all() -> None:
    """Import what the commands import when they run, and read the law and the words."""
    for name in IMPORTED:
        import_module(name)
    from app.rulebook.load import load_rulebook  # noqa: PLC0415
    from app.words.catalog import translations  # noqa: PLC0415

    load_rulebook()
    for language in ("en", "fr", "es"):
        translations(language)


if __name__ == "__main__":
    _import_all()
    with socket.socket(fileno=int(sys.argv[1])) as given:
        _fork_commands(given)
