"""Stop the letters to a vendor, and let them leave again; a word of staff, on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, tuple_, update
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.find_route import route_of
from app.actions.look_at_protocol import ProtocolFigures, look_at_protocol
from app.actions.pace import Later
from app.actions.tell_of_list import mail_route
from app.domain.calendars import WEEKEND, Calendar, every_week, no_holidays
from app.store import audit, people
from app.store.notices import ListNotice, notice_of
from app.store.outbox import BY_PROTOCOL, LIVE, KeptBack, Message, MessageKind
from app.store.requests import Request
from app.store.vendors import StoppedVendor

LOOK_AGAIN = timedelta(hours=1)
"""How soon a letter looks again whether it may leave; a word of staff wakes it."""
AT_ONCE = 500
STOPPED, RESUMED = "letters stopped", "letters resumed"
WEEKDAYS = Calendar("", every_week(WEEKEND), no_holidays)
"""Where no seat says which days are worked."""


@dataclass(frozen=True, slots=True)
class StoppedLine:
    """A vendor whose letters are stopped."""

    vendor: str
    since: datetime
    letters: int
    """How many wait for it."""


def stop_letters(session: Session, vendor: str, *, at: datetime, by: str) -> bool:
    """Let nothing leave to a vendor; return whether it could until now."""
    if session.get(StoppedVendor, vendor, with_for_update=True) is not None:
        return False
    session.add(StoppedVendor(vendor=vendor, since=at))
    session.flush()
    audit.append(session, at=at, actor=by, action=STOPPED, subject=vendor)
    return True


def resume_letters(session: Session, vendor: str, *, at: datetime, by: str) -> bool:
    """Let what was stopped leave, each in its turn; return whether it was stopped."""
    stopped = session.get(StoppedVendor, vendor, with_for_update=True)
    if stopped is None:
        return False
    session.delete(stopped)
    session.flush()
    while _wake(session, vendor, at=at):
        pass
    _wake_notice(session, vendor, at=at)
    audit.append(session, at=at, actor=by, action=RESUMED, subject=vendor)
    return True


def _wake(session: Session, vendor: str, *, at: datetime) -> int:
    """Let some letters look at once; one that somebody holds looks by itself."""
    keys = (
        select(Message.filing_id, Message.id)
        .join(Request, _of_request())
        .where(
            LIVE,
            Message.kept_back == KeptBack.STOPPED,
            Message.next_try > at,
            Request.vendor == vendor,
        )
        .limit(AT_ONCE)
        .with_for_update(of=Message, skip_locked=True)
    )
    found = [tuple(row) for row in session.execute(keys)]
    if found:
        session.execute(
            update(Message)
            .where(tuple_(Message.filing_id, Message.id).in_(found))
            .values(next_try=at)
            .execution_options(synchronize_session=False)
        )
    return len(found)


def _wake_notice(session: Session, vendor: str, *, at: datetime) -> None:
    """Let the mail about a vendor's list look at once."""
    notices = select(ListNotice.id).where(ListNotice.vendor == vendor)
    session.execute(
        update(Message)
        .where(
            LIVE,
            Message.filing_id.in_(notices),
            Message.kept_back == KeptBack.STOPPED,
            Message.next_try > at,
        )
        .values(next_try=at)
        .execution_options(synchronize_session=False)
    )


def stopped_vendors(session: Session) -> tuple[StoppedLine, ...]:
    """Return the vendors whose letters are stopped, and how many wait."""
    waiting = (
        select(func.count())
        .select_from(Message)
        .join(Request, _of_request())
        .where(
            LIVE,
            Message.kept_back == KeptBack.STOPPED,
            Request.vendor == StoppedVendor.vendor,
        )
        .correlate(StoppedVendor)
        .scalar_subquery()
    )
    rows = session.execute(
        select(StoppedVendor.vendor, StoppedVendor.since, waiting).order_by(
            StoppedVendor.vendor
        )
    )
    return tuple(StoppedLine(*row) for row in rows)


def look_at_ways(
    session: Session, *, at: datetime
) -> tuple[ProtocolFigures, tuple[StoppedLine, ...]]:
    """Return where something stands in the way out: systems, and a word of staff."""
    return look_at_protocol(session, at=at), stopped_vendors(session)


def _of_request() -> ColumnElement[bool]:
    return (Request.filing_id == Message.filing_id) & (Request.id == Message.request_id)


def held_back(
    session: Session, desk: Desk, message: Message, slug: str, *, at: datetime
) -> Later | None:
    """Return until when a letter waits for a word of staff, or for working hours."""
    if session.get(StoppedVendor, slug) is not None:
        return Later(KeptBack.STOPPED, at + LOOK_AGAIN)
    vendor = desk.directory.vendor(slug)
    if vendor is None or message.kind in BY_PROTOCOL:  # a program is always at work
        return None
    if message.kind is MessageKind.LIST_WAITS:
        residence = notice_of(session, message.filing_id).residence
        route = mail_route(desk, slug, residence, at.date())
    else:
        filing = session.get_one(people.Filing, message.filing_id)
        key = (message.filing_id, message.request_id)
        request = session.get_one(Request, key)
        route = route_of(
            desk,
            slug,
            request.route,
            request.told,
            residence=filing.residence,
            filed_on=filing.filed_on,
        )
    if route is None or route.hours is None:
        return None
    seat = next(iter(sorted(vendor.facts.seat or ())), None)
    days = desk.rulebook.calendar(seat) if seat else WEEKDAYS
    opens = route.hours.open_from(at, ZoneInfo(vendor.zone), days)
    return Later(KeptBack.HOURS, opens) if opens > at else None
