"""Tell me when this changes: ask, confirm by the mailed link, look, stop."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.actions.ask_to_watch import (
    WatchStands,
    Wish,
    ask_to_watch,
    confirm_watch,
    read_watch,
    stop_watch,
)
from app.actions.codes import STATUS_OF_FAULT, CodeFault
from app.actions.desk import Desk
from app.actions.file_request import Limited
from app.actions.filing_form import VENDORS, Resident
from app.actions.tell_watchers import verdicts_of
from app.domain.grounds import RANK, Verdict
from app.store.watches import ANY, HEADS
from app.web.deps import (
    Caller,
    DeskDep,
    DirectoryDep,
    Now,
    PagesDep,
    RulebookDep,
    StoreDep,
)
from app.web.errors import too_many
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.residents.check_form import (
    UNKNOWN_COMPANY,
    CheckView,
    Typed,
    form_view,
    place_errors,
    place_of,
)
from app.web.residents.drafting import WRONG
from app.words.catalog import translations
from app.words.languages import place_name

router = APIRouter()
Every = Annotated[bool, Query(alias="all")]
"""Whether it is about all that the mailbox watches."""


@dataclass(frozen=True, slots=True)
class WatchForm:
    """The page that asks for a place, a vendor and a mailbox."""

    form: CheckView
    companies: tuple[tuple[str, str], ...]
    vendor: str
    email: str
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class AskedView:
    """The page that says to look into the mailbox: the same for everybody."""

    email: str


@dataclass(frozen=True, slots=True)
class Line:
    """A vendor's answer now, and before it changed."""

    slug: str
    name: str
    now: Verdict
    before: Verdict | None
    reachable: bool


@dataclass(frozen=True, slots=True)
class WatchView:
    """The page behind a mailed link."""

    token: str
    fault: CodeFault | None = None
    stands: WatchStands | None = None
    place: str = ""
    vendor: str = ""
    """Its name; empty where every vendor is watched."""
    heads: bool = False
    """Whether it is signed heads that are mailed."""
    lines: tuple[Line, ...] = ()
    every: bool = False
    """Whether all that the mailbox watches would end."""


@router.get("/watch")
async def watch_page(
    request: Request,
    pages: PagesDep,
    directory: DirectoryDep,
    rulebook: RulebookDep,
    residence: Annotated[str, Query()] = "",
    vendor: Annotated[str, Query()] = "",
) -> Response:
    """Ask what to watch; from an answer, place and vendor are filled in."""
    language = language_of(request)
    country = residence.partition("-")[0]
    form = form_view(rulebook, directory, language, Typed(country, residence), {})
    page = WatchForm(form, _vendors(directory), vendor, "", {})
    return pages.show(request, "residents/watch.html", page)


def _vendors(directory: DirectoryDep) -> tuple[tuple[str, str], ...]:
    found = ((v.slug, v.name) for v in directory.vendors.values())
    return tuple(sorted(found, key=lambda pair: pair[1].lower()))


@router.post("/watch")
async def ask(
    request: Request,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    caller: Caller,
    at: Now,
) -> Response:
    """Mail the link that confirms; the answer is the same whoever watches what."""
    language, given = language_of(request), form.values
    country, region = given.get("country", ""), given.get("region", "")
    vendor, typed = given.get("vendor", ANY), given.get("email", "").strip()
    say = translations(language.value).gettext
    residence = place_of(desk.rulebook, country, region)
    errors = {} if residence else place_errors(desk.rulebook, country, region)
    if vendor != ANY and vendor not in desk.directory.vendors:
        errors["vendor"] = UNKNOWN_COMPANY
    email = address_of(typed)
    if email is None:
        errors["email"] = WRONG["email"]
    if errors or residence is None or email is None:
        told = {name: say(text) for name, text in errors.items()}
        where = Typed(country, region)
        shown = form_view(desk.rulebook, desk.directory, language, where, {})
        page = WatchForm(shown, _vendors(desk.directory), vendor, typed, told)
        return pages.show(request, "residents/watch.html", page, status=422)
    wish = Wish(residence, vendor, email, language.value)
    limited = await store.write(ask_to_watch, desk, wish, at=at, caller=caller)
    if isinstance(limited, Limited):
        raise too_many(limited.seconds)
    return pages.show(request, "residents/watch_asked.html", AskedView(email))


def address_of(typed: str) -> str | None:
    """Return a typed mailbox as it is used; None if it is none."""
    try:
        return Resident(name="–", email=typed).email
    except ValidationError:
        return None


@router.get("/watch/{token}")
async def link_page(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show the button that confirms, or what is watched; looking changes nothing."""
    found = await store.read(read_watch, desk, token, at=at)
    view = _view(request, desk, token, found, at)
    return _show(request, pages, "residents/watching.html", view)


@router.post("/watch/{token}")
async def press_link(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Begin to watch, with the button."""
    fault = await store.write(confirm_watch, desk, token, at=at)
    if fault is not None:
        view = WatchView(token, fault)
        return _show(request, pages, "residents/watching.html", view)
    return pages.go(f"/watch/{token}")


@router.get("/watch/{token}/stop")
async def stop_page(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    every: Every = False,
) -> Response:
    """Show the button that ends the mails."""
    found = await store.read(read_watch, desk, token, at=at)
    view = replace(_view(request, desk, token, found, at), every=every)
    return _show(request, pages, "residents/watch_stop.html", view)


@router.post("/watch/{token}/stop")
async def stop(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    every: Every = False,
) -> Response:
    """Stop, also at one press in a mail program (RFC 8058); what was kept is gone."""
    found = await store.write(stop_watch, desk, token, every=every)
    if every and not found:  # others may be watched still: only one of them is gone
        view = WatchView(token, CodeFault.MISSING, every=True)
        return _show(request, pages, "residents/watch_stop.html", view)
    return pages.show(request, "residents/watch_stopped.html", None)


def _view(
    request: Request,
    desk: Desk,
    token: str,
    found: WatchStands | CodeFault,
    at: datetime,
) -> WatchView:
    if isinstance(found, CodeFault):
        return WatchView(token, found)
    if found.residence == HEADS:
        return WatchView(token, stands=found, heads=True)
    vendor = desk.directory.vendor(desk.directory.stands_for(found.vendor))
    return WatchView(
        token=token,
        stands=found,
        place=place_name(found.residence, language_of(request).value),
        vendor=vendor.name if vendor else found.vendor,
        lines=_lines(desk, found, at.date()),
    )


def _lines(desk: Desk, found: WatchStands, on: date) -> tuple[Line, ...]:
    """Return what to say of each vendor: the one that is watched, or what changed."""
    if not found.confirmed:
        return ()
    answers = verdicts_of(desk, found.residence, found.vendor, on)
    around = desk.rulebook.places.around(found.residence)
    lines = [
        Line(
            slug=slug,
            name=vendor.name,
            now=now,
            before=found.before.get(slug),
            reachable=vendor.route_on(on, around) is not None,
        )
        for slug, now in answers.items()
        for vendor in (desk.directory.vendors[desk.directory.stands_for(slug)],)
        if found.vendor != ANY or slug in found.before
    ]
    lines.sort(key=lambda line: (RANK[line.now], line.name.lower()))
    return tuple(lines[:VENDORS])


def _show(request: Request, pages: Pages, template: str, view: WatchView) -> Response:
    status = 200
    if view.fault is not None:
        gone = view.fault is CodeFault.MISSING
        status = 404 if gone else STATUS_OF_FAULT[view.fault]
    return pages.show(request, template, view, status=status)
