"""Read a facts document, and say everything that is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.actions.check_eligibility import (
    GROUPS,
    FactsDocument,
    PersonFactsShape,
)
from app.actions.read_json import KeyTwiceError, read_json, said
from app.domain.likeness import likest
from app.domain.places import Places
from app.rulebook.vendor_schema import VendorFactsShape

MOST = 20
"""Wrong values that are told of at once, and as many fields that cannot be read."""
LONGEST = 60
"""Signs of a wrong value that are said again."""


@dataclass(frozen=True, slots=True)
class WrongFact:
    """One fact that cannot be: where it stands, what is wrong, what would be right."""

    field: str
    said: str
    """What is wrong, without the value."""
    value: Any = None
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return all of it in one line, the value too where it is a plain one."""
        before = " " if self.said.startswith("unknown") else ", not "
        value = f"{before}{_short(self.value)}" if _is_plain(self.value) else ""
        near = f"; nearest: {', '.join(self.nearest)}" if self.nearest else ""
        return f"{self.field}: {self.said}{value}{near}"


class WrongFactsError(ValueError):
    """The document is JSON, and some of it is no fact."""

    def __init__(self, wrong: tuple[WrongFact, ...]) -> None:
        super().__init__("; ".join(map(str, wrong)))
        self.wrong = wrong


def read_facts(text: str | bytes, places: Places) -> FactsDocument:
    """Read a facts document, the same for commands and programs.

    Raises:
        NoJsonError: If it is not JSON.
        WrongFactsError: If it names a fact twice, or what is no fact, no value, or no
            place.
    """
    try:
        given = read_json(text)
    except KeyTwiceError as twice:
        again = WrongFact(".".join(twice.path), "this key stands there twice")
        raise WrongFactsError((again,)) from None
    wrong = [*islice(_wrong_places(given, places), MOST)]
    try:
        document = FactsDocument.model_validate(given)
    except ValidationError as errors:
        found = errors.errors(include_url=False, include_context=True)
        wrong = [*dict.fromkeys(map(_misread, found[:MOST])), *wrong]
    if wrong:
        raise WrongFactsError(tuple(wrong))
    return document


def _misread(error: ErrorDetails) -> WrongFact:
    names = [str(part) for part in error["loc"] if isinstance(part, str)]
    field = ".".join(names) or "facts"
    if error["type"] == "extra_forbidden":
        near = likest(names[-1], _facts_beside(names))
        return WrongFact(field, "unknown fact", nearest=near)
    expected = str(error.get("ctx", {}).get("expected", ""))
    if error["type"] != "enum" or not expected:
        return WrongFact(field, said(error), _frozen(error["input"]))
    words = [part.strip(" '") for part in expected.replace(" or ", ", ").split(",")]
    value = error["input"]
    near = likest(str(value), words) or tuple(words[:8])
    return WrongFact(field, "unknown value", _frozen(value), near)


def _facts_beside(names: list[str]) -> list[str]:
    """Return the facts that a name could have meant."""
    sides: Mapping[str, type[BaseModel]] = {
        "vendor": VendorFactsShape,
        "person": PersonFactsShape,
    }
    side = sides.get(names[0], FactsDocument) if len(names) > 1 else FactsDocument
    return list(side.model_fields)


def _wrong_places(given: Any, places: Places) -> Iterator[WrongFact]:
    """Yield each place that there is not, also beside facts that cannot be read."""
    for field, code in _codes(given):
        if code not in places and code not in GROUPS:
            near = places.nearest(code)
            yield WrongFact(field, "unknown place", code, near)


def _codes(given: Any) -> Iterator[tuple[str, str]]:
    sides: dict[str, Any] = given if isinstance(given, dict) else {}
    for side, names in _OF_PLACES.items():
        facts = sides.get(side)
        if not isinstance(facts, dict):
            continue
        for name in names:
            value = facts.get(name)
            codes = [value] if isinstance(value, str) else value
            for code in codes if isinstance(codes, list | dict) else ():
                if isinstance(code, str):
                    yield f"{side}.{name}", code


_OF_PLACES = {
    "vendor": ("seat", "local_nexus", "registered_broker_in", "residents_held"),
    "person": ("present_in",),
}


def _frozen(value: Any) -> Any:
    """Return a value that can be said again; of a whole list or object, nothing."""
    return value if _is_plain(value) else None


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
