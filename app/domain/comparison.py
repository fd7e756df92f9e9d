"""Two days side by side: which answers differ, and by which changes between them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from app.domain.changes import Cause, Change
from app.domain.coverage import Coverage, shifts
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
    before: Coverage, after: Coverage, told: Iterable[Change]
) -> Iterator[Difference]:
    """Yield what differs, place by place in their order, the best answer first."""
    groups: dict[tuple[str, Verdict, Verdict], list[str]] = {}
    for shift in shifts(before, after):
        key = shift.residence, shift.before, shift.after
        groups.setdefault(key, []).append(shift.vendor)
    why = _why(told, before.on, after.on)
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
