"""What needs checking first, and what about a law is not settled."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.conditions import Is
from app.domain.dated import ALWAYS
from app.domain.laws import (
    Condition,
    Confidence,
    Contest,
    DataReach,
    Deadlines,
    Law,
    Regulator,
    Reliability,
    Right,
    RightKind,
    Status,
    Step,
    Unmet,
)
from app.domain.staleness import Doubt, doubts, stalest

STEP = Step(start=date(2020, 1, 1), citation="s 1")
RIGHT = Right(kind=RightKind.ERASURE, citation="s 2")
OPEN = Condition(reason=Unmet.OPEN, needs=Is("person.serious_harm", True))
CONTEST = Contest(sources=None, kinds=None, when=None, why="read differently")
LAW = Law(
    id="aa-law",
    name="Data Act",
    short_name="DA",
    status=Status.IN_FORCE,
    places={"AA": ALWAYS},
    steps=(STEP,),
    regulator=Regulator(name="Office"),
    citation="Act 1",
    sources=("https://law.example/aa",),
    confidence=Confidence.HIGH,
    checked_on=date(2026, 11, 1),
)


def checked(name: str, day: int, confidence: Confidence) -> Law:
    return replace(LAW, id=name, checked_on=date(2026, 11, day), confidence=confidence)


def test_what_was_checked_longest_ago_comes_first_then_what_is_least_sure() -> None:
    laws = [
        checked("fresh", 20, Confidence.MEMORY),
        checked("old and sure", 2, Confidence.HIGH),
        checked("old and unsure", 2, Confidence.LOW),
    ]

    assert [law.id for law in stalest(laws)] == [
        "old and unsure",
        "old and sure",
        "fresh",
    ]


@pytest.mark.parametrize(
    ("step", "doubt"),
    [
        (replace(STEP, certain=False), Doubt.FIRST_DAY),
        (
            replace(STEP, deadlines=Deadlines(reliability=Reliability.CHECK)),
            Doubt.PERIOD,
        ),
        (
            replace(
                STEP, rights=(replace(RIGHT, data=DataReach(contested=(CONTEST,))),)
            ),
            Doubt.DATA,
        ),
        (replace(STEP, conditions=(OPEN,)), Doubt.CONDITION),
        (
            replace(STEP, rights=(replace(RIGHT, conditions=(OPEN,)),)),
            Doubt.CONDITION,
        ),
    ],
)
def test_what_one_version_leaves_open_is_a_doubt(step: Step, doubt: Doubt) -> None:
    assert doubts(replace(LAW, steps=(STEP, step))) == (doubt,)


def test_a_doubt_in_words_is_one_too_and_a_settled_law_has_none() -> None:
    assert doubts(LAW) == ()
    assert doubts(replace(LAW, doubts=("Read differently.",))) == (Doubt.NOTED,)
