"""How vendors answer, for programs: what the page of figures shows."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.read_figures import read_published
from app.web.api.law import JSON_ANSWER
from app.web.coverage.accountability import (
    choice_of,
    figures_document,
    refuse_unknown,
)
from app.web.coverage.vendors import stamp
from app.web.deps import Day, DirectoryDep, PortalDep, PublishedDep, RulebookDep
from app.web.pages import json_of, public

router = APIRouter()


@router.get("/accountability", responses=JSON_ANSWER)
async def accountability(
    request: Request,
    on: Day,
    store: PublishedDep,
    rulebook: RulebookDep,
    directory: DirectoryDep,
    portal: PortalDep,
    vendor: Annotated[str | None, Query()] = None,
    law: Annotated[str | None, Query()] = None,
    period: Annotated[str | None, Query()] = None,
) -> Response:
    """Give the figures of how vendors answer, as they were published by a day.

    Without a ``period`` the newest quarter; ``2026-Q2`` another one, ``all`` every one.
    A ``law`` may also be ``several``, or ``none``. What is not told is null.
    """
    choice = await choice_of(vendor or "", law or "", "", period or "")
    published = await store.read(read_published, on, choice)
    refuse_unknown(choice, published, directory, rulebook)
    document = figures_document(published, choice, directory, on)
    return public(
        request, json_of(document), stamp=stamp(directory, rulebook, on), portal=portal
    )
