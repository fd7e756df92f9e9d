"""On which day a law, an offer or an order begins, changes or ends.

And which vendors have to be looked at again on that day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.about import About, RecordKind
from app.domain.coverage import cover, researched, shifts
from app.domain.dated import Span
from app.domain.laws import Law
from app.domain.places import Places
from app.domain.vendors import Order, OrderStatus, Vendor

ONE_DAY = timedelta(days=1)


class Turn(StrEnum):
    """What happens on a day. What ends is shown on the first day without it."""

    LAW_BEGINS = "law-begins"
    LAW_CHANGES = "law-changes"
    LAW_ENDS = "law-ends"
    OFFER_BEGINS = "offer-begins"
    OFFER_ENDS = "offer-ends"
    ORDER_MADE = "order-made"
    ORDER_CHANGES = "order-changes"
    ORDER_ENDS = "order-ends"


OF_LAWS = frozenset({Turn.LAW_BEGINS, Turn.LAW_CHANGES, Turn.LAW_ENDS})
CHECKED = OF_LAWS | {Turn.OFFER_ENDS, Turn.ORDER_ENDS}
"""After these, vendors have to be looked at again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the calendar."""

    day: date
    turn: Turn
    about: About
    certain: bool = True
    """False where sources differ about the day."""


def legal_calendar(
    laws: Iterable[Law], vendors: Iterable[Vendor], days: Span
) -> tuple[Entry, ...]:
    """Return what happens within some days, in the order of the days."""
    found = {
        *(entry for law in laws for entry in _of_law(law)),
        *(entry for vendor in vendors for entry in _of_vendor(vendor)),
    }
    return tuple(
        sorted(
            (entry for entry in found if entry.day in days),
            key=lambda entry: (entry.day, entry.turn, str(entry.about)),
        )
    )


def without_a_day(laws: Iterable[Law]) -> tuple[Law, ...]:
    """Return the laws that are pending, and of which no first day is known."""
    return tuple(law for law in laws if law.pending)


def _of_law(law: Law) -> Iterator[Entry]:
    if law.absent or not law.steps:
        return
    about, begins = About(RecordKind.LAW, law.id), law.steps[0].start
    unsure = {step.start for step in law.steps if not step.certain}
    ends = set(Span(None, law.ended).changes())
    for day in set(law.changes()):
        if day in ends:
            turn = Turn.LAW_ENDS
        elif day == begins:
            turn = Turn.LAW_BEGINS
        else:
            turn = Turn.LAW_CHANGES
        # Where it applies may be dated too: before it is a law that says nothing.
        if day >= begins and (law.ended is None or day <= law.ended or day in ends):
            yield Entry(day, turn, about, day not in unsure)


def _of_vendor(vendor: Vendor) -> Iterator[Entry]:
    for offer in vendor.offers:
        about = About(RecordKind.OFFER, f"{vendor.slug}/{offer.id}")
        yield from _span(offer.span, about, Turn.OFFER_BEGINS, Turn.OFFER_ENDS)
    for order in vendor.orders:
        about = About(RecordKind.ORDER, f"{vendor.slug}/{order.id}")
        yield from _of_order(order, about)


def _of_order(order: Order, about: About) -> Iterator[Entry]:
    for place, (day, status) in enumerate(order.statuses):
        ended = status is OrderStatus.ENDED
        later = Turn.ORDER_ENDS if ended else Turn.ORDER_CHANGES
        yield Entry(day, later if place else Turn.ORDER_MADE, about)
    for day in Span(None, order.span.last).changes():
        yield Entry(day, Turn.ORDER_ENDS, about)


def _span(span: Span, about: About, begins: Turn, ends: Turn) -> Iterator[Entry]:
    if span.first is not None:
        yield Entry(span.first, begins, about)
    for day in Span(None, span.last).changes():
        yield Entry(day, ends, about)


def to_check(
    entry: Entry,
    laws: Mapping[str, Law],
    vendors: Mapping[str, Vendor],
    places: Places,
) -> tuple[str, ...]:
    """Return the vendors that have to be looked at again since the day of an entry.

    Those for whom an answer changed that day, and those of whom an offer or a route
    names a place of the law. Who was checked on that day or later knew of it already.
    """
    asked = [vendor for vendor in vendors.values() if _left(vendor, entry.day)]
    if not asked or entry.turn not in CHECKED:
        return ()
    if entry.turn not in OF_LAWS:
        return tuple(v.slug for v in asked if v.slug == entry.about.first)
    law = laws[entry.about.id]
    found = {v.slug for v in asked if _names(v, law, entry.day)}
    rest = [v for v in asked if v.slug not in found]
    found.update(_shifted(entry, law, rest, laws, places))
    return tuple(sorted(found))


def _left(vendor: Vendor, day: date) -> bool:
    """Return whether a vendor is there on a day, and was last checked before it."""
    there = vendor.closed_on is None or vendor.closed_on >= day
    return there and vendor.checked_on < day


def _names(vendor: Vendor, law: Law, day: date) -> bool:
    """Return whether what a vendor offers, or how it is reached, speaks of the place."""
    spoken = (
        *(offer.places for offer in vendor.offers if day in offer.span),
        *(route.places or () for route in vendor.routes if day in route.span),
    )
    return not law.all_places.isdisjoint(code for codes in spoken for code in codes)


def _shifted(
    entry: Entry,
    law: Law,
    vendors: list[Vendor],
    laws: Mapping[str, Law],
    places: Places,
) -> Iterator[str]:
    residences = [
        place
        for place in researched(laws, places)
        if law.follows_seat or not law.all_places.isdisjoint(places.around(place.code))
    ]
    before, after = (
        cover(vendors, day, laws, places, residences)
        for day in (entry.day - ONE_DAY, entry.day)
    )
    for shift in shifts(before, after):
        if shift.because == law.id:
            yield shift.vendor
