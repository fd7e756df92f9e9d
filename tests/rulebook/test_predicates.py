"""Conditions come from a small closed set of words."""

from typing import Any

import pytest

from app.domain import conditions as c
from app.rulebook.predicates import predicate

SELLS = {"fact": "vendor.sells_data", "is": True}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (SELLS, c.Is("vendor.sells_data", value=True)),
        ({"always": True}, c.Always()),
        ({"open": "words"}, c.Custom("words")),
        ({"notion": "data_broker"}, c.Named("data_broker")),
        ({"not": {"always": True}}, c.Not(c.Always())),
        ({"all": [SELLS]}, c.All((c.Is("vendor.sells_data", value=True),))),
        ({"any": [{"always": True}]}, c.Any((c.Always(),))),
        ({"held": "US-VA", "at_least": 5}, c.Held("US-VA", "at_least", 5)),
        (
            {"fact": "vendor.annual_revenue_usd", "more_than": 25_000_000},
            c.Compare("vendor.annual_revenue_usd", "more_than", 25_000_000),
        ),
        (
            {"fact": "vendor.sector", "in": ["bank"]},
            c.OneOf("vendor.sector", frozenset({"bank"})),
        ),
        (
            {"fact": "vendor.data_kinds", "includes": ["photo"]},
            c.Includes("vendor.data_kinds", frozenset({"photo"})),
        ),
        (
            {"fact": "vendor.seat", "includes": ["US-CA"]},
            c.Includes("vendor.seat", frozenset({"US-CA"})),
        ),
    ],
)
def test_a_table_is_read(table: Any, expected: c.Predicate) -> None:
    assert predicate(table) == expected


@pytest.mark.parametrize(
    "table",
    [
        "always",
        {},
        {"always": False},
        {"always": True, "open": "words"},
        {"notion": "a_good_company"},
        {"fact": "vendor.mood", "is": True},
        {"fact": "vendor.sells_data"},
        {"fact": "vendor.sells_data", "is": "yes"},
        {"fact": "vendor.sector", "is": True},
        {"fact": "vendor.sector", "in": ["bnak"]},
        {"fact": "vendor.sector", "includes": ["bank"]},
        {"fact": "vendor.data_kinds", "includes": [["photo"]]},
        {"fact": "vendor.annual_revenue_usd", "about": 5},
        {"fact": "vendor.sells_data", "more_than": 0},
        {"held": "US-VA", "about": 5},
        {"held": "US-VA", "at_least": "many"},
        {"held": "US-VA"},
        {"all": [{"fact": "vendor.mood", "is": True}]},
    ],
)
def test_anything_else_is_refused(table: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        predicate(table)
