"""A member lets a request take another way to its vendor."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.assign_request import give
from app.actions.desk import Desk
from app.actions.find_route import NEEDS, REROUTED, route_of, way_of
from app.actions.forget_unsent import forget_unsent
from app.actions.mail_out import queue_mail
from app.actions.protocol_message import where
from app.actions.protocol_rows import business_of, pair_of
from app.actions.read_filing import standing_of
from app.actions.record_reply import MovedOn, Recorded, UnknownRequest, tell_resident
from app.actions.set_dates import set_dates
from app.actions.written_by_hand import draft
from app.domain.facts import Asks, PersonFacts
from app.domain.rerouting import Barrier, Case, Choice, Stays, choices, stays
from app.domain.timeline import Actor, Event, EventKind
from app.domain.vendors import Identifier, Route, RouteKind
from app.domain.ways import ByOneself, protocol_carries
from app.store import audit, outbox, people, requests
from app.store.outbox import LIVE, WRITES, Message, State
from app.store.protocol import ProtocolPair, ProtocolRequest
from app.store.vendors import StoppedVendor

ALWAYS_ASKED = frozenset({Identifier.NAME, Identifier.EMAIL})


@dataclass(frozen=True, slots=True)
class WaysNow:
    """The ways that a request may take, and what keeps it where it is."""

    number: str
    vendor: str
    stays: Stays | None
    choices: tuple[Choice, ...]
    stopped: bool
    """Whether staff stopped the letters to the vendor: they wait for that, too."""
    not_before: datetime
    """From when a letter may leave: the person may still stop it until then."""
    held: bool
    """Whether that moment is yet to come."""
    waits: bool
    """Whether a letter waits that would be taken back."""
    sent_on: date | None
    """The day from which days were counted for the letter that came back."""


@dataclass(frozen=True, slots=True)
class CannotReroute:
    """It keeps its way, or may not take that one; nothing was changed."""

    why: Stays | Barrier | None
    """None where its vendor has no such way."""


def rerouting(route: RouteKind, *, at: datetime) -> Event:
    """Return the event that changing the way is."""
    return Event(kind=EventKind.REROUTED, at=at, by=Actor.STAFF, route=route)


def ways_now(
    session: Session, desk: Desk, request: requests.Request, *, at: datetime
) -> WaysNow:
    """Return which ways a request may take at a moment, by what is known that day."""
    filing = session.get_one(people.Filing, request.filing_id)
    waiting = _unfinished(session, request)
    held_until = (filing.confirmed_at or at) + timedelta(
        minutes=desk.portal.hold_minutes
    )
    vendor = desk.directory.vendor(request.vendor)
    known = filing.residence in desk.rulebook.places and vendor is not None
    closed = vendor is not None and vendor.closed_on and vendor.closed_on < at.date()
    routes: list[Route] = []
    if vendor is not None and known and not closed:
        around = desk.rulebook.places.around(filing.residence)
        routes = vendor.routes_on(at.date(), around)
    case = _case(session, desk, filing, request, routes, waiting)
    why = stays(case) or (None if routes else Stays.GONE)
    return WaysNow(
        number=request.number,
        vendor=request.vendor,
        stays=why,
        choices=choices(routes, case),
        stopped=session.get(StoppedVendor, request.vendor) is not None,
        not_before=max(at, held_until),
        held=held_until > at,
        waits=bool(waiting),
        sent_on=request.sent_on,
    )


def _unfinished(
    session: Session, request: requests.Request
) -> tuple[tuple[State, int], ...]:
    """Return what is to carry a request and did not end: how it stands, and its doubts."""
    found = session.execute(
        select(Message.state, Message.unknowns).where(
            LIVE,
            Message.filing_id == request.filing_id,
            Message.request_id == request.id,
            Message.kind.in_(WRITES),
        )
    )
    return tuple((state, unknowns) for state, unknowns in found)


def _case(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    routes: list[Route],
    waiting: tuple[tuple[State, int], ...],
) -> Case:
    pairs = _pairs(session, routes)
    no_agent = request.told.get("by_oneself") == ByOneself.NO_AGENT
    return Case(
        status=request.status,
        way=way_of(request.route, request.told),
        agent_allowed=request.told.get("agent_allowed") is not False and not no_agent,
        # A parent asks for a child in words that the protocol lacks; whether somebody
        # who files for another is one is sealed.
        carried=not filing.on_behalf
        and protocol_carries(Asks(filing.asks), PersonFacts()),
        is_agent=desk.portal.protocol,
        known_to=frozenset(
            (one.api_base, one.business_id) for one in pairs if one.key_epoch
        ),
        parked=frozenset(
            (one.api_base, one.business_id) for one in pairs if one.parked_at
        ),
        asked_for=_asked_for(session, desk, filing),
        leaving=any(s is not State.WAITING or doubts for s, doubts in waiting),
        forgotten=filing.purged_at is not None,
    )


def _pairs(session: Session, routes: list[Route]) -> list[ProtocolPair]:
    systems = (business_of(where(r)) for r in routes if r.kind is RouteKind.DRP)
    found = (pair_of(session, system) for system in systems)
    return [pair for pair in found if pair is not None]


def _asked_for(
    session: Session, desk: Desk, filing: people.Filing
) -> frozenset[Identifier]:
    """Return what the form of a filing asked for: what the ways of its requests need."""
    found = requests.requests_of(session, filing.id)
    return ALWAYS_ASKED.union(*(_first_needs(desk, filing, one) for one in found))


def _first_needs(
    desk: Desk, filing: people.Filing, request: requests.Request
) -> frozenset[Identifier]:
    """Return what the way needs that a request was filed for."""
    kept = request.told.get(NEEDS)
    if kept is not None:
        return frozenset(map(Identifier, kept))
    route = route_of(
        desk,
        request.vendor,
        request.route,
        request.told,
        residence=filing.residence,
        filed_on=filing.filed_on,
    )
    return route.needs if route else frozenset()


def reroute(
    session: Session,
    desk: Desk,
    request_id: UUID,
    code: str,
    *,
    at: datetime,
    staff_id: UUID,
    shown: int,
) -> Recorded | CannotReroute | MovedOn | UnknownRequest:
    """Let a request take the way that ``code`` names, and no other any more.

    What waits on the old way is taken back before the new letter is queued, in the same
    transaction. ``shown`` is the length of the timeline that the member saw.
    """
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not request:
        return UnknownRequest()
    if shown != request.events:
        return MovedOn()
    waiting = outbox.letters_of(session, request.filing_id, request.id)
    now = ways_now(session, desk, request, at=at)
    chosen = next((one for one in now.choices if one.code == code), None)
    why = now.stays or (chosen.barrier if chosen else None)
    if why is not None or chosen is None:
        return CannotReroute(why)
    for message in waiting:
        outbox.settle(message, State.CANCELLED, at=at)
    forget_unsent(session, request)
    _ask_no_more(session, request)
    before = request.route
    filing = session.get_one(people.Filing, request.filing_id)
    _take(request, chosen, _first_needs(desk, filing, request), at.date())
    requests.record(session, request, rerouting(chosen.way.kind, at=at))
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    _queue(session, desk, request, chosen, not_before=now.not_before, at=at)
    tell_resident(session, desk, filing, at=at)
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="way changed",
        subject=request.number,
        before=before,
        way=code,
    )
    if chosen.way.by_hand:
        give(session, request, staff_id, at=at, by=staff_id)
    return Recorded(standing_of(session, request))


def _take(
    request: requests.Request, chosen: Choice, needs: frozenset[Identifier], on: date
) -> None:
    """Keep the way where the person is told of it; ``needs`` are those of the first."""
    was = request.told
    no_agent = was.get("by_oneself") == ByOneself.NO_AGENT
    request.route = chosen.way.kind
    request.told = {
        **was,
        "url": chosen.route.url,
        "demands": sorted(chosen.route.demands),
        "by_oneself": chosen.way.by_oneself,
        "agent_allowed": False if no_agent else was.get("agent_allowed"),
        requests.BY_HAND: chosen.way.by_hand,
        REROUTED: on.isoformat(),
        NEEDS: sorted(needs),
    }


def _ask_no_more(session: Session, request: requests.Request) -> None:
    """Ask no system about a request that never came to be there."""
    row = session.get(ProtocolRequest, (request.filing_id, request.id))
    if row is not None:
        row.next_read = None


def _queue(
    session: Session,
    desk: Desk,
    request: requests.Request,
    chosen: Choice,
    *,
    not_before: datetime,
    at: datetime,
) -> None:
    """Queue the letter, for the worker to write; none where the person sends it."""
    if chosen.way.by_oneself is not None:
        return
    if chosen.way.by_hand:
        draft(session, desk, request, at=at)
        return
    queue_mail(
        session,
        desk,
        request.filing_id,
        outbox.asking(chosen.way.kind),
        dedupe=f"way {request.id} {request.events}",
        request_id=request.id,
        at=at,
        not_before=not_before,
    )
