"""A member lets a letter leave once more that came back, to today's address."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.read_filing import standing_of
from app.actions.record_reply import MovedOn, Recorded, UnknownRequest
from app.actions.set_dates import set_dates
from app.domain.timeline import Actor, Event, EventKind, Status
from app.domain.vendors import RouteKind
from app.store import audit, people, requests
from app.store.outbox import asking


@dataclass(frozen=True, slots=True)
class CannotSendAgain:
    """It did not come back, nothing is left of the letter, or no address is known."""


def address_today(
    desk: Desk, request: requests.Request, residence: str, today: date
) -> str | None:
    """Return the mailbox at which a vendor takes requests on a day, if it has one."""
    vendor = desk.directory.vendor(request.vendor)
    if vendor is None or residence not in desk.rulebook.places:
        return None
    around = desk.rulebook.places.around(residence)
    route = vendor.route_on(today, around, protocol=False)
    by_mail = route is not None and route.kind is RouteKind.EMAIL and not route.demands
    return route.address if route is not None and by_mail else None


def may_send_again(
    session: Session, desk: Desk, request: requests.Request, today: date
) -> str | None:
    """Return the address to which a letter that came back can go now, if it can."""
    came_back = request.status is Status.UNDELIVERABLE
    if not came_back or request.route is not RouteKind.EMAIL:
        return None
    filing = session.get_one(people.Filing, request.filing_id)
    if filing.purged_at is not None or _letter(session, request) is None:
        return None
    return address_today(desk, request, filing.residence, today)


def send_again(
    session: Session,
    desk: Desk,
    request_id: UUID,
    *,
    at: datetime,
    staff_id: UUID,
    shown: int,
) -> Recorded | CannotSendAgain | MovedOn | UnknownRequest:
    """Send a letter that came back to the address that is known today.

    The words are those that the resident saw; only the mailbox is another. ``shown`` is
    the length of the timeline that the member saw.
    """
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not request:
        return UnknownRequest()
    if shown != request.events:
        return MovedOn()
    address = may_send_again(session, desk, request, at.date())
    letter = _letter(session, request)
    if address is None or letter is None:
        return CannotSendAgain()
    event = Event(kind=EventKind.REOPENED, at=at, by=Actor.STAFF, resumes=Status.QUEUED)
    requests.record(session, request, event)
    filing = session.get_one(people.Filing, request.filing_id)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    queue_mail(
        session,
        desk,
        request.filing_id,
        asking(request.route),
        dedupe=f"letter {letter} {request.events}",
        request_id=request.id,
        letter_id=letter,
        secret={"to": address},
        at=at,
    )
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="letter sent again",
        subject=request.number,
    )
    return Recorded(standing_of(session, request))


def _letter(session: Session, request: requests.Request) -> UUID | None:
    letter = requests.Letter
    return session.scalar(
        select(letter.id)
        .where(
            letter.filing_id == request.filing_id,
            letter.request_id == request.id,
            letter.kind == "request",
            letter.sealed.is_not(None),
        )
        .order_by(letter.id.desc())
        .limit(1)
    )
