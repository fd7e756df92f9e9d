"""The conditions of a law file, read into the domain's predicates.

A condition is an inline table with one telling key; README.md beside this module lists
them all.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from app.domain import conditions as c
from app.domain.conditions import NOTIONS, Predicate
from app.domain.facts import (
    Asks,
    Capacity,
    DataKind,
    DataSource,
    PersonFacts,
    Sector,
    VendorFacts,
)

FACTS = {
    f"{side}.{name}"
    for side, of in (("vendor", VendorFacts), ("person", PersonFacts))
    for name in of.__dataclass_fields__
}


CHOICES: Mapping[str, type[StrEnum]] = {
    "vendor.sector": Sector,
    "person.capacity": Capacity,
    "person.asks": Asks,
    "person.data_source": DataSource,
}
"""Facts with one word of a closed list."""
LISTS: Mapping[str, type[StrEnum] | None] = {
    "vendor.data_sources": DataSource,
    "vendor.data_kinds": DataKind,
    "person.data_kinds": DataKind,
    "vendor.seat": None,
    "vendor.local_nexus": None,
    "vendor.registered_broker_in": None,
}
"""Facts with several words; None where they are places."""
NUMBERS = frozenset(
    {
        "vendor.annual_revenue_usd",
        "vendor.revenue_share_from_sales",
        "vendor.advertising_revenue_share",
        "vendor.employees",
        "person.age",
    }
)
SAID = FACTS - {
    *CHOICES,
    *LISTS,
    *NUMBERS,
    "person.present_in",
    "vendor.residents_held",
}
"""Facts that are so, or not."""


def predicate(table: Any) -> Predicate:
    """Read a condition: an inline table with one telling key.

    Raises:
        ValueError: If the key is none of the closed set, or a fact is unknown.
    """
    if not isinstance(table, dict):
        raise ValueError("a condition is a table")  # noqa: TRY004 - pydantic's way
    match table:
        case {"all": list(parts), **rest} if not rest:
            return c.All(tuple(map(predicate, parts)))
        case {"any": list(parts), **rest} if not rest:
            return c.Any(tuple(map(predicate, parts)))
        case {"not": part, **rest} if not rest:
            return c.Not(predicate(part))
        case {"notion": str(notion), **rest} if not rest and notion in NOTIONS:
            return c.Named(notion)
        case {"open": str(words), **rest} if not rest:
            return c.Custom(words)
        case {"always": True, **rest} if not rest:
            return c.Always()
        case {"held": str(place), **rest} if len(rest) == 1:
            relation, number = next(iter(rest.items()))
            if relation in c.RELATIONS and isinstance(number, int):
                return c.Held(place, relation, number)
        case {"fact": str(fact), **rest} if fact in FACTS and len(rest) == 1:
            return _about(fact, *next(iter(rest.items())))
        case {"fact": str(fact)} if fact not in FACTS:
            near = get_close_matches(fact, sorted(FACTS), n=2)
            raise ValueError(f"{fact} is no fact; nearest: {', '.join(near) or 'none'}")
    raise ValueError(f"no such condition: {table}")


def _about(fact: str, relation: str, value: Any) -> Predicate:
    match relation, value:
        case "is", bool() if fact in SAID:
            return c.Is(fact, value)
        case "in", list() if fact in CHOICES:
            return c.OneOf(fact, _words(value, CHOICES[fact]))
        case "includes", list() if fact in LISTS:
            return c.Includes(fact, _words(value, LISTS[fact]))
        case _, int() | float() if relation in c.RELATIONS and fact in NUMBERS:
            return c.Compare(fact, relation, value)
    raise ValueError(f"{fact} cannot be asked for {relation} = {value}")


def _words(values: list[Any], known: type[StrEnum] | None) -> frozenset[str]:
    for value in values:
        if not isinstance(value, str) or (known and value not in set(known)):
            raise ValueError(f"{value} is no value of this fact")
    return frozenset(values)
