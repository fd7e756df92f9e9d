"""What somebody uploads, before it is kept: told by its bytes, pictures drawn anew.

A PDF and a mail are kept as they are: they are only ever downloaded, never shown.
"""

import email.parser
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from anyio import CapacityLimiter, move_on_after, run_process

from app.channels import redraw
from app.channels.mail_reader import Taken
from app.domain.mails import TEXT, ending_by

PATIENCE = 60
"""Seconds for one picture, on a machine that has much to do."""
LONGEST_NAME = 80
HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
"""The brands that such a file begins with (ISO/IEC 23008-12)."""
NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


class FileFault(StrEnum):
    """Why a file is not kept."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    """Its bytes are no picture, PDF or mail, whatever its name says."""
    PHONE = "phone"
    """A picture in a form that telephones make and we do not draw (HEIC)."""
    TOO_LARGE = "too_large"
    """Too many pixels."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept."""

    name: str
    content: bytes


class Redrawing:
    """Draws pictures anew, one at a time, in a process that has little to break."""

    def __init__(self) -> None:
        self._one_at_a_time = CapacityLimiter(1)

    async def checked(self, name: str, content: bytes) -> Checked | FileFault:
        """Return a file as it may be kept, or why it may not."""
        if not content:
            return FileFault.EMPTY
        kind = ending_of(content)
        if kind is None:
            return FileFault.PHONE if _is_heic(content) else FileFault.UNKNOWN
        if kind in {"png", "jpg"}:
            drawn = await self._drawn(content)
            if isinstance(drawn, FileFault):
                return drawn
            content, kind = drawn, ending_of(drawn) or kind
        return Checked(f"{_stem(name)}.{kind}", content)

    async def handed_out(self, taken: Taken) -> Checked | FileFault:
        """Return a file that hung on a mail as it may be saved."""
        if taken.kind == TEXT:
            return Checked(f"{_stem(taken.name)}.{TEXT}", taken.content)
        return await self.checked(taken.name, taken.content)

    async def _drawn(self, content: bytes) -> bytes | FileFault:
        command = [sys.executable, "-I", str(Path(redraw.__file__))]
        async with self._one_at_a_time:
            with move_on_after(PATIENCE):
                done = await run_process(
                    command,
                    input=content,
                    check=False,
                    stderr=subprocess.DEVNULL,
                    env={},
                )
                if done.returncode == 0 and done.stdout:
                    return done.stdout
                if done.returncode == redraw.TOO_LARGE:
                    return FileFault.TOO_LARGE
        return FileFault.UNREADABLE


def ending_of(content: bytes) -> str | None:
    """Return how the name of such bytes ends, None for what is not taken."""
    return ending_by(content) or ("eml" if _is_mail(content) else None)


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in HEIC


def _is_mail(content: bytes) -> bool:
    """Return whether it is a saved mail: whom it is from, when, and no raw bytes."""
    if b"\0" in content:
        return False
    head = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
    headers = email.parser.BytesHeaderParser().parsebytes(head)
    return not headers.defects and {"from", "date"} <= {k.lower() for k in headers}


def _stem(name: str) -> str:
    """Return what somebody called a file, without its ending or anything odd."""
    last = NO_NAME.sub("", unicodedata.normalize("NFC", re.split(r"[\\/]", name)[-1]))
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    return PurePosixPath(shown).stem.strip(" .")[:LONGEST_NAME] or "file"
