"""How a provision is written in the language of a letter. Law files write English."""

import re
from collections.abc import Mapping

_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((re.compile(pattern), put) for pattern, put in pairs)


_BEHIND = r"(?:(?<=art\. )|(?<=§ ))"
_SUBPARAGRAPH = _BEHIND + r"(\d+\w?)\((\d+)\)\((\w)\)"
_PARAGRAPH = _BEHIND + r"(\d+\w?)\((\d+)\)"

_AND = r" and (?=[\d§]|(?:[Aa]rts?|ss?|paras?)\. |Sch(?:\.|edule) \d|[A-Z]+\d|[IVX]+\b|C\.C\.)"
"""Between two provisions, and not in the words of a remark; looked for in English."""
_SCHEDULE = r"\bSch(?:\.|edule) (\d+) (?:cl\.|clauses?) "
_DECISION, _ORDER_NO = r", decision (?=\d)", r", order no\. (?=\d)"
_ORDER = r", Order (?=[A-Z]?\d)"
"""How vendor files name a decision of an authority, after its maker."""

RULES: Mapping[str, _Rules] = {
    "de": _rules(
        (_AND, " und "),
        (_DECISION, ", Entscheidung "),
        (_ORDER_NO, ", Anordnung Nr. "),
        (_ORDER, ", Anordnung "),
        (_SCHEDULE, r"Anhang \1 Ziff. "),
        (r"\bs(?:\.|ection) (?=\d)", "§ "),
        (r"\bs(?:s\.|ections) (?=\d)", "§§ "),
        (r"\barts\. (?=\d)", "art. "),
        (_SUBPARAGRAPH, r"\1 Abs. \2 Buchst. \3"),
        (_PARAGRAPH, r"\1 Abs. \2"),
        (r"\bart\. ", "Art. "),
        (r"\bparas?\. ", "Abs. "),
    ),
    "es": _rules(
        (_AND, " y "),
        (_DECISION, ", resolución "),
        (_ORDER_NO, ", orden n.º "),
        (_ORDER, ", orden "),
        (_SCHEDULE, r"anexo \1, cláusula "),
        (r"\b(arts|ss?)\. (?=\d)", "art. "),
        (_SUBPARAGRAPH, r"\1.\2.\3"),
        (_PARAGRAPH, r"\1.\2"),
        (r"\bparas?\. ", "párr. "),
        (r"\bsections? (?=\d)", "sección "),
    ),
    "fr": _rules(
        (_AND, " et "),
        (_DECISION, ", décision "),
        (_ORDER_NO, ", ordonnance nº "),
        (_ORDER, ", ordonnance "),
        (r"\bC\.C\.Q\. ", "C.c.Q., "),
        (_SCHEDULE, r"annexe \1, art. "),
        (r"\b(arts|ss?)\. (?=\d)", "art. "),
        (_SUBPARAGRAPH, r"\1, par. \2, point \3"),
        (_PARAGRAPH, r"\1, par. \2"),
        (r"\bparas?\. ", "al. "),
        (r"; ", " ; "),
    ),
}


def provision(citation: str, language: str) -> str:
    """Return a provision as letters in a language write it."""
    for pattern, put in RULES.get(language, ()):
        citation = pattern.sub(put, citation)
    return citation


REMARK = re.compile(
    r"\b(?:are|as|by|in|of|on|or|the|to|under|with|articles?|sections?|rights?|book"
    r"|amended|decree|proposed|recitals?|retention"
    r"|correction|deletion|erasure|objection|rectification|withdrawal)\b"
    r"|\([a-z]{4,}"
)
"""What only a remark holds: an English word that no rule turns."""


def provision_on_page(citation: str, language: str) -> str:
    """Return a provision as pages show it: one with a remark stays as it is, in English.

    Half of it in each language would be read out wrongly by a screen reader.
    """
    return citation if REMARK.search(citation) else provision(citation, language)
