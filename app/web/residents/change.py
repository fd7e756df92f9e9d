"""What a resident changes themselves: take back, erase, say that it was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.desk import Desk
from app.actions.erase_filing import erase_filing
from app.actions.state_sent import NotTheirs, NotThen, is_theirs, state_sent
from app.actions.withdraw_request import Withdrawn, withdraw_requests
from app.domain.timeline import NEXT, Actor, EventKind, sent_no_earlier
from app.domain.written_days import day_from
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.residents.admission import Admission, Followed, FollowedDep, admit, looks
from app.words.catalog import translations
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


def name_of(desk: Desk, here: Followed, request_id: UUID) -> str:
    """Return the name of the company that a request is for."""
    slug = here.request(request_id).vendor
    vendor = desk.directory.vendor(slug)
    return vendor.name if vendor else slug


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


def _show(request: Request, pages: Pages, page: ChangeView) -> Response:
    status = 422 if page.errors else page.admission.status
    return pages.show(
        request,
        "residents/change.html",
        page,
        status=status,
    )


@router.get("/track/requests/{request_id}/sent")
async def sent_page(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Ask for the day on which the resident sent a request."""
    _may(here, request_id, EventKind.SENT)
    today = desk.rulebook.places[here.filing.residence].day(at)
    page = ChangeView(
        "sent",
        name_of(desk, here, request_id),
        looks(request, desk, here, at),
        on=today.isoformat(),
    )
    return _show(request, pages, page)


@router.post("/track/requests/{request_id}/sent")
async def say_sent(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take the day on which the resident sent a request themselves."""
    name, typed = name_of(desk, here, request_id), form.values.get("on", "")
    today = desk.rulebook.places[here.filing.residence].day(at)
    try:
        on = day_from(typed)
    except ValueError:
        on = date.min
    if _is_done(here, request_id, EventKind.SENT, on):
        return pages.go("/track")
    _may(here, request_id, EventKind.SENT)
    say = translations(language_of(request).value).gettext
    it = here.request(request_id)
    first = min(sent_no_earlier(it.timeline, here.filing.filed_on), today)
    shown = {"first": day_in_words(first, language_of(request).value)}
    wrong = {} if first <= on <= today else {"on": say(NOT_THEN) % shown}
    if wrong and form.values.get("do") != "mail":  # before it costs a code
        admission = looks(request, desk, here, at)
        asked = Admission(admission.open, mailed="code" in form.values)
        return _show(request, pages, ChangeView("sent", name, asked, typed, wrong))
    admission = await admit(request, form, here, store, desk, at)
    if not admission.acts:
        return _show(request, pages, ChangeView("sent", name, admission, typed))
    done = await store.write(
        state_sent,
        desk,
        here.filing.id,
        request_id,
        on,
        here.secret,
        today=today,
        at=at,
    )
    if isinstance(done, NotTheirs | NotThen):
        raise Problem(409, "This request was sent already.")
    return admission.let(pages.go("/track"), desk, here, at)


@router.get("/track/requests/{request_id}/withdraw")
async def withdraw_page(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Say what stops, and what cannot be called back."""
    _may(here, request_id, EventKind.WITHDRAWN)
    name, admission = name_of(desk, here, request_id), looks(request, desk, here, at)
    return _show(request, pages, ChangeView("withdraw", name, admission))


@router.post("/track/requests/{request_id}/withdraw")
async def withdraw(
    request: Request,
    request_id: UUID,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Take a request back."""
    if _is_done(here, request_id, EventKind.WITHDRAWN):
        return pages.go("/track")
    _may(here, request_id, EventKind.WITHDRAWN)
    name = name_of(desk, here, request_id)
    admission = await admit(request, form, here, store, desk, at, ends=True)
    if not admission.acts:
        return _show(request, pages, ChangeView("withdraw", name, admission))
    done = await store.write(
        withdraw_requests, desk, here.filing.id, None, [request_id], at=at
    )
    if not isinstance(done, Withdrawn):
        raise Problem(409, "This request cannot be taken back.")
    return admission.let(pages.go("/track"), desk, here, at)


@router.get("/track/erase")
async def erase_page(
    request: Request, here: FollowedDep, desk: DeskDep, pages: PagesDep, at: Now
) -> Response:
    """Say what is destroyed, and what stays."""
    page = ChangeView("erase", None, looks(request, desk, here, at))
    return _show(request, pages, page)


@router.post("/track/erase")
async def erase(
    request: Request,
    here: FollowedDep,
    form: AnyForm,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Destroy everything personal, now."""
    if here.filing.erased:
        return pages.go("/track")
    admission = await admit(request, form, here, store, desk, at, ends=True)
    if not admission.acts:
        return _show(request, pages, ChangeView("erase", None, admission))
    await store.write(erase_filing, desk, here.filing.id, here.secret, None, at=at)
    return admission.let(pages.go("/track"), desk, here, at)
