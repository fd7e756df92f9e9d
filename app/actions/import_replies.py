"""Vendor replies in bulk: one row a reply, each with what came of it."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.record_reply import (
    CannotFollow,
    NotThatDay,
    Recorded,
    ReplyBody,
    record_reply,
)
from app.domain.receipts import MisreadError, read_number
from app.store import requests

COLUMNS = (
    "request",
    "received_on",
    "kind",
    "denial_ground",
    "until",
    "text",
    "evidence",
    "vendor_reference",
)


class RowEffect(StrEnum):
    """What came of one row."""

    RECORDED = "recorded"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row of the file."""

    line: int
    effect: RowEffect
    why: str = ""


class NotRepliesError(ValueError):
    """The file is no table of replies; the message says what is missing."""


def read_rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file, each with its line.

    Raises:
        NotRepliesError: If the needed columns are not there.
    """
    reader = csv.DictReader(io.StringIO(text))
    names = set(reader.fieldnames or ())
    missing = {"request", "received_on", "kind"} - names
    if missing:
        raise NotRepliesError(f"no column {min(missing)}")
    unknown = names - set(COLUMNS)
    if unknown:
        raise NotRepliesError(f"unknown column {min(map(str, unknown))}")
    return [(reader.line_num, row) for row in reader]


def import_replies(
    session: Session,
    desk: Desk,
    rows: list[tuple[int, dict[str, str]]],
    *,
    at: datetime,
) -> list[RowResult]:
    """Record each row that can be; the same file twice changes nothing."""
    return [RowResult(line, *_one(session, desk, row, at)) for line, row in rows]


def _one(
    session: Session, desk: Desk, row: dict[str, str], at: datetime
) -> tuple[RowEffect, str]:
    request = _found(session, row.get("request") or "")
    if request is None:
        return RowEffect.REJECTED, "request: there is none of this name"
    given = {k: v for k, v in row.items() if k in COLUMNS[1:] and v}
    try:
        body = ReplyBody.model_validate(given)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "row"
        return RowEffect.REJECTED, f"{field}: {first['msg']}"
    key = "import " + "|".join(f"{k}={v}" for k, v in sorted(given.items()))
    before = request.events
    done = record_reply(
        session, desk, request.id, body, at=at, staff_id=None, idempotency_key=key
    )
    match done:
        case Recorded(standing):
            same = len(standing.timeline) == before
            return (RowEffect.UNCHANGED if same else RowEffect.RECORDED), ""
        case CannotFollow():
            return RowEffect.REJECTED, f"kind: {done.why}"
        case NotThatDay():
            return RowEffect.REJECTED, "received_on: not before it was sent, nor later"
        case _:
            return RowEffect.REJECTED, "request: there is none of this name"


def _found(session: Session, name: str) -> requests.Request | None:
    """Return the request of an id, a number, or a reply address."""
    try:
        return requests.by_id(session, UUID(name))
    except ValueError:
        pass
    try:
        found = requests.by_number(session, read_number(name))
    except MisreadError:
        found = None
    return found or requests.by_reply_address(session, name.partition("@")[0])
