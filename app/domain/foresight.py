"""What a change to the record of a vendor changes for people: where, and from when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from app.domain.coverage import cover
from app.domain.grounds import RANK, Verdict
from app.domain.laws import Law
from app.domain.places import Place, Places
from app.domain.vendors import RouteKind, Vendor

T = TypeVar("T")
DAYS_SHOWN = 6
"""How many days are looked at, at most: today, and the nearest to it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Places whose answer would be another on a day."""

    before: Verdict | None
    """None where the vendor was not listed yet."""
    after: Verdict | None
    """None where it is listed no more."""
    places: tuple[str, ...]

    @property
    def gains(self) -> bool:
        """Whether people there could ask for more than before."""
        return self.rank(self.after) < self.rank(self.before)

    @staticmethod
    def rank(verdict: Verdict | None) -> int:
        """Return how little a verdict gives; who is not listed gives nothing."""
        return RANK[verdict or Verdict.NOT_ELIGIBLE]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The answer of every place on a day, as it is and as it would be."""

    before: Mapping[str, Verdict]
    """By place; empty where the vendor was not listed yet."""
    after: Mapping[str, Verdict]
    """By place; empty where it is listed no more."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return which places would have another answer, the gained ones first."""
        found: dict[tuple[Verdict | None, Verdict | None], list[str]] = {}
        for code in self.before or self.after:
            was, will = self.before.get(code), self.after.get(code)
            if Difference.rank(was) != Difference.rank(will):
                found.setdefault((was, will), []).append(code)
        return tuple(
            sorted(
                (Difference(*key, tuple(codes)) for key, codes in found.items()),
                key=lambda one: (
                    not one.gains,
                    Difference.rank(one.after),
                    Difference.rank(one.before),
                ),
            )
        )


def outlook(
    before: Vendor | None,
    after: Vendor | None,
    on: date,
    laws: Mapping[str, Law],
    places: Places,
    residences: Iterable[Place],
) -> Outlook:
    """Return what every place would be answered on a day, beside what it is."""
    both = [
        replace(vendor, slug=name)
        for name, vendor in (("before", before), ("after", after))
        if vendor is not None
    ]
    table = cover(both, on, laws, places, residences)

    def answers(name: str) -> dict[str, Verdict]:
        codes = (place.code for place in table.places)
        return {c: table[name, c].verdict for c in codes if (name, c) in table}

    return Outlook(answers("before"), answers("after"))


def days_to_look_at(
    before: Vendor | None, after: Vendor | None, today: date
) -> tuple[date, ...]:
    """Return today and the days on which what differs begins or ends, in their order."""
    days = set(_days_of(before, after)) | set(_days_of(after, before))
    nearest = sorted(days - {today}, key=lambda day: (abs(day - today), day))
    return tuple(sorted([today, *nearest[: DAYS_SHOWN - 1]]))


def _days_of(one: Vendor | None, other: Vendor | None) -> Iterator[date]:
    """Yield the days of what one has and the other has not, as it has it."""
    if one is None:
        return
    bare = replace(
        one,
        offers=_only(one.offers, other.offers if other else ()),
        orders=_only(one.orders, other.orders if other else ()),
        registrations=_only(one.registrations, other.registrations if other else ()),
        facts_from=_only(one.facts_from, other.facts_from if other else ()),
    )
    yield from bare.changes()


def _only(mine: tuple[T, ...], theirs: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(thing for thing in mine if thing not in theirs)


def mailboxes_left(
    before: Vendor | None, after: Vendor | None, today: date
) -> tuple[str, ...]:
    """Return the mailboxes to which letters go today, and will not any more."""
    return tuple(sorted(set(_mailboxes(before, today)) - set(_mailboxes(after, today))))


def _mailboxes(vendor: Vendor | None, on: date) -> Iterator[str]:
    if vendor is None or (vendor.closed_on is not None and vendor.closed_on < on):
        return
    for route in vendor.routes:
        if route.kind is RouteKind.EMAIL and route.address and on in route.span:
            yield route.address


def is_weighty(before: Vendor | None, after: Vendor | None) -> bool:
    """Return whether a change moves letters, or whose mail counts as the vendor's own.

    Who would have requests for another changes these (security, row 28).
    """
    return _contacts(before) != _contacts(after)


def _contacts(vendor: Vendor | None) -> tuple[object, ...]:
    if vendor is None:
        return ()
    return vendor.routes, frozenset(vendor.domains), vendor.closed_on, vendor.double


def goes_another_way(
    before: Vendor | None, after: Vendor | None, filed_on: date, around: frozenset[str]
) -> bool:
    """Return whether what was filed in a place on a day would take another way."""
    ways = [vendor and vendor.route_on(filed_on, around) for vendor in (before, after)]
    where = [way and (way.kind, way.address, way.url, way.api_base) for way in ways]
    return where[0] != where[1]
