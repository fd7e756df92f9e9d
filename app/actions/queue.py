"""The queue: what needs a person next, by due date, then vendor."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from app.actions.look_after import VendorLine, kept_back
from app.domain.timeline import OPEN, Status
from app.store.inbox import waiting_mails
from app.store.outbox import LIVE, Message, State
from app.store.requests import Request

NEEDS_A_PERSON = (
    Status.SENT,
    Status.ACKNOWLEDGED,
    Status.IDENTITY_REQUESTED,
    Status.UNDELIVERABLE,
    Status.APPEALED,
)
"""Where somebody waits for something; the rest has ended, or begins by itself."""
ON_A_PAGE = 25
NEAR = 5
"""Days that are counted one by one."""
COUNTED_TO = 1000
"""A number that is larger than this says nothing more to who looks at it."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row after which a page begins."""

    due: date | None
    vendor: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue is asked for."""

    status: Status | None = None
    vendor: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One request of the queue."""

    id: UUID
    number: str
    vendor: str
    status: Status
    due: date | None

    @property
    def cursor(self) -> Cursor:
        """Where the next page begins, if this row ends one."""
        return Cursor(self.due, self.vendor, self.id)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is due when; each at most ``COUNTED_TO``."""

    late: int
    days: tuple[tuple[date, int], ...]
    """Today, and the days after it."""
    later: int
    undated: int
    tasks: int
    """Those of them in which somebody here has something to do."""

    @property
    def together(self) -> int:
        """All of it."""
        return self.late + sum(n for _, n in self.days) + self.later + self.undated

    @property
    def waiting(self) -> int:
        """Those that wait for a company or a resident, and for nobody here."""
        return max(self.together - self.tasks, 0)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue."""

    rows: tuple[QueueRow, ...]
    next: Cursor | None
    counts: Counts
    unknown: tuple[QueueRow, ...]
    """Requests whose letter may or may not have arrived, twice."""
    kept_back: tuple[VendorLine, ...]
    """Letters that wait for their vendor's turn."""
    mails: int
    """Mails in the inbox that a person has to look at."""


def read_queue(
    session: Session, wanted: Wanted, after: Cursor | None, *, today: date
) -> QueuePage:
    """Return one page, and the figures of the whole queue."""
    rows: list[QueueRow] = []
    if after is None or after.due is not None:
        rows += _rows(session, wanted, after, today, dated=True, limit=ON_A_PAGE + 1)
    if len(rows) <= ON_A_PAGE and not wanted.late:
        begin = after if after is not None and after.due is None else None
        more = ON_A_PAGE + 1 - len(rows)
        rows += _rows(session, wanted, begin, today, dated=False, limit=more)
    shown = tuple(rows[:ON_A_PAGE])
    following = shown[-1].cursor if len(rows) > ON_A_PAGE else None
    return QueuePage(
        shown,
        following,
        _counts(session, today),
        _unknown(session),
        kept_back(session),
        waiting_mails(session),
    )


_COLUMNS = (Request.id, Request.number, Request.vendor, Request.status, Request.due)


def _rows(
    session: Session,
    wanted: Wanted,
    after: Cursor | None,
    today: date,
    *,
    dated: bool,
    limit: int,
) -> list[QueueRow]:
    """Return rows in their order: each status is read from its own part of the index."""
    statuses = (wanted.status,) if wanted.status else NEEDS_A_PERSON
    parts = [
        select(
            _one_status(
                status, wanted, after, today, dated=dated, limit=limit
            ).subquery()
        )
        for status in statuses
    ]
    together = union_all(*parts).subquery()
    order = (together.c.due, together.c.vendor, together.c.id)
    found = session.execute(select(together).order_by(*order).limit(limit))
    return [QueueRow(**row) for row in found.mappings()]


def _one_status(
    status: Status,
    wanted: Wanted,
    after: Cursor | None,
    today: date,
    *,
    dated: bool,
    limit: int,
) -> Select[UUID, str, str, Status, date | None]:
    order = (Request.due, Request.vendor, Request.id)
    rows = select(*_COLUMNS).where(Request.status == status).order_by(*order)
    rows = rows.where(Request.due.is_not(None) if dated else Request.due.is_(None))
    if wanted.vendor is not None:
        rows = rows.where(Request.vendor == wanted.vendor)
    if wanted.late:
        rows = rows.where(Request.due < today)
    if after is not None and dated:
        rows = rows.where(tuple_(*order) > (after.due, after.vendor, after.id))
    elif after is not None:
        rows = rows.where(tuple_(*order[1:]) > (after.vendor, after.id))
    return rows.limit(limit)


def _unknown(session: Session) -> tuple[QueueRow, ...]:
    """Return the requests of which only a person can find out whether they left."""
    rows = (
        select(*_COLUMNS)
        .join(
            Message,
            (Message.filing_id == Request.filing_id)
            & (Message.request_id == Request.id),
        )
        .where(LIVE, Message.state == State.UNKNOWN, Message.unknowns > 1)
        .order_by(Message.next_try, Request.id)
        .limit(ON_A_PAGE)
    )
    return tuple(QueueRow(**row) for row in session.execute(rows).mappings())


def _counts(session: Session, today: date) -> Counts:
    end = today + timedelta(days=NEAR)
    near: Counter[date] = Counter()
    rows = session.execute(
        select(Request.due, func.count())
        .where(Request.status.in_(tuple(OPEN)), Request.due >= today, Request.due < end)
        .group_by(Request.due)
    )
    for day, count in rows:
        if day is not None:
            near[day] = count
    days = (today + timedelta(days=n) for n in range(NEAR))
    return Counts(
        late=_some(session, Request.due < today),
        days=tuple((day, near[day]) for day in days),
        later=_some(session, Request.due >= end),
        undated=_some(session, Request.due.is_(None)),
        tasks=_some(
            session,
            (Request.status.in_(tuple(OPEN)) & (Request.due < today))
            | (Request.status == Status.UNDELIVERABLE),
        ),
    )


def _some(session: Session, when: ColumnElement[bool]) -> int:
    """Count, but no further than is worth saying."""
    some = select(Request.id).where(Request.status.in_(NEEDS_A_PERSON), when)
    counted = select(func.count()).select_from(some.limit(COUNTED_TO).subquery())
    return session.scalar(counted) or 0
