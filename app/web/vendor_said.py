"""What stands in the record of a company, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.actions.read_typed import Fault
from app.actions.read_vendor import Step
from app.words.catalog import translations
from app.words.languages import colon, day_in_words, language_name, place_name
from app.words.terms import ALL
from app.words.vendor_record import (
    DEMANDS,
    FAULTS,
    IDENTIFIERS,
    LABELS,
    PARTS,
    RANKS,
    REACHED,
    RECORDERS,
)

TABLES: Mapping[str, Mapping[str, str]] = {
    **ALL,
    "reached": REACHED,
    "demand": DEMANDS,
    "identifier": IDENTIFIERS,
    "rank": RANKS,
    "part": PARTS,
}
WORDS_OF: Mapping[str, str] = {
    "sector": "sector",
    "data_sources": "data_source",
    "data_kinds": "kind",
    "confidence": "confidence",
    "right": "offer",
    "basis": "basis",
    "status": "order_status",
    "kind": "reached",
    "needs": "identifier",
    "take": "part",
}
"""The table in which the codes of a field have their words."""
OF_PLACES = frozenset({"seat", "local_nexus", "registered_broker_in", "places"})
OF_DAYS = frozenset(
    {"from", "to", "known_until", "checked_on", "closed_on", "on", "since"}
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that is another."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StepRead:
    """A version in words."""

    at: datetime
    who: str
    changes: tuple[Changed, ...]
    gone: bool


class Words:
    """Says what stands in a record, in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalog = translations(language)

    def say(self, message: str) -> str:
        """Return a message in the language."""
        return self._catalog.gettext(message)

    def label(self, name: str) -> str:
        """Return what a field is called, with a capital letter."""
        text = self.say(LABELS.get(name, name))
        return text[:1].upper() + text[1:]

    def value(self, name: str, value: Any) -> str:
        """Return what a field holds."""
        match value:
            case None:
                return ""
            case bool():
                return self.say("Yes") if value else self.say("No")
            case dict():
                return "; ".join(self._pair(name, key, v) for key, v in value.items())
            case list() | tuple():
                return self._several(name, value)
            case _ if name in OF_DAYS:
                return day_in_words(date.fromisoformat(value), self.language)
            case _:
                return self._code(name, str(value))

    def _several(self, name: str, values: Iterable[Any]) -> str:
        told = [self.value(name, one) for one in values]
        return ("; " if name in {"statuses", "sources", "brands"} else ", ").join(told)

    def _pair(self, name: str, key: str, value: Any) -> str:
        if name == "residents_held":
            named = place_name(key, self.language)
            return f"{named}{colon(self.language)} {value}"
        told = self.value(key, value)
        if name == "double":  # of a sentence and an address nobody sees which is which
            return f"{self.label(key)}{colon(self.language)} {told}"
        return told

    def _code(self, name: str, code: str) -> str:
        if name in OF_PLACES:
            return place_name(code, self.language)
        if name in {"language", "languages"}:
            return language_name(code, self.language)
        table = TABLES[WORDS_OF[name]] if name in WORDS_OF else {}
        if name == "demands":  # of a way they are codes, of an offer words
            table = DEMANDS
        return self.say(table[code]) if code in table else code

    def changed(
        self, changes: Iterable[tuple[str, Any, Any]], fact: str = ""
    ) -> tuple[Changed, ...]:
        """Return which fields changed; ``fact`` says which one a value is of."""
        return tuple(
            Changed(
                self.label(fact if fact and name == "value" else name),
                self.value(fact if name == "value" else name, before),
                self.value(fact if name == "value" else name, after),
            )
            for name, before, after in changes
        )

    def step(self, step: Step, fact: str = "") -> StepRead:
        """Return a version in words."""
        return StepRead(
            step.at, self.who(step.who), self.changed(step.changes, fact), step.gone
        )

    def who(self, word: str) -> str:
        """Return who recorded a version."""
        return self.say(RECORDERS[word]) if word in RECORDERS else word

    def fault(self, fault: Fault) -> str:
        """Return what is wrong with a field."""
        near = ", ".join(fault.nearest) or "–"
        return self.say(FAULTS[fault.code]).format(about=fault.about, nearest=near)
