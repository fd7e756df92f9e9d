"""Confirm: a code typed into the open page, or the button behind the mailed link."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from app.actions.cancel_hold import cancel_hold, read_hold
from app.actions.codes import STATUS_OF_FAULT, CodeFault, NoCode, send_code
from app.actions.confirm_email import (
    Confirmed,
    LinkStands,
    confirm_by_code,
    confirm_by_link,
    read_link,
)
from app.actions.drafts import Draft, read_draft
from app.actions.file_request import Limited
from app.actions.read_filing import FilingStanding, by_receipt
from app.actions.recover_receipt import new_receipt
from app.domain.receipts import secret_of
from app.store.people import CodePurpose
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.pages import Pages, language_of
from app.web.residents.cookies import Tracked, draft_key, keep_tracked, tracked
from app.words.catalog import translations
from app.words.marks import mark

router = APIRouter()

FAULTS = {
    CodeFault.WRONG: mark("Enter the six digits of the newest mail"),
    CodeFault.USED: mark("This code was used already"),
    CodeFault.EXPIRED: mark("This code has expired: send a new one"),
    CodeFault.TOO_MANY: mark("Too many wrong codes: send a new one"),
    CodeFault.MISSING: mark("Send a code first"),
}
"""What to do, by what is wrong with a code."""


class CodeForm(BaseModel):
    """A typed code."""

    model_config = ConfigDict(extra="ignore")

    draft: UUID | None = None
    code: str = ""


Form = Annotated[Filled[CodeForm], Depends(form_of(CodeForm))]


@dataclass(frozen=True, slots=True)
class CodeView:
    """The page on which the code is typed."""

    draft: UUID
    email: str
    errors: dict[str, str]
    sent_again: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    """The page behind a mailed link: one button, or why there is none."""

    token: str
    fault: str | None
    what: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """The tracking code, shown once."""

    receipt: str
    groups: tuple[str, ...]
    qr: Markup
    filing: FilingStanding
    hold: int
    recovered: tuple[str, ...] = ()


async def _draft(
    request: Request, draft: UUID | None, store: StoreDep, desk: DeskDep, at: datetime
) -> Draft:
    key = draft_key(request, desk.portal)
    found = await store.read(read_draft, key, draft, at=at) if key and draft else None
    if found is None or found.filing is None:
        raise Problem(404, "There is nothing to confirm here.")
    return found


@router.get("/confirm")
async def code_page(
    request: Request,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    draft: Annotated[UUID | None, Query()] = None,
    again: Annotated[str, Query()] = "",
) -> Response:
    """Ask for the code; nothing has been sent yet."""
    found = await _draft(request, draft, store, desk, at)
    return _show_code(request, pages, found, {}, again=bool(again))


def _show_code(
    request: Request,
    pages: Pages,
    draft: Draft,
    errors: dict[str, str],
    *,
    status: int = 200,
    again: bool = False,
) -> Response:
    say = translations(language_of(request).value).gettext
    told = {name: say(text) for name, text in errors.items()}
    page = CodeView(draft.id, draft.content["email"], told, again)
    return pages.show(request, "residents/confirm.html", page, status=status)


@router.post("/confirm")
async def take_code(
    request: Request,
    form: Form,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Confirm with the typed code, and show the tracking code."""
    draft = await _draft(
        request, form.model.draft if form.model else None, store, desk, at
    )
    assert draft.filing is not None  # noqa: S101 - _draft has seen to it
    code = form.values.get("code", "")
    done = await store.write(confirm_by_code, desk, draft.filing, code, at=at)
    confirmed = isinstance(done, Confirmed) or done is CodeFault.USED
    if not confirmed:
        assert isinstance(done, CodeFault)  # noqa: S101 - for the type checker
        errors = {"code": FAULTS[done]}
        status = STATUS_OF_FAULT[done]
        return _show_code(request, pages, draft, errors, status=status)
    response = pages.go("/receipt")
    receipt = Tracked(draft.content["receipt"])
    keep_tracked(response, desk.portal, desk.keys, receipt, at=at)
    return response


@router.post("/confirm/again")
async def send_again(
    request: Request,
    form: Form,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Mail a new code."""
    draft = await _draft(
        request, form.model.draft if form.model else None, store, desk, at
    )
    assert draft.filing is not None  # noqa: S101 - _draft has seen to it
    sent = await store.write(send_code, desk, draft.filing, CodePurpose.CONFIRM, at=at)
    if isinstance(sent, Limited):
        raise Problem(429, "Too many.", headers={"Retry-After": str(sent.seconds)})
    if isinstance(sent, NoCode):
        return pages.go("/track")
    return pages.go(f"/confirm?draft={draft.id}&again=1")


@router.get("/confirm/{token}")
async def link_page(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show the button behind a mailed link; looking changes nothing."""
    found = await store.read(read_link, desk, token, at=at)
    return _show_link(request, pages, token, found, "confirm")


def _show_link(
    request: Request,
    pages: Pages,
    token: str,
    found: LinkStands | UUID | CodeFault,
    what: str,
) -> Response:
    fault = found if isinstance(found, CodeFault) else None
    status = 200
    if fault is not None:
        status = 404 if fault is CodeFault.MISSING else STATUS_OF_FAULT[fault]
    page = LinkView(token, fault.value if fault else None, what)
    return pages.show(request, "residents/link.html", page, status=status)


@router.post("/confirm/{token}")
async def press_link(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Confirm with the button; a browser without the draft gets a new receipt."""
    done = await store.write(confirm_by_link, desk, token, at=at)
    if isinstance(done, CodeFault):
        return _show_link(request, pages, token, done, "confirm")
    receipt = await store.write(new_receipt, desk, done.filing, at=at)
    response = pages.go("/receipt")
    keep_tracked(response, desk.portal, desk.keys, Tracked(receipt), at=at)
    return response


@router.get("/receipt")
async def receipt_page(
    request: Request, store: StoreDep, desk: DeskDep, pages: PagesDep, at: Now
) -> Response:
    """Show the tracking code, as long as this browser is fresh from confirming."""
    held = tracked(request, desk.portal, desk.keys, at=at)
    if held is None:
        return pages.show(request, "residents/no_receipt.html", None)
    filing = await store.read(by_receipt, desk.keys, secret_of(held.receipt))
    if filing is None:
        return pages.show(request, "residents/no_receipt.html", None)
    page = receipt_view(held.receipt, filing, desk.portal.hold_minutes)
    return pages.show(request, "residents/receipt.html", page)


def receipt_view(receipt: str, filing: FilingStanding, hold: int) -> ReceiptView:
    """Return the page of a tracking code."""
    return ReceiptView(
        receipt=receipt,
        groups=tuple(receipt.split("-")),
        qr=drawn(receipt),
        filing=filing,
        hold=hold,
    )


def drawn(text: str) -> Markup:
    """Return a QR code as inline SVG; it holds the code as text, never a link."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, dark="#000", border=2
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us from one code


@router.get("/cancel/{token}")
async def hold_page(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show the button that stops what has not left yet."""
    found = await store.read(read_hold, desk, token, at=at)
    return _show_link(request, pages, token, found, "cancel")


@router.post("/cancel/{token}")
async def press_hold(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Stop what has not left yet."""
    done = await store.write(cancel_hold, desk, token, at=at)
    if isinstance(done, CodeFault):
        return _show_link(request, pages, token, done, "cancel")
    return pages.show(request, "residents/stopped.html", None)
