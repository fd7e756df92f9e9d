"""The worker's part of replies in bulk: try, record and take back, a few rows at a time.

Each step is a transaction that holds its file, so that one that was broken off goes on
where it was, and two workers never do the same row.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.find_request import find_request
from app.actions.import_replies import RowResult, import_row, rejected
from app.actions.record_reply import Recorded
from app.actions.retract_entry import retract_entry
from app.domain.bulk import RowEffect, RowFault, RunState
from app.domain.timeline import EventKind, Status, taken_back_with
from app.store import audit, bulk, people, requests
from app.store.bulk import BulkRow, BulkRun
from app.store.opening import Opener
from app.store.sealing import CannotOpenError

log = structlog.get_logger()

TRIED_AT_ONCE = 25
ENDS = {
    RunState.TRYING: RunState.TRIED,
    RunState.RECORDING: RunState.RECORDED,
    RunState.UNDOING: RunState.UNDONE,
}
IN_WORDS = {
    RunState.RECORDED: "bulk recorded",
    RunState.UNDONE: "bulk taken back",
}
BATCH = 50
NOTHING_LEFT = "what the row says is destroyed"


def work_through(
    session: Session, run_id: UUID, *, desk: Desk, opener: Opener, at: datetime
) -> bool:
    """Do the next step of a file; return whether there was one.

    Rows are tried several at once, since nothing of it is kept. They are recorded and
    taken back one by one: no transaction changes two filings.
    """
    run = session.scalar(
        select(BulkRun).where(BulkRun.id == run_id).with_for_update(skip_locked=True)
    )
    if run is None or run.state not in ENDS:
        return False
    trying = run.state is RunState.TRYING
    rows = bulk.next_rows(session, run, limit=TRIED_AT_ONCE if trying else 1)
    if not rows:
        _end(session, run, at=at)
    elif trying:
        _try(session, desk, opener, rows, at=at)
    elif run.state is RunState.RECORDING:
        _record(session, desk, opener, run, rows[0], at=at)
    else:
        _take_back(session, desk, run, rows[0], at=at)
    return True


def _end(session: Session, run: BulkRun, *, at: datetime) -> None:
    run.state, run.ended_at = ENDS[run.state], at
    if run.state in IN_WORDS:
        done = bulk.tally(session, run.id)
        audit.append(
            session,
            at=at,
            actor="worker",
            action=IN_WORDS[run.state],
            subject=str(run.id),
            recorded=done.recorded,
            taken_back=done.taken_back,
        )


# Trying


@dataclass(frozen=True, slots=True)
class _Tried:
    """What a row would do."""

    result: RowResult
    request_id: UUID | None
    shown: int | None = None
    before: Status | None = None
    after: Status | None = None
    due: date | None = None


def _try(
    session: Session,
    desk: Desk,
    opener: Opener,
    rows: Sequence[BulkRow],
    *,
    at: datetime,
) -> None:
    """Find out what rows would do, each after those before it about its request."""
    run_id, said = rows[0].run_id, {row.line: _opened(opener, row) for row in rows}
    of: dict[UUID | None, list[int]] = {}
    for line, words in said.items():
        found = find_request(session, desk, words.get("request") or "") if words else 0
        request_id = found.id if isinstance(found, requests.Request) else None
        of.setdefault(request_id, []).append(line)
    tried: dict[int, _Tried] = {}
    for request_id, lines in of.items():
        before: dict[int, dict[str, str] | None] = {}
        if request_id is not None:
            earlier = bulk.changes_before(session, run_id, request_id, lines[0])
            before = {row.line: _opened(opener, row) for row in earlier}
        with bulk.rehearsing(session):
            for line, words in (before | {line: said[line] for line in lines}).items():
                tried[line] = _rehearsed(session, desk, request_id, line, words, at=at)
    # Only now, and the filings first: who destroys one wants it, then its rows.
    # The rows were not touched meanwhile, for each would have been read again each time.
    gone = _destroyed(session, {row.request_id for row in tried.values()})
    for row in rows:
        done = tried[row.line]
        if done.request_id in gone and done.result.effect is RowEffect.RECORDED:
            nothing = rejected(row.line, RowFault.DESTROYED, NOTHING_LEFT)
            done = _Tried(nothing, done.request_id, done.shown, done.before)
        _note(row, done, (said[row.line] or {}).get("kind", ""))


def _destroyed(session: Session, request_ids: set[UUID | None]) -> set[UUID]:
    """Return the requests of which all that is personal is destroyed.

    Their filings are held: one that is destroyed later finds the rows about it.
    """
    about = select(requests.Request.filing_id, requests.Request.id).where(
        requests.Request.id.in_(request_ids - {None})
    )
    keys = sorted((row.filing_id, row.id) for row in session.execute(about))
    return {
        request_id
        for filing_id, request_id in keys
        if people.held(session, filing_id).purged_at is not None
    }


def _rehearsed(
    session: Session,
    desk: Desk,
    request_id: UUID | None,
    line: int,
    words: dict[str, str] | None,
    *,
    at: datetime,
) -> _Tried:
    request = requests.by_id(session, request_id) if request_id else None
    shown, before = (request.events, request.status) if request else (None, None)
    result = _imported(session, desk, line, words, at=at)
    if request is None or result.effect is not RowEffect.RECORDED:
        return _Tried(result, request_id, shown, before)
    session.refresh(request)
    return _Tried(result, request_id, shown, before, request.status, request.due)


def _note(row: BulkRow, tried: _Tried, kind: str) -> None:
    row.request_id, row.shown = tried.request_id, tried.shown
    row.kind = EventKind(kind) if kind in set(EventKind) else None
    row.status_before, row.status_after = tried.before, tried.after
    row.due_after = tried.due
    _settle(row, tried.result)


def _settle(row: BulkRow, result: RowResult) -> None:
    """Note what comes of a row; one of which nothing comes says nothing any more."""
    row.effect, row.fault, row.why = result.effect, result.fault, result.why
    if result.effect is not RowEffect.RECORDED:
        _destroy(row)


def _destroy(row: BulkRow) -> None:
    for name, nothing in people.EMPTY.items():
        setattr(row, name, nothing)


def _opened(opener: Opener, row: BulkRow) -> dict[str, str] | None:
    """Return what a row says; None where nothing is left of it, or no key opens it."""
    if row.thing is None:
        return None
    try:
        said: dict[str, str] = json.loads(
            opener.open(row.thing, bulk.place_of(row.run_id, row.line))
        )
    except CannotOpenError:
        log.exception("cannot open", message=str(row.run_id), why="bulk_row")
        return None
    return said


# Recording, and back


def _imported(
    session: Session,
    desk: Desk,
    line: int,
    words: dict[str, str] | None,
    *,
    at: datetime,
    staff_id: UUID | None = None,
    shown: int | None = None,
) -> RowResult:
    """Record a row of which anything is left."""
    if words is None:
        return rejected(line, RowFault.DESTROYED, NOTHING_LEFT)
    return import_row(session, desk, line, words, at=at, staff_id=staff_id, shown=shown)


def _record(
    session: Session,
    desk: Desk,
    opener: Opener,
    run: BulkRun,
    row: BulkRow,
    *,
    at: datetime,
) -> None:
    words: dict[str, Any] | None = _opened(opener, row)
    if words is not None:  # the one that was shown, whatever has its name by now
        words = words | {"request": str(row.request_id)}
    result = _imported(
        session,
        desk,
        row.line,
        words,
        at=at,
        staff_id=run.confirmed_by,
        shown=row.shown,
    )
    _settle(row, result)
    request = requests.by_id(session, row.request_id) if row.request_id else None
    if result.effect is RowEffect.RECORDED and request is not None:
        row.place, row.recorded_at = request.events, at
        row.status_after, row.due_after = request.status, request.due
        _destroy(row)


def _take_back(
    session: Session, desk: Desk, run: BulkRun, row: BulkRow, *, at: datetime
) -> None:
    """Take one row's reply back, unless something else rests on it since."""
    found = requests.by_id(session, row.request_id) if row.request_id else None
    if found is None or row.place is None or run.undone_by is None:
        row.fault, row.why = RowFault.STAYS, "the request is gone"
        return
    held = requests.locked(session, found.filing_id, found.id)
    history = requests.timeline(session, found.filing_id, found.id)
    with_it = taken_back_with(history, row.place)
    if held is None or any(place > row.place for place in with_it):
        row.fault, row.why = RowFault.STAYS, "something else rests on it"
        return
    done = retract_entry(
        session, desk, found.id, row.place, at=at, staff_id=run.undone_by
    )
    if isinstance(done, Recorded):
        row.taken_back_at = at
    else:
        row.fault, row.why = RowFault.STAYS, "it was taken back, or others follow it"


# Keys


RowKey: TypeAlias = tuple[UUID, int]


def rows_behind(session: Session, epoch: str, after: RowKey | None) -> list[RowKey]:
    """Return the next rows that are sealed to another epoch."""
    older = select(BulkRow.run_id, BulkRow.line).where(
        BulkRow.key_epoch.is_not(None),
        or_(BulkRow.epoch != epoch, BulkRow.epoch.is_(None)),
    )
    if after is not None:
        run_id, line = after
        later = and_(BulkRow.run_id == run_id, BulkRow.line > line)
        older = older.where(or_(BulkRow.run_id > run_id, later))
    rows = session.execute(older.order_by(BulkRow.run_id, BulkRow.line).limit(BATCH))
    return [(row.run_id, row.line) for row in rows]


def rotate_row(session: Session, key: RowKey, *, desk: Desk, opener: Opener) -> bool:
    """Move one row to the newest epoch; False where it does not open."""
    # Locked as it is read: what is destroyed meanwhile must not be written back.
    row, epoch = session.get(BulkRow, key, with_for_update=True), desk.keys.epoch
    if row is None or row.thing is None or row.epoch == epoch.name:
        return True
    try:
        moved = opener.moved(row.thing, bulk.place_of(*key), epoch, receipt_public=None)
    except CannotOpenError:
        return False
    for name, value in people.columns(moved).items():
        setattr(row, name, value)
    return True
