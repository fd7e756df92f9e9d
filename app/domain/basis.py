"""On what a request rests: what its letter may invoke, and who must answer when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import assert_never

from app.domain.due_dates import Certainty
from app.domain.eligibility import Answer
from app.domain.facts import Asks, PersonFacts
from app.domain.grounds import Ground, GroundKind, ResponseDue, Verdict
from app.domain.laws import ERASURES, RightKind
from app.domain.periods import about_when
from app.domain.vendors import OfferRight


class Basis(StrEnum):
    """On what a letter rests; it never claims more."""

    LAW = "law"
    UNSURE = "unsure"
    """A law may reach the vendor; the letter asks it to say so or why not."""
    OFFER = "offer"
    OPT_OUT = "opt_out"
    GOODWILL = "goodwill"


class Consent(StrEnum):
    """What a letter says of the consent that its vendor may plead."""

    TAKEN_BACK = "taken_back"
    ASKED = "asked"
    """Nobody knows whether there is one: the vendor is asked."""


class Correction(StrEnum):
    """How far a letter holds that the data is wrong."""

    WRONG = "wrong"
    SO_FAR_AS = "so_far_as"
    """The resident did not say: only so far as it is."""


@dataclass(frozen=True, kw_only=True)
class Invoked:
    """What one letter rests on."""

    on: date
    basis: Basis
    deletes: tuple[Ground, ...] = ()
    """Rights to deletion."""
    also: tuple[Ground, ...] = ()
    """Rights in doubt beside rights that reach a part of the data alone."""
    stops: tuple[Ground, ...] = ()
    """Opt-out laws, orders and offers: what stops a sale and deletes nothing."""
    consent: Consent | None = None
    correction: Correction | None = None

    @property
    def sure(self) -> bool:
        """Whether the rights to deletion reach the vendor beyond doubt."""
        return all(map(is_sure, self.deletes))

    @property
    def stops_surely(self) -> bool:
        """Whether the laws and orders that give an opt-out do."""
        return all(is_sure(g) for g in self.stops if g.kind is not GroundKind.OFFER)

    @cached_property
    def law(self) -> Ground | None:
        """The law on which the dates rest."""
        return first_to_answer((*self.deletes, *self.stops), self.on)

    @property
    def laws(self) -> tuple[str, ...]:
        """The laws that the letter invokes, each once."""
        grounds = (*self.deletes, *self.also, *self.stops)
        named = (g.id for g in grounds if g.kind is GroundKind.LAW)
        return tuple(dict.fromkeys(named))

    @property
    def agent_allowed(self) -> bool | None:
        """Whether somebody else may ask for the person, by the law that is invoked.

        An opt-out goes by what gives the opt-out. None where the law does not say, or
        there is none.
        """
        first = self.stops if self.basis is Basis.OPT_OUT else self.deletes
        law = first_to_answer(first, self.on) or self.law
        return law.agent_allowed if law else None

    @property
    def nobody_else_opts_out(self) -> bool:
        """Whether it is the law on opting out alone that lets nobody else ask.

        The law on which a deletion rests beside it does, or leaves it open.
        """
        if self.basis is not Basis.OPT_OUT or self.agent_allowed is not False:
            return False
        law = first_to_answer(self.deletes, self.on)
        return law is not None and law.agent_allowed is not False

    @property
    def due(self) -> ResponseDue | None:
        """The period of the right on which the dates rest."""
        return answers_request(self.law) if self.law else None

    @property
    def at_best(self) -> Certainty:
        """How certain a due date can be: there is none without a law's period."""
        if self.law is None or self.due is None:
            return Certainty.NONE
        return Certainty.FIRM if is_sure(self.law) else Certainty.INDICATIVE


PLAIN = frozenset(
    {"right-given", "opt-out-only", "de-indexing-only"}
    | {"offers-opt-out", "offers-de-indexing", "order-without-deletion"}
)
"""Reasons that only say what the right is; any other is a doubt."""


OF_FEW = frozenset({"person.age", "person.image_without_consent"})
"""Facts of laws for some people's case alone: who has it says so."""
OF_DATA = frozenset(
    {"person.data_kinds", "vendor.data_kinds"}
    | {"person.data_source", "vendor.data_sources"}
)
DE_INDEXING = frozenset({RightKind.DE_INDEXING, OfferRight.DE_INDEXING})


def is_sure(ground: Ground) -> bool:
    """Return whether nothing is open about what a ground gives."""
    return not ground.unknown_facts and PLAIN.issuperset(r.code for r in ground.reasons)


def answers_request(ground: Ground) -> ResponseDue | None:
    """Return the period in which a request is answered, and nothing else done.

    A number of days from the withdrawal of consent, to stop processing, answers none
    (D1; law README, decision 5).
    """
    stops = ground.right == RightKind.WITHDRAWAL
    return None if stops else ground.response_due


def first_to_answer(grounds: Iterable[Ground], on: date) -> Ground | None:
    """Return the law whose answer is due first, of those that can be enforced.

    A law beyond doubt goes before one that may not reach the vendor, and a period that
    binds before one that is only recommended. Of laws in doubt nobody knows which can
    be enforced: the first listed stays first, as a province does before the federation.
    """

    def turn(ground: Ground) -> tuple[bool, bool, bool, float]:
        due, sure = answers_request(ground), is_sure(ground)
        if due is None:
            return (not sure, True, True, 0)
        when = about_when(due.period, on) if sure else 0
        return (not sure, False, not due.period.binding, when)

    laws = (ground for ground in grounds if ground.kind is GroundKind.LAW)
    return min(laws, key=turn, default=None)


def invoked(answer: Answer, person: PersonFacts, asks: Asks) -> Invoked:
    """Return on what a letter may rest, never more than the answer gives."""
    deletes = _deletes(answer)
    basis = _basis(answer, asks, deletes)
    stops = _stops(answer) if basis is Basis.OPT_OUT else ()
    laws = {g.id for g in deletes}
    kinds = {
        g.right
        for g in answer.of(GroundKind.LAW)
        if g.id in laws and g.outcome is not Verdict.NOT_ELIGIBLE
    }
    return Invoked(
        on=answer.on,
        basis=basis,
        deletes=deletes,
        also=_also(answer, deletes),
        stops=stops,
        consent=_consent(kinds, person, asks, sure=all(map(is_sure, deletes))),
        correction=_correction(deletes, person, asks),
    )


def _basis(answer: Answer, asks: Asks, deletes: tuple[Ground, ...]) -> Basis:
    if asks is Asks.OPT_OUT and answer.verdict is not Verdict.NOT_ELIGIBLE:
        return Basis.OPT_OUT
    match answer.verdict:
        case Verdict.ELIGIBLE:
            return Basis.LAW
        case Verdict.OFFERED:
            return Basis.OFFER
        case Verdict.UNCERTAIN:
            return Basis.UNSURE if deletes else Basis.GOODWILL
        case Verdict.OPT_OUT_ONLY:
            return Basis.OPT_OUT
        case Verdict.NOT_ELIGIBLE:
            return Basis.GOODWILL
        case _:
            assert_never(answer.verdict)


def _deletes(answer: Answer) -> tuple[Ground, ...]:
    """Return the rights to deletion: those without doubt, else those with one.

    What nobody has researched has no provision to name; an order needs none. A law for
    children, or for pictures taken without consent, is not invoked by who speaks of
    neither.
    """
    wanted = (
        Verdict.ELIGIBLE if answer.verdict is Verdict.ELIGIBLE else Verdict.UNCERTAIN
    )
    return _citable(answer, wanted)


def _also(answer: Answer, deletes: tuple[Ground, ...]) -> tuple[Ground, ...]:
    """Return what may reach the rest, where only wrong data must surely be deleted."""
    if answer.verdict is not Verdict.ELIGIBLE:
        return ()
    if not ERASURES.isdisjoint(g.right for g in deletes):
        return ()
    return _citable(answer, Verdict.UNCERTAIN)


def _citable(answer: Answer, wanted: Verdict) -> tuple[Ground, ...]:
    return tuple(
        g
        for g in answer.grounds
        if g.outcome is wanted
        and OF_FEW.isdisjoint(g.unknown_facts)
        and (g.kind is GroundKind.ORDER or (g.citation and g.right))
    )


def _stops(answer: Answer) -> tuple[Ground, ...]:
    """Return what gives an opt-out.

    A law for people of one office is theirs to invoke: who does not say that they hold
    it invokes none. Taking results down stops a sale only where there is nothing else.
    """
    only = answer.verdict is Verdict.OPT_OUT_ONLY
    return tuple(
        g
        for g in answer.grounds
        if g.outcome is Verdict.OPT_OUT_ONLY
        and OF_FEW.isdisjoint(g.unknown_facts)
        and {*g.unknown_facts} - OF_DATA != {"person.capacity"}
        and (only or g.right not in DE_INDEXING)
    )


def _consent(
    kinds: set[str | None], person: PersonFacts, asks: Asks, *, sure: bool
) -> Consent | None:
    """Return what is said of consent, under laws where it matters alone."""
    if RightKind.WITHDRAWAL not in kinds:
        return None
    if person.consent_withdrawn or asks is Asks.WITHDRAW_CONSENT:
        return Consent.TAKEN_BACK
    # Beside a right that needs no consent, the question would weaken the letter.
    return None if sure else Consent.ASKED


def _correction(
    deletes: tuple[Ground, ...], person: PersonFacts, asks: Asks
) -> Correction | None:
    if RightKind.CORRECTION not in {g.right for g in deletes}:
        return None
    if person.data_is_wrong or asks is Asks.CORRECTION:
        return Correction.WRONG
    return Correction.SO_FAR_AS
