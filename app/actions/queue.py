"""The queue: what needs a person next and why, by due date, then vendor."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    func,
    literal_column,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from app.actions.look_after import VendorLine, kept_back
from app.actions.staff_members import Colleague, colleagues
from app.domain.timeline import OPEN, Status
from app.domain.ways import HandWork
from app.store.inbox import InboxMessage, MailPart, MailState, parked_mails
from app.store.outbox import LIVE, Message, State
from app.store.requests import Request
from app.store.staff import SavedView

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
"""Days that are counted one by one, and within which something is due soon."""
NOBODY = UUID(int=0)
"""Stands where a member would, for what nobody looks after."""
COUNTED_TO = 1000
"""A number that is larger than this says nothing more to who looks at it."""


class Why(StrEnum):
    """Why a request needs a person, the most pressing first."""

    MAIL = "mail"
    """A mail about it came in and waits to be read."""
    ANSWERED = "answered"
    """The vendor answered on its link; nobody here has looked at it."""
    BOUNCED = "bounced"
    LATE = "late"
    BY_HAND = "by_hand"
    """No program sends it: one of us types it into a form, or posts it."""
    TAKEN_BACK = "taken_back"
    """It was sent so, and is taken back: one of us tells the company."""
    SOON = "soon"
    IDENTITY = "identity"


HAND: Mapping[Why, HandWork] = {
    Why.BY_HAND: HandWork.SEND,
    Why.TAKEN_BACK: HandWork.TELL,
}
"""What is done by hand, by the reason for which it is in the queue."""


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
    why: Why | None = None
    who: UUID | None = None
    """The member who looks after it, or ``NOBODY``."""

    @property
    def scope(self) -> "Wanted":
        """The part of the queue of which the figures are: one vendor, one member."""
        return Wanted(vendor=self.vendor, who=self.who)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One request of the queue."""

    id: UUID
    number: str
    vendor: str
    status: Status
    due: date | None
    who: UUID | None
    """Who looks after it."""
    mail: UUID | None = None
    """The oldest mail about it that waits to be read."""
    unseen: bool = False
    """Whether the vendor answered on its link and nobody has looked."""
    by_hand: HandWork | None = None
    """What one of us has to do for it by hand."""

    @property
    def cursor(self) -> Cursor:
        """Where the next page begins, if this row ends one."""
        return Cursor(self.due, self.vendor, self.id)

    def reasons(self, today: date) -> tuple[Why, ...]:
        """Return why it needs a person, or may soon."""
        owed = self.due if self.status in OPEN else None
        holds = {
            Why.MAIL: self.mail is not None,
            Why.ANSWERED: self.unseen,
            Why.BOUNCED: self.status is Status.UNDELIVERABLE,
            Why.LATE: owed is not None and owed < today,
            Why.SOON: owed is not None and today <= owed < today + timedelta(days=NEAR),
            Why.IDENTITY: self.status is Status.IDENTITY_REQUESTED,
            **{why: self.by_hand is work for why, work in HAND.items()},
        }
        return tuple(why for why in Why if holds[why])


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is due when, and why; each at most ``COUNTED_TO``."""

    late: int
    days: tuple[tuple[date, int], ...]
    """Today, and the days after it."""
    later: int
    undated: int
    tasks: int
    """Requests in which somebody here has something to do."""
    waiting: int
    """Those that wait for a company or a resident, and for nobody here."""
    by_why: dict[Why, int]


@dataclass(frozen=True, slots=True)
class View:
    """A part of the queue that a member keeps."""

    id: UUID
    name: str
    query: str


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
    parked: int
    """Mails of which nobody knows what they are about."""
    people: tuple[Colleague, ...]
    views: tuple[View, ...]


def read_queue(
    session: Session,
    wanted: Wanted,
    after: Cursor | None,
    *,
    today: date,
    staff_id: UUID | None = None,
) -> QueuePage:
    """Return one page, the figures of the queue, and the views that a member keeps."""
    rows = _page(session, wanted, after, today, limit=ON_A_PAGE + 1)
    shown = rows[:ON_A_PAGE]
    following = shown[-1].cursor if len(rows) > ON_A_PAGE else None
    return QueuePage(
        shown,
        following,
        _counts(session, wanted.scope, today),
        _unknown(session),
        kept_back(session),
        parked_mails(session),
        colleagues(session),
        _views(session, staff_id),
    )


def next_in_queue(
    session: Session, wanted: Wanted, after: Cursor | None, *, today: date
) -> QueueRow | None:
    """Return the request that follows a place in the queue."""
    rows = _page(session, wanted, after, today, limit=1)
    return next(iter(rows), None)


Key = tuple[date | None, str, UUID, UUID]
Keys = Select[date | None, str, UUID, UUID]
_KEYS = (Request.due, Request.vendor, Request.id, Request.filing_id)
_ORDER = _KEYS[:3]
_WAITS = union_all(
    select(InboxMessage.filing_id, InboxMessage.request_id, InboxMessage.id).where(
        InboxMessage.state == MailState.WAITING, InboxMessage.request_id.is_not(None)
    ),
    select(MailPart.filing_id, MailPart.request_id, MailPart.mail_id).where(
        MailPart.place.is_(None)
    ),
).subquery()
"""The mails that wait to be read, by the requests that they are about."""
_WITH_MAIL = select(_WAITS.c.filing_id, _WAITS.c.request_id)


def _page(
    session: Session,
    wanted: Wanted,
    after: Cursor | None,
    today: date,
    *,
    limit: int,
) -> tuple[QueueRow, ...]:
    """Return rows in their order: first what has a date, then what has none."""
    keys: list[Key] = []
    if after is None or after.due is not None:
        keys += _keys(session, wanted, after, today, dated=True, limit=limit)
    if len(keys) < limit:
        begin = after if after is not None and after.due is None else None
        more = limit - len(keys)
        keys += _keys(session, wanted, begin, today, dated=False, limit=more)
    return _rows(session, keys)


def _keys(
    session: Session,
    wanted: Wanted,
    after: Cursor | None,
    today: date,
    *,
    dated: bool,
    limit: int,
) -> list[Key]:
    """Return the keys of rows in their order.

    Each part comes in its order from an index, which holds all that is read of it, and
    the parts are merged: no row is touched, and nothing is sorted.
    """
    # One vendor's rows come by due date alone: its name would be sorted by in vain.
    names = ("due", "id") if wanted.vendor else ("due", "vendor", "id")
    parts = [
        select(
            _after(part, after, dated=dated)
            .order_by(*(Request.__table__.c[name] for name in names))
            .limit(limit)
            .subquery()
        )
        for part in _parts(wanted, today)
    ]
    if not parts:
        return []
    together = union_all(*parts).subquery()
    order = (together.c[name] for name in names)
    found = session.execute(select(together).order_by(*order).limit(limit))
    return [(row.due, row.vendor, row.id, row.filing_id) for row in found]


def _parts(wanted: Wanted, today: date) -> Iterator[Keys]:
    """Yield the parts of what is asked for; no request lies in two of them."""
    all_keys = select(*_KEYS).where(*_scope(wanted))
    unseen = select(*_KEYS).where(Request.unseen.is_not(None), *_scope_of_few(wanted))
    statuses = (wanted.status,) if wanted.status else None
    match wanted.why:
        case Why.MAIL:
            key = tuple_(Request.filing_id, Request.id)
            yield _only(all_keys.where(key.in_(_WITH_MAIL)), statuses)
        case Why.ANSWERED:
            yield _only(unseen, statuses)
        case Why.BY_HAND | Why.TAKEN_BACK:
            yield _only(_by_hand(wanted, HAND[wanted.why]), statuses)
        case _:
            among = _statuses_of(wanted.why)
            for status in statuses or among:
                if wanted.why is None or status in among:
                    part = all_keys.where(Request.status == status)
                    yield _due_then(part, wanted.why, today)
            if wanted.why is None and statuses is None:
                others = tuple(s for s in Status if s not in NEEDS_A_PERSON)
                yield _only(unseen, others)
                for work in HandWork:
                    seen = _by_hand(wanted, work).where(Request.unseen.is_(None))
                    yield _only(seen, others)


def _by_hand(wanted: Wanted, work: HandWork) -> Keys:
    """Return what one of us has to do by hand; it has no due date, and is few."""
    few = select(*_KEYS).where(Request.by_hand == work)
    return few.where(*_scope_of_few(wanted))


def _only(keys: Keys, statuses: tuple[Status, ...] | None) -> Keys:
    """Leave only some statuses of rows that are few.

    Not "in these": a database would rather go through all that stands there.
    """
    if statuses is None:
        return keys
    return keys.where(Request.status.not_in([s for s in Status if s not in statuses]))


def _statuses_of(why: Why | None) -> tuple[Status, ...]:
    match why:
        case Why.BOUNCED:
            return (Status.UNDELIVERABLE,)
        case Why.IDENTITY:
            return (Status.IDENTITY_REQUESTED,)
        case Why.LATE | Why.SOON:
            return tuple(status for status in NEEDS_A_PERSON if status in OPEN)
        case _:
            return NEEDS_A_PERSON


def _due_then(keys: Keys, why: Why | None, today: date) -> Keys:
    if why is Why.LATE:
        return keys.where(Request.due < today)
    if why is Why.SOON:
        end = today + timedelta(days=NEAR)
        return keys.where(Request.due >= today, Request.due < end)
    return keys


def _after(keys: Keys, after: Cursor | None, *, dated: bool) -> Keys:
    keys = keys.where(Request.due.is_not(None) if dated else Request.due.is_(None))
    if after is not None and dated:
        keys = keys.where(tuple_(*_ORDER) > (after.due, after.vendor, after.id))
    elif after is not None:
        keys = keys.where(tuple_(*_ORDER[1:]) > (after.vendor, after.id))
    return keys


def _scope(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.vendor is not None:
        yield Request.vendor == wanted.vendor
    if wanted.who == NOBODY:
        yield Request.assigned_to.is_(None)
        if wanted.status is not Status.UNCONFIRMED:
            # In the words of the index, which a database does not infer from a value.
            yield Request.status != literal_column("'unconfirmed'")
    elif wanted.who is not None:
        yield Request.assigned_to == wanted.who


def _scope_of_few(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Yield the same for rows that are few: hidden from an index of all of a member."""
    if wanted.vendor is not None:
        yield Request.vendor == wanted.vendor
    if wanted.who is not None:
        yield func.coalesce(Request.assigned_to, NOBODY) == wanted.who


_COLUMNS = (
    Request.id,
    Request.number,
    Request.vendor,
    Request.status,
    Request.due,
    Request.assigned_to.label("who"),
    Request.unseen.is_not(None).label("unseen"),
    Request.by_hand,
)


def _rows(session: Session, keys: Sequence[Key]) -> tuple[QueueRow, ...]:
    """Return the rows of keys, in the order of these."""
    among = [(filing_id, row_id) for _, _, row_id, filing_id in keys]
    if not among:
        return ()
    found = session.execute(
        select(*_COLUMNS).where(tuple_(Request.filing_id, Request.id).in_(among))
    )
    mails = session.execute(
        select(_WAITS.c.request_id, _WAITS.c.id)
        .where(_WAITS.c.filing_id.in_([filing_id for filing_id, _ in among]))
        .order_by(_WAITS.c.id.desc())
    )
    oldest = {row[0]: row[1] for row in mails}
    by_id = {
        row["id"]: QueueRow(**row, mail=oldest.get(row["id"]))
        for row in found.mappings()
    }
    return tuple(by_id[row_id] for _, row_id in among)


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


def _views(session: Session, staff_id: UUID | None) -> tuple[View, ...]:
    found = session.execute(
        select(SavedView.id, SavedView.name, SavedView.query)
        .where(SavedView.staff_id == staff_id)
        .order_by(SavedView.id)
    )
    return tuple(View(*row) for row in found)


def _counts(session: Session, scope: Wanted, today: date) -> Counts:
    end = today + timedelta(days=NEAR)
    near: Counter[date] = Counter()
    rows = session.execute(
        select(Request.due, func.count())
        .where(Request.status.in_(tuple(OPEN)), Request.due >= today, Request.due < end)
        .where(*_scope(scope))
        .group_by(Request.due)
    )
    for day, count in rows:
        if day is not None:
            near[day] = count
    by_why = {
        why: _capped(session, _of_why(replace(scope, why=why), today)) for why in Why
    }
    late, bounced = by_why[Why.LATE], by_why[Why.BOUNCED]
    later = _some(session, scope, Request.due >= end)
    undated = _some(session, scope, Request.due.is_(None))
    read = _to_read(scope)
    waits = set(NEEDS_A_PERSON) - {Status.UNDELIVERABLE}
    by_hand = select(Request.id).where(Request.by_hand.is_not(None))
    hand = by_hand.where(*_scope_of_few(scope))
    to_do = _together(session, [*read, *_of_late(scope, today), hand])
    waits_and_read = [
        part.where(
            Request.status.not_in([s for s in Status if s not in waits]),
            Request.due.is_(None) | (Request.due >= today),
        )
        for part in read
    ]
    open_ones = late + sum(near.values()) + later + undated
    read_elsewhere = _together(session, waits_and_read)
    return Counts(
        late=late,
        days=tuple(
            (today + timedelta(days=n), near[today + timedelta(days=n)])
            for n in range(NEAR)
        ),
        later=later,
        undated=undated,
        tasks=to_do,
        waiting=max(open_ones - late - bounced - read_elsewhere, 0),
        by_why=by_why,
    )


Ids = Select[UUID]


def _ids(keys: Keys) -> Ids:
    return keys.with_only_columns(Request.id).limit(COUNTED_TO)


def _of_why(wanted: Wanted, today: date) -> CompoundSelect[UUID]:
    """Return the requests that need a person for one reason."""
    parts = _parts(wanted, today)
    return union_all(*(select(_ids(part).subquery()) for part in parts))


def _to_read(scope: Wanted) -> list[Ids]:
    """Return the requests in which something came in that nobody has looked at."""
    key = tuple_(Request.filing_id, Request.id)
    came = (key.in_(_WITH_MAIL), Request.unseen.is_not(None))
    return [select(Request.id).where(one, *_scope(scope)) for one in came]


def _of_late(scope: Wanted, today: date) -> list[Ids]:
    """Return what is late, and what came back."""
    late = Request.status.in_(_statuses_of(Why.LATE)) & (Request.due < today)
    back = Request.status == Status.UNDELIVERABLE
    return [select(Request.id).where(one, *_scope(scope)) for one in (late, back)]


def _together(session: Session, parts: Iterable[Ids]) -> int:
    """Count what lies in any of the parts, each once; no part further than is said."""
    limited = (select(part.limit(COUNTED_TO).subquery()) for part in parts)
    return _capped(session, union(*limited))


def _some(session: Session, scope: Wanted, when: ColumnElement[bool]) -> int:
    """Count where something is waited for, but no further than is worth saying."""
    some = select(Request.id).where(Request.status.in_(NEEDS_A_PERSON), when)
    return _capped(session, some.where(*_scope(scope)))


def _capped(session: Session, some: Ids | CompoundSelect[UUID]) -> int:
    counted = select(func.count()).select_from(some.limit(COUNTED_TO).subquery())
    return session.scalar(counted) or 0
