"""Show what recording something would do, before it is done; nothing is changed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.close_by_hand import closing
from app.actions.desk import Desk
from app.actions.record_reply import (
    CannotFollow,
    NotThatDay,
    ReplyBody,
    UnknownRequest,
    event_of,
    events_of,
    news_of,
)
from app.actions.reply_days import reply_days
from app.actions.reroute import WaysNow, rerouting, ways_now
from app.actions.retract_entry import day_may_go, retractable, retractions
from app.actions.set_dates import dates_of, longest, owed
from app.actions.worth_sending import news_from
from app.domain.deadlines import DueDates
from app.domain.rerouting import Choice
from app.domain.timeline import (
    OPEN,
    Actor,
    CannotFollowError,
    Event,
    EventKind,
    Standing,
    replay,
)
from app.store import people, requests
from app.store.outbox import Message


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would do."""

    before: Standing
    after: Standing
    due_before: date | None
    due_after: date | None
    """The day on which an answer is owed; None where none is, or none is counted."""
    dates: DueDates | None
    longest: date | None
    """The last day that the law lets a vendor take, with an extension."""
    mails_from: datetime | None
    """From when the mail to the resident leaves; None where none goes."""
    language: str
    shown: int
    """Length of the timeline for which this holds."""


def preview_reply(
    session: Session,
    desk: Desk,
    request_id: UUID,
    body: ReplyBody,
    *,
    at: datetime,
    told_by: Actor = Actor.STAFF,
) -> Preview | CannotFollow | NotThatDay | UnknownRequest:
    """Return what would follow from a reply."""
    request = requests.by_id(session, request_id)
    if request is None:
        return UnknownRequest()
    filing = session.get_one(people.Filing, request.filing_id)
    history = requests.timeline(session, filing.id, request.id)
    first, last = reply_days(desk, filing, request, history, at=at)
    if body.received_on > last or (first and body.received_on < first):
        return NotThatDay()
    event = event_of(body, at=at, commitment=None)
    events = events_of(history, event, told_by)
    return _preview(session, desk, filing, request, history, events)


def preview_retraction(
    session: Session, desk: Desk, request_id: UUID, place: int, *, at: datetime
) -> Preview | CannotFollow | UnknownRequest:
    """Return what would follow from taking an entry back."""
    request = requests.by_id(session, request_id)
    if request is None:
        return UnknownRequest()
    filing = session.get_one(people.Filing, request.filing_id)
    history = requests.timeline(session, filing.id, request.id)
    if place not in retractable(history, by_hand=day_may_go(request)):
        return CannotFollow(EventKind.RETRACTED, request.status)
    return _preview(
        session, desk, filing, request, history, retractions(history, place, at=at)
    )


def preview_closing(
    session: Session, desk: Desk, request_id: UUID, *, at: datetime
) -> Preview | CannotFollow | UnknownRequest:
    """Return what would follow from closing a request."""
    request = requests.by_id(session, request_id)
    if request is None:
        return UnknownRequest()
    filing = session.get_one(people.Filing, request.filing_id)
    history = requests.timeline(session, filing.id, request.id)
    return _preview(session, desk, filing, request, history, (closing(at=at),))


@dataclass(frozen=True, slots=True)
class WayPreview:
    """The ways that a request may take, and what choosing one would do."""

    now: WaysNow
    chosen: Choice | None
    preview: Preview | None


def preview_way(
    session: Session, desk: Desk, request_id: UUID, code: str, *, at: datetime
) -> WayPreview | UnknownRequest:
    """Return the ways of a request, and what would follow from the one of a code."""
    request = requests.by_id(session, request_id)
    if request is None:
        return UnknownRequest()
    now = ways_now(session, desk, request, at=at)
    chosen = next((one for one in now.choices if one.code == code), None)
    if chosen is None or chosen.barrier or now.stays:
        return WayPreview(now, chosen, None)
    filing = session.get_one(people.Filing, request.filing_id)
    history = requests.timeline(session, filing.id, request.id)
    event = rerouting(chosen.way.kind, at=at)
    seen = _preview(session, desk, filing, request, history, (event,))
    return WayPreview(now, chosen, seen if isinstance(seen, Preview) else None)


def _preview(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    history: tuple[Event, ...],
    new: tuple[Event, ...],
) -> Preview | CannotFollow:
    then, event = (*history, *new), new[-1]
    try:
        before, after = replay(history), replay(then)
    except CannotFollowError as wrong:
        return CannotFollow(wrong.kind, wrong.status)
    except ValueError:
        return CannotFollow(event.kind, request.status)
    counts = [
        dates_of(
            desk.rulebook,
            desk.directory,
            residence=filing.residence,
            vendor=request.vendor,
            law=request.law,
            told=request.told,
            events=events,
        )
        for events in (history, then)
    ]
    told = select(Message.id).where(
        Message.filing_id == filing.id, Message.dedupe == news_of(event.at)
    )
    mails = filing.purged_at is None and session.scalar(told) is None
    return Preview(
        before,
        after,
        _owed(before, counts[0]),
        _owed(after, counts[1]),
        counts[1],
        longest(counts[1]),
        mails_from=news_from(session, filing.id, at=event.at) if mails else None,
        language=filing.language,
        shown=request.events,
    )


def _owed(standing: Standing, dates: DueDates | None) -> date | None:
    """Return the day on which an answer is owed where a request stands."""
    if standing.status not in OPEN:
        return None
    plain, extended = owed(standing, dates)
    return extended or plain
