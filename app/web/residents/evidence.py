"""The evidence file: everything about one request, for anybody to check."""

from dataclasses import dataclass
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import Response

from app import pdf
from app.actions.read_evidence import Dossier, evidence_document, read_dossier
from app.web.downloads import attachment
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.printing import PrinterDep
from app.web.residents.admission import Admission, Followed, FollowedDep
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
async def evidence_page(request_id: UUID, here: FollowedDep) -> Response:
    """Say what the file holds; give it, or ask for the code first."""
    page = _view(here, request_id, here.looks())
    return here.show("residents/evidence.html", page)


@router.post("/track/requests/{request_id}/evidence")
async def open_evidence(request_id: UUID, here: FollowedDep, form: AnyForm) -> Response:
    """Open the file with a code."""
    here.request(request_id)
    return await here.let_in(
        form,
        template="residents/evidence.html",
        view=lambda shut: _view(here, request_id, shut),
    )


def _view(here: Followed, request_id: UUID, admission: Admission) -> EvidenceView:
    number, address = here.request(request_id).number, address_of(request_id)
    name = here.name_of(request_id)
    return EvidenceView(name, number, address, admission, pdf.AVAILABLE)


@router.get("/track/requests/{request_id}/evidence/print")
async def evidence_print(request_id: UUID, here: FollowedDep) -> Response:
    """Show the file to who has proved the mailbox, to read and to print."""
    dossier = await _opened(here, request_id)
    if dossier is None:
        return here.go(address_of(request_id))
    paper = Writer(here.desk, dossier, here.language, at=here.at).paper(attach=False)
    parts = tuple((pdf.kind_of(block), block) for block in paper.blocks)
    page = PaperView(paper, parts, address_of(request_id))
    return here.show("residents/dossier.html", page)


@router.get("/track/requests/{request_id}/evidence.json")
async def evidence_file(request_id: UUID, here: FollowedDep) -> Response:
    """Give the file that can be checked to who has proved the mailbox."""
    dossier = await _opened(here, request_id)
    if dossier is None:
        return here.go(address_of(request_id))
    text = json_text(evidence_document(dossier, here.desk, at=here.at))
    return _kept(text.encode(), "application/json", "evidence.json")


@router.get("/track/requests/{request_id}/evidence.pdf")
async def evidence_pdf(
    request_id: UUID, here: FollowedDep, printer: PrinterDep
) -> Response:
    """Give the file as a PDF to who has proved the mailbox."""
    if not pdf.AVAILABLE:
        raise Problem(404, "This portal makes no PDFs.")
    dossier = await _opened(here, request_id)
    if dossier is None:
        return here.go(address_of(request_id))
    paper = Writer(here.desk, dossier, here.language, at=here.at).paper(attach=True)
    content = await to_thread.run_sync(
        lambda: pdf.paper_pdf(paper, at=here.at), limiter=printer
    )
    return _kept(content, "application/pdf", "evidence.pdf")


def address_of(request_id: UUID) -> str:
    """Return the address of the page that gives the file of a request."""
    return f"/track/requests/{request_id}/evidence"


async def _opened(here: Followed, request_id: UUID) -> Dossier | None:
    """Return what is recorded, None while the mailbox is not proved.

    Raises:
        Problem: 404, if it is no request of this filing.
    """
    here.request(request_id)
    if not here.looks().open:
        return None
    return await here.store.read(
        read_dossier, here.desk, here.filing.id, request_id, here.secret
    )


def _kept(content: bytes, kind: str, name: str) -> Response:
    headers = attachment(name)
    return Response(content, media_type=kind, headers=headers)
