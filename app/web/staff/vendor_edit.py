"""Change what is known of a company: fill in, see what changes, save."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.edit_form import Form
from app.actions.edit_vendor import (
    Looked,
    NoVendor,
    Proposed,
    Refilled,
    Saved,
    look_at_edit,
    save_edit,
)
from app.actions.foresee_edit import Effect
from app.actions.read_typed import Typed
from app.actions.sign_in import Member
from app.actions.vendor_fields import FACTS
from app.actions.vendor_record import Record, record_of
from app.domain.places import Places
from app.domain.record_acts import Act
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.errors import Problem
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.staff.effects import (
    DayView,
    MeanwhileView,
    ThingView,
    days_read,
    meanwhile_read,
    name_of,
    things_read,
)
from app.web.staff.gate import MemberDep, StaffRoute
from app.web.staff.vendor_form import (
    LIST,
    address_of,
    back_of,
    form_view,
    seen_in,
    seen_written,
)
from app.web.vendor_said import Words
from app.words.vendor_record import TITLES

router = APIRouter(route_class=StaffRoute)
PROPOSALS = "/staff/proposals"
CARRIED = frozenset({"do", "seen", "key", "part"})
"""What a form holds beside its fields."""


@dataclass(frozen=True, slots=True)
class EffectView:
    """What an edit would change."""

    title: str
    slug: str
    name: str
    to: str
    back: str
    seen: str
    things: tuple[ThingView, ...]
    days: tuple[DayView, ...]
    theirs: tuple[DayView, ...]
    """Of a merger: for who would have asked under the other name."""
    other: str
    """What the record is called that would stand for both."""
    effect: Effect
    waits: bool
    """Whether a second person has to look before it counts."""
    meanwhile: tuple[MeanwhileView, ...]
    values: tuple[tuple[str, str], ...]
    """The form, to be sent again."""


@router.get("/new-vendor")
async def new_form(
    request: Request, member: MemberDep, pages: PagesDep, at: Now
) -> Response:
    """Show the form of a company that is not here yet."""
    return _show_form(
        request, pages, member, Form(Act.NEW, "", Typed({})), Record("", ()), at.date()
    )


@router.post("/new-vendor")
async def new_vendor(
    request: Request,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what a new company changes, or record it."""
    asked = Form(Act.NEW, "", Typed(form.values, form.several))
    return await _answer(request, asked, member, store, desk, pages, at)


@router.post("/vendors/{slug}/retire")
@router.post("/vendors/{slug}/merge")
@router.post("/vendors/{slug}/part")
async def end(
    request: Request,
    slug: str,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Retire a company, merge its record into another one, or part them again."""
    act = request.url.path.rpartition("/")[2]
    asked = _asked(slug, act, Typed(form.values, form.several), form.values)
    return await _answer(request, asked, member, store, desk, pages, at)


@router.get("/vendors/{slug}/{act}")
async def edit_form(
    request: Request,
    slug: str,
    act: str,
    member: MemberDep,
    store: StoreDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show a form, filled with what stands."""
    record = await store.read(record_of, slug)
    if not record.stands:
        raise Problem(404, "There is no such vendor.")
    asked = _asked(slug, act, Typed({}), request.query_params)
    return _show_form(request, pages, member, asked, record, at.date())


@router.post("/vendors/{slug}/{act}")
async def edit(
    request: Request,
    slug: str,
    act: str,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what an edit changes, or save it."""
    asked = _asked(slug, act, Typed(form.values, form.several), form.values)
    return await _answer(request, asked, member, store, desk, pages, at)


def _asked(slug: str, act: str, typed: Typed, given: Mapping[str, str]) -> Form:
    """Return which form it is.

    Raises:
        Problem: 404, if there is none of this name.
    """
    key, part = given.get("key", ""), given.get("part", "")
    known = act in set(Act) and act != Act.NEW
    if not known or (act == Act.FACT and key.partition(" ")[0] not in FACTS):
        raise Problem(404, "There is no such form.")
    if act == Act.FACT and typed.values:
        key = key.partition(" ")[0]
    return Form(Act(act), slug, typed, key, part)


async def _answer(
    request: Request,
    asked: Form,
    member: Member,
    store: StoreDep,
    desk: DeskDep,
    pages: Pages,
    at: datetime,
) -> Response:
    given = asked.typed.values
    seen = seen_in(given)
    do = given.get("do", "")
    if do == "save" and seen is not None:
        done = await store.write(save_edit, desk, asked, seen, at=at, by=member.id)
    else:
        done = await store.read(look_at_edit, desk, asked, seen, at=at)
    if isinstance(done, NoVendor):
        raise Problem(404, "There is no such vendor.")
    if isinstance(done, Saved):
        return pages.go(f"{LIST}/{done.slug}")
    if isinstance(done, Proposed):
        return pages.go(f"{PROPOSALS}/{done.id}")
    words, today = Words(language_of(request)), at.date()
    if isinstance(done, Refilled):
        errors = {name: words.fault(fault) for name, fault in done.faults.items()}
        return _show_form(request, pages, member, asked, done.record, today, errors)
    if do == "change":
        return _show_form(request, pages, member, asked, done.case.record, today)
    page = _effect(asked, done, today, words, desk.rulebook.places)
    status = 409 if done.meanwhile and do == "save" else 200
    return pages.show(
        request, "staff/vendor_effect.html", page, status=status, staff=member
    )


def _show_form(
    request: Request,
    pages: Pages,
    member: Member,
    asked: Form,
    record: Record,
    today: date,
    errors: Mapping[str, str] | None = None,
) -> Response:
    words = Words(language_of(request))
    page = form_view(asked, record, today, words, errors or {})
    return pages.show(
        request,
        "staff/vendor_form.html",
        page,
        status=422 if errors else 200,
        staff=member,
    )


def _effect(
    asked: Form, done: Looked, today: date, words: Words, places: Places
) -> EffectView:
    record, draft = done.case.record, done.case.draft
    return EffectView(
        title=words.say(TITLES[asked.act]),
        slug=asked.slug,
        name=name_of(record) or draft.name,
        to=address_of(asked),
        back=back_of(asked),
        seen=seen_written(done.case.seen),
        things=things_read(done.case, words),
        days=days_read(done.effect.days, today, words, places),
        theirs=days_read(done.effect.theirs, today, words, places),
        other=name_of(done.case.other),
        effect=done.effect,
        waits=done.waits,
        meanwhile=meanwhile_read(done.meanwhile, words),
        values=tuple(
            (name, value)
            for name, values in asked.typed.several.items()
            if name not in CARRIED - {"key", "part"}
            for value in values
        ),
    )
