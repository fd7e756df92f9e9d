"""On what a letter may rest, and how certain its dates can be."""

from datetime import date

import pytest

from app.domain.basis import (
    Basis,
    Consent,
    Correction,
    Invoked,
    invoked,
    is_sure,
)
from app.domain.due_dates import Certainty
from app.domain.eligibility import Answer
from app.domain.facts import Asks, PersonFacts
from app.domain.grounds import (
    RANK,
    Ground,
    GroundKind,
    Reason,
    ResponseDue,
    Verdict,
    best,
)
from app.domain.laws import Period, Purpose, RightKind, Unit
from app.domain.vendors import OfferRight

MONTH = ResponseDue(Period(count=1, unit=Unit.MONTHS), Purpose.DELETION)
ERASURE, WITHDRAWAL = RightKind.ERASURE, RightKind.WITHDRAWAL
CORRECTION, OPT_OUT = RightKind.CORRECTION, RightKind.OPT_OUT
SAYS_NOTHING = PersonFacts()


def law(
    right: RightKind | None,
    outcome: Verdict,
    *,
    id: str = "law",  # noqa: A002 - as a ground calls it
    unknown: tuple[str, ...] = (),
    due: ResponseDue | None = None,
    why: str | None = None,
) -> Ground:
    plain = {Verdict.ELIGIBLE: "right-given", Verdict.OPT_OUT_ONLY: "opt-out-only"}
    return Ground(
        kind=GroundKind.LAW,
        id=id,
        outcome=outcome,
        reasons=(Reason(why or plain.get(outcome, "below-threshold")),),
        unknown_facts=unknown,
        short_name=id,
        citation="s. 1" if right else None,
        right=right,
        response_due=due,
    )


def offer(right: OfferRight, outcome: Verdict, why: str) -> Ground:
    return Ground(
        kind=GroundKind.OFFER,
        id="offer",
        outcome=outcome,
        reasons=(Reason(why),),
        short_name="offer",
        right=right,
    )


def order(outcome: Verdict, why: str) -> Ground:
    return Ground(
        kind=GroundKind.ORDER,
        id="order",
        outcome=outcome,
        reasons=(Reason(why),),
        short_name="A court",
    )


DELETES = offer(OfferRight.DELETION, Verdict.OFFERED, "offered-to-residence")
MAYBE = law(ERASURE, Verdict.UNCERTAIN, unknown=("vendor.residents_held",), due=MONTH)


def rests(
    *grounds: Ground,
    asks: Asks = Asks.DELETION,
    person: PersonFacts = SAYS_NOTHING,
) -> Invoked:
    answer = Answer(
        residence="XX",
        vendor="probe",
        on=date(2026, 11, 23),
        verdict=best(g.outcome for g in grounds),
        grounds=tuple(sorted(grounds, key=lambda g: RANK[g.outcome])),
    )
    return invoked(answer, person, asks)


def test_a_right_without_doubt_is_invoked_alone() -> None:
    erasure = law(ERASURE, Verdict.ELIGIBLE, due=MONTH)

    found = rests(erasure, MAYBE, DELETES)

    assert found.basis is Basis.LAW
    assert found.deletes == (erasure,)
    assert found.sure
    assert (found.law, found.at_best) == (erasure, Certainty.FIRM)


DAYS = ResponseDue(Period(count=20, unit=Unit.BUSINESS_DAYS), Purpose.DELETION)
ADVISED = ResponseDue(
    Period(count=5, unit=Unit.CALENDAR_DAYS, binding=False), Purpose.DELETION
)
LATER = ResponseDue(
    Period(count=5, unit=Unit.CALENDAR_DAYS, not_before=date(2027, 8, 1)),
    Purpose.DELETION,
)


@pytest.mark.parametrize("other", [ADVISED, LATER, None])
def test_the_dates_rest_on_the_earliest_answer_that_binds(
    other: ResponseDue | None,
) -> None:
    here = law(ERASURE, Verdict.ELIGIBLE, id="here", due=MONTH)
    there = law(ERASURE, Verdict.ELIGIBLE, id="there", due=DAYS)
    loose = law(ERASURE, Verdict.ELIGIBLE, id="loose", due=other)

    assert rests(here, there, loose).law == there
    assert rests(loose, here).law == here


def test_of_laws_in_doubt_the_first_listed_stays_first() -> None:
    doubt = ("vendor.local_nexus",)
    province = law(ERASURE, Verdict.UNCERTAIN, unknown=doubt, id="1", due=MONTH)
    federal = law(ERASURE, Verdict.UNCERTAIN, unknown=doubt, id="2", due=DAYS)

    assert rests(province, federal).law == province


def test_a_period_to_stop_processing_answers_no_request() -> None:
    hours = ResponseDue(Period(count=72, unit=Unit.HOURS), None)

    found = rests(law(WITHDRAWAL, Verdict.UNCERTAIN, due=hours))

    assert (found.due, found.at_best) == (None, Certainty.NONE)


def test_a_right_to_delete_what_is_wrong_leaves_the_rest_to_laws_in_doubt() -> None:
    wrong = law(CORRECTION, Verdict.ELIGIBLE, due=MONTH)

    found = rests(wrong, MAYBE)

    assert (found.deletes, found.also) == ((wrong,), (MAYBE,))
    assert found.laws == ("law",)  # both are rights of one law
    assert rests(law(ERASURE, Verdict.ELIGIBLE), wrong, MAYBE).also == ()
    assert rests(MAYBE).also == ()


def test_an_offer_stands_beside_the_laws_that_may_reach_the_vendor() -> None:
    found = rests(DELETES, MAYBE)

    assert (found.basis, found.deletes) == (Basis.OFFER, (MAYBE,))
    assert not found.sure
    assert found.at_best is Certainty.INDICATIVE


def test_an_offer_alone_owes_no_answer_on_any_day() -> None:
    found = rests(DELETES, law(OPT_OUT, Verdict.OPT_OUT_ONLY, due=MONTH))

    assert (found.basis, found.deletes, found.stops) == (Basis.OFFER, (), ())
    assert (found.law, found.at_best) == (None, Certainty.NONE)


def test_a_law_without_a_period_sets_no_day() -> None:
    found = rests(law(ERASURE, Verdict.ELIGIBLE))

    assert found.law is not None
    assert found.at_best is Certainty.NONE


def test_the_law_with_a_period_sets_the_day() -> None:
    without = law(ERASURE, Verdict.ELIGIBLE, id="a")
    with_one = law(ERASURE, Verdict.ELIGIBLE, id="b", due=MONTH)

    assert rests(without, with_one).law == with_one


def test_what_nobody_researched_has_nothing_to_cite() -> None:
    nothing = law(None, Verdict.UNCERTAIN, why="no-record-for-that-place")

    found = rests(nothing)

    assert (found.basis, found.deletes) == (Basis.GOODWILL, ())


def test_an_order_is_cited_where_it_is_all_there_is() -> None:
    ordered = order(Verdict.UNCERTAIN, "order-in-force")

    found = rests(ordered)

    assert (found.basis, found.deletes) == (Basis.UNSURE, (ordered,))
    assert (found.law, found.at_best) == (None, Certainty.NONE)


def test_where_nothing_gives_anything_the_letter_asks() -> None:
    assert rests(law(ERASURE, Verdict.NOT_ELIGIBLE)).basis is Basis.GOODWILL
    assert rests(asks=Asks.OPT_OUT).basis is Basis.GOODWILL


def test_an_opt_out_rests_on_law_order_and_offer() -> None:
    act = law(OPT_OUT, Verdict.OPT_OUT_ONLY, due=MONTH)
    settled = order(Verdict.OPT_OUT_ONLY, "order-without-deletion")
    offered = offer(OfferRight.OPT_OUT, Verdict.OPT_OUT_ONLY, "offers-opt-out")

    found = rests(act, settled, offered)

    assert found.basis is Basis.OPT_OUT
    assert found.stops == (act, settled, offered)
    assert found.stops_surely
    assert (found.law, found.at_best) == (act, Certainty.FIRM)


def test_an_opt_out_in_doubt_is_said_to_be() -> None:
    act = law(
        OPT_OUT,
        Verdict.OPT_OUT_ONLY,
        unknown=("vendor.sells_data",),
        due=MONTH,
    )

    found = rests(act, offer(OfferRight.OPT_OUT, act.outcome, "offers-opt-out"))

    assert not found.stops_surely
    assert found.at_best is Certainty.INDICATIVE


def test_a_law_for_officials_is_not_invoked_by_who_does_not_say_they_are_one() -> None:
    unknown = ("person.capacity", "vendor.data_kinds")
    act = law(OPT_OUT, Verdict.OPT_OUT_ONLY, unknown=unknown, due=MONTH)

    found = rests(act)

    assert (found.basis, found.stops, found.law) == (Basis.OPT_OUT, (), None)


@pytest.mark.parametrize("fact", ["person.age", "person.image_without_consent"])
def test_a_law_for_the_case_of_few_waits_for_them_to_speak(fact: str) -> None:
    for_few = law(ERASURE, Verdict.UNCERTAIN, id="few", unknown=(fact,), due=MONTH)
    opt_out = law(OPT_OUT, Verdict.OPT_OUT_ONLY, unknown=(fact,))

    assert rests(for_few, MAYBE).deletes == (MAYBE,)
    assert rests(for_few).basis is Basis.GOODWILL
    assert rests(opt_out).stops == ()


def test_who_asks_for_an_opt_out_keeps_the_right_to_deletion() -> None:
    erasure = law(ERASURE, Verdict.ELIGIBLE, due=MONTH)
    hiding = law(
        RightKind.DE_INDEXING, Verdict.OPT_OUT_ONLY, why="de-indexing-only", due=MONTH
    )

    found = rests(erasure, hiding, asks=Asks.OPT_OUT)

    assert (found.basis, found.deletes, found.stops) == (Basis.OPT_OUT, (erasure,), ())


def test_taking_results_down_counts_where_there_is_nothing_else() -> None:
    hiding = law(RightKind.DE_INDEXING, Verdict.OPT_OUT_ONLY, why="de-indexing-only")

    assert rests(hiding).stops == (hiding,)


@pytest.mark.parametrize(
    ("person", "asks", "said"),
    [
        (PersonFacts(consent_withdrawn=True), Asks.DELETION, Consent.TAKEN_BACK),
        (SAYS_NOTHING, Asks.WITHDRAW_CONSENT, Consent.TAKEN_BACK),
        (SAYS_NOTHING, Asks.DELETION, Consent.ASKED),
    ],
)
def test_consent_is_taken_back_by_who_says_so_alone(
    person: PersonFacts, asks: Asks, said: Consent
) -> None:
    found = rests(law(WITHDRAWAL, Verdict.UNCERTAIN), person=person, asks=asks)

    assert found.consent is said


def test_beside_a_sure_right_nobody_is_asked_about_consent() -> None:
    grounds = [law(ERASURE, Verdict.ELIGIBLE), law(WITHDRAWAL, Verdict.UNCERTAIN)]

    assert rests(*grounds).consent is None
    assert (
        rests(*grounds, person=PersonFacts(consent_withdrawn=True)).consent
        is Consent.TAKEN_BACK
    )


def test_consent_matters_only_under_a_law_that_is_invoked() -> None:
    person = PersonFacts(consent_withdrawn=True)
    elsewhere = law(WITHDRAWAL, Verdict.UNCERTAIN, id="other")

    found = rests(law(ERASURE, Verdict.ELIGIBLE), elsewhere, person=person)

    assert found.consent is None


@pytest.mark.parametrize(
    ("person", "asks", "said"),
    [
        (PersonFacts(data_is_wrong=True), Asks.DELETION, Correction.WRONG),
        (SAYS_NOTHING, Asks.CORRECTION, Correction.WRONG),
        (SAYS_NOTHING, Asks.DELETION, Correction.SO_FAR_AS),
    ],
)
def test_data_is_called_wrong_by_who_says_so_alone(
    person: PersonFacts, asks: Asks, said: Correction
) -> None:
    found = rests(law(CORRECTION, Verdict.UNCERTAIN), person=person, asks=asks)

    assert found.correction is said
    assert rests(MAYBE, person=person, asks=asks).correction is None


@pytest.mark.parametrize(
    ("ground", "sure"),
    [
        (law(ERASURE, Verdict.ELIGIBLE), True),
        (law(OPT_OUT, Verdict.OPT_OUT_ONLY), True),
        (law(OPT_OUT, Verdict.OPT_OUT_ONLY, why="contested"), False),
        (MAYBE, False),
    ],
)
def test_a_ground_is_sure_where_nothing_is_open(ground: Ground, sure: bool) -> None:
    assert is_sure(ground) is sure
