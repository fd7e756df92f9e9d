"""Which other ways a request may take to its vendor, and why not the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.domain.timeline import OVER, Status
from app.domain.vendors import Identifier, Route, RouteKind
from app.domain.ways import BY_HAND, ByOneself, Way


class Stays(StrEnum):
    """Why a request keeps the way that it has."""

    UNCONFIRMED = "unconfirmed"
    ARRIVED = "arrived"
    """The vendor has it: another letter would be a second request."""
    OVER = "over"
    LEAVING = "leaving"
    """It is leaving at this moment, or nobody knows whether it arrived."""
    FORGOTTEN = "forgotten"
    """Its person was destroyed: nothing can be written any more."""
    LISTED = "listed"
    """It stands on a list that its vendor fetches, which has no other way."""
    GONE = "gone"
    """There is no such vendor any more, or no way to it is known."""


class Barrier(StrEnum):
    """Why a request may not take one way."""

    TAKEN = "taken"
    """It is the way that it takes."""
    NO_AGENT = "no_agent"
    """Nobody else may ask for the person."""
    NO_PROTOCOL = "no_protocol"
    """We are no agent of the Data Rights Protocol."""
    NO_WORDS = "no_words"
    """The protocol has no words for what is asked, or for who asks for another."""
    NO_TOKEN = "no_token"  # noqa: S105 - a word for it
    """The vendor's system does not know us yet."""
    PARKED = "parked"
    """Somebody has to speak with the vendor before anything goes to its system."""
    NOT_ASKED = "not_asked"
    """It needs what the person was never asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of a request that may take another way, and of us."""

    status: Status
    way: Way
    """The way that it takes."""
    agent_allowed: bool
    """False where the law, or the vendor's offer, lets nobody else ask."""
    carried: bool
    """Whether the Data Rights Protocol has words for it, so far as can be known."""
    is_agent: bool
    """Whether we are an agent of that protocol."""
    known_to: frozenset[tuple[str, str]]
    """The systems, by address and business, with which we have a token."""
    parked: frozenset[tuple[str, str]]
    """Those to which nothing goes for now."""
    asked_for: frozenset[Identifier]
    """What the person can have given: what the ways of their filing needed."""
    leaving: bool = False
    """Whether its letter may have left, or is leaving."""
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One way that the vendor has, and what stands in it."""

    route: Route
    way: Way
    barrier: Barrier | None = None

    @property
    def code(self) -> str:
        """The word by which a form names it."""
        return code_of(self.way)


def code_of(way: Way) -> str:
    """Return the word for a way, whoever takes it."""
    return f"{way.kind}-self" if way.by_oneself else way.kind


def stays(case: Case) -> Stays | None:
    """Return why a request keeps its way, whatever others there are."""
    if case.status is Status.UNCONFIRMED:
        return Stays.UNCONFIRMED
    if case.status in OVER:
        return Stays.OVER
    if case.status not in {Status.QUEUED, Status.UNDELIVERABLE}:
        return Stays.ARRIVED
    if case.way.kind is RouteKind.MATCHING:
        return Stays.LISTED
    if case.forgotten:
        return Stays.FORGOTTEN
    return Stays.LEAVING if case.leaving else None


def choices(routes: Iterable[Route], case: Case) -> tuple[Choice, ...]:
    """Return the ways by the routes that a vendor has on a day, the best first.

    Of two routes that lead the same way the first listed stands for both.
    """
    found: dict[str, Choice] = {}
    for route in routes:
        for way in _ways(route, case):
            one = Choice(route, way, _barrier(route, way, case))
            found.setdefault(one.code, one)
    return tuple(found.values())


def _ways(route: Route, case: Case) -> Iterator[Way]:
    if route.demands:
        yield Way(RouteKind.WEBFORM, ByOneself.PROOF)
    elif route.kind in BY_HAND:
        yield Way(route.kind)
        yield Way(route.kind, ByOneself.ROUTE)
    else:
        yield Way(route.kind)
        if route.kind is RouteKind.EMAIL and not case.agent_allowed:
            yield Way(RouteKind.LETTER, ByOneself.NO_AGENT)


def _barrier(route: Route, way: Way, case: Case) -> Barrier | None:
    if _same_hands(way, case.way):
        return Barrier.TAKEN
    if way.by_oneself is not None:
        return None
    if way.kind is RouteKind.DRP:
        return _of_protocol(route, case) or _not_asked(route, case)
    if not case.agent_allowed:
        return Barrier.NO_AGENT
    return _not_asked(route, case)


def _same_hands(one: Way, other: Way) -> bool:
    by_us = one.by_oneself is None, other.by_oneself is None
    return one.kind is other.kind and by_us[0] is by_us[1]


def _of_protocol(route: Route, case: Case) -> Barrier | None:
    """Return what keeps a request from a system; one that speaks it takes agents."""
    system = (route.api_base or "", route.business_id or "")
    if not case.is_agent:
        return Barrier.NO_PROTOCOL
    if not case.carried:
        return Barrier.NO_WORDS
    if system in case.parked:
        return Barrier.PARKED
    return None if system in case.known_to else Barrier.NO_TOKEN


def _not_asked(route: Route, case: Case) -> Barrier | None:
    return None if route.needs <= case.asked_for else Barrier.NOT_ASKED
