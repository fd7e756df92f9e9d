"""Put broadcasts into drawers, one a day for each version of a circle.

A drawer's key is sealed to the epoch, so that the worker can give the drawer to a vendor
that gets its key later; into a vendor's batch it goes under the batch's own key.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Select, exists, insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import queue_mail
from app.domain.matching import items_of, known_of
from app.domain.vendors import Identifier
from app.store import people
from app.store.broadcasts import (
    BatchDrawer,
    Broadcast,
    Drawer,
    Lies,
    broadcast_place,
    drawer_place,
    is_open,
)
from app.store.matching import Batch
from app.store.opening import Opener
from app.store.outbox import MessageKind
from app.store.people import FilingStatus
from app.store.sealing import (
    CannotOpenError,
    Sealer,
    Where,
    encrypt,
    new_key,
    padded,
)
from app.store.session import Store

log = structlog.get_logger()

PAGE = 500


def fill_drawers(store: Store, desk: Desk, opener: Opener, *, at: datetime) -> int:
    """Put what is confirmed and lies nowhere into the day's drawers; return how many."""
    with store.reading() as session:
        waiting = session.execute(
            _waiting(desk, at)
            .with_only_columns(Broadcast.circle, Broadcast.version)
            .distinct()
        ).all()
    return sum(
        _fill(store, desk, opener, circle, version, at=at)
        for circle, version in waiting
    )


def _waiting(desk: Desk, at: datetime) -> Select[UUID]:
    """Return the statement that finds broadcasts that may be listed."""
    hold = timedelta(minutes=desk.portal.hold_minutes)
    made_up = exists().where(people.MadeUp.filing_id == Broadcast.filing_id)
    return (
        select(Broadcast.filing_id)
        .join(people.Filing, people.Filing.id == Broadcast.filing_id)
        .where(
            Broadcast.drawer.is_(None),
            Broadcast.withdrawn_at.is_(None),
            Broadcast.closed_on.is_(None),
            people.Filing.status == FilingStatus.CONFIRMED,
            people.Filing.confirmed_at <= at - hold,
            people.Filing.purged_at.is_(None),
            ~made_up,
        )
    )


def _fill(
    store: Store, desk: Desk, opener: Opener, circle: str, version: int, *, at: datetime
) -> int:
    with store.writing() as session:
        drawer = _begin(session, desk, circle, version, at=at)
    if drawer is None:
        return 0
    number, key = drawer
    count, after = 0, None
    while True:
        found = _waiting(desk, at).where(
            Broadcast.circle == circle, Broadcast.version == version
        )
        if after is not None:
            found = found.where(Broadcast.filing_id > after)
        with store.reading() as session:
            page = session.scalars(
                found.order_by(Broadcast.filing_id).limit(PAGE)
            ).all()
        if not page:
            break
        for filing_id in page:
            with store.writing() as session:
                count += _put_in(session, desk, opener, filing_id, number, key, at=at)
        after = page[-1]
    with store.writing() as session:
        session.get_one(Drawer, (circle, version, number)).closed_at = at
    return count


def _begin(
    session: Session, desk: Desk, circle: str, version: int, *, at: datetime
) -> tuple[int, bytes] | None:
    """Begin a drawer, and shut one that was left open; None where today has its own."""
    last = session.scalar(
        select(Drawer)
        .where(Drawer.circle == circle, Drawer.version == version)
        .order_by(Drawer.number.desc())
        .limit(1)
    )
    if last is not None and last.closed_at is None:
        last.closed_at = at
    elif last is not None and last.made_on >= at.date():
        return None
    key = new_key()
    drawer = Drawer(
        circle=circle,
        version=version,
        number=(last.number if last else 0) + 1,
        made_on=at.date(),
        closed_at=None,
    )
    thing = Sealer(desk.keys.epoch, None).seal(key, drawer.place)
    for name, value in people.columns(thing).items():
        setattr(drawer, name, value)
    session.add(drawer)
    return drawer.number, key


def _put_in(
    session: Session,
    desk: Desk,
    opener: Opener,
    filing_id: UUID,
    number: int,
    key: bytes,
    *,
    at: datetime,
) -> bool:
    """Put one broadcast into a drawer and say so; its filing is held meanwhile."""
    filing = people.held(session, filing_id)
    row = session.get_one(Broadcast, filing_id, populate_existing=True)
    if row.drawer is not None or not is_open(
        session, Drawer, (row.circle, row.version, number)
    ):
        return False
    person = session.get(people.Person, filing_id)
    if filing.purged_at is not None or row.over or person is None or not person.thing:
        return False
    try:
        opened = opener.open(person.thing, Where("person", str(filing_id)))
    except CannotOpenError as wrong:
        log.warning("cannot list", message=str(filing_id), why=type(wrong).__name__)
        return False
    items = items_of(known_of(json.loads(opened)["resident"], frozenset(Identifier)))
    data_key, place = new_key(), broadcast_place(filing_id, number)
    content = json.dumps({item.suffix: item.hash for item in items}).encode()
    row.drawer, row.items = number, " ".join(item.suffix for item in items)
    row.sealed = encrypt(data_key, padded(content), place)
    row.key_drawer = encrypt(key, data_key, place)
    queue_mail(session, desk, filing_id, MessageKind.SENT, dedupe="listed", at=at)
    return True


def ungiven(
    session: Session, mine: Sequence[Lies], vendor: str, key_hash: bytes
) -> list[Lies]:
    """Return those of a vendor's drawers that its key has not been given."""
    if not mine:
        return []
    given = session.execute(
        select(BatchDrawer.circle, BatchDrawer.version, BatchDrawer.drawer)
        .join(
            Batch,
            (Batch.vendor == BatchDrawer.vendor) & (Batch.number == BatchDrawer.batch),
        )
        .where(BatchDrawer.vendor == vendor, Batch.key_hash == key_hash)
    )
    has = {(row[0], row[1], row[2]) for row in given}
    return [one for one in mine if (one.circle, one.version, one.number) not in has]


def give_drawer(
    session: Session, opener: Opener, lies: Lies, vendor: str, number: int, key: bytes
) -> None:
    """Put a drawer into a vendor's batch, its key under that of the batch.

    Not into one that another worker shut; and a drawer that does not open waits.
    """
    drawer = session.get_one(Drawer, (lies.circle, lies.version, lies.number))
    if drawer.thing is None or not is_open(session, Batch, (vendor, number)):
        return
    try:
        opened = opener.open(drawer.thing, drawer.place)
    except CannotOpenError as wrong:
        log.warning("cannot list", message=drawer.place.row, why=type(wrong).__name__)
        return
    place = drawer_place(vendor, number, lies.circle, lies.version)
    session.execute(
        insert(BatchDrawer.__table__),
        {
            "vendor": vendor,
            "batch": number,
            "circle": lies.circle,
            "version": lies.version,
            "drawer": lies.number,
            "key": encrypt(key, opened, place),
        },
    )


# Keys that move to a new epoch

Place = tuple[str, int, int]


def drawers_behind(session: Session, epoch: str, after: Place | None) -> list[Place]:
    """Return the drawers whose key is sealed to another epoch."""
    older = select(Drawer.circle, Drawer.version, Drawer.number).where(
        Drawer.key_epoch.is_not(None), Drawer.epoch != epoch
    )
    rows = session.execute(older.order_by(Drawer.circle, Drawer.version, Drawer.number))
    found = [(row[0], row[1], row[2]) for row in rows]
    return [one for one in found if after is None or one > after]


def rotate_drawer(session: Session, key: Place, *, desk: Desk, opener: Opener) -> bool:
    """Move one drawer's key to the newest epoch; False where it cannot be opened."""
    drawer = session.get(Drawer, key, with_for_update=True)
    if drawer is None or drawer.thing is None or drawer.epoch == desk.keys.epoch.name:
        return True
    try:
        moved = opener.moved(
            drawer.thing, drawer.place, desk.keys.epoch, receipt_public=None
        )
    except CannotOpenError:
        return False
    for name, value in people.columns(moved).items():
        setattr(drawer, name, value)
    return True
