"""Several requests at once: what to do, its effect on each, and what came of it."""

import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from app.actions.note_request import NoteText
from app.actions.record_reply import BY_PEOPLE, ReplyBody
from app.actions.several import (
    Act,
    Came,
    CloseThem,
    Effect,
    Give,
    Ticked,
    do_to_one,
    effects,
    ticked,
)
from app.actions.sign_in import Member
from app.actions.staff_members import Colleague
from app.domain.timeline import REPLY_KINDS, DenialGround, EventKind, Evidence
from app.domain.vendors import Directory
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.forms import Filled, errors_of, form_of
from app.web.pages import language_of
from app.web.staff.gate import HOME, MemberDep, StaffRoute
from app.web.staff.queue_address import place_in
from app.web.staff.replies import WRONG
from app.web.staff.requests import since_in_words
from app.web.staff.work import NO_MEMBER, NO_NOTE
from app.words.answers import Say
from app.words.catalog import translations
from app.words.marks import mark
from app.words.staff import CAME, EVIDENCE_OF, MYSELF, SAID

router = APIRouter(prefix="/several", route_class=StaffRoute)

NOTHING_TICKED = mark("Tick at least one request")
NO_ACT = mark("Choose what to do with them")
NONCE_BYTES = 18
LONGEST_NONCE = 64
REPLY_FIELDS = tuple(
    name for name in ReplyBody.model_fields if name != "vendor_reference"
)


class SeveralForm(BaseModel):
    """What is to be done to the requests that were ticked."""

    model_config = ConfigDict(extra="ignore")

    request: list[str] = []
    """By number; after the effect was shown, with how it stood then."""
    act: str = ""
    nonce: str = ""


Form = Annotated[Filled[SeveralForm], Depends(form_of(SeveralForm))]


@dataclass(frozen=True, slots=True)
class Row:
    """One request, and what would come or came of it."""

    it: Ticked
    vendor: str
    who: str
    can: bool
    why: str
    effect: Effect | None
    since: tuple[str, ...]
    seen: str
    """How it stands, as the form carries it."""


@dataclass(frozen=True, slots=True)
class SeveralView:
    """The page at one of its three stages."""

    rows: tuple[Row, ...]
    people: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    grounds: tuple[DenialGround, ...]
    ways: tuple[tuple[str, str], ...]
    values: dict[str, str]
    errors: dict[str, str]
    act: str
    to: str
    came_from: str
    back: str
    nonce: str

    @property
    def can(self) -> int:
        """To how many it can be done."""
        return sum(row.can for row in self.rows)


@router.get("")
async def nothing_ticked(pages: PagesDep) -> Response:
    """Lead to the queue: here only forms arrive."""
    return pages.go(HOME)


@router.post("")
async def choose(
    request: Request,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what was ticked, and ask what to do with it."""
    numbers = form.several.get("request", ())
    found, people = await store.read(ticked, numbers)
    say = translations(language_of(request)).gettext
    errors = {} if found else {"request": NOTHING_TICKED}
    view = _view(form, member, people, desk.directory, at.date(), say, errors)
    view = replace(view, rows=_rows(found, people, desk.directory))
    return pages.show(
        request,
        "staff/several.html",
        view,
        status=422 if errors else 200,
        staff=member,
    )


@router.post("/effect")
async def effect(
    request: Request,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what it would do to each of them; nothing is done."""
    numbers = [text.split(" ")[0] for text in form.several.get("request", ())]
    found, people = await store.read(ticked, numbers)
    act, errors = _act(form)
    if not found:
        errors = {"request": NOTHING_TICKED}
    say = translations(language_of(request)).gettext
    view = _view(form, member, people, desk.directory, at.date(), say, errors)
    if act is None or errors:
        view = replace(view, rows=_rows(found, people, desk.directory))
        return pages.show(request, "staff/several.html", view, status=422, staff=member)
    seen = await store.read(effects, desk, numbers, act, at=at)
    names = _names(people)
    rows = tuple(
        replace(
            _row(one.it, names, desk.directory),
            can=one.came is Came.DONE,
            why="" if one.came is Came.DONE else say(CAME[one.came]),
            effect=one,
        )
        for one in seen
    )
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    view = replace(view, rows=rows, nonce=nonce)
    return pages.show(request, "staff/several_effect.html", view, staff=member)


@router.post("/done")
async def do(
    request: Request,
    form: Form,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Do it to each of them that stands as it was shown, one transaction for each."""
    shown = [text.split(" ") for text in form.several.get("request", ())]
    found, people = await store.read(ticked, [parts[0] for parts in shown])
    stood = {parts[0]: _stood(parts) for parts in shown}
    act, errors = _act(form)
    nonce = (form.model.nonce if form.model else "")[:LONGEST_NONCE]
    if act is None or errors or not nonce or None in stood.values():
        return await effect(request, form, member, store, desk, pages, at)
    say = translations(language_of(request)).gettext
    language = language_of(request)
    names, rows = _names(people), []
    for it in found:
        events, who = stood[it.number] or (it.events, it.who)
        as_shown = replace(it, events=events, who=who)
        done = await store.write(
            do_to_one, desk, as_shown, act, at=at, staff_id=member.id, nonce=nonce
        )
        row = replace(
            _row(it, names, desk.directory),
            can=done.came is Came.DONE,
            why=say(CAME[done.came]),
            since=tuple(since_in_words(one, language, say) for one in done.since),
        )
        rows.append(row)
    view = _view(form, member, people, desk.directory, at.date(), say, {})
    view = replace(view, rows=tuple(rows))
    return pages.show(request, "staff/several_done.html", view, staff=member)


def _stood(parts: list[str]) -> tuple[int, UUID | None] | None:
    """Return the length of a timeline and who had it, as the form says it was shown."""
    try:
        _, events, who = parts
        return int(events), UUID(who) if who != "-" else None
    except ValueError:
        return None


def _act(form: Filled[SeveralForm]) -> tuple[Act | None, dict[str, str]]:
    """Return what is to be done, or what is wrong with it, by field."""
    values = form.values
    match values.get("act", ""):
        case "give" if "to" in values:
            try:
                return Give(UUID(values["to"]) if values["to"] else None), {}
            except ValueError:
                return None, {"to": NO_MEMBER}
        case "note":
            try:
                return NoteText(note=values.get("note", "")), {}
            except ValidationError:
                return None, {"note": NO_NOTE}
        case "close":
            return CloseThem(), {}
        case "reply":
            given = {name: v for name in REPLY_FIELDS if (v := values.get(name, ""))}
            try:
                return ReplyBody.model_validate(given), {}
            except ValidationError as wrong:
                codes = errors_of(wrong).items()
                names = (code if name == "form" else name for name, code in codes)
                return None, {n: WRONG.get(n, WRONG["kind"]) for n in names}
        case _:
            return None, {"act": NO_ACT}


def _view(
    form: Filled[SeveralForm],
    member: Member,
    people: tuple[Colleague, ...],
    directory: Directory,
    today: date,
    say: Say,
    errors: dict[str, str],
) -> SeveralView:
    place = place_in(form.values.get("in", ""), member, directory)
    others = ((one.id.hex, one.name) for one in people if one.id != member.id)
    to = form.values.get("to", "")
    names = {one.id.hex: one.name for one in people}
    blank = dict.fromkeys((*REPLY_FIELDS, "note", "to"), "")
    return SeveralView(
        rows=(),
        people=((member.id.hex, say(MYSELF)), *others),
        kinds=tuple((k.value, say(SAID[k])) for k in EventKind if k in REPLY_KINDS),
        grounds=tuple(DenialGround),
        ways=tuple((way.value, say(EVIDENCE_OF[way])) for way in BY_PEOPLE),
        values=blank
        | {"received_on": today.isoformat(), "evidence": Evidence.MAIL.value}
        | {k: v for k, v in form.values.items() if k in blank},
        errors={name: say(text) for name, text in errors.items()},
        act=form.values.get("act", ""),
        to=names.get(to, ""),
        came_from=place.query if place else "",
        back=place.address if place else HOME,
        nonce="",
    )


def _names(people: tuple[Colleague, ...]) -> dict[UUID, str]:
    return {one.id: one.name for one in people}


def _rows(
    found: tuple[Ticked, ...], people: tuple[Colleague, ...], directory: Directory
) -> tuple[Row, ...]:
    return tuple(_row(it, _names(people), directory) for it in found)


def _row(it: Ticked, names: dict[UUID, str], directory: Directory) -> Row:
    vendor = directory.vendor(it.vendor)
    return Row(
        it=it,
        vendor=vendor.name if vendor else it.vendor,
        who=names.get(it.who, "") if it.who else "",
        can=True,
        why="",
        effect=None,
        since=(),
        seen=f"{it.number} {it.events} {it.who.hex if it.who else '-'}",
    )
