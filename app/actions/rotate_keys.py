"""Seal living data keys to the newest epoch, a few filings at a time."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.actions.reseal import things_of
from app.store import outbox, people, requests
from app.store.keys import Epoch
from app.store.opening import Opener

BATCH = 50


def rotate_some(session: Session, opener: Opener, epoch: Epoch) -> int:
    """Move a batch of filings to ``epoch``; 0 once nothing is left. Resumable."""
    filings = _behind(session, epoch)
    for filing_id in filings:
        filing = session.get_one(people.Filing, filing_id)
        for row, where in things_of(session, filing_id):
            if row.thing is None or row.epoch == epoch.name:
                continue
            moved = opener.moved(
                row.thing, where, epoch, receipt_public=filing.receipt_public
            )
            for name, value in people.columns(moved).items():
                setattr(row, name, value)
    return len(filings)


def _behind(session: Session, epoch: Epoch) -> list[UUID]:
    found: set[UUID] = set()
    for table in (people.Person, requests.Letter, requests.Reply, outbox.Message):
        older = select(table.filing_id).where(
            table.key_epoch.is_not(None),
            or_(table.epoch != epoch.name, table.epoch.is_(None)),
        )
        found.update(session.scalars(older.distinct().limit(BATCH)))
    return sorted(found)[:BATCH]
