"""Queue the vendors to look at again, once for each day on which a record turned.

Days that the worker missed are made up for: it looks a year back, and what it has
queued once it knows by its row.
"""

from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.domain.dated import Span
from app.domain.legal_calendar import CHECKED, Entry, legal_calendar, to_check
from app.store import audit
from app.store.base import insert_once, new_id
from app.store.checks import RecordTurn, VendorCheck

LOOKED_BACK = timedelta(days=366)
"""Who was off for longer has everything to check anyway."""
AT_ONCE = 50
QUEUED = "checks queued"


def turns_to_queue(session: Session, *, desk: Desk, at: datetime) -> list[Entry]:
    """Return what turned by now and was not looked at yet, the oldest first."""
    laws, vendors = desk.rulebook.pack.laws.values(), desk.directory.vendors.values()
    today = at.date()
    oldest = min((vendor.checked_on for vendor in vendors), default=today)
    first = max(oldest, today - LOOKED_BACK)
    found = [
        entry
        for entry in legal_calendar(laws, vendors, Span(first, max(first, today)))
        if entry.turn in CHECKED and entry.day <= today
    ]
    if not found:
        return []
    rows = session.execute(
        select(RecordTurn.record, RecordTurn.turn, RecordTurn.day).where(
            RecordTurn.day >= first
        )
    )
    known = {tuple(row) for row in rows}
    new = [e for e in found if (str(e.about), e.turn, e.day) not in known]
    return new[:AT_ONCE]


def queue_checks(session: Session, entry: Entry, *, desk: Desk, at: datetime) -> bool:
    """Queue the vendors of one turn; False where another worker was quicker."""
    row = {
        "id": new_id(at),
        "record": str(entry.about),
        "turn": entry.turn,
        "day": entry.day,
        "queued_at": at,
    }
    slugs = to_check(
        entry, desk.rulebook.pack.laws, desk.directory.vendors, desk.rulebook.places
    )
    insert_once(session, RecordTurn.__table__, {**row, "vendors": len(slugs)})
    if session.get(RecordTurn, row["id"]) is None:
        return False
    if slugs:
        nobody = dict.fromkeys(("assigned_to", "done_at", "done_by", "found", "words"))
        session.execute(
            insert(VendorCheck.__table__),
            [{"turn_id": row["id"], "vendor": slug, **nobody} for slug in slugs],
        )
        audit.append(
            session,
            at=at,
            actor="worker",
            action=QUEUED,
            subject=str(entry.about),
            day=entry.day.isoformat(),
            vendors=len(slugs),
        )
    return True
