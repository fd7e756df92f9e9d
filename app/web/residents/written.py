"""What was written, and the dates: letters, answers, calendar file, table."""

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from app.actions.keep_evidence import NotKept, read_evidence
from app.actions.read_letters import Written, read_letters
from app.web.agenda import agenda
from app.web.downloads import attachment, download
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import csv_of
from app.web.residents.admission import Admission, FollowedDep

router = APIRouter()


@dataclass(frozen=True, slots=True)
class WrittenView:
    """The page of what was written about one request; None until it is opened."""

    name: str
    number: str
    request_id: UUID
    admission: Admission
    written: Written | None = None
    proof_at: str | None = None
    """Where the company's own system checks who the person is, and sends back here."""
    days: dict[int, date] = field(default_factory=dict)
    """When what each answer belongs to was recorded, by its place."""


@router.get("/track/requests/{request_id}/letters")
async def letters_page(request_id: UUID, here: FollowedDep) -> Response:
    """Show the letters as they left and the answers, or ask for the code first."""
    it, admission = here.request(request_id), here.looks()
    written, proof_at = None, None
    if admission.open:
        written = await here.store.read(
            read_letters, here.filing.id, request_id, here.secret
        )
        if written.proof_at:
            back = urlencode({"redirect_to": here.desk.portal.link("/track")})
            proof_at = f"{written.proof_at}&{back}"
    name = here.name_of(request_id)
    page = WrittenView(name, it.number, request_id, admission, written, proof_at)
    return here.show("residents/written.html", page)


@router.post("/track/requests/{request_id}/letters")
async def open_letters(request_id: UUID, here: FollowedDep, form: AnyForm) -> Response:
    """Take the code that opens them."""
    name, number = here.name_of(request_id), here.request(request_id).number
    return await here.let_in(
        form,
        template="residents/written.html",
        view=lambda admission: WrittenView(name, number, request_id, admission),
    )


@router.get("/track/requests/{request_id}/files/{evidence_id}")
async def evidence(request_id: UUID, evidence_id: UUID, here: FollowedDep) -> Response:
    """Give a file that the resident gave as evidence: to keep, never to be shown."""
    if not here.looks().open:
        return here.go(f"/track/requests/{request_id}/letters")
    file = await here.store.read(
        read_evidence, here.filing.id, request_id, evidence_id, here.secret
    )
    if file is None:
        raise Problem(404, "There is no such file.")
    if isinstance(file, NotKept):  # the page says why
        return here.go(f"/track/requests/{request_id}/letters")
    return download(file.name, file.content)


@router.get("/track/dates.ics")
async def dates(here: FollowedDep) -> Response:
    """Give the dates as a calendar file."""
    link = here.desk.portal.link("/track")
    return Response(
        agenda(here.filing, at=here.at, link=link, say=here.say),
        media_type="text/calendar; charset=utf-8",
        headers=attachment("efface.ics"),
    )


HEADER = (
    "number",
    "vendor",
    "status",
    "outcome",
    "denial_ground",
    "sent_on",
    "respond_due",
    "extended_due",
    "certainty",
    "complaint_until",
    "event",
    "event_on",
    "event_by",
    "event_evidence",
)


@router.get("/track/requests.csv")
async def table(here: FollowedDep) -> Response:
    """Give every request and every event as a table, a line for each event."""
    rows = [
        (
            it.number,
            it.vendor,
            it.status,
            it.outcome,
            it.denial_ground,
            it.sent_on,
            it.respond_due,
            it.extended_due,
            it.certainty,
            it.complaint_until,
            event.kind,
            event.on or here.place.day(event.at),
            event.by,
            event.evidence,
        )
        for it in here.filing.requests
        for event in it.timeline
    ]
    response = csv_of(HEADER, rows)
    response.headers.update(attachment("efface.csv"))
    return response
