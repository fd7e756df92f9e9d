"""The seals on the records: signed heads for everybody to keep, by page, JSON or mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from app.actions.ask_to_watch import Wish, ask_to_watch
from app.actions.file_request import Limited
from app.actions.read_audit import CHECK as CHECK_TRAIL
from app.actions.read_heads import CHECK as CHECK_HEAD
from app.actions.read_heads import ON_A_PAGE, Head, one_head, read_heads
from app.store.keys import head_keys
from app.store.watches import ANY, HEADS
from app.web.deps import Caller, DeskDep, Now, PagesDep, StoreDep
from app.web.downloads import attachment
from app.web.errors import Problem, too_many
from app.web.forms import AnyForm
from app.web.pages import Pages, json_of, language_of
from app.web.residents.drafting import WRONG
from app.web.residents.watch import AskedView, address_of
from app.words.catalog import translations

router = APIRouter()
Number = Annotated[int, Path(ge=1, le=2**53)]
Before = Annotated[int | None, Query(ge=1, le=2**53)]


@dataclass(frozen=True, slots=True)
class HeadsView:
    """The seals, newest first, and the form that asks for them by mail."""

    heads: Sequence[Head]
    keys: tuple[str, ...]
    """Public halves, newest first, in hexadecimal digits."""
    before: int | None
    """Where the next page begins."""
    newest: bool
    email: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeadsHelp:
    """The page that says how to check a seal, and a trail."""

    head: str
    trail: str


@router.get("/heads")
async def heads_page(
    request: Request,
    pages: PagesDep,
    store: StoreDep,
    desk: DeskDep,
    before: Before = None,
) -> Response:
    """Show the seals, and how to get them by mail."""
    view = await _view(store, desk, before)
    return pages.show(request, "info/heads.html", view)


async def _view(store: StoreDep, desk: DeskDep, before: int | None) -> HeadsView:
    found = await store.read(read_heads, before)
    shown = found[:ON_A_PAGE]
    more = shown[-1].number if len(found) > ON_A_PAGE else None
    keys = tuple(key.hex() for key in head_keys(desk.keys.epochs))
    return HeadsView(shown, keys, more, before is None)


@router.get("/heads.json")
async def heads_document(
    store: StoreDep, desk: DeskDep, before: Before = None
) -> Response:
    """Give the seals to programs, newest first."""
    view = await _view(store, desk, before)
    document: dict[str, Any] = {
        "keys": view.keys,
        "how_to_check": desk.portal.link("/help/heads"),
        "heads": [head.document for head in view.heads],
        "before": view.before,
    }
    return json_of(document)


@router.get("/heads/{number}.json")
async def head_document(store: StoreDep, number: Number) -> Response:
    """Give one seal, to be kept."""
    head = await store.read(one_head, number)
    if head is None:
        raise Problem(404, "There is no such seal.")
    response = json_of(head.document)
    response.headers.update(attachment(f"seal-{number}.json"))
    return response


@router.post("/heads")
async def ask(
    request: Request,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    caller: Caller,
    at: Now,
) -> Response:
    """Mail the link that confirms; the answer is the same for everybody."""
    language, typed = language_of(request), form.values.get("email", "").strip()
    email = address_of(typed)
    if email is None:
        return await _wrong(request, pages, store, desk, typed)
    wish = Wish(HEADS, ANY, email, language.value)
    limited = await store.write(ask_to_watch, desk, wish, at=at, caller=caller)
    if isinstance(limited, Limited):
        raise too_many(limited.seconds)
    return pages.show(request, "residents/watch_asked.html", AskedView(email))


async def _wrong(
    request: Request, pages: Pages, store: StoreDep, desk: DeskDep, typed: str
) -> Response:
    found = await _view(store, desk, None)
    say = translations(language_of(request)).gettext
    view = HeadsView(
        found.heads,
        found.keys,
        found.before,
        found.newest,
        typed,
        {"email": say(WRONG["email"])},
    )
    return pages.show(request, "info/heads.html", view, status=422)


@router.get("/help/heads")
async def help_heads(request: Request, pages: PagesDep) -> Response:
    """Say how anybody can check a seal, and an auditor the trail."""
    view = HeadsHelp(CHECK_HEAD, CHECK_TRAIL)
    return pages.show(request, "info/checking_heads.html", view)
