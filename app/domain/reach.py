"""Whether a law reaches a vendor and the data asked for.

Source: contract, section 3, R8 and R10 to R13.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from itertools import product
from typing import TypeVar

from app.domain.conditions import (
    NO,
    OPEN,
    YES,
    All,
    Always,
    Any,
    Includes,
    Not,
    OneOf,
    Predicate,
    Truth,
    every,
    holds,
    opposite,
    some,
)
from app.domain.facts import (
    BIOMETRIC_KINDS,
    FROM_THE_PERSON,
    PUBLIC_SOURCES,
    Capacity,
    DataKind,
    DataSource,
    Facts,
    PersonFacts,
    Sector,
)
from app.domain.laws import (
    Beside,
    Condition,
    DataReach,
    Law,
    PublicData,
    Reach,
    Step,
    Unmet,
)
from app.domain.places import Places

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Who asks, against whom: all that a decision depends on, but for the day."""

    residence: str
    facts: Facts
    places: Places
    around: frozenset[str] = field(init=False, repr=False, compare=False)
    """The residence and everything that holds it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "around", self.places.around(self.residence))

    def of(self, facts: Facts) -> "Case":
        """Return the case of others in the same place."""
        return Case(residence=self.residence, facts=facts, places=self.places)

    @property
    def presence(self) -> str:
        """Where the person is; left out, where they live (R11)."""
        return self.facts.person.present_in or self.residence

    @property
    def anywhere(self) -> frozenset[str]:
        """Where they live and where they are, and everything that holds these."""
        return self.around | self.places.around(self.presence)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one condition comes to, and the code of the reason it gives."""

    truth: Truth
    code: str
    contested: bool = False
    detail: str | None = None
    """The record's own words, for the reader."""
    capacities: frozenset[Capacity] = frozenset()
    """Where it is about these: in which the law lets people ask."""


def territory(law: Law, on: date, places: Places) -> frozenset[str]:
    """Return the law's places, and what they make up together (CA, EU)."""
    return places.with_wholes(law.places_on(on))


def lies_within(code: str, law: Law, on: date, places: Places) -> bool:
    """Return whether a place lies in the territory of a law on a day.

    A place that the law names goes by its own days: Norway was in the EEA two months
    before the GDPR applied there.
    """
    if code in law.places:
        return on in law.places[code]
    return not places.around(code).isdisjoint(territory(law, on, places))


def seat_within(law: Law, case: Case, on: date) -> Truth:
    """Return whether the vendor has a seat in the law's place."""
    seat = case.facts.vendor.seat
    if seat is None:
        return Truth(None, ("vendor.seat",))
    within = any(lies_within(s, law, on, case.places) for s in seat)
    return YES if within else NO


def brought_by_seat(law: Law, case: Case, on: date) -> bool:
    """Return whether the vendor's seat brings the law to everybody (R11).

    Listed are the laws of a seat that is there (R2): where none is known, such a law
    makes no ground that could be unsure, and every answer in the world does not hang on
    it. What could change the answer names the seat all the same
    (:mod:`app.domain.unknowns`).
    """
    return law.follows_seat and seat_within(law, case, on) == YES


def for_residence(law: Law, case: Case, on: date) -> bool:
    """Return whether the law is one of the residence, or of where the person is."""
    there = law.places_on(on)
    if law.follows_presence and case.facts.person.present_in is not None:
        present = case.places.around(case.presence)
        return not (case.around | present).isdisjoint(there)
    return not case.around.isdisjoint(there)


def beside(law: Law, case: Case) -> Truth:
    """Return whether the law applies beside the one of the place.

    Source: law README, decision 3.
    """
    return some(_beside(entry, case) for entry in law.beside) if law.beside else NO


def _beside(entry: Beside, case: Case) -> Truth:
    if case.around.isdisjoint(entry.places):
        return NO
    parts: list[Truth] = []
    if entry.sectors is not None:
        parts.append(holds(OneOf("vendor.sector", entry.sectors), case.facts))
    if entry.seat_outside:
        parts.append(_seat_outside(case))
    return every(parts)


def _seat_outside(case: Case) -> Truth:
    seat = case.facts.vendor.seat
    if seat is None:
        return Truth(None, ("vendor.seat",))
    at_home = any(case.residence in case.places.around(s) for s in seat)
    return NO if at_home else YES


def reaches_vendor(law: Law, step: Step, case: Case, on: date) -> Iterator[Finding]:
    """Yield what decides whether the law reaches this vendor at all."""
    yield from reaches_sector(law, case.facts)
    yield reaches_place(law, case, on)
    for condition in step.conditions:
        yield met(condition, case.facts)


def reaches_sector(law: Law, facts: Facts) -> Iterator[Finding]:
    """Yield what the vendor's sector decides."""
    if facts.vendor.sector is Sector.INDIVIDUAL:
        yield Finding(NO, "personal-use")
    if law.sectors is not None:
        yield Finding(holds(OneOf("vendor.sector", law.sectors), facts), "other-sector")
    if law.excluded_sectors:
        excluded = holds(OneOf("vendor.sector", law.excluded_sectors), facts)
        yield Finding(opposite(excluded), "excluded-sector")


def reaches_place(law: Law, case: Case, on: date) -> Finding:
    """Return whether the vendor is where the law reaches."""
    return Finding(_territorial(law, case, on), "not-reached", detail=law.reach_test)


def met(condition: Condition, facts: Facts) -> Finding:
    """Return what one condition of the law comes to."""
    truth = holds(in_full(condition, facts.person), facts)
    of_role = condition.reason is Unmet.CAPACITY and not truth.value
    return Finding(
        truth,
        condition.reason,
        detail=condition.words,
        capacities=capacities_of(condition.needs) if of_role else frozenset(),
    )


@cache
def capacities_of(needs: Predicate) -> frozenset[Capacity]:
    """Return the capacities in which people may ask, as far as these alone decide."""
    return frozenset(
        one
        for one in Capacity
        if holds(needs, Facts(person=PersonFacts(capacity=one))).value is not False
    )


def in_full(condition: Condition, person: PersonFacts) -> Predicate:
    """Return what a condition needs, with the limb that reaches some data alone."""
    if condition.limited is None or condition.data_limit is None:
        return condition.needs
    asked = "vendor" if person.data_kinds is None else "person"
    some_data = Includes(f"{asked}.data_kinds", frozenset(condition.data_limit))
    return Any((condition.needs, All((condition.limited, some_data))))


def _territorial(law: Law, case: Case, on: date) -> Truth:
    if law.zone is None:
        seated = seat_within(law, case, on)
        if seated.value or _absent(law, case, on):
            return seated
        nexus = case.facts.vendor.local_nexus
        if nexus is not None:
            return _by_nexus(law, case, on, nexus, seated)
        return _by_reach(law, on, seated)
    return _into_zone(law, case, on)


def _into_zone(law: Law, case: Case, on: date) -> Truth:
    """Return whether a zone's law reaches the vendor, which no fact places in it."""
    seated = seat_within(law, case, on)
    if seated.value:
        return OPEN
    unsure = _reach_on(law, on) in {Reach.LIMITED, Reach.UNCERTAIN}
    if unsure and not law.establishment_alone:
        return OPEN  # a nexus would decide, and none names a zone
    return _by_reach(law, on, seated)


def _absent(law: Law, case: Case, on: date) -> bool:
    """Return whether a law that goes by presence finds the person elsewhere."""
    if not law.follows_presence:
        return False
    return not lies_within(case.presence, law, on, case.places)


def _by_nexus(
    law: Law, case: Case, on: date, nexus: frozenset[str], seated: Truth
) -> Truth:
    if any(lies_within(code, law, on, case.places) for code in nexus):
        return YES
    if law.reach is Reach.NOT_ASKED:
        held = case.facts.vendor.residents_held.items()
        if any(n > 0 and lies_within(code, law, on, case.places) for code, n in held):
            return YES
    return seated


def _reach_on(law: Law, on: date) -> Reach:
    """Return the reach of a day: unsure while the law did not speak of vendors abroad."""
    if law.reach is Reach.YES and law.reach_from is not None and on < law.reach_from:
        return Reach.UNCERTAIN
    return law.reach


def _by_reach(law: Law, on: date, seated: Truth) -> Truth:
    match _reach_on(law, on):
        case Reach.NOT_ASKED | Reach.YES:
            return YES
        case Reach.LIMITED | Reach.UNCERTAIN if not law.establishment_alone:
            return Truth(None, ("vendor.local_nexus", *seated.unknown))
        case _:
            return seated


def reaches_data(data: DataReach, facts: Facts) -> Finding:
    """Return whether the right is about the data asked for.

    The data is what the person names, else what the vendor is known for (R12); a
    right that reaches a part of it reaches it. What is unknown could be anything:
    where every possibility comes to the same, nothing is asked.
    """
    sources = _asked(facts.person.data_source, facts.vendor.data_sources)
    kinds = _several(facts.person.data_kinds, facts.vendor.data_kinds)
    truths = tuple(holds(p, facts) for p in data_predicates(data))
    return _reaches(data, sources, kinds, truths)


@lru_cache(maxsize=10_000)
def _reaches(
    data: DataReach,
    sources: frozenset[DataSource] | None,
    kinds: frozenset[DataKind] | None,
    truths: tuple[Truth, ...],
) -> Finding:
    """Return the same, of what each of the right's predicates comes to."""
    found = {
        item: _item(data, truths, *item)
        for item in product(
            _one_of_each(sources_alike(data), sources),
            _one_of_each(kinds_alike(data), kinds),
        )
    }
    best = min(found.values(), key=_rank)
    unknown: dict[str, None] = {}
    if sources is None and _varies(found, by=0):
        unknown |= dict.fromkeys(("person.data_source", "vendor.data_sources"))
    if kinds is None and _varies(found, by=1):
        unknown |= dict.fromkeys(("person.data_kinds", "vendor.data_kinds"))
    if unknown:
        return Finding(Truth(None, tuple(unknown)), "data-unknown")
    return best


@cache
def sources_alike(data: DataReach) -> tuple[frozenset[DataSource], ...]:
    """Return the sources in groups, between whose members a right makes no difference."""
    groups: dict[object, set[DataSource]] = {}
    for source in DataSource:
        limits = (data.sources, PUBLIC_SOURCES, *(c.sources for c in data.contested))
        seen = tuple(_matches(limit, source) for limit in limits)
        groups.setdefault(seen, set()).add(source)
    return tuple(map(frozenset, groups.values()))


@cache
def kinds_alike(data: DataReach) -> tuple[frozenset[DataKind], ...]:
    """Return the kinds in groups, between whose members a right makes no difference."""
    groups: dict[object, set[DataKind]] = {}
    for kind in DataKind:
        limits = (data.kinds, BIOMETRIC_KINDS, *(c.kinds for c in data.contested))
        seen = tuple(_matches(limit, kind) for limit in limits)
        groups.setdefault(seen, set()).add(kind)
    return tuple(map(frozenset, groups.values()))


_ALWAYS = Always()
_NEVER = Not(_ALWAYS)


def _one_of_each(
    groups: Iterable[frozenset[T]], asked: frozenset[T] | None
) -> Iterator[T]:
    for group in groups:
        wanted = group if asked is None else group & asked
        if wanted:
            yield next(iter(wanted))


def data_predicates(data: DataReach) -> Iterator[Predicate]:
    """Yield the predicates that bear on which data a right reaches.

    First what brings public data back in, then when each contest is one.
    """
    yield data.public_reached_when or _NEVER
    for contest in data.contested:
        yield contest.when or _ALWAYS


def _asked(
    one: DataSource | None, several: frozenset[DataSource] | None
) -> frozenset[DataSource] | None:
    return frozenset({one}) if one is not None else several or None


def _several(
    person: frozenset[DataKind] | None, vendor: frozenset[DataKind] | None
) -> frozenset[DataKind] | None:
    return person or vendor or None


def _rank(finding: Finding) -> tuple[int, str]:
    if finding.truth.value is None:
        return (1, finding.code)
    return (0 if finding.truth.value else 2, finding.code)


def _varies(found: dict[tuple[DataSource, DataKind], Finding], *, by: int) -> bool:
    """Return whether the answer depends on one of the two, the other being given."""
    groups: dict[str, set[int]] = {}
    for item, finding in found.items():
        groups.setdefault(item[1 - by], set()).add(_rank(finding)[0])
    return any(len(ranks) > 1 for ranks in groups.values())


def _item(
    data: DataReach, truths: tuple[Truth, ...], source: DataSource, kind: DataKind
) -> Finding:
    back, *contested = truths
    if not _matches(data.kinds, kind):
        return Finding(NO, "data-not-covered")
    for contest, differs in zip(data.contested, contested, strict=True):
        if _matches(contest.sources, source) and _matches(contest.kinds, kind):
            if differs.value:
                return Finding(OPEN, "contested", contested=True, detail=contest.why)
            if differs.value is None:
                return Finding(differs, "contested")
    public = YES
    if source in PUBLIC_SOURCES:
        public = some((back, _public_rule(data.public, kind)))
    if public.value is False:
        return Finding(public, "publicly-available")
    if not _matches(data.sources, source):
        theirs = data.sources is not None and data.sources <= FROM_THE_PERSON
        code = "not-collected-from-person" if theirs else "outside-its-scope"
        return Finding(NO, code)
    if public.value is None:
        return Finding(public, "publicly-available")
    return Finding(YES, "data-covered")


def _matches(limit: Iterable[str] | None, value: str) -> bool:
    return limit is None or value in limit


def _public_rule(rule: PublicData, kind: DataKind) -> Truth:
    if rule is PublicData.INCLUDED:
        return YES
    if rule is PublicData.UNCLEAR:
        return OPEN
    if kind not in BIOMETRIC_KINDS or rule is PublicData.EXCLUDED:
        return NO
    return YES if rule is PublicData.EXCLUDED_UNLESS_BIOMETRIC else OPEN
