"""Letters that a resident sends: as page, text, mail and PDF."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from anyio import CapacityLimiter
from fastapi import APIRouter
from fastapi.responses import Response

from app import pdf
from app.actions.state_sent import is_theirs
from app.actions.write_letter import NoLetter, OwnLetter, kinds_for, write_letter
from app.channels.envelope import draft
from app.letters import Letter, LetterKind
from app.web.downloads import attachment
from app.web.errors import Problem
from app.web.forms import AnyForm, Filled
from app.web.printing import PrinterDep, as_text, print_letter
from app.web.residents.admission import Admission, Followed, FollowedDep
from app.words.languages import Language

router = APIRouter()

MAILTO_LIMIT = 1_900
"""What every mail program takes as an address; some cut the rest without a word."""
FORMS = {
    "txt": "text/plain; charset=utf-8",
    "eml": "message/rfc822",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class MailTo:
    """A link that opens the visitor's own mail program."""

    address: str
    whole: bool
    """Whether the text of the letter is in it."""


@dataclass(frozen=True, slots=True)
class OwnLetterView:
    """The page of one letter; None until it is opened."""

    kind: LetterKind
    request: UUID
    name: str
    number: str
    admission: Admission
    own: OwnLetter | None = None
    shut: bool = False
    """Whether this receipt does not open the person yet."""
    mailto: MailTo | None = None
    pdf: bool = False
    """Whether this installation makes PDFs."""
    may_say_sent: bool = False
    until: date | None = None
    """Until when a complaint can be made."""
    over: bool = False
    """Whether that day has passed."""
    demands: bool = False


def mailto(letter: Letter, to: str | None, copy: str | None) -> MailTo:
    """Return the link that writes a letter; without its text where it is too long."""
    fields = {"cc": copy, "subject": letter.subject}
    written = "&".join(f"{k}={quote(v, safe='@')}" for k, v in fields.items() if v)
    start = f"mailto:{quote(to or '', safe='@')}?{written}"
    body = quote(letter.text.replace("\n", "\r\n"), safe="")
    whole = f"{start}&body={body}"
    if len(whole) <= MAILTO_LIMIT:
        return MailTo(whole, whole=True)
    return MailTo(start, whole=False)


def _kind(name: str) -> LetterKind:
    """Return the kind that an address names.

    Raises:
        Problem: 404, if there is none of that name.
    """
    if name not in set(LetterKind):
        raise Problem(404, "There is no such letter.")
    return LetterKind(name)


def path_of(request_id: UUID, kind: LetterKind) -> str:
    """Return the address of the page of a letter."""
    start = f"/track/requests/{request_id}"
    if kind is LetterKind.COMPLAINT:
        return f"{start}/complaint"
    return f"{start}/letter" if kind is LetterKind.REQUEST else f"{start}/letter/{kind}"


async def _open(
    here: Followed,
    request_id: UUID,
    kind: LetterKind,
    reader: Language | None = None,
) -> OwnLetter | NoLetter:
    return await here.store.read(
        write_letter,
        here.desk,
        here.filing,
        here.request(request_id),
        kind,
        here.secret,
        today=here.today,
        reader=reader,
    )


def _called_for(here: Followed, request_id: UUID, kind: LetterKind) -> None:
    """Refuse a letter that nothing calls for, before it costs a code.

    Raises:
        Problem: 404.
    """
    it = here.request(request_id)
    if kind not in kinds_for(here.desk, here.filing, it, here.today):
        raise Problem(404, "There is no such letter to write now.")


def _view(
    here: Followed,
    request_id: UUID,
    kind: LetterKind,
    admission: Admission,
    found: OwnLetter | NoLetter | None,
) -> OwnLetterView:
    it = here.request(request_id)
    own = found if isinstance(found, OwnLetter) else None
    return OwnLetterView(
        kind=kind,
        request=request_id,
        name=here.name_of(request_id),
        number=it.number,
        admission=admission,
        own=own,
        shut=found is NoLetter.SHUT,
        mailto=mailto(own.letter, own.to, own.copy) if own else None,
        pdf=pdf.AVAILABLE,
        until=it.complaint_until if kind is LetterKind.COMPLAINT else None,
        over=it.complaint_over(here.today),
        may_say_sent=kind is LetterKind.REQUEST
        and is_theirs(it.status, by_us=not it.by_oneself),
        demands=bool(own and own.route.demands and kind is LetterKind.REQUEST),
    )


async def _page(here: Followed, request_id: UUID, kind: LetterKind) -> Response:
    _called_for(here, request_id, kind)
    admission, found = here.looks(), None
    if admission.open:
        found = await _open(here, request_id, kind, here.language)
    if found is NoLetter.GONE:
        raise Problem(404, "There is no such letter to write any more.")
    page = _view(here, request_id, kind, admission, found)
    return here.show("residents/own_letter.html", page)


async def _opened(
    here: Followed, request_id: UUID, kind: LetterKind, form: Filled[Any]
) -> Response:
    _called_for(here, request_id, kind)
    return await here.let_in(
        form,
        template="residents/own_letter.html",
        view=lambda shut: _view(here, request_id, kind, shut, None),
    )


@router.get("/track/requests/{request_id}/letter")
async def letter_page(request_id: UUID, here: FollowedDep) -> Response:
    """Show the request to send oneself, or ask for the code first."""
    return await _page(here, request_id, LetterKind.REQUEST)


@router.post("/track/requests/{request_id}/letter")
async def open_letter(request_id: UUID, here: FollowedDep, form: AnyForm) -> Response:
    """Take the code that opens it."""
    return await _opened(here, request_id, LetterKind.REQUEST, form)


@router.get("/track/requests/{request_id}/complaint")
async def complaint_page(request_id: UUID, here: FollowedDep) -> Response:
    """Show the complaint to the regulator, or ask for the code first."""
    return await _page(here, request_id, LetterKind.COMPLAINT)


@router.post("/track/requests/{request_id}/complaint")
async def open_complaint(
    request_id: UUID, here: FollowedDep, form: AnyForm
) -> Response:
    """Take the code that opens it."""
    return await _opened(here, request_id, LetterKind.COMPLAINT, form)


@router.get("/track/requests/{request_id}/letter/{kind}.{form}")
async def letter_file(
    request_id: UUID, kind: str, form: str, here: FollowedDep, printer: PrinterDep
) -> Response:
    """Give a letter as text, as a mail to send, or as a PDF."""
    which = _kind(kind)
    if form not in FORMS or (form == "pdf" and not pdf.AVAILABLE):
        raise Problem(404, "There is no such file.")
    _called_for(here, request_id, which)
    if not here.looks().open:
        return here.go(path_of(request_id, which))
    found = await _open(here, request_id, which)
    if isinstance(found, NoLetter):
        return here.go(path_of(request_id, which))
    content = await _file(found, form, printer, here.at)
    headers = attachment(f"efface-{which}.{form}")
    return Response(content, media_type=FORMS[form], headers=headers)


async def _file(
    found: OwnLetter, form: str, printer: CapacityLimiter, at: datetime
) -> bytes:
    letter = found.letter
    match form:
        case "pdf":
            return await print_letter(letter, printer, at)
        case "eml":
            return draft(
                sender=found.sender,
                recipient=found.to,
                copy=found.copy,
                subject=letter.subject,
                text=letter.text,
            )
        case _:
            return as_text(letter)


@router.get("/track/requests/{request_id}/letter/{kind}")
async def other_page(request_id: UUID, kind: str, here: FollowedDep) -> Response:
    """Show a letter that follows a request, or ask for the code first."""
    return await _page(here, request_id, _kind(kind))


@router.post("/track/requests/{request_id}/letter/{kind}")
async def open_other(
    request_id: UUID, kind: str, here: FollowedDep, form: AnyForm
) -> Response:
    """Take the code that opens it."""
    return await _opened(here, request_id, _kind(kind), form)
