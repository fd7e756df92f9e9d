"""The evidence file: everything about one request, for anybody to check."""

import json
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.read_evidence import read_evidence
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.forms import AnyForm
from app.web.residents.admission import Admission, FollowedDep, let_in, looks
from app.web.residents.change import name_of

router = APIRouter()


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """The page that gives the file, once the mailbox is proved."""

    name: str
    number: str
    here: str
    admission: Admission


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
        f"/track/requests/{request_id}/evidence",
        looks(request, desk, here, at),
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
        view=lambda admission: EvidenceView(name, number, address, admission),
    )


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
    """Give the file to who has proved the mailbox."""
    here.request(request_id)
    if not looks(request, desk, here, at).open:
        return pages.go(f"/track/requests/{request_id}/evidence")
    document = await store.read(
        read_evidence, desk, here.filing.id, request_id, here.secret, at=at
    )
    return Response(
        json.dumps(document, ensure_ascii=False, indent=1),
        media_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="evidence.json"',
            "Cache-Control": "no-store",
        },
    )
