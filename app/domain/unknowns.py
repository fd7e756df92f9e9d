"""Which unknown facts could change an answer, in the order in which asking helps.

A fact could change it where some value of it gives another verdict, each of the other
unknown facts staying unknown or having some value. Nothing is asked of who is eligible.

Asking helps most, in this order:

1. what the person can know of themselves, before what only the vendor knows;
2. what alone can settle more: the better the best verdict that it brings by itself;
3. what more grounds wait for;
4. what stands first in the answer.

Source: contract, section 3 and R7, which governs the list of each ground.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Any, TypeVar, get_type_hints

from app.domain.conditions import Compare, Held
from app.domain.eligibility import Answer, Question, verdict_on
from app.domain.facts import (
    BIOMETRIC_KINDS,
    FROM_THE_PERSON,
    PUBLIC_SOURCES,
    SENSITIVE_KINDS,
    Capacity,
    DataKind,
    DataSource,
    Facts,
    PersonFacts,
    Sector,
    VendorFacts,
)
from app.domain.grounds import RANK, Ground, GroundKind, Verdict, best
from app.domain.laws import Law, RightKind
from app.domain.places import Places

TRIES = 300
"""Decisions at most for one fact. One that is named in so tangled a case that more are
needed is asked for."""

SEAT = "vendor.seat"
"""Named by no law that a seat would bring (R11), and yet it would bring it."""
OF_DATA = frozenset(
    {"person.data_kinds", "vendor.data_kinds"}
    | {"person.data_source", "vendor.data_sources"}
)
"""While the data is unknown, what else decides about it is not named yet."""

Word = TypeVar("Word", bound=StrEnum)


def worth_asking(
    asked: Question,
    answer: Answer,
    laws: Mapping[str, Law],
    places: Places,
    *,
    among: Iterable[str] | None = None,
) -> tuple[str, ...]:
    """Return the unknown facts that could change an answer, what helps most first.

    Args:
        asked: The question that was answered.
        answer: Its answer.
        laws: The laws that can say anything about the residence.
        places: Every place.
        among: Only these are looked at; left out, all.
    """
    if answer.verdict is Verdict.ELIGIBLE:
        return ()
    search = _Search(asked, answer.on, _that_speak(asked, answer, laws), places)
    wanted = None if among is None else frozenset(among)
    names = [n for n in search.candidates(answer) if wanted is None or n in wanted]
    found = [name for name in names if search.could_change(name)]
    return tuple(sorted(found, key=lambda name: search.turn(name, answer)))


def _that_speak(
    asked: Question, answer: Answer, laws: Mapping[str, Law]
) -> dict[str, Law]:
    """Return the laws that can still make a ground: of others, a seat alone brings one.

    Those of the very place stay, so that it does not look as if nobody had read any.
    """
    if asked.facts.vendor.seat is None:
        return dict(laws)
    spoken = {ground.id for ground in answer.grounds}
    return {
        id_: law
        for id_, law in laws.items()
        if id_ in spoken or asked.residence in law.all_places
    }


def named(answer: Answer) -> tuple[str, ...]:
    """Return the facts that the grounds of an answer name, each once."""
    return tuple(dict.fromkeys(n for g in answer.grounds for n in g.unknown_facts))


@dataclass(slots=True)
class _Search:
    """Looks for a state of knowledge in which the verdict hinges on a fact."""

    asked: Question
    on: date
    laws: Mapping[str, Law]
    places: Places
    _values: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    _mentioned: "_Mentioned | None" = None
    _left: int = TRIES

    def candidates(self, answer: Answer) -> tuple[str, ...]:
        """Return every fact that is named, or would be once the data is known."""
        names = dict.fromkeys(named(answer))
        if self.asked.facts.vendor.seat is None:
            names[SEAT] = None
        for known in self._data_known(self.asked.facts, named(answer)):
            names |= dict.fromkeys(named(self._answer(known)))
        return tuple(names)

    def could_change(self, fact: str) -> bool:
        """Return whether the verdict hinges on a fact, or may come to."""
        self._left = TRIES
        return self._hinges(fact, self.asked.facts, frozenset())

    def turn(self, fact: str, answer: Answer) -> tuple[int, int, int]:
        """Return the place of a fact in the order of asking; the rest as it stands."""
        alone = {self._answer(known).verdict for known in self._given_all(fact)}
        alone.discard(answer.verdict)
        settles = min((RANK[v] for v in alone), default=len(RANK))
        waiting = sum(fact in g.unknown_facts for g in answer.grounds)
        return (0 if fact.startswith("person.") else 1, settles, -waiting)

    def _hinges(self, fact: str, known: Facts, left_open: frozenset[str]) -> bool:
        answer = self._answer(known)
        names = named(answer)
        hidden = fact == SEAT or (fact not in names and not OF_DATA.isdisjoint(names))
        if answer.verdict is Verdict.ELIGIBLE or not (hidden or _moves(fact, answer)):
            return False
        if self._left <= 0:
            return True
        if any(
            self._answer(given).verdict is not answer.verdict
            for given in self._given_all(fact, known)
        ):
            return True
        other = self._next(fact, answer, left_open)
        if other is None:
            return False
        return any(
            self._hinges(fact, given, left_open)
            for given in self._given_all(other, known)
        ) or self._hinges(fact, known, left_open | {other})

    def _next(self, fact: str, answer: Answer, left_open: frozenset[str]) -> str | None:
        """Return what to suppose next: first what stands beside the fact."""
        beside = (
            name
            for ground in answer.grounds
            if fact in ground.unknown_facts
            for name in ground.unknown_facts
        )
        names = dict.fromkeys((*beside, *named(answer)))
        return next((n for n in names if n != fact and n not in left_open), None)

    def _data_known(self, facts: Facts, names: tuple[str, ...]) -> Iterator[Facts]:
        of_data = [name for name in names if name in OF_DATA and "person." in name]
        if not of_data:
            return
        first, *rest = of_data
        for known in self._given_all(first, facts):
            yield known
            for more in rest:
                yield from self._given_all(more, known)

    def _answer(self, facts: Facts) -> Answer:
        self._left -= 1
        asked = replace(self.asked, facts=facts)
        return verdict_on(asked, self.on, self.laws, self.places)

    def _given_all(self, fact: str, known: Facts | None = None) -> Iterator[Facts]:
        facts = self.asked.facts if known is None else known
        if fact not in self._values:
            self._values[fact] = self._values_of(fact)
        return (_given(facts, fact, value) for value in self._values[fact])

    def _values_of(self, fact: str) -> tuple[Any, ...]:
        if self._mentioned is None:
            self._mentioned = _mentioned(self.laws.values())
        return values_of(fact, self.asked.residence, self._mentioned, self.on)


_AT_BEST = {
    RightKind.OPT_OUT: Verdict.OPT_OUT_ONLY,
    RightKind.WITHDRAWAL: Verdict.UNCERTAIN,
    RightKind.DESTRUCTION_DUTY: Verdict.NOT_ELIGIBLE,
}
"""What a right of a kind gives at best, whatever is known (R3, R4)."""


def _moves(fact: str, answer: Answer) -> bool:
    """Return whether a ground that waits for a fact can give more than what is sure.

    What a vendor offers, and what was ordered, depends on no fact.
    """
    sure = best(g.outcome for g in answer.grounds if g.kind is not GroundKind.LAW)
    return any(
        RANK[_at_best(ground)] < RANK[sure]
        for ground in answer.grounds
        if fact in ground.unknown_facts
    )


def _at_best(ground: Ground) -> Verdict:
    kind = RightKind(ground.right) if ground.right else RightKind.ERASURE
    return _AT_BEST.get(kind, Verdict.ELIGIBLE)


def _given(facts: Facts, fact: str, value: Any) -> Facts:
    """Return the facts with one more; what is held elsewhere stays as it is known."""
    side, _, name = fact.partition(".")
    if fact == "vendor.residents_held":
        value = {**value, **facts.vendor.residents_held}
    one = replace(getattr(facts, side), **{name: value})
    return replace(facts, **{side: one})


@dataclass(slots=True)
class _Mentioned:
    """What the laws of a place compare facts with."""

    words: set[frozenset[str]] = field(default_factory=set)
    numbers: dict[str, set[float]] = field(default_factory=dict)
    held: dict[str, set[int]] = field(default_factory=dict)
    laws: tuple[Law, ...] = ()

    def see(self, part: Any) -> None:
        """Gather from a part of a law, and from all that it is made of."""
        match part:
            case frozenset():
                self.words.add(frozenset(map(str, part)))
            case Compare(fact, _, number):
                self.numbers.setdefault(fact, set()).add(number)
            case Held(place, _, number):
                self.held.setdefault(place, set()).add(number)
            case tuple():
                for one in part:
                    self.see(one)
            case _ if is_dataclass(part):
                for one in fields(part):
                    self.see(getattr(part, one.name))
            case _:
                pass


def _mentioned(laws: Iterable[Law]) -> _Mentioned:
    found = _Mentioned(laws=tuple(laws))
    for law in found.laws:
        found.see((law.steps, law.beside, law.sectors, law.excluded_sectors))
    return found


NOTIONS_OF_ALL = (
    frozenset({Sector.DATA_BROKER, Sector.PEOPLE_SEARCH, Sector.FACE_SEARCH}),
    frozenset({Sector.CREDIT_BUREAU, Sector.TENANT_SCREENING}),
    frozenset({Sector.CHARITY}),
    frozenset({Sector.INDIVIDUAL}),
    frozenset({Sector.SEARCH_ENGINE}),
    frozenset({DataSource.THIRD_PARTY, DataSource.PUBLIC_WEB}),
    FROM_THE_PERSON,
    PUBLIC_SOURCES,
    BIOMETRIC_KINDS,
    frozenset(SENSITIVE_KINDS),
    frozenset({DataKind.CHILD_DATA}),
)
"""Sets of words that rules tell apart without a law naming them (R3, R12 to R15)."""


def values_of(
    fact: str, residence: str, mentioned: _Mentioned, on: date
) -> tuple[Any, ...]:
    """Return values of a fact, at least one of each kind that the laws tell apart."""
    if fact in _PLACES:
        return tuple(_PLACES[fact](residence, mentioned, on))
    if fact in _WORDS:
        words = _alike(_WORDS[fact], mentioned)
        if fact in _SEVERAL:
            return tuple(map(frozenset, _sets(words)))
        return tuple(words)
    if _is_yes_or_no(fact):
        return (True, False)
    return tuple(_around(mentioned.numbers.get(fact, set()), fact))


_WORDS: Mapping[str, type[StrEnum]] = {
    "vendor.sector": Sector,
    "vendor.data_sources": DataSource,
    "vendor.data_kinds": DataKind,
    "person.data_source": DataSource,
    "person.data_kinds": DataKind,
    "person.capacity": Capacity,
}
_SEVERAL = frozenset({"vendor.data_sources", "vendor.data_kinds", "person.data_kinds"})


def _alike(kind: type[Word], mentioned: _Mentioned) -> list[Word]:
    """Return one word of each set of words that no law tells apart."""
    told_apart = [*mentioned.words, *NOTIONS_OF_ALL]
    found: dict[tuple[bool, ...], Word] = {}
    for word in kind:
        found.setdefault(tuple(word in words for words in told_apart), word)
    return list(found.values())


def _sets(words: list[Word]) -> Iterator[tuple[Word, ...]]:
    """Yield each word, each two of them, and all."""
    yield from combinations(words, 1)
    yield from combinations(words, 2)
    yield tuple(words)


def _is_yes_or_no(fact: str) -> bool:
    side, _, name = fact.partition(".")
    kind = {"vendor": VendorFacts, "person": PersonFacts}[side]
    return bool(get_type_hints(kind)[name] == (bool | None))


def _around(numbers: set[float], fact: str) -> Iterator[float]:
    """Yield each number that a law compares with, and one on either side."""
    by = 0.001 if "share" in fact else 1
    near = {n + step for n in numbers for step in (-by, 0, by)} | {0}
    yield from sorted(n for n in near if n >= 0)


def _samples(mentioned: _Mentioned, on: date) -> Iterator[str]:
    """Yield a place of each law that applies somewhere that day."""
    for law in mentioned.laws:
        yield from [code for code, span in law.places.items() if on in span][:1]


NOWHERE = "ZZ"
"""A place that no law is about."""


def _seats(residence: str, mentioned: _Mentioned, on: date) -> Iterator[frozenset[str]]:
    for code in dict.fromkeys((residence, *_samples(mentioned, on), NOWHERE)):
        yield frozenset({code})


def _business(
    residence: str, mentioned: _Mentioned, on: date
) -> Iterator[frozenset[str]]:
    yield frozenset()
    yield frozenset({residence, *_samples(mentioned, on)})


def _held(
    residence: str, mentioned: _Mentioned, on: date
) -> Iterator[Mapping[str, int]]:
    counts = {int(n) for some in mentioned.held.values() for n in some}
    places = {residence, *mentioned.held, *_samples(mentioned, on)}
    near = {n + step for n in counts for step in (-1, 0, 1)} | {0, 1}
    for count in sorted(n for n in near if n >= 0):
        yield dict.fromkeys(sorted(places), count)


_PLACES: Mapping[str, Callable[[str, _Mentioned, date], Iterator[Any]]] = {
    SEAT: _seats,
    "vendor.local_nexus": _business,
    "vendor.registered_broker_in": _business,
    "vendor.residents_held": _held,
}
