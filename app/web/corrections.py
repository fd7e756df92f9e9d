"""Something here is wrong: say so, follow it by its number, and what was corrected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.actions.codes import STATUS_OF_FAULT, CodeFault
from app.actions.desk import Desk
from app.actions.file_request import Limited
from app.actions.send_correction import (
    CorrectionBody,
    Stands,
    confirm_link,
    read_correction,
    read_link,
    read_published,
    send_correction,
    stop_link,
)
from app.domain.about import About, named
from app.letters import has_controls
from app.web.deps import Caller, DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem, too_many
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.record_links import Called, called, found
from app.web.residents.drafting import WRONG
from app.web.residents.watch import address_of
from app.words.catalog import translations
from app.words.marks import mark
from app.words.record_work import STANDINGS

router = APIRouter(prefix="/corrections")
HERE = "/corrections"
SAY_IT = mark("Say what is wrong")
TOO_LONG = mark("That is too long")


@dataclass(frozen=True, slots=True)
class NewView:
    """The form."""

    record: Called
    values: Mapping[str, str]
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """Where a correction stands, in words."""

    stands: Stands
    record: Called
    standing: str
    sent: bool = False
    """Whether it was sent just now."""
    mailed: bool = False
    """Whether a link was mailed."""


@dataclass(frozen=True, slots=True)
class ListView:
    """What was corrected, or looked at and found right."""

    lines: tuple[CorrectionView, ...]
    older: str | None


@dataclass(frozen=True, slots=True)
class LinkView:
    """The page behind a mailed link."""

    token: str
    fault: CodeFault | None = None
    confirmed: bool = False
    stopped: bool = False


def _view(stands: Stands, desk: Desk, language: str, **more: bool) -> CorrectionView:
    say = translations(language).gettext
    record = called(desk, stands.record, language)
    return CorrectionView(stands, record, say(STANDINGS[stands.standing]), **more)


@router.get("")
async def published(
    request: Request,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    before: Annotated[UUID | None, Query()] = None,
) -> Response:
    """List what was corrected, with thanks to who wished it."""
    language = language_of(request)
    page = await store.read(read_published, before)
    lines = tuple(_view(one, desk, language) for one in page.corrections)
    older = f"{HERE}?{urlencode({'before': page.older})}" if page.older else None
    return pages.show(request, "corrections/list.html", ListView(lines, older))


@router.get("/new")
async def new(
    request: Request,
    desk: DeskDep,
    pages: PagesDep,
    about: Annotated[str, Query()] = "",
) -> Response:
    """Ask what is wrong with one record."""
    record = called(desk, str(_about(desk, about)), language_of(request))
    return pages.show(request, "corrections/new.html", NewView(record, {}, {}))


def _about(desk: Desk, text: str) -> About:
    about = named(text)
    if about is None or found(desk, about) is None:
        raise Problem(404, "There is no such record.", field="about")
    return about


@router.post("/new")
async def send(
    request: Request,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    caller: Caller,
    at: Now,
) -> Response:
    """Keep a correction, and lead to where it stands."""
    language, values = language_of(request), form.values
    about, typed = (
        _about(desk, values.get("about", "")),
        values.get("email", "").strip(),
    )
    email, errors = address_of(typed) if typed else None, dict[str, str]()
    if typed and email is None:
        errors["email"] = WRONG["email"]
    body = None
    try:
        body = CorrectionBody.model_validate(dict(values))
    except ValidationError as wrong:
        for error in wrong.errors():
            short = error["type"] in {"missing", "string_too_short"}
            errors[str(error["loc"][0])] = SAY_IT if short else TOO_LONG
    if body is not None and has_controls(body.name):
        errors["name"] = WRONG["name"]
    if body is None or errors:
        say = translations(language).gettext
        told = {name: say(text) for name, text in errors.items()}
        page = NewView(called(desk, str(about), language), values, told)
        return pages.show(request, "corrections/new.html", page, status=422)
    done = await store.write(
        send_correction,
        desk,
        about,
        body,
        email=email,
        language=language.value,
        at=at,
        caller=caller,
    )
    if isinstance(done, Limited):
        raise too_many(done.seconds)
    sent = {"sent": "mailed" if email else "1"}
    return pages.go(f"{HERE}/{done.number}?{urlencode(sent)}")


@router.get("/mail/{token}")
async def link_page(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show the button that confirms; looking changes nothing."""
    stands = await store.read(read_link, desk, token, at=at)
    if isinstance(stands, CodeFault):
        return _show_link(request, pages, LinkView(token, stands))
    return _show_link(request, pages, LinkView(token, confirmed=stands))


@router.post("/mail/{token}")
async def press_link(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Wish to be told, with the button."""
    fault = await store.write(confirm_link, desk, token, at=at)
    if fault is not None:
        return _show_link(request, pages, LinkView(token, fault))
    return pages.go(f"{HERE}/mail/{token}")


@router.get("/mail/{token}/stop")
async def stop_page(request: Request, token: str, pages: PagesDep) -> Response:
    """Show the button that deletes the address."""
    return _show_link(request, pages, LinkView(token, confirmed=True))


@router.post("/mail/{token}/stop")
async def stop(
    request: Request, token: str, store: StoreDep, desk: DeskDep, pages: PagesDep
) -> Response:
    """Delete the address, also at one press in a mail program (RFC 8058)."""
    await store.write(stop_link, desk, token)
    return _show_link(request, pages, LinkView(token, stopped=True))


def _show_link(request: Request, pages: Pages, view: LinkView) -> Response:
    status = 200
    if view.fault is not None:
        gone = view.fault is CodeFault.MISSING
        status = 404 if gone else STATUS_OF_FAULT[view.fault]
    return pages.show(request, "corrections/link.html", view, status=status)


@router.get("/{number}")
async def correction(
    request: Request,
    number: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    sent: Annotated[str, Query()] = "",
) -> Response:
    """Show where a correction stands; nothing on it was typed by a stranger."""
    stands = await store.read(read_correction, number.upper())
    if stands is None:
        raise Problem(404, "There is no such correction.")
    page = _view(
        stands, desk, language_of(request), sent=bool(sent), mailed=sent == "mailed"
    )
    return pages.show(request, "corrections/one.html", page)
