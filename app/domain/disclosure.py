"""Which counts may be shown, so that none gives away fewer than ten people.

What is counted falls apart into cells that share nobody, and everybody stands in one
release only: no two releases, rows or days hold the same person's request, so none can
be subtracted from another. What is left is the inside of one row:

- A part is shown alone from ten people on. Parts that are smaller stand together, and
  only where together they are ten or more **and** so few for their number that each of
  them could be nobody at all. Parts of which a reader may know that nobody can be in
  them, as of a law that is not there, are not counted among these.
- Where they are not, and the whole is not told elsewhere, the whole is left out: without
  it nothing can be subtracted (:func:`apart`). Where the whole is told, the first part
  in a fixed order joins them (:func:`split`); that order is no secret and owes nothing
  to the counts, so it tells nothing of them.
- Days are told by one dot for ten answers or some more: the day of the middle one
  (:func:`dots`).
  How many answers came on a day is not told at all.

So whoever knows all that is published, and this rule with it, can take any small number
that is not shown for anything from one to nine. ``tests/domain/test_disclosure.py`` tries.

That all hundred people of a row were refused is told: that is about the company, and
the person is one of a hundred.
"""

from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor
from typing import Generic, TypeVar

K = 10
"""Fewer people than this are never a figure."""

Part = TypeVar("Part", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Told(Generic[Part]):
    """What is told of a whole and its parts."""

    alone: Mapping[Part, int]
    """The parts that are shown; nought only where no part is hidden."""
    rest: int | None
    """All others together; None where neither they nor the whole are told."""

    @property
    def whole(self) -> int | None:
        """All parts together; None where that is not told."""
        return None if self.rest is None else self.at_least + self.rest

    @property
    def at_least(self) -> int:
        """What is told of the parts one by one, added up."""
        return sum(self.alone.values())


def hides(left: int, parts: int, k: int = K) -> bool:
    """Return whether so many people may be shown as what small parts come to.

    Each part is known to be smaller than ``k``. It must be able to be nought: then the
    others hold all.
    """
    return k <= left <= (k - 1) * (parts - 1)


def apart(
    parts: Mapping[Part, int],
    k: int = K,
    *,
    barren: Collection[Part] = frozenset(),
) -> Told[Part]:
    """Return what is told of parts whose whole stands nowhere else.

    Nobody hides in a ``barren`` part: a reader may know that it holds nobody.
    """
    alone = {part: count for part, count in parts.items() if count >= k}
    left = sum(parts.values()) - sum(alone.values())
    if left == 0:
        return Told(dict(parts), 0)
    hiding = sum(part not in alone and part not in barren for part in parts)
    return Told(alone, left if hides(left, hiding, k) else None)


def split(
    parts: Mapping[Part, int],
    k: int = K,
    *,
    barren: Collection[Part] = frozenset(),
) -> Told[Part]:
    """Return what is told of parts whose whole is known.

    The parts come in a fixed order: the first is given up first.
    """
    told = apart(parts, k, barren=barren)
    if told.rest is not None:
        return told
    whole, given_up = sum(parts.values()), next(iter(told.alone), None)
    kept = {part: count for part, count in told.alone.items() if part != given_up}
    left = whole - sum(kept.values())
    # From twice as many on, the part that joined may hide any number of the others.
    return Told(kept, left) if kept and left >= 2 * k else Told({}, whole)


def dots(days: Mapping[int, int], k: int = K) -> tuple[int, ...]:
    """Return a day for each ``k`` answers, by how many came on which day.

    The answers are put in order and fall into lots of ``k`` or some more, as even as
    can be; of each lot the day of the middle one is told. So any day may have had some
    more or fewer: as many as lie between two neighbouring dots.
    """
    count, ordered = sum(days.values()), sorted(days)
    reached = list(accumulate(days[day] for day in ordered))
    twice = 2 * (count // k)
    ranks = [ceil(odd * count / twice) for odd in range(1, twice, 2)]
    return tuple(ordered[bisect_left(reached, rank)] for rank in ranks)


def quantile(of: Iterable[int], share: float) -> int | None:
    """Return about by which day a share of the answers had come, as the dots tell it.

    A dot is the middle of its lot: by it half of the lot had come. Between two dots
    the days are taken as even.

    Source: A. Hazen, Storage to be provided in impounding reservoirs (1914).
    """
    ordered = sorted(of)
    if not ordered:
        return None
    place = min(max(share * len(ordered) - 0.5, 0), len(ordered) - 1)
    lower, upper = ordered[floor(place)], ordered[ceil(place)]
    return floor(lower + (upper - lower) * (place - floor(place)) + 0.5)
