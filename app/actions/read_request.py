"""Read one request as staff see it: its course and dates, and nobody's name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.read_filing import RequestStanding, standing_of
from app.actions.set_dates import dates_of
from app.domain.deadlines import DueDates
from app.store import audit, people, requests
from app.store.base import new_id
from app.store.staff import Reveal

SHOWN_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StaffRequest:
    """One request."""

    filing: UUID
    it: RequestStanding
    residence: str
    filed_on: datetime
    on_behalf: bool
    erased: bool
    dates: DueDates | None


def read_request(session: Session, desk: Desk, request_id: UUID) -> StaffRequest | None:
    """Return a request with the count of its dates."""
    request = requests.by_id(session, request_id)
    if request is None:
        return None
    filing = session.get_one(people.Filing, request.filing_id)
    standing = standing_of(session, request)
    dates = dates_of(
        desk.rulebook,
        desk.directory,
        residence=filing.residence,
        vendor=request.vendor,
        law=request.law,
        events=standing.timeline,
    )
    return StaffRequest(
        filing.id,
        standing,
        filing.residence,
        filing.filed_at,
        filing.on_behalf,
        filing.purged_at is not None,
        dates,
    )


def ask_reveal(
    session: Session,
    request_id: UUID,
    *,
    staff_id: UUID,
    reason: str,
    public_key: bytes,
    at: datetime,
) -> UUID | None:
    """Ask the worker to show a person, with a reason that is kept for good."""
    request = requests.by_id(session, request_id)
    if request is None:
        return None
    reveal_id = new_id(at)
    session.add(
        Reveal(
            id=reveal_id,
            filing_id=request.filing_id,
            request_id=request.id,
            staff_id=staff_id,
            public_key=public_key,
            answer=None,
            asked_at=at,
            answered_at=None,
            expires_at=at + SHOWN_FOR,
        )
    )
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="person revealed",
        subject=request.number,
        reason=reason[:300],
    )
    return reveal_id


@dataclass(frozen=True, slots=True)
class RevealAnswer:
    """What the worker sealed for one staff member, or that it has not yet."""

    answer: bytes | None
    until: datetime


def read_reveal(
    session: Session, reveal_id: UUID, *, staff_id: UUID, at: datetime
) -> RevealAnswer | None:
    """Return the answer of a reveal, to who asked for it."""
    reveal = session.get(Reveal, reveal_id)
    if reveal is None or reveal.staff_id != staff_id or reveal.expires_at <= at:
        return None
    return RevealAnswer(reveal.answer, reveal.expires_at)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the audit trail."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


def read_audit(
    session: Session, *, before: int | None, limit: int = 100
) -> tuple[AuditLine, ...]:
    """Return the audit trail, newest first."""
    rows = select(audit.AuditEntry).order_by(audit.AuditEntry.seq.desc()).limit(limit)
    if before is not None:
        rows = rows.where(audit.AuditEntry.seq < before)
    return tuple(
        AuditLine(r.seq, r.at, r.actor, r.action, r.subject, r.detail)
        for r in session.scalars(rows)
    )
