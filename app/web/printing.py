"""Letters as files: a PDF, or plain text."""

from datetime import datetime
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from app import pdf
from app.letters import Letter
from app.web.deps import parts


async def _printer(request: Request) -> CapacityLimiter:
    return parts(request).printer


PrinterDep = Annotated[CapacityLimiter, Depends(_printer)]


async def print_letter(letter: Letter, printer: CapacityLimiter, at: datetime) -> bytes:
    """Return a letter as a PDF, made in a thread that does nothing else."""
    return await to_thread.run_sync(
        lambda: pdf.letter_pdf(letter.subject, letter.text, letter.language, at=at),
        limiter=printer,
    )


def as_text(letter: Letter) -> bytes:
    """Return a letter as a plain text."""
    return f"{letter.subject}\n\n{letter.text}".encode()
