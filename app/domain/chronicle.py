"""Every change of cover, day by day: which answer became another, and by what.

A table for each day would ask every law again each time. Here a law is asked again on
its own days alone, and a vendor on its own, as for the next change of one answer
(:mod:`app.domain.eligibility`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, compress
from operator import is_not

from app.domain.coverage import Shift
from app.domain.crowd import Crowd
from app.domain.entries import (
    NOTHING,
    PRIVATE_PERSON,
    Cell,
    Entry,
    by_law,
    by_vendor,
    line_of,
    row_of,
    without_record,
)
from app.domain.facts import Facts
from app.domain.grounds import RANK
from app.domain.laws import Law
from app.domain.places import Place, Places
from app.domain.reach import Case
from app.domain.vendors import Vendor


@dataclass(frozen=True, slots=True)
class Turn:
    """What changed from one day to the next."""

    on: date
    """The later day."""
    shifts: tuple[Shift, ...]


def chronicle(
    vendors: Iterable[Vendor],
    laws: Mapping[str, Law],
    places: Places,
    residences: Iterable[Place],
) -> Iterator[Turn]:
    """Yield each day on which an answer changed, the oldest first."""
    vendors = tuple(vendors)
    by_day: dict[date, tuple[list[Law], list[int]]] = {}
    for law in laws.values():
        for day in set(law.changes()):
            by_day.setdefault(day, ([], []))[0].append(law)
    for number, vendor in enumerate(vendors):
        for day in set(vendor.changes()):
            by_day.setdefault(day, ([], []))[1].append(number)
    turning = {day for vendor in vendors for day in vendor.turns()}
    state = _State(vendors, laws, places, residences)
    for day in sorted(by_day):
        if day == date.min:  # the state before everything
            continue
        changed, moved = by_day[day]
        shifts = tuple(state.move(day, changed, moved, turn=day in turning))
        if shifts:
            yield Turn(day, shifts)


class _State:
    """What stands for whom, carried from day to day."""

    def __init__(
        self,
        vendors: Sequence[Vendor],
        laws: Mapping[str, Law],
        places: Places,
        residences: Iterable[Place],
    ) -> None:
        nobody = Facts(person=PRIVATE_PERSON)
        self._vendors, self._laws, self._places = vendors, laws, places
        self._cases = [
            Case(residence=place.code, facts=nobody, places=places)
            for place in residences
        ]
        self._of_law: dict[str, dict[str, list[Entry]]] = {
            case.residence: {} for case in self._cases
        }
        self._of_vendor: dict[str, dict[int, list[Entry]]] = {
            case.residence: {} for case in self._cases
        }
        self._crowd = self._gather(date.min)
        for found, codes in without_record(laws, self._cases, self._crowd):
            for code in codes:
                self._of_law[code][""] = found
        self._ask(laws.values(), date.min)
        self._hear(range(len(vendors)), date.min)
        self._rows = {code: self._row(code) for code in self._of_law}

    def move(
        self, day: date, laws: Iterable[Law], vendors: Iterable[int], *, turn: bool
    ) -> Iterator[Shift]:
        """Go on to a day on which these laws and vendors change.

        ``turn`` is whether what is known of some vendors changes: then every law is
        asked again.
        """
        if turn:
            self._crowd = self._gather(day)
        whole = self._ask(self._laws.values() if turn else laws, day)
        for code, numbers in self._hear(vendors, day).items():
            if code not in whole:
                yield from self._compare(code, self._changed(code, numbers))
        for code in sorted(whole):
            yield from self._compare(code, self._row(code))

    def _gather(self, day: date) -> Crowd:
        known = (vendor.facts_on(day) for vendor in self._vendors)
        return Crowd(known, PRIVATE_PERSON, self._places)

    def _ask(self, laws: Iterable[Law], day: date) -> set[str]:
        """Ask laws again; return where one of them says something else."""
        touched = set()
        for law in laws:
            came: dict[str, list[Entry]] = {}
            for found, codes in by_law({law.id: law}, self._cases, self._crowd, day):
                for code in codes:
                    came[code] = came[code] + found if code in came else found
            for code, known in self._of_law.items():
                now = came.get(code, [])
                if known.get(law.id, []) != now:
                    known[law.id] = now
                    touched.add(code)
        return touched

    def _hear(self, numbers: Iterable[int], day: date) -> dict[str, list[int]]:
        """Hear vendors again; return where which of them says something else."""
        touched: dict[str, list[int]] = {}
        heard: dict[int, dict[str, list[Entry]]] = {number: {} for number in numbers}
        asked = ((number, self._vendors[number]) for number in heard)
        for found, codes in by_vendor(asked, self._cases, self._laws, day):
            (entry,) = found
            came = heard[entry.vendors.bit_length() - 1]
            for code in codes:
                came[code] = came[code] + found if code in came else found
        for number, came in heard.items():
            for code, known in self._of_vendor.items():
                now = came.get(code, [])
                if known.get(number, []) != now:
                    known[number] = now
                    touched.setdefault(code, []).append(number)
        return touched

    def _row(self, code: str) -> tuple[Cell, ...]:
        of_all = chain(self._of_law[code].values(), self._of_vendor[code].values())
        return row_of(chain.from_iterable(of_all), self._crowd)

    def _changed(self, code: str, numbers: Iterable[int]) -> tuple[Cell, ...]:
        """Return the row of a place in which only some vendors' cells are others."""
        row = list(self._rows[code])
        for number in numbers:
            mine = [
                entry
                for entry in chain.from_iterable(self._of_law[code].values())
                if entry.vendors >> number & 1
            ]
            best = min(
                (*mine, *self._of_vendor[code][number]), key=line_of, default=None
            )
            row[number] = NOTHING if best is None else best.cell
        return tuple(row)

    def _compare(self, code: str, now: tuple[Cell, ...]) -> Iterator[Shift]:
        before, self._rows[code] = self._rows[code], now
        # Most cells are the same object as the day before.
        for number in compress(range(len(now)), map(is_not, before, now)):
            was, is_now = before[number], now[number]
            if was.verdict is not is_now.verdict:
                lost = RANK[was.verdict] <= RANK[is_now.verdict]
                ground = was.ground if lost else is_now.ground
                slug = self._vendors[number].slug
                yield Shift(slug, code, was.verdict, is_now.verdict, ground)
