"""Answers that are kept: the same question is decided once, and few are kept."""

from app.actions.decided import Decided
from app.domain.eligibility import Answer
from app.domain.grounds import Verdict
from tests.filings import NOON


def answer(residence: str) -> Answer:
    return Answer(
        residence=residence,
        vendor="probe",
        on=NOON.date(),
        verdict=Verdict.ELIGIBLE,
        grounds=(),
    )


def test_the_same_question_is_decided_once() -> None:
    decided, asked = Decided(), list[str]()

    def decide() -> Answer:
        asked.append("once")
        return answer("US-CA")

    first, second = (decided.answer("question", decide) for _ in range(2))

    assert first is second
    assert asked == ["once"]


def test_what_nobody_asked_for_longest_is_dropped() -> None:
    decided = Decided(most=2)
    for key in ("a", "b", "a", "c"):
        decided.answer(key, lambda: answer("US-CA"))

    again = {k: decided.answer(k, lambda: answer("US-VA")).residence for k in "acb"}

    assert again == {"a": "US-CA", "c": "US-CA", "b": "US-VA"}
