"""The portal in processes of its own, which a test may kill at any moment."""

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests import ready

PATIENCE = 120.0
"""Seconds after which nothing more is hoped for."""
LOOK = 0.005
"""Seconds between two looks at a process."""


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this environment with these settings of the portal and no others."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EFFACE_")}
    return {**kept, **{f"EFFACE_{name}": value for name, value in settings.items()}}


@dataclass
class Child:
    """One command of the portal, running."""

    words: tuple[str, ...]
    settings: Mapping[str, str]
    log: Path

    def __post_init__(self) -> None:
        with self.log.open("ab") as out:
            settings = environment(self.settings)
            self._process = ready.start(self.words, settings, out.fileno())

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def wait(self, seconds: float = PATIENCE) -> int:
        """Return how it ended, when it has.

        Raises:
            TimeoutError: If it runs for longer.
        """
        return self._process.wait(seconds)

    def kill(self) -> bool:
        """SIGKILL it and its own children; return whether it was still running."""
        ran = self.code is None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return ran


@dataclass
class Server:
    """``efface serve`` at one address, life after life."""

    words: tuple[str, ...]
    settings: Mapping[str, str]
    log: Path
    port: int = 0
    serving: threading.Event = field(default_factory=threading.Event)
    """Set while it answers; whoever was not answered waits for it."""
    left: bool = False
    """Whether no further life comes."""
    _child: Child | None = None

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        """Begin a new life; it may not answer yet."""
        words = ("serve", "--port", str(self.port), *self.words)
        self._child = Child(words, self.settings, self.log)

    def answer(self) -> None:
        """Return when it answers."""
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._child is not None
            assert self._child.code is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(LOOK)
        self.serving.set()

    def kill(self) -> None:
        """End this life in the middle of whatever it does."""
        self.serving.clear()
        if self._child is not None:
            self._child.kill()

    def leave(self) -> None:
        """Say that no further life comes, so that nobody waits for one."""
        self.left = True
        self.serving.set()

    def _answers(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
