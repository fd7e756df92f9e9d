"""Read where a filing stands: states and dates, and nothing personal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.actions.got_broadcast import got_on
from app.domain.due_dates import Certainty
from app.domain.grounds import GroundKind
from app.domain.laws import Law
from app.domain.timeline import (
    OPEN,
    Actor,
    DenialGround,
    Event,
    Evidence,
    Outcome,
    Standing,
    Status,
    replay,
)
from app.domain.vendors import RouteKind
from app.domain.ways import ByOneself, leaves_by_us
from app.store import broadcasts, people, requests
from app.store.keys import Keys
from app.store.people import FilingStatus

SAYS_IT_IS_OUT_OF_REACH = frozenset(
    {
        DenialGround.OUTSIDE_JURISDICTION,
        DenialGround.OUT_OF_SCOPE,
        DenialGround.SMALL_BUSINESS_OUT_OF_SCOPE,
    }
)
"""What disputes that a law applies; that law cannot settle it before it does."""
NO_LIST_HAS = frozenset(
    {DenialGround.AGENT_NOT_ACCEPTED, DenialGround.SUPPRESSION_INSTEAD}
)
"""Who may ask, and what was done instead: no law's list of grounds speaks of these."""


@dataclass(frozen=True, slots=True)
class RequestStanding:
    """Where one request stands."""

    id: UUID
    number: str
    vendor: str
    route: RouteKind
    status: Status
    outcome: Outcome | None
    denial_ground: DenialGround | None
    evidence: Evidence | None
    verdict: str
    law: str | None
    told: dict[str, Any]
    sent_on: date | None
    respond_due: date | None
    extended_due: date | None
    certainty: str
    complaint_until: date | None
    timeline: tuple[Event, ...]

    @property
    def due(self) -> date | None:
        """The day on which the answer is owed, an extension included."""
        return self.extended_due or self.respond_due

    @property
    def reach_in_doubt(self) -> bool:
        """Whether its dates rest on a law that may not reach the vendor."""
        return self.told.get("at_best") == Certainty.INDICATIVE

    @property
    def by_oneself(self) -> bool:
        """Whether it is the resident, and not the portal, who sends it."""
        own, by_hand = self.told.get("by_oneself"), self.by_hand
        return not leaves_by_us(self.route, own, by_hand=by_hand)

    @property
    def by_hand(self) -> bool:
        """Whether one of us types it into the company's form, or posts it."""
        return bool(self.told.get(requests.BY_HAND))

    @property
    def status_said(self) -> str:
        """The word by which a resident is told where it stands."""
        yours = self.status is Status.QUEUED and self.by_oneself
        return "yours" if yours else self.status

    @property
    def by_protocol(self) -> bool:
        """Whether it goes to the company's own system."""
        return self.route is RouteKind.DRP and not self.by_oneself

    @property
    def no_agent(self) -> bool:
        """Whether that is because the law lets nobody else ask for the person."""
        return self.told.get("by_oneself") == ByOneself.NO_AGENT

    @property
    def agent_allowed(self) -> bool:
        """Whether somebody else may ask, for all that is known, whatever the route.

        Filings from before that was kept know it from the reason of their route alone.
        """
        return self.told.get("agent_allowed") is not False and not self.no_agent

    @property
    def nobody_else_opts_out(self) -> bool:
        """Whether it is the law on opting out alone that lets nobody else ask."""
        return bool(self.told.get("nobody_else_opts_out"))

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The laws that its letter invokes, that on which its dates rest first.

        Filings from before that was kept know only which laws might give a right.
        """
        known = self.told.get("rests_on")
        if known is None:
            grounds = self.told.get("grounds", ())
            known = [g["id"] for g in grounds if g["kind"] == GroundKind.LAW]
        return tuple(dict.fromkeys([self.law, *known] if self.law else known))

    @property
    def on_one_sure_law(self) -> bool:
        """Whether it rests on one law alone, which reaches the vendor without doubt."""
        return len(self.rests_on) == 1 and not self.reach_in_doubt

    @property
    def disputes_reach(self) -> bool:
        """Whether it was refused because no law applies, which may be so."""
        out = self.denial_ground in SAYS_IT_IS_OUT_OF_REACH
        return out and bool(self.rests_on) and not self.on_one_sure_law

    def beside_the_law(self, laws: Mapping[str, Law], filed_on: date) -> bool:
        """Return whether it was refused on a ground that none of its laws knows."""
        found = [laws[each] for each in self.rests_on if each in laws]
        ground, on = self.denial_ground, self.sent_on or filed_on
        if ground is None or not found or ground in NO_LIST_HAS or self.disputes_reach:
            return False
        return all(law.knows(ground, on) is False for law in found)

    @property
    def standing(self) -> Standing:
        """What follows from its timeline."""
        return replay(self.timeline)

    @property
    def found_again(self) -> bool:
        """Whether the data is there again after an answer, and nothing was sent since."""
        opened = self.standing.opened
        return opened is not None and opened.by is Actor.RESIDENT

    def complaint_over(self, today: date) -> bool:
        """Return whether the time that the law gives for a complaint has passed."""
        return self.complaint_until is not None and self.complaint_until < today

    def overdue(self, today: date) -> bool:
        """Return whether the answer should have come; derived, never stored."""
        return self.status in OPEN and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class BroadcastStanding:
    """Where a broadcast stands at the vendors that have no request of their own."""

    circle: str
    version: int
    number: str
    verdict: str
    law: str | None
    told: dict[str, Any]
    vendors: tuple[str, ...]
    """All of the circle."""
    apart: frozenset[str]
    """Those that have a request of their own."""
    answered: int
    got: Mapping[str, tuple[date, bool]]
    """On which day each vendor got it, and whether it has fetched it."""
    filed_at: datetime
    confirmed_at: datetime | None
    listed: bool
    """Whether it lies where its vendors find it."""
    over: bool
    withdrawn: bool

    @property
    def waiting(self) -> tuple[str, ...]:
        """The vendors that have not got it yet."""
        others = {*self.got, *self.apart}
        return tuple(vendor for vendor in self.vendors if vendor not in others)

    @property
    def sent(self) -> tuple[str, ...]:
        """The vendors that got it and have no request of their own."""
        return tuple(v for v in self.vendors if v in self.got and v not in self.apart)


@dataclass(frozen=True, slots=True)
class FilingStanding:
    """Where a filing stands."""

    id: UUID
    filed_on: date
    residence: str
    language: str
    asks: str
    on_behalf: bool
    status: FilingStatus
    rulebook: str
    confirm_by: datetime
    erased: bool
    purge_on: date
    requests: tuple[RequestStanding, ...]
    broadcast: "BroadcastStanding | None" = None
    """All whom it asks, where that is a circle; ``requests`` are then exceptions."""


_FILING = select(people.Filing).where(people.Filing.id == bindparam("id"))


def find_filing(session: Session, keys: Keys, secret: bytes) -> UUID | None:
    """Return the filing behind a receipt."""
    return people.filing_of(session, keys.candidates("receipt", secret))


def read_filing(session: Session, filing_id: UUID) -> FilingStanding:
    """Return where a filing and its requests stand."""
    filing = session.scalars(_FILING, {"id": filing_id}).one()
    timelines = requests.timelines(session, filing_id)
    found = tuple(
        _standing_of(request, timelines[request.id])
        for request in requests.requests_of(session, filing_id)
    )
    return FilingStanding(
        id=filing.id,
        filed_on=filing.filed_on,
        residence=filing.residence,
        language=filing.language,
        asks=filing.asks,
        on_behalf=filing.on_behalf,
        status=filing.status,
        rulebook=filing.rulebook,
        confirm_by=filing.confirm_by,
        erased=filing.purged_at is not None,
        purge_on=filing.purge_on,
        requests=found,
        broadcast=_broadcast(session, filing, found),
    )


_WHOLE, _CIRCLE = broadcasts.Broadcast.__table__.c, broadcasts.Circle.__table__.c
_BROADCAST = select(
    _WHOLE.circle,
    _WHOLE.version,
    _WHOLE.number,
    _WHOLE.verdict,
    _WHOLE.law,
    _WHOLE.told,
    _WHOLE.drawer,
    _WHOLE.withdrawn_at,
    _WHOLE.closed_on,
    _CIRCLE.vendors,
).where(
    _WHOLE.filing_id == bindparam("id", type_=_WHOLE.filing_id.type),
    _CIRCLE.name == _WHOLE.circle,
    _CIRCLE.version == _WHOLE.version,
)


def _broadcast(
    session: Session, filing: people.Filing, apart: Sequence[RequestStanding]
) -> BroadcastStanding | None:
    """Return where a broadcast stands: from its row, and from its vendors' batches."""
    row = session.connection().execute(_BROADCAST, {"id": filing.id}).first()
    if row is None:
        return None
    listed = row.drawer is not None
    return BroadcastStanding(
        circle=row.circle,
        version=row.version,
        number=row.number,
        verdict=row.verdict,
        law=row.law,
        told=row.told,
        vendors=tuple(row.vendors),
        apart=frozenset(one.vendor for one in apart),
        answered=sum(one.outcome is not None for one in apart),
        got=got_on(session, row.circle, row.version, row.drawer) if listed else {},
        filed_at=filing.filed_at,
        confirmed_at=filing.confirmed_at,
        listed=listed,
        over=row.withdrawn_at is not None or row.closed_on is not None,
        withdrawn=row.withdrawn_at is not None,
    )


def standing_of(session: Session, request: requests.Request) -> RequestStanding:
    """Return where one request stands, with its timeline."""
    events = requests.timeline(session, request.filing_id, request.id)
    return _standing_of(request, events)


def _standing_of(
    request: requests.Request, events: tuple[Event, ...]
) -> RequestStanding:
    return RequestStanding(
        id=request.id,
        number=request.number,
        vendor=request.vendor,
        route=request.route,
        status=request.status,
        outcome=request.outcome,
        denial_ground=request.denial_ground,
        evidence=request.evidence,
        verdict=request.verdict,
        law=request.law,
        told=request.told,
        sent_on=request.sent_on,
        respond_due=request.respond_due,
        extended_due=request.extended_due,
        certainty=request.certainty,
        complaint_until=request.complaint_until,
        timeline=events,
    )


def by_receipt(session: Session, keys: Keys, secret: bytes) -> FilingStanding | None:
    """Return where the filing behind a receipt stands; None for an unknown one."""
    filing_id = find_filing(session, keys, secret)
    return None if filing_id is None else read_filing(session, filing_id)


def filing_document(filing: FilingStanding, today: date) -> dict[str, Any]:
    """Return the document of contract section 5; it holds nothing personal."""
    document: dict[str, Any] = {
        "filing": str(filing.id),
        "filed_on": filing.filed_on.isoformat(),
        "residence": filing.residence,
        "status": filing.status,
        "law_pack": filing.rulebook,
        "requests": [request_document(r, today) for r in filing.requests],
    }
    it = filing.broadcast
    if it is not None:
        document["broadcast"] = {
            "version": f"{it.circle} {it.version}",
            "vendors": len(it.vendors),
            "sent": len(it.got),
            "answered": it.answered,
        }
    return document


def request_document(request: RequestStanding, today: date) -> dict[str, Any]:
    """Return one request as a document."""
    return {
        "id": str(request.id),
        "number": request.number,
        "vendor": request.vendor,
        "route": request.route,
        "status": request.status,
        "outcome": request.outcome,
        "denial_ground": request.denial_ground,
        "evidence": request.evidence,
        "verdict": request.verdict,
        "sent_on": request.sent_on.isoformat() if request.sent_on else None,
        "respond_due": request.respond_due.isoformat() if request.respond_due else None,
        "extended_due": request.extended_due.isoformat()
        if request.extended_due
        else None,
        "certainty": request.certainty,
        "overdue": request.overdue(today),
        "timeline": [
            {
                "at": event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "kind": event.kind,
                "by": event.by,
                "on": event.on.isoformat() if event.on else None,
            }
            for event in request.timeline
        ],
    }
