"""Every law counts from its first day, and not a day earlier."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from app.domain.eligibility import Question, decide
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
SHOP = VendorFacts(
    seat=frozenset({"US-DE"}),
    sector=Sector.RETAILER,
    data_sources=frozenset({DataSource.PROVIDED}),
    data_kinds=frozenset({DataKind.CONTACT}),
    annual_revenue_usd=90_000_000,
    residents_held={f"US-{state}": 200_000 for state in ("CA", "VA", "CO", "CT", "UT")},
    sells_data=False,
    small_business=False,
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
FACES = VendorFacts(
    seat=frozenset({"US-DE"}),
    sector=Sector.FACE_SEARCH,
    data_sources=frozenset({DataSource.PUBLIC_WEB}),
    data_kinds=frozenset({DataKind.FACE_TEMPLATE}),
)
CHILDREN = VendorFacts(
    sector=Sector.ONLINE_SERVICE,
    data_sources=frozenset({DataSource.PROVIDED}),
    data_kinds=frozenset({DataKind.CHILD_DATA}),
    child_directed=True,
    nonprofit=False,
)
BUREAU = VendorFacts(sector=Sector.CREDIT_BUREAU)
BANK = VendorFacts(
    sector=Sector.BANK,
    data_sources=frozenset({DataSource.PROVIDED}),
    data_kinds=frozenset({DataKind.FINANCIAL}),
)
FORUM = VendorFacts(
    sector=Sector.SOCIAL_PLATFORM, data_kinds=frozenset({DataKind.INTIMATE_IMAGE})
)
ADDRESSES = VendorFacts(
    sector=Sector.PEOPLE_SEARCH, data_kinds=frozenset({DataKind.HOME_ADDRESS})
)

CONSUMER = PersonFacts(capacity=Capacity.CONSUMER, age=34)
WRONGED = PersonFacts(capacity=Capacity.CONSUMER, data_is_wrong=True)
UNLAWFUL = PersonFacts(data_is_obsolete_or_unlawful=True)
MINOR = PersonFacts(capacity=Capacity.CONSUMER, age=16)
PARENT = PersonFacts(capacity=Capacity.PARENT_OF_CHILD, age=9)
SHOWN = PersonFacts(image_without_consent=True)
JUDGE = PersonFacts(capacity=Capacity.PROTECTED_OFFICIAL)

YES, OPT_OUT, NO = Verdict.ELIGIBLE, Verdict.OPT_OUT_ONLY, Verdict.NOT_ELIGIBLE
MAYBE = Verdict.UNCERTAIN


@dataclass(frozen=True)
class Case:
    """What a law's first day brings, and to whom."""

    law: str
    first: date
    residence: str
    vendor: VendorFacts
    person: PersonFacts
    gives: Verdict


CASES = [
    Case("ca-pipeda", date(2004, 1, 1), "CA-ON", SHOP, WRONGED, YES),
    Case("ca-qc-law25", date(1994, 1, 1), "CA-QC", SHOP, UNLAWFUL, YES),
    Case("ca-ab-pipa", date(2004, 1, 1), "CA-AB", SHOP, WRONGED, YES),
    Case("ca-bc-pipa", date(2004, 1, 1), "CA-BC", SHOP, WRONGED, YES),
    Case("eu-gdpr", date(2018, 5, 25), "FR", FACES, CONSUMER, YES),
    Case("eu-gdpr", date(2018, 7, 20), "NO", FACES, CONSUMER, YES),
    Case("gb-uk-gdpr", date(2021, 1, 1), "GB", FACES, CONSUMER, YES),
    Case("ch-fadp-1992", date(1993, 7, 1), "CH", FACES, CONSUMER, MAYBE),
    Case("ch-fadp", date(2023, 9, 1), "CH", FACES, CONSUMER, YES),
    Case("us-ca-ccpa", date(2020, 1, 1), "US-CA", SHOP, CONSUMER, YES),
    Case("us-ca-delete-act", date(2026, 1, 1), "US-CA", BROKER, CONSUMER, YES),
    Case("us-ca-minor-eraser", date(2015, 1, 1), "US-CA", CHILDREN, MINOR, YES),
    Case("us-va-vcdpa", date(2023, 1, 1), "US-VA", SHOP, CONSUMER, YES),
    Case("us-co-cpa", date(2023, 7, 1), "US-CO", SHOP, CONSUMER, YES),
    Case("us-co-biometric", date(2025, 7, 1), "US-CO", FACES, CONSUMER, NO),
    Case("us-ct-ctdpa", date(2023, 7, 1), "US-CT", SHOP, CONSUMER, YES),
    Case("us-ct-data-broker", date(2028, 10, 1), "US-CT", BROKER, CONSUMER, YES),
    Case("us-ut-ucpa", date(2023, 12, 31), "US-UT", SHOP, CONSUMER, YES),
    Case("us-il-bipa", date(2008, 10, 3), "US-IL", FACES, CONSUMER, NO),
    Case("us-tx-tdpsa", date(2024, 7, 1), "US-TX", SHOP, CONSUMER, YES),
    Case("us-tx-cubi", date(2009, 4, 1), "US-TX", FACES, CONSUMER, NO),
    Case("us-ny-cdpa", date(2025, 6, 20), "US-NY", CHILDREN, MINOR, NO),
    Case("us-fed-coppa", date(2000, 4, 21), "US-NY", CHILDREN, PARENT, YES),
    Case("us-fed-fcra", date(1971, 4, 25), "US-NY", BUREAU, WRONGED, YES),
    Case("us-fed-glba", date(2001, 7, 1), "US-NY", BANK, CONSUMER, OPT_OUT),
    Case("us-fed-tida", date(2026, 5, 19), "US-NY", FORUM, SHOWN, YES),
    Case("us-fed-anderl", date(2022, 12, 23), "US-NY", ADDRESSES, JUDGE, OPT_OUT),
]
WITHOUT_A_RIGHT = {
    "us-tx-data-broker": date(2023, 9, 1),
    "us-fed-hipaa": date(2003, 4, 14),
}
PENDING = {"ca-bill-c36"}


def grounds(case: Case, on: date) -> list[Ground]:
    """Return the grounds that the case's law gives on a day."""
    asked = Question(
        residence=case.residence, facts=Facts(vendor=case.vendor, person=case.person)
    )
    answer = decide(asked, on, PACK.laws, load_rulebook().places)
    return [ground for ground in answer.grounds if ground.id == case.law]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.law} {c.residence}")
def test_a_law_gives_what_it_gives_from_its_first_day(case: Case) -> None:
    assert case.gives in {ground.outcome for ground in grounds(case, case.first)}


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.law} {c.residence}")
def test_a_law_gives_nothing_the_day_before(case: Case) -> None:
    before = grounds(case, case.first - timedelta(days=1))

    reasons = {reason.code for ground in before for reason in ground.reasons}
    assert reasons <= {"no-record-for-that-day"}
    assert {ground.outcome for ground in before} <= {MAYBE}


@pytest.mark.parametrize(("law", "first"), WITHOUT_A_RIGHT.items())
def test_a_law_without_a_right_is_in_force_and_makes_no_ground(
    law: str, first: date
) -> None:
    step = PACK.laws[law].on(first)

    assert PACK.laws[law].first_day == first
    assert step is not None
    assert step.rights == ()


def test_a_bill_has_no_day() -> None:
    assert {law.id for law in PACK.laws.values() if law.pending} == PENDING


def test_every_law_has_a_first_day_case() -> None:
    assert {case.law for case in CASES} | {*WITHOUT_A_RIGHT} | PENDING == {*PACK.laws}
