"""Every code has its sentence; so has what law, offer and order say differently."""

import re
from datetime import date
from pathlib import Path

import pytest

from app.domain import grounds, reach, rights
from app.domain.eligibility import decide, question
from app.domain.facts import PersonFacts
from app.domain.grounds import Verdict
from app.domain.laws import Unmet
from app.domain.vendors import Vendor
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_schema import VendorShape
from app.words.answers import REASONS, SENTENCES, disagreement

ON = date(2026, 11, 23)
RULEBOOK = load_rulebook()
NOTHING_HERE = "The law covers you, but Probe offers nothing here."
MODULES = [rights, reach, grounds]
CODE = re.compile(r'"([a-z]+(?:-[a-z]+)+|contested)"')
NO_CODES = {"no-record", "data-covered"}
"""The id of a ground, and a finding that holds: neither is ever said."""


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_every_code_of_the_domain_has_a_sentence(module: object) -> None:
    source = Path(str(module.__file__)).read_text("utf-8")  # type: ignore[attr-defined]

    assert set(CODE.findall(source)) - NO_CODES <= {*REASONS}


def test_every_condition_and_every_verdict_has_a_sentence() -> None:
    assert {*Unmet} <= {*REASONS}
    assert {*SENTENCES} == {*Verdict}


def vendor(*offers: tuple[str, str]) -> Vendor:
    kept = {
        "words": "It does so.",
        "sources": ["https://probe.example.org/privacy"],
        "confidence": "high",
        "checked_on": "2026-11-01",
    }
    shape = {
        "slug": "probe",
        "name": "Probe",
        "seat": ["US-NY"],
        "sector": "data_broker",
        "sources": ["https://probe.example.org/privacy"],
        "checked_on": "2026-11-01",
        "offers": [
            {"id": f"offer-{n}", "right": right, "places": [place], **kept}
            for n, (right, place) in enumerate(offers)
        ],
    }
    return VendorShape.model_validate(shape).value()


def said(
    residence: str, *offers: tuple[str, str], route_here: bool = False
) -> tuple[str, ...]:
    asked = question(residence, vendor(*offers), PersonFacts())
    answer = decide(asked, ON, RULEBOOK.pack.laws, RULEBOOK.places)
    return disagreement(answer, "Probe", str, route_here=route_here)


def test_a_vendor_that_lists_other_places_offers_nothing_here() -> None:
    assert said("DE", ("deletion", "US-CA"), ("opt_out", "US")) == (NOTHING_HERE,)


@pytest.mark.parametrize(
    "offers",
    [(), (("opt_out", "*"),), (("deletion", "DE"),)],
    ids=["we know of none", "an opt-out", "a deletion"],
)
def test_what_is_not_known_or_is_offered_is_no_disagreement(
    offers: tuple[tuple[str, str], ...],
) -> None:
    assert said("DE", *offers) == ()


def test_a_way_for_this_place_is_an_offer_of_a_kind() -> None:
    assert said("DE", ("deletion", "US-CA"), route_here=True) == ()


def test_an_offer_beside_a_law_in_doubt_is_not_called_lawless() -> None:
    assert said("US-CA", ("deletion", "US")) == ()


def test_an_offer_without_a_law_is_called_that() -> None:
    assert said("US-IL", ("deletion", "US")) == (
        "Probe offers this without a law that makes it.",
    )
