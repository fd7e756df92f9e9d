"""How a provision is written in the language of a letter. Law files write English."""

import re
from collections.abc import Mapping

_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern), put) for pattern, put in pairs)


_SUBPARAGRAPH = r"(?<=art\. )(\d+\w?)\((\d+)\)\((\w)\)"
_PARAGRAPH = r"(?<=art\. )(\d+\w?)\((\d+)\)"

_DECISION, _ORDER_NO = r", decision (?=\d)", r", order no\. (?=\d)"
_ORDER = r", Order (?=[A-Z]?\d)"
"""How vendor files name a decision of an authority, after its maker."""

RULES: Mapping[str, _Rules] = {
    "de": _rules(
        (_DECISION, ", Entscheidung "),
        (_ORDER_NO, ", Anordnung Nr. "),
        (_ORDER, ", Anordnung "),
        (r"\bSch\. (\d+) cl\. ", r"Anhang \1 Ziff. "),
        (r"\b(arts|ss?)\. (?=\d)", "art. "),
        (_SUBPARAGRAPH, r"\1 Abs. \2 Buchst. \3"),
        (_PARAGRAPH, r"\1 Abs. \2"),
        (r"\bart\. ", "Art. "),
        (r"\bpara\. ", "Abs. "),
        (r"\bsections? (?=\d)", "Abschnitt "),
        (r" and ", " und "),
    ),
    "es": _rules(
        (_DECISION, ", resolución "),
        (_ORDER_NO, ", orden n.º "),
        (_ORDER, ", orden "),
        (r"\bSch\. (\d+) cl\. ", r"anexo \1, cláusula "),
        (r"\b(arts|ss?)\. (?=\d)", "art. "),
        (_SUBPARAGRAPH, r"\1.\2.\3"),
        (_PARAGRAPH, r"\1.\2"),
        (r"\bpara\. ", "párr. "),
        (r"\bsections? (?=\d)", "sección "),
        (r" and ", " y "),
    ),
    "fr": _rules(
        (_DECISION, ", décision "),
        (_ORDER_NO, ", ordonnance nº "),
        (_ORDER, ", ordonnance "),
        (r"\bC\.C\.Q\. ", "C.c.Q., "),
        (r"\bSch\. (\d+) cl\. ", r"annexe \1, art. "),
        (r"\b(arts|ss?)\. (?=\d)", "art. "),
        (_SUBPARAGRAPH, r"\1, par. \2, point \3"),
        (_PARAGRAPH, r"\1, par. \2"),
        (r"\bpara\. ", "al. "),
        (r" and ", " et "),
        (r"; ", " ; "),
    ),
}


def provision(citation: str, language: str) -> str:
    """Return a provision as letters in a language write it."""
    for pattern, put in RULES.get(language, ()):
        citation = pattern.sub(put, citation)
    return citation
