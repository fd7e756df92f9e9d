"""Recompute every hash chain, and name the first row that does not fit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.one_moment import one_moment
from app.domain.timeline import NO_LINK, Event, Status, link, replay
from app.store import audit
from app.store.audit import AuditEntry, audit_link
from app.store.requests import EVENT_FIELDS, Request, TimelineEntry


def verify_chains(session: Session) -> tuple[int, str | None]:
    """Return how many rows fit, and the first that does not."""
    one_moment(session)
    checked, broken = _audit(session)
    if broken is not None:
        return checked, broken
    count, broken = _timelines(session)
    return checked + count, broken


def _audit(session: Session) -> tuple[int, str | None]:
    previous, expected = audit.NO_LINK, 1
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
    for row in rows.yield_per(500):
        hashed = audit_link(
            previous,
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            detail=row.detail,
        )
        if row.seq != expected or row.previous != previous or row.hash != hashed:
            return expected - 1, f"audit entry {row.seq}"
        previous, expected = row.hash, expected + 1
    return expected - 1, None


def _timelines(session: Session) -> tuple[int, str | None]:
    checked = 0
    for request in session.scalars(select(Request).order_by(Request.id)).yield_per(200):
        rows = session.scalars(
            select(TimelineEntry)
            .where(
                TimelineEntry.filing_id == request.filing_id,
                TimelineEntry.request_id == request.id,
            )
            .order_by(TimelineEntry.place)
        ).all()
        previous, events = NO_LINK, []
        for place, row in enumerate(rows, start=1):
            event = Event(**{name: getattr(row, name) for name in EVENT_FIELDS})
            hashed = link(previous, event, request=str(request.id), place=place)
            if row.place != place or row.previous != previous or row.hash != hashed:
                return checked, f"timeline entry {row.place} of {request.number}"
            previous = row.hash
            events.append(event)
            checked += 1
        if len(rows) != request.events or previous != request.head:
            return checked, f"the end of the timeline of {request.number}"
        if _status(events) is not request.status:
            return checked, f"the status of {request.number}"
    return checked, None


def _status(events: list[Event]) -> Status | None:
    """Return where a timeline leads; None where it does not hold together."""
    try:
        return replay(events).status
    except ValueError:
        return None
