"""The card of the start page."""

from collections.abc import Collection
from datetime import date

from app.pictures import Card
from app.web.coverage.cards.records import with_and_without
from app.web.coverage.cards.teller import Teller
from app.words.marks import mark

ASK = mark("Ask a company to delete what it holds about you")
HELP = mark(
    "Find out if a company has to delete what it holds about you. We help you to ask,"
    " count the days and say what comes next."
)


def start_card(tell: Teller, on: date, with_law: Collection[str]) -> Card:
    """Tell what this is for, and in which places a law is in force."""
    card = tell.card(tell.say(ASK), tell.say(HELP), on)
    return with_and_without(tell, card, with_law)
