"""Confirm: a code typed into the open page, or the button behind the mailed link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, ValidationError

from app.actions.asked_before import asked_before, circles_before
from app.actions.cancel_hold import cancel_hold, read_hold
from app.actions.choose_vendors import Unfit, Why
from app.actions.codes import STATUS_OF_FAULT, CodeFault, NoCode, send_code
from app.actions.confirm_email import (
    Confirmed,
    LinkStands,
    confirm_by_code,
    confirm_by_link,
    read_link,
)
from app.actions.correct_address import correct_address
from app.actions.desk import Desk
from app.actions.drafts import Draft, draft_of, forget_receipt, read_draft
from app.actions.file_request import Limited, OtherBody
from app.actions.filing_form import Resident
from app.actions.prepare_filing import Filed
from app.actions.read_filing import FilingStanding, by_receipt, read_filing
from app.actions.recover_receipt import new_receipt
from app.domain.receipts import secret_of
from app.store.people import CodePurpose, FilingStatus
from app.store.session import Store
from app.web.deps import Caller, DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem, too_many
from app.web.forms import Filled, form_of
from app.web.pages import Pages, language_of
from app.web.qr import drawn
from app.web.residents.cookies import (
    Tracked,
    draft_key,
    forget_linked,
    has_confirmed,
    keep_confirmed,
    keep_linked,
    keep_tracked,
    linked,
    tracked,
)
from app.web.residents.drafting import FORM_STEPS, NO_LONGER, WRONG
from app.words.catalog import translations
from app.words.circles import circle_named
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

SAME_ADDRESS = mark("The code went to this address already")


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
    typed: str
    """What was typed as the right address."""
    errors: dict[str, str]
    sent_again: bool
    step: int = FORM_STEPS


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
    asked_before: tuple[str, ...]
    """Whom another filing of the same mailbox asks already."""
    circle: str
    """What is called whom a broadcast asks; empty where it is none."""


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
    assert found.filing is not None  # noqa: S101 - _draft has seen to it
    stands = await store.read(read_filing, found.filing)
    if stands.status is FilingStatus.UNCONFIRMED:
        return _show_code(request, pages, found, {}, again=bool(again))
    return _to_receipt(pages, desk, found, at)


def _confirmed(pages: Pages, desk: Desk, draft: Draft, at: datetime) -> Response:
    """Show the tracking code to who has just proved the mailbox, and may be told more."""
    response = _to_receipt(pages, desk, draft, at)
    assert draft.filing is not None  # noqa: S101 - it has just been confirmed
    keep_confirmed(response, desk.portal, desk.keys, draft.filing, at=at)
    return response


def _to_receipt(pages: Pages, desk: Desk, draft: Draft, at: datetime) -> Response:
    """Show the tracking code, once; later who holds it types it in."""
    if "receipt" not in draft.content:
        return pages.go("/track")
    response = pages.go("/receipt")
    receipt = Tracked(draft.content["receipt"])
    keep_tracked(response, desk.portal, desk.keys, receipt, at=at)
    return response


def _show_code(
    request: Request,
    pages: Pages,
    draft: Draft,
    errors: dict[str, str],
    *,
    status: int = 200,
    again: bool = False,
    typed: str = "",
) -> Response:
    say = translations(language_of(request).value).gettext
    told = {name: say(text) for name, text in errors.items()}
    page = CodeView(draft.id, draft.content["email"], typed, told, again)
    return pages.show(
        request,
        "residents/confirm.html",
        page,
        status=status,
        again=f"/confirm?draft={draft.id}" if request.method == "POST" else None,
    )


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
    if isinstance(done, Confirmed):
        return _confirmed(pages, desk, draft, at)
    if done is CodeFault.USED:
        return _to_receipt(pages, desk, draft, at)
    errors = {"code": FAULTS[done]}
    return _show_code(request, pages, draft, errors, status=STATUS_OF_FAULT[done])


@router.post("/confirm/address")
async def other_address(
    request: Request,
    form: Form,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    caller: Caller,
    at: Now,
) -> Response:
    """Take the right address; what went to the wrong one stops working."""
    draft = await _draft(
        request, form.model.draft if form.model else None, store, desk, at
    )
    key = draft_key(request, desk.portal)
    typed = form.values.get("email", "").strip()
    try:
        email = Resident(name="–", email=typed).email
    except ValidationError:
        errors = {"email": WRONG["email"]}
        return _show_code(request, pages, draft, errors, status=422, typed=typed)
    assert key is not None  # noqa: S101 - the draft was opened with it
    filed = await store.write(
        correct_address, desk, key, draft.id, email, at=at, caller=caller
    )
    match filed:
        case Filed():
            return pages.go(f"/confirm?draft={draft.id}&again=1")
        case Limited(seconds):
            raise too_many(seconds)
        case Unfit(why=Why.CONFIRMED):
            return pages.go(f"/confirm?draft={draft.id}")
        case Unfit(why=Why.GONE) | OtherBody():
            raise Problem(404, "There is nothing to confirm here.")
        case Unfit(why=why):
            errors = {"email": SAME_ADDRESS if why is Why.SAME else NO_LONGER}
            return _show_code(request, pages, draft, errors, status=422, typed=typed)


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
        raise too_many(sent.seconds)
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
    """Confirm with the button; a browser without the draft is offered a receipt."""
    done = await store.write(confirm_by_link, desk, token, at=at)
    if isinstance(done, CodeFault):
        return _show_link(request, pages, token, done, "confirm")
    key = draft_key(request, desk.portal)
    draft = await store.read(draft_of, key, done.filing, at=at) if key else None
    if draft is not None:
        return _confirmed(pages, desk, draft, at)
    response = pages.show(request, "residents/confirmed.html", None)
    keep_linked(response, desk.portal, desk.keys, done.filing, at=at)
    return response


@router.post("/receipt")
async def other_receipt(
    request: Request, store: StoreDep, desk: DeskDep, pages: PagesDep, at: Now
) -> Response:
    """Give a new receipt to who has just confirmed here by the mailed link."""
    filing = linked(request, desk.portal, desk.keys, at=at)
    if filing is None:
        return pages.go("/track/lost")
    receipt = await store.write(new_receipt, desk, filing, at=at)
    response = pages.go("/receipt")
    keep_tracked(response, desk.portal, desk.keys, Tracked(receipt), at=at)
    forget_linked(response, desk.portal)
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
    await forget_kept(request, filing.id, store, desk, at)
    before: frozenset[str] = frozenset()
    circles, all_of = before, filing.broadcast
    if has_confirmed(request, desk.portal, desk.keys, filing.id, at=at):
        before = await store.read(asked_before, filing.id)
        if all_of is not None:
            circles = await store.read(circles_before, filing.id)
    vendors = desk.directory.vendors
    title = circle_named(all_of.circle, language_of(request)) if all_of else ""
    page = ReceiptView(
        receipt=held.receipt,
        groups=tuple(held.receipt.split("-")),
        qr=drawn(held.receipt),
        filing=filing,
        hold=desk.portal.hold_minutes,
        asked_before=tuple(
            vendors[it.vendor].name
            for it in filing.requests
            if it.vendor in before and it.vendor in vendors
        )
        + ((title,) if all_of and all_of.circle in circles else ()),
        circle=title,
    )
    return pages.show(request, "residents/receipt.html", page)


async def forget_kept(
    request: Request, filing: UUID, store: Store, desk: Desk, at: datetime
) -> None:
    """Take the receipt of a filing out of the draft that this browser has of it."""
    key = draft_key(request, desk.portal)
    if key is None:
        return
    draft = await store.read(draft_of, key, filing, at=at)
    if draft is not None and "receipt" in draft.content:
        await store.write(forget_receipt, key, filing, at=at)


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
