"""A person says that one mail answers another request, too, or takes that back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.find_request import NotFound, find_request
from app.actions.sort_mail import (
    NobodyToTell,
    NoSuchMail,
    Sorted,
    note_sorting,
)
from app.store import inbox, people, requests
from app.store.base import insert_once
from app.store.inbox import InboxMessage, MailPart, MailState, MatchedBy

MOST_PARTS = 50
"""Of one mail."""


@dataclass(frozen=True, slots=True)
class Part:
    """Another request that a mail answers."""

    request_id: UUID
    number: str
    place: int | None
    """The entry that was recorded from it."""


def parts_of(session: Session, mail_id: UUID) -> tuple[Part, ...]:
    """Return the other requests that a mail answers."""
    table, request = MailPart, requests.Request
    found = session.execute(
        select(table.request_id, request.number, table.place)
        .join(
            request,
            (request.filing_id == table.filing_id) & (request.id == table.request_id),
        )
        .where(
            table.mail_id == mail_id,
            or_(table.place.is_(None), table.place != inbox.DESTROYED),
        )
        .order_by(request.number)
    )
    return tuple(Part(*row) for row in found)


def split_mail(
    session: Session,
    desk: Desk,
    mail_id: UUID,
    name: str,
    *,
    at: datetime,
    staff_id: UUID,
) -> Sorted | NoSuchMail | NotFound | NobodyToTell:
    """Put a part of a mail to the request that is called by a name.

    The mail stays sealed where it is: of what it says, only the words that a person
    records reach the other request.
    """
    request = find_request(session, desk, name)
    if isinstance(request, NotFound):
        return request
    filing = people.held(session, request.filing_id)
    if filing.purged_at is not None:
        return NobodyToTell()
    mail = inbox.mail_by_id(session, mail_id, hold=True)
    there = session.scalar(select(func.count()).where(MailPart.mail_id == mail_id)) or 0
    if mail is None or not mail.matched or mail.thing is None or there >= MOST_PARTS:
        return NoSuchMail()
    known = inbox.part_of(session, mail_id, request.filing_id, request.id)
    if mail.request_id == request.id or known is not None:
        return Sorted()
    session.add(
        MailPart(
            filing_id=request.filing_id,
            request_id=request.id,
            mail_id=mail_id,
            place=None,
        )
    )
    note_sorting(session, "mail split", request.number, mail_id, at, staff_id)
    return Sorted()


def join_mail(
    session: Session, mail_id: UUID, request_id: UUID, *, at: datetime, staff_id: UUID
) -> Sorted | NoSuchMail:
    """Take a part away from which nothing was recorded."""
    request = requests.by_id(session, request_id)
    mail = inbox.mail_by_id(session, mail_id, hold=True)
    part = request and inbox.part_of(session, mail_id, request.filing_id, request.id)
    if not request or not mail or not part or part.place is not None:
        return NoSuchMail()
    session.delete(part)
    inbox.destroy_if_read(session, mail)
    note_sorting(session, "mail joined", request.number, mail_id, at, staff_id)
    return Sorted()


def part_from_mails(session: Session, filing_id: UUID, *, at: datetime) -> None:
    """Part a filing whose personal data is destroyed from the mails that it shares.

    A mail is destroyed with it, unless another request waits for what it says: then it
    goes over to that one, and is destroyed when it was read for all who still wait.
    """
    _ask_to_reseal(session, filing_id, at=at)
    for mail in inbox.shared_mails(session, filing_id):
        parts = inbox.parts_of_mail(session, mail.id)
        for part in parts:
            if part.filing_id == filing_id:
                part.place = inbox.DESTROYED
        if mail.filing_id == filing_id and mail.thing is not None:
            heirs = (part for part in parts if part.place is None)
            if heir := next(heirs, None):
                _hand_over(session, mail, heir)
        if mail.filing_id != filing_id:
            inbox.destroy_if_read(session, mail)
    session.flush()


def _ask_to_reseal(session: Session, filing_id: UUID, *, at: datetime) -> None:
    """Have what may be handed over sealed to the receipt of who gets it.

    Asked before a mail is held: the worker holds this row first, then the mails.
    """
    waits = (
        select(MailPart.filing_id)
        .join(InboxMessage, InboxMessage.id == MailPart.mail_id)
        .where(
            InboxMessage.filing_id == filing_id,
            MailPart.filing_id != filing_id,
            MailPart.place.is_(None),
        )
    )
    for other in session.scalars(waits.distinct().order_by(MailPart.filing_id)):
        job = {"filing_id": other, "asked_at": at}
        insert_once(session, people.Reseal.__table__, job)


def _hand_over(session: Session, mail: InboxMessage, heir: MailPart) -> None:
    request = session.get_one(requests.Request, (heir.filing_id, heir.request_id))
    assert mail.request_id is not None  # noqa: S101 - only a matched mail has parts
    session.add(
        MailPart(
            filing_id=mail.filing_id,
            request_id=mail.request_id,
            mail_id=mail.id,
            place=inbox.DESTROYED,
        )
    )
    mail.filing_id, mail.request_id = request.filing_id, request.id
    mail.vendor, mail.matched_by = request.vendor, MatchedBy.PERSON
    mail.state, mail.place, mail.key_receipt = MailState.WAITING, None, None
    session.delete(heir)
