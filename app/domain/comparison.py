"""Two days side by side: which answers differ, and by which changes between them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from app.domain.changes import Cause, Change, Direction
from app.domain.coverage import Coverage, Shift, shifts
from app.domain.grounds import RANK, Verdict


@dataclass(frozen=True, slots=True)
class Difference:
    """Vendors whose residents of one place get another answer on the later day."""

    residence: str
    before: Verdict
    after: Verdict
    vendors: tuple[str, ...]
    because: tuple[Change, ...]
    """What happened between the days to one of these answers, the oldest first."""

    @property
    def gained(self) -> bool:
        """Whether they are owed more on the later day."""
        return RANK[self.after] < RANK[self.before]


_Cells: TypeAlias = dict[tuple[str, str], list[Change]]


def differences(
    before: Coverage,
    after: Coverage,
    told: Iterable[Change],
    *,
    cause: Cause | None = None,
    direction: Direction | None = None,
) -> Iterator[Difference]:
    """Yield what differs, place by place in their order, the best answer first.

    With a cause, only answers to which such a thing happened between the days; with a
    direction, only those that are better, or worse, on the later one.
    """
    groups: dict[tuple[str, Verdict, Verdict], list[str]] = {}
    why = _why(told, before.on, after.on)
    for shift in shifts(before, after):
        happened = why.get((shift.vendor, shift.residence), ())
        if cause is not None and all(one.cause is not cause for one in happened):
            continue
        if direction not in {None, _direction(shift)}:
            continue
        key = shift.residence, shift.before, shift.after
        groups.setdefault(key, []).append(shift.vendor)
    order = {place.code: n for n, place in enumerate(after.places)}
    for residence, was, is_now in sorted(
        groups, key=lambda key: (order[key[0]], RANK[key[2]], RANK[key[1]])
    ):
        vendors = groups[residence, was, is_now]
        because = {
            change.name: change
            for vendor in vendors
            for change in why.get((vendor, residence), ())
        }
        yield Difference(
            residence,
            was,
            is_now,
            tuple(vendors),
            tuple(sorted(because.values(), key=lambda one: (one.on, one.name))),
        )


def _direction(shift: Shift) -> Direction:
    better = RANK[shift.after] < RANK[shift.before]
    return Direction.GAINED if better else Direction.LOST


def _why(told: Iterable[Change], first: date, last: date) -> _Cells:
    """Return what changed each answer after the first day, up to the last.

    That our record was corrected is nothing that happened: both days are told by the
    record as it is.
    """
    found: _Cells = {}
    for change in told:
        if first < change.on <= last and change.cause is not Cause.CORRECTED:
            for effect in change.effects:
                for block in effect.blocks:
                    for place in block.places:
                        for vendor in block.vendors:
                            found.setdefault((vendor, place), []).append(change)
    return found
