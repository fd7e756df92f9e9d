"""A person says that one mail answers another request, too, or takes that back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.find_request import NotFound, find_request
from app.actions.sort_mail import NobodyToTell, NoSuchMail, Sorted
from app.store import audit, inbox, people, requests
from app.store.inbox import MailPart

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
        .where(table.mail_id == mail_id)
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
    if mail is None or not mail.matched or there >= MOST_PARTS:
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
    _on_record(session, "mail split", request.number, mail_id, at, staff_id)
    return Sorted()


def join_mail(
    session: Session, mail_id: UUID, request_id: UUID, *, at: datetime, staff_id: UUID
) -> Sorted | NoSuchMail:
    """Take a part away from which nothing was recorded."""
    request = requests.by_id(session, request_id)
    part = request and inbox.part_of(session, mail_id, request.filing_id, request.id)
    if not request or not part or part.place is not None:
        return NoSuchMail()
    session.delete(part)
    _on_record(session, "mail joined", request.number, mail_id, at, staff_id)
    return Sorted()


def _on_record(
    session: Session,
    action: str,
    subject: str,
    mail_id: UUID,
    at: datetime,
    staff_id: UUID,
) -> None:
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action=action,
        subject=subject,
        mail=str(mail_id),
    )
