"""Write the matching lists: once a day, for each vendor whose programs have a key.

What is listed is what the vendor has already: requests that left, by the identifiers
that their letters held. Nobody but the worker can open a person, and what it writes is
sealed to the vendor's key at once (:mod:`app.store.matching`).

One batch is made in several transactions, since none may be about two filings. It can
be fetched only once it is closed: who has all up to a batch misses nothing.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import and_, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from app.actions.announce import announce
from app.actions.desk import Desk
from app.actions.find_route import route_of
from app.actions.list_broadcasts import (
    fill_drawers,
    give_drawer,
    ungiven,
)
from app.actions.set_dates import set_dates
from app.domain.matching import LISTED, Known, items_of, known_of
from app.domain.timeline import Actor, Event, EventKind, Status
from app.domain.vendors import Identifier, RouteKind
from app.domain.ways import leaves_by_us
from app.domain.webhooks import HookEvent
from app.store import matching, people, requests
from app.store.broadcasts import BatchDrawer, Lies, all_drawers, is_open
from app.store.matching import Batch, Listing, batch_place, listing_place
from app.store.opening import Opener
from app.store.sealing import (
    CannotOpenError,
    Where,
    encrypt,
    new_key,
    padded,
    seal_to,
)
from app.store.session import Store
from app.store.vendors import VendorKey

log = structlog.get_logger()

PAGE = 200
Key = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch that is being made."""

    vendor: str
    number: int
    key_hash: bytes
    key: bytes


def make_lists(
    store: Store,
    desk: Desk,
    opener: Opener,
    *,
    at: datetime,
    may_go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Make what batches are due; return how many requests were listed.

    A list that fails keeps no other from being written. ``may_go_on`` is asked before
    each: a day's lists take longer than a worker may be alone without saying so.
    """
    listed = fill_drawers(store, desk, opener, at=at)
    with store.reading() as session:
        holders = session.execute(
            select(VendorKey.vendor, VendorKey.key_hash, VendorKey.public)
            .where(VendorKey.revoked_at.is_(None))
            .order_by(VendorKey.vendor)
        ).all()
        drawers = all_drawers(session) if holders else []
    for vendor, key_hash, public in holders:
        mine = [one for one in drawers if vendor in one.vendors]
        with store.reading() as session:
            due = _is_due(session, vendor, key_hash, mine, at=at)
        if not due:
            continue
        if not may_go_on():
            break
        try:
            with store.writing() as session:
                batch = _begin(session, desk, vendor, key_hash, public, at=at)
            listed += _fill(store, desk, opener, batch, mine, at=at)
        except Exception as wrong:
            log.exception("list not written", message=vendor, why=type(wrong).__name__)
    return listed


def _fill(
    store: Store,
    desk: Desk,
    opener: Opener,
    batch: Opened,
    drawers: list[Lies],
    *,
    at: datetime,
) -> int:
    """Put all that is due into a batch and shut it; return how many were listed."""
    vendor, key_hash = batch.vendor, batch.key_hash
    with store.writing() as session:
        for drawer in ungiven(session, drawers, vendor, key_hash):
            give_drawer(session, opener, drawer, vendor, batch.number, batch.key)
    listed = 0
    for key in _to_list(store, vendor, key_hash):
        with store.writing() as session:
            listed += list_one(session, desk, opener, batch, key, at=at)
    with store.reading() as session:
        back = session.execute(_taken_back(vendor)).all()
    for filing_id, request_id in back:
        with store.writing() as session:
            take_off(session, batch, (filing_id, request_id))
    with store.writing() as session:
        shut(session, desk, vendor, batch.number, at=at)
    return listed


def _is_due(
    session: Session,
    vendor: str,
    key_hash: bytes,
    mine: list[Lies],
    *,
    at: datetime,
) -> bool:
    last = matching.newest_batch(session, vendor)
    if last is not None and last.closed_at is None:
        return True
    if last is not None and last.key_hash == key_hash and last.made_on >= at.date():
        return False
    news = (_unlisted(vendor, key_hash), _taken_back(vendor))
    return any(session.execute(found.limit(1)).first() for found in news) or bool(
        ungiven(session, mine, vendor, key_hash)
    )


def _unlisted(vendor: str, key_hash: bytes) -> Any:
    """Return the statement that finds what the key has not been told of.

    A request of a broadcast lies in a drawer; only one that is asked again comes here.
    """
    row = requests.Request
    made_up = exists().where(people.MadeUp.filing_id == row.filing_id)
    return (
        select(row.filing_id, row.id)
        .join(people.Filing, people.Filing.id == row.filing_id)
        .outerjoin(
            Listing,
            (Listing.filing_id == row.filing_id) & (Listing.request_id == row.id),
        )
        .where(
            row.vendor == vendor,
            row.status.in_((*LISTED, Status.QUEUED)),  # so that the index ends there
            people.Filing.purged_at.is_(None),
            ~made_up,
            or_(
                and_(
                    row.status.in_(LISTED),
                    or_(row.route != RouteKind.MATCHING, Listing.sealed.is_not(None)),
                    or_(
                        Listing.key_hash.is_(None),
                        Listing.key_hash != key_hash,
                        Listing.sent_on.is_distinct_from(row.sent_on),
                    ),
                ),
                and_(row.status == Status.QUEUED, row.route == RouteKind.MATCHING),
            ),
        )
        .order_by(row.id)
    )


def _taken_back(vendor: str) -> Any:
    """Return the statement that finds what was taken back and not yet named.

    Whatever the key it was listed to: a vendor's new key changes nothing of what it has.
    """
    row = requests.Request
    return (
        select(row.filing_id, row.id)
        .join(
            Listing,
            (Listing.filing_id == row.filing_id) & (Listing.request_id == row.id),
        )
        .where(
            Listing.vendor == vendor,
            Listing.taken_off.is_(None),
            row.status == Status.WITHDRAWN,
        )
        .order_by(row.id)
    )


def _begin(
    session: Session,
    desk: Desk,
    vendor: str,
    key_hash: bytes,
    public: bytes,
    *,
    at: datetime,
) -> Opened:
    """Begin a batch; one that a worker left open is closed as it is.

    What it holds can be fetched, for its key was sealed before anything came to it.
    """
    last = matching.newest_batch(session, vendor)
    if last is not None and last.closed_at is None:
        shut(session, desk, vendor, last.number, at=at)
    number, key = (last.number if last else 0) + 1, new_key()
    session.execute(
        insert(Batch.__table__),
        {
            "vendor": vendor,
            "number": number,
            "key_hash": key_hash,
            "sealed_key": seal_to(key, public, batch_place(vendor, number)),
            "made_on": at.date(),
            "closed_at": None,
        },
    )
    return Opened(vendor, number, key_hash, key)


def _to_list(store: Store, vendor: str, key_hash: bytes) -> Iterator[Key]:
    after: UUID | None = None
    while True:
        found = _unlisted(vendor, key_hash)
        if after is not None:
            found = found.where(requests.Request.id > after)
        with store.reading() as session:
            page = session.execute(found.limit(PAGE)).all()
        if not page:
            return
        yield from ((row[0], row[1]) for row in page)
        after = page[-1][1]


def list_one(
    session: Session,
    desk: Desk,
    opener: Opener,
    batch: Opened,
    key: Key,
    *,
    at: datetime,
) -> bool:
    """Put one request on the list; False where it is no longer to be there.

    Its filing is held: what is destroyed meanwhile must not be written anew. Into a
    batch that another worker shut nothing comes: whoever has it would miss that.
    """
    filing = people.held(session, key[0])
    if not is_open(session, Batch, (batch.vendor, batch.number)):
        return False
    request = requests.locked(session, *key)
    if filing.purged_at is not None or request is None:
        return False
    again = request.status is Status.QUEUED and request.route is RouteKind.MATCHING
    if not again and request.status not in LISTED:
        return False
    try:
        known = _known(session, desk, opener, filing, request)
    except CannotOpenError as wrong:
        log.warning("cannot list", message=str(key[1]), why=type(wrong).__name__)
        return False
    if again:
        _say_sent(session, desk, filing, request, at=at)
    items = items_of(known)
    place = listing_place(request.id, batch.vendor, batch.number)
    data_key = new_key()
    content = json.dumps({item.suffix: item.hash for item in items}).encode()
    values = {
        "vendor": batch.vendor,
        "batch": batch.number,
        "key_hash": batch.key_hash,
        "items": " ".join(item.suffix for item in items),
        "sent_on": request.sent_on,
        "listed_at": at,
        "taken_off": None,
        "sealed": encrypt(data_key, padded(content), place),
        "key_vendor": encrypt(batch.key, data_key, place),
    }
    row = session.get(Listing, key)
    if row is None:
        names = dict(zip(("filing_id", "request_id"), key, strict=True))
        session.execute(insert(Listing.__table__), names | values)
    else:
        for name, value in values.items():
            setattr(row, name, value)
    return bool(items)


def _say_sent(
    session: Session,
    desk: Desk,
    filing: people.Filing,
    request: requests.Request,
    *,
    at: datetime,
) -> None:
    """Record that what is on the list has reached its vendor."""
    vendor = desk.directory.vendor(request.vendor)
    zone = ZoneInfo(vendor.zone if vendor else "UTC")
    event = Event(
        kind=EventKind.SENT,
        at=at,
        by=Actor.PORTAL,
        on=at.astimezone(zone).date(),
    )
    requests.record(session, request, event)
    set_dates(session, desk.rulebook, desk.directory, filing, request)


def _known(
    session: Session,
    desk: Desk,
    opener: Opener,
    filing: people.Filing,
    request: requests.Request,
) -> Known:
    """Return the identifiers that the letter of a request held, and no more.

    None of a request that the resident sent: nobody knows what they wrote.
    """
    row = session.get(people.Person, filing.id)
    route = route_of(
        desk,
        request.vendor,
        request.route,
        request.told,
        residence=filing.residence,
        filed_on=filing.filed_on,
    )
    ours = leaves_by_us(
        request.route,
        request.told.get("by_oneself"),
        by_hand=bool(request.told.get(requests.BY_HAND)),
    )
    by_list = request.route is RouteKind.MATCHING
    if row is None or row.thing is None or not ours or not (route or by_list):
        return Known()
    document = json.loads(opener.open(row.thing, Where("person", str(filing.id))))
    return known_of(
        document["resident"], route.needs if route else frozenset(Identifier)
    )


def take_off(session: Session, batch: Opened, key: Key) -> None:
    """Say with a batch that a request was taken back; the next does if it was shut."""
    if not is_open(session, Batch, (batch.vendor, batch.number)):
        return
    session.execute(
        update(Listing)
        .where(Listing.filing_id == key[0], Listing.request_id == key[1])
        .values(taken_off=batch.number)
        .execution_options(synchronize_session=False)
    )


def shut(
    session: Session, desk: Desk, vendor: str, number: int, *, at: datetime
) -> None:
    """Let a batch be fetched, and say so to who wants to be called.

    Once, whoever else is at it; and nobody is called for a batch that holds nothing,
    as where all that was due could not be opened.
    """
    row = session.get_one(
        Batch, (vendor, number), with_for_update=True, populate_existing=True
    )
    if row.closed_at is not None:
        return
    row.closed_at = at
    if not _holds_something(session, vendor, number):
        return
    address = f"/api/v1/matching/{vendor}?since={number - 1}"
    told = {"until": number, "list": desk.portal.link(address)}
    announce(session, HookEvent.BATCH_READY, vendor, told, at=at)


def _holds_something(session: Session, vendor: str, number: int) -> bool:
    listed = select(Listing.request_id).where(
        Listing.vendor == vendor,
        or_(Listing.batch == number, Listing.taken_off == number),
    )
    given = select(BatchDrawer.drawer).where(
        BatchDrawer.vendor == vendor, BatchDrawer.batch == number
    )
    return any(session.execute(one.limit(1)).first() for one in (given, listed))
