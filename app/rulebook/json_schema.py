"""JSON Schemas of the rulebook's files, made from the shapes that load them.

Editors use them to complete keys, to show what a key means, and to underline what is
wrong. What only the whole rulebook can show (a place that is none) they cannot know.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from app.rulebook.law_schema import LawShape
from app.rulebook.place_schema import CalendarShape, ObsoleteShape, PlaceShape
from app.rulebook.predicates import CONDITION, condition_schema
from app.rulebook.shapes import HERE_A_CONDITION
from app.rulebook.vendor_schema import VendorShape

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILES: Mapping[str, TypeAdapter[Any]] = {
    "law": TypeAdapter(LawShape),
    "vendor": TypeAdapter(VendorShape),
    "places": TypeAdapter(dict[str, PlaceShape]),
    "holidays": TypeAdapter(CalendarShape),
    "obsolete": TypeAdapter(dict[str, ObsoleteShape]),
}
"""The kinds of files, and what loads them."""


def json_schema(kind: str) -> dict[str, Any]:
    """Return the schema of a kind of file."""
    schema = _referring(FILES[kind].json_schema())
    if kind == "law":
        schema["$defs"]["Condition"] = condition_schema()
    return {"$schema": DIALECT, **schema}


def _referring(part: Any) -> Any:
    """Return a schema in which conditions refer to their one definition."""
    if isinstance(part, list):
        return [_referring(one) for one in part]
    if not isinstance(part, dict):
        return part
    if HERE_A_CONDITION.items() <= part.items():
        return {**part, **CONDITION}
    return {key: _referring(one) for key, one in part.items()}
