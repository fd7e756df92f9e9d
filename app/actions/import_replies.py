"""Vendor replies in bulk: one row a reply, each with what came of it."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.find_request import NotFound, find_request
from app.actions.record_reply import (
    CannotFollow,
    MovedOn,
    Recorded,
    ReplyBody,
    record_reply,
)
from app.domain.bulk import RowEffect, RowFault
from app.store import requests
from app.store.session import Store

log = structlog.get_logger()

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


NOT_FOUND = {
    NotFound.NONE: RowFault.NO_REQUEST,
    NotFound.RECEIPT: RowFault.TRACKING_CODE,
    NotFound.SEVERAL: RowFault.SEVERAL,
}


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row of the file."""

    line: int
    effect: RowEffect
    why: str = ""
    fault: RowFault | None = None


class NotRepliesError(ValueError):
    """The file is no table of replies; the message says what is missing."""


Row: TypeAlias = tuple[int, dict[str, str]]
"""A row, and the line on which it ends."""


def read_rows(text: str) -> list[Row]:
    """Return the rows of a CSV file, each with its line.

    Raises:
        NotRepliesError: If the needed columns are not there.
    """
    text = text.removeprefix("\ufeff")
    # As spreadsheets write it where the comma is in numbers.
    sign = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(
        io.StringIO(text), restkey=TOO_MANY, restval="", delimiter=sign
    )
    try:
        header = reader.fieldnames or ()
        names = set(header)
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as wrong:
        raise NotRepliesError(f"line {reader.line_num + 1}: {wrong}") from None
    missing = {"request", "received_on", "kind"} - names
    if missing:
        raise NotRepliesError(f"no column {min(missing)}")
    unknown = names - set(COLUMNS)
    if unknown:
        raise NotRepliesError(f"unknown column {min(map(str, unknown))}")
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:  # nobody can tell which of them is meant
        raise NotRepliesError(f"column {min(twice)} stands there twice")
    return rows


def record_each(
    store: Store, desk: Desk, rows: Iterable[Row], now: Callable[[], datetime]
) -> Iterator[RowResult]:
    """Record each row in a transaction of its own: none is about two filings.

    Others write between them, and whoever ends it midway begins again: what was recorded
    is found unchanged.
    """
    for line, row in rows:
        with store.writing() as session:
            result = import_row(session, desk, line, row, at=now())
        yield result


def try_each(
    store: Store, desk: Desk, groups: Iterable[list[Row]], now: Callable[[], datetime]
) -> Iterator[RowResult]:
    """Say what would come of rows, those of one request together; nothing is kept."""
    for group in groups:
        with store.rehearsing() as session:
            tried = [import_row(session, desk, *one, at=now()) for one in group]
        yield from tried


def by_request(session: Session, desk: Desk, rows: Iterable[Row]) -> list[list[Row]]:
    """Return the rows by the request that they are about, each group in their order.

    So that each can be tried after those before it, and none with another's filing held.
    A row may also name a request by what an earlier one says that the vendor calls it.
    """
    groups: dict[object, list[Row]] = {}
    called: dict[str, UUID] = {}
    for line, row in rows:
        name = "".join((row.get("request") or "").split()).casefold()
        found = find_request(session, desk, row.get("request") or "")
        known = found.id if isinstance(found, requests.Request) else called.get(name)
        groups.setdefault(known or line, []).append((line, row))
        reference = "".join((row.get("vendor_reference") or "").split()).casefold()
        if known is not None and reference:
            called.setdefault(reference, known)
    return list(groups.values())


def import_row(
    session: Session,
    desk: Desk,
    line: int,
    row: dict[str, str],
    *,
    at: datetime,
    staff_id: UUID | None = None,
    shown: int | None = None,
) -> RowResult:
    """Record one row if it can be; a row that stands already changes nothing.

    For a transaction of its own: it holds the row's filing. One that fails in a way that
    nobody foresaw leaves nothing and stops no other. ``shown`` is the length of the
    timeline for which its effect was shown.
    """
    try:
        with session.begin_nested():
            return _recorded(
                session, desk, line, row, at=at, staff_id=staff_id, shown=shown
            )
    except SQLAlchemyError:
        raise
    except Exception as wrong:
        log.exception("row failed", why=type(wrong).__name__)
        return rejected(line, RowFault.FAILED, "it failed; the log says why")


def rejected(line: int, fault: RowFault, why: str) -> RowResult:
    """Return what comes of a row of which nothing comes."""
    return RowResult(line, RowEffect.REJECTED, why, fault)


def _recorded(
    session: Session,
    desk: Desk,
    line: int,
    row: dict[str, str],
    *,
    at: datetime,
    staff_id: UUID | None,
    shown: int | None,
) -> RowResult:
    if TOO_MANY in row:
        return rejected(line, RowFault.CELLS, "the row has more cells than the header")
    found = find_request(session, desk, row.get("request") or "")
    if not isinstance(found, requests.Request):
        return rejected(line, NOT_FOUND[found], f"request: {found}")
    given = {k: v for k, v in row.items() if k in COLUMNS[1:] and v}
    try:
        body = ReplyBody.model_validate(given)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or first["type"]
        return rejected(line, RowFault(field), f"{field}: {first['msg']}")
    if _stands(session, found, body):
        return RowResult(line, RowEffect.UNCHANGED)
    done = record_reply(
        session, desk, found.id, body, at=at, staff_id=staff_id, shown=shown
    )
    match done:
        case Recorded():
            return RowResult(line, RowEffect.RECORDED)
        case CannotFollow():
            return rejected(line, RowFault.CANNOT_FOLLOW, f"kind: {done.why}")
        case MovedOn():
            return rejected(
                line, RowFault.MOVED_ON, "request: something was recorded meanwhile"
            )
        case _:
            why = "received_on: before it was sent, or after today"
            return rejected(line, RowFault.RECEIVED_ON, why)


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
