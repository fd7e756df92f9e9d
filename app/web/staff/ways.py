"""Let a request take another way to its company, once it was shown what that does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.actions.preview_reply import Preview, WayPreview, preview_way
from app.actions.record_reply import MovedOn, Recorded, UnknownRequest
from app.actions.reroute import CannotReroute, WaysNow, reroute
from app.domain.rerouting import Choice
from app.domain.vendors import RouteKind
from app.domain.ways import ByOneself
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import Filled, form_of
from app.web.pages import language_of
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.requests import found
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import day_in_words
from app.words.marks import mark
from app.words.ways import BARRIERS, STAYS, WAYS

router = APIRouter(prefix="/requests", route_class=StaffRoute)

CHOOSE = mark("Choose a way")
MEANWHILE = mark(
    "Something was recorded meanwhile: look at the effect again, then save"
)
NO_LONGER = mark("It cannot take that way any more; nothing was changed")
LEAVES = mark(
    "The letter is written anew for this way. It leaves from this moment on: "
    "{day}, {time} UTC."
)
STOPPED = mark("Letters to this company are stopped: it waits until they may leave.")
STOPPED_BY_HAND = mark(
    "Letters to this company are stopped. Find out why before you send it: "
    "by hand nothing keeps it back."
)
AT_WORK = mark("It waits for the company’s working hours.")
BY_US = mark(
    "You look after the request. The letter is written in a moment: show the person, "
    "then type or print it, and say on the page of the request on which day you sent it."
)
NOT_BEFORE = mark(
    "Send it from this moment on: {day}, {time} UTC. Until then the person can stop it."
)
BY_THEM = mark(
    "We send nothing. The person finds the letter on the page of their request, "
    "and says there on which day they sent it."
)
PROOF = mark("The company asks there for a photo or a document, which we never take.")
TAKEN_BACK = mark(
    "The letter that waits on the old way is taken back: it never leaves."
)
COUNTED_ANEW = mark(
    "The letter of {day} came back, so no days run from it. "
    "They are counted from the day on which this one is sent."
)
NOT_COUNTED = mark(
    "No days are counted yet. They are counted from the day on which it is sent."
)
UNDONE = mark("Until it has arrived you can change the way again, also back.")


class WayForm(BaseModel):
    """The way that was chosen, and the length of the timeline beside it."""

    model_config = ConfigDict(extra="ignore")

    to: str = ""
    shown: int = 0


Chosen = Annotated[Filled[WayForm], Depends(form_of(WayForm))]


@dataclass(frozen=True, slots=True)
class LineView:
    """One way: what it is, where it leads, and what stands in it."""

    code: str
    what: str
    where: str
    why_not: str


@dataclass(frozen=True, slots=True)
class WaysView:
    """The ways of a request."""

    number: str
    name: str
    stays: str
    """Why it keeps the way that it has; empty where it may take another."""
    open: tuple[LineView, ...]
    shut: tuple[LineView, ...]
    chosen: LineView | None
    preview: Preview | None
    effects: tuple[str, ...]
    errors: dict[str, str]


@router.get("/{name}/way")
async def ways_page(
    request: Request,
    name: str,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    to: Annotated[str | None, Query(max_length=20)] = None,
) -> Response:
    """Show which ways a request may take, and what taking one would do."""
    file = await found(store, desk, name, member, at)
    seen = await store.read(preview_way, desk, file.request.id, to or "", at=at)
    error = CHOOSE if to is not None and _choice(seen) is None else ""
    status = 422 if error else 200
    return _show(request, seen, member, desk, pages, error=error, status=status)


def _show(
    request: Request,
    seen: WayPreview | UnknownRequest,
    member: MemberDep,
    desk: DeskDep,
    pages: PagesDep,
    *,
    error: str = "",
    status: int = 200,
) -> Response:
    if isinstance(seen, UnknownRequest):
        raise Problem(404, "There is no such request.")
    language = language_of(request)
    say = translations(language).gettext
    now, chosen = seen.now, _choice(seen)
    lines = [(one, _line(one, say)) for one in now.choices]
    vendor = desk.directory.vendor(now.vendor)
    view = WaysView(
        number=now.number,
        name=vendor.name if vendor else now.vendor,
        stays=say(STAYS[now.stays]) if now.stays else "",
        open=tuple(line for one, line in lines if one.barrier is None),
        shut=tuple(line for one, line in lines if one.barrier is not None),
        chosen=_line(chosen, say) if chosen else None,
        preview=seen.preview,
        effects=tuple(_effects(now, chosen, language, say)) if chosen else (),
        errors={"to": say(error)} if error else {},
    )
    return pages.show(request, "staff/way.html", view, status=status, staff=member)


def _choice(seen: WayPreview | UnknownRequest) -> Choice | None:
    """Return what was chosen, where it may be taken."""
    may = isinstance(seen, WayPreview) and seen.preview is not None
    return seen.chosen if may and isinstance(seen, WayPreview) else None


def _line(one: Choice, say: Say) -> LineView:
    route = one.route
    return LineView(
        code=one.code,
        what=say(WAYS[one.code]),
        where=route.url or route.address or route.api_base or "",
        why_not=say(BARRIERS[one.barrier]) if one.barrier else "",
    )


def _effects(now: WaysNow, chosen: Choice, language: str, say: Say) -> Iterator[str]:
    """Yield what taking a way does, a sentence each."""
    if now.waits:
        yield say(TAKEN_BACK)
    if chosen.way.by_oneself is not None:
        yield say(BY_THEM)
        if chosen.way.by_oneself is ByOneself.PROOF:
            yield say(PROOF)
    elif chosen.way.by_hand:
        yield say(BY_US)
        if now.stopped:
            yield say(STOPPED_BY_HAND)
        if now.held:
            yield say(NOT_BEFORE).format(**_moment(now, language))
    else:
        yield say(LEAVES).format(**_moment(now, language))
        if now.stopped:
            yield say(STOPPED)
        elif chosen.way.kind is RouteKind.EMAIL and chosen.route.hours is not None:
            yield say(AT_WORK)
    if now.sent_on is None:
        yield say(NOT_COUNTED)
    else:
        yield say(COUNTED_ANEW).format(day=day_in_words(now.sent_on, language))
    yield say(UNDONE)


def _moment(now: WaysNow, language: str) -> dict[str, str]:
    """Return from when a letter may leave, as the words name it."""
    day = day_in_words(now.not_before.date(), language)
    return {"day": day, "time": f"{now.not_before:%H:%M}"}


@router.post("/{name}/way")
async def change(
    request: Request,
    name: str,
    form: Chosen,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Let a request take another way, whose effect was shown."""
    file = await found(store, desk, name, member, at)
    sent = form.model or WayForm()
    done = await store.write(
        reroute,
        desk,
        file.request.id,
        sent.to,
        at=at,
        staff_id=member.id,
        shown=sent.shown,
    )
    match done:
        case Recorded():
            return pages.go(f"/staff/requests/{file.request.number}")
        case UnknownRequest():
            raise Problem(404, "There is no such request.")
        case MovedOn():
            error = MEANWHILE
        case CannotReroute(why):
            error = NO_LONGER if why is not None else CHOOSE
    seen = await store.read(preview_way, desk, file.request.id, sent.to, at=at)
    return _show(request, seen, member, desk, pages, error=error, status=409)
