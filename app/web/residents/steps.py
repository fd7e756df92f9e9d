"""What a resident says of a request themselves: given, appealed, found again, settled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.desk import Desk
from app.actions.read_filing import FilingStanding, RequestStanding
from app.actions.take_step import (
    DATED,
    CannotStep,
    NotThatDay,
    StepTaken,
    TooSoon,
    may_appeal,
    rests_until,
    take_step,
)
from app.actions.write_letter import kinds_for
from app.domain.own_steps import OwnStep, own_steps
from app.domain.written_days import day_from
from app.letters import LetterKind
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.residents.admission import Admission, Followed, FollowedDep, admit, looks
from app.web.residents.change import name_of
from app.words.catalog import translations
from app.words.languages import day_in_words
from app.words.marks import mark

router = APIRouter()
LETTER_OF = {
    OwnStep.IDENTITY: LetterKind.IDENTITY_ANSWER,
    OwnStep.APPEAL: LetterKind.APPEAL,
}
"""What is to be sent before the step is stated."""
WRONG_DAY = mark("Enter a day from the company’s answer until today")
NO_CHOICE = mark("Choose whether your request is sent again")
RESTING = mark("You asked again not long ago. You can ask once more from {day}")


@dataclass(frozen=True, slots=True)
class StepView:
    """The page of one step."""

    step: OwnStep
    it: RequestStanding
    name: str
    admission: Admission
    by_us: bool
    """Whether a letter that is sent again leaves by us."""
    keep_days: int
    letter: LetterKind | None
    """The letter that we write for it, where there is one."""
    on: str = ""
    """The day, as it was typed."""
    sends: str = ""
    """Whether to ask again: ``yes``, ``no``, or nothing yet."""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_errors(self) -> dict[str, str]:
        """What is wrong with the form, its code included."""
        return {**self.errors, **self.admission.errors}


def steps_of(
    desk: Desk, filing: FilingStanding, it: RequestStanding, today: date
) -> tuple[OwnStep, ...]:
    """Return what the resident may say of a request where it stands."""
    if filing.erased:
        return ()
    law = desk.rulebook.pack.laws.get(it.law or "")
    return own_steps(
        it.status,
        it.outcome,
        appeals=may_appeal(law, it.sent_on or filing.filed_on, it.timeline),
        waited=it.overdue(today) or it.standing.opened is not None,
    )


@router.get("/track/requests/{request_id}/steps/{step}")
async def step_page(
    request: Request,
    request_id: UUID,
    step: OwnStep,
    here: FollowedDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what a step does, with its form."""
    page = _view(desk, here, request_id, step, looks(request, desk, here, at), at=at)
    return _show(request, pages, page)


def _view(
    desk: Desk,
    here: Followed,
    request_id: UUID,
    step: OwnStep,
    admission: Admission,
    *,
    at: datetime,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> StepView:
    """Return the page.

    Raises:
        Problem: 409, if this cannot follow where the request stands.
    """
    it = here.request(request_id)
    today = desk.rulebook.places[here.filing.residence].day(at)
    if step not in steps_of(desk, here.filing, it, today):
        raise Problem(409, "This cannot follow where the request stands.")
    typed, letter = typed or {}, LETTER_OF.get(step)
    return StepView(
        step,
        it,
        name_of(desk, here, request_id),
        admission,
        by_us=not it.by_oneself,
        keep_days=desk.portal.keep_days,
        letter=letter if letter in kinds_for(desk, here.filing, it, today) else None,
        on=typed.get("on", today.isoformat()),
        sends=typed.get("sends", ""),
        errors=errors or {},
    )


def _show(request: Request, pages: Pages, page: StepView) -> Response:
    status = 422 if page.errors else page.admission.status
    return pages.show(
        request,
        "residents/step.html",
        page,
        status=status,
    )


@router.post("/track/requests/{request_id}/steps/{step}")
async def say_step(
    request: Request,
    request_id: UUID,
    step: OwnStep,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take what the resident says; a wrong day is told before it costs a code."""
    typed = form.values
    say = translations(language_of(request)).gettext
    seen = _view(
        desk, here, request_id, step, looks(request, desk, here, at), at=at, typed=typed
    )
    on, sends = _day(typed.get("on", "")), typed.get("sends", "")
    wrong: dict[str, str] = {}
    if step in DATED and on is None:
        wrong["on"] = say(WRONG_DAY)
    if step is OwnStep.FOUND and sends not in {"yes", "no"}:
        wrong["sends"] = say(NO_CHOICE)
    rests = rests_until(seen.it.timeline, at.date())
    if rests and (step is OwnStep.AGAIN or sends == "yes"):
        wrong["sends"] = _resting(request, rests)
    if wrong and typed.get("do") != "mail":
        admission = Admission(seen.admission.open, mailed="code" in typed)
        return _refused(
            request, pages, desk, here, request_id, step, admission, typed, wrong, at
        )
    admission = await admit(request, form, here, store, desk, at)
    if not admission.acts:
        return _refused(
            request, pages, desk, here, request_id, step, admission, typed, {}, at
        )
    done = await store.write(
        take_step,
        desk,
        here.filing.id,
        request_id,
        step,
        on=on,
        sends=sends == "yes",
        at=at,
    )
    match done:
        case StepTaken():
            return admission.let(pages.go("/track"), desk, here, at)
        case NotThatDay():
            wrong = {"on": say(WRONG_DAY)}
        case TooSoon():
            wrong = {"sends": _resting(request, done.until)}
        case CannotStep():
            raise Problem(409, "This cannot follow where the request stands.")
    response = _refused(
        request, pages, desk, here, request_id, step, admission, typed, wrong, at
    )
    return admission.let(response, desk, here, at)


def _refused(
    request: Request,
    pages: Pages,
    desk: Desk,
    here: Followed,
    request_id: UUID,
    step: OwnStep,
    admission: Admission,
    typed: Mapping[str, str],
    wrong: Mapping[str, str],
    at: datetime,
) -> Response:
    page = _view(
        desk, here, request_id, step, admission, at=at, typed=typed, errors=wrong
    )
    return _show(request, pages, page)


def _day(typed: str) -> date | None:
    try:
        return day_from(typed)
    except ValueError:
        return None


def _resting(request: Request, until: date) -> str:
    language = language_of(request)
    say = translations(language).gettext
    return say(RESTING).format(day=day_in_words(until, language))
