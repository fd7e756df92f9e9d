"""One change of cover, with every company and place."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.domain.changes import Change
from app.web.coverage.asked import AskedDep
from app.web.coverage.cards.changes import change_card
from app.web.coverage.cards.teller import Teller
from app.web.coverage.change_views import ChangeView, Viewer
from app.web.coverage.vendors import stamp
from app.web.deps import (
    DirectoryDep,
    PagesDep,
    PortalDep,
    RulebookDep,
    ToldDep,
)
from app.web.errors import Problem
from app.web.pages import json_of, language_of, public
from app.web.shared import Shared
from app.words.changes import change_document

router = APIRouter()


@dataclass(frozen=True, slots=True)
class OneView:
    """The page of one change."""

    on: date
    change: ChangeView
    coming: bool
    summary: str


@router.get("/changes/{name}.json")
async def change_json(
    request: Request,
    name: str,
    asked: AskedDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    portal: PortalDep,
) -> Response:
    """Write one change as JSON, with every company and place."""
    change = found_change(told, name)
    (read,) = Viewer(directory, rulebook, language_of(request)).read([change])
    of = stamp(directory, rulebook, asked.on)
    response = json_of(change_document(read))
    return public(request, response, stamp=of, portal=portal)


@router.get("/changes/{name}")
async def change_page(
    request: Request,
    name: str,
    asked: AskedDep,
    told: ToldDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    pages: PagesDep,
    portal: PortalDep,
) -> Response:
    """Show one change, with every company and place."""
    change = found_change(told, name)
    viewer = Viewer(directory, rulebook, language_of(request))
    (view,) = viewer.views([change], whole=True)
    summary = "; ".join(viewer.sentence(effect) for effect in view.effects)
    page = OneView(asked.on, view, change.on > asked.on, summary)
    tell = Teller(rulebook, language_of(request))
    shared = Shared(
        f"/changes/{change.name}",
        asked.on,
        change_card(tell, change, asked.on, directory).line,
        dated=asked.dated,
    )
    response = pages.show(request, "coverage/change.html", page, shared=shared)
    of = stamp(directory, rulebook, asked.on)
    return public(request, response, stamp=of, portal=portal)


def found_change(told: tuple[Change, ...], name: str) -> Change:
    """Return a change that an address names.

    Raises:
        Problem: 404, if there is none.
    """
    for change in told:
        if change.name == name:
            return change
    raise Problem(404, "There is no such change.", field="change")
