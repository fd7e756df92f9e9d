"""Seal a filing's data keys to its new receipt, after the old one was lost."""

from collections.abc import Sequence
from typing import TypeAlias, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store import inbox, outbox, people, protocol, requests
from app.store.opening import Opener
from app.store.sealing import CannotOpenError, Where

log = structlog.get_logger()

AT_ONCE = 20
Sealed: TypeAlias = (
    requests.Letter
    | requests.Reply
    | requests.EvidenceFile
    | requests.StaffNote
    | outbox.Message
    | protocol.ProtocolRequest
    | protocol.ProtocolAnswer
)
S = TypeVar(
    "S",
    requests.Letter,
    requests.Reply,
    requests.EvidenceFile,
    requests.StaffNote,
    outbox.Message,
    protocol.ProtocolRequest,
    protocol.ProtocolAnswer,
)


def to_reseal(session: Session) -> list[UUID]:
    """Return filings that have a new receipt, the first that asked first."""
    waiting = select(people.Reseal.filing_id).order_by(people.Reseal.asked_at)
    return list(session.scalars(waiting.limit(AT_ONCE)))


def reseal_filing(session: Session, filing_id: UUID, *, opener: Opener) -> bool:
    """Seal the data keys of one filing to its present receipt, and be done with it.

    What no key here opens stays as it is: the holder of the new receipt sees all else.
    """
    filing = people.held(session, filing_id)
    job = session.get(people.Reseal, filing_id, with_for_update=True)
    if job is None:
        return False
    for row, where in things_of(session, filing_id):
        if row.thing is None:
            continue
        try:
            thing = opener.reseal(
                row.thing, where, receipt_public=filing.receipt_public
            )
        except CannotOpenError:
            log.exception("cannot reseal", message=where.row, why=where.table)
            continue
        row.key_receipt = thing.key_receipt
    session.delete(job)
    return True


def things_of(
    session: Session, filing_id: UUID
) -> list[tuple[people.SealedColumns, Where]]:
    """Return everything sealed of a filing, with its place."""
    found: list[tuple[people.SealedColumns, Where]] = []
    person = session.get(people.Person, filing_id)
    if person is not None:
        found.append((person, Where("person", str(filing_id))))
    drop = session.get(people.DropFiling, filing_id)
    if drop is not None:
        found.append((drop, Where("drop_filing", str(filing_id))))
    found += [
        (row, inbox.place_of(row.id)) for row in inbox.mails_of(session, filing_id)
    ]
    rows: list[Sealed] = [
        *_of(session, requests.Letter, filing_id),
        *_of(session, requests.Reply, filing_id),
        *_of(session, requests.EvidenceFile, filing_id),
        *_of(session, requests.StaffNote, filing_id),
        *_of(session, outbox.Message, filing_id),
        *_of(session, protocol.ProtocolRequest, filing_id),
        *_of(session, protocol.ProtocolAnswer, filing_id),
    ]
    found += [(row, Where(row.__tablename__, str(row.id))) for row in rows]
    return [(row, where) for row, where in found if row.thing is not None]


def _of(session: Session, table: type[S], filing_id: UUID) -> Sequence[S]:
    return session.scalars(select(table).where(table.filing_id == filing_id)).all()
