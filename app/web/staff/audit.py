"""The audit trail: who did what, when and why; nobody changes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.read_audit import Done, read_audit
from app.domain.timeline import EventKind
from app.web.deps import PagesDep, StoreDep
from app.web.pages import language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.answers import Say
from app.words.catalog import translations
from app.words.staff import ACTORS, DONE, FOUND, MEANS, REASONS, SAID
from app.words.terms import ROLES

router = APIRouter(route_class=StaffRoute)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the trail."""

    seq: int
    at: datetime
    who: str
    what: str
    subject: str
    is_request: bool
    why: str


@dataclass(frozen=True, slots=True)
class AuditView:
    """One page of the trail."""

    rows: tuple[Row, ...]
    before: int | None


@router.get("/audit")
async def audit(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    pages: PagesDep,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    """Show what was done, newest first."""
    found = await store.read(read_audit, before)
    say = translations(language_of(request)).gettext
    rows = tuple(_row(entry, say) for entry in found.entries)
    view = AuditView(rows, found.before)
    return pages.show(request, "staff/audit.html", view, staff=member)


def _row(entry: Done, say: Say) -> Row:
    return Row(
        seq=entry.seq,
        at=entry.at,
        who=say(ACTORS[entry.who]) if entry.who in ACTORS else entry.who,
        what=say(DONE[entry.action]) if entry.action in DONE else entry.action,
        subject=entry.subject,
        is_request=entry.subject.startswith("R-"),
        why=_why(entry, say),
    )


def _why(entry: Done, say: Say) -> str:
    """Return the details that say why, in words."""
    detail = entry.detail
    if "reason" in detail:
        return say(REASONS.get(detail["reason"], detail["reason"]))
    if "found" in detail:
        return say(FOUND.get(detail["found"], detail["found"]))
    if "kind" in detail:
        kind = detail["kind"]
        return say(SAID[kind]) if kind in set(EventKind) & set(SAID) else str(kind)
    if "by" in detail:
        return say(MEANS.get(detail["by"], detail["by"]))
    if "role" in detail:
        return say(ROLES.get(detail["role"], detail["role"]))
    return str(detail.get("name", ""))
