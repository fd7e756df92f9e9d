"""The way that a request takes: by us, or in the resident's own hands, and why."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.basis import Invoked
from app.domain.eligibility import Answer
from app.domain.facts import Asks, Capacity, PersonFacts
from app.domain.grounds import GroundKind, Verdict
from app.domain.timeline import Status
from app.domain.vendors import Route, RouteKind, Vendor


class ByOneself(StrEnum):
    """Why the resident sends a request, and not the portal."""

    PROOF = "proof"
    """The vendor demands a photo or a document, which we never take."""
    ROUTE = "route"
    """The vendor is reached in no other way."""
    NO_AGENT = "no-agent-right"
    """The law lets nobody else ask for the person."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way that a request takes."""

    kind: RouteKind
    by_oneself: ByOneself | None = None
    """None where it leaves by us."""

    @property
    def by_hand(self) -> bool:
        """Whether one of us types it into a form, or posts it."""
        return self.by_oneself is None and self.kind in BY_HAND


BY_HAND = frozenset({RouteKind.WEBFORM, RouteKind.LETTER})
"""What no program sends."""


class HandWork(StrEnum):
    """What one of us has yet to do by hand for a request that no program carries."""

    SEND = "send"
    """Type it into the vendor's form, or post it."""
    TELL = "tell"
    """Tell the vendor the same way that it is taken back."""


def hand_work(
    was: HandWork | None, status: Status, *, by_hand: bool, sent: bool
) -> HandWork | None:
    """Return what is to be done by hand for a request once something happened to it.

    Args:
        was: What was to be done before.
        status: Where it stands now.
        by_hand: Whether its way is one that one of us goes.
        sent: Whether the vendor has it, as far as we know.
    """
    if status is Status.QUEUED:
        return HandWork.SEND if by_hand else None
    taken_back = status in {Status.WITHDRAWN, Status.CLOSED}
    return was if was is HandWork.TELL and taken_back and sent else None


def protocol_carries(asks: Asks, person: PersonFacts) -> bool:
    """Return whether the Data Rights Protocol has words for a request.

    It has none for a correction, nor for a parent who asks for a child.
    """
    return (
        asks in {Asks.DELETION, Asks.OPT_OUT}
        and person.capacity is not Capacity.PARENT_OF_CHILD
    )


def leaves_by_us(
    kind: RouteKind, by_oneself: str | None, *, by_hand: bool = False
) -> bool:
    """Return whether a request leaves by us, by its route and what the person was told.

    ``by_hand``: one of us types it into the vendor's form, or posts it.
    """
    if by_hand:
        return True
    always = kind in {RouteKind.EMAIL, RouteKind.MATCHING}
    return always or (kind is RouteKind.DRP and by_oneself is None)


def way_to(
    vendor: Vendor,
    route: Route,
    answer: Answer,
    rests: Invoked,
    *,
    protocol: bool = False,
) -> Way:
    """Return the way that a request to a vendor takes by one of its routes.

    ``protocol``: we are an agent of the Data Rights Protocol, and it can carry this. A
    company that speaks it takes agents.

    Where the law on which it rests gives no right to be represented, the person writes
    to the same mailbox themselves, unless the vendor's own offer takes agents.
    """
    if route.demands:
        return Way(RouteKind.WEBFORM, ByOneself.PROOF)
    if route.kind is RouteKind.DRP and protocol:
        return Way(RouteKind.DRP)
    if route.kind is not RouteKind.EMAIL:
        return Way(route.kind, ByOneself.ROUTE)
    if agent_allowed(vendor, answer, rests) is False:
        return Way(RouteKind.LETTER, ByOneself.NO_AGENT)
    return Way(RouteKind.EMAIL)


def leads(route: Route, way: Way) -> bool:
    """Return whether a way is one by this route."""
    if way.by_oneself is ByOneself.PROOF:
        return bool(route.demands)
    by_mail = way.by_oneself is ByOneself.NO_AGENT  # to the same mailbox, by oneself
    kind = RouteKind.EMAIL if by_mail else way.kind
    return route.kind is kind and not route.demands


def agent_allowed(vendor: Vendor, answer: Answer, rests: Invoked) -> bool | None:
    """Return whether somebody else may ask, by the vendor's own offer or by the law.

    None where neither says so.
    """
    return True if takes_agents(vendor, answer) else rests.agent_allowed


def takes_agents(vendor: Vendor, answer: Answer) -> bool:
    """Return whether an offer that stands for the person says that it takes agents."""
    takes = {offer.id for offer in vendor.offers if offer.agents}
    return any(
        ground.id in takes and ground.outcome is not Verdict.NOT_ELIGIBLE
        for ground in answer.of(GroundKind.OFFER)
    )
