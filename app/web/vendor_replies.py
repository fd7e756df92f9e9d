"""The page behind the link in a letter, on which its vendor answers."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from app.actions.answer_by_link import (
    Answered,
    LinkRead,
    answer_by_link,
    may_send,
    preview_answer,
    read_link,
)
from app.actions.desk import Desk
from app.actions.file_request import Limited, OtherBody
from app.actions.keep_evidence import TooMany
from app.actions.preview_reply import Preview
from app.actions.record_reply import MovedOn, Recorded, VendorAnswer
from app.actions.reply_links import path_of
from app.channels.uploads import Redrawing
from app.domain.facts import Asks
from app.domain.laws import Law
from app.domain.timeline import DenialGround, EventKind
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, RedrawingDep, StoreDep
from app.web.errors import too_many
from app.web.forms import Filled, errors_of, form_of
from app.web.given_files import AT_MOST, TOO_MUCH, checked_files
from app.web.guard import was_cut
from app.web.pages import LANGUAGE_COOKIE, Pages
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import Language, chosen
from app.words.marks import mark
from app.words.terms import VENDOR_ANSWERS

router = APIRouter()
NONCE_BYTES = 18
LONGEST_NONCE = 64

ONLY_WHERE_ASKED: Mapping[str, Asks] = {
    EventKind.OPTED_OUT: Asks.OPT_OUT,
    EventKind.DE_INDEXED: Asks.DE_INDEXING,
}
NEEDS_WORDS = frozenset(
    {EventKind.PARTLY_DELETED, EventKind.IDENTITY_REQUESTED, EventKind.EXTENDED}
)
"""Of these a resident can make nothing without the words."""
BLANK = dict.fromkeys(("kind", "denial_ground", "until", "text", "reference"), "")
WRONG: Mapping[str, str] = {
    "kind": mark("Choose your answer"),
    "denial_ground": mark("Choose the reason why you refuse"),
    "until": mark("Enter until which day you need time, today or later"),
    "text": mark("Say it in words, with 20,000 signs at most"),
    "reference": mark("Your reference has 200 signs at most"),
}
MEANWHILE = mark(
    "Something was recorded meanwhile: look at the effect again, then send"
)
NOT_NOW = mark("This answer cannot follow where the request stands now")


class ReplyForm(BaseModel):
    """The two pages' form, field by field; :class:`VendorAnswer` says what is right."""

    model_config = ConfigDict(extra="ignore")

    shown: int | None = None
    nonce: str = ""


Form = Annotated[Filled[ReplyForm], Depends(form_of(ReplyForm, files=10))]
Stage = Literal["form", "check"]


@dataclass(frozen=True, slots=True)
class ReplyView:
    """The form, or what sending it will do."""

    stage: Stage
    link: LinkRead
    name: str
    law: Law | None
    choices: tuple[tuple[str, str], ...]
    grounds: tuple[DenialGround, ...]
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    preview: Preview | None = None
    beside_the_law: bool = False
    """Whether the law does not know the ground that was chosen."""
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class ShutView:
    """Why a link takes no answer, and what was answered on it; None for an unknown."""

    link: LinkRead | None
    name: str


@dataclass(frozen=True, slots=True)
class AnswerReceiptView:
    """What a vendor keeps of its answer."""

    link: LinkRead
    name: str
    last: Answered
    path: str

    @property
    def reference(self) -> str:
        """Return what the answer is called: the request, and its place there."""
        return f"{self.link.request.number}/{self.last.place}"


@dataclass(frozen=True, slots=True)
class Page:
    """What every page of one link is made of."""

    request: Request
    token: str
    link: LinkRead
    desk: Desk
    pages: Pages
    at: datetime

    @property
    def language(self) -> Language:
        """The language that was chosen, else that of the letter."""
        asked = self.request.query_params.get("lang")
        kept = self.request.cookies.get(LANGUAGE_COOKIE)
        return chosen(asked, kept, self.link.language)

    @property
    def say(self) -> Say:
        """The words of that language."""
        return translations(self.language).gettext

    @property
    def name(self) -> str:
        """What the company is called."""
        vendor = self.desk.directory.vendor(self.link.request.vendor)
        return vendor.name if vendor else self.link.request.vendor

    @property
    def law(self) -> Law | None:
        """The law that the dates rest on."""
        return self.desk.rulebook.pack.laws.get(self.link.request.law or "")

    @property
    def today(self) -> date:
        """The day at the residence."""
        return self.desk.rulebook.places[self.link.residence].day(self.at)

    def _write(self, template: str, view: object, status: int = 200) -> Response:
        return self.pages.show(
            self.request, template, view, status=status, language=self.language
        )

    def show(
        self,
        stage: Stage,
        values: Mapping[str, str],
        *,
        errors: Mapping[str, str] | None = None,
        preview: Preview | None = None,
        status: int | None = None,
    ) -> Response:
        """Return the form, or what sending it will do."""
        wrong = {name: self.say(text) for name, text in (errors or {}).items()}
        follow, asks = self.link.follow, Asks(self.link.asks)
        view = ReplyView(
            stage=stage,
            link=self.link,
            name=self.name,
            law=self.law,
            choices=tuple(
                (kind, self.say(text))
                for kind, text in VENDOR_ANSWERS.items()
                if kind in follow and ONLY_WHERE_ASKED.get(kind, asks) is asks
            ),
            grounds=tuple(DenialGround),
            values={**BLANK, **values},
            errors=wrong,
            preview=preview,
            beside_the_law=self._beside_the_law(preview),
            nonce=secrets.token_urlsafe(NONCE_BYTES),
        )
        status = status or (422 if wrong else 200)
        return self._write("vendor_replies/answer.html", view, status)

    def _beside_the_law(self, preview: Preview | None) -> bool:
        if preview is None:
            return False
        it = replace(self.link.request, denial_ground=preview.after.denial_ground)
        laws = self.desk.rulebook.pack.laws
        return it.beside_the_law(laws, self.link.filed_on)

    def shut(self, status: int) -> Response:
        """Say why no answer is taken, and whom to write to."""
        view = ShutView(self.link, self.name)
        return self._write("vendor_replies/shut.html", view, status)

    def receipt(self) -> Response:
        """Return what the vendor keeps of its last answer."""
        last = self.link.answers[-1]
        view = AnswerReceiptView(self.link, self.name, last, path_of(self.token))
        return self._write("vendor_replies/receipt.html", view)


async def _page(
    request: Request,
    token: str,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Page | Response:
    link = await store.read(read_link, desk, token, at=at)
    if link is None:
        view = ShutView(None, "")
        return pages.show(request, "vendor_replies/shut.html", view, status=404)
    return Page(request, token, link, desk, pages, at)


PageDep = Annotated[Page | Response, Depends(_page)]


@router.get("/reply/{token}")  # noqa: FAST003 - the page takes it
async def reply_page(page: PageDep) -> Response:
    """Show the form; looking changes nothing, whoever looks."""
    if isinstance(page, Response):
        return page
    if not page.link.takes:
        return page.shut(200 if page.link.open else 410)
    return page.show("form", {})


@router.get("/reply/{token}/receipt")  # noqa: FAST003 - as above
async def receipt_page(page: PageDep) -> Response:
    """Show what was answered last, to keep."""
    if isinstance(page, Response):
        return page
    return page.receipt() if page.link.answers else page.pages.go(path_of(page.token))


@router.post("/reply/{token}")  # noqa: FAST003 - as above
async def reply(
    page: PageDep, form: Form, store: StoreDep, redrawing: RedrawingDep
) -> Response:
    """Show what an answer will do, then take it; nothing is recorded before."""
    if isinstance(page, Response):
        return page
    values = {name: form.values[name] for name in BLANK if name in form.values}
    sends = form.values.get("stage") == "check"
    if not page.link.takes and not (sends and page.link.open):
        return page.shut(409 if page.link.open else 410)
    if form.values.get("do") == "change":
        return page.show("form", values)
    body, errors = _body(values, page)
    if body is None:
        return page.show("form", values, errors=errors)
    if was_cut(page.request):
        wrong = {"files": TOO_MUCH}
        return await _effect(page, values, body, store, errors=wrong, status=413)
    if sends:
        return await _send(page, values, body, form, store, redrawing)
    return await _effect(page, values, body, store)


def _body(
    values: Mapping[str, str], page: Page
) -> tuple[VendorAnswer | None, dict[str, str]]:
    """Return the answer that was given, or what is wrong with it, by field.

    Only what goes with it counts: the rest is left from another choice.
    """
    kind, text = values.get("kind", ""), values.get("text", "")
    given: dict[str, str | date] = {"kind": kind, "received_on": page.today}
    given |= {"text": text, "vendor_reference": values.get("reference", "")}
    if kind == EventKind.REFUSED:
        given["denial_ground"] = values.get("denial_ground", "")
    if kind == EventKind.EXTENDED:
        given["until"] = values.get("until", "")
    if kind not in VENDOR_ANSWERS:
        return None, {"kind": WRONG["kind"]}
    missing = {}
    if EventKind(kind) in NEEDS_WORDS and not text.strip():
        missing = {"text": WRONG["text"]}
    try:
        body = VendorAnswer.model_validate({k: v for k, v in given.items() if v})
    except ValidationError as wrong:
        codes = errors_of(wrong)
        names = (code if name == "form" else name for name, code in codes.items())
        called = ("reference" if n == "vendor_reference" else n for n in names)
        return None, {n: WRONG.get(n, WRONG["kind"]) for n in called} | missing
    return (None, missing) if missing else (body, {})


async def _effect(
    page: Page,
    values: Mapping[str, str],
    body: VendorAnswer,
    store: Store,
    *,
    errors: Mapping[str, str] | None = None,
    status: int | None = None,
) -> Response:
    """Show what sending it will do."""
    seen = await store.read(preview_answer, page.desk, page.token, body, at=page.at)
    if not isinstance(seen, Preview):
        return page.show("form", values, errors={"kind": NOT_NOW}, status=409)
    return page.show("check", values, errors=errors, preview=seen, status=status)


async def _send(
    page: Page,
    values: Mapping[str, str],
    body: VendorAnswer,
    form: Filled[ReplyForm],
    store: Store,
    redrawing: Redrawing,
) -> Response:
    """Record what was shown, with its files; sent twice, it is recorded once."""
    sent = form.model
    if sent is None or sent.shown is None or not sent.nonce:
        return await _effect(page, values, body, store)
    wait = await store.write(may_send, page.desk, page.token, at=page.at)
    if isinstance(wait, Limited):
        raise too_many(wait.seconds)
    files, fault = await checked_files(form.files.get("files", ()), redrawing)
    if fault is not None:
        return await _effect(page, values, body, store, errors={"files": fault})
    done = await store.write(
        answer_by_link,
        page.desk,
        page.token,
        body,
        files,
        at=page.at,
        nonce=sent.nonce[:LONGEST_NONCE],
        shown=sent.shown,
    )
    match done:
        case Recorded():
            return page.pages.go(f"{path_of(page.token)}/receipt")
        case TooMany():
            return await _effect(page, values, body, store, errors={"files": AT_MOST})
        case MovedOn() | OtherBody():
            wrong = {"effect": MEANWHILE}
            return await _effect(page, values, body, store, errors=wrong, status=409)
        case _:
            return page.show("form", values, errors={"kind": NOT_NOW}, status=409)
