"""Destroy everything personal of a filing, at once; figures and dates stay."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.actions.ask_to_watch import forget_mailbox
from app.actions.codes import CodeFault, prove
from app.actions.count_once import note_repeats
from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.protocol_rows import read_with_receipt
from app.actions.split_mail import part_from_mails
from app.actions.tell_vendor import tell_withdrawn
from app.actions.withdraw_request import withdraw_open
from app.store import (
    broadcasts,
    bulk,
    inbox,
    mailboxes,
    matching,
    outbox,
    people,
    protocol,
    requests,
    staff,
)
from app.store.outbox import MessageKind
from app.store.people import EMPTY, CodePurpose
from app.store.sealing import CannotOpenError, Where, open_with_receipt


def erase_filing(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    receipt: bytes,
    code: str | None,
    *,
    at: datetime,
) -> CodeFault | None:
    """Take back what is open and destroy what is personal; None when it is done.

    What the mailbox watches is stopped, too: nothing about the person is left.

    ``code`` is None where one was typed within the last quarter of an hour.
    """
    fault = prove(session, desk, filing_id, CodePurpose.ERASE, code, at=at)
    if fault is not None:
        return fault
    address = _address(session, filing_id, receipt)
    person = session.get(people.Person, filing_id)
    known_as = person.email_index if person else None
    forget_mailbox(session, desk, address, known_as)
    back = withdraw_open(session, desk, filing_id, at=at, say=False)
    leads = {r.id: read_with_receipt(session, (filing_id, r.id), receipt) for r in back}
    outbox.cancel_waiting(session, filing_id, at=at)
    destroy_personal(session, filing_id, at=at)
    for request in back:
        tell_withdrawn(session, desk, request, at=at, protocol=leads[request.id])
    if address is not None:
        queue_mail(
            session,
            desk,
            filing_id,
            MessageKind.ERASED,
            dedupe="erased",
            secret={"to": address},
            at=at,
        )
    return None


def _address(session: Session, filing_id: UUID, receipt: bytes) -> str | None:
    """Return the mailbox, which only the receipt's holder can open here.

    None also where a lost code was just replaced: erasing waits for no farewell.
    """
    person = session.get(people.Person, filing_id)
    if person is None or person.thing is None:
        return None
    where = Where("person", str(filing_id))
    try:
        opened = open_with_receipt(person.thing, where, receipt)
    except CannotOpenError:
        return None
    return str(json.loads(opened)["resident"]["email"])


def destroy_personal(session: Session, filing_id: UUID, *, at: datetime) -> None:
    """Destroy the data keys of a filing, and what they sealed.

    Its timeline, dates and answers stay; nothing in them is personal.
    """
    mailbox = mailboxes.held_mailbox(session, filing_id)
    note_repeats(session, filing_id)
    part_from_mails(session, filing_id, at=at)
    for table in (
        people.Person,
        requests.Letter,
        requests.Reply,
        requests.EvidenceFile,
        requests.StaffNote,
        outbox.Message,
        inbox.InboxMessage,
        protocol.ProtocolRequest,
        protocol.ProtocolAnswer,
    ):
        session.execute(
            update(table)
            .where(table.filing_id == filing_id)
            .values(**EMPTY)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(matching.Listing)
        .where(matching.Listing.filing_id == filing_id)
        .values(sealed=None, key_vendor=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(broadcasts.Broadcast)
        .where(broadcasts.Broadcast.filing_id == filing_id)
        .values(sealed=None, key_drawer=None)
        .execution_options(synchronize_session=False)
    )
    bulk.destroy_rows_about(
        session,
        session.scalars(
            select(requests.Request.id).where(requests.Request.filing_id == filing_id)
        ).all(),
    )
    inbox.wait_no_more(session, filing_id)
    session.execute(
        update(people.Person)
        .where(people.Person.filing_id == filing_id)
        .values(email_index=None)
        .execution_options(synchronize_session=False)
    )
    if mailbox:
        mailboxes.forget_unknown(session, mailbox.email_index)
    session.execute(
        update(protocol.ProtocolRequest)
        .where(protocol.ProtocolRequest.filing_id == filing_id)
        .values(next_read=None)
        .execution_options(synchronize_session=False)
    )
    for way_in in (
        people.Code,
        people.Confirmation,
        people.Cancellation,
        mailboxes.StopLink,
        people.Draft,
        people.DropFiling,
        requests.ReplyLink,
        requests.VendorReference,
        protocol.ProtocolCallback,
        staff.Reveal,
    ):
        session.execute(
            delete(way_in)
            .where(way_in.filing_id == filing_id)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(people.Filing)
        .where(people.Filing.id == filing_id)
        .values(purged_at=at)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
