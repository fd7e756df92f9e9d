"""A broadcast on the tracking pages: one company of many, and taking all back."""

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.broadcast import open_apart
from app.actions.desk import Desk
from app.actions.read_broadcast import broadcast_document, read_got, standing_at
from app.actions.tell_of_list import told_after
from app.actions.withdraw_request import Withdrawn, withdraw_requests
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.downloads import attachment
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import language_of
from app.web.residents.admission import Admission, Followed, FollowedDep, admit, looks
from app.web.residents.change import ChangeView
from app.web.residents.dossier import json_text
from app.web.timelines import Drawing, drawing
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter()
EVERYBODY = mark("Every company that has not answered")


@dataclass(frozen=True, slots=True)
class CompanyView:
    """One company of a broadcast that has no request of its own."""

    slug: str
    name: str
    status: str
    got: bool
    told_on: date | None
    """When we last told it that requests wait, this one among them."""
    number: str
    drawing: Drawing
    may_part: bool
    """Whether a request of its own can be made."""
    admission: Admission

    @property
    def all_errors(self) -> dict[str, str]:
        """What is wrong with the code."""
        return self.admission.errors


def _asks(here: Followed) -> None:
    """Refuse where there is no broadcast that still asks.

    Raises:
        Problem: 404.
    """
    if here.filing.broadcast is None or here.filing.broadcast.over:
        raise Problem(404, "There is nothing to be taken back.")


@router.get("/track/companies/{slug}")
async def company(
    slug: str,
    request: Request,
    here: FollowedDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show where a broadcast stands at one company."""
    for own in here.filing.requests:
        if own.vendor == slug:
            return pages.go(f"/track/requests/{own.id}")
    admission = looks(request, desk, here, at)
    page = await _company(request, slug, here, store, desk, admission, at)
    return pages.show(request, "residents/company.html", page)


async def _company(
    request: Request,
    slug: str,
    here: Followed,
    store: Store,
    desk: Desk,
    admission: Admission,
    at: datetime,
) -> CompanyView:
    """Return what is shown of one company.

    Raises:
        Problem: 404, if the broadcast does not go to it.
    """
    got = await store.read(read_got, here.filing.id)
    it = standing_at(desk, here.filing, slug, got.get(slug))
    if it is None:
        raise Problem(404, "There is no such company here.")
    told_at = await store.read(told_after, here.filing.id, slug)
    say = translations(language_of(request).value).gettext
    vendor = desk.directory.vendor(slug)
    place = desk.rulebook.places[here.filing.residence]
    return CompanyView(
        slug,
        vendor.name if vendor else slug,
        it.status,
        it.sent_on is not None,
        told_at and place.day(told_at),
        it.number,
        drawing(it, place, place.day(at), say),
        here.filing.broadcast is not None and here.filing.broadcast.listed,
        admission,
    )


@router.post("/track/companies/{slug}")
async def apart(
    slug: str,
    request: Request,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Make a request of its own for one company, which changes nothing of its state."""
    admission = await admit(request, form, here, store, desk, at)
    if not admission.acts:
        page = await _company(request, slug, here, store, desk, admission, at)
        return pages.show(
            request, "residents/company.html", page, status=admission.status
        )
    made = await store.write(open_apart, desk, here.filing.id, slug, at=at)
    if made is None:
        raise Problem(404, "There is no such company here.")
    response = pages.go(f"/track/requests/{made}")
    return admission.let(response, desk, here, at)


@router.get("/track/broadcast.json")
async def whole(here: FollowedDep, store: StoreDep, desk: DeskDep, at: Now) -> Response:
    """Give the evidence of a broadcast; nothing in it is personal."""
    got = await store.read(read_got, here.filing.id)
    document = broadcast_document(desk, here.filing, got, at=at)
    if document is None:
        raise Problem(404, "This filing asks no whole register.")
    headers = attachment("broadcast.json")
    return Response(json_text(document), media_type="application/json", headers=headers)


@router.get("/track/broadcast/withdraw")
async def withdraw_page(
    request: Request, here: FollowedDep, desk: DeskDep, pages: PagesDep, at: Now
) -> Response:
    """Say what stops, and what cannot be called back."""
    _asks(here)
    page = _view(request, looks(request, desk, here, at))
    return pages.show(request, "residents/change.html", page)


@router.post("/track/broadcast/withdraw")
async def withdraw(
    request: Request,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take back what no company has answered."""
    whole = here.filing.broadcast
    if whole is not None and whole.withdrawn:
        return pages.go("/track")
    _asks(here)
    admission = await admit(request, form, here, store, desk, at, ends=True)
    if not admission.acts:
        page = _view(request, admission)
        return pages.show(
            request, "residents/change.html", page, status=admission.status
        )
    done = await store.write(
        withdraw_requests, desk, here.filing.id, None, [here.filing.id], at=at
    )
    if not isinstance(done, Withdrawn):
        raise Problem(409, "This cannot be taken back.")
    return admission.let(pages.go("/track"), desk, here, at)


def _view(request: Request, admission: Admission) -> ChangeView:
    say = translations(language_of(request).value).gettext
    return ChangeView("withdraw", say(EVERYBODY), admission)
