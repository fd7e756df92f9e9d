"""Refusals because of where people live: what is proposed, and what somebody decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.actions.desk import Desk
from app.actions.learn_refusals import (
    Decided,
    Pair,
    Proposal,
    Recorded,
    decide_refusals,
    read_refusals,
    take_back_refusal,
)
from app.actions.record_work import RecordWork, record_work
from app.actions.sign_in import Member
from app.domain.refusals import Reading
from app.store.session import Store
from app.web.deps import DeskDep, Now, PagesDep, StoreDep
from app.web.forms import AnyForm
from app.web.pages import Pages, language_of
from app.web.staff.faults import faults_said
from app.web.staff.gate import MemberDep, StaffRoute
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import place_name
from app.words.marks import mark
from app.words.record_work import READINGS

router = APIRouter(prefix="/refusals", route_class=StaffRoute)
HERE = "/staff/refusals"
SAY_AS_WHAT = mark("Say as what it is recorded")
SAY_WHY = mark("Say why, in a word")
DECIDED_ALREADY = mark("Somebody has decided this meanwhile; nothing was changed")


@dataclass(frozen=True, slots=True)
class ProposalView:
    """One proposal in words."""

    proposal: Proposal
    vendor: str
    place: str


@dataclass(frozen=True, slots=True)
class RecordedView:
    """What was decided, in words."""

    recorded: Recorded
    vendor: str
    place: str
    reading: str
    stands: bool
    """Whether people are warned."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form held, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefusalsView:
    """The page."""

    proposals: tuple[ProposalView, ...]
    recorded: tuple[RecordedView, ...]
    readings: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    errors: Mapping[str, str]
    may_edit: bool
    work: RecordWork


@router.get("")
async def refusals(
    request: Request, member: MemberDep, store: StoreDep, desk: DeskDep, pages: PagesDep
) -> Response:
    """Show what is proposed, and what was decided."""
    return await _show(request, pages, store, desk, member, Typed())


@router.post("")
async def decide(
    request: Request,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Decide about a proposal, or take a warning back."""
    values, status = form.values, 422
    say = translations(language_of(request)).gettext
    back = values.get("do") == "back"
    given = {**values, "reading": Reading.NOTHING} if back else dict(values)
    end = f"-{values.get('which', '')}"
    try:
        decided = Decided.model_validate(given)
    except ValidationError as wrong:
        said = {"reading": SAY_AS_WHAT, "words": SAY_WHY}
        faults = faults_said(wrong, said, say)
        errors = {name + end: text for name, text in faults.items()}
    else:
        pair = Pair(values.get("vendor", ""), values.get("residence", ""))
        if back:
            done = await store.write(
                take_back_refusal, pair, decided.words, at=at, staff_id=member.id
            )
        else:
            done = await store.write(
                decide_refusals,
                _id(values.get("proposal", "")),
                decided,
                at=at,
                staff_id=member.id,
            )
        if done:
            return pages.go(HERE)
        errors, status = {"refusals": say(DECIDED_ALREADY)}, 409
    typed = Typed(values, errors)
    return await _show(request, pages, store, desk, member, typed, status=status)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


async def _show(
    request: Request,
    pages: Pages,
    store: Store,
    desk: Desk,
    member: Member,
    typed: Typed,
    *,
    status: int = 200,
) -> Response:
    language = language_of(request)
    say = translations(language).gettext
    file = await store.read(read_refusals)
    page = RefusalsView(
        tuple(
            ProposalView(
                one, _name(desk, one.vendor), place_name(one.residence, language)
            )
            for one in file.proposals
        ),
        tuple(_recorded(one, desk, language, say) for one in file.recorded),
        tuple((reading.value, say(READINGS[reading])) for reading in Reading),
        typed.values,
        typed.errors,
        member.may_edit,
        await store.read(record_work),
    )
    return pages.show(request, "staff/refusals.html", page, status=status, staff=member)


def _name(desk: Desk, slug: str) -> str:
    vendor = desk.directory.vendor(slug)
    return vendor.name if vendor else slug


def _recorded(one: Recorded, desk: Desk, language: str, say: Say) -> RecordedView:
    return RecordedView(
        one,
        _name(desk, one.vendor),
        place_name(one.residence, language),
        say(READINGS[one.reading]),
        one.reading is not Reading.NOTHING,
    )
