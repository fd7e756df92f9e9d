"""What a resident changes themselves: take back, erase, say that it was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from app.actions.erase_filing import erase_filing
from app.actions.state_sent import NotTheirs, NotThen, is_theirs, state_sent
from app.actions.withdraw_request import Withdrawn, withdraw_requests
from app.domain.timeline import NEXT, Actor, EventKind, sent_no_earlier
from app.domain.written_days import day_from
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.residents.admission import Admission, Followed, FollowedDep
from app.words.languages import day_in_words
from app.words.marks import mark

router = APIRouter()
NOT_THEN = mark("Enter a day from %(first)s until today")
What = Literal["withdraw", "erase", "sent"]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """The page of one change."""

    what: What
    name: str | None
    """The company's, where it is about one."""
    admission: Admission
    on: str = ""
    """The day on which a request was sent, as it was typed."""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_errors(self) -> dict[str, str]:
        """What is wrong with the form, its code included."""
        return {**self.errors, **self.admission.errors}


def show_change(here: Followed, page: ChangeView) -> Response:
    """Show the page of one change."""
    status = 422 if page.errors else page.admission.status
    return here.show("residents/change.html", page, status=status)


def _may(here: Followed, request_id: UUID, kind: EventKind) -> None:
    """Refuse what cannot follow, before it costs a code.

    Raises:
        Problem: 409.
    """
    it = here.request(request_id)
    may = (it.status, kind) in NEXT
    if kind is EventKind.SENT:
        may = is_theirs(it.status, by_us=not it.by_oneself)
    if not may:
        raise Problem(409, "This cannot be done with the request as it stands.")


def _is_done(
    here: Followed, request_id: UUID, kind: EventKind, on: date | None = None
) -> bool:
    """Return whether a change stands as it is wanted: its form was sent twice."""
    last = here.request(request_id).timeline[-1]
    return (last.kind, last.by, last.on) == (kind, Actor.RESIDENT, on)


@router.get("/track/requests/{request_id}/sent")
async def sent_page(request_id: UUID, here: FollowedDep) -> Response:
    """Ask for the day on which the resident sent a request."""
    _may(here, request_id, EventKind.SENT)
    name, today = here.name_of(request_id), here.today.isoformat()
    return show_change(here, ChangeView("sent", name, here.looks(), on=today))


@router.post("/track/requests/{request_id}/sent")
async def say_sent(request_id: UUID, here: FollowedDep, form: AnyForm) -> Response:
    """Take the day on which the resident sent a request themselves."""
    name, typed = here.name_of(request_id), form.values.get("on", "")
    try:
        on = day_from(typed)
    except ValueError:
        on = date.min
    if _is_done(here, request_id, EventKind.SENT, on):
        return here.go("/track")
    _may(here, request_id, EventKind.SENT)
    wrong = _wrong_day(here, request_id, on)
    if wrong and form.values.get("do") != "mail":  # before it costs a code
        asked = Admission(here.looks().open, mailed="code" in form.values)
        return show_change(here, ChangeView("sent", name, asked, typed, wrong))
    admission = await here.admit(form)
    if not admission.acts:
        return show_change(here, ChangeView("sent", name, admission, typed))
    done = await here.store.write(
        state_sent,
        here.desk,
        here.filing.id,
        request_id,
        on,
        here.secret,
        today=here.today,
        at=here.at,
    )
    if isinstance(done, NotTheirs | NotThen):
        raise Problem(409, "This request was sent already.")
    return here.go("/track", admission)


def _wrong_day(here: Followed, request_id: UUID, on: date) -> dict[str, str]:
    """Return what is wrong with a day of sending, by field."""
    timeline = here.request(request_id).timeline
    first = min(sent_no_earlier(timeline, here.filing.filed_on), here.today)
    if first <= on <= here.today:
        return {}
    shown = {"first": day_in_words(first, here.language.value)}
    return {"on": here.say(NOT_THEN) % shown}


@router.get("/track/requests/{request_id}/withdraw")
async def withdraw_page(request_id: UUID, here: FollowedDep) -> Response:
    """Say what stops, and what cannot be called back."""
    _may(here, request_id, EventKind.WITHDRAWN)
    page = ChangeView("withdraw", here.name_of(request_id), here.looks())
    return show_change(here, page)


@router.post("/track/requests/{request_id}/withdraw")
async def withdraw(request_id: UUID, here: FollowedDep, form: AnyForm) -> Response:
    """Take a request back."""
    if _is_done(here, request_id, EventKind.WITHDRAWN):
        return here.go("/track")
    _may(here, request_id, EventKind.WITHDRAWN)
    admission = await here.admit(form, ends=True)
    if not admission.acts:
        page = ChangeView("withdraw", here.name_of(request_id), admission)
        return show_change(here, page)
    done = await here.store.write(
        withdraw_requests, here.desk, here.filing.id, None, [request_id], at=here.at
    )
    if not isinstance(done, Withdrawn):
        raise Problem(409, "This request cannot be taken back.")
    return here.go("/track", admission)


@router.get("/track/erase")
async def erase_page(here: FollowedDep) -> Response:
    """Say what is destroyed, and what stays."""
    return show_change(here, ChangeView("erase", None, here.looks()))


@router.post("/track/erase")
async def erase(here: FollowedDep, form: AnyForm) -> Response:
    """Destroy everything personal, now."""
    if here.filing.erased:
        return here.go("/track")
    admission = await here.admit(form, ends=True)
    if not admission.acts:
        return show_change(here, ChangeView("erase", None, admission))
    await here.store.write(
        erase_filing, here.desk, here.filing.id, here.secret, None, at=here.at
    )
    return here.go("/track", admission)
