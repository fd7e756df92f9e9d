"""What a resident says of a request themselves: given, appealed, found again, settled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from fastapi import APIRouter
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
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.residents.admission import Admission, Followed, FollowedDep
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
async def step_page(request_id: UUID, step: OwnStep, here: FollowedDep) -> Response:
    """Show what a step does, with its form."""
    return _show(here, _view(here, request_id, step, here.looks(), {}))


@router.post("/track/requests/{request_id}/steps/{step}")
async def say_step(
    request_id: UUID, step: OwnStep, here: FollowedDep, form: AnyForm
) -> Response:
    """Take what the resident says; a wrong day is told before it costs a code."""
    typed = form.values
    seen = _view(here, request_id, step, here.looks(), typed)
    on, sends = _day(typed.get("on", "")), typed.get("sends", "")
    wrong: dict[str, str] = {}
    if step in DATED and on is None:
        wrong["on"] = here.say(WRONG_DAY)
    if step is OwnStep.FOUND and sends not in {"yes", "no"}:
        wrong["sends"] = here.say(NO_CHOICE)
    rests = rests_until(seen.it.timeline, here.at.date())
    if rests and (step is OwnStep.AGAIN or sends == "yes"):
        wrong["sends"] = _resting(here, rests)
    if wrong and typed.get("do") != "mail":
        asked = Admission(seen.admission.open, mailed="code" in typed)
        return _show(here, _view(here, request_id, step, asked, typed, wrong))
    admission = await here.admit(form)
    if not admission.acts:
        return _show(here, _view(here, request_id, step, admission, typed))
    done = await here.store.write(
        take_step,
        here.desk,
        here.filing.id,
        request_id,
        step,
        on=on,
        sends=sends == "yes",
        at=here.at,
    )
    match done:
        case StepTaken():
            return here.go("/track", admission)
        case NotThatDay():
            wrong = {"on": here.say(WRONG_DAY)}
        case TooSoon():
            wrong = {"sends": _resting(here, done.until)}
        case CannotStep():
            raise Problem(409, "This cannot follow where the request stands.")
    return _show(here, _view(here, request_id, step, admission, typed, wrong))


def _view(
    here: Followed,
    request_id: UUID,
    step: OwnStep,
    admission: Admission,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> StepView:
    """Return the page.

    Raises:
        Problem: 409, if this cannot follow where the request stands.
    """
    desk, filing, it = here.desk, here.filing, here.request(request_id)
    if step not in steps_of(desk, filing, it, here.today):
        raise Problem(409, "This cannot follow where the request stands.")
    letter = LETTER_OF.get(step)
    called_for = letter in kinds_for(desk, filing, it, here.today)
    return StepView(
        step,
        it,
        here.name_of(request_id),
        admission,
        by_us=not it.by_oneself,
        keep_days=desk.portal.keep_days,
        letter=letter if called_for else None,
        on=typed.get("on", here.today.isoformat()),
        sends=typed.get("sends", ""),
        errors=errors or {},
    )


def _show(here: Followed, page: StepView) -> Response:
    status = 422 if page.errors else page.admission.status
    return here.show("residents/step.html", page, page.admission, status=status)


def _day(typed: str) -> date | None:
    try:
        return day_from(typed)
    except ValueError:
        return None


def _resting(here: Followed, until: date) -> str:
    return here.say(RESTING).format(day=day_in_words(until, here.language))
