"""Many vendors, asked together by one person of whom the same is known.

A set of vendors is a whole number with a bit for each. Every question goes once to all
who are alike in what it goes by: one of them is asked by the rule that decides a single
case, and answers for the others. So there is no second reading of the law here, only
what tells vendors apart.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import compress
from operator import or_
from typing import TypeAlias, TypeVar

from app.domain.conditions import (
    All,
    Any,
    Held,
    Not,
    OneOf,
    Predicate,
    Truth,
    every,
    holds,
    read,
    reads,
)
from app.domain.facts import Facts, PersonFacts, Sector, VendorFacts
from app.domain.laws import Condition, DataReach, Law, Right, RightKind, Step
from app.domain.places import Places
from app.domain.reach import (
    Case,
    data_predicates,
    in_full,
    kinds_alike,
    lies_within,
    reaches_data,
    reaches_place,
    reaches_sector,
    sources_alike,
    territory,
)
from app.domain.rights import faults_of

T = TypeVar("T")
Some: TypeAlias = int
"""Some of the vendors: bit ``n`` stands for the one at place ``n``."""


@dataclass(frozen=True, slots=True)
class Split:
    """For whom something fails, and for whom it is unknown; for the rest it holds."""

    fails: Some = 0
    unknown: Some = 0

    @property
    def marks(self) -> tuple[Some, Some]:
        """What tells those apart for whom it fails, is unknown, or holds."""
        return self.fails, self.unknown


def all_of(splits: Iterable[Split]) -> Split:
    """Return the conjunction, as :func:`app.domain.conditions.every` has it."""
    fails = unknown = 0
    for split in splits:
        fails |= split.fails
        unknown |= split.unknown
    return Split(fails, unknown & ~fails)


class Crowd:
    """Vendors by what is known of them, and the person who asks them all."""

    def __init__(
        self, vendors: Iterable[VendorFacts], person: PersonFacts, places: Places
    ) -> None:
        self._facts = tuple(Facts(vendor=v, person=person) for v in vendors)
        self._person = person
        self._places = places
        self.all: Some = (1 << len(self._facts)) - 1
        self._alike: dict[Hashable, dict[Hashable, Some]] = {}
        self._known: dict[Hashable, Split] = {}
        self._members: dict[Some, tuple[int, ...]] = {}
        self._seated = self._listed(lambda known: known.vendor.seat)
        self._active = self._listed(lambda known: known.vendor.local_nexus)
        self._holding = self._listed(
            lambda known: (c for c, n in known.vendor.residents_held.items() if n > 0)
        )
        self._sources = self._listed(lambda known: known.vendor.data_sources)
        self._kinds = self._listed(lambda known: known.vendor.data_kinds)
        self._inside: dict[str, list[str]] = {}
        for code in {**self._seated, **self._active, **self._holding}:
            for outer in places.around(code):
                self._inside.setdefault(outer, []).append(code)

    def members(self, some: Some) -> tuple[int, ...]:
        """Return at which places the vendors of a set stand."""
        found = self._members.get(some)
        if found is None:
            bits = f"{some:b}"[::-1].encode().translate(_BITS)
            found = tuple(compress(range(len(bits)), bits))
            self._members[some] = found
        return found

    def one_of(self, some: Some) -> Facts:
        """Return what is known of one vendor of a set."""
        return self._facts[(some & -some).bit_length() - 1]

    def apart(self, marks: Iterable[Some]) -> list[Some]:
        """Return sets of vendors that none of these marks tells apart."""
        groups = [self.all] if self.all else []
        for mark in marks:
            groups = [
                part
                for group in groups
                for part in (group & mark, group & ~mark)
                if part
            ]
        return groups

    def alike(self, *facts: str) -> dict[Hashable, Some]:
        """Return the vendors by what is known of these facts."""
        return self._by(facts, lambda known: tuple(read(known, fact) for fact in facts))

    def holds(self, predicate: Predicate) -> Split:
        """Return for whom a predicate holds."""
        found = self._known.get(predicate)
        if found is None:
            found = self._known[predicate] = self._asked(predicate)
        return found

    def _asked(self, predicate: Predicate) -> Split:
        match predicate:
            case All(parts):
                return all_of(self.holds(part) for part in parts)
            case Any(parts):
                # One part is enough: not all of them fail.
                return self._opposite(
                    all_of(self._opposite(self.holds(part)) for part in parts)
                )
            case Not(part):
                return self._opposite(self.holds(part))
            case Held(place):
                held = self._by(
                    ("vendor.residents_held", place),
                    lambda known: known.vendor.residents_held.get(place),
                )
                groups = held.values()
            case _:
                groups = self.alike(*reads(predicate)).values()
        return self.judged(lambda facts: holds(predicate, facts), groups)

    def _opposite(self, split: Split) -> Split:
        return Split(self.all & ~split.fails & ~split.unknown, split.unknown)

    def meets(self, conditions: Iterable[Condition]) -> Split:
        """Return for whom all conditions are met."""
        return all_of(self.holds(in_full(c, self._person)) for c in conditions)

    def reached(self, law: Law, step: Step, case: Case, on: date) -> Split:
        """Return whom the law reaches at all: see ``reach.reaches_vendor``."""
        sectors = self.judged(
            lambda facts: every(f.truth for f in reaches_sector(law, facts)),
            self.alike("vendor.sector").values(),
        )
        there = self.judged(
            lambda facts: reaches_place(law, case.of(facts), on).truth,
            self.apart(self._footholds(law, on)),
        )
        return all_of((sectors, there, self.meets(step.conditions)))

    def seated_in(self, law: Law, on: date) -> Some:
        """Return the vendors with a seat in the law's place."""
        return self._within(self._seated, law, on)

    def who(self, rule: Callable[[Facts], bool], *goes_by: str) -> Some:
        """Return for whom a rule holds that goes by these facts alone."""
        groups = self.alike(*goes_by).values()
        return _union(group for group in groups if rule(self.one_of(group)))

    def sector_among(self, sectors: frozenset[str] | None) -> tuple[Some, ...]:
        """Return what tells vendors apart by these sectors; None: nothing."""
        if sectors is None:
            return ()
        return self.holds(OneOf("vendor.sector", sectors)).marks

    def seated_around(self, code: str) -> Iterator[Some]:
        """Yield who has a seat at all, and who has one that holds this place."""
        yield self.alike("vendor.seat").get((None,), 0)
        yield _union(
            some
            for seat, some in self._seated.items()
            if code in self._places.around(seat)
        )

    def _footholds(self, law: Law, on: date) -> Iterator[Some]:
        yield self.alike("vendor.seat").get((None,), 0)
        yield self._within(self._seated, law, on)
        yield self.alike("vendor.local_nexus").get((None,), 0)
        yield self._within(self._active, law, on)
        yield self._within(self._holding, law, on)

    def _within(self, listed: Mapping[str, Some], law: Law, on: date) -> Some:
        there = territory(law, on, self._places)
        near = {code for outer in there for code in self._inside.get(outer, ())}
        return _union(
            listed.get(code, 0)
            for code in near
            if lies_within(code, law, on, self._places)
        )

    def asks(self, data: DataReach) -> Split:
        """Return whose data a right is about."""
        found = self._known.get(data)
        if found is None:
            groups = self.apart(self._of_data(data))
            found = self._known[data] = self.judged(
                lambda facts: reaches_data(data, facts).truth, groups
            )
        return found

    def _of_data(self, data: DataReach) -> Iterator[Some]:
        for sources in sources_alike(data):
            yield _union(self._sources.get(source, 0) for source in sources)
        for kinds in kinds_alike(data):
            yield _union(self._kinds.get(kind, 0) for kind in kinds)
        for predicate in data_predicates(data):
            yield from self.holds(predicate).marks

    def marks_of_kind(self, right: Right) -> Iterator[Some]:
        """Yield what tells vendors apart in what a right of its kind can give."""
        if right.kind is RightKind.DE_INDEXING:
            yield from self.holds(_SEARCHES).marks
        if right.kind is RightKind.CORRECTION:
            yield from self.holds(faults_of(right)).marks

    def judged(self, rule: Callable[[Facts], Truth], groups: Iterable[Some]) -> Split:
        """Return what a rule says, asked once in each group for the whole of it."""
        fails = unknown = 0
        for group in groups:
            truth = rule(self.one_of(group)).value
            if truth is None:
                unknown |= group
            elif not truth:
                fails |= group
        return Split(fails, unknown)

    def _by(
        self, key: Hashable, known: Callable[[Facts], Hashable]
    ) -> dict[Hashable, Some]:
        found = self._alike.get(key)
        if found is None:
            found = self._alike[key] = {}
            for place, facts in enumerate(self._facts):
                value = known(facts)
                found[value] = found.get(value, 0) | 1 << place
        return found

    def _listed(self, words: Callable[[Facts], Iterable[T] | None]) -> dict[T, Some]:
        listed: dict[T, Some] = {}
        for place, facts in enumerate(self._facts):
            for word in words(facts) or ():
                listed[word] = listed.get(word, 0) | 1 << place
        return listed


def _union(sets: Iterable[Some]) -> Some:
    return reduce(or_, sets, 0)


_BITS = bytes.maketrans(b"01", b"\0\1")
_SEARCHES = OneOf("vendor.sector", frozenset({Sector.SEARCH_ENGINE}))
