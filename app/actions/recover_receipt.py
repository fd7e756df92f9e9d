"""Lost code: a new receipt for who can open the mailbox; the old one stops working."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.actions.codes import CodeFault, send_code, use_code
from app.actions.desk import Desk
from app.actions.file_request import mailbox_hash
from app.domain.receipts import RECEIPT_BITS, receipt_from, secret_of
from app.store import people
from app.store.outbox import MessageKind
from app.store.people import CodePurpose, FilingStatus
from app.store.sealing import receipt_public


@dataclass(frozen=True, slots=True)
class Recovered:
    """A new receipt for each filing of the mailbox, newest first."""

    receipts: tuple[str, ...]


def ask_for_receipt(session: Session, desk: Desk, email: str, *, at: datetime) -> None:
    """Mail a code, if filings match; the page says the same in any case."""
    newest = next(iter(_filings(session, desk, email)), None)
    if newest is not None:
        send_code(
            session,
            desk,
            newest,
            CodePurpose.READ,
            at=at,
            kind=MessageKind.LOST_CODE,
        )


def recover_receipts(
    session: Session, desk: Desk, email: str, code: str, *, at: datetime
) -> Recovered | CodeFault:
    """Give new receipts for the filings of a mailbox, and void the old ones."""
    filings = _filings(session, desk, email)
    if not filings:
        return CodeFault.WRONG
    fault = use_code(session, desk, filings[0], CodePurpose.READ, code, at=at)
    if fault is not None:
        return CodeFault.WRONG if fault is CodeFault.MISSING else fault
    return Recovered(
        tuple(new_receipt(session, desk, filing_id, at=at) for filing_id in filings)
    )


def new_receipt(session: Session, desk: Desk, filing_id: UUID, *, at: datetime) -> str:
    """Give a filing a new receipt; the worker seals its data keys to it anew."""
    receipt = receipt_from(secrets.randbits(RECEIPT_BITS))
    session.execute(delete(people.Receipt).where(people.Receipt.filing_id == filing_id))
    session.execute(
        insert(people.Receipt.__table__),
        {
            "hash": desk.keys.hash("receipt", secret_of(receipt)),
            "filing_id": filing_id,
        },
    )
    filing = session.get_one(people.Filing, filing_id)
    filing.receipt_public = receipt_public(secret_of(receipt))
    if session.get(people.Reseal, filing_id) is None:
        session.add(people.Reseal(filing_id=filing_id, asked_at=at))
    session.flush()
    return receipt


def _filings(session: Session, desk: Desk, email: str) -> list[UUID]:
    hashes = desk.keys.candidates("mailbox", email.casefold().encode())
    hashes = (*hashes, mailbox_hash(desk, email))
    return list(
        session.scalars(
            select(people.Filing.id)
            .join(people.Person, people.Person.filing_id == people.Filing.id)
            .where(
                people.Person.email_index.in_(hashes),
                people.Filing.status.in_(
                    (
                        FilingStatus.CONFIRMED,
                        FilingStatus.WITHDRAWN,
                        FilingStatus.CLOSED,
                    )
                ),
            )
            .order_by(people.Filing.id.desc())
            .limit(20)
        )
    )
