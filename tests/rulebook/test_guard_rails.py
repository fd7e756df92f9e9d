"""What no law and no amendment may break, whatever the facts and the day."""

from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.calendars import SATURDAY
from app.domain.deadlines import DueDates, count
from app.domain.due_dates import Due, day_of
from app.domain.eligibility import Answer, Question, laws_of, verdict_on
from app.domain.facts import (
    Asks,
    Capacity,
    DataKind,
    DataSource,
    Facts,
    PersonFacts,
    Sector,
    VendorFacts,
)
from app.domain.grounds import GroundKind, Verdict
from app.domain.laws import Law, RollRule
from app.rulebook.load import load_rulebook
from app.words.answers import REASONS

RULEBOOK = load_rulebook()
PLACES, LAWS = RULEBOOK.places, RULEBOOK.pack.laws
RESIDENCES = sorted(place.code for place in PLACES if not place.regions_differ)
STATES = [code for code in RESIDENCES if code.startswith("US-")]
COUNTED = [law for law in LAWS.values() if law.steps]

quick = settings(max_examples=250, deadline=None, derandomize=True)

said = st.booleans()
kinds = st.frozensets(st.sampled_from(DataKind), min_size=1, max_size=3)
sources = st.frozensets(st.sampled_from(DataSource), min_size=1, max_size=3)
codes = st.frozensets(st.sampled_from(RESIDENCES), min_size=1, max_size=2)
share = st.sampled_from([0.0, 0.01, 0.2, 0.25, 0.26, 0.5, 0.51, 1.0])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "vendor.sector": st.sampled_from(Sector),
    "vendor.data_sources": sources,
    "vendor.data_kinds": kinds,
    "vendor.annual_revenue_usd": st.sampled_from([0, 25_000_000, 25_000_001, 2e9]),
    "vendor.sells_data": said,
    "vendor.revenue_share_from_sales": share,
    "vendor.small_business": said,
    "vendor.registered_broker_in": st.sampled_from([frozenset(), frozenset({"US-CA"})]),
    "vendor.government_contractor_only": said,
    "vendor.employees": st.sampled_from([1, 99, 100, 499, 500]),
    "vendor.advertising_revenue_share": share,
    "vendor.sells_smart_speakers_or_app_store": said,
    "vendor.child_directed": said,
    "person.capacity": st.sampled_from(Capacity),
    "person.age": st.sampled_from([5, 12, 13, 16, 17, 18, 40]),
    "person.data_is_wrong": said,
    "person.data_is_obsolete_or_unlawful": said,
    "person.consent_withdrawn": said,
    "person.image_without_consent": said,
    "person.serious_harm": said,
    "person.identity_theft": said,
}
"""Facts that are unknown where they are left out."""
ASSUMED: dict[str, st.SearchStrategy[Any]] = {
    "vendor.seat": codes,
    "vendor.local_nexus": codes,
    "vendor.nonprofit": said,
    "person.asks": st.sampled_from(Asks),
    "person.through_agent": said,
    "person.data_source": st.sampled_from(DataSource),
    "person.data_kinds": kinds,
    "person.present_in": st.sampled_from(RESIDENCES),
}
"""Facts for which a rule stands in where they are left out (R2, R5, R10 to R14)."""
NAMES = {
    f"{side}.{field.name}"
    for side, of in (("vendor", VendorFacts), ("person", PersonFacts))
    for field in fields(of)
}
days = st.dates(date(2000, 1, 1), date(2030, 12, 31))


def known(name: str, facts: Facts) -> Any:
    side, _, field = name.partition(".")
    return getattr(getattr(facts, side), field)


def learnt(facts: Facts, name: str, value: Any) -> Facts:
    """Return the facts with one more."""
    side, _, field = name.partition(".")
    if side == "vendor":
        return replace(facts, vendor=replace(facts.vendor, **{field: value}))
    return replace(facts, person=replace(facts.person, **{field: value}))


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    """Draw facts, of which about half are unknown."""
    facts = Facts()
    for name, values in {**VALUES, **ASSUMED}.items():
        if draw(st.booleans()):
            facts = learnt(facts, name, draw(values))
    held = draw(
        st.dictionaries(
            st.sampled_from(STATES),
            st.sampled_from([0, 3_000, 25_000, 25_001, 100_000, 200_000]),
            max_size=3,
        )
    )
    facts = learnt(facts, "vendor.residents_held", held)
    if facts.vendor.sector is Sector.CHARITY and facts.vendor.nonprofit is False:
        facts = learnt(facts, "vendor.nonprofit", True)
    return facts


def asked(residence: str, facts: Facts, on: date) -> Answer:
    question = Question(residence=residence, facts=facts)
    return verdict_on(question, on, laws_of(residence, LAWS, PLACES), PLACES)


def test_every_fact_is_drawn() -> None:
    assert {*VALUES, *ASSUMED, "vendor.residents_held"} == NAMES


@quick
@given(st.sampled_from(RESIDENCES), some_facts(), days, st.data())
def test_more_knowledge_takes_nothing_away_without_a_reason(
    residence: str, facts: Facts, on: date, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(NAMES - {"vendor.residents_held"})))
    assume(known(name, facts) is None)
    more = learnt(facts, name, data.draw({**VALUES, **ASSUMED}[name]))

    before, after = asked(residence, facts, on), asked(residence, more, on)

    lost = {(g.id, g.right) for g in before.grounds if g.outcome is Verdict.ELIGIBLE}
    for ground in after.grounds:
        if (ground.id, ground.right) in lost:
            assert ground.outcome is Verdict.ELIGIBLE or ground.reasons
    assert all(r.code in REASONS for g in after.grounds for r in g.reasons)


@quick
@given(st.sampled_from(RESIDENCES), some_facts(), days, st.data())
def test_more_knowledge_never_makes_the_verdict_less_certain(
    residence: str, facts: Facts, on: date, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(VALUES)))
    assume(known(name, facts) is None)
    value = data.draw(VALUES[name])
    assume(value is not Sector.CHARITY or facts.vendor.nonprofit is not False)
    more = learnt(facts, name, value)

    before, after = asked(residence, facts, on), asked(residence, more, on)

    assert before.verdict is Verdict.UNCERTAIN or after.verdict is not Verdict.UNCERTAIN


@quick
@given(st.sampled_from(RESIDENCES), some_facts(), days)
def test_an_uncertain_law_names_what_is_missing_or_what_is_open(
    residence: str, facts: Facts, on: date
) -> None:
    for ground in asked(residence, facts, on).grounds:
        assert all(
            known(name, facts) is None or name.endswith("residents_held")
            for name in ground.unknown_facts
        )
        if ground.outcome is Verdict.UNCERTAIN:
            assert ground.unknown_facts or ground.reasons


@quick
@given(st.sampled_from(RESIDENCES), some_facts(), days)
def test_only_a_law_in_force_grants(residence: str, facts: Facts, on: date) -> None:
    answer = asked(residence, facts, on)

    for ground in answer.grounds:
        law = LAWS.get(ground.id)
        if ground.kind is GroundKind.LAW and ground.outcome is not Verdict.UNCERTAIN:
            assert law is not None
            assert law.on(on) is not None
            assert not law.pending
            assert not law.absent


def counted(law: Law, received: date) -> DueDates:
    return count(law, received, RULEBOOK.calendar)


def dues(dates: DueDates) -> list[Due]:
    found = [dates.acknowledge, dates.respond, dates.complaint_until]
    if dates.extended is not None:
        found.append(Due(dates.extended.raw, dates.extended.due))
    return [due for due in found if due is not None]


@st.composite
def receipts(draw: st.DrawFn) -> tuple[Law, date]:
    """Draw a law and a day on which it was in force."""
    law = draw(st.sampled_from(COUNTED))
    first = law.first_day or date(2020, 1, 1)
    last = min(law.ended or date(2035, 1, 1), first + timedelta(days=9_000))
    return law, draw(st.dates(first, last))


@quick
@given(receipts())
def test_no_date_precedes_the_receipt(receipt: tuple[Law, date]) -> None:
    law, received = receipt

    for due in dues(counted(law, received)):
        assert day_of(due.due) >= day_of(due.raw) >= received


@quick
@given(receipts(), st.integers(1, 40))
def test_a_later_receipt_is_never_due_earlier(
    receipt: tuple[Law, date], later: int
) -> None:
    law, received = receipt
    next_one = received + timedelta(days=later)
    assume(law.on(next_one) is law.on(received))

    one, two = counted(law, received), counted(law, next_one)

    if one.respond is not None and two.respond is not None:
        assert one.respond.due <= two.respond.due
    if one.extended is not None and two.extended is not None:
        assert one.extended.due <= two.extended.due


ROLLING = {
    RollRule.NEXT_WORKING_DAY,
    RollRule.NEXT_NON_HOLIDAY,
    RollRule.BUSINESS_DAYS_ONLY,
}


@quick
@given(receipts())
def test_no_date_falls_on_a_day_that_the_law_rolls_off(
    receipt: tuple[Law, date],
) -> None:
    law, received = receipt
    step = law.on(received)
    assert step is not None
    roll = step.deadlines.roll
    assume(roll.rule in ROLLING and (roll.calendar or len(law.places) == 1))
    calendar = RULEBOOK.calendar(roll.calendar or next(iter(law.places)))
    if roll.names_no_days:
        off = calendar.off
        calendar = replace(
            calendar, off=lambda day: day.weekday() != SATURDAY and off(day)
        )

    for due in dues(counted(law, received)):
        assert isinstance(due.due, datetime) or calendar.is_open(due.due)
