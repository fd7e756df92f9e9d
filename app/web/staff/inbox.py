"""The inbox: what came by mail, where it belongs, and how well we know whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.desk import Desk
from app.actions.find_request import NotFound
from app.actions.open_mail import OpenedMail, ask_mail
from app.actions.read_inbox import (
    InboxPage,
    MailFile,
    MailLine,
    Near,
    Shelf,
    read_inbox,
    read_mail,
)
from app.actions.reveal_identity import (
    Asked,
    NobodyLeft,
    Reason,
    new_reveal_key,
)
from app.actions.sign_in import Member, Wait
from app.actions.sort_mail import (
    NobodyToTell,
    NoSuchMail,
    Sorted,
    call_noise,
    match_by_hand,
)
from app.actions.split_mail import Part, join_mail, split_mail
from app.domain.suggestions import Piece, pieces
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem, too_many
from app.web.forms import Filled, form_of
from app.web.pages import Pages, language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.hanging import HangingView, files_of
from app.web.staff.queue import NOT_FOUND
from app.web.staff.requests import (
    LOOKS,
    keep_reveal_key,
    opened_here,
    reveal_cookie,
)
from app.words.answers import Say
from app.words.catalog import translations
from app.words.mails import (
    ANSWER_STATES,
    AUTHENTIC,
    BECAUSE,
    DOUBTS,
    HELD,
    KINDS,
    MATCHED,
    SHELVES,
)
from app.words.marks import mark
from app.words.staff import REASONS, SAID
from app.words.terms import DENIALS

router = APIRouter(prefix="/inbox", route_class=StaffRoute)

NO_REASON = mark("Choose a reason to open the mail")
NOTHING_LEFT = mark("Nothing is left of the mail to open")
FORGOTTEN = mark("The personal data of this request is destroyed: choose another one")
SORTED_ALREADY = mark("Somebody has sorted this mail meanwhile; nothing was changed")


class OpenForm(BaseModel):
    """Why somebody wants to read a mail."""

    model_config = ConfigDict(extra="ignore")

    reason: Reason


class MatchForm(BaseModel):
    """The request that a mail is about."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    number: str = ""


class PartForm(BaseModel):
    """Another request that a mail answers, or one of them to take away."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    other: str = ""
    away: UUID | None = None


class NoiseForm(BaseModel):
    """Whether a mail is laid aside, or taken back."""

    model_config = ConfigDict(extra="ignore")

    back: bool = False


OpenAsked = Annotated[Filled[OpenForm], Depends(form_of(OpenForm))]
Matching = Annotated[Filled[MatchForm], Depends(form_of(MatchForm))]
Parting = Annotated[Filled[PartForm], Depends(form_of(PartForm))]
Laying = Annotated[Filled[NoiseForm], Depends(form_of(NoiseForm))]


@dataclass(frozen=True, slots=True)
class LineView:
    """One mail in words."""

    mail: MailLine
    kind: str
    vendor: str
    matched: str
    """Why it is known which request it is about; empty where nobody knows."""
    authentic: str
    doubts: tuple[str, ...]
    held: str
    suggestion: str
    """What could be recorded; empty where nothing was recognised."""


@dataclass(frozen=True, slots=True)
class InboxView:
    """One shelf."""

    shelf: Shelf
    shelves: tuple[tuple[Shelf, str, int], ...]
    lines: tuple[LineView, ...]
    older: str | None


@dataclass(frozen=True, slots=True)
class WordsView:
    """What an opened mail says, as text alone."""

    mail: OpenedMail
    text: tuple[tuple[Piece, bool], ...]
    """With whether a link leads to a domain of the vendor."""
    because: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MailView:
    """The page of one mail."""

    line: LineView
    near: tuple[tuple[Near, str], ...]
    waiting: bool
    words: WordsView | None
    files: tuple[HangingView, ...]
    reasons: tuple[tuple[str, str], ...]
    errors: dict[str, str]
    typed: str
    may_record: bool
    can_record: bool
    parts: tuple[Part, ...]
    can_answer: bool
    answer: tuple[datetime, str] | None
    """When somebody answered it, and what became of that."""


@router.get("")
async def inbox(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    shelf: Annotated[str, Query()] = "",
    before: Annotated[UUID | None, Query()] = None,
) -> Response:
    """Show one shelf of the inbox: at first the one where something waits."""
    if shelf and shelf not in set(Shelf):
        raise Problem(422, "shelf is none", field="shelf")
    asked = Shelf(shelf) if shelf else Shelf.MATCHED
    page = await store.read(read_inbox, asked, before)
    if not shelf and not page.lines and page.counts[Shelf.PARKED]:
        asked = Shelf.PARKED
        page = await store.read(read_inbox, asked, None)
    say = translations(language_of(request)).gettext
    view = _shelf(page, asked, desk, say)
    return pages.show(request, "staff/inbox.html", view, staff=member)


def _shelf(page: InboxPage, shelf: Shelf, desk: Desk, say: Say) -> InboxView:
    older = f"/staff/inbox?shelf={shelf}&before={page.older}" if page.older else None
    return InboxView(
        shelf,
        tuple((one, say(SHELVES[one]), page.counts[one]) for one in Shelf),
        tuple(line_of(line, desk, say) for line in page.lines),
        older,
    )


def line_of(mail: MailLine, desk: Desk, say: Say) -> LineView:
    """Return one mail in words."""
    suggestion = say(SAID[mail.suggested]) if mail.suggested else ""
    if mail.ground:
        suggestion += f": {say(DENIALS[mail.ground])}"
    return LineView(
        mail,
        say(KINDS[mail.kind]),
        named(desk, mail.vendor) if mail.vendor else "",
        say(MATCHED[mail.matched_by]) if mail.matched_by else "",
        say(AUTHENTIC[mail.authenticity]),
        tuple(say(DOUBTS[doubt]) for doubt in mail.doubts),
        say(HELD[mail.held]) if mail.held else "",
        suggestion,
    )


def named(desk: Desk, slug: str) -> str:
    """Return what a company is called."""
    vendor = desk.directory.vendor(slug)
    return vendor.name if vendor else slug


@router.get("/{mail_id}")
async def mail_page(
    request: Request,
    mail_id: UUID,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    look: Annotated[int, Query(ge=0, le=LOOKS)] = 0,
) -> Response:
    """Show a mail; what it says stays hidden until somebody says why."""
    file = await found_mail(store, mail_id, member, at)
    return show_mail(request, pages, desk, file, member, look=look)


@router.get("/{mail_id}/open")
@router.get("/{mail_id}/match")
@router.get("/{mail_id}/noise")
@router.get("/{mail_id}/parts")
async def own_page(mail_id: UUID, pages: PagesDep) -> Response:
    """Lead to the mail: here only forms arrive."""
    return pages.go(f"/staff/inbox/{mail_id}")


@router.post("/{mail_id}/open")
async def open_mail(
    request: Request,
    mail_id: UUID,
    form: OpenAsked,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask the worker to open a mail to this browser."""
    file = await found_mail(store, mail_id, member, at)
    if form.model is None:
        errors = {"reason": NO_REASON}
        return show_mail(request, pages, desk, file, member, errors, status=422)
    private, public = new_reveal_key()
    reason = form.model.reason
    done = await store.write(
        ask_mail, desk.keys, mail_id, reason, public, at=at, staff_id=member.id
    )
    match done:
        case Wait(seconds):
            raise too_many(seconds)
        case NobodyLeft():
            errors = {"reason": NOTHING_LEFT}
            return show_mail(request, pages, desk, file, member, errors, status=409)
        case Asked(reveal_id):
            response = pages.go(f"/staff/inbox/{mail_id}?look=1#words")
            return keep_reveal_key(response, desk, reveal_id, private)


@router.post("/{mail_id}/match")
async def match(
    request: Request,
    mail_id: UUID,
    form: Matching,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Put a mail to a request; it is on record with who says so."""
    file = await found_mail(store, mail_id, member, at)
    typed = form.values.get("number", "")
    done = await store.write(
        match_by_hand, desk, mail_id, typed, at=at, staff_id=member.id
    )
    match done:
        case Sorted():
            return pages.go(f"/staff/inbox/{mail_id}")
        case NoSuchMail():
            errors, status = {"number": SORTED_ALREADY}, 409
        case NobodyToTell():
            errors, status = {"number": FORGOTTEN}, 409
        case NotFound():
            errors, status = {"number": NOT_FOUND[done]}, 422
    return show_mail(
        request, pages, desk, file, member, errors, typed=typed, status=status
    )


@router.post("/{mail_id}/parts")
async def split(
    request: Request,
    mail_id: UUID,
    form: Parting,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Say that a mail answers another request, too, or take that back."""
    file = await found_mail(store, mail_id, member, at)
    sent = form.model or PartForm()
    done: Sorted | NoSuchMail | NotFound | NobodyToTell
    if sent.away is not None:
        done = await store.write(
            join_mail, mail_id, sent.away, at=at, staff_id=member.id
        )
    else:
        done = await store.write(
            split_mail, desk, mail_id, sent.other, at=at, staff_id=member.id
        )
    match done:
        case Sorted():
            return pages.go(f"/staff/inbox/{mail_id}#parts")
        case NoSuchMail():
            errors, status = {"other": SORTED_ALREADY}, 409
        case NobodyToTell():
            errors, status = {"other": FORGOTTEN}, 409
        case NotFound():
            errors, status = {"other": NOT_FOUND[done]}, 422
    typed = sent.other
    return show_mail(
        request, pages, desk, file, member, errors, typed=typed, status=status
    )


@router.post("/{mail_id}/noise")
async def noise(
    request: Request,
    mail_id: UUID,
    form: Laying,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Lay a mail aside as noise, or take it back."""
    file = await found_mail(store, mail_id, member, at)
    back = form.model.back if form.model else False
    done = await store.write(
        call_noise, mail_id, noise=not back, at=at, staff_id=member.id
    )
    if isinstance(done, NoSuchMail):
        errors = {"number": SORTED_ALREADY}
        return show_mail(request, pages, desk, file, member, errors, status=409)
    return pages.go(f"/staff/inbox/{mail_id}" if back else "/staff/inbox")


async def found_mail(
    store: Store, mail_id: UUID, member: Member, at: datetime
) -> MailFile:
    """Return a mail, closed.

    Raises:
        Problem: 404, if there is none.
    """
    file = await store.read(read_mail, mail_id, staff_id=member.id, at=at)
    if file is None:
        raise Problem(404, "There is no such mail.")
    return file


def show_mail(
    request: Request,
    pages: Pages,
    desk: Desk,
    file: MailFile,
    member: Member,
    errors: Mapping[str, str] | None = None,
    *,
    typed: str = "",
    status: int = 200,
    look: int = 0,
) -> Response:
    """Return the page of a mail."""
    say = translations(language_of(request)).gettext
    pending = file.pending
    waiting = (
        pending is not None
        and pending.answer is None
        and reveal_cookie(desk, pending.id) in request.cookies
    )
    opened = opened_here(request, desk, file)
    files = files_of(request, desk, file, opened, say)
    view = MailView(
        line=line_of(file.line, desk, say),
        near=tuple((near, named(desk, near.vendor)) for near in file.near),
        waiting=waiting,
        words=words_of(opened, file.line, desk, say) if opened else None,
        files=files,
        reasons=tuple((reason.value, say(REASONS[reason])) for reason in Reason),
        errors={name: say(text) for name, text in (errors or {}).items()},
        typed=typed,
        may_record=member.may_record,
        can_record=file.can_record,
        parts=file.parts,
        can_answer=file.can_answer,
        answer=(file.answer.at, say(ANSWER_STATES[file.answer.state]))
        if file.answer
        else None,
    )
    headers = {}
    opening = any(one.state == "waiting" for one in files)
    if (waiting or opening) and look < LOOKS:
        place = "files" if opening else "words"
        again = f"/staff/inbox/{file.line.id}?look={look + 1}#{place}"
        headers["Refresh"] = f"1; url={again}"
    return pages.show(
        request, "staff/mail.html", view, status=status, headers=headers, staff=member
    )


def words_of(opened: OpenedMail, mail: MailLine, desk: Desk, say: Say) -> WordsView:
    """Return what an opened mail says, as text alone."""
    vendor = desk.directory.vendor(mail.vendor or "")
    own = vendor.domains if vendor else ()
    names: dict[str, str] = {**SAID, **DENIALS, **BECAUSE}
    return WordsView(
        opened,
        tuple((piece, piece.domain in own) for piece in pieces(opened.text)),
        tuple((say(names[one.what]), one.words) for one in opened.because),
    )
