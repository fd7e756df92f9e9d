"""Replies in bulk from staff programs: tried first, recorded when told to."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response

from app.actions.bulk_replies import MOST_ROWS, NotNow, Order, Taken, give_file, order
from app.actions.import_replies import NotRepliesError, Row, read_rows
from app.actions.read_bulk import RunFile, read_run
from app.actions.sign_in import Member
from app.domain.bulk import RowEffect, RunState
from app.web.api.replies import holder_for
from app.web.deps import DeskDep, Now, StoreDep
from app.web.errors import Problem
from app.web.pages import json_of

router = APIRouter(prefix="/replies")
HERE = "/api/v1/replies"
CSV = "text/csv"
LONGEST_NAME = 200
AFTER = {
    Order.RECORD: {RunState.RECORDING, RunState.RECORDED},
    Order.DROP: {RunState.DROPPED},
    Order.UNDO: {RunState.UNDOING, RunState.UNDONE},
}
"""The states of a file that was told the same before."""
BODY: dict[str, Any] = {
    "requestBody": {
        "content": {CSV: {"schema": {"type": "string"}}},
        "required": True,
    }
}


@router.post(
    "",
    status_code=202,
    openapi_extra=BODY,
    responses={400: {}, 401: {}, 403: {}, 409: {}, 422: {}},
)
async def give(
    request: Request,
    member: Annotated[Member, Depends(holder_for("POST", HERE))],
    store: StoreDep,
    desk: DeskDep,
    at: Now,
    idempotency_key: Annotated[str | None, Header(max_length=LONGEST_NAME)] = None,
) -> Response:
    """Take a CSV file of replies and try each row; nothing is recorded yet."""
    if not idempotency_key:
        raise Problem(400, "Idempotency-Key is missing.")
    rows = rows_of(await request.body())
    done = await store.write(
        give_file, desk, rows, idempotency_key, at=at, staff_id=member.id
    )
    if not isinstance(done, Taken):
        raise Problem(409, "The same Idempotency-Key came with another file.")
    file = await store.read(read_run, done.id, only=RowEffect.REJECTED, limit=None)
    response = json_of(_document(file), status=202)
    response.headers["Location"] = f"{HERE}/{done.id}"
    return response


def rows_of(content: bytes) -> list[Row]:
    """Return the rows of a file.

    Raises:
        Problem: 422, if it holds no replies, or too many.
    """
    try:
        rows = read_rows(content.decode())
    except UnicodeDecodeError:
        raise Problem(422, "the body is not UTF-8", field="body") from None
    except NotRepliesError as wrong:
        raise Problem(422, str(wrong), field="body") from None
    if not 0 < len(rows) <= MOST_ROWS:
        raise Problem(422, f"the body has 1 to {MOST_ROWS:,} rows", field="body")
    return rows


@router.get("/{run_id}", responses={401: {}, 403: {}, 404: {}})
async def standing(
    run_id: UUID,
    member: Annotated[Member, Depends(holder_for("GET", f"{HERE}/{{run_id}}"))],  # noqa: ARG001
    store: StoreDep,
) -> Response:
    """Say how far a file has come, and name each row that was rejected."""
    file = await store.read(read_run, run_id, only=RowEffect.REJECTED, limit=None)
    return json_of(_document(file))


@router.post(
    "/{run_id}/{what}",
    status_code=202,
    responses={401: {}, 403: {}, 404: {}, 409: {}, 422: {}},
)
async def tell(
    run_id: UUID,
    what: Order,
    member: Annotated[
        Member, Depends(holder_for("POST", f"{HERE}/{{run_id}}/{{what}}"))
    ],
    store: StoreDep,
    at: Now,
) -> Response:
    """Let a file be recorded, dropped or taken back; told twice, it is done once."""
    done = await store.write(order, run_id, what, at=at, staff_id=member.id)
    if isinstance(done, NotNow) and done.state not in AFTER[what]:
        raise Problem(409, f"{what} cannot follow {done.state}")
    file = await store.read(read_run, run_id, only=RowEffect.REJECTED, limit=None)
    return json_of(_document(file), status=202)


def _document(file: RunFile | None) -> dict[str, Any]:
    if file is None:
        raise Problem(404, "There is no such file.")
    run, done = file.run, file.tally
    return {
        "id": str(run.id),
        "state": run.state,
        "received_at": run.received_at.isoformat(),
        "rows": done.rows,
        "tried": done.tried,
        "changes": done.changes,
        "unchanged": done.unchanged,
        "recorded": done.recorded,
        "taken_back": done.taken_back,
        "rejected": [
            {"line": row.line, "fault": row.fault, "why": row.why} for row in file.rows
        ],
    }
