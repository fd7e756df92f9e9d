"""The evidence file: everything about one request, for anybody to check."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import pdf
from app.actions.desk import Desk
from app.actions.read_evidence import Dossier, evidence_document, read_dossier
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.downloads import attachment
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import language_of
from app.web.printing import PrinterDep
from app.web.residents.admission import (
    Admission,
    Followed,
    FollowedDep,
    let_in,
    looks,
)
from app.web.residents.change import name_of
from app.web.residents.dossier import Writer, json_text

router = APIRouter()


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """The page that gives the file, once the mailbox is proved."""

    name: str
    number: str
    here: str
    admission: Admission
    pdf: bool
    """Whether this portal makes PDFs."""


@dataclass(frozen=True, slots=True)
class PaperView:
    """The file to read and to print."""

    paper: pdf.Paper
    parts: tuple[tuple[str, pdf.Block], ...]
    """What it is made of, each with the word for its kind."""
    here: str


@router.get("/track/requests/{request_id}/evidence")
async def evidence_page(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Say what the file holds; give it, or ask for the code first."""
    it = here.request(request_id)
    page = EvidenceView(
        name_of(desk, here, request_id),
        it.number,
        address_of(request_id),
        looks(request, desk, here, at),
        pdf.AVAILABLE,
    )
    return pages.show(request, "residents/evidence.html", page)


@router.post("/track/requests/{request_id}/evidence")
async def open_evidence(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Open the file with a code."""
    name, number = name_of(desk, here, request_id), here.request(request_id).number
    address = request.url.path
    return await let_in(
        request,
        form,
        here,
        store,
        desk,
        pages,
        at,
        template="residents/evidence.html",
        view=lambda shut: EvidenceView(name, number, address, shut, pdf.AVAILABLE),
    )


@router.get("/track/requests/{request_id}/evidence/print")
async def evidence_print(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show the file to who has proved the mailbox, to read and to print."""
    dossier = await _opened(request, request_id, here, store, desk, at)
    if dossier is None:
        return pages.go(address_of(request_id))
    writer = Writer(desk, dossier, language_of(request), at=at)
    paper = writer.paper(attach=False)
    parts = tuple((pdf.kind_of(block), block) for block in paper.blocks)
    page = PaperView(paper, parts, address_of(request_id))
    return pages.show(request, "residents/dossier.html", page)


@router.get("/track/requests/{request_id}/evidence.json")
async def evidence_file(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Give the file that can be checked to who has proved the mailbox."""
    dossier = await _opened(request, request_id, here, store, desk, at)
    if dossier is None:
        return pages.go(address_of(request_id))
    text = json_text(evidence_document(dossier, desk, at=at))
    return _kept(text.encode(), "application/json", "evidence.json")


@router.get("/track/requests/{request_id}/evidence.pdf")
async def evidence_pdf(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    printer: PrinterDep,
    at: Now,
) -> Response:
    """Give the file as a PDF to who has proved the mailbox."""
    if not pdf.AVAILABLE:
        raise Problem(404, "This portal makes no PDFs.")
    dossier = await _opened(request, request_id, here, store, desk, at)
    if dossier is None:
        return pages.go(address_of(request_id))
    paper = Writer(desk, dossier, language_of(request), at=at).paper(attach=True)
    content = await to_thread.run_sync(
        lambda: pdf.paper_pdf(paper, at=at), limiter=printer
    )
    return _kept(content, "application/pdf", "evidence.pdf")


def address_of(request_id: UUID) -> str:
    """Return the address of the page that gives the file of a request."""
    return f"/track/requests/{request_id}/evidence"


async def _opened(
    request: Request,
    request_id: UUID,
    here: Followed,
    store: Store,
    desk: Desk,
    at: datetime,
) -> Dossier | None:
    """Return what is recorded, None while the mailbox is not proved.

    Raises:
        Problem: 404, if it is no request of this filing.
    """
    here.request(request_id)
    if not looks(request, desk, here, at).open:
        return None
    return await store.read(read_dossier, desk, here.filing.id, request_id, here.secret)


def _kept(content: bytes, kind: str, name: str) -> Response:
    headers = attachment(name)
    return Response(content, media_type=kind, headers=headers)
