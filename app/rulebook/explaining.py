"""What is wrong with a key of a rulebook file, and what would be right."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.rulebook.predicates import nearest
from app.rulebook.shapes import Shape

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

A_LIST = "a list stands here, in square brackets"
A_TABLE = "a table stands here"
TEXT = "text stands here, in quotes"
RIGHT: Mapping[str, str] = {
    "missing": "this key is missing",
    "string_type": TEXT,
    "string_too_short": "this may not be empty",
    "bool_type": "true or false stands here, without quotes",
    "int_type": "a whole number stands here, without quotes",
    "int_from_float": "a whole number stands here",
    "float_type": "a number stands here, without quotes",
    "float_parsing": "a number stands here, without quotes",
    "finite_number": "a number that has an end stands here",
    "tuple_type": A_LIST,
    "frozen_set_type": A_LIST,
    "dict_type": A_TABLE,
    "mapping_type": A_TABLE,
    "model_type": A_TABLE,
    "model_attributes_type": A_TABLE,
    "too_short": "this list may not be empty",
}
"""What would be right, by the kind of error."""


NO_TOML: Mapping[str, str] = {
    "Cannot overwrite a value": "this key stands there twice; keep one",
    "Cannot declare": "this table stands there twice; keep one",
    "Cannot mutate": "this table stands there twice; keep one",
    "Invalid date": "there is no such day",
    "Invalid value": "text stands in quotes, a list in brackets, a day as 2027-07-01",
    "Unclosed array": "the list before this has no closing bracket",
}
"""What is wrong, by how the decoder begins to say it."""


def explained(error: "ErrorDetails") -> str:
    """Return an error of pydantic in words for who edits the file."""
    kind, given, known = error["type"], error["input"], error.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return "there is no such key" + nearest(error["loc"][-1], keys_of(Shape))
        case "enum" | "literal_error":
            words = [word.strip(" '") for word in _expected(str(known["expected"]))]
            return f"{given!r} is none of {', '.join(words)}" + nearest(given, words)
        case "greater_than" | "greater_than_equal" | "less_than_equal":
            return f"{given!r} cannot be: {_limit(known)}"
        case "string_pattern_mismatch" if "http" in str(known["pattern"]):
            return f"{given!r} is no web address, such as https://example.org/act"
        case "string_pattern_mismatch":
            return f"{given!r} is no name of small letters, digits and single dashes"
        case "value_error":
            return str(known["error"])
        case _:
            return RIGHT.get(kind, error["msg"])


def _limit(known: Mapping[str, object]) -> str:
    words = {"gt": "more than", "ge": "at least", "le": "at most"}
    return ", ".join(f"{words[k]} {v} stands here" for k, v in known.items())


def broken(message: str) -> str:
    """Return what is wrong where a file is no TOML."""
    for begins, words in NO_TOML.items():
        if message.startswith(begins):
            return words
    return f"this is no TOML: {message}"


def _expected(text: str) -> list[str]:
    """Return the words of a list that ends in "or"."""
    return text.replace(" or ", ", ").split(", ")


def keys_of(of: type[Shape]) -> set[str]:
    """Return every key that any table of the rulebook may have."""
    own = {field.alias or name for name, field in of.model_fields.items()}
    return own.union(*(keys_of(below) for below in of.__subclasses__()))
