"""What hangs on a mail, as its page lists it: each file with what is done with it."""

from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from app.actions.desk import Desk
from app.actions.open_mail import OpenedMail
from app.actions.read_inbox import MailFile
from app.domain.mails import Hanging
from app.web.staff.requests import held_key
from app.words.answers import Say
from app.words.mails import HANGING
from app.words.marks import mark
from app.words.staff import FILES, SOME_FILE

KEPT_BACK = mark("Not handed out: it may be a program")


@dataclass(frozen=True, slots=True)
class HangingView:
    """A file that hangs on a mail, in words."""

    place: int
    name: str
    """Empty where the mail is closed."""
    kind: str
    size: int
    verdict: str
    """What is done with such a file."""
    state: Literal["hidden", "waiting", "open", "kept back"]


def files_of(
    request: Request, desk: Desk, file: MailFile, opened: OpenedMail | None, say: Say
) -> tuple[HangingView, ...]:
    """Return what hangs on a mail; of a closed one, what was asked for."""
    known = {one.place: one for one in opened.files} if opened else {}
    return tuple(
        _hanging(request, desk, file, place, known.get(place), say)
        for place in sorted({*known, *file.asked})
    )


def _hanging(
    request: Request,
    desk: Desk,
    file: MailFile,
    place: int,
    known: Hanging | None,
    say: Say,
) -> HangingView:
    asked = file.asked.get(place)
    state: Literal["hidden", "waiting", "open", "kept back"] = "hidden"
    if asked and held_key(request, desk, asked.reveal) is not None:
        state = "open" if asked.answered else "waiting"
    elif known is not None and known.kind is None:
        state = "kept back"
    kind = (known.kind if known else None) or ""
    return HangingView(
        place=place,
        name=known.name if known else "",
        kind=say(FILES.get(kind, SOME_FILE)),
        size=known.size if known else 0,
        verdict=say(HANGING.get(kind, KEPT_BACK)) if known else "",
        state=state,
    )
