"""Mail a resident whose broadcast companies are late to answer, once for each due date.

What stands for hundreds of companies is counted once for all who are alike: the drawer,
the law and the place. A company with a request of its own has its own mail.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.actions.read_broadcast import alike
from app.actions.read_filing import read_filing
from app.actions.still_so import over_everywhere
from app.store import broadcasts, people
from app.store.broadcasts import Broadcast
from app.store.outbox import Message, MessageKind
from app.store.people import Filing
from app.store.requests import Request

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class LateList:
    """That companies owe an answer to all whose broadcasts are alike."""

    circle: str
    version: int
    drawer: int
    law: str | None
    residence: str
    due: date
    """The last of the days that are over."""
    late: frozenset[str]
    """Whose day that was, or an earlier one."""
    newly: frozenset[str]
    """Whose day it was."""

    @property
    def dedupe(self) -> str:
        """Names the mail about the day."""
        return f"list overdue {self.due}"


def late_lists(session: Session, *, desk: Desk, at: datetime) -> list[LateList]:
    """Return for whom a day of a broadcast is over that sets a law for its answer."""
    key = (
        Broadcast.circle,
        Broadcast.version,
        Broadcast.drawer,
        Broadcast.law,
        Filing.residence,
    )
    found = session.execute(
        select(*key)
        .join(Filing, Filing.id == Broadcast.filing_id)
        .where(_asks(), Broadcast.drawer.is_not(None), Broadcast.law.is_not(None))
        .distinct()
    )
    nobody: frozenset[str] = frozenset()
    late = (
        _late(
            session,
            desk,
            LateList(circle, version, drawer, law, residence, date.min, nobody, nobody),
            at,
        )
        for circle, version, drawer, law, residence in found.all()
        if drawer is not None
    )
    return [one for one in late if one is not None]


def _asks() -> ColumnElement[bool]:
    return and_(
        Broadcast.withdrawn_at.is_(None),
        Broadcast.closed_on.is_(None),
        Filing.purged_at.is_(None),
    )


def _alike(who: LateList) -> Select[UUID]:
    """Return the statement that finds the broadcasts that are alike."""
    return (
        select(Broadcast.filing_id)
        .join(Filing, Filing.id == Broadcast.filing_id)
        .where(
            _asks(),
            Broadcast.circle == who.circle,
            Broadcast.version == who.version,
            Broadcast.drawer == who.drawer,
            Broadcast.law == who.law,
            Filing.residence == who.residence,
        )
    )


def _late(session: Session, desk: Desk, who: LateList, at: datetime) -> LateList | None:
    """Return who is late; one of those who are alike stands for all of them."""
    found = session.scalar(_alike(who).limit(1))  # the last may just be taken back
    filing = read_filing(session, found) if found is not None else None
    if filing is None or filing.broadcast is None:
        return None
    whole = replace(filing.broadcast, apart=frozenset())
    over: dict[date, set[str]] = {}
    for some in alike(desk, replace(filing, broadcast=whole)):
        due = some.first.due
        if due is not None and due < over_everywhere(at):
            over.setdefault(due, set()).update(some.vendors)
    if not over:
        return None
    last = max(over)
    return replace(
        who,
        due=last,
        late=frozenset().union(*over.values()),
        newly=frozenset(over[last]),
    )


def to_tell_late(session: Session, *, who: LateList, after: UUID | None) -> list[UUID]:
    """Return the next broadcasts of which that is not told, in the order of their ids."""
    told = exists().where(
        Message.filing_id == Broadcast.filing_id, Message.dedupe == who.dedupe
    )
    found = _alike(who).where(~told)
    if after is not None:
        found = found.where(Broadcast.filing_id > after)
    return list(session.scalars(found.order_by(Broadcast.filing_id).limit(AT_ONCE)))


def tell_late(
    session: Session, filing_id: UUID, *, who: LateList, desk: Desk, at: datetime
) -> bool:
    """Queue the mail about one broadcast; return whether there was one to queue.

    None where each of those whose day it was has a request of its own.
    """
    filing = people.held(session, filing_id)
    if filing.purged_at is not None or not broadcasts.asks_on(session, filing_id):
        return False
    apart = set(
        session.scalars(select(Request.vendor).where(Request.filing_id == filing_id))
    )
    if who.newly <= apart:
        return False
    queue_mail(
        session,
        desk,
        filing_id,
        MessageKind.LIST_OVERDUE,
        dedupe=who.dedupe,
        secret={"late": str(len(who.late - apart))},
        at=at,
    )
    return True
