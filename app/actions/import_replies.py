"""Vendor replies in bulk: one row a reply, each with what came of it."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.find_request import find_request
from app.actions.record_reply import (
    CannotFollow,
    Recorded,
    ReplyBody,
    record_reply,
)
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


TOO_MANY = "more than the header"


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


Row: TypeAlias = tuple[int, dict[str, str]]
"""A row, and the line on which it ends."""


def read_rows(text: str) -> list[Row]:
    """Return the rows of a CSV file, each with its line.

    Raises:
        NotRepliesError: If the needed columns are not there.
    """
    reader = csv.DictReader(io.StringIO(text), restkey=TOO_MANY, restval="")
    try:
        names = set(reader.fieldnames or ())
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as wrong:
        raise NotRepliesError(f"line {reader.line_num + 1}: {wrong}") from None
    missing = {"request", "received_on", "kind"} - names
    if missing:
        raise NotRepliesError(f"no column {min(missing)}")
    unknown = names - set(COLUMNS)
    if unknown:
        raise NotRepliesError(f"unknown column {min(map(str, unknown))}")
    return rows


def import_replies(
    session: Session,
    desk: Desk,
    rows: list[Row],
    *,
    at: datetime,
) -> list[RowResult]:
    """Record each row that can be; the same file twice changes nothing."""
    return [RowResult(line, *_one(session, desk, row, at)) for line, row in rows]


def _one(
    session: Session, desk: Desk, row: dict[str, str], at: datetime
) -> tuple[RowEffect, str]:
    if TOO_MANY in row:
        return RowEffect.REJECTED, "the row has more cells than the header"
    found = find_request(session, desk, row.get("request") or "")
    if not isinstance(found, requests.Request):
        return RowEffect.REJECTED, f"request: {found}"
    given = {k: v for k, v in row.items() if k in COLUMNS[1:] and v}
    try:
        body = ReplyBody.model_validate(given)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or first["type"]
        return RowEffect.REJECTED, f"{field}: {first['msg']}"
    if _stands(session, found, body):
        return RowEffect.UNCHANGED, ""
    done = record_reply(session, desk, found.id, body, at=at, staff_id=None)
    match done:
        case Recorded():
            return RowEffect.RECORDED, ""
        case CannotFollow():
            return RowEffect.REJECTED, f"kind: {done.why}"
        case _:
            return RowEffect.REJECTED, "received_on: before it was sent, or after today"


def _stands(session: Session, request: requests.Request, body: ReplyBody) -> bool:
    """Return whether this very reply is in the timeline and was not taken back."""
    history = requests.timeline(session, request.filing_id, request.id)
    gone = {event.retracts for event in history}
    return any(
        event.kind is body.kind
        and event.on == body.received_on
        and event.denial_ground is body.denial_ground
        and event.until == body.until
        and event.evidence is body.evidence
        for place, event in enumerate(history, start=1)
        if place not in gone
    )
