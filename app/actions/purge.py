"""Destroy what may no longer be kept.

Source of the periods: contract, section 8. What is destroyed is the data keys, and what
they sealed; figures, dates and answers stay.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.actions.ask_to_watch import forget_unconfirmed
from app.actions.erase_filing import destroy_personal
from app.actions.keep_evidence import forget_unsaved
from app.store import bulk, corrections, inbox, limits, outbox, people, staff, webhooks

AT_ONCE = 200
CALLS_KEPT = timedelta(days=30)
"""How long it can be looked up that a program was called."""


def to_purge(session: Session, *, at: datetime) -> list[UUID]:
    """Return filings whose personal data has been kept long enough."""
    return list(
        session.scalars(
            select(people.Filing.id)
            .where(
                people.Filing.purge_on <= at.date(), people.Filing.purged_at.is_(None)
            )
            .order_by(people.Filing.purge_on)
            .limit(AT_ONCE)
        )
    )


def purge_filing(session: Session, filing_id: UUID, *, at: datetime) -> bool:
    """Destroy everything personal of one filing; return whether there was any."""
    filing = people.held(session, filing_id)
    if filing.purged_at is not None or filing.purge_on > at.date():
        return False
    outbox.cancel_waiting(session, filing_id, at=at)
    session.flush()
    destroy_personal(session, filing_id, at=at)
    return True


def forget_expired(session: Session, *, at: datetime) -> int:
    """Destroy what is out of date: drafts, answers, reveals, mail of nobody, and more."""
    gone = forget_unconfirmed(session, at=at)
    for table in (
        people.Draft,
        people.Idempotency,
        staff.Reveal,
        staff.PasskeyChallenge,
    ):
        found = session.execute(
            delete(table)
            .where(table.expires_at <= at)
            .returning(table.expires_at)
            .execution_options(synchronize_session=False)
        )
        gone += len(found.all())
    gone += forget_unsaved(session, at=at)
    gone += corrections.forget_old(session, at=at)
    gone += inbox.forget_unmatched(session, at=at)
    gone += bulk.forget_old_runs(session, at=at)
    answered = people.Recovery.asked_at.is_(None), people.Recovery.expires_at <= at
    session.execute(
        delete(people.Recovery)
        .where(*answered)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(webhooks.WebhookCall)
        .where(webhooks.WebhookCall.done_at < at - CALLS_KEPT)
        .execution_options(synchronize_session=False)
    )
    limits.forget_old(session, at=at)
    return gone
