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
from app.actions.send_by_hand import say_no_more
from app.actions.set_dates import set_dates
from app.actions.written_by_hand import draft_if_missing
from app.domain.timeline import (
    REPLY_KINDS,
    Actor,
    CannotFollowError,
    Event,
    EventKind,
    taken_back_with,
)
from app.domain.ways import HandWork
from app.store import audit, inbox, people, requests


def retractable(history: tuple[Event, ...], *, by_hand: bool = False) -> frozenset[int]:
    """Return the places of what can be taken back.

    Replies, a closing by staff, and of what goes by hand that one of us sent it: nothing
    else knows of that, so the day may be wrong.
    """
    gone = {event.retracts for event in history}
    last = max(
        (
            p
            for p, e in enumerate(history, start=1)
            if e.kind in SENDS and p not in gone
        ),
        default=0,
    )
    return frozenset(
        place
        for place, event in enumerate(history, start=1)
        if place not in gone
        if event.kind in REPLY_KINDS
        or _closed_by_staff(event)
        or (by_hand and place == last and _sent_by_staff(event))
    )


SENDS = frozenset({EventKind.SENT, EventKind.REROUTED})


def day_may_go(request: requests.Request) -> bool:
    """Return whether the day on which one of us sent a request may be taken back.

    Not while the company has yet to hear that the person took the request back: no other
    day could be said then, and without one nobody would tell it.
    """
    by_hand = bool(request.told.get(requests.BY_HAND))
    return by_hand and request.by_hand is not HandWork.TELL


def _sent_by_staff(event: Event) -> bool:
    return event.kind is EventKind.SENT and event.by is Actor.STAFF


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
    """Take an entry back; the rest counts as if it had never come.

    ``shown`` is the length of the timeline for which the effect was shown.
    """
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not found or not request:
        return UnknownRequest()
    if shown is not None and shown != request.events:
        return MovedOn()
    history = requests.timeline(session, request.filing_id, request.id)
    if place not in retractable(history, by_hand=day_may_go(request)):
        return CannotFollow(EventKind.RETRACTED, request.status)
    try:
        requests.record(session, request, *retractions(history, place, at=at))
    except CannotFollowError as wrong:
        return CannotFollow(wrong.kind, wrong.status)
    gone = taken_back_with(history, place)
    if history[place - 1].kind is EventKind.SENT:
        say_no_more(session, request, place, at=at)
    inbox.wait_again(session, request.filing_id, request.id, gone)
    # What an answer had opened again may be over again without it.
    close_filing(
        session, found.filing_id, on=at.date(), keep_days=desk.portal.keep_days
    )
    request.unseen = None
    filing = session.get_one(people.Filing, request.filing_id)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    if request.by_hand is HandWork.SEND:
        draft_if_missing(session, desk, request, at=at)
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
