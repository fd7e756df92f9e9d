"""Replies in bulk: give a file, then say that it be recorded, dropped or taken back."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.file_request import OtherBody
from app.actions.import_replies import Row
from app.domain.bulk import RunState
from app.store import audit, bulk, people
from app.store.base import insert_once, new_id
from app.store.bulk import BulkRow, BulkRun
from app.store.sealing import Sealer

MOST_ROWS = 20_000


class Order(StrEnum):
    """What a person says of a file."""

    RECORD = "record"
    DROP = "drop"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class _Step:
    """From which state to which an order leads, and how the trail calls it."""

    frm: tuple[RunState, ...]
    to: RunState
    action: str


STEPS = {
    Order.RECORD: _Step((RunState.TRIED,), RunState.RECORDING, "bulk confirmed"),
    Order.DROP: _Step(
        (RunState.TRYING, RunState.TRIED), RunState.DROPPED, "bulk dropped"
    ),
    Order.UNDO: _Step((RunState.RECORDED,), RunState.UNDOING, "bulk undone"),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """The file is here, or was already."""

    id: UUID


@dataclass(frozen=True, slots=True)
class NotNow:
    """The order does not fit how far the file has come; nothing was changed."""

    state: RunState


def give_file(
    session: Session,
    desk: Desk,
    rows: list[Row],
    name: str,
    *,
    at: datetime,
    staff_id: UUID,
) -> Taken | OtherBody:
    """Seal a file of replies, row by row, for the worker to try.

    ``name`` tells it from all others of the same person: sent again, it is taken once.
    """
    told = json.dumps(rows, ensure_ascii=False).encode()
    named = staff_id.bytes + name.encode()
    run_id = new_id(at)
    if _known(session, desk, named) is None:
        insert_once(
            session,
            BulkRun.__table__,
            {
                "id": run_id,
                "staff_id": staff_id,
                "key_hash": desk.keys.hash("bulk name", named),
                "body_hash": desk.keys.hash("bulk body", told),
                "rows": len(rows),
                "state": RunState.TRYING,
                "received_at": at,
            },
        )
    run = session.get_one(BulkRun, _known(session, desk, named))
    if run.id != run_id:
        same = run.body_hash in desk.keys.candidates("bulk body", told)
        return Taken(run.id) if same else OtherBody()
    sealer = Sealer(desk.keys.epoch, None)
    sealed = [
        {
            "run_id": run_id,
            "line": line,
            "why": "",
            **people.columns(
                sealer.seal(
                    json.dumps(row, ensure_ascii=False).encode(),
                    bulk.place_of(run_id, line),
                )
            ),
        }
        for line, row in rows
    ]
    session.execute(insert(BulkRow.__table__), sealed)
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="bulk given",
        subject=str(run_id),
        rows=len(rows),
    )
    return Taken(run_id)


def _known(session: Session, desk: Desk, named: bytes) -> UUID | None:
    hashes = desk.keys.candidates("bulk name", named)
    return session.scalar(select(BulkRun.id).where(BulkRun.key_hash.in_(hashes)))


def order(
    session: Session, run_id: UUID, what: Order, *, at: datetime, staff_id: UUID
) -> RunState | NotNow | None:
    """Let a file be recorded, dropped or taken back; None where there is none."""
    run = session.get(BulkRun, run_id, with_for_update=True)
    if run is None:
        return None
    step = STEPS[what]
    if run.state not in step.frm:
        return NotNow(run.state)
    run.state, run.ended_at = step.to, None
    match what:
        case Order.RECORD:
            run.confirmed_by, run.confirmed_at = staff_id, at
        case Order.UNDO:
            run.undone_by, run.undone_at = staff_id, at
        case Order.DROP:
            run.ended_at = at
            bulk.destroy_rows(session, [run_id])
    audit.append(
        session, at=at, actor=str(staff_id), action=step.action, subject=str(run_id)
    )
    return run.state
