"""A due date comes from a law that the letter invokes, and is no surer than it."""

from typing import Any

import pytest

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
