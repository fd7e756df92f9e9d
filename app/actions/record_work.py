"""How much of the work on records waits for a person."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.actions.learn_refusals import count_proposals
from app.actions.moderate_corrections import count_received
from app.actions.work_checks import open_checks
from app.store import notes


@dataclass(frozen=True, slots=True)
class RecordWork:
    """What waits, by its kind."""

    checks: int
    notes: int
    refusals: int
    corrections: int


def record_work(session: Session) -> RecordWork:
    """Count what waits for a person."""
    return RecordWork(
        open_checks(session),
        notes.count_open(session),
        count_proposals(session),
        count_received(session),
    )
