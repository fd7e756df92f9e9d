"""Words for the work on records: the calendar, notes, and what is looked at again."""

from collections.abc import Mapping

from app.domain.about import Became, Found, Record, RecordKind
from app.domain.legal_calendar import Turn
from app.domain.public_corrections import CorrectionState, Standing
from app.domain.refusals import Reading, Refuses
from app.domain.vendors import Offer, Order, Route
from app.words.answers import Say
from app.words.languages import day_in_words, place_name
from app.words.marks import mark
from app.words.naming import name_of
from app.words.terms import OFFERS, ROUTES

TURNS: Mapping[str, str] = {
    Turn.LAW_BEGINS: mark("Begins to count"),
    Turn.LAW_CHANGES: mark("Reads otherwise, or counts elsewhere"),
    Turn.LAW_ENDS: mark("Counts no more"),
    Turn.OFFER_BEGINS: mark("Offer begins"),
    Turn.OFFER_ENDS: mark("Offer no longer stands"),
    Turn.ORDER_MADE: mark("Order made"),
    Turn.ORDER_CHANGES: mark("Order stands otherwise"),
    Turn.ORDER_ENDS: mark("Order no longer binds"),
}
"""What happens to a law, an offer or an order on a day."""

TASKS: Mapping[str, str] = {
    Turn.LAW_BEGINS: mark("Check against {record}, in force since {day}"),
    Turn.LAW_CHANGES: mark("Check against {record}, changed on {day}"),
    Turn.LAW_ENDS: mark("Check without {record}, which counts no more since {day}"),
    Turn.OFFER_ENDS: mark("Check {record}: the offer no longer stands since {day}"),
    Turn.ORDER_ENDS: mark("Check {record}: the order no longer binds since {day}"),
}
"""What there is to look at, since something turned."""

KINDS: Mapping[str, str] = {
    RecordKind.LAW: mark("Law"),
    RecordKind.VENDOR: mark("Company"),
    RecordKind.OFFER: mark("Offer"),
    RecordKind.ROUTE: mark("Way to reach a company"),
    RecordKind.ORDER: mark("Order"),
    RecordKind.REGULATOR: mark("Regulator"),
    RecordKind.PLACE: mark("Place"),
    RecordKind.ANSWER: mark("Answer"),
}
"""The kinds of records."""

FOUND: Mapping[str, str] = {
    Found.NOTHING: mark("Nothing to change"),
    Found.CHANGED: mark("The record was changed"),
}
"""What was found of a company that was looked at again."""

BECAME: Mapping[str, str] = {
    Became.CORRECTED: mark("Corrected"),
    Became.RIGHT: mark("It was right"),
}
"""What became of a note."""

STATES: Mapping[str, str] = {
    CorrectionState.RECEIVED: mark("Waiting"),
    CorrectionState.ACCEPTED: mark("Accepted"),
    CorrectionState.DECLINED: mark("Declined"),
    CorrectionState.LAPSED: mark("Lapsed"),
}
"""Where a correction from the public stands for staff."""

STANDINGS: Mapping[str, str] = {
    Standing.RECEIVED: mark("Received, nobody has looked at it yet"),
    Standing.LOOKED_AT: mark("Being looked at"),
    Standing.CORRECTED: mark("Corrected"),
    Standing.NOT_CHANGED: mark("Not changed"),
    Standing.LAPSED: mark("Not looked at in time"),
}
"""The same for who sent it."""

CHOICES: Mapping[str, str] = {
    "accept": mark("Yes, or it may be: keep it as a note on the record"),
    "decline": mark("No: nothing is changed"),
}
"""What is done with a correction."""

READINGS: Mapping[str, str] = {
    Reading.LEAVES_OUT: mark("What it offers leaves the place out"),
    Reading.NEXUS: mark("It says that the law of the place does not reach it"),
    Reading.NOTHING: mark("Nothing: they say nothing of the next one"),
}
"""As what refusals because of a residence are recorded."""

WARNINGS: Mapping[str, str] = {
    Reading.LEAVES_OUT: mark(
        "{vendor} has refused people who live in {place}. What it offers seems to leave"
        " them out. (Answers recorded here, {day}.)"
    ),
    Reading.NEXUS: mark(
        "{vendor} has refused people who live in {place}. It said that their law does"
        " not reach it. (Answers recorded here, {day}.)"
    ),
}
"""What can go wrong, for who has not filed yet. It says nothing of how many."""


def warning(
    refuses: Refuses, vendor: str, residence: str, language: str, say: Say
) -> str:
    """Return what people of a place are told before they file."""
    return say(WARNINGS[refuses.reading]).format(
        vendor=vendor,
        place=place_name(residence, language),
        day=day_in_words(refuses.recorded_on, language),
    )


def title(record: Record, language: str, say: Say) -> str:
    """Return what a record is called."""
    vendor = record.vendor.name if record.vendor else ""
    law = name_of(record.law, language) if record.law else ""
    match record.part:
        case Offer(right=right):
            return f"{vendor} · {say(KINDS[RecordKind.OFFER])}, {say(OFFERS[right])}"
        case Order(by=by):
            return f"{vendor} · {say(KINDS[RecordKind.ORDER])}, {by}"
        case Route(kind=kind):
            return f"{vendor} · {say(ROUTES[kind])}"
        case None:
            place = place_name(record.place.code, language) if record.place else ""
            return " · ".join(name for name in (law, vendor, place) if name)
        case _:
            return f"{record.part.name} · {law}"
