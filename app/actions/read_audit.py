"""Read the audit trail, newest first, and take it away to be checked elsewhere."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.check_chains import ChainState, chain_state
from app.actions.read_heads import Head, last_head
from app.store import audit
from app.store.audit import AuditEntry
from app.store.staff import Staff

ON_A_PAGE = 50
EXPORTED = 20_000
"""Entries of one export at most; days divide what is more."""
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
class Wanted:
    """Which entries are asked for; what is None or empty does not matter."""

    actor: str = ""
    """A staff member's id, or a word such as ``command``."""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    """The last day, in UTC."""


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that somebody did."""

    seq: int
    at: datetime
    actor: str
    who: str
    """A staff member's address, or ``command``, or ``stranger``."""
    action: str
    subject: str
    detail: dict[str, Any]
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the trail."""

    entries: tuple[Done, ...]
    before: int | None
    """Where the next page begins; None on the last one."""
    people: tuple[tuple[str, str], ...]
    """Who may stand in it: the id and the address of each staff member."""
    head: Head | None
    """The newest signed head."""
    chains: ChainState
    """How they were found when they were last checked."""


@dataclass(frozen=True, slots=True)
class Exported:
    """Entries to be kept elsewhere, oldest first."""

    entries: tuple[Done, ...]
    more: bool
    """Whether older ones fit that are not in it."""
    head: Head | None


def read_audit(session: Session, wanted: Wanted, before: int | None) -> AuditPage:
    """Return the entries before one, newest first."""
    found = _found(session, wanted, before, ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    people = session.execute(select(Staff.id, Staff.email).order_by(Staff.email))
    return AuditPage(
        entries=tuple(shown),
        before=shown[-1].seq if len(found) > ON_A_PAGE else None,
        people=tuple((str(member), email) for member, email in people),
        head=last_head(session),
        chains=chain_state(session),
    )


def export_audit(
    session: Session, wanted: Wanted, form: str, *, by: UUID, at: datetime
) -> Exported:
    """Return the newest entries that fit, and write down that they were taken away."""
    found = _found(session, wanted, None, EXPORTED + 1)
    audit.append(
        session,
        at=at,
        actor=str(by),
        action="audit exported",
        form=form,
        entries=min(len(found), EXPORTED),
        of=_written(wanted),
    )
    entries = tuple(reversed(found[:EXPORTED]))
    return Exported(entries, len(found) > EXPORTED, last_head(session))


def _written(wanted: Wanted) -> str:
    """Return what was asked for in one line, as the export's own entry says it."""
    asked = {
        "actor": wanted.actor,
        "action": wanted.action,
        "subject": wanted.subject,
        "since": wanted.since,
        "until": wanted.until,
    }
    return ", ".join(f"{name} {value}" for name, value in asked.items() if value)


def subject_named(session: Session, typed: str) -> str | UUID | None:
    """Return what in the trail a text names; None if nothing is about it.

    A staff member's address never stands in the portal's own: their id does.
    """
    typed = typed.strip()
    member = session.scalar(select(Staff.id).where(Staff.email == typed.lower()))
    if member is not None:
        return member
    for text in (typed, typed.upper(), typed.lower()):
        there = select(AuditEntry.seq).where(AuditEntry.subject == text).limit(1)
        if text and session.scalar(there) is not None:
            return text
    return None


def member_address(session: Session, member: UUID) -> str | None:
    """Return the address by which entries are about a staff member."""
    return session.scalar(select(Staff.email).where(Staff.id == member))


def _found(
    session: Session, wanted: Wanted, before: int | None, limit: int
) -> list[Done]:
    rows = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
    if before is not None:
        rows = rows.where(AuditEntry.seq < before)
    for column, value in (
        (AuditEntry.actor, wanted.actor),
        (AuditEntry.action, wanted.action),
        (AuditEntry.subject, wanted.subject),
    ):
        if value:
            rows = rows.where(column == value)
    if wanted.since:
        rows = rows.where(AuditEntry.at >= _midnight(wanted.since))
    if wanted.until and wanted.until < date.max:
        rows = rows.where(AuditEntry.at < _midnight(wanted.until + timedelta(1)))
    found = session.scalars(rows).all()
    names = names_of(session, {row.actor for row in found})
    return [
        Done(
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            who=names.get(row.actor, row.actor),
            action=row.action,
            subject=row.subject,
            detail=dict(row.detail),
            previous=row.previous,
            hash=row.hash,
        )
        for row in found
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def names_of(session: Session, actors: set[str]) -> dict[str, str]:
    """Return the addresses of the members among who did something."""
    ids = {}
    for actor in actors:
        try:
            ids[UUID(actor)] = actor
        except ValueError:
            continue
    rows = session.execute(select(Staff.id, Staff.email).where(Staff.id.in_(ids)))
    return {ids[member]: email for member, email in rows}
