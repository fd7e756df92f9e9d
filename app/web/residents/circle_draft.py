"""The steps of a filing that asks a whole circle: what its lists hold, and for whom."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.actions.choose_vendors import ChosenCircle, Unfit, choose_circle
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.domain import drop
from app.domain.matching import ListType, items_of, known_of
from app.domain.vendors import Identifier
from app.web.residents.drafting import (
    SOMEBODY,
    WRONG,
    AnswerLine,
    CircleLine,
    FieldLine,
    ListLine,
    body_from,
    details_of,
)
from app.words.answers import Say
from app.words.circles import circle_named, circle_sentence
from app.words.languages import Language
from app.words.marks import mark

NO_ZIP = mark("Enter one ZIP code of five digits on each line")
LISTS = (ListType.EMAIL, ListType.PHONE, ListType.NDZ)
"""Those that hold anything of what a person is asked for."""
ALIKE = (
    (Identifier.PHONES, drop.phone, WRONG["phones"]),
    (Identifier.ADDRESSES, drop.zip_codes_in, NO_ZIP),
)
"""What lists compare of a line, which must be something."""


def circle_of(desk: Desk, content: Mapping[str, Any], on: date) -> ChosenCircle | Unfit:
    """Return the circle of a draft, with what was found of who belongs to it."""
    return choose_circle(desk, content["circle"], body_from(content, SOMEBODY), on)


def answer_lines(
    desk: Desk,
    content: Mapping[str, Any],
    circle: ChosenCircle,
    on: date,
    language: Language,
    say: Say,
) -> tuple[AnswerLine, ...]:
    """Return the answer about the circle, and what it was without the person's facts."""
    before = circle_of(desk, {**content, "person": {}}, on)
    verdict = circle.answer.verdict
    was = verdict if isinstance(before, Unfit) else before.answer.verdict
    return (
        AnswerLine(
            circle.name,
            circle_named(circle.name, language),
            verdict,
            circle_sentence(verdict, say),
            was if was is not verdict else None,
        ),
    )


def fields(content: Mapping[str, Any]) -> tuple[FieldLine, ...]:
    """Return the fields of which the lists are made."""
    typed = content.get("typed") or {}
    return tuple(
        FieldLine(name, str(typed.get(name.value, "")), (), listed=True)
        for name in Identifier
    )


def details_from(
    values: Mapping[str, str],
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a draft keeps of the details, and what no list could compare."""
    changes, errors = details_of(values, Identifier)
    for name, alike, said in ALIKE:
        lines = values.get(name.value, "").splitlines()
        if not all(alike(line) for line in lines if line.strip()):
            errors = {**errors, name.value: said}
    return (changes | {"resident": None} if errors else changes), errors


def line_of(
    circle: ChosenCircle, body: FilingBody, language: Language, say: Say
) -> CircleLine:
    """Return what the companies get of a person, in numbers."""
    document = body.resident.model_dump(mode="json")
    items = items_of(known_of(document, frozenset(Identifier)))
    found = Counter(item.list for item in items)
    return CircleLine(
        circle.name,
        circle_named(circle.name, language),
        len(circle.vendors),
        circle_sentence(circle.answer.verdict, say),
        tuple(ListLine(one, found[one]) for one in LISTS),
    )


def shown_of(circle: ChosenCircle) -> object:
    """Return all that *check answers* shows of a circle, in any language."""
    return circle.name, circle.vendors, circle.answer.verdict
