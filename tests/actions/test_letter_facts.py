"""What real letters rest on, for people of several places."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.actions.choose_vendors import Unfit, choose
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.actions.letter_facts import letter_facts
from app.domain.vendors import Directory
from app.letters import Letter
from app.rulebook.load import read_vendors
from tests.post_office import MAILBOX, TYPED, Office

ON = date(2026, 11, 23)
VENDORS = {shape.slug: shape.value() for shape in read_vendors()}


@pytest.fixture
def desk(office: Office) -> Desk:
    """The desk of a portal that knows the bundled vendors."""
    return replace(office.post.desk, directory=Directory(VENDORS))


def letter(desk: Desk, residence: str, vendor: str, **given: Any) -> Letter:
    body = FilingBody.model_validate(
        {
            "residence": residence,
            "vendors": [vendor],
            "resident": {"name": TYPED, "email": MAILBOX},
        }
        | given
    )
    chosen = choose(desk, body, ON)
    assert not isinstance(chosen, Unfit)
    facts = letter_facts(desk, body, chosen[0], number="R-1", local="k3m9", on=ON)
    return desk.letters.request(facts)


@pytest.mark.parametrize(
    ("residence", "vendor", "said"),
    [
        ("DE", "schufa", "- DSGVO, Art. 17 Abs. 1 (Löschung)\n"),
        ("DE", "schufa", "Direktwerbung (DSGVO, Art. 21)"),
        ("DE", "schufa", "nennen Sie mir diese Empfänger (DSGVO, Art. 19)"),
        ("DE", "schufa", "innerhalb von 1 Monat nach Eingang dieses Schreibens"),
        ("DE", "acxiom", "- DSGVO, Art. 17 Abs. 1 (Löschung)\n"),
        ("GB", "acxiom", "- UK GDPR, art. 17 (erasure)\n"),
        ("GB", "acxiom", "the authority: Information Commissioner's Office (UK GDPR"),
        ("CA-ON", "adgear", "- PIPEDA, Sch. 1 cl. 4.9.5 and s. 8 (correction"),
        ("CA-ON", "adgear", "within 30 calendar days of receiving this letter (PIPEDA"),
        ("CA-ON", "adgear", "So far as what you hold about me is wrong"),
        ("US-CA", "zoominfo", "You say that you delete on the request of people who"),
        ("US-CA", "zoominfo", "- CCPA/CPRA, Cal. Civ. Code 1798.105 (deletion of"),
        ("US-CA", "whitepages", "- Delete Act/DROP, Cal. Civ. Code 1798.99.86(c)-(d)"),
        ("US-IL", "epsilon", "You say that you take such objections from people"),
        (
            "AF",
            "epsilon",
            "I live in Afghanistan. Should you refuse, tell me the legal reas",
        ),
    ],
)
def test_a_letter_invokes_what_its_place_gives(
    desk: Desk, residence: str, vendor: str, said: str
) -> None:
    assert said in letter(desk, residence, vendor).text


@pytest.mark.parametrize(
    ("residence", "vendor", "unsaid"),
    [
        ("CA-ON", "adgear", "I take back any consent"),
        ("US-CA", "zoominfo", "You have to answer"),
        ("US-IL", "epsilon", "Anderl"),
        ("AF", "zoominfo", "have to answer"),
        ("AF", "epsilon", "I know of no law"),
    ],
)
def test_a_letter_claims_no_more(
    desk: Desk, residence: str, vendor: str, unsaid: str
) -> None:
    assert unsaid not in letter(desk, residence, vendor).text


def test_consent_is_taken_back_when_the_resident_says_so(desk: Desk) -> None:
    person = {"consent_withdrawn": True}

    assert "I take back any consent" in (
        letter(desk, "CA-ON", "adgear", person=person).text
    )


@pytest.mark.parametrize(
    ("residence", "vendor", "speaks", "written"),
    [
        ("DE", "acxiom", "en", "de"),
        ("GB", "acxiom", "fr", "en"),
        ("CA-QC", "adgear", "fr", "fr"),
        ("CA-QC", "adgear", "es", "en"),
        ("DE", "schufa", "fr", "de"),
    ],
)
def test_a_letter_is_written_in_a_language_that_is_read_there(
    desk: Desk, residence: str, vendor: str, speaks: str, written: str
) -> None:
    assert letter(desk, residence, vendor, language=speaks).language == written


def test_who_holds_that_data_is_wrong_asks_for_the_rest_too(desk: Desk) -> None:
    person = {"data_is_wrong": True, "consent_withdrawn": True}

    text = letter(desk, "CA-ON", "adgear", person=person).text

    assert "under:\n- PIPEDA, Sch. 1 cl. 4.9.5 and s. 8 (correction" in text
    assert "so far as they reach you:\n- PIPEDA, Sch. 1 cl. 4.3.8, 4.5.3 (wi" in text


def test_a_french_letter_names_the_law_in_french(desk: Desk) -> None:
    text = letter(desk, "CA-ON", "adgear", language="fr").text

    assert "- LPRPDE, annexe 1, art. 4.9.5 et art. 8 (rectification" in text


def test_the_order_and_the_settlement_of_illinois_are_named(desk: Desk) -> None:
    text = letter(desk, "US-IL", "clearview-ai").text

    assert "under:\n- Circuit Court of Cook County, consent order in ACLU" in text
    assert "as a settlement obliges you" in text
