"""Letters that a resident sends: as page, text, mail and PDF."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from anyio import CapacityLimiter
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import pdf
from app.actions.desk import Desk
from app.actions.state_sent import is_theirs
from app.actions.write_letter import NoLetter, OwnLetter, kinds_for, write_letter
from app.channels.envelope import draft
from app.letters import Letter, LetterKind
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.downloads import attachment
from app.web.errors import Problem
from app.web.forms import AnyForm, Filled
from app.web.pages import Pages, language_of
from app.web.printing import PrinterDep, as_text, print_letter
from app.web.residents.admission import (
    Admission,
    Followed,
    FollowedDep,
    let_in,
    looks,
)
from app.web.residents.change import name_of
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
    store: Store,
    desk: Desk,
    here: Followed,
    request_id: UUID,
    kind: LetterKind,
    at: datetime,
    reader: Language | None = None,
) -> OwnLetter | NoLetter:
    today = desk.rulebook.places[here.filing.residence].day(at)
    it = here.request(request_id)
    return await store.read(
        write_letter,
        desk,
        here.filing,
        it,
        kind,
        here.secret,
        today=today,
        reader=reader,
    )


def _called_for(
    desk: Desk, here: Followed, request_id: UUID, kind: LetterKind, at: datetime
) -> None:
    """Refuse a letter that nothing calls for, before it costs a code.

    Raises:
        Problem: 404.
    """
    today = desk.rulebook.places[here.filing.residence].day(at)
    if kind not in kinds_for(desk, here.filing, here.request(request_id), today):
        raise Problem(404, "There is no such letter to write now.")


def _view(
    desk: Desk,
    here: Followed,
    request_id: UUID,
    kind: LetterKind,
    admission: Admission,
    found: OwnLetter | NoLetter | None,
    at: datetime,
) -> OwnLetterView:
    today = desk.rulebook.places[here.filing.residence].day(at)
    it = here.request(request_id)
    own = found if isinstance(found, OwnLetter) else None
    return OwnLetterView(
        kind=kind,
        request=request_id,
        name=name_of(desk, here, request_id),
        number=it.number,
        admission=admission,
        own=own,
        shut=found is NoLetter.SHUT,
        mailto=mailto(own.letter, own.to, own.copy) if own else None,
        pdf=pdf.AVAILABLE,
        until=it.complaint_until if kind is LetterKind.COMPLAINT else None,
        over=it.complaint_over(today),
        may_say_sent=kind is LetterKind.REQUEST
        and is_theirs(it.status, by_us=not it.by_oneself),
        demands=bool(own and own.route.demands and kind is LetterKind.REQUEST),
    )


async def _page(
    request: Request,
    here: Followed,
    request_id: UUID,
    kind: LetterKind,
    store: Store,
    desk: Desk,
    pages: Pages,
    at: datetime,
) -> Response:
    _called_for(desk, here, request_id, kind, at)
    admission, found = looks(request, desk, here, at), None
    if admission.open:
        reader = language_of(request)
        found = await _open(store, desk, here, request_id, kind, at, reader)
    if found is NoLetter.GONE:
        raise Problem(404, "There is no such letter to write any more.")
    page = _view(desk, here, request_id, kind, admission, found, at)
    return pages.show(request, "residents/own_letter.html", page)


async def _opened(
    request: Request,
    here: Followed,
    request_id: UUID,
    kind: LetterKind,
    form: Filled[Any],
    store: Store,
    desk: Desk,
    pages: Pages,
    at: datetime,
) -> Response:
    _called_for(desk, here, request_id, kind, at)
    return await let_in(
        request,
        form,
        here,
        store,
        desk,
        pages,
        at,
        template="residents/own_letter.html",
        view=lambda shut: _view(desk, here, request_id, kind, shut, None, at),
    )


@router.get("/track/requests/{request_id}/letter")
async def letter_page(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show the request to send oneself, or ask for the code first."""
    return await _page(
        request, here, request_id, LetterKind.REQUEST, store, desk, pages, at
    )


@router.post("/track/requests/{request_id}/letter")
async def open_letter(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the code that opens it."""
    return await _opened(
        request, here, request_id, LetterKind.REQUEST, form, store, desk, pages, at
    )


@router.get("/track/requests/{request_id}/complaint")
async def complaint_page(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show the complaint to the regulator, or ask for the code first."""
    return await _page(
        request, here, request_id, LetterKind.COMPLAINT, store, desk, pages, at
    )


@router.post("/track/requests/{request_id}/complaint")
async def open_complaint(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the code that opens it."""
    return await _opened(
        request, here, request_id, LetterKind.COMPLAINT, form, store, desk, pages, at
    )


@router.get("/track/requests/{request_id}/letter/{kind}.{form}")
async def letter_file(
    request: Request,
    request_id: UUID,
    kind: str,
    form: str,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    printer: PrinterDep,
    at: Now,
) -> Response:
    """Give a letter as text, as a mail to send, or as a PDF."""
    which = _kind(kind)
    if form not in FORMS or (form == "pdf" and not pdf.AVAILABLE):
        raise Problem(404, "There is no such file.")
    _called_for(desk, here, request_id, which, at)
    if not looks(request, desk, here, at).open:
        return pages.go(path_of(request_id, which))
    found = await _open(store, desk, here, request_id, which, at)
    if isinstance(found, NoLetter):
        return pages.go(path_of(request_id, which))
    content = await _file(found, form, printer, at)
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
async def other_page(
    request: Request,
    request_id: UUID,
    kind: str,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show a letter that follows a request, or ask for the code first."""
    return await _page(request, here, request_id, _kind(kind), store, desk, pages, at)


@router.post("/track/requests/{request_id}/letter/{kind}")
async def open_other(
    request: Request,
    request_id: UUID,
    kind: str,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the code that opens it."""
    return await _opened(
        request, here, request_id, _kind(kind), form, store, desk, pages, at
    )
