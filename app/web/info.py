"""The start page, the pages about the portal itself, and what machines ask for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response

from app.actions.look_after import outbox_figures
from app.actions.portal import Portal
from app.actions.read_evidence import CHECK
from app.domain.coverage import researched
from app.store.corrections import UNREAD_LIVES
from app.store.inbox import UNMATCHED_LIVES
from app.web.api.operations import OPERATIONS, Operation
from app.web.coverage.cards.start import HELP
from app.web.deps import DirectoryDep, Now, PagesDep, PortalDep, RulebookDep, StoreDep
from app.web.errors import Problem
from app.web.pages import json_of, language_of
from app.web.shared import Shared
from app.words.catalog import translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class InfoView:
    """A page about the portal."""

    portal: Portal
    vendors: int
    laws: int
    places: int
    law_pack: str
    unmatched_days: int
    """How long a mail is kept of which nobody knows what it is about."""
    correction_days: int
    """How long a correction is kept that nobody has looked at."""


@dataclass(frozen=True, slots=True)
class EvidenceHelp:
    """The page that says how to check an evidence file."""

    lines: str
    """What to run beside it."""


@dataclass(frozen=True, slots=True)
class ApiView:
    """The page for who writes programs."""

    operations: tuple[Operation, ...]


async def _info(
    directory: DirectoryDep, rulebook: RulebookDep, portal: PortalDep
) -> InfoView:
    laws = rulebook.pack.laws
    return InfoView(
        portal,
        len(directory.vendors),
        sum(not law.absent for law in laws.values()),
        len(researched(laws, rulebook.places)),
        rulebook.pack.fingerprint,
        UNMATCHED_LIVES.days,
        UNREAD_LIVES.days,
    )


InfoDep = Annotated[InfoView, Depends(_info)]


@router.get("/")
async def start(request: Request, pages: PagesDep, info: InfoDep, at: Now) -> Response:
    """Say what this is, and where to begin."""
    line = translations(language_of(request)).gettext(HELP)
    shared = Shared("/", at.date(), line, timeless=True)
    return pages.show(request, "residents/start.html", info, shared=shared)


@router.get("/help")
async def help_page(request: Request, pages: PagesDep, info: InfoDep) -> Response:
    """Say how to get help."""
    return pages.show(request, "info/help.html", info)


@router.get("/help/evidence")
async def help_evidence(request: Request, pages: PagesDep) -> Response:
    """Say how anybody can check an evidence file."""
    return pages.show(request, "info/evidence.html", EvidenceHelp(CHECK))


@router.get("/privacy")
async def privacy(request: Request, pages: PagesDep, info: InfoDep) -> Response:
    """Say what is kept and until when, from the settings that enforce it."""
    return pages.show(request, "info/privacy.html", info)


@router.get("/accessibility")
async def accessibility(request: Request, pages: PagesDep, info: InfoDep) -> Response:
    """Say how the pages can be used, and by whom."""
    return pages.show(request, "info/accessibility.html", info)


@router.get("/about")
async def about(request: Request, pages: PagesDep, info: InfoDep) -> Response:
    """Say who runs this portal."""
    return pages.show(request, "info/about.html", info)


@router.get("/api/docs")
async def api_docs(request: Request, pages: PagesDep) -> Response:
    """Describe the API for people; its OpenAPI document is for programs."""
    return pages.show(request, "info/api.html", ApiView(OPERATIONS))


@router.get("/healthz")
async def alive() -> Response:
    """Say that the process answers."""
    return json_of({"status": "alive"})


@router.get("/readyz")
async def ready(store: StoreDep, at: Now) -> Response:
    """Say that database and outbox can be reached."""
    figures = await store.read(outbox_figures, at=at)
    return json_of({"status": "ready", "outbox": figures.waiting})


@router.get("/metrics")
async def metrics(
    store: StoreDep,
    portal: PortalDep,
    at: Now,
    authorization: Annotated[str | None, Header()] = None,
) -> Response:
    """Give figures to Prometheus; none names a vendor, a place or a person."""
    asked = f"Bearer {portal.metrics_token}".encode()
    if portal.metrics_token and not compare_digest(
        (authorization or "").encode(), asked
    ):
        raise Problem(401, "A token is needed.")
    figures = await store.read(outbox_figures, at=at)
    lines = [
        "# HELP efface_outbox_waiting Messages that wait to leave.",
        "# TYPE efface_outbox_waiting gauge",
        f"efface_outbox_waiting {figures.waiting}",
        "# HELP efface_outbox_unknown Messages of which it is not known if they left.",
        "# TYPE efface_outbox_unknown gauge",
        f"efface_outbox_unknown {figures.unknown}",
        "# HELP efface_outbox_kept_back Letters that wait for their vendor's turn.",
        "# TYPE efface_outbox_kept_back gauge",
        f"efface_outbox_kept_back {figures.kept_back}",
        "# HELP efface_outbox_oldest_seconds Age of the oldest message that is due.",
        "# TYPE efface_outbox_oldest_seconds gauge",
        f"efface_outbox_oldest_seconds {figures.oldest_seconds}",
    ]
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


@router.get("/robots.txt")
async def robots() -> Response:
    """Ask robots to leave people's pages alone."""
    text = "User-agent: *\nDisallow: /track\nDisallow: /file\nDisallow: /confirm\nDisallow: /watch/\nDisallow: /corrections/new\nDisallow: /corrections/mail\nDisallow: /drp/\nDisallow: /staff\n"
    return Response(text, media_type="text/plain")


@router.get("/.well-known/security.txt")
async def security_txt(portal: PortalDep, at: Now) -> Response:
    """Say where a weakness is reported (RFC 9116)."""
    contact = portal.contact or portal.link("/help")
    if "@" in contact and not contact.startswith("mailto:"):
        contact = f"mailto:{contact}"
    text = (
        f"Contact: {contact}\nExpires: {_in_a_year(at)}\n"
        f"Preferred-Languages: en, fr, es\n"
        f"Canonical: {portal.link('/.well-known/security.txt')}\n"
    )
    return Response(text, media_type="text/plain")


def _in_a_year(at: datetime) -> str:
    return (at + timedelta(days=365)).strftime("%Y-%m-%dT00:00:00Z")


@router.get("/.well-known/gpc.json")
async def gpc(at: Now) -> Response:
    """Say that the wish not to be tracked is honoured: nothing here tracks."""
    return json_of({"gpc": True, "lastUpdate": at.date().isoformat()})
