"""One request: its course, its dates, its hidden person, and the form for a reply."""

import base64
import binascii
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app import pdf
from app.actions.desk import Desk
from app.actions.open_mail import OpenedMail, opened_mail
from app.actions.preview_reply import Preview
from app.actions.read_filing import RequestStanding
from app.actions.read_inbox import MailFile, MailLine, read_mail
from app.actions.read_request import FileKept, RequestFile, read_request
from app.actions.record_reply import BY_PEOPLE, LONGEST_TEXT, evidence_of, may_tell
from app.actions.reveal_identity import REVEALED_FOR, Reason, Revealed, opened
from app.actions.settle_unknown import Found
from app.actions.sign_in import Member
from app.actions.since_shown import Since
from app.domain.places import Place
from app.domain.timeline import (
    OPEN,
    DenialGround,
    Event,
    EventKind,
    Evidence,
    following,
)
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.pages import Pages, language_of
from app.web.staff.gate import HOME, MemberDep, StaffRoute, keep_secret
from app.web.staff.queue_address import place_in
from app.web.timelines import ITS_SYSTEM, Drawing, Item, drawing
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import day_in_words
from app.words.marks import mark
from app.words.staff import (
    BY_WHOM,
    EVIDENCE_OF,
    FIELDS,
    FILES,
    FOUND,
    HAPPENED,
    MYSELF,
    ODDITIES,
    REASONS,
    SAID,
    SOME_FILE,
    SOMEBODY_GONE,
)
from app.words.steps import steps_said
from app.words.terms import DENIALS
from app.words.ways import CHANGED_TO, WAYS

router = APIRouter(prefix="/requests", route_class=StaffRoute)

DAY_0 = mark("we count from this day")
TAKEN_BACK = mark("taken back later")
TAKES_BACK = mark("takes back entry {place}")
UNTIL = mark("until {day}")
TIMELINE = "timeline"
"""Where the page leads from what was not done, because of what happened meanwhile."""
NONCE_BYTES = 18
LOOKS = 60
"""How often the page looks by itself whether the person was opened."""


@dataclass(frozen=True, slots=True)
class ReplyView:
    """The form for a reply, and what saving it would do."""

    kinds: tuple[tuple[str, str], ...]
    following: tuple[str, ...]
    """In words what can follow, also what nobody says in a reply."""
    after_closing: bool
    """Whether a reply can be recorded once the request is closed."""
    grounds: tuple[DenialGround, ...]
    ways: tuple[tuple[str, str], ...]
    values: dict[str, str]
    preview: Preview | None
    steps: tuple[str, ...]
    nonce: str
    way: str
    """How we know of it, in words, where it came by a mail."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """Who it is: hidden, being opened, or shown."""

    waiting: bool
    fields: tuple[tuple[str, str], ...]
    revealed: Revealed | None
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that the resident gave: its name stays hidden with what is in it."""

    file: FileKept
    kind: str
    state: Literal["hidden", "waiting", "open", "not kept"]


@dataclass(frozen=True, slots=True)
class UnknownView:
    """A letter that may or may not have arrived, and the form that settles it."""

    id: UUID
    message_id: str
    tried_at: datetime
    choices: tuple[tuple[str, str], ...]
    found: str
    arrived_on: str


@dataclass(frozen=True, slots=True)
class ProtocolView:
    """What was odd about the answers of a company's own system, a line for each."""

    odd: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkView:
    """Who looks after it, what was noted, and where in the queue somebody came from."""

    who: str
    was: str
    people: tuple[tuple[str, str], ...]
    to: str
    mine: bool
    note: str
    nonce: str
    came_from: str
    """Part of the queue and place in it; empty where it was no list."""
    back: str
    following: str | None
    """Where the next request of that part is."""
    since: tuple[str, ...]
    """What others did since the form was shown, in words."""
    saved: bool
    same_rules: bool
    """Whether the laws are still those by which it was filed."""


@dataclass(frozen=True, slots=True)
class ByHandView:
    """A request that one of us types or posts, and the form that says so."""

    what: str
    where: str
    sent_on: str


@dataclass(frozen=True, slots=True)
class ToTellView:
    """What one of us is to tell the company of a request that is taken back."""

    what: str
    where: str
    language: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """The page of a request."""

    file: RequestFile
    it: RequestStanding
    name: str
    drawing: Drawing
    steps: tuple[str, ...]
    today: date
    owed: bool
    """Whether an answer is still owed."""
    late_by: int
    person: PersonView
    files: tuple[FileView, ...]
    unknown: UnknownView | None
    reply: ReplyView
    errors: dict[str, str]
    may_record: bool
    protocol: ProtocolView | None
    work: WorkView
    by_hand: ByHandView | None
    to_tell: ToTellView | None
    way: str
    """How it goes to the company, where that was changed."""
    prints: bool
    """Whether letters are given as PDFs."""
    beside_the_law: bool
    """Whether it was refused on a ground that its law does not know."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into one of the forms of the page, and what is wrong with it."""

    values: dict[str, str]
    errors: dict[str, str]
    preview: Preview | None = None
    nonce: str = ""
    mail: MailLine | None = None
    """The mail from which a reply is recorded."""
    since: tuple[Since, ...] = ()
    """What came meanwhile, of which whoever typed did not know."""


NOTHING_TYPED = Typed({}, {})


@router.get("/{name}")
async def request_page(
    request: Request,
    name: str,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    look: Annotated[int, Query(ge=0, le=LOOKS)] = 0,
    mail: Annotated[UUID | None, Query()] = None,
) -> Response:
    """Show a request; its person stays hidden until somebody says why.

    With ``mail`` the form for a reply holds what that mail seems to say.
    """
    file = await found(store, desk, name, member, at)
    typed = NOTHING_TYPED
    if mail is not None:
        came = await mail_about(store, file, mail, member, at)
        typed = Typed(suggested(request, desk, came), {}, mail=came.line)
    return show(request, pages, desk, file, member, at, typed, look=look)


async def mail_about(
    store: Store, file: RequestFile, mail_id: UUID, member: Member, at: datetime
) -> MailFile:
    """Return a mail about a request.

    Raises:
        Problem: 404, if there is none, or it is about another one.
    """
    came = await store.read(read_mail, mail_id, staff_id=member.id, at=at)
    if came is None or not came.about(file.request.id):
        raise Problem(404, "There is no such mail.")
    return came


def suggested(request: Request, desk: Desk, came: MailFile) -> dict[str, str]:
    """Return the form as a mail suggests it; its words only where it was opened."""
    line = came.line
    words = opened_here(request, desk, came)
    return {
        "mail": str(line.id),
        "kind": line.suggested or "",
        "received_on": line.received_at.date().isoformat(),
        "denial_ground": line.ground or "",
        "until": line.until.isoformat() if line.until else "",
        "text": words.text[:LONGEST_TEXT] if words else "",
        "vendor_reference": words.reference if words else "",
    }


def opened_here(request: Request, desk: Desk, came: MailFile) -> OpenedMail | None:
    """Return what a mail says, where it was opened to this browser."""
    held = held_key(request, desk, came.pending.id) if came.pending else None
    if came.pending is None or held is None:
        return None
    return opened_mail(came.pending, held)


@router.get("/{name}/preview")
@router.get("/{name}/replies")
@router.get("/{name}/reveals")
@router.get("/{name}/files")
@router.get("/{name}/deliveries")
@router.get("/{name}/who")
@router.get("/{name}/notes")
@router.get("/{name}/seen")
@router.get("/{name}/again")
@router.get("/{name}/sent")
@router.get("/{name}/told")
async def own_page(name: str, pages: PagesDep) -> Response:
    """Lead to the request: here only forms arrive."""
    return pages.go(f"/staff/requests/{name}")


async def found(
    store: StoreDep, desk: Desk, name: str, member: Member, at: datetime
) -> RequestFile:
    """Return the request of a number or an id.

    Raises:
        Problem: 404, if there is none.
    """
    file = await store.read(read_request, desk, name, staff_id=member.id, at=at)
    if file is None:
        raise Problem(404, "There is no such request.")
    return file


def show(
    request: Request,
    pages: Pages,
    desk: Desk,
    file: RequestFile,
    member: Member,
    at: datetime,
    typed: Typed = NOTHING_TYPED,
    *,
    status: int = 200,
    look: int = 0,
) -> Response:
    """Return the page of a request; ``look`` counts the looks for the worker's answer."""
    language = language_of(request)
    say = translations(language).gettext
    it, today = file.request, at.date()
    vendor = desk.directory.vendor(it.vendor)
    due = it.due if it.overdue(today) else None
    person = _person(request, desk, file, say)
    files = tuple(_file(request, desk, one, say) for one in file.files)
    page = RequestView(
        file=file,
        it=it,
        name=vendor.name if vendor else it.vendor,
        drawing=_drawing(it, desk.rulebook.places[file.residence], today, say),
        steps=steps_said(file.dates, (language, say)) if file.dates else (),
        today=today,
        owed=it.status in OPEN,
        late_by=(today - due).days if due else 0,
        person=person,
        files=files,
        unknown=_unknown(file, typed, say),
        reply=_reply(it, today, typed, language, say),
        errors={name: say(text) for name, text in typed.errors.items()},
        may_record=member.may_record,
        protocol=_protocol(file, language, say),
        work=_work(request, desk, file, member, typed, language, say),
        by_hand=_by_hand(file, typed, say),
        to_tell=_to_tell(file, say),
        way=say(WAYS[file.way]) if file.way else "",
        prints=pdf.AVAILABLE,
        beside_the_law=it.beside_the_law(desk.rulebook.pack.laws, file.filed_on),
    )
    headers = {}
    opening = any(one.state == "waiting" for one in files)
    if (person.waiting or opening) and look < LOOKS:
        # The count is in the address because a browser takes the same address with a
        # fragment for a place on the page it has, and does not ask again.
        came = page.work.came_from
        again = own_address(it.number, came, look=str(look + 1))
        again += f"#{place_of(opening)}"
        headers["Refresh"] = f"1; url={again}"
    return pages.show(
        request,
        "staff/request.html",
        page,
        status=status,
        headers=headers,
        staff=member,
    )


def came_from(request: Request, member: Member, desk: Desk, typed: Typed) -> str:
    """Return the place in the queue from which somebody came; empty for none."""
    text = typed.values.get("in") or request.query_params.get("in", "")
    place = place_in(text, member, desk.directory)
    return place.query if place else ""


def own_address(number: str, came: str, **more: str) -> str:
    """Return the page of a request that still knows the place in the queue."""
    query = urlencode({**more, **({"in": came} if came else {})})
    return f"/staff/requests/{number}{'?' if query else ''}{query}"


def _work(
    request: Request,
    desk: Desk,
    file: RequestFile,
    member: Member,
    typed: Typed,
    language: str,
    say: Say,
) -> WorkView:
    names = {one.id: one.name for one in file.people}
    came = came_from(request, member, desk, typed)
    place = place_in(came, member, desk.directory)
    return WorkView(
        who=names.get(file.who, say(SOMEBODY_GONE)) if file.who else "",
        was=file.who.hex if file.who else "",
        people=(
            (member.id.hex, say(MYSELF)),
            *((one.id.hex, one.name) for one in file.people if one.id != member.id),
        ),
        to=typed.values.get("to", file.who.hex if file.who else ""),
        mine=file.who == member.id,
        note=typed.values.get("note", ""),
        nonce=secrets.token_urlsafe(NONCE_BYTES),
        came_from=came,
        back=f"{HOME}?{place.part}" if place and place.part else HOME,
        following=f"/staff/next?{came}" if came else None,
        since=tuple(since_in_words(one, language, say) for one in typed.since),
        saved="saved" in request.query_params,
        same_rules=file.rules == desk.rulebook.pack.fingerprint,
    )


def since_in_words(one: Since, language: str, say: Say) -> str:
    """Return who did what, and when."""
    who = one.who or say(BY_WHOM[one.by])
    when = f"{day_in_words(one.at.date(), language)}, {one.at:%H:%M} UTC"
    return f"{who}: {say(HAPPENED[one.kind])} ({when})"


def _protocol(file: RequestFile, language: str, say: Say) -> ProtocolView | None:
    if file.protocol is None:
        return None
    return ProtocolView(
        tuple(
            f"{say(ODDITIES[one.oddity])} ({day_in_words(one.at.date(), language)})"
            for one in file.protocol.odd
        )
    )


def _by_hand(file: RequestFile, typed: Typed, say: Say) -> ByHandView | None:
    if file.by_hand is None:
        return None
    route = file.by_hand
    return ByHandView(
        what=say(WAYS[file.request.route]),
        where=route.url or route.address or "",
        sent_on=typed.values.get("sent_on", ""),
    )


def _to_tell(file: RequestFile, say: Say) -> ToTellView | None:
    if file.to_tell is None:
        return None
    route, notice = file.to_tell.route, file.to_tell.notice
    return ToTellView(
        what=say(WAYS[file.request.route]),
        where=(route.url or route.address or "") if route else "",
        language=notice.language,
        subject=notice.subject,
        text=notice.text,
    )


def _unknown(file: RequestFile, typed: Typed, say: Say) -> UnknownView | None:
    if file.unknown is None:
        return None
    return UnknownView(
        id=file.unknown.id,
        message_id=file.unknown.message_id,
        tried_at=file.unknown.tried_at,
        choices=tuple((one.value, say(FOUND[one])) for one in Found),
        found=typed.values.get("found", ""),
        arrived_on=typed.values.get("arrived_on", ""),
    )


def _reply(
    it: RequestStanding, today: date, typed: Typed, language: str, say: Say
) -> ReplyView:
    values = {
        "kind": "",
        "received_on": today.isoformat(),
        "denial_ground": "",
        "until": "",
        "text": "",
        "evidence": Evidence.MAIL.value,
        "vendor_reference": "",
        **typed.values,
    }
    preview = typed.preview
    counted = preview.dates if preview else None
    return ReplyView(
        kinds=tuple((kind.value, say(SAID[kind])) for kind in may_tell(it.status)),
        following=tuple(say(HAPPENED[kind]) for kind in following(it.status)),
        after_closing=EventKind.CLOSED in following(it.status),
        grounds=tuple(DenialGround),
        ways=tuple((way.value, say(EVIDENCE_OF[way])) for way in BY_PEOPLE),
        values=values,
        preview=preview,
        steps=steps_said(counted, (language, say)) if counted else (),
        nonce=typed.nonce,
        way=say(EVIDENCE_OF[evidence_of(typed.mail.authenticity)])
        if typed.mail
        else "",
    )


def reveal_cookie(desk: Desk, reveal: UUID) -> str:
    """Return the name of the cookie that holds a reveal's private key."""
    return desk.portal.cookie(f"reveal-{reveal.hex}")


def _person(request: Request, desk: Desk, file: RequestFile, say: Say) -> PersonView:
    waiting, revealed = False, None
    held = held_key(request, desk, file.pending.id) if file.pending else None
    if file.pending is not None and held is not None:
        waiting = file.pending.answer is None
        revealed = opened(file.pending, held)
    fields = revealed.fields if revealed else ()
    return PersonView(
        waiting=waiting,
        fields=tuple((say(FIELDS.get(name, name)), text) for name, text in fields),
        revealed=revealed,
        reasons=tuple((reason.value, say(REASONS[reason])) for reason in Reason),
    )


def keep_reveal_key(
    response: Response, desk: Desk, reveal: UUID, private: bytes
) -> Response:
    """Let this browser keep the private key of what was asked, as long as it is shown."""
    keep_secret(
        response,
        desk.portal,
        f"reveal-{reveal.hex}",
        base64.urlsafe_b64encode(private).decode(),
        int(REVEALED_FOR.total_seconds()),
    )
    return response


def place_of(file: bool) -> str:
    """Return where on the page an opened file is, or the person."""
    return "files" if file else "person"


def _file(request: Request, desk: Desk, file: FileKept, say: Say) -> FileView:
    state: Literal["hidden", "waiting", "open", "not kept"] = "hidden"
    if file.size is None:
        state = "not kept"
    elif file.asked and held_key(request, desk, file.asked.reveal) is not None:
        state = "open" if file.asked.answered else "waiting"
    return FileView(file, say(FILES.get(file.kind or "", SOME_FILE)), state)


def held_key(request: Request, desk: Desk, reveal: UUID) -> bytes | None:
    """Return the private key that this browser keeps for what was asked."""
    text = request.cookies.get(reveal_cookie(desk, reveal))
    try:
        return base64.urlsafe_b64decode(text) if text else None
    except (binascii.Error, ValueError):
        return None


def _drawing(it: RequestStanding, here: Place, today: date, say: Say) -> Drawing:
    """Return the timeline in the words of staff."""
    drawn = drawing(it, here, today, say)
    items = tuple(_item(item, it.timeline, say) for item in drawn.items)
    return replace(drawn, items=items)


def _item(item: Item, timeline: tuple[Event, ...], say: Say) -> Item:
    if item.place is None:
        return item
    event = timeline[item.place - 1]
    notes = []
    if event.denial_ground:
        notes.append(say(DENIALS[event.denial_ground]))
    if event.until:
        notes.append(say(UNTIL).format(day=event.until.isoformat()))
    taken_back = any(later.retracts == item.place for later in timeline)
    if event.kind is EventKind.SENT:
        notes += [] if taken_back else [say(DAY_0)]
        if event.evidence is Evidence.PROTOCOL:
            notes.append(say(ITS_SYSTEM))
    elif event.evidence:
        notes.append(say(EVIDENCE_OF[event.evidence]))
    if event.retracts:
        notes.append(say(TAKES_BACK).format(place=event.retracts))
    if taken_back:
        notes.append(say(TAKEN_BACK))
    what = HAPPENED[event.kind]
    if event.kind is EventKind.REROUTED:
        what = CHANGED_TO.get(event.route, what)
    return replace(item, what=say(what), note="; ".join(notes))
