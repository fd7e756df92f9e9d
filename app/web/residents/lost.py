"""Lost code: the same answer for everybody; a new code for who opens the mailbox."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.actions.codes import STATUS_OF_FAULT, CodeFault
from app.actions.desk import Desk
from app.actions.file_request import Limited
from app.actions.filing_form import Resident
from app.actions.recover_receipt import ask_for_receipt, recover_receipts
from app.actions.take_try import take_try
from app.store.session import Store
from app.web.deps import Caller, DeskDep, Now, PagesDep, StoreDep
from app.web.errors import too_many
from app.web.forms import AnyForm
from app.web.pages import language_of
from app.web.qr import drawn
from app.web.residents.confirm import FAULTS
from app.web.residents.cookies import Tracked, keep_tracked
from app.web.residents.drafting import WRONG
from app.words.catalog import translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class LostView:
    """The page: an address is asked for, then a code."""

    email: str
    asked: bool
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class FoundView:
    """New tracking codes, shown once."""

    receipts: tuple[tuple[str, ...], ...]
    qr: object


@router.get("/track/lost")
async def lost(request: Request, pages: PagesDep) -> Response:
    """Ask for the mailbox."""
    return pages.show(
        request, "residents/lost.html", LostView("", asked=False, errors={})
    )


@router.post("/track/lost")
async def ask(
    request: Request,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    caller: Caller,
    at: Now,
) -> Response:
    """Mail a code if filings match, and say the same in any case."""
    typed = form.values.get("email", "").strip()
    say = translations(language_of(request).value).gettext
    try:
        email = Resident(name="–", email=typed).email
    except ValidationError:
        page = LostView(typed, asked=False, errors={"email": say(WRONG["email"])})
        return pages.show(request, "residents/lost.html", page, status=422)
    await _try(store, desk, caller, at)
    done = await store.write(ask_for_receipt, desk, email, at=at)
    if isinstance(done, Limited):
        raise too_many(done.seconds)
    page = LostView(email, asked=True, errors={})
    return pages.show(request, "residents/lost.html", page)


async def _try(store: Store, desk: Desk, caller: bytes, at: datetime) -> None:
    """Use one of the tries of an address.

    Raises:
        Problem: 429, if none is left.
    """
    wait = await store.write(take_try, desk.keys, caller, at=at)
    if wait is not None:
        raise too_many(wait)


@router.post("/track/lost/code")
async def take(
    request: Request,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    caller: Caller,
    at: Now,
) -> Response:
    """Give a new tracking code for the right mailed code."""
    say = translations(language_of(request).value).gettext
    email = form.values.get("email", "").strip()
    code = form.values.get("code", "")
    await _try(store, desk, caller, at)
    done = await store.write(recover_receipts, desk, email, code, at=at)
    if isinstance(done, Limited):
        raise too_many(done.seconds)
    if isinstance(done, CodeFault):
        page = LostView(email, asked=True, errors={"code": say(FAULTS[done])})
        status = STATUS_OF_FAULT[done]
        return pages.show(
            request,
            "residents/lost.html",
            page,
            status=status,
        )
    newest = done.receipts[0]
    view = FoundView(tuple(tuple(r.split("-")) for r in done.receipts), drawn(newest))
    response = pages.show(request, "residents/found.html", view)
    keep_tracked(response, desk.portal, desk.keys, Tracked(newest), at=at)
    return response
