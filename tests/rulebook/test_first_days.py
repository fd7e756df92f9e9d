"""Every law counts from its first day, and not a day earlier.

The days and what each law gives stand in tests/cases/first_days.toml.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.eligibility import Question, verdict_on
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
from app.rulebook.load import load_rulebook

PACK = load_rulebook().pack
PLACES = load_rulebook().places
FILE = tomllib.loads(
    (Path(__file__).parent.parent / "cases" / "first_days.toml").read_text("utf-8")
)
AMERICA = frozenset(place.code for place in PLACES if place.code[:3] in {"US-", "CA-"})

SHOP = VendorFacts(
    seat=frozenset({"US-DE"}),
    sector=Sector.RETAILER,
    data_sources=frozenset({DataSource.PROVIDED}),
    data_kinds=frozenset({DataKind.CONTACT}),
    annual_revenue_usd=90_000_000,
    residents_held=dict.fromkeys(AMERICA, 200_000),
    local_nexus=AMERICA,
    sells_data=False,
    small_business=False,
    government_contractor_only=False,
    nonprofit=False,
)
BROKER = VendorFacts(
    seat=frozenset({"US-DE"}),
    sector=Sector.DATA_BROKER,
    data_sources=frozenset({DataSource.THIRD_PARTY}),
    data_kinds=frozenset({DataKind.CONTACT}),
    annual_revenue_usd=90_000_000,
    sells_data=True,
    nonprofit=False,
    registered_broker_in=frozenset({"US-CA"}),
)
CHILDREN = VendorFacts(
    sector=Sector.ONLINE_SERVICE,
    data_sources=frozenset({DataSource.PROVIDED}),
    data_kinds=frozenset({DataKind.CHILD_DATA}),
    child_directed=True,
    nonprofit=False,
)
VENDORS = {
    "shop": SHOP,
    "neighbour": replace(SHOP, residents_held={}, local_nexus=None),
    "seller": replace(SHOP, sells_data=True, revenue_share_from_sales=0.6),
    "giant": replace(
        SHOP,
        annual_revenue_usd=5_000_000_000,
        advertising_revenue_share=0.8,
    ),
    "clinic": replace(
        SHOP, sector=Sector.ONLINE_SERVICE, data_kinds=frozenset({DataKind.HEALTH})
    ),
    "authority": replace(SHOP, sector=Sector.PUBLIC_BODY),
    "telecom": replace(SHOP, sector=Sector.TELECOM),
    "broker": BROKER,
    "faces": VendorFacts(
        seat=frozenset({"US-DE"}),
        sector=Sector.FACE_SEARCH,
        data_sources=frozenset({DataSource.PUBLIC_WEB}),
        data_kinds=frozenset({DataKind.FACE_TEMPLATE}),
    ),
    "children": CHILDREN,
    "bureau": VendorFacts(sector=Sector.CREDIT_BUREAU),
    "bank": VendorFacts(
        sector=Sector.BANK,
        data_sources=frozenset({DataSource.PROVIDED}),
        data_kinds=frozenset({DataKind.FINANCIAL}),
    ),
    "forum": VendorFacts(
        sector=Sector.SOCIAL_PLATFORM, data_kinds=frozenset({DataKind.INTIMATE_IMAGE})
    ),
    "addresses": VendorFacts(
        sector=Sector.PEOPLE_SEARCH, data_kinds=frozenset({DataKind.HOME_ADDRESS})
    ),
}
LOCAL = {"neighbour", "authority", "telecom"}
"""They have their seat in the place of the case."""
CONSUMER = PersonFacts(capacity=Capacity.CONSUMER, age=34)
PEOPLE = {
    "consumer": CONSUMER,
    "wronged": replace(
        CONSUMER,
        data_is_wrong=True,
        data_is_obsolete_or_unlawful=True,
        consent_withdrawn=True,
    ),
    "unlawful": PersonFacts(data_is_obsolete_or_unlawful=True),
    "minor": PersonFacts(capacity=Capacity.CONSUMER, age=16),
    "parent": PersonFacts(capacity=Capacity.PARENT_OF_CHILD, age=9),
    "shown": PersonFacts(image_without_consent=True),
    "judge": PersonFacts(capacity=Capacity.PROTECTED_OFFICIAL),
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a law's first day brings, and to whom."""

    law: str
    first: date
    residence: str
    vendor: str
    person: str
    gives: str
    why: str | None = None


CASES = [Case(**case) for case in FILE["case"]]
PENDING = FILE["nothing_to_count_from"]["pending"]
UNKNOWN = FILE["nothing_to_count_from"]["day_unknown"]


def grounds(case: Case, on: date) -> list[Ground]:
    """Return the grounds that the case's law gives on a day."""
    vendor = VENDORS[case.vendor]
    if case.vendor in LOCAL:
        vendor = replace(vendor, seat=frozenset({case.residence}))
    asked = Question(
        residence=case.residence,
        facts=Facts(vendor=vendor, person=PEOPLE[case.person]),
    )
    answer = verdict_on(asked, on, PACK.laws, PLACES)
    return [ground for ground in answer.grounds if ground.id == case.law]


def named(case: Case) -> str:
    return f"{case.law} {case.residence} {case.first}"


def follows_another(case: Case) -> bool:
    """Return whether the law counted before, at most uncertainly."""
    return any(
        (c.law, c.residence) == (case.law, case.residence) and c.first < case.first
        for c in CASES
    )


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_law_gives_what_it_gives_from_its_first_day(case: Case) -> None:
    found = [ground.outcome for ground in grounds(case, case.first)]

    assert min(found, key=list(Verdict).index) == case.gives


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_law_gives_nothing_the_day_before(case: Case) -> None:
    before = grounds(case, case.first - timedelta(days=1))

    reasons = {reason.code for ground in before for reason in ground.reasons}
    outcomes = {ground.outcome for ground in before}
    if follows_another(case):
        assert "operative-date-unknown" in reasons
        assert case.gives not in outcomes
    else:
        assert reasons <= {"no-record-for-that-day"}
        assert outcomes <= {Verdict.UNCERTAIN}


@pytest.mark.parametrize(("law", "first"), FILE["without_a_right"].items())
def test_a_law_without_a_right_is_in_force_and_makes_no_ground(
    law: str, first: date
) -> None:
    step = PACK.laws[law].on(first)

    assert PACK.laws[law].first_day == first
    assert step is not None
    assert step.rights == ()


def test_what_has_no_day_is_pending_or_uncertain() -> None:
    laws = [law for law in PACK.laws.values() if not law.absent]

    assert {law.id for law in laws if law.pending} == {*PENDING}
    assert {x.id for x in laws if x.first_day is None} == {*PENDING, *UNKNOWN}


@pytest.mark.parametrize("law", UNKNOWN)
def test_a_law_without_a_known_day_is_uncertain_at_most(law: str) -> None:
    [place] = PACK.laws[law].places
    case = Case(
        law=law,
        first=date(2026, 11, 23),
        residence=place,
        vendor="neighbour",
        person="wronged",
        gives="uncertain",
    )

    found = grounds(case, case.first)

    assert {ground.outcome for ground in found} <= {
        Verdict.UNCERTAIN,
        Verdict.NOT_ELIGIBLE,
    }
    assert all(
        ground.outcome is Verdict.NOT_ELIGIBLE
        or "operative-date-unknown" in {reason.code for reason in ground.reasons}
        for ground in found
    )


def test_every_law_has_a_first_day_case() -> None:
    cases = {case.law for case in CASES}
    others = {*FILE["without_a_right"], *PENDING, *UNKNOWN}

    assert cases | others == {law.id for law in PACK.laws.values() if not law.absent}
