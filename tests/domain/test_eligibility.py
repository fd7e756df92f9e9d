"""What a resident is owed: the rules R1 to R16, on the real law."""

from datetime import date

import pytest

from app.domain.eligibility import Answer, Question, decide, laws_of, question
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
from app.domain.unknowns import named, worth_asking
from app.rulebook.load import load_rulebook, read_vendors

TODAY = date(2026, 11, 23)
RULEBOOK = load_rulebook()
VENDORS = {shape.slug: shape.value() for shape in read_vendors()}


def asked(
    residence: str,
    vendor: VendorFacts | None = None,
    person: PersonFacts | None = None,
    on: date = TODAY,
) -> Answer:
    facts = Facts(vendor=vendor or VendorFacts(), person=person or PersonFacts())
    return decide(
        Question(residence=residence, facts=facts),
        on,
        RULEBOOK.pack.laws,
        RULEBOOK.places,
    )


def helps(about: Question) -> tuple[str, ...]:
    laws = laws_of(about.residence, RULEBOOK.pack.laws, RULEBOOK.places)
    answer = decide(about, TODAY, laws, RULEBOOK.places)
    return worth_asking(about, answer, laws, RULEBOOK.places)


def described(residence: str, vendor: VendorFacts) -> Question:
    return Question(residence=residence, facts=Facts(vendor=vendor))


def of_vendor(slug: str, residence: str, on: date = TODAY) -> Answer:
    return decide(
        question(residence, VENDORS[slug], PersonFacts(), on),
        on,
        RULEBOOK.pack.laws,
        RULEBOOK.places,
    )


def outcome(answer: Answer, law: str, right: str) -> Verdict:
    return next(g.outcome for g in answer.grounds if (g.id, g.right) == (law, right))


def codes(answer: Answer, law: str) -> set[str]:
    return {r.code for g in answer.grounds if g.id == law for r in g.reasons}


BROKER = VendorFacts(
    seat=frozenset({"US-NY"}),
    sector=Sector.DATA_BROKER,
    data_sources=frozenset({DataSource.THIRD_PARTY}),
    data_kinds=frozenset({DataKind.CONTACT}),
    sells_data=True,
    revenue_share_from_sales=0.9,
    annual_revenue_usd=2_000_000,
    residents_held={"US-VA": 30_000, "US-CO": 2_000, "US-CA": 10, "US-UT": 500_000},
)
FACES = VendorFacts(
    seat=frozenset({"US-NY"}),
    sector=Sector.FACE_SEARCH,
    data_sources=frozenset({DataSource.PUBLIC_WEB}),
    data_kinds=frozenset({DataKind.FACE_TEMPLATE}),
    sells_data=True,
    residents_held={"US-CO": 2_000},
)
PRIVATE = PersonFacts(capacity=Capacity.CONSUMER)


@pytest.mark.parametrize(
    ("residence", "on", "verdict"),
    [
        pytest.param("DE", date(2018, 5, 24), Verdict.UNCERTAIN, id="day before GDPR"),
        pytest.param("DE", date(2018, 5, 25), Verdict.ELIGIBLE, id="first day of GDPR"),
        pytest.param("NO", date(2018, 7, 19), Verdict.UNCERTAIN, id="EEA day before"),
        pytest.param("NO", date(2018, 7, 20), Verdict.ELIGIBLE, id="EEA first day"),
        pytest.param("GB", date(2020, 12, 31), Verdict.ELIGIBLE, id="UK in transition"),
        pytest.param("GB", date(2021, 1, 1), Verdict.ELIGIBLE, id="UK's own law"),
        pytest.param("CH", date(2023, 9, 1), Verdict.ELIGIBLE, id="revised Swiss Act"),
        pytest.param("CA-ON", TODAY, Verdict.UNCERTAIN, id="no erasure right"),
    ],
)
def test_a_law_counts_from_its_first_day(
    residence: str, on: date, verdict: Verdict
) -> None:
    assert asked(residence, FACES, on=on).verdict is verdict


def test_before_the_record_nobody_says_no() -> None:
    answer = asked("DE", FACES, on=date(2017, 1, 1))

    assert codes(answer, "eu-gdpr") == {"no-record-for-that-day"}
    assert answer.next_change is not None
    assert answer.next_change.on == date(2018, 5, 25)
    assert answer.next_change.because == "eu-gdpr"


def test_the_founding_case() -> None:
    answer = of_vendor("clearview-ai", "CA-ON", date(2020, 7, 6))

    assert answer.verdict is Verdict.UNCERTAIN
    assert "no-erasure-right" in codes(answer, "ca-pipeda")
    offers = answer.of(GroundKind.OFFER)
    assert Verdict.OFFERED not in {g.outcome for g in offers}
    assert "clearview-canada-opt-out" not in {g.id for g in offers}
    assert [p.id for p in answer.pending] == ["ca-bill-c36"]


def test_a_few_weeks_later_canadians_are_offered_hiding_and_not_deletion() -> None:
    answer = of_vendor("clearview-ai", "CA-ON", date(2020, 7, 20))

    offer = next(g for g in answer.grounds if g.id == "clearview-canada-opt-out")
    assert offer.outcome is Verdict.OPT_OUT_ONLY


@pytest.mark.parametrize(
    ("residence", "on", "verdict"),
    [
        ("US-IL", date(2022, 5, 10), Verdict.OPT_OUT_ONLY),
        ("US-IL", TODAY, Verdict.OPT_OUT_ONLY),
        ("US-CA", date(2020, 7, 6), Verdict.OFFERED),
        ("US-CA", TODAY, Verdict.OFFERED),
        ("DE", date(2020, 7, 6), Verdict.ELIGIBLE),
        ("DE", TODAY, Verdict.ELIGIBLE),
        ("CA-QC", date(2022, 1, 1), Verdict.UNCERTAIN),
    ],
)
def test_clearview_in_other_places(residence: str, on: date, verdict: Verdict) -> None:
    assert of_vendor("clearview-ai", residence, on).verdict is verdict


def test_the_settlement_of_illinois_gives_hiding() -> None:
    answer = of_vendor("clearview-ai", "US-IL")

    found = {g.id: g.outcome for g in answer.grounds}
    assert found["clearview-illinois-opt-out"] is Verdict.OPT_OUT_ONLY
    assert found["illinois-2022-05-11"] is Verdict.OPT_OUT_ONLY
    assert found["us-il-bipa"] is Verdict.NOT_ELIGIBLE


def test_an_order_alone_never_makes_eligible() -> None:
    answer = of_vendor("clearview-ai", "AU")

    assert answer.verdict is Verdict.UNCERTAIN
    assert {g.kind for g in answer.grounds if g.outcome is Verdict.UNCERTAIN} >= {
        GroundKind.ORDER
    }


def test_the_withdrawn_offer_to_the_union_is_gone() -> None:
    before = of_vendor("clearview-ai", "FR", date(2023, 9, 30))
    after = of_vendor("clearview-ai", "FR", date(2023, 11, 1))

    assert "clearview-eu" in {g.id for g in before.grounds}
    assert "clearview-eu" not in {g.id for g in after.grounds}


@pytest.mark.parametrize(
    ("person", "right", "expected"),
    [
        (PersonFacts(), "correction-including-deletion", Verdict.UNCERTAIN),
        (
            PersonFacts(data_is_wrong=True),
            "correction-including-deletion",
            Verdict.ELIGIBLE,
        ),
        (
            PersonFacts(asks=Asks.CORRECTION),
            "correction-including-deletion",
            Verdict.ELIGIBLE,
        ),
        (
            PersonFacts(data_is_wrong=False),
            "correction-including-deletion",
            Verdict.NOT_ELIGIBLE,
        ),
        (
            PersonFacts(consent_withdrawn=True),
            "withdrawal-of-consent-and-destruction",
            Verdict.UNCERTAIN,
        ),
        (
            PersonFacts(consent_withdrawn=False),
            "withdrawal-of-consent-and-destruction",
            Verdict.NOT_ELIGIBLE,
        ),
        (
            PersonFacts(consent_withdrawn=False, asks=Asks.WITHDRAW_CONSENT),
            "withdrawal-of-consent-and-destruction",
            Verdict.UNCERTAIN,
        ),
        (PersonFacts(), "destruction-duty", Verdict.NOT_ELIGIBLE),
        (PersonFacts(serious_harm=True), "de-indexing", Verdict.OPT_OUT_ONLY),
        (PersonFacts(serious_harm=False), "de-indexing", Verdict.NOT_ELIGIBLE),
        (
            PersonFacts(serious_harm=True, asks=Asks.DE_INDEXING),
            "de-indexing",
            Verdict.UNCERTAIN,
        ),
    ],
)
def test_what_the_rights_of_pipeda_give(
    person: PersonFacts, right: str, expected: Verdict
) -> None:
    assert outcome(asked("CA-ON", FACES, person), "ca-pipeda", right) is expected


def test_the_provincial_law_stands_before_the_federal_one() -> None:
    answer = asked("CA-BC", FACES)

    laws = [g.id for g in answer.of(GroundKind.LAW)]
    assert laws.index("ca-bc-pipa") < laws.index("ca-pipeda")


def test_a_bank_in_quebec_is_the_federal_law_s_alone() -> None:
    bank = VendorFacts(sector=Sector.BANK, seat=frozenset({"CA-QC"}))
    answer = asked("CA-QC", bank)

    assert codes(answer, "ca-qc-law25") >= {"excluded-sector"}
    assert outcome(answer, "ca-pipeda", "correction-including-deletion") is (
        Verdict.UNCERTAIN
    )


def test_a_company_wholly_inside_quebec_is_not_pipeda_s() -> None:
    shop = VendorFacts(sector=Sector.RETAILER, seat=frozenset({"CA-QC"}))

    assert "ca-pipeda" not in {g.id for g in asked("CA-QC", shop).grounds}


def test_with_an_unknown_seat_the_federal_law_is_uncertain_for_want_of_it() -> None:
    answer = asked("CA-QC", VendorFacts(sector=Sector.RETAILER))

    named = {n for g in answer.grounds if g.id == "ca-pipeda" for n in g.unknown_facts}
    assert "vendor.seat" in named


def test_a_seat_in_the_union_brings_its_law_to_everybody() -> None:
    answer = asked("US-OH", VendorFacts(seat=frozenset({"DE"})))

    ground = next(g for g in answer.grounds if g.right == "erasure" and g.by_seat)
    assert (ground.id, ground.outcome) == ("eu-gdpr", Verdict.ELIGIBLE)


@pytest.mark.parametrize(
    ("residence", "on", "verdict"),
    [
        ("NO", date(2018, 7, 19), Verdict.UNCERTAIN),
        ("NO", date(2018, 7, 20), Verdict.ELIGIBLE),
        ("US-FL", date(2018, 7, 19), Verdict.UNCERTAIN),
        ("US-FL", date(2018, 7, 20), Verdict.ELIGIBLE),
    ],
)
def test_a_seat_in_norway_counts_from_norway_s_own_first_day(
    residence: str, on: date, verdict: Verdict
) -> None:
    shop = VendorFacts(seat=frozenset({"NO"}), sector=Sector.RETAILER)

    assert asked(residence, shop, on=on).verdict is verdict


def test_a_european_who_is_elsewhere_is_not_monitored_there() -> None:
    away = PersonFacts(present_in="US-NY")

    assert outcome(asked("DE", FACES, away), "eu-gdpr", "erasure") is (
        Verdict.NOT_ELIGIBLE
    )


def test_a_visitor_in_the_union_is_reached_there() -> None:
    visitor = PersonFacts(present_in="FR")

    assert outcome(asked("US-NY", FACES, visitor), "eu-gdpr", "erasure") is (
        Verdict.ELIGIBLE
    )


@pytest.mark.parametrize(
    ("nexus", "expected"),
    [
        (frozenset({"FR"}), Verdict.ELIGIBLE),
        (frozenset({"EU"}), Verdict.ELIGIBLE),
        (frozenset({"US-NY"}), Verdict.NOT_ELIGIBLE),
        (None, Verdict.ELIGIBLE),
    ],
)
def test_where_a_vendor_does_business_decides_where_it_is_given(
    nexus: frozenset[str] | None, expected: Verdict
) -> None:
    vendor = VendorFacts(seat=frozenset({"US-NY"}), local_nexus=nexus)

    assert outcome(asked("DE", vendor), "eu-gdpr", "erasure") is expected


def test_a_private_person_is_outside_every_law() -> None:
    answer = asked("DE", VendorFacts(sector=Sector.INDIVIDUAL))

    assert answer.verdict is Verdict.NOT_ELIGIBLE
    assert "personal-use" in codes(answer, "eu-gdpr")


def test_a_right_for_which_the_law_fixes_no_period_has_none() -> None:
    shop = VendorFacts(seat=frozenset({"TW"}))
    due = {
        g.citation: g.response_due is not None
        for g in asked("TW", shop).grounds
        if g.right == "erasure"
    }

    assert due == {
        "art. 11(3), Enforcement Rules art. 20": True,
        "art. 11(4)": True,
        "art. 19(1)(7), 19(2)": False,
    }


def test_a_private_person_is_outside_a_law_that_has_no_record_too() -> None:
    day = date(2018, 7, 31)

    assert asked("IM", BROKER, on=day).verdict is Verdict.UNCERTAIN
    answer = asked("IM", VendorFacts(sector=Sector.INDIVIDUAL), on=day)
    assert answer.verdict is Verdict.NOT_ELIGIBLE
    assert codes(answer, "im-gdpr") == {"personal-use"}


@pytest.mark.parametrize(
    ("residence", "vendor", "expected"),
    [
        pytest.param("US-VA", BROKER, Verdict.ELIGIBLE, id="25,000 and half of sales"),
        pytest.param("US-CO", BROKER, Verdict.NOT_ELIGIBLE, id="below the threshold"),
        pytest.param("US-CO", FACES, Verdict.ELIGIBLE, id="biometric limb of 2025"),
        pytest.param("US-UT", BROKER, Verdict.NOT_ELIGIBLE, id="Utah: revenue"),
    ],
)
def test_thresholds_of_states(
    residence: str, vendor: VendorFacts, expected: Verdict
) -> None:
    answer = asked(residence, vendor, PRIVATE)

    of_state = [
        g.outcome
        for g in answer.grounds
        if g.id in {"us-va-vcdpa", "us-co-cpa", "us-ut-ucpa"}
    ]
    assert set(of_state) == {expected}


def test_the_biometric_limb_of_colorado_reaches_faces_alone() -> None:
    contacts = PersonFacts(
        capacity=Capacity.CONSUMER,
        data_kinds=frozenset({DataKind.CONTACT}),
        data_source=DataSource.THIRD_PARTY,
    )

    answer = asked("US-CO", FACES, contacts)

    assert codes(answer, "us-co-cpa") == {"below-threshold"}


def test_before_july_2025_colorado_had_no_biometric_limb() -> None:
    answer = asked("US-CO", FACES, PRIVATE, on=date(2025, 6, 30))

    assert codes(answer, "us-co-cpa") == {"below-threshold"}


def test_a_worker_is_left_out_and_a_stranger_is_asked() -> None:
    worker = asked("US-VA", BROKER, PersonFacts(capacity=Capacity.WORKER))
    stranger = asked("US-VA", BROKER)

    assert "capacity-excluded" in codes(worker, "us-va-vcdpa")
    assert "person.capacity" in named(stranger)


def test_californian_workers_are_covered_since_2023() -> None:
    shop = VendorFacts(
        sector=Sector.RETAILER,
        annual_revenue_usd=1e9,
        data_sources=frozenset({DataSource.PROVIDED}),
        data_kinds=frozenset({DataKind.CONTACT}),
    )
    worker = PersonFacts(capacity=Capacity.WORKER)

    before = asked("US-CA", shop, worker, on=date(2022, 12, 31))
    after = asked("US-CA", shop, worker, on=date(2023, 1, 1))

    right = "deletion-of-data-provided-by-consumer-only"
    assert outcome(before, "us-ca-ccpa", right) is Verdict.NOT_ELIGIBLE
    assert outcome(after, "us-ca-ccpa", right) is Verdict.ELIGIBLE


@pytest.mark.parametrize(
    ("source", "kind", "expected", "code"),
    [
        (DataSource.PROVIDED, DataKind.CONTACT, Verdict.ELIGIBLE, "right-given"),
        (DataSource.OBSERVED, DataKind.LOCATION, Verdict.ELIGIBLE, "right-given"),
        (DataSource.THIRD_PARTY, DataKind.CONTACT, Verdict.UNCERTAIN, "contested"),
        (
            DataSource.PUBLIC_WEB,
            DataKind.PHOTO,
            Verdict.NOT_ELIGIBLE,
            "publicly-available",
        ),
        (DataSource.PUBLIC_WEB, DataKind.FACE_TEMPLATE, Verdict.UNCERTAIN, "contested"),
    ],
)
def test_where_the_data_came_from_decides_in_california(
    source: DataSource, kind: DataKind, expected: Verdict, code: str
) -> None:
    big = VendorFacts(sector=Sector.RETAILER, annual_revenue_usd=1e9)
    person = PersonFacts(data_source=source, data_kinds=frozenset({kind}))

    answer = asked("US-CA", big, person)

    right = "deletion-of-data-provided-by-consumer-only"
    assert outcome(answer, "us-ca-ccpa", right) is expected
    assert code in codes(answer, "us-ca-ccpa")


def test_an_unknown_source_is_asked_for_where_it_matters() -> None:
    big = VendorFacts(sector=Sector.RETAILER, annual_revenue_usd=1e9)

    answer = asked("US-CA", big)

    assert {"person.data_source", "person.data_kinds"} <= set(named(answer))


def test_an_unregistered_broker_is_told_so() -> None:
    known = VendorFacts(
        sector=Sector.DATA_BROKER,
        registered_broker_in=frozenset({"US-VT"}),
        annual_revenue_usd=1e9,
        data_sources=frozenset({DataSource.THIRD_PARTY}),
        data_kinds=frozenset({DataKind.CONTACT}),
    )

    assert codes(asked("US-CA", known), "us-ca-delete-act") == {"not-registered"}


def test_a_registered_broker_must_delete() -> None:
    registered = VendorFacts(
        sector=Sector.DATA_BROKER,
        registered_broker_in=frozenset({"US-CA"}),
        annual_revenue_usd=1e9,
        data_sources=frozenset({DataSource.THIRD_PARTY}),
        data_kinds=frozenset({DataKind.CONTACT}),
    )

    answer = asked("US-CA", registered)

    assert outcome(answer, "us-ca-delete-act", "erasure") is Verdict.ELIGIBLE


@pytest.mark.parametrize(
    ("residence", "right", "agent", "expected"),
    [
        ("US-VA", "deletion-including-obtained-about", False, Verdict.UNCERTAIN),
        ("DE", "erasure", True, Verdict.ELIGIBLE),
    ],
)
def test_somebody_else_may_ask_where_the_law_lets_them(
    residence: str,
    right: str,
    agent: bool,
    expected: Verdict,
) -> None:
    helped = PersonFacts(capacity=Capacity.CONSUMER, through_agent=True)

    answer = asked(residence, BROKER, helped)

    ground = next(g for g in answer.grounds if g.right == right)
    assert (ground.agent_allowed, ground.outcome) == (agent, expected)


def test_a_sector_law_of_another_sector_is_not_listed() -> None:
    shop = asked("US-VA", VendorFacts(sector=Sector.RETAILER))
    bureau = asked("US-VA", VendorFacts(sector=Sector.CREDIT_BUREAU))

    assert "us-fed-fcra" not in {g.id for g in shop.grounds}
    assert "us-fed-fcra" in {g.id for g in bureau.grounds}


def test_connecticut_reaches_profiles_since_october_2026() -> None:
    public = VendorFacts(
        sector=Sector.PEOPLE_SEARCH,
        sells_data=True,
        data_sources=frozenset({DataSource.PUBLIC_WEB}),
        data_kinds=frozenset({DataKind.CONTACT}),
    )

    before = asked("US-CT", public, PRIVATE, on=date(2026, 9, 30))
    after = asked("US-CT", public, PRIVATE, on=date(2026, 10, 1))

    right = "deletion-including-obtained-about"
    assert outcome(before, "us-ct-ctdpa", right) is Verdict.UNCERTAIN
    assert outcome(after, "us-ct-ctdpa", right) is Verdict.ELIGIBLE


def test_a_place_that_nobody_researched_is_never_told_no() -> None:
    unresearched = Question(residence="BR", facts=Facts(vendor=BROKER))
    laws = {
        name: law for name, law in RULEBOOK.pack.laws.items() if "BR" not in law.places
    }

    answer = decide(unresearched, TODAY, laws, RULEBOOK.places)

    assert answer.verdict is Verdict.UNCERTAIN
    assert codes(answer, "no-record") == {"no-record-for-that-place"}


def test_a_place_known_to_have_no_law_is_told_so() -> None:
    assert asked("US-NY", BROKER, PRIVATE).verdict is Verdict.NOT_ELIGIBLE


def test_the_next_change_names_the_ground_that_makes_it() -> None:
    answer = asked("US-VA", BROKER, PRIVATE, on=date(2022, 12, 1))

    assert answer.next_change is not None
    assert answer.next_change.on == date(2023, 1, 1)
    assert answer.next_change.verdict is Verdict.ELIGIBLE
    assert answer.next_change.because == "us-va-vcdpa"


def test_what_is_coming_has_its_day() -> None:
    pending = {p.id: p.first_day for p in asked("US-CT", BROKER, PRIVATE).pending}

    assert pending["us-ct-data-broker"] == date(2028, 10, 1)


def test_the_verdict_is_the_best_ground_and_stands_first() -> None:
    for residence in ("DE", "CA-QC", "US-CA", "US-IL"):
        answer = of_vendor("clearview-ai", residence)
        assert answer.grounds[0].outcome is answer.verdict
        assert answer.leading is answer.grounds[0]


def test_nothing_is_asked_of_who_is_eligible_already() -> None:
    answer = asked("DE", VendorFacts(seat=frozenset({"DE"})))

    assert answer.verdict is Verdict.ELIGIBLE
    assert named(answer)
    assert helps(described("DE", VendorFacts(seat=frozenset({"DE"})))) == ()


@pytest.mark.parametrize(
    ("residence", "slug", "expected"),
    [
        pytest.param(
            "CA-ON",
            "clearview-ai",
            ("person.data_is_wrong", "person.consent_withdrawn"),
            id="what gives a right before what could take a doubt away",
        ),
        pytest.param(
            "US-CO",
            "whitepages",
            (
                "person.capacity",
                "vendor.residents_held",
                "vendor.revenue_share_from_sales",
            ),
            id="what the person can know before what the vendor knows",
        ),
        pytest.param("US-IL", "clearview-ai", (), id="nothing raises an opt-out"),
    ],
)
def test_what_helps_most_is_asked_first(
    residence: str, slug: str, expected: tuple[str, ...]
) -> None:
    about = question(residence, VENDORS[slug], PersonFacts(), TODAY)

    assert helps(about) == expected


def test_a_seat_that_would_bring_a_law_is_worth_knowing() -> None:
    shop = VendorFacts(sector=Sector.RETAILER)
    here = VendorFacts(sector=Sector.RETAILER, seat=frozenset({"CA"}))

    assert "vendor.seat" in helps(described("CA-ON", shop))
    assert "vendor.seat" not in helps(described("CA-ON", here))
