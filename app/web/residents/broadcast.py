"""A broadcast on the tracking pages: one company of many, and taking all back."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from app.actions.broadcast import open_apart
from app.actions.read_broadcast import broadcast_document, read_got, standing_at
from app.actions.tell_of_list import told_after
from app.actions.withdraw_request import Withdrawn, withdraw_requests
from app.web.downloads import attachment
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.residents.admission import Admission, Followed, FollowedDep
from app.web.residents.change import ChangeView, show_change
from app.web.residents.dossier import json_text
from app.web.timelines import Drawing, drawing
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
async def company(slug: str, here: FollowedDep) -> Response:
    """Show where a broadcast stands at one company."""
    for own in here.filing.requests:
        if own.vendor == slug:
            return here.go(f"/track/requests/{own.id}")
    return await _show_company(slug, here, here.looks())


@router.post("/track/companies/{slug}")
async def apart(slug: str, here: FollowedDep, form: AnyForm) -> Response:
    """Make a request of its own for one company, which changes nothing of its state."""
    admission = await here.admit(form)
    if not admission.acts:
        return await _show_company(slug, here, admission)
    made = await here.store.write(
        open_apart, here.desk, here.filing.id, slug, at=here.at
    )
    if made is None:
        raise Problem(404, "There is no such company here.")
    return here.go(f"/track/requests/{made}", admission)


async def _show_company(slug: str, here: Followed, admission: Admission) -> Response:
    """Show one company.

    Raises:
        Problem: 404, if the broadcast does not go to it.
    """
    desk, filing = here.desk, here.filing
    got = await here.store.read(read_got, filing.id)
    it = standing_at(desk, filing, slug, got.get(slug))
    if it is None:
        raise Problem(404, "There is no such company here.")
    told_at = await here.store.read(told_after, filing.id, slug)
    vendor = desk.directory.vendor(slug)
    page = CompanyView(
        slug,
        vendor.name if vendor else slug,
        it.status,
        it.sent_on is not None,
        told_at and here.place.day(told_at),
        it.number,
        drawing(it, here.place, here.today, here.say),
        filing.broadcast is not None and filing.broadcast.listed,
        admission,
    )
    return here.show("residents/company.html", page, status=admission.status)


@router.get("/track/broadcast.json")
async def whole(here: FollowedDep) -> Response:
    """Give the evidence of a broadcast; nothing in it is personal."""
    got = await here.store.read(read_got, here.filing.id)
    document = broadcast_document(here.desk, here.filing, got, at=here.at)
    if document is None:
        raise Problem(404, "This filing asks no whole register.")
    headers = attachment("broadcast.json")
    return Response(json_text(document), media_type="application/json", headers=headers)


@router.get("/track/broadcast/withdraw")
async def withdraw_page(here: FollowedDep) -> Response:
    """Say what stops, and what cannot be called back."""
    _asks(here)
    return _show_withdrawal(here, here.looks())


@router.post("/track/broadcast/withdraw")
async def withdraw(here: FollowedDep, form: AnyForm) -> Response:
    """Take back what no company has answered."""
    whole = here.filing.broadcast
    if whole is not None and whole.withdrawn:
        return here.go("/track")
    _asks(here)
    admission = await here.admit(form, ends=True)
    if not admission.acts:
        return _show_withdrawal(here, admission)
    done = await here.store.write(
        withdraw_requests, here.desk, here.filing.id, None, [here.filing.id], at=here.at
    )
    if not isinstance(done, Withdrawn):
        raise Problem(409, "This cannot be taken back.")
    return here.go("/track", admission)


def _show_withdrawal(here: Followed, admission: Admission) -> Response:
    return show_change(here, ChangeView("withdraw", here.say(EVERYBODY), admission))
