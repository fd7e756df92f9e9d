"""Close a broadcast when no answer to it is to be expected any more.

As a request that nobody answered (contract, section 8): half a year after the day on
which the last vendor that got it owed an answer.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.close import AT_ONCE, UNANSWERED_CLOSES, close_filing
from app.actions.desk import Desk
from app.actions.got_broadcast import got_by, until_now
from app.actions.set_dates import dates_of
from app.domain.due_dates import DueDates
from app.store import broadcasts, people
from app.store.broadcasts import Broadcast, Drawer


def broadcasts_to_close(
    session: Session, *, at: datetime, after: UUID | None
) -> list[UUID]:
    """Return the next broadcasts that may have to be closed, in the order of their ids."""
    long_ago = at.date() - UNANSWERED_CLOSES
    found = (
        select(Broadcast.filing_id)
        .join(
            Drawer,
            (Drawer.circle == Broadcast.circle)
            & (Drawer.version == Broadcast.version)
            & (Drawer.number == Broadcast.drawer),
        )
        .where(
            Drawer.made_on < long_ago,
            Broadcast.withdrawn_at.is_(None),
            Broadcast.closed_on.is_(None),
        )
    )
    if after is not None:
        found = found.where(Broadcast.filing_id > after)
    ordered = found.order_by(Broadcast.filing_id).limit(AT_ONCE)
    return list(session.scalars(ordered))


def close_broadcast(
    session: Session, filing_id: UUID, *, desk: Desk, at: datetime
) -> bool:
    """Close one broadcast, if it is time; return whether it was."""
    filing = people.held(session, filing_id)
    row = broadcasts.broadcast_of(session, filing_id)
    if row is None or row.over:
        return False
    got = got_by(session, row)
    if not got:
        return False
    vendor = max(got, key=lambda one: got[one].on)
    dates = dates_of(
        desk.rulebook,
        desk.directory,
        residence=filing.residence,
        vendor=vendor,
        law=row.law,
        told=row.told,
        events=until_now(filing.filed_at, filing.confirmed_at, got[vendor]),
    )
    if at.date() <= (_due(dates) or got[vendor].on) + UNANSWERED_CLOSES:
        return False
    row.closed_on = at.date()
    session.flush()
    close_filing(session, filing_id, on=at.date(), keep_days=desk.portal.keep_days)
    return True


def _due(dates: DueDates | None) -> date | None:
    due = dates.respond.due if dates and dates.respond else None
    return due.date() if isinstance(due, datetime) else due
