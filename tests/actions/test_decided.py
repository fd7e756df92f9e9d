"""Decisions that are kept: the same question is decided once, and few are kept."""

from app.actions.decided import Decided, Decision
from app.domain.basis import Basis, Invoked
from app.domain.eligibility import Answer
from app.domain.grounds import Verdict
from tests.filings import NOON


def decision(residence: str) -> Decision:
    answer = Answer(
        residence=residence,
        vendor="probe",
        on=NOON.date(),
        verdict=Verdict.ELIGIBLE,
        grounds=(),
    )
    return answer, Invoked(on=NOON.date(), basis=Basis.LAW)


def test_the_same_question_is_decided_once() -> None:
    decided, asked = Decided(), list[str]()

    def decide() -> Decision:
        asked.append("once")
        return decision("US-CA")

    first, second = (decided.once("question", decide) for _ in range(2))

    assert first is second
    assert asked == ["once"]


def test_what_nobody_asked_for_longest_is_dropped() -> None:
    decided = Decided(most=2)
    for key in ("a", "b", "a", "c"):
        decided.once(key, lambda: decision("US-CA"))

    again = {k: decided.once(k, lambda: decision("US-VA"))[0].residence for k in "acb"}

    assert again == {"a": "US-CA", "c": "US-CA", "b": "US-VA"}
