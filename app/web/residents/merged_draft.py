"""A draft that was begun before a record of its companies was merged into another."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.desk import Desk
from app.actions.drafts import keep_draft
from app.domain.vendors import Vendor
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.residents.cookies import keep_draft_key
from app.web.residents.open_draft import doubles_in, own_draft

router = APIRouter()


@dataclass(frozen=True, slots=True)
class LedOn:
    """A company of the draft, and the one whose record stands for both."""

    old: str
    since: date
    why: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class MergedDraftView:
    """Whom the draft would ask from now on."""

    draft: UUID
    lines: tuple[LedOn, ...]


@router.get("/file/{draft}/merged")
async def merged(
    request: Request,
    draft: UUID,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Say which record took over, before anything else is typed."""
    found, _ = await own_draft(request, draft, store, desk, at)
    lines = tuple(
        line
        for one in doubles_in(desk, found.content)
        if (line := _line(desk, one)) is not None
    )
    if not lines:
        return pages.go(f"/file/{draft}/questions")
    page = MergedDraftView(draft, lines)
    return pages.show(request, "residents/merged_draft.html", page)


def _line(desk: Desk, old: Vendor) -> LedOn | None:
    now = desk.directory.vendors.get(desk.directory.stands_for(old.slug))
    if now is None or old.double is None:
        return None
    return LedOn(old.name, old.double.since, old.double.why, now.slug, now.name)


@router.post("/file/{draft}/merged")
async def follow(
    request: Request,
    draft: UUID,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask who took over instead; what was typed stays."""
    found, key = await own_draft(request, draft, store, desk, at)
    vendors = desk.directory.known(found.content["vendors"])
    content = {**found.content, "vendors": vendors}
    await store.write(keep_draft, key, draft, content, at=at)
    response = pages.go(f"/file/{draft}/questions")
    keep_draft_key(response, desk.portal, key)
    return response
