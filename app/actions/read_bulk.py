"""Read files of replies as staff see them: what comes of the rows, not what they say."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.bulk import RowEffect, RowFault, RunState
from app.domain.timeline import EventKind, Status
from app.store import bulk, requests
from app.store.bulk import BulkRow, BulkRun, Tally
from app.store.staff import Staff

AT_ONCE = 50
RUNS = 20


@dataclass(frozen=True, slots=True)
class RunLine:
    """One file."""

    id: UUID
    by: str
    received_at: datetime
    rows: int
    state: RunState
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowLine:
    """What comes of one row."""

    line: int
    number: str | None
    vendor: str | None
    kind: EventKind | None
    effect: RowEffect | None
    fault: RowFault | None
    why: str
    before: Status | None
    after: Status | None
    due: date | None
    recorded: bool
    taken_back: bool


@dataclass(frozen=True, slots=True)
class RunFile:
    """One file, and a page of its rows."""

    run: RunLine
    tally: Tally
    rows: tuple[RowLine, ...]
    more: bool


def read_runs(session: Session) -> tuple[RunLine, ...]:
    """Return the newest files."""
    found = select(BulkRun, Staff.email).join(Staff, Staff.id == BulkRun.staff_id)
    rows = session.execute(found.order_by(BulkRun.id.desc()).limit(RUNS))
    return tuple(_run(*row) for row in rows)


def read_run(
    session: Session,
    run_id: UUID,
    *,
    only: RowEffect | None = None,
    after: int = 0,
    limit: int | None = AT_ONCE,
) -> RunFile | None:
    """Return a file with its rows after a line, all of them without a limit."""
    row = session.execute(
        select(BulkRun, Staff.email)
        .join(Staff, Staff.id == BulkRun.staff_id)
        .where(BulkRun.id == run_id)
    ).one_or_none()
    if row is None:
        return None
    found = (
        select(BulkRow, requests.Request.number, requests.Request.vendor)
        .outerjoin(requests.Request, requests.Request.id == BulkRow.request_id)
        .where(BulkRow.run_id == run_id, BulkRow.line > after)
        .order_by(BulkRow.line)
    )
    if only is not None:
        found = found.where(BulkRow.effect == only)
    if limit is not None:
        found = found.limit(limit + 1)
    rows = [_row(*one) for one in session.execute(found)]
    more = limit is not None and len(rows) > limit
    return RunFile(_run(*row), bulk.tally(session, run_id), tuple(rows[:limit]), more)


def _run(run: BulkRun, by: str) -> RunLine:
    return RunLine(run.id, by, run.received_at, run.rows, run.state, run.ended_at)


def _row(row: BulkRow, number: str | None, vendor: str | None) -> RowLine:
    return RowLine(
        line=row.line,
        number=number,
        vendor=vendor,
        kind=row.kind,
        effect=row.effect,
        fault=row.fault,
        why=row.why,
        before=row.status_before,
        after=row.status_after,
        due=row.due_after,
        recorded=row.recorded_at is not None,
        taken_back=row.taken_back_at is not None,
    )
