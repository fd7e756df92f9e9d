"""What a filing asks is part of what is decided (contract, R3)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.actions.check_eligibility import check_vendor
from app.actions.choose_vendors import Chosen, Unfit, choose
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.domain.eligibility import Answer
from app.domain.facts import Asks, PersonFacts
from app.domain.grounds import RANK, Verdict
from app.domain.vendors import Directory
from app.rulebook.load import read_vendors
from app.words.terms import QUESTIONS
from tests.post_office import MAILBOX, TYPED, Office

ON = date(2026, 11, 23)
VENDORS = {shape.slug: shape.value() for shape in read_vendors()}
PLACES = ("CA-ON", "CA-QC", "DE", "GB", "RU", "US-CA", "US-TX", "JP", "ID")


@pytest.fixture
def desk(office: Office) -> Desk:
    """The desk of a portal that knows the bundled vendors."""
    return replace(office.post.desk, directory=Directory(VENDORS))


def filed(desk: Desk, residence: str, vendor: str, **given: Any) -> Answer:
    return chosen(desk, residence, vendor, **given).answer


def chosen(desk: Desk, residence: str, vendor: str, **given: Any) -> Chosen:
    body = FilingBody.model_validate(
        {
            "residence": residence,
            "vendors": [vendor],
            "resident": {"name": TYPED, "email": MAILBOX},
        }
        | given
    )
    found = choose(desk, body, ON)
    assert not isinstance(found, Unfit)
    return found[0]


@pytest.mark.parametrize("asks", Asks)
def test_a_filing_is_decided_like_the_question_of_who_asks_the_same(
    desk: Desk, asks: Asks
) -> None:
    for residence in PLACES:
        for vendor in ("clearview-ai", "whitepages"):
            answer, _ = check_vendor(
                desk.rulebook,
                desk.directory,
                residence=residence,
                vendor=vendor,
                person=PersonFacts(asks=asks),
                on=ON,
            )

            found = filed(desk, residence, vendor, asks=asks)

            assert found.grounds == answer.grounds


@pytest.mark.parametrize("asks", Asks)
def test_what_a_filing_asks_takes_nothing_away(desk: Desk, asks: Asks) -> None:
    for residence in PLACES:
        plain = filed(desk, residence, "clearview-ai")
        found = filed(desk, residence, "clearview-ai", asks=asks)

        assert RANK[found.verdict] <= RANK[plain.verdict]


def test_who_files_for_a_correction_has_the_right_to_it(desk: Desk) -> None:
    assert filed(desk, "CA-ON", "clearview-ai").verdict is Verdict.UNCERTAIN

    found = filed(desk, "CA-ON", "clearview-ai", asks="correction")

    assert found.verdict is Verdict.ELIGIBLE
    assert found.leading is not None
    assert found.leading.right == "correction-including-deletion"


def test_what_the_person_asks_counts_in_a_filing_for_deletion(desk: Desk) -> None:
    found = filed(desk, "CA-ON", "clearview-ai", person={"asks": "correction"})

    assert found.verdict is Verdict.ELIGIBLE


@pytest.mark.parametrize(
    ("residence", "expected"),
    [
        ("CA-ON", ("person.data_is_wrong", "person.consent_withdrawn")),
        ("DE", ()),
    ],
)
def test_only_what_could_change_the_answer_is_asked_in_its_order(
    desk: Desk, residence: str, expected: tuple[str, ...]
) -> None:
    assert chosen(desk, residence, "clearview-ai").worth_knowing(QUESTIONS) == expected


def test_what_the_person_said_is_not_asked_again(desk: Desk) -> None:
    said = chosen(desk, "CA-ON", "clearview-ai", person={"data_is_wrong": False})

    assert said.worth_knowing(QUESTIONS) == ("person.consent_withdrawn",)
