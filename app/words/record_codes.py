"""The codes inside a record's notes and doubts, in sentences for its page."""

import re
from collections.abc import Iterable, Mapping

from app.words.answers import Say
from app.words.marks import mark

OBTAINED: Mapping[str, str] = {
    "not_applicable": mark("It has no rule of its own for data got from others"),
    "unknown": mark("Its rule for data got from others is not known to us"),
    "outside_right": mark("Data got from others is outside the right"),
    "must_delete": mark("Data got from others is deleted too"),
    "must_stop_disclosing": mark("Data got from others must no longer be passed on"),
    "suppress_or_opt_out_alternative": mark(
        "For data got from others, the company may hide it or take it as an opt-out"
        " instead of deleting it"
    ),
    "suppress_record_only": mark(
        "For data got from others, the company hides it and keeps a note of that"
    ),
    "suppress_record_or_delete": mark(
        "For data got from others, the company may delete it or hide it and keep a note"
        " of that"
    ),
}
"""How a law treats data that a company got from others."""

LEFT_OUT: Mapping[str, str] = {
    "hipaa-data": mark("health data under HIPAA"),
    "hipaa-entity-to-extent-data-treated-as-phi": mark(
        "data that a health body treats as health data under HIPAA"
    ),
    "fcra-data": mark("credit reports under the FCRA"),
    "glba-data": mark("bank and insurance data under the GLBA"),
    "dppa-data": mark("driver records under the DPPA"),
    "ferpa-data": mark("school records under FERPA"),
    "publicly_available": mark("data that was public"),
    "clinical-research-data": mark("data of medical research"),
}
"""Data that other laws already govern."""

FIELDS: Mapping[str, str] = {
    "regulator": mark("who enforces it"),
    "regulator.complaint_url": mark("the address for complaints"),
    "penalties": mark("the penalties"),
    "denial_grounds": mark("what a company may plead"),
    "biometric": mark("the rule for biometric data"),
    "biometric.detail": mark("the rule for biometric data"),
    "publicly_available": mark("the rule for public data"),
    "covered_controllers": mark("which companies it reaches"),
    "covered_controllers.entity_exemptions": mark("which companies it leaves out"),
    "covered_persons": mark("which people it is for"),
    "free_of_charge": mark("the fees"),
    "appeal": mark("the appeal"),
    "appeal.response_extension": mark("more time in an appeal"),
    "effective_date": mark("the first day"),
    "third_party_source_rule": mark("the rule for data got from others"),
    "the whole record": mark("the whole record"),
    "amendments": mark("the amendments"),
    "private_right_of_action": mark("going to court"),
    "right_scope": mark("what the right covers"),
    "response_deadline": mark("the time for an answer"),
    "extension": mark("more time for an answer"),
    "verification": mark("the proof of who asks"),
    "agent_detail": mark("who acts for somebody"),
    "citation": mark("the citation"),
}
"""What a record states from memory, by the name that its compilers gave it."""

FROM_MEMORY = "from memory: "


def said_note(about: str, note: str, say: Say) -> str | None:
    """Return a note that is made of codes in words; None for one in English."""
    if about == "third_party_data" and note in OBTAINED:
        return say(OBTAINED[note])
    codes = note.split(", ")
    if about == "data_exemptions" and all(code in LEFT_OUT for code in codes):
        return ", ".join(say(LEFT_OUT[code]) for code in codes)
    return None


def from_memory(doubts: Iterable[str], say: Say) -> tuple[str, ...]:
    """Return what of a record nobody checked against a source, in words."""
    fields = (_field(doubt) for doubt in doubts)
    return tuple(dict.fromkeys(say(FIELDS[f]) for f in fields if f is not None))


def in_words(doubts: Iterable[str]) -> tuple[str, ...]:
    """Return the doubts that a record states in words of its own, in English."""
    return tuple(doubt for doubt in doubts if _field(doubt) is None)


def _field(doubt: str) -> str | None:
    if not doubt.startswith(FROM_MEMORY):
        return None
    name = re.sub(r"\[\d+\]$", "", doubt.removeprefix(FROM_MEMORY))
    return name if name in FIELDS else None
