"""Read the audit trail, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.audit import AuditEntry
from app.store.staff import Staff

ON_A_PAGE = 50
CHECK = """\
import hashlib, json
file, last = json.load(open("audit.json", encoding="utf-8")), (0, "")
head = json.loads(file["head"]["signed"])["audit"] if file["head"] else {"seq": 0}
for entry in file["entries"]:
    line = json.dumps(entry["fields"], sort_keys=True, separators=(",", ":"))
    told = hashlib.sha256(bytes.fromhex(entry["previous"]) + line.encode()).hexdigest()
    next_one = entry["fields"]["seq"] == last[0] + 1 and last[0] > 0
    fits = told == entry["hash"] and (not next_one or entry["previous"] == last[1])
    last = entry["fields"]["seq"], entry["hash"]
    assert fits and (last[0] != head["seq"] or last[1] == head["hash"]), f"entry {last[0]}"
print("Everything fits.", len(file["entries"]), "entries")"""
"""The lines with which an auditor checks an export, in Python alone."""


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that somebody did."""

    seq: int
    at: datetime
    who: str
    """A staff member's address, or ``command``, or ``stranger``."""
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the trail."""

    entries: tuple[Done, ...]
    before: int | None
    """Where the next page begins; None on the last one."""


def read_audit(session: Session, before: int | None) -> AuditPage:
    """Return the entries before one, newest first."""
    rows = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(ON_A_PAGE + 1)
    if before is not None:
        rows = rows.where(AuditEntry.seq < before)
    found = session.scalars(rows).all()
    shown = found[:ON_A_PAGE]
    names = _names(session, {row.actor for row in shown})
    entries = tuple(
        Done(
            row.seq,
            row.at,
            names.get(row.actor, row.actor),
            row.action,
            row.subject,
            dict(row.detail),
        )
        for row in shown
    )
    return AuditPage(entries, shown[-1].seq if len(found) > ON_A_PAGE else None)


def _names(session: Session, actors: set[str]) -> dict[str, str]:
    ids = {}
    for actor in actors:
        try:
            ids[UUID(actor)] = actor
        except ValueError:
            continue
    rows = session.execute(select(Staff.id, Staff.email).where(Staff.id.in_(ids)))
    return {ids[member]: email for member, email in rows}
