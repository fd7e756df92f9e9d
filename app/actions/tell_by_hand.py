"""Tell a company by hand that a request is taken back, which one of us had sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.find_route import route_of
from app.actions.record_reply import MovedOn, UnknownRequest
from app.actions.tell_vendor import withdrawal_notice
from app.domain.vendors import Route
from app.domain.ways import HandWork
from app.letters import Letter
from app.store import audit, people, requests


@dataclass(frozen=True, slots=True)
class ToTell:
    """What is to be told, and where; it holds nothing of the person."""

    notice: Letter
    route: Route | None
    """None where no such way is known any more."""


@dataclass(frozen=True, slots=True)
class Told:
    """It is on record that the company was told."""

    number: str


@dataclass(frozen=True, slots=True)
class NothingToTell:
    """It is not taken back, the company never had it, or somebody has told it."""


def what_to_tell(
    desk: Desk, filing: people.Filing, request: requests.Request, *, at: datetime
) -> ToTell | None:
    """Return what one of us is to tell the company; None where there is nothing."""
    vendor = desk.directory.vendor(request.vendor)
    if request.by_hand is not HandWork.TELL or not request.sent_on or vendor is None:
        return None
    route = route_of(
        desk,
        request.vendor,
        request.route,
        request.told,
        residence=filing.residence,
        filed_on=filing.filed_on,
    )
    language = vendor.language_for(route, filing.language) if route else vendor.language
    notice = withdrawal_notice(
        desk, request, vendor, language, sent_on=request.sent_on, on=at.date()
    )
    return ToTell(notice, route)


def told_by_hand(
    session: Session, request_id: UUID, *, at: datetime, staff_id: UUID, shown: int
) -> Told | NothingToTell | MovedOn | UnknownRequest:
    """Put on record that one of us told the company that a request is taken back.

    ``shown`` is the length of the timeline that the member saw.
    """
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not request:
        return UnknownRequest()
    if shown != request.events:
        return MovedOn()
    if request.by_hand is not HandWork.TELL:
        return NothingToTell()
    request.by_hand = None
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="company told by hand",
        subject=request.number,
    )
    return Told(request.number)
