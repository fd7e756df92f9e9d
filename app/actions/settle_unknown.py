"""A person says what became of a letter that may or may not have arrived, twice."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.settle_letter import letter_failed, letter_sent
from app.domain.timeline import Actor, Evidence
from app.store import audit, outbox, requests
from app.store.outbox import ASKS, FOR_A_PERSON, LIVE, Message, MessageKind, State


class Found(StrEnum):
    """What a look into the mail server's log has shown."""

    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"
    """It is sent once more, under the same Message-ID."""
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class UnknownDelivery:
    """A letter that waits for a person."""

    id: UUID
    kind: MessageKind
    message_id: str
    """By which it is found in a mail server's log."""
    tried_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """It is written down, and the request went on from it."""


@dataclass(frozen=True, slots=True)
class NothingToSettle:
    """No such letter waits for a person; nothing was changed."""


@dataclass(frozen=True, slots=True)
class NotOnThatDay:
    """It cannot have arrived then: before it was written, or after today."""


def unknown_delivery(
    session: Session, request: requests.Request
) -> UnknownDelivery | None:
    """Return the letter of a request of which it is not known whether it arrived."""
    message = session.scalar(
        select(Message)
        .where(
            Message.filing_id == request.filing_id,
            Message.request_id == request.id,
            LIVE,
        )
        .where(Message.state == State.UNKNOWN, Message.unknowns > 1)
        .order_by(Message.id)
        .limit(1)
    )
    if message is None:
        return None
    tried_at = message.next_try - FOR_A_PERSON
    return UnknownDelivery(message.id, message.kind, message.message_id, tried_at)


def settle_unknown(
    session: Session,
    desk: Desk,
    request_id: UUID,
    message_id: UUID,
    found: Found,
    *,
    on: date | None = None,
    at: datetime,
    staff_id: UUID,
) -> Settled | NothingToSettle | NotOnThatDay:
    """Write down what somebody found; ``on`` is the day of arrival, if it is known.

    Without it that is the day of the last try.
    """
    named = requests.by_id(session, request_id)
    request = named and requests.locked(session, named.filing_id, named.id)
    if not request:
        return NothingToSettle()
    waits = unknown_delivery(session, request)
    if waits is None or waits.id != message_id:
        return NothingToSettle()
    message = session.get_one(
        Message, (request.filing_id, message_id), with_for_update=True
    )
    vendor = desk.directory.vendor(request.vendor)
    zone = ZoneInfo(vendor.zone if vendor else "UTC")
    day = on or waits.tried_at.astimezone(zone).date()
    written, today = (when.astimezone(zone).date() for when in (message.created_at, at))
    if found is Found.ARRIVED and not written <= day <= today:
        return NotOnThatDay()
    _go_on(session, desk, message, found, on=day, at=at)
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="delivery settled",
        subject=request.number,
        found=found,
    )
    return Settled()


def _go_on(
    session: Session,
    desk: Desk,
    message: Message,
    found: Found,
    *,
    on: date,
    at: datetime,
) -> None:
    is_letter = message.kind in ASKS
    match found:
        case Found.NOT_ARRIVED:
            message.state, message.next_try = State.WAITING, at
            message.attempts = message.unknowns = 0
        case Found.ARRIVED:
            outbox.settle(message, State.DONE, at=at)
            if is_letter:
                how = Evidence.STAFF
                letter_sent(
                    session, desk, message, at=at, on=on, by=Actor.STAFF, evidence=how
                )
        case Found.GIVEN_UP:
            outbox.settle(message, State.FAILED, at=at)
            if is_letter:
                letter_failed(session, desk, message, at=at, by=Actor.STAFF)
