"""The rules on laws made up for the purpose, where the founding ones have no case."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.conditions import OPEN, YES, Always, Custom, Is, Named, holds
from app.domain.dated import ALWAYS, Span
from app.domain.eligibility import Answer, Question, decide
from app.domain.facts import (
    Capacity,
    DataKind,
    DataSource,
    Facts,
    PersonFacts,
    Sector,
    VendorFacts,
)
from app.domain.grounds import Ground, Verdict
from app.domain.laws import (
    AgentRule,
    Confidence,
    Contest,
    DataReach,
    Deadlines,
    Law,
    Period,
    PublicData,
    Purpose,
    Reach,
    Regulator,
    Reliability,
    Right,
    RightKind,
    Status,
    Step,
    Unit,
)
from app.domain.places import Place, Places
from app.domain.timeline import DenialGround
from app.domain.vendors import Route, RouteKind, Vendor

ON = date(2026, 11, 23)
FIRST = date(2020, 1, 1)
PLACES = Places.of(
    Place(code=code, name=name, zone="UTC", within=frozenset(within))
    for code, name, within in (
        ("AA", "Aland", ("EU",)),
        ("BB", "Beland", ("EU",)),
        ("CC", "Celand", ()),
    )
)
OUTSIDER = VendorFacts(seat=frozenset({"CC"}))
LAW = Law(
    id="aa-law",
    name="Data Act of Aland",
    short_name="Data Act",
    status=Status.IN_FORCE,
    places={"AA": ALWAYS},
    steps=(
        Step(
            start=FIRST,
            citation="s 1",
            rights=(Right(kind=RightKind.ERASURE, citation="s 2"),),
        ),
    ),
    regulator=Regulator(name="Office of Aland"),
    citation="s 1",
    sources=("https://law.example/aa",),
    confidence=Confidence.HIGH,
    checked_on=ON,
)


def law(*, agent: AgentRule = AgentRule.UNCLEAR, data: DataReach | None = None) -> Law:
    [step] = LAW.steps
    [right] = step.rights
    right = replace(right, data=data or right.data)
    return replace(LAW, steps=(replace(step, agent=agent, rights=(right,)),))


def answer(
    law: Law,
    vendor: VendorFacts = OUTSIDER,
    person: PersonFacts | None = None,
    *,
    residence: str = "AA",
    on: date = ON,
) -> Answer:
    facts = Facts(vendor=vendor, person=person or PersonFacts())
    asked = Question(residence=residence, facts=facts)
    return decide(asked, on, {law.id: law}, PLACES)


@pytest.mark.parametrize(
    ("known", "pleaded", "knows"),
    [
        ((DenialGround.LEGAL_CLAIMS,), DenialGround.LEGAL_CLAIMS, True),
        ((DenialGround.LEGAL_CLAIMS,), DenialGround.OUTSIDE_JURISDICTION, False),
        ((DenialGround.LEGAL_CLAIMS,), DenialGround.OTHER, None),
        ((), DenialGround.LEGAL_CLAIMS, None),
    ],
)
def test_a_law_knows_the_grounds_that_it_lists(
    known: tuple[DenialGround, ...], pleaded: DenialGround, knows: bool | None
) -> None:
    act = replace(LAW, steps=(replace(LAW.steps[0], denial_grounds=known),))

    assert act.knows(pleaded, ON) is knows


def test_before_its_first_day_a_law_knows_no_ground() -> None:
    assert LAW.knows(DenialGround.LEGAL_CLAIMS, date(2019, 1, 1)) is None


def ground(
    law: Law, vendor: VendorFacts = OUTSIDER, person: PersonFacts | None = None
) -> Ground:
    [only] = answer(law, vendor, person).grounds
    return only


@pytest.mark.parametrize(
    ("reach", "nexus", "expected"),
    [
        (Reach.YES, None, Verdict.ELIGIBLE),
        (Reach.LIMITED, None, Verdict.UNCERTAIN),
        (Reach.UNCERTAIN, None, Verdict.UNCERTAIN),
        (Reach.NO, None, Verdict.NOT_ELIGIBLE),
        (Reach.NO, frozenset({"AA"}), Verdict.ELIGIBLE),
        (Reach.LIMITED, frozenset({"CC"}), Verdict.NOT_ELIGIBLE),
    ],
)
def test_how_far_a_law_reaches_beyond_its_place(
    reach: Reach, nexus: frozenset[str] | None, expected: Verdict
) -> None:
    found = ground(replace(LAW, reach=reach), replace(OUTSIDER, local_nexus=nexus))

    assert found.outcome is expected


def test_what_decides_a_limited_reach_is_asked_for() -> None:
    found = ground(replace(LAW, reach=Reach.LIMITED))

    assert found.unknown_facts == ("vendor.local_nexus",)


def test_a_law_that_asks_for_an_establishment_takes_the_seat_alone() -> None:
    strict = replace(LAW, reach=Reach.LIMITED, establishment_alone=True)

    assert ground(strict).outcome is Verdict.NOT_ELIGIBLE
    home = VendorFacts(seat=frozenset({"AA"}))
    assert ground(strict, home).outcome is Verdict.ELIGIBLE


@pytest.mark.parametrize(
    ("reach", "alone", "seat", "expected", "unknown"),
    [
        (Reach.LIMITED, False, {"CC"}, Verdict.UNCERTAIN, ()),
        (Reach.LIMITED, False, None, Verdict.UNCERTAIN, ()),
        (Reach.LIMITED, True, {"CC"}, Verdict.NOT_ELIGIBLE, ()),
        (Reach.LIMITED, True, None, Verdict.UNCERTAIN, ("vendor.seat",)),
        (Reach.NO, False, None, Verdict.UNCERTAIN, ("vendor.seat",)),
        (Reach.YES, False, {"CC"}, Verdict.ELIGIBLE, ()),
        (Reach.YES, False, {"AA"}, Verdict.UNCERTAIN, ()),
    ],
)
def test_a_zone_asks_only_for_what_could_settle_it(
    reach: Reach,
    alone: bool,
    seat: set[str] | None,
    expected: Verdict,
    unknown: tuple[str, ...],
) -> None:
    zone = replace(LAW, zone="the free zone", reach=reach, establishment_alone=alone)

    found = ground(zone, VendorFacts(seat=frozenset(seat) if seat else None))

    assert (found.outcome, found.unknown_facts) == (expected, unknown)


WRONG, OBSOLETE = "person.data_is_wrong", "person.data_is_obsolete_or_unlawful"


def correction(*faults: str, open_fault: str | None = None) -> Law:
    right = Right(
        kind=RightKind.CORRECTION,
        citation="s 3",
        faults=faults,
        open_fault=open_fault,
    )
    [step] = LAW.steps
    return replace(LAW, steps=(replace(step, rights=(right,)),))


@pytest.mark.parametrize(
    ("wrong", "obsolete", "expected", "unknown"),
    [
        (True, None, Verdict.ELIGIBLE, ()),
        (False, True, Verdict.ELIGIBLE, ()),
        (False, None, Verdict.UNCERTAIN, (OBSOLETE,)),
        (None, None, Verdict.UNCERTAIN, (WRONG, OBSOLETE)),
        (False, False, Verdict.NOT_ELIGIBLE, ()),
    ],
)
def test_one_fault_is_enough_for_a_correction(
    wrong: bool | None,
    obsolete: bool | None,
    expected: Verdict,
    unknown: tuple[str, ...],
) -> None:
    person = PersonFacts(data_is_wrong=wrong, data_is_obsolete_or_unlawful=obsolete)

    found = ground(correction(WRONG, OBSOLETE), person=person)

    assert (found.outcome, found.unknown_facts) == (expected, unknown)


def test_a_fault_that_no_fact_expresses_stays_open() -> None:
    person = PersonFacts(data_is_wrong=False)

    found = ground(correction(WRONG, open_fault="data likely to harm"), person=person)

    assert found.outcome is Verdict.UNCERTAIN
    assert found.unknown_facts == ()


def test_a_record_that_says_there_is_no_law_makes_no_ground() -> None:
    none = replace(LAW, status=Status.NO_GENERAL_LAW, steps=(), regulator=None)

    found = answer(none)

    assert found.grounds == ()
    assert found.pending == ()
    assert found.verdict is Verdict.NOT_ELIGIBLE


@pytest.mark.parametrize(
    ("reliability", "on", "counts"),
    [
        (Reliability.YES, date(2024, 12, 31), False),
        (Reliability.YES, date(2025, 1, 1), True),
        (Reliability.NO, date(2025, 1, 1), False),
    ],
)
def test_a_period_is_shown_only_where_it_may_be_counted(
    reliability: Reliability, on: date, counts: bool
) -> None:
    respond = Period(count=30, unit=Unit.CALENDAR_DAYS, since=date(2025, 1, 1))
    periods = Deadlines(
        purpose=Purpose.DELETION, respond=respond, reliability=reliability
    )
    [step] = LAW.steps

    [found] = answer(
        replace(LAW, steps=(replace(step, deadlines=periods),)), on=on
    ).grounds

    assert (found.response_due is not None) is counts


def test_a_reach_that_began_later_was_open_before() -> None:
    later = replace(LAW, reach=Reach.YES, reach_from=date(2025, 1, 1))

    before = answer(later, on=date(2024, 12, 31))

    assert before.verdict is Verdict.UNCERTAIN
    assert before.next_change is not None
    assert before.next_change.on == date(2025, 1, 1)
    assert answer(later).verdict is Verdict.ELIGIBLE


def test_people_held_are_a_nexus_where_the_law_asks_for_no_more() -> None:
    elsewhere = replace(OUTSIDER, local_nexus=frozenset({"CC"}))

    assert ground(LAW, elsewhere).outcome is Verdict.NOT_ELIGIBLE
    holds_some = replace(elsewhere, residents_held={"AA": 3})
    assert ground(LAW, holds_some).outcome is Verdict.ELIGIBLE


def test_a_law_of_one_zone_is_open_for_a_seat_in_its_country() -> None:
    zone = replace(LAW, zone="the free zone", reach=Reach.NO)

    home = VendorFacts(seat=frozenset({"AA"}))
    assert ground(zone, home).outcome is Verdict.UNCERTAIN
    assert ground(zone).outcome is Verdict.NOT_ELIGIBLE


@pytest.mark.parametrize(
    "status",
    [
        Status.DATE_UNCERTAIN,
        Status.NOT_VERIFIED,
        Status.PARTLY_IN_FORCE,
        Status.DOUBTFUL,
    ],
)
def test_a_law_in_doubt_is_never_firm(status: Status) -> None:
    found = ground(replace(LAW, status=status))

    assert found.outcome is Verdict.UNCERTAIN
    assert [r.code for r in found.reasons] == ["operative-date-unknown"]


@pytest.mark.parametrize("status", [Status.PENDING_BILL, Status.REGULATIONS_AWAITED])
def test_what_is_pending_grants_nothing(status: Status) -> None:
    bill = replace(LAW, status=status, steps=())

    found = answer(bill)

    assert found.verdict is Verdict.NOT_ELIGIBLE
    assert [p.id for p in found.pending] == ["aa-law"]


AGENT = PersonFacts(through_agent=True)
PARENT = PersonFacts(through_agent=True, capacity=Capacity.PARENT_OF_CHILD)


@pytest.mark.parametrize(
    ("rule", "person", "expected"),
    [
        (AgentRule.YES, AGENT, Verdict.ELIGIBLE),
        (AgentRule.UNCLEAR, AGENT, Verdict.ELIGIBLE),
        (AgentRule.NO, AGENT, Verdict.UNCERTAIN),
        (AgentRule.OPT_OUT_ONLY, AGENT, Verdict.UNCERTAIN),
        (AgentRule.PARENT_ONLY, AGENT, Verdict.UNCERTAIN),
        (AgentRule.PARENT_ONLY, PARENT, Verdict.ELIGIBLE),
    ],
)
def test_who_asks_for_somebody_else(
    rule: AgentRule, person: PersonFacts, expected: Verdict
) -> None:
    assert ground(law(agent=rule), person=person).outcome is expected


def test_whether_the_parent_asks_is_asked_for() -> None:
    found = ground(law(agent=AgentRule.PARENT_ONLY), person=AGENT)

    assert found.unknown_facts == ("person.capacity",)


CONTEST = Contest(
    sources=frozenset({DataSource.PUBLIC_WEB}),
    kinds=frozenset({DataKind.FACE_TEMPLATE}),
    when=Is("vendor.sells_data", value=True),
    why="two readings",
)
FACES = replace(
    OUTSIDER,
    data_sources=frozenset({DataSource.PUBLIC_WEB}),
    data_kinds=frozenset({DataKind.FACE_TEMPLATE}),
)


@pytest.mark.parametrize(
    ("sells", "expected", "asks"),
    [
        (True, Verdict.UNCERTAIN, ()),
        (None, Verdict.UNCERTAIN, ("vendor.sells_data",)),
        (False, Verdict.ELIGIBLE, ()),
    ],
)
def test_a_reading_that_is_contested_on_a_fact(
    sells: bool | None, expected: Verdict, asks: tuple[str, ...]
) -> None:
    contested = law(data=DataReach(contested=(CONTEST,)))

    found = ground(contested, replace(FACES, sells_data=sells))

    assert found.outcome is expected
    assert found.unknown_facts == asks


def test_public_data_comes_back_in_by_a_fact() -> None:
    reach = DataReach(
        public=PublicData.EXCLUDED,
        public_reached_when=Is("vendor.sells_data", value=True),
    )

    assert ground(law(data=reach), FACES).outcome is not Verdict.ELIGIBLE
    seller = replace(FACES, sells_data=True)
    assert ground(law(data=reach), seller).outcome is Verdict.ELIGIBLE


def test_data_of_another_kind_is_not_covered() -> None:
    contacts = DataReach(kinds=frozenset({DataKind.CONTACT}))

    found = ground(law(data=contacts), FACES)

    assert found.outcome is Verdict.NOT_ELIGIBLE
    assert [r.code for r in found.reasons] == ["data-not-covered"]


@pytest.mark.parametrize(
    ("seat", "office"),
    [({"AA"}, "Office of Aland"), ({"BB"}, "Office of Beland")],
    ids=str,
)
def test_a_law_that_follows_the_seat_is_enforced_there(
    seat: set[str], office: str
) -> None:
    union = replace(
        LAW,
        places={"AA": ALWAYS, "BB": ALWAYS},
        follows_seat=True,
        regulators={"BB": Regulator(name="Office of Beland")},
    )

    found = answer(union, VendorFacts(seat=frozenset(seat)), residence="CC")

    brought = next(g for g in found.grounds if g.by_seat)
    assert brought.regulator is not None
    assert brought.regulator.name == office


def test_the_end_of_a_law_is_the_next_change() -> None:
    ended = replace(LAW, ended=date(2027, 5, 31))

    found = answer(ended)

    assert found.next_change is not None
    assert found.next_change.on == date(2027, 6, 1)
    assert found.next_change.because == "aa-law"


@pytest.mark.parametrize(
    ("vendor", "expected"),
    [
        (VendorFacts(), None),
        (VendorFacts(sector=Sector.CHARITY), True),
        (VendorFacts(sector=Sector.RETAILER), False),
        (VendorFacts(sector=Sector.RETAILER, nonprofit=True), True),
        (VendorFacts(nonprofit=False), False),
    ],
)
def test_a_nonprofit_is_one_by_its_trade_or_said_to_be(
    vendor: VendorFacts, expected: bool | None
) -> None:
    facts = Facts(vendor=vendor, person=PersonFacts())

    assert holds(Named("nonprofit"), facts).value is expected


def test_whether_a_vendor_is_a_broker_depends_on_its_trade_first() -> None:
    facts = Facts(vendor=VendorFacts(), person=PersonFacts())

    broker = holds(Named("data_broker"), facts)

    assert broker.value is None
    assert broker.unknown[0] == "vendor.sector"


def test_a_condition_that_no_fact_expresses_stays_open() -> None:
    facts = Facts(vendor=OUTSIDER, person=PersonFacts())

    assert holds(Custom("what a judge finds fair"), facts) == OPEN
    assert holds(Always(), facts) == YES


def test_the_first_route_that_serves_the_place_and_day_is_taken() -> None:
    local = Route(kind=RouteKind.WEBFORM, places=frozenset({"AA"}))
    old = Route(kind=RouteKind.LETTER, span=Span(None, date(2025, 12, 31)))
    wide = Route(kind=RouteKind.EMAIL)
    vendor = Vendor(
        slug="holder",
        name="Holder",
        facts=OUTSIDER,
        routes=(old, local, wide),
        checked_on=ON,
    )

    assert vendor.route_on(ON, PLACES.around("AA")) is local
    assert vendor.route_on(ON, PLACES.around("BB")) is wide
    assert vendor.route_on(date(2025, 12, 31), PLACES.around("BB")) is old
    assert replace(vendor, routes=(local,)).route_on(ON, frozenset({"CC"})) is None


@pytest.mark.parametrize(
    ("law", "on", "comes"),
    [
        (LAW, date(2019, 12, 31), True),
        (LAW, FIRST, False),
        (replace(LAW, status=Status.PENDING_BILL, steps=()), ON, True),
        (replace(LAW, status=Status.NO_GENERAL_LAW, steps=()), ON, False),
    ],
)
def test_what_may_still_come(law: Law, on: date, comes: bool) -> None:
    assert law.coming(on) is comes
