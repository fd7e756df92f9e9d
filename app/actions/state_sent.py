"""The resident says on which day they sent a request through the vendor's own form."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.set_dates import set_dates
from app.domain.timeline import NEXT, Actor, Event, EventKind, Evidence
from app.domain.vendors import RouteKind
from app.store import people, requests


@dataclass(frozen=True, slots=True)
class SentByResident:
    """The day is recorded, and the dates follow from it."""

    respond_due: date | None


@dataclass(frozen=True, slots=True)
class NotThen:
    """The day cannot be: not before the filing, not after today."""


@dataclass(frozen=True, slots=True)
class NotTheirs:
    """This request is none that a resident sends, or was sent already."""


def state_sent(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    request_id: UUID,
    on: date,
    *,
    today: date,
    at: datetime,
) -> SentByResident | NotThen | NotTheirs:
    """Record the day on which a resident sent a request themselves.

    It starts a legal clock: who says so has proved the mailbox, as for every change.
    """
    filing = people.held(session, filing_id)
    request = requests.locked(session, filing_id, request_id)
    if request is None or request.route is not RouteKind.WEBFORM:
        return NotTheirs()
    if (request.status, EventKind.SENT) not in NEXT:
        return NotTheirs()
    if not filing.filed_on <= on <= today:
        return NotThen()
    event = Event(
        kind=EventKind.SENT,
        at=at,
        by=Actor.RESIDENT,
        on=on,
        evidence=Evidence.RESIDENT,
    )
    requests.record(session, request, event)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    return SentByResident(request.respond_due)
