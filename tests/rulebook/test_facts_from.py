"""Facts of a vendor that changed on a day, and records that are doubles, in a file."""

from datetime import date
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from app.domain.facts import Sector
from app.domain.vendors import Double
from app.rulebook.vendor_schema import FACT_NAMES, FactFromShape, VendorShape

SEEN = {
    "sources": ["https://probe.example"],
    "confidence": "high",
    "checked_on": "2026-11-23",
}


def shape(*facts: dict[str, Any], **more: Any) -> VendorShape:
    several = [{"id": str(n), **SEEN, **one} for n, one in enumerate(facts)]
    plain = {"slug": "probe", "name": "Probe", "sector": "bank", **SEEN, **more}
    return VendorShape.model_validate({**plain, "facts_from": several})


def test_every_fact_can_change() -> None:
    assert get_args(FactFromShape.model_fields["fact"].annotation) == FACT_NAMES


def test_what_was_always_so_comes_before_what_changed() -> None:
    vendor = shape(
        {"fact": "sector", "value": "insurer", "from": "2026-05-01"},
        {"fact": "sector", "value": "telecom"},
    ).value()

    assert vendor.facts.sector is Sector.TELECOM
    assert vendor.facts_on(date(2026, 4, 30)).sector is Sector.TELECOM
    assert vendor.facts_on(date(2026, 5, 1)).sector is Sector.INSURER
    assert [one.first for one in vendor.facts_from] == [None, date(2026, 5, 1)]


@pytest.mark.parametrize(
    ("fact", "value", "known"),
    [
        ("seat", ["DE"], frozenset({"DE"})),
        ("employees", 5, 5),
        ("sells_data", True, True),
        ("annual_revenue_usd", 1.5, 1.5),
        ("residents_held", {"US-CO": 7}, {"US-CO": 7}),
        ("residents_held", None, {}),
        ("sector", None, None),
    ],
)
def test_a_fact_is_read_as_the_fact_itself_is(
    fact: str, value: object, known: object
) -> None:
    vendor = shape({"fact": fact, "value": value}).value()

    assert getattr(vendor.facts, fact) == known


def test_a_value_that_the_fact_cannot_have_is_refused() -> None:
    with pytest.raises(ValidationError, match="sector"):
        shape({"fact": "sector", "value": "ship"})


def test_a_double_names_the_record_that_stands_for_both() -> None:
    vendor = shape(
        double={"of": "other", "since": "2026-11-01", "why": "One company."}
    ).value()

    assert vendor.double == Double("other", date(2026, 11, 1), "One company.")
    assert shape().value().double is None
