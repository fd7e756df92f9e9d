"""Sign the heads of the hash chains. The worker's alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.store import audit, heads
from app.store.audit import AuditEntry
from app.store.heads import NO_HEAD, SignedHead, SignedTimeline, Tip, line_hash
from app.store.watches import ANY, HEADS, Watched

TIPS = 5000
"""Timelines that one head covers at most; where more have grown, another follows."""
ENTRIES = 100
"""So many new entries of the audit trail are signed within a minute."""
IN_A_TURN = 10
"""Heads that are signed before letters have their turn again."""
EACH = timedelta(hours=1)
"""So long what is new waits for a head at most. A day has a head in any case."""


def head_is_due(session: Session, *, at: datetime) -> bool:
    """Return whether the day has no head, or much is new. Costs two rows."""
    last = heads.newest_head(session)
    if last is None or last.at.date() != at.date():
        return True
    seq, _ = _end_of_audit(session)
    return seq - last.audit_seq >= ENTRIES


def tips_to_sign(session: Session, after: UUID | None = None) -> Sequence[Tip]:
    """Return the timelines that grew, after one. Looks at every request."""
    return heads.unsigned_tips(session, TIPS, after)


def sign_head(
    session: Session, signer: Ed25519PrivateKey, tips: Sequence[Tip], *, at: datetime
) -> bool:
    """Sign one head; return False where nothing is new and the day has one."""
    last = heads.newest_head(session)
    seq, hashed = _end_of_audit(session)
    new = last is None or tips or seq != last.audit_seq
    if last is not None and not new and last.at.date() == at.date():
        return False
    head = SignedHead(
        number=last.number + 1 if last else 1,
        at=at,
        audit_seq=seq,
        audit_hash=hashed,
        timelines=len(tips),
        timelines_hash=heads.tips_hash(last.timelines_hash if last else NO_HEAD, tips),
        previous=line_hash(last.line) if last else NO_HEAD,
        key=signer.public_key().public_bytes_raw(),
    )
    head.signature = signer.sign(head.line.encode())
    session.add(head)
    if tips:
        rows = [
            {
                "request_id": tip.request_id,
                "place": tip.place,
                "hash": tip.hash,
                "head": head.number,
            }
            for tip in tips
        ]
        session.execute(insert(SignedTimeline.__table__), rows)
    _tell_once_a_day(session, at=at)
    return True


def _end_of_audit(session: Session) -> tuple[int, bytes]:
    last = session.execute(
        select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    ).one_or_none()
    return (last.seq, last.hash) if last else (0, audit.NO_LINK)


def _tell_once_a_day(session: Session, *, at: datetime) -> None:
    """Let who subscribed be told of the day's first head."""
    scope = session.get(Watched, (HEADS, ANY), with_for_update=True)
    if scope is not None and scope.changed_on != at.date():
        scope.change += 1
        scope.changed_on, scope.untold = at.date(), True
