"""Let a change wait for a second person, where it grants, takes or moves anything."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.edit_case import Case, effect_of
from app.actions.foresee_edit import Effect
from app.actions.proposal_ground import Ground, ground_of
from app.domain.foresight import is_weighty
from app.store import audit
from app.store.base import new_id
from app.store.editing import Proposal, two_people_needed


def propose_if_needed(
    session: Session, desk: Desk, case: Case, *, at: datetime, by: UUID
) -> UUID | None:
    """Let a case wait where a second person has to look; None where nobody has to."""
    if not two_people_needed(session):
        return None
    effect = effect_of(session, desk, case, today=at.date())
    if not needs_two(case, effect):
        return None
    ground = ground_of(desk, case, effect, at.date())
    return propose(session, case, ground, at=at, by=by)


def needs_two(case: Case, effect: Effect) -> bool:
    """Return whether a case grants or takes coverage, or moves letters."""
    if effect.changes_coverage:
        return True
    record = case.record
    before = record.shape().value() if record.stands else None
    return is_weighty(before, record.shape(case.draft.things).value())


def propose(
    session: Session, case: Case, ground: Ground, *, at: datetime, by: UUID
) -> UUID:
    """Let a case wait for a second person, with what it would follow; return its id."""
    proposal = Proposal(
        id=new_id(at),
        vendor=case.draft.slug,
        act=case.draft.act,
        name=case.draft.name,
        things=[
            {**asdict(thing), "was": case.of(thing.vendor).hash_of(thing)}
            for thing in case.draft.things
        ],
        rests_on=ground,
        made_at=at,
        made_by=by,
        decided_at=None,
        decided_by=None,
        outcome=None,
        word="",
    )
    session.add(proposal)
    session.flush()
    audit.append(
        session,
        at=at,
        actor=str(by),
        action="change proposed",
        subject=case.draft.slug,
        name=case.draft.name,
    )
    return proposal.id
