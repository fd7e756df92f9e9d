"""Follow a filing with its code: where each request stands, and what can be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import chain, islice
from math import ceil
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.desk import Desk
from app.actions.hand_to_drop import is_for
from app.actions.keep_note import may_note
from app.actions.read_broadcast import Alike, alike
from app.actions.read_filing import (
    FilingStanding,
    RequestStanding,
    by_receipt,
    find_filing,
)
from app.actions.read_leaving import Leaving, read_leaving
from app.actions.record_reply import may_tell
from app.actions.take_try import take_try
from app.actions.write_letter import kinds_for
from app.domain.own_steps import UNSATISFIED, OwnStep
from app.domain.receipts import MisreadError, read_receipt, secret_of
from app.domain.timeline import NEXT, OPEN, EventKind, Outcome, Status
from app.domain.vendors import RouteKind
from app.letters import LetterKind
from app.store.outbox import KeptBack
from app.web.deps import Caller, DeskDep, Now, PagesDep, StoreDep
from app.web.errors import too_many
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.residents.admission import FollowedDep
from app.web.residents.confirm import forget_kept
from app.web.residents.cookies import Tracked, forget_tracked, keep_tracked, tracked
from app.web.residents.steps import steps_of
from app.web.timelines import Drawing, drawing
from app.words.answers import Say
from app.words.catalog import translations
from app.words.circles import circle_named
from app.words.languages import day_in_words, place_name
from app.words.marks import mark
from app.words.terms import STATUSES

router = APIRouter()

UNKNOWN_RECEIPT = mark(
    "We do not know this tracking code. Look at each letter and number again."
)


IN_FULL = 6
"""Requests that the page shows in full: each weighs 4 kB, and it travels unpacked."""
ROWS = 25
"""Short rows on one page."""
STUCK = frozenset({Status.IDENTITY_REQUESTED, Status.UNDELIVERABLE})


@dataclass(frozen=True, slots=True)
class TrackForm:
    """The page that asks for the code."""

    errors: dict[str, str]
    typed: str


@dataclass(frozen=True, slots=True)
class TrackedRequest:
    """One request, as its card shows it."""

    it: RequestStanding
    name: str
    stands: str
    """Where it stands, in a word or two."""
    drawing: Drawing
    overdue: bool
    by_yourself: bool
    """Whether the resident still has to send it."""
    may_withdraw: bool
    letters: tuple[LetterKind, ...]
    """Which letters there are to send."""
    may_complain: bool
    """Whether a complaint comes next: one is called for, and in its time."""
    complaint_over: bool
    """Whether the time that the law gives for a complaint has passed."""
    may_answer: bool
    """Whether the company may have written something that we can record."""
    steps: tuple[OwnStep, ...]
    next_step: str
    regulator: tuple[str, str | None] | None
    beside_the_law: bool
    """Whether it was refused on a ground that its law does not know."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in short, as it stands among many."""

    it: RequestStanding
    name: str
    needs_you: bool
    """Whether nothing goes on, or something was lost, unless the person acts."""
    waits: bool
    """Whether an answer is still owed by its day."""
    next_step: str
    address: str
    """Where it is shown alone."""


@dataclass(frozen=True, slots=True)
class OneRequest:
    """The page of one request."""

    today: date
    request: TrackedRequest
    erased: bool


@dataclass(frozen=True, slots=True)
class TrackView:
    """The page of a filing."""

    filing: FilingStanding
    place: str
    today: date
    requests: tuple[TrackedRequest, ...]
    """All of them in full, where they are few."""
    rows: tuple[RequestRow, ...] | None
    """Those of this page in short, where they are many: first those that need you."""
    needing: int
    total: int
    """How many requests there are, those of a broadcast included."""
    number: int
    of: int
    may_erase: bool
    drop: bool
    """Whether California's own platform is there for the person."""
    circle: str
    """What is called whom a broadcast asks; empty where it is none."""


LEAVES_SOON = mark("It leaves soon.")
WAITS = mark("It waits. At present nothing can leave to this company.")
WHILE_IT_WAITS = {
    KeptBack.TURN: mark("It waits for its turn and leaves on {day} from {time} UTC."),
    KeptBack.HOURS: mark(
        "It waits for the company’s working hours and leaves on {day} from {time} UTC."
    ),
}
"""What is said of a letter by why it is kept back, where that is no fault."""
WAITS_TO_LEAVE = mark("Waits to leave")
TOLD_WHEN_LEFT = {
    True: mark("We mail you when it has left."),
    False: mark("You chose no news by mail: look here again."),
}
"""By whether news is mailed."""
NEXT_STEPS: dict[Status | Outcome, str] = {
    Status.UNCONFIRMED: mark("Type in the code that we mailed you."),
    Status.QUEUED: LEAVES_SOON,
    Status.SENT: mark("The company has to answer by the day below."),
    Status.ACKNOWLEDGED: mark("The company has it. Its answer is what counts."),
    Status.IDENTITY_REQUESTED: mark(
        "The company asks for proof. Give the least that will do, and never your face."
    ),
    Status.APPEALED: mark("The company looks at it again."),
    Status.CLOSED: mark("Nothing more happens here."),
    Status.WITHDRAWN: mark("You took it back. What had left cannot be called back."),
    Status.UNDELIVERABLE: mark(
        "The address did not work. You can write to the company yourself."
    ),
    Status.EXPIRED: mark("It was not confirmed in a day, and nothing was sent."),
    Outcome.REFUSED: mark("The company refused. You can complain to the regulator."),
    Outcome.DELETED: mark(
        "The company says that it is done. Look again in some months."
    ),
    Outcome.PARTLY_DELETED: mark("A part is done. Ask what was kept, and why."),
    Outcome.SUPPRESSED: mark("Your data is hidden and kept. That is not deletion."),
    Outcome.OPTED_OUT: mark("It may keep your data, but not sell it."),
    Outcome.DE_INDEXED: mark("It no longer shows you. It may keep the data."),
    Outcome.NOTHING_FOUND: mark("It says that it has nothing. It may look with more."),
    Outcome.NO_ANSWER: mark("It never answered. You can complain to the regulator."),
}
"""What a person can do now, in one sentence."""

BY_YOURSELF = mark("This one you send yourself, through the company’s own form.")
BY_US_IN_FORM = mark("We fill in the company’s own form for you.")
BY_US_BY_POST = mark("We print your letter and post it for you.")
BY_YOUR_LETTER = mark("This one you send yourself, by letter.")
NOBODY_ELSE = mark("This one you send yourself: the law here lets nobody else ask.")
NOBODY_ELSE_OPTS_OUT = mark(
    "This one you send yourself: the law on opting out lets nobody else ask."
)
IF_REACHED = mark(
    "The company has to answer by the day below, if the law applies to it."
)
NO_DAY = mark("No law that we know of sets a day for its answer.")
LATE = mark("The day has passed. You can complain to the regulator.")
TOO_LATE = {
    LATE: mark("The day has passed, and so has the time to complain."),
    NEXT_STEPS[Outcome.REFUSED]: mark(
        "The company refused. The time to complain is over."
    ),
    NEXT_STEPS[Outcome.NO_ANSWER]: mark(
        "It never answered. The time to complain is over."
    ),
}
"""The same, where the time that the law gives for a complaint has passed."""
FOUND_AGAIN = mark("It said that it was done, and you found your data there again.")


@router.get("/track")
async def track(
    request: Request,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
    page: Annotated[int, Query(ge=1)] = 1,
) -> Response:
    """Show the filing that this browser follows, or ask for its code."""
    held = tracked(request, desk.portal, desk.keys, at=at)
    found = (
        await store.read(by_receipt, desk.keys, secret_of(held.receipt))
        if held
        else None
    )
    if found is None:
        return pages.show(request, "residents/track.html", TrackForm({}, ""))
    today = desk.rulebook.places[found.residence].day(at)
    leaving = await store.read(read_leaving, found.id)
    return _show(request, pages, desk, found, leaving, today, page)


def _show(
    request: Request,
    pages: Pages,
    desk: Desk,
    found: FilingStanding,
    leaving: Leaving,
    today: date,
    number: int,
) -> Response:
    language = language_of(request).value
    say = translations(language).gettext
    groups = alike(desk, found)
    total = len(found.requests) + sum(len(one.vendors) for one in groups)
    many = found.broadcast is not None or total > IN_FULL
    whole = () if many else found.requests
    needing = [r for r in found.requests if needs_person(r, today)]
    needs = [one for one in groups if needs_person(one.first, today)]
    others = [r for r in found.requests if r not in needing]
    rest = [one for one in groups if one not in needs]
    of = max(1, ceil(total / ROWS))
    number = min(number, of)
    ordered = chain(needing, _each(needs), others, _each(rest))
    listed = list(islice(ordered, (number - 1) * ROWS, number * ROWS))
    page = TrackView(
        filing=found,
        place=place_name(found.residence, language),
        today=today,
        requests=tuple(
            _request(desk, found, r, leaving, today, language) for r in whole
        ),
        rows=_rows(desk, found, listed, today, say) if many else None,
        needing=len(needing) + sum(len(one.vendors) for one in needs),
        total=total,
        number=number,
        of=of,
        may_erase=not found.erased,
        drop=is_for(found),
        circle=circle_named(found.broadcast.circle, language_of(request))
        if found.broadcast
        else "",
    )
    return pages.show(request, "residents/standing.html", page)


def _each(groups: Sequence[Alike]) -> Iterator[RequestStanding]:
    """Yield where a broadcast stands at each vendor of some groups."""
    return (one.at(n) for one in groups for n in range(len(one.vendors)))


def needs_person(it: RequestStanding, today: date) -> bool:
    """Return whether it is the resident's turn: to send, to prove, or to complain."""
    unsatisfied = it.status is Status.ANSWERED and it.outcome in UNSATISFIED
    return _by_yourself(it) or it.status in STUCK or unsatisfied or it.overdue(today)


def _by_yourself(it: RequestStanding) -> bool:
    return it.status is Status.QUEUED and it.by_oneself


def _name(desk: Desk, it: RequestStanding) -> str:
    vendor = desk.directory.vendor(it.vendor)
    return vendor.name if vendor else it.vendor


def _rows(
    desk: Desk,
    filing: FilingStanding,
    listed: Sequence[RequestStanding],
    today: date,
    say: Say,
) -> tuple[RequestRow, ...]:
    return tuple(
        RequestRow(
            it,
            _name(desk, it),
            needs_person(it, today),
            it.status in OPEN and it.due is not None,
            say(_next_step(it, today)),
            f"/track/companies/{it.vendor}"
            if it.id == filing.id
            else f"/track/requests/{it.id}",
        )
        for it in listed
    )


def _next_step(it: RequestStanding, today: date) -> str:
    step = _step_in_time(it, today)
    return TOO_LATE.get(step, step) if it.complaint_over(today) else step


def _step_in_time(it: RequestStanding, today: date) -> str:
    if it.status in {Status.ANSWERED, Status.CLOSED} and it.outcome:
        return NEXT_STEPS[it.outcome]
    if _by_yourself(it):
        if not it.no_agent:
            by_letter = it.route is RouteKind.LETTER
            return BY_YOUR_LETTER if by_letter else BY_YOURSELF
        return NOBODY_ELSE_OPTS_OUT if it.nobody_else_opts_out else NOBODY_ELSE
    if it.status is Status.QUEUED and it.by_hand:
        return BY_US_IN_FORM if it.route is RouteKind.WEBFORM else BY_US_BY_POST
    if it.overdue(today):
        return LATE
    if it.found_again and it.status is Status.ACKNOWLEDGED:
        return FOUND_AGAIN
    if it.status is Status.SENT and it.due is None:
        return NO_DAY
    if it.status is Status.SENT and it.reach_in_doubt:
        return IF_REACHED
    if it.status in NEXT_STEPS:
        return NEXT_STEPS[it.status]
    return NEXT_STEPS[it.outcome or Status.CLOSED]


@router.get("/track/requests/{request_id}")
async def one_request(request_id: UUID, here: FollowedDep) -> Response:
    """Show one request of many, and all that can be done with it."""
    filing, it, today = here.filing, here.request(request_id), here.today
    leaving = await here.store.read(read_leaving, filing.id)
    shown = _request(here.desk, filing, it, leaving, today, here.language.value)
    page = OneRequest(today, shown, filing.erased)
    return here.show("residents/one_request.html", page)


def _leaves(it: RequestStanding, leaving: Leaving, language: str, say: Say) -> str:
    """Return what becomes of a letter that did not leave yet, and how one learns it."""
    said = say(LEAVES_SOON)
    if it.id in leaving.kept_back:
        why, until = leaving.kept_back[it.id]
        when = until.astimezone(UTC)
        said = say(WHILE_IT_WAITS.get(why, WAITS)).format(
            day=day_in_words(when.date(), language), time=f"{when:%H:%M}"
        )
    return f"{said} {say(TOLD_WHEN_LEFT[leaving.news])}"


def _request(
    desk: Desk,
    filing: FilingStanding,
    it: RequestStanding,
    leaving: Leaving,
    today: date,
    language: str,
) -> TrackedRequest:
    say = translations(language).gettext
    law = desk.rulebook.pack.laws.get(it.law or "")
    regulator = law.regulator_for(filing.residence) if law else None
    over, letters = it.complaint_over(today), kinds_for(desk, filing, it, today)
    step = _next_step(it, today)
    return TrackedRequest(
        it=it,
        name=_name(desk, it),
        stands=say(
            WAITS_TO_LEAVE if it.id in leaving.kept_back else STATUSES[it.status_said]
        ),
        drawing=drawing(it, desk.rulebook.places[filing.residence], today, say),
        overdue=it.overdue(today),
        by_yourself=_by_yourself(it),
        letters=letters,
        may_complain=LetterKind.COMPLAINT in letters and not over,
        complaint_over=over,
        may_withdraw=(it.status, EventKind.WITHDRAWN) in NEXT and not filing.erased,
        may_answer=bool(may_tell(it.status) or may_note(it)) and not filing.erased,
        steps=steps_of(desk, filing, it, today),
        next_step=_leaves(it, leaving, language, say)
        if step == LEAVES_SOON
        else say(step),
        regulator=(regulator.name, regulator.complaint_url or regulator.url)
        if regulator
        else None,
        beside_the_law=it.beside_the_law(desk.rulebook.pack.laws, filing.filed_on),
    )


@router.post("/track")
async def open_filing(
    request: Request,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    caller: Caller,
    at: Now,
) -> Response:
    """Open a filing with its code, which travels in no address."""
    wait = await store.write(take_try, desk.keys, caller, at=at)
    if wait is not None:
        raise too_many(wait)
    typed = form.values.get("receipt", "")
    say = translations(language_of(request).value).gettext
    try:
        receipt = read_receipt(typed)
    except MisreadError:
        receipt = ""
    found = (
        await store.read(find_filing, desk.keys, secret_of(receipt))
        if receipt
        else None
    )
    if found is None:
        page = TrackForm({"receipt": say(UNKNOWN_RECEIPT)}, typed)
        return pages.show(request, "residents/track.html", page, status=422)
    response = pages.go("/track")
    keep_tracked(response, desk.portal, desk.keys, Tracked(receipt), at=at)
    return response


@router.post("/track/leave")
async def leave(
    request: Request, store: StoreDep, pages: PagesDep, desk: DeskDep, at: Now
) -> Response:
    """Forget the code in this browser, and each way back to it."""
    held = tracked(request, desk.portal, desk.keys, at=at)
    if held is not None:
        found = await store.read(find_filing, desk.keys, secret_of(held.receipt))
        if found is not None:
            await forget_kept(request, found, store, desk, at)
    response = pages.go("/track")
    forget_tracked(response, desk.portal)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
