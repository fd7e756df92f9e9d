"""Seal a filing's data keys to its new receipt, after the old one was lost."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store import outbox, people, requests
from app.store.opening import Opener
from app.store.sealing import Where


def reseal_waiting(session: Session, opener: Opener) -> int:
    """Do what waits; return how many filings that was."""
    waiting = session.scalars(select(people.Reseal).limit(20)).all()
    for job in waiting:
        reseal_filing(session, opener, job.filing_id)
        session.delete(job)
    return len(waiting)


def things_of(
    session: Session, filing_id: UUID
) -> list[tuple[people.SealedColumns, Where]]:
    """Return everything sealed of a filing, with its place."""
    found: list[tuple[people.SealedColumns, Where]] = []
    person = session.get(people.Person, filing_id)
    if person is not None:
        found.append((person, Where("person", str(filing_id))))
    rows: list[requests.Letter | requests.Reply | outbox.Message] = [
        *session.scalars(
            select(requests.Letter).where(requests.Letter.filing_id == filing_id)
        ),
        *session.scalars(
            select(requests.Reply).where(requests.Reply.filing_id == filing_id)
        ),
        *session.scalars(
            select(outbox.Message).where(outbox.Message.filing_id == filing_id)
        ),
    ]
    found += [(row, Where(row.__tablename__, str(row.id))) for row in rows]
    return [(row, where) for row, where in found if row.thing is not None]


def reseal_filing(session: Session, opener: Opener, filing_id: UUID) -> None:
    """Seal the data keys of one filing to its present receipt."""
    filing = session.get_one(people.Filing, filing_id)
    for row, where in things_of(session, filing_id):
        if row.thing is None:
            continue
        thing = opener.reseal(row.thing, where, receipt_public=filing.receipt_public)
        row.key_receipt = thing.key_receipt
