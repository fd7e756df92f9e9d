"""Follow a filing with its code: where each request stands, and what can be done."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.desk import Desk
from app.actions.hand_to_drop import is_for
from app.actions.read_filing import (
    FilingStanding,
    RequestStanding,
    by_receipt,
    find_filing,
)
from app.actions.record_reply import may_tell
from app.actions.take_try import take_try
from app.actions.write_letter import kinds_for
from app.domain.own_steps import OwnStep
from app.domain.receipts import MisreadError, read_receipt, secret_of
from app.domain.timeline import NEXT, EventKind, Outcome, Status
from app.letters import LetterKind
from app.web.deps import Caller, DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.residents.confirm import forget_kept
from app.web.residents.cookies import Tracked, forget_tracked, keep_tracked, tracked
from app.web.residents.steps import steps_of
from app.web.timelines import Drawing, drawing
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import place_name
from app.words.marks import mark

router = APIRouter()

UNKNOWN_RECEIPT = mark(
    "We do not know this tracking code. Look at each letter and number again."
)


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
    drawing: Drawing
    overdue: bool
    by_yourself: bool
    """Whether the resident still has to send it."""
    may_withdraw: bool
    letters: tuple[LetterKind, ...]
    """Which letters there are to send."""
    may_complain: bool
    """Whether a complaint comes next: one is called for, and in its time."""
    may_answer: bool
    """Whether the company may have written something that we can record."""
    steps: tuple[OwnStep, ...]
    next_step: str
    regulator: tuple[str, str | None] | None
    beside_the_law: bool
    """Whether it was refused on a ground that its law does not know."""


@dataclass(frozen=True, slots=True)
class TrackView:
    """The page of a filing."""

    filing: FilingStanding
    place: str
    today: date
    requests: tuple[TrackedRequest, ...]
    may_erase: bool
    drop: bool
    """Whether California's own platform is there for the person."""


NEXT_STEPS: dict[Status | Outcome, str] = {
    Status.UNCONFIRMED: mark("Type in the code that we mailed you."),
    Status.QUEUED: mark("It leaves soon. We mail you when it has."),
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
NOBODY_ELSE = mark("This one you send yourself: the law here lets nobody else ask.")
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
    request: Request, store: StoreDep, desk: DeskDep, pages: PagesDep, at: Now
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
    return _show(request, pages, desk, found, at.date())


def _show(
    request: Request,
    pages: Pages,
    desk: Desk,
    found: FilingStanding,
    today: date,
) -> Response:
    language = language_of(request).value
    say = translations(language).gettext
    page = TrackView(
        filing=found,
        place=place_name(found.residence, language),
        today=today,
        requests=tuple(_request(desk, found, r, today, say) for r in found.requests),
        may_erase=not found.erased,
        drop=is_for(found),
    )
    return pages.show(request, "residents/standing.html", page)


def _request(
    desk: Desk, filing: FilingStanding, it: RequestStanding, today: date, say: Say
) -> TrackedRequest:
    vendor = desk.directory.vendors.get(it.vendor)
    law = desk.rulebook.pack.laws.get(it.law or "")
    regulator = law.regulator_for(filing.residence) if law else None
    by_yourself = it.status is Status.QUEUED and it.by_oneself
    overdue = it.overdue(today)
    step = NEXT_STEPS.get(it.outcome or it.status, NEXT_STEPS[Status.CLOSED])
    if it.status in {Status.ANSWERED, Status.CLOSED} and it.outcome:
        step = NEXT_STEPS[it.outcome]
    elif by_yourself:
        step = NOBODY_ELSE if it.no_agent else BY_YOURSELF
    elif overdue:
        step = LATE
    elif it.found_again and it.status is Status.ACKNOWLEDGED:
        step = FOUND_AGAIN
    elif it.status is Status.SENT and it.due is None:
        step = NO_DAY
    elif it.status is Status.SENT and it.reach_in_doubt:
        step = IF_REACHED
    elif it.status in NEXT_STEPS:
        step = NEXT_STEPS[it.status]
    over, letters = it.complaint_over(today), kinds_for(desk, filing, it, today)
    if over:
        step = TOO_LATE.get(step, step)
    return TrackedRequest(
        it=it,
        name=vendor.name if vendor else it.vendor,
        drawing=drawing(it, today, say),
        overdue=overdue,
        by_yourself=by_yourself,
        letters=letters,
        may_complain=LetterKind.COMPLAINT in letters and not over,
        may_withdraw=(it.status, EventKind.WITHDRAWN) in NEXT and not filing.erased,
        may_answer=bool(may_tell(it.status)) and not filing.erased,
        steps=steps_of(desk, filing, it, today),
        next_step=say(step),
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
        raise Problem(429, "Too many tries.", headers={"Retry-After": str(wait)})
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
