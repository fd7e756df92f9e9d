"""What a resident may say themselves, where a request stands."""

import pytest

from app.domain.own_steps import EVENT_OF, OwnStep, own_steps
from app.domain.timeline import NEXT, Outcome, Status


def may(
    status: Status,
    outcome: Outcome | None = None,
    *,
    appeals: bool = False,
    waited: bool = False,
) -> set[str]:
    return set(own_steps(status, outcome, appeals=appeals, waited=waited))


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_nothing_is_offered_that_cannot_follow(
    status: Status, outcome: Outcome | None
) -> None:
    offered = own_steps(status, outcome, appeals=True, waited=True)

    assert all((status, EVENT_OF[step]) in NEXT for step in offered)


@pytest.mark.parametrize(
    ("status", "outcome", "steps"),
    [
        (Status.SENT, None, set()),
        (Status.QUEUED, None, set()),
        (Status.IDENTITY_REQUESTED, None, {"identity"}),
        (Status.UNDELIVERABLE, None, {"again", "settled"}),
        (Status.ANSWERED, Outcome.REFUSED, {"again", "settled"}),
        (Status.ANSWERED, Outcome.DELETED, {"found", "settled"}),
        (Status.CLOSED, Outcome.NO_ANSWER, {"again"}),
        (Status.CLOSED, Outcome.SUPPRESSED, {"found"}),
        (Status.APPEALED, Outcome.REFUSED, set()),
    ],
)
def test_only_what_has_a_sense_is_offered(
    status: Status, outcome: Outcome | None, steps: set[str]
) -> None:
    assert may(status, outcome) == steps


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.EXPIRED])
def test_what_was_taken_back_or_never_confirmed_does_not_leave_again(
    status: Status,
) -> None:
    assert may(status, appeals=True, waited=True) == set()


def test_an_appeal_needs_a_law_that_has_one_and_an_answer_to_appeal() -> None:
    refused = Status.ANSWERED, Outcome.REFUSED

    assert OwnStep.APPEAL in may(*refused, appeals=True)
    assert OwnStep.APPEAL not in may(*refused, appeals=False)
    assert OwnStep.APPEAL not in may(Status.ANSWERED, Outcome.DELETED, appeals=True)
    assert OwnStep.APPEAL not in may(Status.SENT, appeals=True)


def test_what_is_late_may_be_closed_without_an_answer() -> None:
    assert may(Status.SENT, waited=True) == {"settled"}
