"""What happened to a request since somebody looked at it, and who did it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.read_audit import names_of
from app.actions.staff_members import short_name
from app.domain.timeline import Actor, EventKind
from app.store import requests
from app.store.audit import AuditEntry


@dataclass(frozen=True, slots=True)
class Since:
    """One entry that came meanwhile."""

    kind: EventKind
    at: datetime
    by: Actor
    who: str
    """What the member is called who recorded it; empty where it was nobody here."""


def since_shown(session: Session, request_id: UUID, shown: int) -> tuple[Since, ...]:
    """Return the entries after the first ``shown``, with who recorded each.

    The timeline names no member; the audit trail does, at the same moment.
    """
    request = requests.by_id(session, request_id)
    if request is None:
        return ()
    new = requests.timeline(session, request.filing_id, request.id)[max(shown, 0) :]
    if not new:
        return ()
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.actor).where(
            AuditEntry.subject == request.number, AuditEntry.at >= new[0].at
        )
    ).all()
    names = names_of(session, {actor for _, actor in rows})
    who = {at: short_name(names[actor]) for at, actor in rows if actor in names}
    return tuple(Since(e.kind, e.at, e.by, who.get(e.at, "")) for e in new)


def last_given(session: Session, request_id: UUID) -> tuple[str, datetime] | None:
    """Return who last gave a request to somebody, or laid it down, and when."""
    request = requests.by_id(session, request_id)
    if request is None:
        return None
    last = session.execute(
        select(AuditEntry.actor, AuditEntry.at)
        .where(
            AuditEntry.subject == request.number,
            AuditEntry.action.in_(("request given", "request laid down")),
        )
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    names = names_of(session, {last.actor})
    return short_name(names.get(last.actor, last.actor)), last.at
