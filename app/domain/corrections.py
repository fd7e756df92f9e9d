"""What our record of a vendor said before, and what it says now.

A vendor that begins to offer something is no correction, nor is the end of an offer that
is written down before its day. It is one where the record says something else about
days that were over when it was written: until then we told people something else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from app.domain.changes import EVERYWHERE, Cause, Change, Effect, Rewritten, effects
from app.domain.coverage import cover, shifts
from app.domain.dated import Span
from app.domain.laws import Law
from app.domain.places import Place, Places
from app.domain.vendors import Offer, Order, Vendor

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Edition:
    """A vendor as the record had it before a moment, and from that moment on."""

    before: Vendor
    after: Vendor


@dataclass(frozen=True, slots=True)
class Edited:
    """All that was written down at one moment."""

    at: datetime
    editions: tuple[Edition, ...]


def corrected(
    edited: Edited,
    laws: Mapping[str, Law],
    places: Places,
    residences: Iterable[Place],
) -> Change | None:
    """Return what was corrected at a moment, and which answers became others by it.

    The answers are those about the day before: what begins on the day itself is a
    change of the world. None where nothing was corrected: the record only went on.
    """
    on = edited.at.astimezone(UTC).date()
    found, moved = list[Rewritten](), list[Edition]()
    for edition in edited.editions:
        rewritten = tuple(_rewritten(edition, on))
        if rewritten or _known_otherwise(edition, on - A_DAY):
            found += rewritten
            moved.append(edition)
    codes = frozenset().union(*(_places(one) for one in found))
    as_known = not any(_known_otherwise(one, on - A_DAY) for one in moved)
    if as_known and EVERYWHERE not in codes:
        residences = _within(codes, residences, places)
    came = _effects(moved, on - A_DAY, laws, places, residences)
    if not found and not came:
        return None
    return Change(
        on=on,
        cause=Cause.CORRECTED,
        record=f"{edited.at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}",
        places=codes,
        effects=came,
        rewritten=tuple(found),
        at=edited.at,
    )


def _effects(
    moved: list[Edition],
    on: date,
    laws: Mapping[str, Law],
    places: Places,
    residences: Iterable[Place],
) -> tuple[Effect, ...]:
    if not moved:
        return ()
    residences = tuple(residences)
    was = cover([_believed(one) for one in moved], on, laws, places, residences)
    is_now = cover([one.after for one in moved], on, laws, places, residences)
    return tuple(effects(shifts(was, is_now)))


def _believed(one: Edition) -> Vendor:
    """Return what was believed; what a register says is the register's own word."""
    return replace(one.before, registrations=one.after.registrations)


def _known_otherwise(one: Edition, on: date) -> bool:
    return _believed(one).facts_on(on) != one.after.facts_on(on)


def _within(
    codes: frozenset[str], residences: Iterable[Place], places: Places
) -> list[Place]:
    return [p for p in residences if not codes.isdisjoint(places.around(p.code))]


def _places(one: Rewritten) -> frozenset[str]:
    return frozenset().union(*(it.places for it in (one.before, one.after) if it))


def _rewritten(edition: Edition, on: date) -> Iterator[Rewritten]:
    """Yield offers and orders of which another thing is said about days before one."""
    slug = edition.after.slug
    pairs: tuple[tuple[Iterable[Offer | Order], Iterable[Offer | Order]], ...] = (
        (edition.before.offers, edition.after.offers),
        (edition.before.orders, edition.after.orders),
    )
    for before, after in pairs:
        was = {one.id: one for one in before}
        is_now = {one.id: one for one in after}
        for name in sorted(was | is_now):
            old, new = was.get(name), is_now.get(name)
            if _until(old, on) != _until(new, on):
                yield Rewritten(slug, old, new)


def _until(one: Offer | Order | None, on: date) -> Offer | Order | None:
    """Return what is said of the days before ``on``; None where nothing is.

    That somebody looked again is nothing that is said.
    """
    if one is None or (one.span.first is not None and one.span.first >= on):
        return None
    said = replace(
        one, span=Span(one.span.first, _before(one.span.last, on)), checked_on=on
    )
    if isinstance(said, Order):
        gone = tuple((day, status) for day, status in said.statuses if day < on)
        return replace(said, statuses=gone) if gone else None
    return replace(said, known_until=_before(said.known_until, on))


def _before(last: date | None, on: date) -> date | None:
    """Return a last day, where it is over: the day after it has come before ``on``."""
    over = last is not None and last < on - A_DAY
    return last if over else None
