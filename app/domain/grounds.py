"""Grounds: a law, an offer or an order on which a request may rest.

Offers and orders are weighed here; what a law gives is weighed in
:mod:`app.domain.rights`. Source: contract, section 3.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.facts import Capacity
from app.domain.laws import Confidence, Period, Purpose, Regulator
from app.domain.reach import Case
from app.domain.vendors import Offer, OfferRight, Order, OrderStatus


class Verdict(StrEnum):
    """What a ground gives, and what all grounds give together; best first."""

    ELIGIBLE = "eligible"
    OFFERED = "offered"
    UNCERTAIN = "uncertain"
    OPT_OUT_ONLY = "opt_out_only"
    NOT_ELIGIBLE = "not_eligible"


RANK = {verdict: place for place, verdict in enumerate(Verdict)}


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the best of several; nothing at all is not eligible."""
    return min(verdicts, key=RANK.__getitem__, default=Verdict.NOT_ELIGIBLE)


def at_most(verdict: Verdict, limit: Verdict) -> Verdict:
    """Return ``verdict``, or ``limit`` where that is worse."""
    return max(verdict, limit, key=RANK.__getitem__)


class GroundKind(StrEnum):
    """On what a request may rest."""

    LAW = "law"
    OFFER = "offer"
    ORDER = "order"


KINDS_IN_LINE = {kind: place for place, kind in enumerate(GroundKind)}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a ground comes out as it does: a code, and words of the record."""

    code: str
    detail: str | None = None
    known: bool = True
    """Whether what it says is known; if not, it depends on whether it is so."""
    capacities: frozenset[Capacity] = frozenset()
    """Where it is about these: in which the law lets people ask."""


@dataclass(frozen=True, slots=True)
class ResponseDue:
    """How long the vendor may take under one right."""

    period: Period
    purpose: Purpose | None


NO_RECORD = "no-record"
"""The id of the ground that stands where nobody has read the law of a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A law, offer or order on which a request may rest."""

    kind: GroundKind
    id: str
    outcome: Verdict
    reasons: tuple[Reason, ...]
    unknown_facts: tuple[str, ...] = ()
    short_name: str
    citation: str | None = None
    right: str | None = None
    response_due: ResponseDue | None = None
    agent_allowed: bool | None = None
    regulator: Regulator | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence = Confidence.MEDIUM
    checked_on: date | None = None
    by_seat: bool = False
    """Whether it reaches the person through the vendor's seat alone (R11)."""
    order_status: OrderStatus | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether something on which it rests is not known."""
        return any(not reason.known for reason in self.reasons)


def shown(offer: Offer, on: date) -> bool:
    """Return whether an offer stands on a day and is about more than access."""
    return on in offer.span and offer.right is not OfferRight.ACCESS


def offer_ground(offer: Offer, case: Case, on: date) -> Ground:
    """Return what the vendor itself says it does for this residence."""
    outcome, code = _offered(offer, case, on)
    known = code != "offer-end-unknown"
    return Ground(
        kind=GroundKind.OFFER,
        id=offer.id,
        outcome=outcome,
        reasons=(Reason(code, offer.words, known=known),),
        short_name=offer.id,
        right=offer.right,
        sources=offer.sources,
        confidence=offer.confidence,
        checked_on=offer.checked_on,
    )


def _offered(offer: Offer, case: Case, on: date) -> tuple[Verdict, str]:
    if "*" not in offer.places and case.around.isdisjoint(offer.places):
        return Verdict.NOT_ELIGIBLE, "residence-not-listed"
    deletes = offer.right is OfferRight.DELETION
    if offer.known_until is not None and on > offer.known_until:
        limit = Verdict.UNCERTAIN if deletes else Verdict.OPT_OUT_ONLY
        return limit, "offer-end-unknown"
    if deletes:
        return Verdict.OFFERED, "offered-to-residence"
    if offer.right is OfferRight.DE_INDEXING:
        return Verdict.OPT_OUT_ONLY, "offers-de-indexing"
    return Verdict.OPT_OUT_ONLY, "offers-opt-out"


def binds(order: Order, case: Case, on: date) -> OrderStatus | None:
    """Return what had become of an order for this residence; None if it is none."""
    there = "*" in order.places or not case.around.isdisjoint(order.places)
    return order.status_on(on) if there and on in order.span else None


def order_ground(order: Order, status: OrderStatus) -> Ground:
    """Return the ground of an order: alone it makes uncertain at most."""
    if status is OrderStatus.ENDED:
        outcome, code = Verdict.NOT_ELIGIBLE, "order-ended"
    elif not order.binding:
        outcome, code = Verdict.NOT_ELIGIBLE, "finding-not-binding"
    elif not order.everybody:
        outcome, code = Verdict.NOT_ELIGIBLE, "order-for-one-person"
    elif order.right is not OfferRight.DELETION:
        outcome, code = Verdict.OPT_OUT_ONLY, "order-without-deletion"
    else:
        outcome, code = Verdict.UNCERTAIN, f"order-{status.replace('_', '-')}"
    return Ground(
        kind=GroundKind.ORDER,
        id=order.id,
        outcome=outcome,
        reasons=(Reason(code, order.words),),
        short_name=order.by,
        sources=order.sources,
        confidence=order.confidence,
        checked_on=order.checked_on,
        order_status=status,
    )
