"""What a resident may say of a request themselves: what they did, or what came of it."""

from enum import StrEnum

from app.domain.timeline import NEXT, OPEN, EventKind, Outcome, Status


class OwnStep(StrEnum):
    """One thing that a resident can say, in the order in which it is offered."""

    IDENTITY = "identity"
    """The proof that was asked for was given."""
    APPEAL = "appeal"
    FOUND = "found"
    """What was said to be gone is there again."""
    AGAIN = "again"
    SETTLED = "settled"


EVENT_OF = {
    OwnStep.IDENTITY: EventKind.IDENTITY_GIVEN,
    OwnStep.APPEAL: EventKind.APPEALED,
    OwnStep.FOUND: EventKind.REOPENED,
    OwnStep.AGAIN: EventKind.REOPENED,
    OwnStep.SETTLED: EventKind.CLOSED,
}

UNSATISFIED = frozenset({Outcome.REFUSED, Outcome.NO_ANSWER})
"""Where asking again has a point."""
ASKED_AGAIN = frozenset({Outcome.REFUSED, Outcome.PARTLY_DELETED, Outcome.SUPPRESSED})
"""Answers to which an appeal is written: the data is still there."""
SAID_TO_BE_DONE = frozenset(Outcome) - UNSATISFIED
"""Where the data should be gone from sight."""


def own_steps(
    status: Status, outcome: Outcome | None, *, appeals: bool, waited: bool
) -> tuple[OwnStep, ...]:
    """Return what a resident may say where a request stands.

    Only what can follow, and of that only what has a sense to the person: nothing that
    was taken back, or was never confirmed, leaves again by this.

    Args:
        status: Where it stands.
        outcome: What the answer was.
        appeals: Whether the law has an appeal that was not made yet.
        waited: Whether an answer should have come, or came and more followed.
    """
    over = status in {Status.ANSWERED, Status.CLOSED}
    sense = {
        OwnStep.IDENTITY: True,
        OwnStep.APPEAL: appeals and outcome is not Outcome.DELETED,
        OwnStep.FOUND: over and outcome in SAID_TO_BE_DONE,
        OwnStep.AGAIN: status is Status.UNDELIVERABLE
        or (over and outcome in UNSATISFIED),
        OwnStep.SETTLED: status is not Status.WITHDRAWN
        and (waited or status not in OPEN),
    }
    return tuple(
        step for step in OwnStep if (status, EVENT_OF[step]) in NEXT and sense[step]
    )
