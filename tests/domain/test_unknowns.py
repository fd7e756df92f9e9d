"""Which facts are asked: all that could change the answer, and no other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.conditions import All, Compare, Is, Not, OneOf, Predicate
from app.domain.conditions import Any as Either
from app.domain.dated import ALWAYS
from app.domain.eligibility import Answer, Question, laws_of, verdict_on
from app.domain.facts import Capacity, Facts, PersonFacts, Sector, VendorFacts
from app.domain.grounds import Verdict
from app.domain.laws import (
    Condition,
    Confidence,
    Law,
    Regulator,
    Right,
    RightKind,
    Status,
    Step,
    Unmet,
)
from app.domain.places import Place, Places
from app.domain.unknowns import named, worth_asking
from app.rulebook.load import load_rulebook

ON = date(2026, 11, 23)
PLACES = Places.of(Place(code=code, name=code, zone="UTC") for code in ("AA", "CC"))
STAFF = 10
VALUES: Mapping[str, tuple[Any, ...]] = {
    "person.consent_withdrawn": (True, False),
    "person.data_is_wrong": (True, False),
    "person.serious_harm": (True, False),
    "person.capacity": (Capacity.CONSUMER, Capacity.WORKER),
    "vendor.employees": (STAFF - 1, STAFF, STAFF + 1),
}
"""Every value that the laws below tell apart."""
WRONG, HARM = Is("person.data_is_wrong", True), Is("person.serious_harm", True)
LARGE = Compare("vendor.employees", "at_least", STAFF)
PRIVATE = OneOf("person.capacity", frozenset({Capacity.CONSUMER}))


def right(kind: RightKind, *needs: Predicate) -> Right:
    conditions = tuple(Condition(reason=Unmet.NOT_MET, needs=n) for n in needs)
    return Right(kind=kind, citation="s 2", conditions=conditions)


def law(*rights: Right, name: str = "aa-law") -> Law:
    return Law(
        id=name,
        name=name,
        short_name=name,
        status=Status.IN_FORCE,
        places={"AA": ALWAYS},
        steps=(Step(start=date(2020, 1, 1), citation="s 1", rights=rights),),
        regulator=Regulator(name="Office"),
        citation="s 1",
        sources=("https://law.example/aa",),
        confidence=Confidence.HIGH,
        checked_on=ON,
    )


def question(known: Mapping[str, Any]) -> Question:
    sides: dict[str, dict[str, Any]] = {"person": {}, "vendor": {}}
    for fact, value in known.items():
        side, _, name = fact.partition(".")
        sides[side][name] = value
    vendor = VendorFacts(seat=frozenset({"AA"}), **sides["vendor"])
    facts = Facts(vendor=vendor, person=PersonFacts(**sides["person"]))
    return Question(residence="AA", facts=facts)


def asked(*laws: Law, **known: Any) -> tuple[str, ...]:
    acts = {one.id: one for one in laws}
    about = question({k.replace("_", ".", 1): v for k, v in known.items()})
    answer = verdict_on(about, ON, acts, PLACES)
    return worth_asking(about, answer, acts, PLACES)


leaves = some.one_of(
    some.builds(
        Is,
        some.sampled_from([f for f in VALUES if VALUES[f] == (True, False)]),
        some.booleans(),
    ),
    some.just(PRIVATE),
    some.sampled_from(["at_least", "more_than", "less_than"]).map(
        lambda relation: Compare("vendor.employees", relation, STAFF)
    ),
)
predicates = some.recursive(
    leaves,
    lambda parts: some.one_of(
        some.lists(parts, min_size=2, max_size=3).map(lambda found: All(tuple(found))),
        some.lists(parts, min_size=2, max_size=3).map(
            lambda found: Either(tuple(found))
        ),
        parts.map(Not),
    ),
    max_leaves=4,
)
KINDS = (
    RightKind.ERASURE,
    RightKind.CORRECTION,
    RightKind.WITHDRAWAL,
    RightKind.OPT_OUT,
)
rights = some.builds(right, some.sampled_from(KINDS), predicates)
acts = some.lists(rights, min_size=1, max_size=3).map(lambda found: law(*found))


def every_state() -> Iterator[dict[str, Any]]:
    """Yield every state of knowledge: each fact unknown, or of some value."""
    for values in product(*((None, *VALUES[fact]) for fact in VALUES)):
        states = zip(VALUES, values, strict=True)
        yield {fact: value for fact, value in states if value is not None}


@settings(max_examples=20, deadline=None)
@given(acts)
def test_exactly_what_could_change_the_answer_is_asked(act: Law) -> None:
    def answer(known: Mapping[str, Any]) -> Answer:
        return verdict_on(question(known), ON, {act.id: act}, PLACES)

    could: set[str] = set()
    if answer({}).verdict is not Verdict.ELIGIBLE:
        for known in every_state():
            verdict = answer(known).verdict
            for fact in [f for f in VALUES if f not in known]:
                then = {answer({**known, fact: v}).verdict for v in VALUES[fact]}
                if verdict is not Verdict.ELIGIBLE and then != {verdict}:
                    could.add(fact)

    assert set(asked(act)) == could


@settings(max_examples=25, deadline=None)
@given(acts)
def test_what_is_asked_is_named_and_nothing_twice(act: Law) -> None:
    found = asked(act)

    assert set(found) <= set(named(verdict_on(question({}), ON, {act.id: act}, PLACES)))
    assert len(found) == len(set(found))


def test_nothing_is_asked_where_another_law_settles_it() -> None:
    small = law(right(RightKind.ERASURE, Not(LARGE)), name="small")

    assert asked(small) == ("vendor.employees",)
    assert asked(small, law(right(RightKind.ERASURE))) == ()


def test_a_fact_of_a_right_that_stays_below_the_verdict_is_not_asked() -> None:
    opt_out = right(RightKind.OPT_OUT, HARM)
    withdrawal = right(RightKind.WITHDRAWAL)

    assert asked(law(opt_out)) == ("person.serious_harm",)
    found = asked(law(opt_out, withdrawal), person_consent_withdrawn=True)
    assert found == ()


@pytest.mark.parametrize(
    ("needs", "first"),
    [
        pytest.param((LARGE, WRONG), "person.data_is_wrong", id="the person knows it"),
        pytest.param((Either((HARM, All((WRONG, PRIVATE)))),), HARM.fact, id="alone"),
    ],
)
def test_the_first_asked_helps_most(needs: tuple[Predicate, ...], first: str) -> None:
    assert asked(law(right(RightKind.ERASURE, *needs)))[0] == first


def test_what_more_grounds_wait_for_is_asked_first() -> None:
    both = (right(RightKind.ERASURE, HARM, WRONG), right(RightKind.ERASURE, HARM))
    act = law(replace(both[0], citation="s 3"), both[1])

    assert asked(act)[0] == "person.serious_harm"


# The bundled law

RULEBOOK = load_rulebook()


def asked_of(
    residence: str, *, among: Iterable[str] | None = None, **vendor: Any
) -> tuple[str, ...]:
    """Return what is asked of a resident about whom nothing is known."""
    laws = laws_of(residence, RULEBOOK.pack.laws, RULEBOOK.places)
    about = Question(residence=residence, facts=Facts(vendor=VendorFacts(**vendor)))
    answer = verdict_on(about, ON, laws, RULEBOOK.places)
    return worth_asking(about, answer, laws, RULEBOOK.places, among=among)


def test_where_a_vendor_sits_is_asked_first_where_it_alone_brings_a_law() -> None:
    """A seat in the Union brings the GDPR to everybody, which no law of there names."""
    assert "vendor.seat" in asked_of("US-AL", sector=Sector.RETAILER)


def test_the_data_is_asked_where_a_state_law_leaves_some_out() -> None:
    found = asked_of(
        "US-UT",
        among=("person.data_source", "person.data_kinds", "person.capacity"),
        seat=frozenset({"US-UT"}),
        sector=Sector.RETAILER,
        nonprofit=False,
        annual_revenue_usd=50_000_000,
        residents_held={"US-UT": 200_000},
    )

    assert "person.data_source" in found


def test_a_tangled_case_ends_and_asks_rather_than_leaves_out() -> None:
    found = asked_of("US-CA", among=("vendor.registered_broker_in", "vendor.sector"))

    assert "vendor.sector" in found
