"""What needs a person next, by due date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.actions.read_filing import OPEN
from app.domain.receipts import MisreadError, read_number, read_receipt
from app.domain.timeline import Status
from app.store import requests
from app.store.outbox import Message, State
from app.store.requests import Request

PAGE = 50
WAITING = (
    *sorted(OPEN),
    Status.APPEALED,
    Status.UNDELIVERABLE,
)
FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One request that waits."""

    id: UUID
    number: str
    vendor: str
    status: Status
    due: date | None
    unknown_delivery: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue, and the counts over all of it."""

    rows: tuple[QueueRow, ...]
    after: str | None
    """Where the next page begins."""
    days: tuple[tuple[date | None, int], ...]
    """How many are due: late (None), then each of the next days."""
    later: int
    total: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caseworker wants to see."""

    status: Status | None = None
    vendor: str = ""
    overdue: bool = False
    after: str = ""


def read_queue(session: Session, wanted: Wanted, *, today: date) -> Queue:
    """Return a page of what waits, the earliest due date first."""
    due = func.coalesce(Request.extended_due, Request.respond_due, FAR)
    statuses = [wanted.status] if wanted.status else [*WAITING, Status.QUEUED]
    rows = select(Request, due.label("due")).where(Request.status.in_(statuses))
    if wanted.vendor:
        rows = rows.where(Request.vendor == wanted.vendor)
    if wanted.overdue:
        rows = rows.where(due < today)
    if (place := _place(wanted.after)) is not None:
        rows = rows.where(tuple_(due, Request.id) > tuple_(*place))
    found = session.execute(rows.order_by(due, Request.id).limit(PAGE + 1)).all()
    unknown = _unknown(session, [row[0].id for row in found])
    shown = found[:PAGE]
    return Queue(
        tuple(
            QueueRow(
                r.id,
                r.number,
                r.vendor,
                r.status,
                None if d == FAR else d,
                r.id in unknown,
            )
            for r, d in shown
        ),
        f"{shown[-1][1].isoformat()}_{shown[-1][0].id}" if len(found) > PAGE else None,
        *_counts(session, today),
    )


def _place(after: str) -> tuple[date, UUID] | None:
    day, _, request_id = after.partition("_")
    try:
        return date.fromisoformat(day), UUID(request_id)
    except ValueError:
        return None


def _unknown(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Return the requests whose letter may have left, twice unknown."""
    rows = session.scalars(
        select(Message.request_id).where(
            Message.request_id.in_(ids),
            Message.state == State.UNKNOWN,
            Message.unknowns > 1,
        )
    )
    return {row for row in rows if row is not None}


def _counts(
    session: Session, today: date
) -> tuple[tuple[tuple[date | None, int], ...], int, int]:
    due = func.coalesce(Request.extended_due, Request.respond_due)
    by_day = dict(
        session.execute(
            select(due, func.count())
            .where(Request.status.in_(tuple(OPEN)), due.is_not(None))
            .group_by(due)
        ).tuples()
    )
    week = [today + timedelta(days=n) for n in range(6)]
    late = sum(n for day, n in by_day.items() if day < today)
    later = sum(n for day, n in by_day.items() if day > week[-1])
    days: list[tuple[date | None, int]] = [(None, late)]
    days += [(day, by_day.get(day, 0)) for day in week]
    total = session.scalar(
        select(func.count()).where(
            or_(Request.status.in_(WAITING), Request.status == Status.QUEUED)
        )
    )
    return tuple(days), later, total or 0


@dataclass(frozen=True, slots=True)
class IsReceipt:
    """A resident's tracking code was typed where staff search; it is not looked up."""


def find_request(session: Session, typed: str) -> UUID | IsReceipt | None:
    """Return a request by its number or its reply address."""
    try:
        read_receipt(typed)
    except MisreadError:
        pass
    else:
        return IsReceipt()
    try:
        found = requests.by_number(session, read_number(typed))
    except MisreadError:
        found = None
    found = found or requests.by_reply_address(session, typed.strip().partition("@")[0])
    return found.id if found else None
