"""What each right of a law gives a person, and what it is unsure of.

Source: contract, section 3; the rules are cited where they are applied.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import assert_never

from app.domain.conditions import YES, Any, Custom, Is, Predicate, Truth, every, holds
from app.domain.facts import Asks, Capacity, Facts, PersonFacts, Sector
from app.domain.grounds import (
    NO_RECORD,
    Ground,
    GroundKind,
    Reason,
    ResponseDue,
    Verdict,
    at_most,
)
from app.domain.laws import (
    ERASURES,
    AgentRule,
    Confidence,
    Law,
    Purpose,
    Regulator,
    Reliability,
    Right,
    RightKind,
    Status,
    Step,
)
from app.domain.reach import (
    Case,
    Finding,
    beside,
    brought_by_seat,
    for_residence,
    met,
    reaches_data,
    reaches_vendor,
)


def law_grounds(law: Law, case: Case, on: date) -> Iterator[Ground]:
    """Yield one ground for each right of a law that is in force that day (R2)."""
    here = for_residence(law, case, on)
    by_seat = not here and brought_by_seat(law, case, on)
    along = YES if here or by_seat else beside(law, case)
    if along.value is False:
        if no_record_then(law, case, on):
            yield _before_the_record(law, case)
        return
    step = law.on(on)
    if step is None:
        if no_record_then(law, case, on):
            yield _before_the_record(law, case)
        return
    if law.sectors is not None and case.facts.vendor.sector not in {
        None,
        *law.sectors,
    }:
        return  # a sector law of another sector (R2)
    vendor = [*reaches_vendor(law, step, case, on)]
    if not here and not by_seat:
        vendor.append(Finding(along, "law-of-another-place"))
    for right in step.rights:
        if right.kind is not RightKind.OBJECTION:
            yield _weigh(law, step, right, case, vendor, on=on, by_seat=by_seat)


def _weigh(
    law: Law,
    step: Step,
    right: Right,
    case: Case,
    vendor: Iterable[Finding],
    *,
    on: date,
    by_seat: bool,
) -> Ground:
    findings = [
        *vendor,
        *(met(condition, case.facts) for condition in right.conditions),
        reaches_data(right.data, case.facts),
    ]
    outcome, reasons, unknown = _under(right, step, law, findings, case.facts)
    return Ground(
        kind=GroundKind.LAW,
        id=law.id,
        outcome=outcome,
        reasons=reasons,
        unknown_facts=unknown,
        short_name=law.short_name,
        citation=right.citation,
        right=right.kind,
        response_due=response_due(right, step, on),
        agent_allowed=_agent_allowed(step.agent, right, case.facts.person),
        regulator=_regulator(law, case, by_seat=by_seat),
        sources=(*law.official_urls, *law.sources),
        confidence=law.confidence,
        checked_on=law.checked_on,
        by_seat=by_seat,
    )


def _regulator(law: Law, case: Case, *, by_seat: bool) -> Regulator | None:
    """Return who enforces a law here, or where the vendor sits."""
    if by_seat:
        for seat in sorted(case.facts.vendor.seat or ()):
            if seat in law.regulators:
                return law.regulators[seat]
    return law.regulator_for(case.residence)


_Under = tuple[Verdict, tuple[Reason, ...], tuple[str, ...]]


def _under(
    right: Right, step: Step, law: Law, findings: list[Finding], facts: Facts
) -> _Under:
    failed = [f for f in findings if f.truth.value is False]
    if failed:
        reasons = tuple(_reason(f, known=True) for f in failed)
        return Verdict.NOT_ELIGIBLE, reasons, ()
    outcome, own, asked = _by_kind(right, facts)
    if outcome is Verdict.NOT_ELIGIBLE:
        return outcome, own, ()
    doubts = [f for f in findings if f.truth.value is None]
    doubts += [*_doubts_of_law(law, step), *_doubt_of_agent(step, right, facts)]
    if not doubts:
        return outcome, own, asked
    outcome = at_most(outcome, Verdict.UNCERTAIN)
    own = tuple(replace(r, known=False) for r in own if r.code != "right-given")
    why = tuple(dict.fromkeys(_reason(f, known=False) for f in doubts))
    missing = every(Truth(None, f.truth.unknown) for f in doubts).unknown
    return outcome, (*why, *own), tuple(dict.fromkeys((*asked, *missing)))


def _reason(finding: Finding, *, known: bool) -> Reason:
    return Reason(finding.code, finding.detail, known, finding.capacities)


def _by_kind(right: Right, facts: Facts) -> _Under:
    """Return the best that a right of this kind can give this person (R3)."""
    person = facts.person
    match right.kind:
        case RightKind.CORRECTION:
            return _corrected(right, facts)
        case RightKind.WITHDRAWAL:
            asks_for_it = person.asks is Asks.WITHDRAW_CONSENT
            if person.consent_withdrawn is False and not asks_for_it:
                return Verdict.NOT_ELIGIBLE, (Reason("consent-not-withdrawn"),), ()
            unsure = person.consent_withdrawn is None and not asks_for_it
            names = ("person.consent_withdrawn",) if unsure else ()
            return Verdict.UNCERTAIN, (Reason("no-erasure-right"),), names
        case RightKind.DE_INDEXING:
            search = facts.vendor.sector is Sector.SEARCH_ENGINE
            if person.asks is Asks.DE_INDEXING or search:
                return Verdict.ELIGIBLE, (Reason("right-given"),), ()
            return Verdict.OPT_OUT_ONLY, (Reason("de-indexing-only"),), ()
        case RightKind.OPT_OUT:
            return Verdict.OPT_OUT_ONLY, (Reason("opt-out-only"),), ()
        case RightKind.DESTRUCTION_DUTY:
            return Verdict.NOT_ELIGIBLE, (Reason("destruction-duty-only"),), ()
        case _:
            return Verdict.ELIGIBLE, (Reason("right-given"),), ()


def faults_of(right: Right) -> Predicate:
    """Return the faults of which one makes a correction delete."""
    faults: list[Predicate] = [
        Is(fact, value=True) for fact in right.faults or _OF_CORRECTION
    ]
    if right.open_fault is not None:
        faults.append(Custom(right.open_fault))
    return Any(tuple(faults))


_OF_CORRECTION = ("person.data_is_wrong",)


def _corrected(right: Right, facts: Facts) -> _Under:
    """Return what a correction that includes deletion gives (R1, R3).

    Its faults are alternatives: one is enough, and all must be known to be absent
    before it gives nothing.
    """
    found = holds(faults_of(right), facts)
    if facts.person.asks is Asks.CORRECTION or found.value:
        return Verdict.ELIGIBLE, (Reason("right-given"),), ()
    if found.value is False:
        code = "data-without-fault" if right.faults else "data-not-wrong"
        return Verdict.NOT_ELIGIBLE, (Reason(code),), ()
    code = "only-faulty-data" if right.faults else "only-wrong-data"
    return Verdict.UNCERTAIN, (Reason(code),), found.unknown


UNSURE = frozenset(
    {
        Status.DATE_UNCERTAIN,
        Status.NOT_VERIFIED,
        Status.PARTLY_IN_FORCE,
        Status.DOUBTFUL,
    }
)


def _doubts_of_law(law: Law, step: Step) -> Iterator[Finding]:
    if not step.certain or law.status in UNSURE:
        yield Finding(Truth(None, open=True), "operative-date-unknown")


def _doubt_of_agent(step: Step, right: Right, facts: Facts) -> Iterator[Finding]:
    """Yield the doubt of R5 where somebody else asks."""
    if not facts.person.through_agent:
        return
    parents = step.agent is AgentRule.PARENT_ONLY
    may = frozenset({Capacity.PARENT_OF_CHILD}) if parents else frozenset()
    if parents and facts.person.capacity is None:
        unknown = Truth(None, ("person.capacity",))
        yield Finding(unknown, "no-agent-right", capacities=may)
    elif _agent_allowed(step.agent, right, facts.person) is False:
        yield Finding(Truth(None, open=True), "no-agent-right", capacities=may)


def _agent_allowed(rule: AgentRule, right: Right, person: PersonFacts) -> bool | None:
    match rule:
        case AgentRule.YES:
            return True
        case AgentRule.NO:
            return False
        case AgentRule.OPT_OUT_ONLY:
            return right.kind is RightKind.OPT_OUT
        case AgentRule.PARENT_ONLY:
            return person.capacity is Capacity.PARENT_OF_CHILD
        case AgentRule.UNCLEAR:
            return None
        case _:
            assert_never(rule)


_PURPOSES = {
    RightKind.CORRECTION: Purpose.CORRECTION,
    RightKind.OPT_OUT: Purpose.OPT_OUT,
    **dict.fromkeys(ERASURES, Purpose.DELETION),
}


def response_due(right: Right, step: Step, on: date) -> ResponseDue | None:
    """Return the period of a right: its own, or the law's where that is its purpose.

    A number that may not be counted, or not yet, is none (D4).
    """
    purpose = _PURPOSES.get(right.kind)
    of_law = step.deadlines
    respond = right.respond
    shared = not right.no_period and of_law.purpose is purpose
    if respond is None and purpose and shared:
        respond = of_law.respond
    if respond is None or of_law.reliability is Reliability.NO:
        return None
    if respond.since is not None and on < respond.since:
        return None
    return ResponseDue(respond, right.purpose or purpose)


def no_record_then(law: Law, case: Case, on: date) -> bool:
    """Return whether only an older law without a record could answer (R8)."""
    before = law.predecessor
    if before is None or before.record is not None or law.first_day is None:
        return False
    homes = [c for c in case.around if c in law.places]
    if not homes and law.follows_seat:
        seat = case.facts.vendor.seat or frozenset()
        homes = [c for s in seat for c in case.places.around(s) if c in law.places]
    starts = [max(law.places[c].first or law.first_day, law.first_day) for c in homes]
    return bool(starts) and on < min(starts)


def _before_the_record(law: Law, case: Case) -> Ground:
    before = law.predecessor
    outcome = Verdict.UNCERTAIN
    reason = Reason("no-record-for-that-day", before.name if before else None)
    if case.facts.vendor.sector is Sector.INDIVIDUAL:  # outside every law (R13)
        outcome, reason = Verdict.NOT_ELIGIBLE, Reason("personal-use")
    return Ground(
        kind=GroundKind.LAW,
        id=law.id,
        outcome=outcome,
        reasons=(reason,),
        short_name=law.short_name,
        citation=law.citation,
        right=None,
        regulator=law.regulator_for(case.residence),
        sources=(*law.official_urls, *law.sources),
        confidence=law.confidence,
        checked_on=law.checked_on,
    )


def spoken_of(laws: Iterable[Law]) -> frozenset[str]:
    """Return every place of which a law of the pack, or a record, says something."""
    return frozenset[str]().union(*(law.all_places for law in laws))


def no_record(case: Case, laws: Mapping[str, Law]) -> Iterator[Ground]:
    """Yield a ground where nobody has looked at the law of the place."""
    if not any(case.residence in law.all_places for law in laws.values()):
        yield ground_without_record(case)


def ground_without_record(case: Case) -> Ground:
    """Return the ground that stands where nobody has looked at the law."""
    return Ground(
        kind=GroundKind.LAW,
        id=NO_RECORD,
        outcome=Verdict.UNCERTAIN,
        reasons=(Reason("no-record-for-that-place"),),
        short_name=case.places[case.residence].name,
        confidence=Confidence.LOW,
    )
