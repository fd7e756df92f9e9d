"""What is read of a request: on which laws it rests, and what they know."""

from datetime import UTC, date, datetime

import pytest

from app.actions.read_filing import RequestStanding
from app.domain.timeline import DenialGround, Status
from app.domain.vendors import RouteKind
from app.rulebook.load import load_rulebook
from app.store.base import new_id

ON = date(2026, 11, 23)
LAWS = load_rulebook().pack.laws


def refused(
    ground: DenialGround, *rests_on: str, at_best: str = "firm"
) -> RequestStanding:
    return RequestStanding(
        id=new_id(datetime(2026, 11, 23, tzinfo=UTC)),
        number="R-1",
        vendor="riverty-infoscore",
        route=RouteKind.EMAIL,
        status=Status.ANSWERED,
        outcome=None,
        denial_ground=ground,
        evidence=None,
        verdict="eligible",
        law=rests_on[0],
        told={"rests_on": list(rests_on), "at_best": at_best},
        sent_on=ON,
        respond_due=None,
        extended_due=None,
        certainty="firm",
        complaint_until=None,
        timeline=(),
    )


@pytest.mark.parametrize(
    ("ground", "laws", "beside"),
    [
        (DenialGround.OVERRIDING_LEGITIMATE_INTEREST, ["us-ia-icdpa"], True),
        (
            DenialGround.OVERRIDING_LEGITIMATE_INTEREST,
            ["us-ia-icdpa", "eu-gdpr"],
            False,
        ),
        (DenialGround.OUTSIDE_JURISDICTION, ["us-ia-icdpa", "eu-gdpr"], False),
        (DenialGround.OUTSIDE_JURISDICTION, ["eu-gdpr"], True),
        (DenialGround.AGENT_NOT_ACCEPTED, ["eu-gdpr"], False),
        (DenialGround.SUPPRESSION_INSTEAD, ["eu-gdpr"], False),
    ],
)
def test_a_reason_is_beside_the_law_where_no_law_that_is_invoked_knows_it(
    ground: DenialGround, laws: list[str], beside: bool
) -> None:
    assert refused(ground, *laws).beside_the_law(LAWS, ON) is beside


@pytest.mark.parametrize(
    ("ground", "at_best", "disputed"),
    [
        (DenialGround.OUTSIDE_JURISDICTION, "indicative", True),
        (DenialGround.SMALL_BUSINESS_OUT_OF_SCOPE, "indicative", True),
        (DenialGround.OUTSIDE_JURISDICTION, "firm", False),
        (DenialGround.TRADE_SECRET, "indicative", False),
    ],
)
def test_a_law_in_doubt_is_not_held_against_who_says_that_it_does_not_apply(
    ground: DenialGround, at_best: str, disputed: bool
) -> None:
    it = refused(ground, "eu-gdpr", at_best=at_best)

    assert it.disputes_reach is disputed
    assert it.beside_the_law(LAWS, ON) is not disputed


def test_only_one_law_beyond_doubt_is_held_against_a_reason_without_a_hedge() -> None:
    ground = DenialGround.OUTSIDE_JURISDICTION

    assert refused(ground, "eu-gdpr").on_one_sure_law
    assert not refused(ground, "eu-gdpr", "us-ia-icdpa").on_one_sure_law
    assert not refused(ground, "eu-gdpr", at_best="indicative").on_one_sure_law
