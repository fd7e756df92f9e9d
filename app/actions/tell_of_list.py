"""Tell vendors by mail that people wait on lists which they do not fetch.

A vendor without a key for its programs would never learn of a broadcast. So one mail in
seven days says how many wait, under which law, and how the list is fetched: it names
nobody. Who has a key is told only of what it leaves lying for seven days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.got_broadcast import Got, until_now
from app.actions.mail_out import mail_row
from app.actions.set_dates import dates_of, owed
from app.domain.matching import LISTED
from app.domain.timeline import Status, replay
from app.domain.vendors import Route, RouteKind, Vendor
from app.letters import Letter, ListFacts
from app.store.base import insert_once, new_id
from app.store.broadcasts import BatchDrawer, Broadcast, Drawer, all_drawers
from app.store.matching import Batch
from app.store.notices import ListNotice, notice_of
from app.store.outbox import LIVE, Message, MessageKind
from app.store.people import Filing
from app.store.requests import Request
from app.store.vendors import VendorKey
from app.words.naming import name_of

WEEK = timedelta(days=7)
ON_A_PAGE = 25
AWAITED = (*LISTED, Status.QUEUED)
"""Where a broadcast's request of its own still waits for the vendor."""


class Place(NamedTuple):
    """A drawer."""

    circle: str
    version: int
    number: int


class Alike(NamedTuple):
    """What people who wait have in common."""

    place: Place
    law: str | None
    residence: str


@dataclass(frozen=True, slots=True)
class Waits:
    """That people wait for a vendor which does not fetch its list."""

    vendor: str
    people: int
    laws: tuple[str, ...]
    residence: str
    """Of the most of them."""
    alike: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class NotFetching:
    """A vendor that does not fetch its list, for those who look after the portal."""

    vendor: str
    people: int
    told_at: datetime | None
    by_mail: bool
    """Whether there is a way to tell it."""


def not_fetched(
    session: Session, *, at: datetime, vendor: str | None = None
) -> Mapping[str, frozenset[Place]]:
    """Return the drawers that vendors do not fetch, by vendor; of one or of all."""
    keys = select(VendorKey.vendor).where(VendorKey.revoked_at.is_(None))
    held = select(
        BatchDrawer.vendor, BatchDrawer.circle, BatchDrawer.version, BatchDrawer.drawer
    ).join(
        Batch,
        (Batch.vendor == BatchDrawer.vendor) & (Batch.number == BatchDrawer.batch),
    )
    if vendor is not None:
        held = held.where(BatchDrawer.vendor == vendor)
    live = set(session.scalars(keys))
    lies = held.where(
        BatchDrawer.vendor.in_(keys),
        Batch.fetched_at.is_(None),
        Batch.closed_at <= at - WEEK,
    )
    late = _by_vendor(session, lies)
    # Only what may be missing is looked for: who fetches daily has hundreds of rows.
    had = _by_vendor(
        session,
        held.where(
            Batch.fetched_at.is_not(None),
            or_(BatchDrawer.vendor.not_in(keys), BatchDrawer.vendor.in_(late)),
        ),
    )
    found = {slug: set(places) for slug, places in late.items()}
    for one in all_drawers(session):
        for slug in one.vendors - live if vendor is None else {vendor} & one.vendors:
            if slug not in live:
                place = Place(one.circle, one.version, one.number)
                found.setdefault(slug, set()).add(place)
    rest = {
        slug: frozenset(all_ - had.get(slug, set())) for slug, all_ in found.items()
    }
    return {slug: places for slug, places in rest.items() if places}


def _by_vendor(session: Session, held: Any) -> dict[str, set[Place]]:
    found: dict[str, set[Place]] = {}
    for vendor, *place in session.execute(held):
        found.setdefault(vendor, set()).add(Place(*place))
    return found


def who_wait(session: Session, *, at: datetime) -> list[Waits]:
    """Return for which vendors people wait that do not fetch, by slug."""
    missing = not_fetched(session, at=at)
    if not missing:
        return []
    alike = {
        Alike(Place(*row[:3]), row[3], row[4]): row[5]
        for row in session.execute(_counted(func.count()).select_from(Broadcast))
    }
    settled: dict[str, dict[Alike, int]] = {}
    answered = (
        _counted(Request.vendor, func.count())
        .join(Request, Request.filing_id == Broadcast.filing_id)
        .where(Request.status.not_in(AWAITED), Request.vendor.in_(missing))
        .group_by(Request.vendor)
    )
    for *key, vendor, count in session.execute(answered):
        one = Alike(Place(*key[:3]), *key[3:])
        settled.setdefault(vendor, {})[one] = count
    by_place: dict[Place, list[Alike]] = {}
    for one in alike:
        by_place.setdefault(one.place, []).append(one)
    found = (
        _waits(vendor, _some(places, by_place), alike, settled.get(vendor, {}))
        for vendor, places in sorted(missing.items())
    )
    return [waits for waits in found if waits is not None]


def _counted(*columns: Any) -> Select[Any]:
    """Return the statement that counts who still asks, by drawer, law and place."""
    alike = (
        Broadcast.circle,
        Broadcast.version,
        Broadcast.drawer,
        Broadcast.law,
        Filing.residence,
    )
    return (
        select(*alike, *columns)
        .join(Filing, Filing.id == Broadcast.filing_id)
        .where(_asks(), Filing.purged_at.is_(None))
        .group_by(*alike)
    )


def _asks() -> Any:
    return (
        Broadcast.drawer.is_not(None)
        & Broadcast.withdrawn_at.is_(None)
        & Broadcast.closed_on.is_(None)
    )


def _some(
    places: Iterable[Place], by_place: Mapping[Place, Sequence[Alike]]
) -> list[Alike]:
    return [one for place in sorted(places) for one in by_place.get(place, ())]


def _waits(
    vendor: str,
    some: Sequence[Alike],
    people: Mapping[Alike, int],
    settled: Mapping[Alike, int],
) -> Waits | None:
    counts = {one: people[one] - settled.get(one, 0) for one in some}
    open_ = [one for one in some if counts[one] > 0]
    if not open_:
        return None
    return Waits(
        vendor,
        sum(counts[one] for one in open_),
        tuple(sorted({one.law for one in open_ if one.law is not None})),
        max(open_, key=lambda one: counts[one]).residence,
        tuple(open_),
    )


@dataclass(frozen=True, slots=True)
class Silent:
    """A page of the vendors that do not fetch."""

    vendors: tuple[NotFetching, ...]
    total: int
    after: str | None
    """From which slug on the next page goes; None where this is the last."""


def not_fetching(
    session: Session, desk: Desk, *, at: datetime, after: str = ""
) -> Silent:
    """Return the next vendors that do not fetch, by slug, and when each was told."""
    waits = who_wait(session, at=at)
    rest = [one for one in waits if one.vendor > after]
    shown = rest[:ON_A_PAGE]
    notices = select(ListNotice.vendor, ListNotice.told_at).where(
        ListNotice.vendor.in_(one.vendor for one in shown)
    )
    told = dict(session.execute(notices).all())
    found = (
        NotFetching(
            one.vendor,
            one.people,
            told.get(one.vendor),
            mail_route(desk, one.vendor, one.residence, at.date()) is not None,
        )
        for one in shown
    )
    last = shown[-1].vendor if len(rest) > len(shown) else None
    return Silent(tuple(found), len(waits), last)


def vendors_not_fetching(session: Session, *, at: datetime) -> int:
    """Return for how many vendors people wait that do not fetch."""
    return len(who_wait(session, at=at))


def mail_route(desk: Desk, slug: str, residence: str, on: date) -> Route | None:
    """Return the route by which a mail reaches a vendor, whatever its best is."""
    vendor = desk.directory.vendor(slug)
    if vendor is None or (vendor.closed_on is not None and vendor.closed_on < on):
        return None
    around = desk.rulebook.places.around(residence)
    mails = (r for r in vendor.routes_on(on, around) if r.kind is RouteKind.EMAIL)
    return next((route for route in mails if route.address), None)


def to_tell_of_lists(session: Session, *, desk: Desk, at: datetime) -> list[Waits]:
    """Return for which vendors a mail is due."""
    lately = set(session.scalars(select(ListNotice.vendor).where(_lately(at))))
    return [
        one
        for one in who_wait(session, at=at)
        if one.vendor not in lately
        if mail_route(desk, one.vendor, one.residence, at.date())
    ]


def _lately(at: datetime) -> Any:
    """Return what says that a mail was queued, or left, or waits since seven days."""
    waits = exists().where(LIVE, Message.filing_id == ListNotice.id)
    return or_(ListNotice.queued_at > at - WEEK, ListNotice.told_at > at - WEEK, waits)


def queue_notice(session: Session, waits: Waits, *, desk: Desk, at: datetime) -> bool:
    """Queue the mail to a vendor; False where somebody did meanwhile."""
    new = {"vendor": waits.vendor, "id": new_id(at), "residence": waits.residence}
    new |= {"people": 0, "laws": [], "due": None, "queued_at": None, "told_at": None}
    insert_once(session, ListNotice.__table__, new)
    notice = session.get_one(ListNotice, waits.vendor, with_for_update=True)
    if session.scalar(
        select(ListNotice.id).where(ListNotice.vendor == waits.vendor, _lately(at))
    ):
        return False
    notice.residence, notice.people = waits.residence, waits.people
    notice.laws, notice.queued_at = list(waits.laws), at
    notice.due = _first_due(session, desk, waits)
    year, week, _ = at.astimezone(UTC).isocalendar()
    row = mail_row(
        desk,
        notice.id,
        MessageKind.LIST_WAITS,
        dedupe=f"{waits.vendor} {year}-W{week:02}",
        at=at,
    )
    session.execute(insert(Message.__table__), row)
    return True


def _first_due(session: Session, desk: Desk, waits: Waits) -> date | None:
    """Return the first day by which the vendor owes an answer; None for none yet.

    Of people who are alike one is counted: the same law, from the same day.
    """
    got = {
        Place(*row[:3]): row[3]
        for row in session.execute(
            select(
                BatchDrawer.circle,
                BatchDrawer.version,
                BatchDrawer.drawer,
                func.min(Batch.made_on),
            )
            .join(
                Batch,
                (Batch.vendor == BatchDrawer.vendor)
                & (Batch.number == BatchDrawer.batch),
            )
            .where(BatchDrawer.vendor == waits.vendor, Batch.closed_at.is_not(None))
            .group_by(BatchDrawer.circle, BatchDrawer.version, BatchDrawer.drawer)
        )
    }
    days = (
        _due(session, desk, waits.vendor, one, got[one.place])
        for one in waits.alike
        if one.place in got and one.law is not None
    )
    return min((day for day in days if day is not None), default=None)


def _due(
    session: Session, desk: Desk, vendor: str, one: Alike, on: date
) -> date | None:
    row, filing = session.execute(
        select(Broadcast, Filing)
        .join(Filing, Filing.id == Broadcast.filing_id)
        .where(
            _asks(),
            Filing.purged_at.is_(None),
            Broadcast.circle == one.place.circle,
            Broadcast.version == one.place.version,
            Broadcast.drawer == one.place.number,
            Broadcast.law == one.law,
            Filing.residence == one.residence,
        )
        .limit(1)
    ).one()
    noon = datetime.combine(on, time(12), UTC)
    got = Got(on, noon, 0, b"", None)
    events = until_now(filing.filed_at, filing.confirmed_at, got)
    dates = dates_of(
        desk.rulebook,
        desk.directory,
        residence=one.residence,
        vendor=vendor,
        law=row.law,
        told=row.told,
        events=events,
    )
    return owed(replay(events), dates)[0]


def still_waits(session: Session, notice_id: UUID, *, at: datetime) -> bool:
    """Return whether the mail still has a point: somebody waits, nothing is fetched."""
    vendor = notice_of(session, notice_id).vendor
    places = not_fetched(session, at=at, vendor=vendor).get(vendor, frozenset())
    return any(
        session.scalar(
            select(Broadcast.filing_id)
            .join(Filing, Filing.id == Broadcast.filing_id)
            .where(
                _asks(),
                Filing.purged_at.is_(None),
                Broadcast.circle == place.circle,
                Broadcast.version == place.version,
                Broadcast.drawer == place.number,
            )
            .limit(1)
        )
        for place in places
    )


def mail_of(session: Session, desk: Desk, notice_id: UUID) -> tuple[str, Letter] | None:
    """Return the address and the words of a notice; None where no mail reaches it."""
    notice = notice_of(session, notice_id)
    assert notice.queued_at is not None  # noqa: S101 - its mail is in the outbox
    on = notice.queued_at.astimezone(UTC).date()
    vendor = desk.directory.vendor(notice.vendor)
    route = mail_route(desk, notice.vendor, notice.residence, on)
    if vendor is None or route is None or route.address is None:
        return None
    key = select(VendorKey.vendor).where(
        VendorKey.vendor == notice.vendor, VendorKey.revoked_at.is_(None)
    )
    has_key = session.scalar(key.limit(1)) is not None
    facts = _facts(desk, notice, vendor, route, on, has_key=has_key)
    return route.address, desk.letters.list_waits(facts)


def _facts(
    desk: Desk,
    notice: ListNotice,
    vendor: Vendor,
    route: Route,
    on: date,
    *,
    has_key: bool,
) -> ListFacts:
    language = vendor.language_for(route, vendor.language)
    laws = desk.rulebook.pack.laws
    portal = desk.portal
    return ListFacts(
        vendor=vendor.name,
        language=language,
        people=notice.people,
        laws=tuple(name_of(laws[law], language) for law in notice.laws if law in laws),
        has_key=has_key,
        due=notice.due,
        list_url=portal.link(f"/api/v1/matching/{vendor.slug}"),
        help_url=portal.link("/api/docs"),
        contact=portal.contact or portal.mail_from,
        on=on,
        operator=portal.operator,
    )


def told(session: Session, notice_id: UUID, *, at: datetime) -> None:
    """Write down that the mail left."""
    notice_of(session, notice_id).told_at = at


def told_after(session: Session, filing_id: UUID, vendor: str) -> datetime | None:
    """Return when a vendor was told of a list that a broadcast was on, if it was."""
    return session.scalar(
        select(ListNotice.told_at)
        .join(Broadcast, Broadcast.filing_id == filing_id)
        .join(
            Drawer,
            (Drawer.circle == Broadcast.circle)
            & (Drawer.version == Broadcast.version)
            & (Drawer.number == Broadcast.drawer),
        )
        .where(ListNotice.vendor == vendor, ListNotice.queued_at >= Drawer.closed_at)
        .where(ListNotice.told_at >= Drawer.closed_at)
    )
