"""Lost code: a new receipt for who can open the mailbox; the old one stops working.

Whether a mailbox has filed is looked up by the worker alone. Who asks on the page gets
the same answer by the same statements, and so does who types a code: the code of a
mailbox that never filed is mailed to nobody (security, row 6).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.actions.allowances import DAY
from app.actions.codes import CodeFault, judge
from app.actions.desk import Desk
from app.actions.file_request import Limited, lost_allowance
from app.actions.mail_out import queue_mail
from app.actions.portal import CODE_LIVES
from app.actions.prepare_filing import SIX_DIGITS, mailbox_hash, mailbox_hashes
from app.domain.receipts import RECEIPT_BITS, code_from, receipt_from, secret_of
from app.store import limits, people
from app.store.base import insert_once, new_id
from app.store.outbox import MessageKind
from app.store.people import FilingStatus, Recovery
from app.store.sealing import receipt_public

AT_ONCE = 20
TRIES_A_DAY = 10
"""Of a mailbox, whatever codes it asked for: each new one would give five more."""
HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Recovered:
    """A new receipt for each filing of the mailbox, newest first."""

    receipts: tuple[str, ...]


def ask_for_receipt(
    session: Session, desk: Desk, email: str, *, at: datetime
) -> Limited | None:
    """Write down that a mailbox asks; whether it has filed is not looked at here.

    Where its codes of the day are spent no new one is made, and so no new tries.
    """
    mailbox = mailbox_hash(desk, email)
    waits = select(Recovery.mailbox).where(
        Recovery.mailbox == mailbox, Recovery.asked_at.is_not(None)
    )
    if session.scalar(waits) is None:  # else it is pressed twice, and gets one code
        wait = lost_allowance(session, desk, mailbox, at=at)
        if wait is not None:
            return Limited(int(wait.total_seconds()) + 1)
    asks = {
        "mailbox": mailbox,
        "known_as": b"".join(mailbox_hashes(desk, email)),
        "asked_at": at,
        "code_hash": None,
        "expires_at": at + CODE_LIVES,
        "tries": 0,
        "used_at": None,
    }
    insert_once(session, Recovery.__table__, asks)
    session.execute(
        update(Recovery).where(Recovery.mailbox == mailbox).values(asked_at=at)
    )
    return None


def to_look_up(session: Session) -> list[bytes]:
    """Return mailboxes that asked, the first that asked first."""
    waiting = select(Recovery.mailbox).where(Recovery.asked_at.is_not(None))
    return list(session.scalars(waiting.order_by(Recovery.asked_at).limit(AT_ONCE)))


def look_up(session: Session, mailbox: bytes, *, desk: Desk, at: datetime) -> bool:
    """Make a new code for a mailbox that asked; mail it if filings match."""
    row = session.get(Recovery, mailbox, with_for_update=True)
    if row is None or row.asked_at is None:
        return False
    late = at > row.asked_at + CODE_LIVES
    row.asked_at = None
    if late:  # nobody waits for it any more
        return True
    code = code_from(secrets.randbelow(SIX_DIGITS))
    row.code_hash = _code_hash(desk, mailbox, code)
    row.expires_at, row.tries, row.used_at = at + CODE_LIVES, 0, None
    newest = next(iter(_filings(session, _hashes(row.known_as))), None)
    if newest is not None:
        queue_mail(
            session,
            desk,
            newest,
            MessageKind.LOST_CODE,
            dedupe=f"code {new_id(at)}",
            secret={"code": code},
            at=at,
        )
    return True


def recover_receipts(
    session: Session, desk: Desk, email: str, code: str, *, at: datetime
) -> Recovered | CodeFault | Limited:
    """Give new receipts for the filings of a mailbox, and void the old ones.

    A try is used up whether the mailbox ever asked or not.
    """
    mailbox = mailbox_hash(desk, email)
    tries = desk.keys.hash("limit lost tries", mailbox)
    wait = limits.take(session, tries, at=at, limit=TRIES_A_DAY, period=DAY)
    if wait is not None:
        return Limited(int(wait.total_seconds()) + 1)
    row = session.get(Recovery, mailbox, with_for_update=True)
    if row is None or row.code_hash is None:
        return CodeFault.WRONG
    fault = judge(row, code, lambda typed: _code_hash(desk, mailbox, typed), at=at)
    if fault is not None:
        return fault
    filings = _filings(session, mailbox_hashes(desk, email))
    receipts = tuple(new_receipt(session, desk, one, at=at) for one in filings)
    return Recovered(receipts) if receipts else CodeFault.WRONG


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


def _hashes(joined: bytes) -> tuple[bytes, ...]:
    return tuple(joined[n : n + HASH_BYTES] for n in range(0, len(joined), HASH_BYTES))


def _code_hash(desk: Desk, mailbox: bytes, code: str) -> bytes:
    """Return the keyed hash of a code; it fits one mailbox."""
    return desk.keys.hash("code recovery", mailbox + code.encode())


def _filings(session: Session, mailboxes: Sequence[bytes]) -> list[UUID]:
    return list(
        session.scalars(
            select(people.Filing.id)
            .join(people.Person, people.Person.filing_id == people.Filing.id)
            .where(
                people.Person.email_index.in_(mailboxes),
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
