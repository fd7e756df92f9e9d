"""JSON that people and programs hand in: read strictly, and faults in plain words."""

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from pydantic_core import ErrorDetails


class NoJsonError(ValueError):
    """The text is no JSON document."""


class KeyTwiceError(NoJsonError):
    """A key stands twice in one object: nobody can tell which value is meant."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(f"{'.'.join(path)}: this key stands there twice")
        self.path = path


class _Twice(dict[str, Any]):
    """An object in which a key stands twice; the first of them."""

    key = ""


def read_json(text: str | bytes) -> Any:
    """Read a document in UTF-8, with a byte order mark or without.

    Raises:
        KeyTwiceError: If a key stands twice in one object.
        NoJsonError: If it is no JSON; an empty text is none.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        given = json.loads(
            text.removeprefix(codecs.BOM_UTF8.decode()),
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
        twice = next(_twice(given), None)
    except (ValueError, RecursionError):
        raise NoJsonError from None
    if twice is not None:
        raise KeyTwiceError(twice)
    return given


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) == len(pairs):
        return known
    times = Counter(key for key, _ in pairs)
    twice = _Twice(known)
    twice.key = next(key for key in known if times[key] > 1)
    return twice


def _twice(given: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(given, _Twice):
        yield (*path, given.key)
    if isinstance(given, dict):
        for key, value in given.items():
            yield from _twice(value, (*path, key))
    elif isinstance(given, list):
        for value in given:
            yield from _twice(value, path)


SAID = {
    "missing": "is missing",
    "string_too_short": "needs {min_length} characters at least",
    "string_too_long": "may have {max_length} characters at most",
    "too_short": "needs {min_length} entries at least",
    "too_long": "may have {max_length} entries at most",
    "enum": "is none of {expected}",
    "literal_error": "is none of {expected}",
    "string_type": "must be text",
    "list_type": "must be a list",
    "frozen_set_type": "must be a list",
    "model_type": "must be an object with its own fields",
    "model_attributes_type": "must be an object with its own fields",
    "mapping_type": "must be an object with its own fields",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number that has an end",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "date_from_datetime_parsing": "is no day such as 2026-11-23",
    "date_parsing": "is no day such as 2026-11-23",
    "date_type": "is no day such as 2026-11-23",
}
"""What to mend, by the validator's name for the fault; never what was typed."""


def said(error: ErrorDetails, more: dict[str, str] | None = None) -> str:
    """Return what is wrong with a value, in plain words."""
    known = {**SAID, **(more or {})}.get(error["type"], "is not as it should be")
    return known.format(**error.get("ctx", {}))
