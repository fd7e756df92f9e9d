"""Which laws and vendors need checking, and what about them is doubtful."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum

from app.domain.laws import Confidence, Law, Reliability, Step, Unmet
from app.domain.vendors import Offer, Vendor


class Doubt(StrEnum):
    """Something about a law that is not settled."""

    FIRST_DAY = "first-day"
    """Sources differ about it, or none gives it."""
    PERIOD = "period"
    """Its days are to be confirmed, or not reliable."""
    DATA = "data"
    """Sources differ about which data it covers."""
    CONDITION = "condition"
    """A condition stands in words alone."""
    NOTED = "noted"
    """The record says so in words."""


def stalest(laws: Iterable[Law]) -> list[Law]:
    """Return what needs checking first: checked longest ago, then least sure."""
    surest_last = list(Confidence)[::-1]
    return sorted(laws, key=lambda x: (x.checked_on, surest_last.index(x.confidence)))


def doubts(law: Law) -> tuple[Doubt, ...]:
    """Return what is doubtful about a law, in any of its versions."""
    found = {doubt for step in law.steps for doubt in _of_step(step)}
    if law.doubts:
        found.add(Doubt.NOTED)
    return tuple(doubt for doubt in Doubt if doubt in found)


def _of_step(step: Step) -> Iterator[Doubt]:
    if not step.certain:
        yield Doubt.FIRST_DAY
    if step.deadlines.reliability in {Reliability.CHECK, Reliability.NO}:
        yield Doubt.PERIOD
    if any(right.data.contested for right in step.rights):
        yield Doubt.DATA
    of_rights = (c for right in step.rights for c in right.conditions)
    if any(c.reason is Unmet.OPEN for c in (*step.conditions, *of_rights)):
        yield Doubt.CONDITION


class Check(StrEnum):
    """Why the record of a vendor needs somebody to look."""

    LONG_AGO = "long-ago"
    """The record, or an offer or order that stands, was looked at long ago."""
    UNSURE = "unsure"
    """Nobody checked it against a source, or the source says little."""
    OFFER_LOST = "offer-lost"
    """An offer stands of which nobody knows whether it ended."""
    NO_WAY = "no-way"
    """It exists, and nothing reaches it."""


CHECKED_AGAIN = timedelta(days=180)


def checked_on(vendor: Vendor, on: date) -> date:
    """Return when what stands on a day was looked at, the oldest of it."""
    offers = (one.checked_on for one in vendor.offers if on in one.span)
    orders = (one.checked_on for one in vendor.orders if on in one.span)
    return min([vendor.checked_on, *offers, *orders])


def checks(vendor: Vendor, on: date) -> tuple[Check, ...]:
    """Return why a vendor's record needs a check; one that is closed needs none."""
    if vendor.closed_on is not None and vendor.closed_on < on:
        return ()
    found: list[Check] = []
    if checked_on(vendor, on) < on - CHECKED_AGAIN:
        found.append(Check.LONG_AGO)
    if vendor.confidence in {Confidence.LOW, Confidence.MEMORY}:
        found.append(Check.UNSURE)
    if any(_is_lost(offer, on) for offer in vendor.offers):
        found.append(Check.OFFER_LOST)
    if not any(on in route.span for route in vendor.routes):
        found.append(Check.NO_WAY)
    return tuple(found)


def _is_lost(offer: Offer, on: date) -> bool:
    return on in offer.span and offer.known_until is not None and offer.known_until < on
