"""A member says on which day they typed a request into a form, or posted it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.read_filing import standing_of
from app.actions.record_reply import MovedOn, Recorded, UnknownRequest
from app.actions.set_dates import set_dates
from app.domain.timeline import Actor, Event, EventKind, Evidence, living
from app.domain.ways import HandWork
from app.store import audit, outbox, people, requests
from app.store.outbox import Message, MessageKind, State

GIVES = frozenset({EventKind.REROUTED, EventKind.REOPENED})
"""After these a request that goes by hand waits for one of us."""


@dataclass(frozen=True, slots=True)
class NotByHand:
    """It is none that one of us types or posts, or it was sent already."""


@dataclass(frozen=True, slots=True)
class NotSentThen:
    """It cannot have been sent on that day: not ours to send yet, or after today."""


def waits_for_hand(request: requests.Request) -> bool:
    """Return whether one of us is to type a request into a form, or to post it."""
    return request.by_hand is HandWork.SEND


def sent_by_hand(
    session: Session,
    desk: Desk,
    request_id: UUID,
    on: date,
    *,
    at: datetime,
    staff_id: UUID,
    shown: int,
) -> Recorded | NotByHand | NotSentThen | MovedOn | UnknownRequest:
    """Record that a request was typed or posted on a day, from which days are counted.

    ``shown`` is the length of the timeline that the member saw.
    """
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not request:
        return UnknownRequest()
    if shown != request.events:
        return MovedOn()
    if not waits_for_hand(request):
        return NotByHand()
    filing = session.get_one(people.Filing, request.filing_id)
    vendor = desk.directory.vendor(request.vendor)
    zone = ZoneInfo(vendor.zone if vendor else "UTC")
    history = requests.timeline(session, filing.id, request.id)
    if not _given_on(history, zone) <= on <= at.astimezone(zone).date():
        return NotSentThen()
    for draft in outbox.letters_of(session, filing.id, request.id):
        outbox.settle(draft, State.CANCELLED, at=at)
    event = Event(
        kind=EventKind.SENT, at=at, by=Actor.STAFF, on=on, evidence=Evidence.STAFF
    )
    requests.record(session, request, event)
    set_dates(session, desk.rulebook, desk.directory, filing, request)
    queue_mail(
        session,
        desk,
        filing.id,
        MessageKind.SENT,
        dedupe=_said(request, request.events),
        at=at,
    )
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="sent by hand",
        subject=request.number,
        on=on.isoformat(),
    )
    return Recorded(standing_of(session, request))


def say_no_more(
    session: Session, request: requests.Request, place: int, *, at: datetime
) -> None:
    """Let the person not be told that it was sent, where that is taken back before.

    The mail names no request: where it waits for one that left since, too, it stays;
    where no other was sent at all, none of them does.
    """
    mails = session.scalars(
        select(Message)
        .where(
            Message.filing_id == request.filing_id,
            Message.kind == MessageKind.SENT,
            Message.state == State.WAITING,
        )
        .order_by(Message.id)
        .with_for_update()
    ).all()
    others = _others_sent(session, request)
    for mail in mails:
        own = mail.dedupe == _said(request, place)
        # While a mail waited, none was queued for one that left since (settle_letter).
        if not others or (own and max(others) < mail.created_at):
            outbox.settle(mail, State.CANCELLED, at=at)


def _others_sent(session: Session, request: requests.Request) -> list[datetime]:
    """Return when other requests of the filing were sent, as it stands."""
    return [
        event.at
        for other, history in requests.timelines(session, request.filing_id).items()
        if other != request.id
        for event in living(history)
        if event.kind is EventKind.SENT
    ]


def _said(request: requests.Request, place: int) -> str:
    """Return by what the mail is known that tells of an entry."""
    return f"sent {request.id} {place}"


def _given_on(history: Iterable[Event], zone: ZoneInfo) -> date:
    """Return the day, at the vendor's seat, from which it was for one of us to send."""
    given = (event.at for event in living(history) if event.kind in GIVES)
    return max(given).astimezone(zone).date()
