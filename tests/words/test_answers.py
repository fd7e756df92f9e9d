"""Every code has its sentence; so has what law, offer and order say differently."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.domain import grounds, reach, rights
from app.domain.eligibility import Answer, Question, decide, question
from app.domain.facts import Capacity, Facts, PersonFacts, Sector, VendorFacts
from app.domain.grounds import Verdict
from app.domain.laws import Unmet
from app.domain.vendors import Vendor
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_schema import VendorShape
from app.words.answers import REASONS, SENTENCES, disagreement, sentence, why
from app.words.catalog import translations
from app.words.documents import eligibility_document

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
    asked = question(residence, vendor(*offers), PersonFacts(), ON)
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


def answered(residence: str, **vendor_facts: object) -> Answer:
    facts = Facts(vendor=VendorFacts(**vendor_facts))  # type: ignore[arg-type]
    asked = Question(residence=residence, facts=facts)
    return decide(asked, ON, RULEBOOK.pack.laws, RULEBOOK.places)


def told(answer: Answer, law: str, language: str = "en") -> list[str]:
    say = translations(language).gettext
    return [
        why(reason, ground, say)
        for ground in answer.grounds
        if ground.id == law
        for reason in ground.reasons
    ]


@pytest.mark.parametrize(
    ("residence", "law", "language", "words"),
    [
        ("US-NJ", "us-fed-anderl", "en", "judges and officials"),
        ("US-NJ", "us-nj-daniels-law", "fr", "réservée aux juges"),
        ("US-CA", "us-fed-coppa", "es", "solo para los padres"),
        ("US-CO", "us-co-cpa", "en", "in their private lives"),
    ],
)
def test_a_law_for_some_people_names_these(
    residence: str, law: str, language: str, words: str
) -> None:
    assert words in " ".join(told(answered(residence), law, language))


def test_a_law_for_officials_shuts_others_out_by_name() -> None:
    asked = Question(
        residence="US-NJ",
        facts=Facts(person=PersonFacts(capacity=Capacity.CONSUMER)),
    )
    answer = decide(asked, ON, RULEBOOK.pack.laws, RULEBOOK.places)

    (said,) = told(answer, "us-fed-anderl")
    assert said.endswith("officials under protection and their families alone.")


STATED_AS_DOUBT = {
    "condition-open",
    "contested",
    "data-unknown",
    "no-agent-right",
    "no-record-for-that-day",
    "no-record-for-that-place",
    "offer-end-unknown",
    "only-faulty-data",
    "only-wrong-data",
    "operative-date-unknown",
}
"""Codes whose one sentence says itself that something is open, or what it hangs on."""


@pytest.mark.parametrize("residence", ["US-CA", "US-NJ", "US-VT", "CA-QC", "JP"])
def test_what_is_unknown_is_never_said_as_if_it_were_known(residence: str) -> None:
    unsure = {
        (reason.code, why(reason, ground, str))
        for ground in answered(residence).grounds
        for reason in ground.reasons
        if not reason.known and reason.code not in STATED_AS_DOUBT
    }

    assert unsure
    assert not [text for _, text in unsure if not hedged(text)]


def hedged(text: str) -> bool:
    return any(
        w in text for w in ("We do not know", "Where ", "It depends", "in which")
    )


def test_an_unknown_register_is_not_called_one_without_the_company() -> None:
    unknown = told(answered("US-CA", sector=Sector.DATA_BROKER), "us-ca-delete-act")
    absent = told(
        answered("US-CA", sector=Sector.DATA_BROKER, registered_broker_in=frozenset()),
        "us-ca-delete-act",
    )

    assert any("We do not know whether this company is in it" in t for t in unknown)
    assert any("this company is not in it. You can report that" in t for t in absent)


def summed_up(residence: str, *offers: tuple[str, str], **until: date) -> str:
    found = vendor(*offers)
    if until:
        old = tuple(
            replace(offer, known_until=until["until"]) for offer in found.offers
        )
        found = replace(found, offers=old)
    asked = question(residence, found, PersonFacts(), ON)
    return sentence(
        decide(asked, ON, RULEBOOK.pack.laws, RULEBOOK.places), "Probe", str
    )


def test_an_opt_out_in_doubt_is_not_promised() -> None:
    offered = summed_up("LR", ("opt_out", "*"))
    old = summed_up("LR", ("opt_out", "*"), until=date(2024, 1, 1))

    assert "must or will stop" in offered
    assert "must" not in old
    assert "cannot tell" in old or "We do not know" in old


def test_an_order_is_named_only_where_there_is_one() -> None:
    assert summed_up("US-CO").startswith("A law may apply to Probe")


@pytest.mark.parametrize("language", ["fr", "es"])
def test_an_offer_is_told_without_our_english_notes(language: str) -> None:
    asked = question("US-IL", vendor(("deletion", "US")), PersonFacts(), ON)
    answer = decide(asked, ON, RULEBOOK.pack.laws, RULEBOOK.places)

    document = eligibility_document(
        answer,
        vendor_name="Probe",
        law_pack="",
        say=translations(language).gettext,
    )

    texts = [r["text"] for g in document["grounds"] for r in g["reasons"]]
    assert not [text for text in texts if "It does so" in text]
