"""What staff see of their work as a whole: ages, answers, lateness, who has how much."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app.actions.staff_members import colleagues
from app.domain.timeline import ANSWERS, OPEN
from app.store.audit import AuditEntry
from app.store.requests import Reply, Request, TimelineEntry

AGES = (7, 30, 45, 90)
"""Days since the sending at which one age ends and the next begins."""
WEEKS = 12
RECORDED_WITHIN = timedelta(days=28)
VENDORS = 10


@dataclass(frozen=True, slots=True)
class Age:
    """Open requests that were sent so many days ago."""

    first: int
    last: int | None
    """None for all that are older."""
    count: int


@dataclass(frozen=True, slots=True)
class Lateness:
    """A vendor that owes answers whose day has passed."""

    vendor: str
    late: int
    open: int
    oldest: date
    """The day on which the answer was owed that is owed longest."""


@dataclass(frozen=True, slots=True)
class Load:
    """What lies with one member."""

    name: str
    open: int
    late: int
    recorded: int = 0
    """Replies that they recorded within the last weeks."""


@dataclass(frozen=True, slots=True)
class StaffFigures:
    """All of it, as of one day."""

    ages: tuple[Age, ...]
    weeks: tuple[tuple[date, int], ...]
    """Mondays, and the answers that were recorded in the week."""
    late: tuple[Lateness, ...]
    loads: tuple[Load, ...]


def staff_figures(session: Session, *, at: datetime) -> StaffFigures:
    """Count what is open, answered, late and taken on."""
    today = at.date()
    return StaffFigures(
        _ages(session, today),
        _weeks(session, today),
        _late(session, today),
        _loads(session, today, _recorded(session, at)),
    )


_OPEN = Request.status.in_(tuple(OPEN))


def _ages(session: Session, today: date) -> tuple[Age, ...]:
    rows = session.execute(
        select(Request.sent_on, func.count())
        .where(_OPEN, Request.sent_on.is_not(None))
        .group_by(Request.sent_on)
    )
    counted = [((today - day).days, count) for day, count in rows if day is not None]
    ends = [*AGES, None]
    firsts = [0, *(end + 1 for end in AGES)]
    return tuple(
        Age(
            first,
            last,
            sum(n for d, n in counted if d >= first and (last is None or d <= last)),
        )
        for first, last in zip(firsts, ends, strict=True)
    )


def _weeks(session: Session, today: date) -> tuple[tuple[date, int], ...]:
    """Count answers by the week in which they were recorded, each answer once."""
    this = today - timedelta(days=today.weekday())
    first = this - timedelta(weeks=WEEKS - 1)
    entry = and_(
        TimelineEntry.filing_id == Reply.filing_id,
        TimelineEntry.request_id == Reply.request_id,
        TimelineEntry.place == Reply.place,
    )
    rows = session.execute(
        select(Reply.recorded_at)
        .join(TimelineEntry, entry)
        .where(
            Reply.recorded_at >= datetime.combine(first, time.min, UTC),
            TimelineEntry.kind.in_(tuple(ANSWERS)),
        )
    )
    counted: Counter[date] = Counter()
    for (at,) in rows:
        day = at.date()
        counted[day - timedelta(days=day.weekday())] += 1
    weeks = (first + timedelta(weeks=n) for n in range(WEEKS))
    return tuple((week, counted[week]) for week in weeks)


def _late(session: Session, today: date) -> tuple[Lateness, ...]:
    late = func.count()
    rows = session.execute(
        select(Request.vendor, late, func.min(Request.due))
        .where(_OPEN, Request.due < today)
        .group_by(Request.vendor)
        .order_by(late.desc(), Request.vendor)
        .limit(VENDORS)
    ).all()
    owing = session.execute(
        select(Request.vendor, func.count())
        .where(_OPEN, Request.vendor.in_([row[0] for row in rows]))
        .group_by(Request.vendor)
    )
    still = {row[0]: row[1] for row in owing}
    return tuple(
        Lateness(vendor, n, still[vendor], oldest)
        for vendor, n, oldest in rows
        if oldest is not None
    )


def _recorded(session: Session, at: datetime) -> dict[str, int]:
    """Count the replies of the last weeks by who recorded them."""
    before = session.scalar(
        select(AuditEntry.seq)
        .where(AuditEntry.at < at - RECORDED_WITHIN)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    rows = session.execute(
        select(AuditEntry.actor, func.count())
        .where(AuditEntry.action == "reply recorded", AuditEntry.seq > (before or 0))
        .group_by(AuditEntry.actor)
    )
    return {row[0]: row[1] for row in rows}


def _loads(
    session: Session, today: date, recorded: Mapping[str, int]
) -> tuple[Load, ...]:
    """Return what each member has taken on, who has none included."""
    late = Request.due < today
    rows = session.execute(
        select(Request.assigned_to, func.count(), func.sum(case((late, 1), else_=0)))
        .where(_OPEN, Request.assigned_to.is_not(None))
        .group_by(Request.assigned_to)
    )
    has = {row[0]: (row[1], row[2]) for row in rows}
    return tuple(
        Load(one.name, *has.get(one.id, (0, 0)), recorded.get(str(one.id), 0))
        for one in colleagues(session)
    )
