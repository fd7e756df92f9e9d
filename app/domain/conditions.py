"""Predicates over facts, in three-valued logic.

A small closed set: a law file combines these and nothing else. An unknown fact makes
a predicate unknown and is named in it; what no fact can express is *open* (contract,
section 3 and R1, R7).
"""

import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from app.domain.facts import (
    BIOMETRIC_KINDS,
    SENSITIVE_KINDS,
    DataKind,
    DataSource,
    Facts,
    Sector,
)


@dataclass(frozen=True, slots=True)
class Truth:
    """True, false or unknown; and if unknown, for want of which facts."""

    value: bool | None
    unknown: tuple[str, ...] = ()
    """Dotted names of the facts that could settle it, in the order of asking."""
    open: bool = False
    """Whether something that no fact expresses stands in the way."""


YES = Truth(value=True)
NO = Truth(value=False)
OPEN = Truth(value=None, open=True)


def known(value: bool | None, name: str) -> Truth:
    """Return what a yes-or-no fact says."""
    if value is None:
        return Truth(None, (name,))
    return YES if value else NO


def every(truths: Iterable[Truth]) -> Truth:
    """Return the conjunction: one false is enough, whatever is unknown."""
    return _joined(truths, settles=False)


def some(truths: Iterable[Truth]) -> Truth:
    """Return the disjunction: one true is enough, whatever is unknown."""
    return _joined(truths, settles=True)


def opposite(truth: Truth) -> Truth:
    """Return the negation; unknown stays unknown."""
    if truth.value is None:
        return truth
    return NO if truth.value else YES


def _joined(truths: Iterable[Truth], *, settles: bool) -> Truth:
    unsure: list[Truth] = []
    for truth in truths:
        if truth.value is settles:
            return Truth(settles)
        if truth.value is None:
            unsure.append(truth)
    if not unsure:
        return Truth(not settles)
    names = dict.fromkeys(name for truth in unsure for name in truth.unknown)
    return Truth(None, tuple(names), any(truth.open for truth in unsure))


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One part is enough."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class Is:
    """A yes-or-no fact has this value."""

    fact: str
    value: bool


@dataclass(frozen=True, slots=True)
class OneOf:
    """A fact with one value has one of these."""

    fact: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Includes:
    """A fact with several values has at least one of these."""

    fact: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compare:
    """A number is at least, more than, or less than another."""

    fact: str
    relation: str
    """``at_least``, ``more_than`` or ``less_than``."""
    number: float


@dataclass(frozen=True, slots=True)
class Held:
    """The vendor holds the data of so many residents of a place."""

    place: str
    relation: str
    number: int


@dataclass(frozen=True, slots=True)
class Named:
    """A notion that several laws share; see :data:`NOTIONS`."""

    notion: str


@dataclass(frozen=True, slots=True)
class Custom:
    """What no fact of the contract expresses; always open."""

    words: str


@dataclass(frozen=True, slots=True)
class Always:
    """Holds for everybody."""


Predicate: TypeAlias = (
    All | Any | Not | Is | OneOf | Includes | Compare | Held | Named | Custom | Always
)

RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "at_least": lambda fact, number: fact >= number,
    "more_than": lambda fact, number: fact > number,
    "less_than": lambda fact, number: fact < number,
}


def holds(  # noqa: C901, PLR0912 - one case for each predicate
    predicate: Predicate, facts: Facts
) -> Truth:
    """Return whether ``predicate`` holds for ``facts``."""
    match predicate:
        case All(parts):
            return every(holds(part, facts) for part in parts)
        case Any(parts):
            return some(holds(part, facts) for part in parts)
        case Not(part):
            return opposite(holds(part, facts))
        case Is(fact, value):
            truth = known(read(facts, fact), fact)
            return truth if value else opposite(truth)
        case OneOf(fact, values):
            found = read(facts, fact)
            return Truth(None, (fact,)) if found is None else _sure(found in values)
        case Includes(fact, values):
            several = read(facts, fact)
            if several is None:
                return Truth(None, (fact,))
            return _sure(not values.isdisjoint(several))
        case Compare(fact, relation, number):
            amount = read(facts, fact)
            if amount is None:
                return Truth(None, (fact,))
            return _sure(RELATIONS[relation](amount, number))
        case Held(place, relation, number):
            count = facts.vendor.residents_held.get(place)
            if count is None:
                return Truth(None, ("vendor.residents_held",))
            return _sure(RELATIONS[relation](count, number))
        case Named(notion):
            return NOTIONS[notion](facts)
        case Custom():
            return OPEN
        case Always():
            return YES
        case _:
            assert_never(predicate)


def read(facts: Facts, name: str) -> typing.Any:
    """Return the fact with this dotted name, or None where it is unknown."""
    side, _, field = name.partition(".")
    return getattr(getattr(facts, side), field)


def _sure(value: bool) -> Truth:
    return YES if value else NO


def _sector(facts: Facts, *sectors: Sector) -> Truth:
    if facts.vendor.sector is None:
        return Truth(None, ("vendor.sector",))
    return _sure(facts.vendor.sector in sectors)


def _includes(facts: Facts, name: str, values: frozenset[str]) -> Truth:
    return holds(Includes(name, values), facts)


def data_broker(facts: Facts) -> Truth:
    """Return whether the vendor is a data broker (contract, R13)."""
    return some(
        (
            _sector(
                facts, Sector.DATA_BROKER, Sector.PEOPLE_SEARCH, Sector.FACE_SEARCH
            ),
            every(
                (
                    known(facts.vendor.sells_data, "vendor.sells_data"),
                    _includes(
                        facts,
                        "vendor.data_sources",
                        frozenset({DataSource.THIRD_PARTY, DataSource.PUBLIC_WEB}),
                    ),
                )
            ),
        )
    )


def consumer_reporting_agency(facts: Facts) -> Truth:
    """Return whether the vendor is a consumer reporting agency (contract, R13)."""
    return _sector(facts, Sector.CREDIT_BUREAU, Sector.TENANT_SCREENING)


def nonprofit(facts: Facts) -> Truth:
    """Return whether the vendor is a nonprofit: by its sector, or said so (R14).

    Exemptions go by the sector: where it is known and the fact is left out, only a
    charity is one, and nothing is asked. Where neither is known, each could decide.
    """
    if facts.vendor.nonprofit:
        return YES
    if facts.vendor.sector is not None:
        return _sector(facts, Sector.CHARITY)
    if facts.vendor.nonprofit is False:
        return NO
    return Truth(None, ("vendor.nonprofit", "vendor.sector"))


def knows_of_child(facts: Facts) -> Truth:
    """Return whether it serves children or knows of a child (contract, R15)."""
    return some(
        (
            known(facts.vendor.child_directed, "vendor.child_directed"),
            _includes(facts, "vendor.data_kinds", frozenset({DataKind.CHILD_DATA})),
        )
    )


def sensitive(facts: Facts) -> Truth:
    """Return whether the vendor processes sensitive data (contract, R14)."""
    return _includes(facts, "vendor.data_kinds", frozenset(SENSITIVE_KINDS))


def biometric(facts: Facts) -> Truth:
    """Return whether the vendor processes biometric data (contract, R14)."""
    return _includes(facts, "vendor.data_kinds", frozenset(BIOMETRIC_KINDS))


NOTIONS: dict[str, Callable[[Facts], Truth]] = {
    "data_broker": data_broker,
    "consumer_reporting_agency": consumer_reporting_agency,
    "nonprofit": nonprofit,
    "knows_of_child": knows_of_child,
    "sensitive_data": sensitive,
    "biometric_data": biometric,
}
"""Notions that laws share, by the name that the law files use."""

NOTIONS_READ: dict[str, tuple[str, ...]] = {
    "data_broker": ("vendor.sector", "vendor.sells_data", "vendor.data_sources"),
    "consumer_reporting_agency": ("vendor.sector",),
    "nonprofit": ("vendor.nonprofit", "vendor.sector"),
    "knows_of_child": ("vendor.child_directed", "vendor.data_kinds"),
    "sensitive_data": ("vendor.data_kinds",),
    "biometric_data": ("vendor.data_kinds",),
}
"""The facts that each notion goes by."""


def reads(predicate: Predicate) -> tuple[str, ...]:
    """Return the facts that a predicate without parts goes by.

    One about how many it holds goes by the number for its place, not by a whole fact.
    """
    match predicate:
        case Is(fact) | OneOf(fact) | Includes(fact) | Compare(fact):
            return (fact,)
        case Named(notion):
            return NOTIONS_READ[notion]
        case _:
            return ()
