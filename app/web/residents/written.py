"""What was written, and the dates: letters, answers, calendar file, table."""

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.keep_evidence import NotKept, read_evidence
from app.actions.read_letters import Written, read_letters
from app.web.agenda import agenda
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.downloads import attachment, download
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import csv_of, language_of
from app.web.residents.admission import Admission, FollowedDep, let_in, looks
from app.web.residents.change import name_of
from app.words.catalog import translations

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
async def letters_page(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show the letters as they left and the answers, or ask for the code first."""
    it, admission = here.request(request_id), looks(request, desk, here, at)
    written, proof_at = None, None
    if admission.open:
        written = await store.read(
            read_letters, here.filing.id, request_id, here.secret
        )
        if written.proof_at:
            back = urlencode({"redirect_to": desk.portal.link("/track")})
            proof_at = f"{written.proof_at}&{back}"
    name = name_of(desk, here, request_id)
    page = WrittenView(name, it.number, request_id, admission, written, proof_at)
    return pages.show(request, "residents/written.html", page)


@router.post("/track/requests/{request_id}/letters")
async def open_letters(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the code that opens them."""
    name, number = name_of(desk, here, request_id), here.request(request_id).number
    return await let_in(
        request,
        form,
        here,
        store,
        desk,
        pages,
        at,
        template="residents/written.html",
        view=lambda admission: WrittenView(name, number, request_id, admission),
    )


@router.get("/track/requests/{request_id}/files/{evidence_id}")
async def evidence(
    request: Request,
    request_id: UUID,
    evidence_id: UUID,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Give a file that the resident gave as evidence: to keep, never to be shown."""
    if not looks(request, desk, here, at).open:
        return pages.go(f"/track/requests/{request_id}/letters")
    file = await store.read(
        read_evidence, here.filing.id, request_id, evidence_id, here.secret
    )
    if file is None:
        raise Problem(404, "There is no such file.")
    if isinstance(file, NotKept):  # the page says why
        return pages.go(f"/track/requests/{request_id}/letters")
    return download(file.name, file.content)


@router.get("/track/dates.ics")
async def dates(
    request: Request, here: FollowedDep, desk: DeskDep, at: Now
) -> Response:
    """Give the dates as a calendar file."""
    say = translations(language_of(request).value).gettext
    text = agenda(here.filing, at=at, link=desk.portal.link("/track"), say=say)
    return Response(
        text,
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
async def table(here: FollowedDep, desk: DeskDep) -> Response:
    """Give every request and every event as a table, a line for each event."""
    place = desk.rulebook.places[here.filing.residence]
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
            event.on or place.day(event.at),
            event.by,
            event.evidence,
        )
        for it in here.filing.requests
        for event in it.timeline
    ]
    response = csv_of(HEADER, rows)
    response.headers.update(attachment("efface.csv"))
    return response
