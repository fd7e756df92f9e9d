"""The conditions of a law file, read into the domain's predicates.

A condition is an inline table with one telling key; README.md beside this module lists
them all.
"""

import math
from collections.abc import Iterable, Mapping
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
from app.domain.likeness import likest

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
NUMBERS: Mapping[str, float] = {
    "vendor.annual_revenue_usd": math.inf,
    "vendor.revenue_share_from_sales": 1,
    "vendor.advertising_revenue_share": 1,
    "vendor.employees": math.inf,
    "person.age": 150,
}
"""Facts that are a number, and the greatest that each can be; the least is 0."""
SAID = FACTS - {
    *CHOICES,
    *LISTS,
    *NUMBERS,
    "person.present_in",
    "vendor.residents_held",
}
"""Facts that are so, or not."""

TELLING = "all, any, not, fact, held, notion, open, always"
DEEPEST = 12
"""How deep conditions are nested at most: a reader loses the thread long before."""
CONDITION = {"$ref": "#/$defs/Condition"}
"""How a JSON Schema refers to a condition."""


def predicate(table: Any) -> Predicate:
    """Read a condition: an inline table with one telling key.

    Raises:
        ValueError: If the key is none of the closed set, a fact is unknown, or what is
            asked of it holds for nobody or for everybody.
    """
    return _read(table, DEEPEST)


def _read(table: Any, deeper: int) -> Predicate:
    if not deeper:
        raise ValueError(f"conditions are nested {DEEPEST} deep at most")
    if not isinstance(table, dict):
        raise ValueError("a condition is a table")  # noqa: TRY004 - pydantic's way
    match table:
        case {"all": list(parts), **rest} if parts and not rest:
            return c.All(tuple(_read(part, deeper - 1) for part in parts))
        case {"any": list(parts), **rest} if parts and not rest:
            return c.Any(tuple(_read(part, deeper - 1) for part in parts))
        case {"not": part, **rest} if not rest:
            return c.Not(_read(part, deeper - 1))
        case {"notion": str(notion), **rest} if not rest and notion in NOTIONS:
            return c.Named(notion)
        case {"open": str(words), **rest} if not rest:
            return c.Custom(words)
        case {"always": True, **rest} if not rest:
            return c.Always()
        case {"held": str(place), **rest} if len(rest) == 1:
            relation, number = next(iter(rest.items()))
            if relation in c.RELATIONS and type(number) is int and number >= 0:
                _divides("held", relation, number, math.inf)
                return c.Held(place, relation, number)
        case {"fact": str(fact), **rest} if fact in FACTS and len(rest) == 1:
            return _about(fact, *next(iter(rest.items())))
    raise ValueError(_no_condition(table))


def _no_condition(table: Mapping[str, Any]) -> str:
    match table:
        case {"all": []} | {"any": []}:
            return f"{next(iter(table))} has at least one condition in its list"
        case {"fact": fact} if fact not in FACTS:
            return f"{fact} is no fact{nearest(fact, FACTS)}"
        case {"notion": notion} if notion not in NOTIONS:
            return f"{notion} is no notion{nearest(notion, NOTIONS)}"
        case {"held": _}:
            after = ", ".join(c.RELATIONS)
            return f"held goes with one whole number, 0 or more, after one of {after}"
        case _:
            return f"{table} is no condition: it has one telling key of {TELLING}"


def _about(fact: str, relation: str, value: Any) -> Predicate:
    match relation, value:
        case "is", bool() if fact in SAID:
            return c.Is(fact, value)
        case "in", list() if fact in CHOICES:
            return c.OneOf(fact, _words(value, CHOICES[fact]))
        case "includes", list() if fact in LISTS:
            return c.Includes(fact, _words(value, LISTS[fact]))
        case _, int() | float() if relation in c.RELATIONS and fact in NUMBERS:
            if type(value) is not bool:
                _divides(fact, relation, value, NUMBERS[fact])
                return c.Compare(fact, relation, value)
    raise ValueError(
        f"{fact} cannot be asked {relation} = {value}: it goes with {_with(fact)}"
    )


def _divides(fact: str, relation: str, number: float, most: float) -> None:
    """Refuse a limit that no number passes, or every number."""
    if relation == "more_than":
        sound, right = 0 <= number < most, "0 or more"
        right += "" if most == math.inf else f", and less than {most}"
    else:
        sound, right = 0 < number <= most and number < math.inf, "more than 0"
        right += "" if most == math.inf else f", and at most {most}"
    if not sound:
        raise ValueError(f"{fact} goes with {relation} and a number: {right}")


def _with(fact: str) -> str:
    """Return how a fact may be asked for."""
    if fact in SAID:
        return "is = true or false"
    if fact in CHOICES:
        return "in and a list"
    if fact in LISTS:
        return "includes and a list"
    if fact in NUMBERS:
        return f"a number after one of {', '.join(c.RELATIONS)}"
    return (
        "no condition but held" if fact == "vendor.residents_held" else "no condition"
    )


def nearest(word: object, known: Iterable[str]) -> str:
    """Return what was most likely meant, or nothing."""
    near = likest(str(word), sorted(known), most=2, cutoff=0.6)
    return f"; nearest: {', '.join(near)}" if near else ""


def _words(values: list[Any], known: type[StrEnum] | None) -> frozenset[str]:
    if not values:
        raise ValueError("this list has at least one value")
    for value in values:
        if not isinstance(value, str) or (known and value not in set(known)):
            near = nearest(value, known or ())
            raise ValueError(f"{value} is no value of this fact{near}")
    return frozenset(values)


def condition_schema() -> dict[str, Any]:
    """Return the JSON Schema of a condition: an inline table with one telling key."""
    parts = {"type": "array", "items": CONDITION, "minItems": 1}
    number = {"type": "number"}
    forms: list[tuple[str, dict[str, Any]]] = [
        ("Every part must hold.", {"all": parts}),
        ("One part is enough.", {"any": parts}),
        ("The part must not hold.", {"not": CONDITION}),
        ("A notion that several laws share.", {"notion": {"enum": sorted(NOTIONS)}}),
        ("What no fact expresses: always uncertain.", {"open": {"type": "string"}}),
        ("Holds for everybody.", {"always": {"const": True}}),
        (
            "A yes-or-no fact is so.",
            {"fact": {"enum": sorted(SAID)}, "is": {"type": "boolean"}},
        ),
    ]
    for relation in c.RELATIONS:
        words = f"The number is {relation.replace('_', ' ')} this."
        forms += [
            (words, {"fact": {"enum": sorted(NUMBERS)}, relation: number}),
            (words, {"held": {"type": "string"}, relation: {"type": "integer"}}),
        ]
    for fact, choice in CHOICES.items():
        one_of = {"type": "array", "items": {"enum": sorted(choice)}, "minItems": 1}
        words = "The fact has one of these values."
        forms.append((words, {"fact": {"const": fact}, "in": one_of}))
    for fact, known in LISTS.items():
        item: dict[str, Any] = {"enum": sorted(known)} if known else {"type": "string"}
        words = "The fact has at least one of these values."
        several = {"type": "array", "items": item, "minItems": 1}
        forms.append((words, {"fact": {"const": fact}, "includes": several}))
    return {
        "title": "Condition",
        "description": "A condition over facts, with one telling key.",
        "oneOf": [
            {
                "type": "object",
                "description": words,
                "properties": keys,
                "required": list(keys),
                "additionalProperties": False,
            }
            for words, keys in forms
        ],
    }
