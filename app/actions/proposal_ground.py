"""What a change rests on while it waits: the record around it, the law, and the answer."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.edit_case import Case, Meanwhile, meanwhile
from app.actions.foresee_edit import Effect
from app.store.editing import Proposal
from app.store.vendors import Written

Ground: TypeAlias = dict[str, str]
"""The fingerprint of the law, that of what the change would change today, and the
versions of the record."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What is another than it was when a change was proposed."""

    record: tuple[Meanwhile, ...]
    """What somebody wrote since of the same company, beside the thing itself."""
    law: bool
    """Whether the rules of law are others."""
    answer: bool
    """Whether it would change another thing today than it would have then."""

    def __bool__(self) -> bool:
        return bool(self.record) or self.law or self.answer


def ground_of(desk: Desk, case: Case, effect: Effect, today: date) -> Ground:
    """Return on what a change rests on the day on which it is looked at."""
    first = effect.begins or today
    now = [
        [day.differences for day in days if day.on == first]
        for days in (effect.days, effect.theirs)
    ]
    return {
        "law": desk.rulebook.pack.fingerprint,
        "answer": _digest(now),
        "record": " ".join(sorted(one.hex for one in case.seen)),
    }


def moved_since(
    session: Session,
    desk: Desk,
    proposal: Proposal,
    case: Case,
    effect: Effect,
    today: date,
) -> Moved:
    """Return what is another by now; nothing is known of the oldest proposals."""
    then, now = proposal.rests_on or {}, ground_of(desk, case, effect, today)
    return Moved(
        meanwhile(session, case, _later(proposal, case)),
        law=then.get("law", now["law"]) != now["law"],
        answer=then.get("answer", now["answer"]) != now["answer"],
    )


def _later(proposal: Proposal, case: Case) -> tuple[Written, ...]:
    """Return the versions that came since; the moment tells it of the oldest alone."""
    seen = (proposal.rests_on or {}).get("record")
    if seen is not None:
        return case.since(frozenset(UUID(hex=one) for one in seen.split()))
    return tuple(one for one in case.written if one.recorded_at > proposal.made_at)


def sight_of(desk: Desk, case: Case, effect: Effect) -> str:
    """Return a name for all that who decides is shown; it changes with any of it."""
    versions = [one.id.hex for one in case.written]
    law = desk.rulebook.pack.fingerprint
    days = [(day.on, day.differences) for day in (*effect.days, *effect.theirs)]
    return _digest([versions, law, days, effect.told])


def _digest(shown: Iterable[Any]) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()
