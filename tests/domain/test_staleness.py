"""What needs checking first, and what about a law is not settled."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.conditions import Is
from app.domain.dated import ALWAYS, Span
from app.domain.facts import VendorFacts
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
from app.domain.staleness import Check, Doubt, checked_on, checks, doubts, stalest
from app.domain.vendors import Offer, OfferRight, Route, RouteKind, Vendor

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


TODAY = date(2026, 11, 23)
VENDOR = Vendor(
    slug="probe",
    name="Probe",
    facts=VendorFacts(),
    routes=(Route(kind=RouteKind.LETTER, address="1 Main Street"),),
    checked_on=TODAY,
)
OFFER = Offer(
    id="form",
    right=OfferRight.DELETION,
    places=frozenset({"*"}),
    words="We delete.",
    sources=("https://probe.example",),
    confidence=Confidence.HIGH,
    checked_on=TODAY,
)
LONG_AGO = TODAY - timedelta(days=181)


@pytest.mark.parametrize(
    ("vendor", "found"),
    [
        pytest.param(VENDOR, (), id="nothing"),
        pytest.param(
            replace(VENDOR, checked_on=LONG_AGO), (Check.LONG_AGO,), id="the record"
        ),
        pytest.param(
            replace(VENDOR, offers=(replace(OFFER, checked_on=LONG_AGO),)),
            (Check.LONG_AGO,),
            id="an offer",
        ),
        pytest.param(
            replace(
                VENDOR,
                offers=(
                    replace(OFFER, checked_on=LONG_AGO, span=Span(None, LONG_AGO)),
                ),
            ),
            (),
            id="an offer that is over",
        ),
        pytest.param(
            replace(VENDOR, confidence=Confidence.LOW), (Check.UNSURE,), id="unsure"
        ),
        pytest.param(
            replace(VENDOR, offers=(replace(OFFER, known_until=LONG_AGO),)),
            (Check.OFFER_LOST,),
            id="an offer that was lost from sight",
        ),
        pytest.param(replace(VENDOR, routes=()), (Check.NO_WAY,), id="no way"),
        pytest.param(
            replace(VENDOR, routes=(), closed_on=LONG_AGO), (), id="a closed one"
        ),
    ],
)
def test_a_record_says_why_it_needs_a_check(
    vendor: Vendor, found: tuple[Check, ...]
) -> None:
    assert checks(vendor, TODAY) == found


def test_a_record_is_as_old_as_the_oldest_that_stands_in_it() -> None:
    old = replace(OFFER, checked_on=LONG_AGO)

    assert checked_on(replace(VENDOR, offers=(OFFER, old)), TODAY) == LONG_AGO
