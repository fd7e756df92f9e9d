"""Have mails of strangers read, in processes that have little to break."""

import base64
import json
import select
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.channels import read_mail
from app.domain.authenticity import Checked
from app.domain.mail_kinds import MARKS
from app.domain.mails import (
    TEXT,
    Hanging,
    Held,
    Mail,
    Report,
    Signature,
    ending_by,
)

PATIENCE = read_mail.PATIENCE + 10
"""Seconds after which the program itself is given up, and begun anew."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that hung on a mail, as it was sent."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """A mail as it came: all of it, or its head where the rest is too much."""

    content: bytes
    size: int
    """Bytes of the whole mail."""

    @property
    def whole(self) -> bool:
        """Whether nothing of it is missing."""
        return len(self.content) >= self.size


class MailReader:
    """Reads one mail at a time; the program begins with the first and stays."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None

    def read(self, raw: Raw) -> Mail:
        """Return what stands in a mail; of one that breaks its reader, its head."""
        order = {"marks": list(MARKS)}
        answer = self._ask(order, raw.content[: read_mail.MOST_READ])
        if answer is None:
            head, _ = read_mail.split(raw.content[: read_mail.MOST_READ])
            answer = self._ask(order, head[: read_mail.LONGEST_HEAD])
            return _but(answer or {}, Held.UNREADABLE)
        mail = _mail_of(answer)
        if mail.held is not None:
            return mail
        if not raw.whole:
            return _but(answer, Held.TOO_LARGE)
        cut = raw.size > read_mail.MOST_READ
        return _but(answer, Held.CUT) if cut else mail

    def verify(self, raw: Raw, keys: Mapping[str, str]) -> Mapping[str, Checked]:
        """Return which signatures fit, by their digests, with these public keys."""
        answer = self._ask({"keys": dict(keys)}, raw.content)
        return {
            digest: Checked(found["fits"], found["bits"])
            for digest, found in (answer or {}).items()
        }

    def files(self, raw: Raw) -> tuple[Hanging, ...]:
        """Return what hangs on a mail; nothing of one that is not here whole."""
        found = self._ask({"file": None}, raw.content) if raw.whole else None
        return tuple(
            Hanging(
                place=place,
                name=one["name"],
                size=one["size"],
                kind=_kind_of(bytes.fromhex(one["head"]), plain=one["plain"]),
            )
            for place, one in enumerate(found or ())
        )

    def file(self, raw: Raw, place: int) -> Taken | None:
        """Return one of the files, if it is there and of a kind that is handed out."""
        found = self._ask({"file": place}, raw.content) if raw.whole else None
        if not found:
            return None
        content = base64.b64decode(found["content"])
        kind = _kind_of(content[: read_mail.HEAD_OF_FILE], plain=found["plain"])
        return Taken(found["name"], kind, content) if kind else None

    def close(self) -> None:
        """End the program."""
        with self._one_at_a_time:
            self._end()

    def _ask(self, order: Mapping[str, Any], raw: bytes) -> Any:
        written = json.dumps(order).encode()
        frame = read_mail.FRAME.pack(len(written), len(raw)) + written + raw
        with self._one_at_a_time:
            try:
                answer = self._exchange(frame)
            except (OSError, EOFError, ValueError):
                self._end()
                return None
        return json.loads(answer) if answer else None

    def _exchange(self, frame: bytes) -> bytes:
        if self._running is None or self._running.poll() is not None:
            self._end()
            command = [sys.executable, "-I", str(Path(read_mail.__file__))]
            self._running = subprocess.Popen(  # noqa: S603 - a program of ours
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
            )
        running = self._running
        assert running.stdin is not None  # noqa: S101 - both are pipes
        assert running.stdout is not None  # noqa: S101
        running.stdin.write(frame)
        running.stdin.flush()
        ready, _, _ = select.select([running.stdout], [], [], PATIENCE)
        if not ready:
            raise EOFError("no answer in time")
        source: BinaryIO = running.stdout  # type: ignore[assignment]
        (length,) = read_mail.LENGTH.unpack(
            read_mail.exactly(source, read_mail.LENGTH.size)
        )
        return read_mail.exactly(source, length)

    def _end(self) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        running.kill()
        for pipe in (running.stdin, running.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        running.wait()


def _kind_of(head: bytes, *, plain: bool) -> str | None:
    """Return the kind of a file by its bytes; None for what is not handed out."""
    return ending_by(head) or (TEXT if plain else None)


def _mail_of(answer: Mapping[str, Any]) -> Mail:
    if "sender" not in answer:  # not even its head could be read
        return Mail(held=Held.UNREADABLE)
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in answer.items()
    }
    given["signatures"] = tuple(
        Signature(**{**one, "signs": tuple(one["signs"])})
        for one in answer["signatures"]
    )
    given["reports"] = tuple(Report(**one) for one in answer["reports"])
    given["held"] = Held(answer["held"]) if answer["held"] else None
    return Mail(**given)


def _but(answer: Mapping[str, Any], held: Held) -> Mail:
    return _mail_of({**answer, "held": held})
