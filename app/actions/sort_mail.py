"""A person says which request a mail is about, or that it is about none."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.find_request import NotFound, find_request
from app.store import audit, inbox, people
from app.store.inbox import InboxMessage, MailState, MatchedBy
from app.store.people import Reseal
from app.store.staff import Reveal


@dataclass(frozen=True, slots=True)
class Sorted:
    """It is written down."""


@dataclass(frozen=True, slots=True)
class NoSuchMail:
    """There is none, or it was sorted meanwhile; nothing was changed."""


@dataclass(frozen=True, slots=True)
class NobodyToTell:
    """All that was personal of that request is destroyed; no mail is put to it."""


def match_by_hand(
    session: Session,
    desk: Desk,
    mail_id: UUID,
    name: str,
    *,
    at: datetime,
    staff_id: UUID,
) -> Sorted | NoSuchMail | NotFound | NobodyToTell:
    """Put a mail to the request that is called by a name.

    Who wrote it is proved no better by that: its evidence stays that of plain mail.
    The worker seals it to the receipt.
    """
    request = find_request(session, desk, name)
    if isinstance(request, NotFound):
        return request
    filing = people.held(session, request.filing_id)
    if filing.purged_at is not None:
        return NobodyToTell()
    mail = inbox.mail_by_id(session, mail_id, hold=True)
    if mail is None or mail.matched or mail.state is MailState.RECORDED:
        return NoSuchMail()
    for table, column in ((InboxMessage, InboxMessage.id), (Reveal, Reveal.mail_id)):
        session.execute(
            update(table)
            .where(column == mail_id)
            .values(filing_id=request.filing_id, request_id=request.id)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()
    mail = inbox.mail_by_id(session, mail_id)
    assert mail is not None  # noqa: S101 - it is held
    mail.matched_by, mail.vendor, mail.near = MatchedBy.PERSON, request.vendor, []
    if mail.state is MailState.NOISE:
        mail.state = MailState.WAITING
    if session.get(Reseal, filing.id) is None:
        session.add(Reseal(filing_id=filing.id, asked_at=at))
    note_sorting(session, "mail matched", request.number, mail_id, at, staff_id)
    return Sorted()


def call_noise(
    session: Session, mail_id: UUID, *, noise: bool, at: datetime, staff_id: UUID
) -> Sorted | NoSuchMail:
    """Lay a mail aside as noise, or take it back from there; it is kept as long."""
    mail = inbox.mail_by_id(session, mail_id, hold=True)
    if mail is None or mail.state is MailState.RECORDED:
        return NoSuchMail()
    mail.state = MailState.NOISE if noise else MailState.WAITING
    inbox.destroy_if_read(session, mail)
    action = "mail laid aside" if noise else "mail taken back"
    note_sorting(session, action, "", mail_id, at, staff_id)
    return Sorted()


def note_sorting(
    session: Session,
    action: str,
    subject: str,
    mail_id: UUID,
    at: datetime,
    staff_id: UUID,
) -> None:
    """Write down what was done with a mail; for use inside an action alone."""
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action=action,
        subject=subject,
        mail=str(mail_id),
    )
