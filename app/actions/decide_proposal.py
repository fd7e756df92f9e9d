"""Changes that wait for a second person: looked at anew, approved, declined, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.draft_edit import Draft
from app.actions.edit_case import Case, Meanwhile, effect_of, meanwhile
from app.actions.foresee_edit import Effect
from app.actions.proposal_ground import Moved, moved_since, sight_of
from app.actions.read_audit import names_of
from app.actions.vendor_record import Record, Thing, record_of
from app.actions.write_edit import write
from app.domain.record_acts import Act
from app.store import audit, vendors
from app.store.editing import (
    Outcome,
    Proposal,
    set_two_people,
    two_people_needed,
)
from app.store.vendors import Written

WAITS_FOR = timedelta(days=14)
"""How long a change may wait: what it rests on was looked at on its first day."""
SHOWN = 20
"""How many that are over are listed."""


class Refusal(StrEnum):
    """Why nothing was decided."""

    UNKNOWN = "unknown"
    OVER = "over"
    """Somebody decided, or its time is over."""
    OWN = "own"
    """Nobody approves, or declines, what is their own."""
    NOT_OWN = "not own"
    """Nobody takes back what is another's."""
    OUTDATED = "outdated"
    """Somebody changed what it would follow."""
    UNSEEN = "unseen"
    """What it rests on, or would change, is not what was shown any more."""
    NO_WORD = "no word"
    """Who declines says why."""


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposal in a list."""

    id: UUID
    vendor: str
    act: Act
    name: str
    made_at: datetime
    made_by: str
    outcome: str
    """Empty while it waits; ``expired`` where its time is over."""
    decided_at: datetime | None
    decided_by: str
    word: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """What waits, and what was decided lately."""

    waiting: tuple[ProposalLine, ...]
    over: tuple[ProposalLine, ...]
    needed: bool
    """Whether a second person has to look now."""


@dataclass(frozen=True, slots=True)
class ProposalFile:
    """One proposal, and what it would change if it counted now."""

    line: ProposalLine
    mine: bool
    case: Case
    effect: Effect | None
    """None where it cannot be written any more, or is over."""
    outdated: tuple[Meanwhile, ...]
    """What somebody wrote since, of the same things."""
    moved: Moved | None
    """What it rests on that is another by now; None where nothing can be written."""
    sight: str
    """Names what is shown: who approves sends it back."""


def read_proposals(session: Session, *, at: datetime) -> Proposals:
    """Return what waits, the longest first, and what is over, the latest first."""
    waiting = session.scalars(
        select(Proposal)
        .where(Proposal.decided_at.is_(None), Proposal.made_at > at - WAITS_FOR)
        .order_by(Proposal.id)
    ).all()
    over = session.scalars(
        select(Proposal)
        .where(Proposal.decided_at.is_not(None) | (Proposal.made_at <= at - WAITS_FOR))
        .order_by(Proposal.id.desc())
        .limit(SHOWN)
    ).all()
    lines = _lines(session, [*waiting, *over], at)
    return Proposals(
        lines[: len(waiting)], lines[len(waiting) :], two_people_needed(session)
    )


def how_many_wait(session: Session, *, at: datetime) -> int:
    """Return how many changes wait for a second person."""
    waiting = select(func.count()).where(
        Proposal.decided_at.is_(None), Proposal.made_at > at - WAITS_FOR
    )
    return session.scalar(waiting) or 0


def waiting_of(session: Session, slug: str, *, at: datetime) -> tuple[UUID, ...]:
    """Return the changes of a vendor that wait."""
    return tuple(
        session.scalars(
            select(Proposal.id)
            .where(
                Proposal.vendor == slug,
                Proposal.decided_at.is_(None),
                Proposal.made_at > at - WAITS_FOR,
            )
            .order_by(Proposal.id)
        )
    )


def _lines(
    session: Session, proposals: Sequence[Proposal], at: datetime
) -> tuple[ProposalLine, ...]:
    people = {str(one.made_by) for one in proposals}
    people |= {str(one.decided_by) for one in proposals if one.decided_by}
    names = names_of(session, people)
    return tuple(
        ProposalLine(
            one.id,
            one.vendor,
            one.act,
            one.name,
            one.made_at,
            names.get(str(one.made_by), ""),
            one.outcome or ("expired" if _is_over(one, at) else ""),
            one.decided_at,
            names.get(str(one.decided_by), ""),
            one.word,
        )
        for one in proposals
    )


def _is_over(proposal: Proposal, at: datetime) -> bool:
    return proposal.decided_at is not None or proposal.made_at <= at - WAITS_FOR


def read_proposal(
    session: Session, desk: Desk, proposal_id: UUID, member_id: UUID, *, at: datetime
) -> ProposalFile | None:
    """Return a proposal, and its effect as it would be now; None where there is none."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        return None
    case = _case(session, proposal)
    changed = _changed(proposal, case)
    today, effect = at.date(), None
    if not changed and not _is_over(proposal, at):
        effect = _effect(session, desk, case, today)
    [line] = _lines(session, [proposal], at)
    return ProposalFile(
        line,
        proposal.made_by == member_id,
        case,
        effect,
        () if _is_over(proposal, at) else meanwhile(session, case, changed),
        moved_since(session, desk, proposal, case, effect, today) if effect else None,
        sight_of(desk, case, effect) if effect else "",
    )


def _effect(session: Session, desk: Desk, case: Case, today: date) -> Effect | None:
    """Return what a case would change; None where it cannot be written any more.

    A record that was merged meanwhile, or is about to be, takes no other over.
    """
    if case.draft.act is Act.MERGE and case.other.double is not None:
        return None
    try:
        return effect_of(session, desk, case, today=today)
    except ValidationError:
        return None


def _case(session: Session, proposal: Proposal) -> Case:
    things = tuple(_thing(one) for one in proposal.things)
    record = record_of(session, proposal.vendor)
    others = {thing.vendor for thing in things} - {proposal.vendor}
    names = record.document("vendor", "") if proposal.act is Act.PART else {}
    if proposal.act is Act.MERGE:
        names = things[0].document
    others |= {one["of"] for one in ((names or {}).get("double"),) if one}
    other = record_of(session, others.pop()) if others else Record("", ())
    draft = Draft(proposal.vendor, proposal.act, things, proposal.name)
    return Case(draft, record, other)


def _thing(one: dict[str, Any]) -> Thing:
    return Thing(**{name: value for name, value in one.items() if name != "was"})


def _changed(proposal: Proposal, case: Case) -> list[Written]:
    """Return the versions that came between: of what it would follow."""
    found = []
    for one in proposal.things:
        thing = _thing(one)
        record = case.of(thing.vendor)
        if record.hash_of(thing) != one["was"]:
            found += [
                version
                for version in record.written
                if (version.part, version.key) == (thing.part, thing.key)
            ][-1:]
    return found


def decide(
    session: Session,
    desk: Desk,
    proposal_id: UUID,
    outcome: Outcome,
    word: str,
    sight: str,
    *,
    at: datetime,
    by: UUID,
) -> Refusal | str:
    """Decide about a change that waits; return whose record it is about.

    Its effect is computed anew: who approves has to have seen just that (``sight``).
    """
    vendors.hold(session)
    proposal = session.get(
        Proposal, proposal_id, with_for_update=True, populate_existing=True
    )
    why = _refused(proposal, outcome, word, at=at, by=by)
    if why is not None or proposal is None:
        return why or Refusal.UNKNOWN
    if outcome is Outcome.APPROVED:
        case = _case(session, proposal)
        effect = _effect(session, desk, case, at.date())
        if effect is None or _changed(proposal, case):
            return Refusal.OUTDATED
        if sight_of(desk, case, effect) != sight:
            return Refusal.UNSEEN
        write(session, desk, case, at=at, by=proposal.made_by, actor=str(by))
    proposal.decided_at, proposal.decided_by = at, by
    proposal.outcome, proposal.word = outcome, word
    session.flush()
    audit.append(
        session,
        at=at,
        actor=str(by),
        action=f"change {outcome}",
        subject=proposal.vendor,
        name=f"{proposal.name}: {word}" if word else proposal.name,
    )
    return proposal.vendor


def _refused(
    proposal: Proposal | None,
    outcome: Outcome,
    word: str,
    *,
    at: datetime,
    by: UUID,
) -> Refusal | None:
    if proposal is None:
        return Refusal.UNKNOWN
    if _is_over(proposal, at):
        return Refusal.OVER
    own = proposal.made_by == by
    if outcome is Outcome.WITHDRAWN:
        return None if own else Refusal.NOT_OWN
    if own:
        return Refusal.OWN
    return Refusal.NO_WORD if outcome is Outcome.DECLINED and not word else None


def ask_for_two(session: Session, *, needed: bool, at: datetime, by: UUID) -> None:
    """Say whether a second person has to look; on record."""
    if set_two_people(session, needed=needed, at=at):
        action = "two people asked for" if needed else "one person is enough"
        audit.append(session, at=at, actor=str(by), action=action)
