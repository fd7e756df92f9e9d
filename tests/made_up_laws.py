"""Laws of small invented places, in which any rule may meet any other."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import TypeVar

from app.domain.conditions import (
    All,
    Always,
    Any,
    Compare,
    Custom,
    Held,
    Includes,
    Is,
    Named,
    Not,
    OneOf,
    Predicate,
)
from app.domain.dated import ALWAYS, Span
from app.domain.facts import DataKind, DataSource, Sector
from app.domain.laws import (
    AgentRule,
    Beside,
    Condition,
    Confidence,
    Contest,
    DataReach,
    Law,
    Predecessor,
    PublicData,
    Reach,
    Right,
    RightKind,
    Status,
    Step,
    Unmet,
)
from app.domain.places import Place, Places

T = TypeVar("T")
FIRST, LATER = date(2020, 1, 1), date(2024, 1, 1)
DAYS = (date(2019, 1, 1), FIRST, date(2022, 1, 1), LATER, date(2026, 1, 1))
PLACES = Places.of(
    Place(code=code, name=f"Land {code}", zone="UTC", within=frozenset(within))
    for code, *within in (
        ("AA", "EU"),
        ("BB", "EU"),
        ("CC",),
        ("CC-1", "CC"),
        ("CC-2", "CC"),
        ("DD",),
    )
)
CODES = tuple(place.code for place in PLACES)


class Lawmaker:
    """Makes laws up, by chance."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def law(self, id_: str) -> Law:
        """Return a law in force, ended, in doubt, or of one sector alone."""
        one = self._chance.choice
        steps = tuple(self._step(start) for start in (FIRST, LATER))
        return Law(
            id=id_,
            name=f"Act {id_}",
            short_name=f"Act {id_}",
            status=one((Status.IN_FORCE, Status.IN_FORCE, Status.DOUBTFUL)),
            places={code: self._span() for code in self._some(CODES, 3)},
            beside=tuple(self._beside() for _ in range(one((0, 0, 1, 2)))),
            steps=steps[: one((0, 1, 2))],
            ended=self._maybe(lambda: date(2025, 1, 1)),
            reach=one(list(Reach)),
            establishment_alone=self._coin(),
            reach_from=self._maybe(lambda: LATER),
            follows_seat=self._coin(),
            follows_presence=self._coin(),
            zone=self._maybe(lambda: "the free zone"),
            sectors=self._maybe(self._sectors),
            excluded_sectors=self._sectors() if self._coin() else frozenset(),
            predecessor=self._maybe(lambda: Predecessor(name="Old Act", until=FIRST)),
            regulator=None,
            citation="s 1",
            sources=("https://law.example/act",),
            confidence=Confidence.LOW,
            checked_on=date(2026, 1, 1),
        )

    def _step(self, start: date) -> Step:
        return Step(
            start=start,
            citation="s 1",
            certain=self._coin(),
            rights=tuple(self._right() for _ in range(self._chance.randint(1, 3))),
            conditions=self._conditions(),
            agent=AgentRule.NO,
        )

    def _right(self) -> Right:
        return Right(
            kind=self._chance.choice(list(RightKind)),
            citation="s 2",
            conditions=self._conditions(),
            data=self._data(),
            faults=("vendor.sells_data",) if self._coin() else (),
            open_fault=self._maybe(lambda: "a fault of its own"),
        )

    def _conditions(self) -> tuple[Condition, ...]:
        return tuple(
            Condition(
                reason=Unmet.NOT_MET,
                needs=self.predicate(2),
                data_limit=self._maybe(lambda: self._some(list(DataKind), 5)),
                limited=self._maybe(lambda: self.predicate(1)),
            )
            for _ in range(self._chance.choice((0, 0, 1)))
        )

    def predicate(self, depth: int) -> Predicate:
        """Return a condition of any form, with so many levels of parts."""
        if depth and self._coin():
            parts = tuple(self.predicate(depth - 1) for _ in range(2))
            return self._chance.choice((All(parts), Any(parts), Not(parts[0])))
        return self._chance.choice(
            (
                Always(),
                Custom("what a judge finds fair"),
                Is("vendor.sells_data", value=self._coin()),
                OneOf("vendor.sector", self._sectors()),
                Includes("vendor.registered_broker_in", frozenset({"US-CA"})),
                Compare("vendor.employees", "at_least", 500),
                Held(self._chance.choice(CODES), "more_than", 99),
                Named(self._chance.choice(("data_broker", "nonprofit"))),
            )
        )

    def _data(self) -> DataReach:
        contests = tuple(
            Contest(
                sources=self._maybe(lambda: self._some(list(DataSource), 3)),
                kinds=self._maybe(lambda: self._some(list(DataKind), 5)),
                when=self._maybe(lambda: self.predicate(1)),
                why="two readings",
            )
            for _ in range(self._chance.choice((0, 0, 1)))
        )
        return DataReach(
            kinds=self._maybe(lambda: self._some(list(DataKind), 9)),
            sources=self._maybe(lambda: self._some(list(DataSource), 4)),
            public=self._chance.choice(list(PublicData)),
            public_reached_when=self._maybe(lambda: self.predicate(1)),
            contested=contests,
        )

    def _beside(self) -> Beside:
        return Beside(
            places=self._some(CODES, 2),
            sectors=self._maybe(self._sectors),
            seat_outside=self._coin(),
        )

    def _span(self) -> Span:
        spans = (ALWAYS, Span(LATER), Span(None, date(2021, 1, 1)))
        return self._chance.choice(spans)

    def _sectors(self) -> frozenset[str]:
        return frozenset(self._chance.sample(list(Sector), 12))

    def _some(self, words: tuple[T, ...] | list[T], most: int) -> frozenset[T]:
        return frozenset(self._chance.sample(words, self._chance.randint(1, most)))

    def _maybe(self, make: Callable[[], T]) -> T | None:
        return make() if self._coin() else None

    def _coin(self) -> bool:
        return self._chance.random() < 0.5
