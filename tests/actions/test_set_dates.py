"""A due date comes from the right that the letter invokes, and is no surer than it."""

from datetime import date
from typing import Any

import pytest

from app.actions.set_dates import rests_on
from app.domain.basis import invoked
from app.domain.eligibility import laws_of, question, verdict_on
from app.domain.facts import Asks, PersonFacts
from app.domain.grounds import Verdict
from app.domain.laws import Period
from app.domain.rights import response_due
from app.rulebook.load import Rulebook, load_rulebook, read_vendors
from tests.post_office import Office

NOTHING_WRONG = {"data_is_wrong": False, "consent_withdrawn": True}


@pytest.mark.parametrize(
    ("residence", "person", "certainty"),
    [
        pytest.param("DE", {}, "firm", id="a law"),
        pytest.param("CA-ON", {}, "indicative", id="a law that may reach it"),
        pytest.param("CA-ON", NOTHING_WRONG, "none", id="a right without a period"),
        pytest.param("JP", {}, "none", id="no law"),
    ],
)
def test_a_day_is_as_sure_as_the_law_that_sets_it(
    office: Office, residence: str, person: dict[str, Any], certainty: str
) -> None:
    filed = office.confirmed(residence=residence, person=person)

    office.deliver()

    request = office.request(filed)
    assert request.certainty == certainty
    assert (request.respond_due is None) is (certainty == "none")


@pytest.mark.parametrize(
    ("residence", "person", "due"),
    [
        pytest.param(
            "RU", {"consent_withdrawn": True}, "2026-12-23", id="30 days for consent"
        ),
        pytest.param("RU", {"data_is_wrong": True}, "2026-12-02", id="7 working days"),
        pytest.param(
            "RU",
            {"data_is_obsolete_or_unlawful": True},
            "2026-12-02",
            id="7 working days before 10",
        ),
        pytest.param(
            "RU",
            {"data_is_obsolete_or_unlawful": True, "consent_withdrawn": True},
            "2026-12-02",
            id="the earliest of all",
        ),
        pytest.param("ID", {"consent_withdrawn": True}, None, id="72 hours to stop"),
    ],
)
def test_a_day_is_counted_by_the_right_that_is_invoked(
    office: Office, residence: str, person: dict[str, Any], due: str | None
) -> None:
    """Monday 23 November 2026; 152-FZ arts. 20(3), 21(3) and 21(5)."""
    filed = office.sent(residence=residence, person=person)

    found = office.request(filed).respond_due

    assert (found.isoformat() if found else None) == due


PACK = load_rulebook()
PERSONS = (
    PersonFacts(),
    PersonFacts(consent_withdrawn=True),
    PersonFacts(data_is_wrong=True),
    PersonFacts(data_is_obsolete_or_unlawful=True, consent_withdrawn=False),
)
ON = date(2026, 11, 23)


@pytest.mark.parametrize("asks", [Asks.DELETION, Asks.OPT_OUT, Asks.CORRECTION])
def test_the_right_is_found_again_in_what_was_told(asks: Asks) -> None:
    vendors = [shape.value() for shape in read_vendors()][::9]
    for place in {p for law in PACK.pack.laws.values() for p in law.places}:
        laws = laws_of(place, PACK.pack.laws, PACK.places)
        for vendor in vendors:
            for person in PERSONS:
                asked = question(place, vendor, person, ON)
                answer = verdict_on(asked, ON, laws, PACK.places)
                rests = invoked(answer, person, asks)
                if rests.law is None or rests.due is None:
                    continue
                told = {
                    "on": ON.isoformat(),
                    "grounds": [
                        {
                            "kind": g.kind,
                            "id": g.id,
                            "right": g.right,
                            "outcome": g.outcome,
                            "reasons": [r.code for r in g.reasons],
                            "citation": g.citation,
                        }
                        for g in answer.grounds
                        if g.outcome is not Verdict.NOT_ELIGIBLE
                    ],
                }

                found = period_told(PACK, rests.law.id, told)

                assert found == rests.due.period, (place, vendor.slug, person)


def period_told(rulebook: Rulebook, law: str, told: dict[str, Any]) -> Period | None:
    act = rulebook.pack.laws[law]
    right, step = rests_on(act, told, ON), act.on(ON)
    assert right is not None
    assert step is not None
    due = response_due(right, step, ON)
    return due.period if due else None
