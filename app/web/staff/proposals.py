"""Changes of the directory that wait for a second person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.decide_proposal import (
    ProposalFile,
    ProposalLine,
    Refusal,
    ask_for_two,
    decide,
    read_proposal,
    read_proposals,
)
from app.actions.desk import Desk
from app.actions.foresee_edit import Effect
from app.actions.plain_words import without_unseen
from app.actions.proposal_ground import Moved
from app.actions.sign_in import Member
from app.domain.places import Places
from app.store.editing import Outcome
from app.store.session import Store
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
from app.web.vendor_said import Words
from app.words.vendor_record import FAULTS, OUTCOMES, REFUSALS, TITLES

router = APIRouter(prefix="/proposals", route_class=StaffRoute)
HERE = "/staff/proposals"
MOST = 600
"""Signs of the word of who decides."""


@dataclass(frozen=True, slots=True)
class LineView:
    """One proposal in a list."""

    line: ProposalLine
    company: str
    title: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ProposalsView:
    """What waits, what was decided, and whether two are needed."""

    waiting: tuple[LineView, ...]
    over: tuple[LineView, ...]
    needed: bool
    runs_this: bool


@dataclass(frozen=True, slots=True)
class ProposalView:
    """One proposal, and what it would change if it counted now."""

    line: ProposalLine
    slug: str
    name: str
    title: str
    outcome: str
    things: tuple[ThingView, ...]
    days: tuple[DayView, ...]
    theirs: tuple[DayView, ...]
    other: str
    effect: Effect | None
    outdated: tuple[MeanwhileView, ...]
    moved: Moved | None
    rested: tuple[MeanwhileView, ...]
    """What somebody wrote since of the same company."""
    sight: str
    mine: bool
    may_decide: bool
    word: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def _line(line: ProposalLine, names: Mapping[str, str], words: Words) -> LineView:
    return LineView(
        line,
        names.get(line.vendor, line.vendor),
        words.say(TITLES[line.act]),
        words.say(OUTCOMES[line.outcome]) if line.outcome else "",
    )


@router.get("")
async def proposals(
    request: Request,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """List what waits for a second person."""
    found = await store.read(read_proposals, at=at)
    words, names = Words(language_of(request)), desk.directory.names()
    page = ProposalsView(
        tuple(_line(one, names, words) for one in found.waiting),
        tuple(_line(one, names, words) for one in found.over),
        found.needed,
        member.runs_this,
    )
    return pages.show(request, "staff/proposals.html", page, staff=member)


@router.post("")
async def ask(
    form: AnyForm, member: MemberDep, store: StoreDep, pages: PagesDep, at: Now
) -> Response:
    """Say whether a second person has to look."""
    wanted = form.values.get("two", "")
    if wanted not in {"yes", "no"}:
        raise Problem(422, "Neither yes nor no.")
    await store.write(ask_for_two, needed=wanted == "yes", at=at, by=member.id)
    return pages.go(HERE)


@router.get("/{proposal_id}")
async def proposal(
    request: Request,
    proposal_id: UUID,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Show what a change would change if it counted now."""
    return await _show(request, proposal_id, member, store, desk, pages, at)


@router.post("/{proposal_id}")
async def decided(
    request: Request,
    proposal_id: UUID,
    form: AnyForm,
    member: MemberDep,
    store: StoreDep,
    desk: DeskDep,
    pages: PagesDep,
    at: Now,
) -> Response:
    """Approve, decline or take back a change."""
    wanted, word = form.values.get("do", ""), form.values.get("word", "")
    word = " ".join(without_unseen(word).split())
    if wanted not in set(Outcome):
        raise Problem(422, "No decision.")
    words = Words(language_of(request))
    if len(word) > MOST:
        told = words.say(FAULTS["too_long"]).format(about=MOST)
        return await _show(
            request, proposal_id, member, store, desk, pages, at, told, word
        )
    done = await store.write(
        decide,
        desk,
        proposal_id,
        Outcome(wanted),
        word,
        form.values.get("sight", ""),
        at=at,
        by=member.id,
    )
    match done:
        case Refusal.UNKNOWN:
            raise Problem(404, "There is no such proposal.")
        case Refusal():
            told = words.say(REFUSALS[done])
            return await _show(
                request, proposal_id, member, store, desk, pages, at, told, word
            )
        case _:
            return pages.go(f"/staff/vendors/{done}")


async def _show(
    request: Request,
    proposal_id: UUID,
    member: Member,
    store: Store,
    desk: Desk,
    pages: Pages,
    at: datetime,
    error: str = "",
    word: str = "",
) -> Response:
    found = await store.read(read_proposal, desk, proposal_id, member.id, at=at)
    if found is None:
        raise Problem(404, "There is no such proposal.")
    words, places = Words(language_of(request)), desk.rulebook.places
    page = _view(found, member, at, words, error, word, places)
    status = 409 if error else 200
    return pages.show(request, "staff/proposal.html", page, status=status, staff=member)


def _view(
    found: ProposalFile,
    member: Member,
    at: datetime,
    words: Words,
    error: str,
    word: str,
    places: Places,
) -> ProposalView:
    line, effect, today = found.line, found.effect, at.date()
    return ProposalView(
        line=line,
        slug=line.vendor,
        name=name_of(found.case.record) or line.name,
        title=words.say(TITLES[line.act]),
        outcome=words.say(OUTCOMES[line.outcome]) if line.outcome else "",
        things=things_read(found.case, words),
        days=days_read(effect.days, today, words, places) if effect else (),
        theirs=days_read(effect.theirs, today, words, places) if effect else (),
        other=name_of(found.case.other),
        effect=effect,
        outdated=meanwhile_read(found.outdated, words),
        moved=found.moved,
        rested=meanwhile_read(found.moved.record, words) if found.moved else (),
        sight=found.sight,
        mine=found.mine,
        may_decide=member.may_edit and not line.outcome,
        word=word,
        errors={"word": error} if error else {},
    )
