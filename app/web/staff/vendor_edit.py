"""Change what is known of a company: fill in, see what changes, save."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.draft_edit import Form, typed_of
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
from app.actions.vendor_fields import FACTS, Field, Kind, fields_of
from app.actions.vendor_record import Record, record_of
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
from app.web.vendor_said import TABLES, Changed, Words
from app.words.languages import language_name
from app.words.marks import mark
from app.words.vendor_record import HINTS, TITLES

router = APIRouter(route_class=StaffRoute)
LIST = "/staff/vendors"
NEW = "/staff/new-vendor"
PROPOSALS = "/staff/proposals"
CARRIED = frozenset({"do", "seen", "key", "part"})
"""What a form holds beside its fields."""
LONG_COUNT = 10
"""No record has so many versions that their number has so many digits."""
CHOOSE, UNKNOWN = mark("Choose"), mark("not known")
AREAS = frozenset({Kind.LINES, Kind.SOURCES, Kind.SITES, Kind.HELD, Kind.WORDS})


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as it is shown."""

    name: str
    label: str
    hint: str
    look: str
    """How it is drawn: line, area, day, select, radio or checkbox."""
    value: str
    chosen: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class FormView:
    """A form about a company."""

    act: Act
    title: str
    slug: str
    name: str
    to: str
    back: str
    key: str
    part: str
    seen: int | None
    """How many versions there were; None of a merger, before it is said of which two."""
    fields: tuple[FieldView, ...]
    struck: tuple[Changed, ...] = ()
    """What would be taken out."""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EffectView:
    """What an edit would change."""

    title: str
    slug: str
    name: str
    to: str
    back: str
    seen: int
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
    seen = _seen(given)
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
    page = _effect(asked, done, today, words)
    status = 409 if done.meanwhile and do == "save" else 200
    return pages.show(
        request, "staff/vendor_effect.html", page, status=status, staff=member
    )


def _seen(given: Mapping[str, str]) -> int | None:
    """Return how many versions there were when a form was shown."""
    sent = given.get("seen", "")
    return int(sent) if sent.isdecimal() and len(sent) < LONG_COUNT else None


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
    thing = _thing(asked, record)
    sent = asked.typed.values
    values = {} if sent else typed_of(asked.act, record, asked.key, today)
    fields = fields_of(asked.act, asked.key.partition(" ")[0])
    page = FormView(
        act=asked.act,
        title=words.say(TITLES[asked.act]),
        slug=asked.slug,
        name=name_of(record),
        to=_address(asked),
        back=f"{LIST}/{asked.slug}" if asked.slug else LIST,
        key=asked.key,
        part=asked.part,
        seen=None if asked.act is Act.MERGE else _seen(sent) or record.seen,
        fields=tuple(
            _field(one, asked.typed, values, words, new=not thing) for one in fields
        ),
        struck=words.changed(
            (name, None, value)
            for name, value in (thing or {}).items()
            if asked.act is Act.STRIKE and name not in {"id", "fact"}
        ),
        errors=errors or {},
    )
    return pages.show(
        request,
        "staff/vendor_form.html",
        page,
        status=422 if errors else 200,
        staff=member,
    )


def _thing(asked: Form, record: Record) -> Mapping[str, object] | None:
    """Return the thing that a form is about.

    Raises:
        Problem: 404, if it does not stand.
    """
    part = asked.part if asked.act is Act.STRIKE else asked.act.value
    if asked.act not in {Act.ROUTE, Act.OFFER, Act.ORDER, Act.STRIKE}:
        return None
    if asked.act is not Act.STRIKE and not asked.key:
        return None
    found = (
        record.document(part, asked.key)
        if part in record.parts and part != "vendor"
        else None
    )
    if found is None:
        raise Problem(404, "There is no such entry.")
    return found


def _address(asked: Form) -> str:
    return NEW if asked.act is Act.NEW else f"{LIST}/{asked.slug}/{asked.act}"


LOOKS: Mapping[Kind, str] = {
    Kind.DAY: "day",
    Kind.ONE: "select",
    Kind.SOME: "checkbox",
    Kind.YES_OR_NO: "select",
    **dict.fromkeys(AREAS, "area"),
}


def _field(
    one: Field, typed: Typed, values: Mapping[str, str], words: Words, *, new: bool
) -> FieldView:
    value = typed.values.get(one.name, values.get(one.name, ""))
    chosen: Sequence[str] = typed.several.get(one.name, ())
    if one.name in values:
        chosen = values[one.name].split("\n")
    hint = HINTS.get(one.name, "")
    options: tuple[tuple[str, str], ...] = tuple(
        (code, _option(one, code, words)) for code in one.options
    )
    if one.kind is Kind.YES_OR_NO:
        options = (("yes", words.say("Yes")), ("no", words.say("No")))
    if one.name == "rank" and new:
        options = options[1:]
    if LOOKS.get(one.kind) == "select" and one.name != "rank" and not one.otherwise:
        options = (("", words.say(CHOOSE if one.needed else UNKNOWN)), *options)
    return FieldView(
        name=one.name,
        label=words.label(one.name),
        hint=words.say(hint) if hint else "",
        look=LOOKS.get(one.kind, "line"),
        value=value,
        chosen=tuple(chosen),
        options=options,
        optional=not one.needed,
    )


def _option(one: Field, code: str, words: Words) -> str:
    if one.words == "language":
        return language_name(code, words.language)
    return words.say(TABLES[one.words][code])


def _effect(asked: Form, done: Looked, today: date, words: Words) -> EffectView:
    record, draft = done.case.record, done.case.draft
    return EffectView(
        title=words.say(TITLES[asked.act]),
        slug=asked.slug,
        name=name_of(record) or draft.name,
        to=_address(asked),
        back=f"{LIST}/{asked.slug}" if asked.slug else LIST,
        seen=done.case.seen,
        things=things_read(done.case, words),
        days=days_read(done.effect.days, today, words),
        theirs=days_read(done.effect.theirs, today, words),
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
