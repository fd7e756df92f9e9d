"""What a fact that is left out does, where a rule stands in for it."""

from datetime import date

from app.domain.eligibility import Answer, Question, verdict_on
from app.domain.facts import DataSource, Facts, Sector, VendorFacts
from app.domain.grounds import Ground, Verdict
from app.domain.unknowns import worth_asking
from app.rulebook.load import load_rulebook

RULEBOOK = load_rulebook()
LAWS, PLACES = RULEBOOK.pack.laws, RULEBOOK.places
TODAY = date(2026, 11, 23)


def question(residence: str, vendor: VendorFacts) -> Question:
    return Question(residence=residence, facts=Facts(vendor=vendor))


def asked(residence: str, vendor: VendorFacts) -> Answer:
    return verdict_on(question(residence, vendor), TODAY, LAWS, PLACES)


def ccpa(answer: Answer) -> Ground:
    return next(g for g in answer.grounds if g.id == "us-ca-ccpa")


def test_an_unknown_seat_lists_no_law_and_is_named_as_what_could_change_it() -> None:
    answer = asked("AF", VendorFacts())

    assert (answer.verdict, answer.grounds) == (Verdict.NOT_ELIGIBLE, ())
    helps = worth_asking(question("AF", VendorFacts()), answer, LAWS, PLACES)
    assert helps == ("vendor.seat",)
    seated = asked("AF", VendorFacts(seat=frozenset({"DE"})))
    assert seated.verdict is Verdict.ELIGIBLE


def bought(sector: Sector | None, *, nonprofit: bool | None) -> VendorFacts:
    return VendorFacts(
        sector=sector,
        nonprofit=nonprofit,
        data_sources=frozenset({DataSource.THIRD_PARTY}),
        annual_revenue_usd=50_000_000,
        local_nexus=frozenset({"US-CA"}),
    )


def test_a_known_sector_says_whether_a_vendor_is_a_nonprofit() -> None:
    ground = ccpa(asked("US-CA", bought(Sector.RETAILER, nonprofit=None)))
    said = ccpa(asked("US-CA", bought(Sector.RETAILER, nonprofit=False)))

    assert [reason.code for reason in ground.reasons] == ["contested"]
    assert (ground.outcome, ground.unknown_facts) == (said.outcome, said.unknown_facts)


def test_without_a_sector_both_facts_could_still_exempt_it() -> None:
    ground = ccpa(asked("US-CA", bought(None, nonprofit=None)))

    assert ground.outcome is Verdict.UNCERTAIN
    assert {*ground.unknown_facts} == {"vendor.nonprofit", "vendor.sector"}
    exempt = ccpa(asked("US-CA", bought(None, nonprofit=True)))
    assert exempt.outcome is Verdict.NOT_ELIGIBLE
