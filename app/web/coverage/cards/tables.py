"""The cards of the coverage table and of its map."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.domain.best_cells import Best
from app.domain.coverage import Coverage
from app.pictures import Card
from app.web.coverage.cards.records import of_places
from app.web.coverage.cards.teller import Teller
from app.words.marks import mark


def best_card(
    tell: Teller, table: Coverage, best: Sequence[Best], company: str, among: str
) -> Card:
    """Tell where people are covered for a company, or for any of many.

    Args:
        tell: Whose words they are.
        table: What was asked for.
        best: Its best cells.
        company: Of which it is, by name; empty for any.
        among: What it was cut to, in words.
    """
    whose = company or tell.say(mark("Any company"))
    heading = tell.say(mark("%(company)s, place by place")) % {"company": whose}
    if not best:
        none = tell.say(mark("No company and place fit this choice on that day."))
        return tell.card(heading, none, table.on)
    card = of_places(tell, heading, best, table.on)
    if among:
        card = replace(card, line=f"{among}{tell.colon} {card.line}")
    if company:
        return card
    many = tell.ngettext(
        "Shown is the answer of %(num)s company.",
        "Shown is the best answer of %(num)s companies.",
        len(table.vendors),
    )
    return replace(card, line=f"{card.line} {many}")


def matrix_card(
    tell: Teller, vendors: int, places: int, on: date, among: str, company: str = ""
) -> Card:
    """Tell of how many answers there is a table, and what it was cut to.

    Args:
        tell: Whose words they are.
        vendors: How many companies.
        places: How many places.
        on: The day.
        among: What it was cut to, in words.
        company: The one that it is about, by name; empty where of many.
    """
    of = company or tell.companies(vendors)
    head = ", ".join(filter(None, (tell.day(on), among)))
    line = f"{head}{tell.colon} {of}, {tell.places(places)}."
    heading = tell.say(mark("Who is covered"))
    if company:
        heading = tell.say(mark("Who is covered for %(company)s")) % {
            "company": company
        }
    return tell.card(heading, line, on)


def answers_card(tell: Teller, table: Coverage, among: str, company: str = "") -> Card:
    """Tell how many answers of a table are what."""
    vendors, places = len(table.vendors), len(table.places)
    card = matrix_card(tell, vendors, places, table.on, among, company)
    counted = Counter(c.verdict for row in table.rows.values() for c in row)
    return replace(
        card,
        count=tell.ngettext("%(num)s answer", "%(num)s answers", counted.total()),
        counts=tell.verdicts(counted),
    )
