"""What the API answers about a filing, as its OpenAPI document describes it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from app.domain.grounds import Verdict
from app.domain.timeline import (
    Actor,
    DenialGround,
    EventKind,
    Evidence,
    Outcome,
    Status,
)
from app.domain.vendors import RouteKind
from app.store.people import FilingStatus


class FiledRequestOut(BaseModel):
    """A request of a filing that was just made."""

    id: UUID
    number: str
    vendor: str
    route: RouteKind
    status: Status
    verdict: Verdict
    respond_due: date | None


class AskedOut(BaseModel):
    """How many vendors a broadcast asks."""

    vendors: int


class BroadcastOut(BaseModel):
    """Where a broadcast stands; who answered, or is looked at apart, is a request."""

    version: str
    vendors: int
    sent: int
    answered: int


class FiledOut(BaseModel):
    """A filing that was just made, with its receipt."""

    filing: UUID
    receipt: str
    status: FilingStatus
    confirm_by: datetime
    requests: list[FiledRequestOut]
    broadcast: AskedOut | None = None
    mandate: str | None = None
    """What the person agrees to by confirming, where somebody else files for them."""


class EventOut(BaseModel):
    """One entry of a timeline."""

    at: datetime
    kind: EventKind
    by: Actor
    on: date | None


class RequestOut(BaseModel):
    """Where a request stands."""

    id: UUID
    number: str
    vendor: str
    route: RouteKind
    status: Status
    outcome: Outcome | None
    denial_ground: DenialGround | None
    evidence: Evidence | None
    verdict: Verdict
    sent_on: date | None
    respond_due: date | None
    extended_due: date | None
    certainty: str
    overdue: bool
    timeline: list[EventOut]


class FilingOut(BaseModel):
    """Where a filing stands; nothing in it is personal."""

    filing: UUID
    filed_on: date
    residence: str
    status: FilingStatus
    law_pack: str
    requests: list[RequestOut]
    broadcast: BroadcastOut | None = None


class CodeSentOut(BaseModel):
    """A code is on its way."""

    status: str
