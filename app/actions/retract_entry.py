"""Take an entry back by another entry; what was written stays to be seen."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.close import close_filing
from app.actions.desk import Desk
from app.actions.read_filing import standing_of
from app.actions.record_reply import (
    CannotFollow,
    MovedOn,
    Recorded,
    UnknownRequest,
    tell_resident,
)
from app.actions.set_dates import set_dates
from app.domain.timeline import (
    REPLY_KINDS,
    Actor,
    CannotFollowError,
    Event,
    EventKind,
    taken_back_with,
)
from app.store import audit, inbox, people, requests


def retractable(history: tuple[Event, ...]) -> frozenset[int]:
    """Return the places of what can be taken back: replies, and a closing by staff."""
    gone = {event.retracts for event in history}
    return frozenset(
        place
        for place, event in enumerate(history, start=1)
        if (event.kind in REPLY_KINDS or _closed_by_staff(event)) and place not in gone
    )


def _closed_by_staff(event: Event) -> bool:
    return event.kind is EventKind.CLOSED and event.by is Actor.STAFF


def retractions(
    history: tuple[Event, ...], place: int, *, at: datetime
) -> tuple[Event, ...]:
    """Return what takes a reply back, and what has no sense without it."""
    return tuple(
        Event(kind=EventKind.RETRACTED, at=at, by=Actor.STAFF, retracts=one)
        for one in taken_back_with(history, place)
    )


def retract_entry(
    session: Session,
    desk: Desk,
    request_id: UUID,
    place: int,
    *,
    at: datetime,
    staff_id: UUID,
    shown: int | None = None,
) -> Recorded | CannotFollow | UnknownRequest | MovedOn:
    """Take a recorded reply back; the rest counts as if it had never come.

    ``shown`` is the length of the timeline for which the effect was shown.
    """
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not found or not request:
        return UnknownRequest()
    if shown is not None and shown != request.events:
        return MovedOn()
    history = requests.timeline(session, request.filing_id, request.id)
    if place not in retractable(history):
        return CannotFollow(EventKind.RETRACTED, request.status)
    try:
        requests.record(session, request, *retractions(history, place, at=at))
    except CannotFollowError as wrong:
        return CannotFollow(wrong.kind, wrong.status)
    gone = taken_back_with(history, place)
    inbox.wait_again(session, request.filing_id, request.id, gone)
    # What an answer had opened again may be over again without it.
    close_filing(
        session, found.filing_id, on=at.date(), keep_days=desk.portal.keep_days
    )
    request.unseen = None
    filing = session.get_one(people.Filing, request.filing_id)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    tell_resident(session, desk, filing, at=at)
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="entry retracted",
        subject=request.number,
        kind=history[place - 1].kind,
        place=place,
    )
    return Recorded(standing_of(session, request))
