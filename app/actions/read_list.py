"""Give a vendor its matching list; only its own key opens what was listed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.actions.allowances import MATCHING
from app.actions.file_request import Limited
from app.actions.vendor_key import PURPOSE, key_holder
from app.domain import matching as rules
from app.domain.drop import RULES
from app.domain.matching import LISTED, ListType
from app.domain.vendors import RouteKind
from app.store import broadcasts, matching, requests
from app.store.broadcasts import broadcast_place, drawer_place
from app.store.keys import Keys
from app.store.matching import batch_place, listing_place
from app.store.sealing import decrypt, open_sealed_to, receipt_private, unpadded


class NoKey(StrEnum):
    """Why somebody is not let in."""

    UNKNOWN = "unknown"
    OF_ANOTHER = "of another"
    """The key is another vendor's."""


def admit_vendor(
    session: Session,
    keys: Keys,
    vendor: str,
    key: str,
    *,
    at: datetime,
) -> Limited | NoKey | None:
    """Let a vendor's program in by its key; None where it may go on."""
    holder = key_holder(session, keys, key)
    if holder != vendor:
        return NoKey.UNKNOWN if holder is None else NoKey.OF_ANOTHER
    wait = MATCHING.use(session, keys, vendor.encode(), at=at)
    if wait is not None:
        return Limited(int(wait.total_seconds()) + 1)
    return None


@dataclass(frozen=True, slots=True)
class Pending:
    """One item that waits for an answer."""

    id: str
    list: ListType
    hash: str


@dataclass(frozen=True, slots=True)
class Gone:
    """One item that was listed before and was taken back."""

    id: str
    list: ListType


@dataclass(frozen=True, slots=True)
class MatchingList:
    """What waits for a vendor, and what was taken back."""

    vendor: str
    keyed: bool
    until: int
    """The last batch that is in it: what comes later is asked for since this."""
    items: tuple[Pending, ...]
    removed: tuple[Gone, ...]

    @property
    def rules(self) -> str:
        """By which rules the identifiers were written alike."""
        return RULES

    @property
    def hash(self) -> str:
        """How they were hashed."""
        return "hmac-sha256" if self.keyed else "sha256"


def read_list(
    session: Session,
    keys: Keys,
    vendor: str,
    key: str,
    *,
    only: ListType | None = None,
    since: int = 0,
    keyed: bool = False,
) -> MatchingList:
    """Return what was listed in the batches after ``since`` and is not answered yet.

    What was taken back since is named, of all that may have been fetched before; who
    begins with none has nothing that could be taken back.
    """
    hashes = keys.candidates(PURPOSE, key.encode())
    newest = _newest(session, vendor, hashes)
    opened = _batch_keys(session, vendor, key, hashes, since)
    items = (
        Pending(one.id, one.list, rules.keyed(one.hash, key) if keyed else one.hash)
        for one in _pending(session, vendor, opened, since)
    )
    return MatchingList(
        vendor,
        keyed,
        newest,
        tuple(one for one in items if only in {None, one.list}),
        tuple(one for one in _gone(session, vendor, since) if only in {None, one.list}),
    )


def mark_fetched(
    session: Session,
    keys: Keys,
    vendor: str,
    key: str,
    *,
    since: int,
    until: int,
    at: datetime,
) -> None:
    """Record that a vendor has got the batches after ``since``, up to ``until``.

    Said of a whole list alone: who fetched one kind of identifier may have got nothing
    of a person.
    """
    session.execute(
        update(matching.Batch)
        .where(
            matching.Batch.vendor == vendor,
            matching.Batch.number > since,
            matching.Batch.number <= until,
            matching.Batch.key_hash.in_(keys.candidates(PURPOSE, key.encode())),
            matching.Batch.closed_at.is_not(None),
            matching.Batch.fetched_at.is_(None),
        )
        .values(fetched_at=at)
        .execution_options(synchronize_session=False)
    )


def _newest(session: Session, vendor: str, hashes: tuple[bytes, ...]) -> int:
    """Return the last batch that can be fetched with a key; 0 where there is none."""
    found = select(func.max(matching.Batch.number)).where(
        matching.Batch.vendor == vendor,
        matching.Batch.key_hash.in_(hashes),
        matching.Batch.closed_at.is_not(None),
    )
    return session.scalar(found) or 0


def _batch_keys(
    session: Session, vendor: str, key: str, hashes: tuple[bytes, ...], since: int
) -> dict[int, bytes]:
    """Return the batches that came since and are sealed to a key, and what opens each."""
    private = receipt_private(key.encode()).private_bytes_raw()
    found = select(matching.Batch).where(
        matching.Batch.vendor == vendor,
        matching.Batch.number > since,
        matching.Batch.key_hash.in_(hashes),
        matching.Batch.closed_at.is_not(None),
    )
    return {
        one.number: open_sealed_to(
            one.sealed_key, private, batch_place(vendor, one.number)
        )
        for one in session.scalars(found)
    }


def _pending(
    session: Session, vendor: str, opened: Mapping[int, bytes], since: int
) -> Iterator[Pending]:
    yield from _of_requests(session, vendor, opened, since)
    yield from _of_broadcasts(session, vendor, opened, since)


def _of_broadcasts(
    session: Session, vendor: str, opened: Mapping[int, bytes], since: int
) -> Iterator[Pending]:
    """Yield what lies in the drawers of a vendor's batches and is not answered."""
    held, row = broadcasts.BatchDrawer, broadcasts.Broadcast
    drawers = session.scalars(
        select(held)
        .where(held.vendor == vendor, held.batch > since)
        .order_by(held.batch, held.circle, held.version, held.drawer)
    ).all()
    done, apart = (
        _answered_of_broadcasts(session, vendor) if drawers else (set(), set())
    )
    for one in drawers:
        if one.batch not in opened:
            continue
        place = drawer_place(vendor, one.batch, one.circle, one.version)
        key = decrypt(opened[one.batch], one.key, place)
        found = (
            select(row.filing_id, row.number, row.sealed, row.key_drawer)
            .where(
                row.circle == one.circle,
                row.version == one.version,
                row.drawer == one.drawer,
                row.withdrawn_at.is_(None),
                row.closed_on.is_(None),
                row.sealed.is_not(None),
            )
            .order_by(row.filing_id)
        )
        for filing_id, number, sealed, key_drawer in session.execute(found):
            if filing_id in apart or sealed is None or key_drawer is None:
                continue
            bound = broadcast_place(filing_id, one.drawer)
            data_key = decrypt(key, key_drawer, bound)
            content = json.loads(unpadded(decrypt(data_key, sealed, bound)))
            for suffix, value in sorted(content.items()):
                if (filing_id, suffix) not in done:
                    yield Pending(
                        rules.item_id(number, suffix), rules.list_of(suffix), value
                    )


def _answered_of_broadcasts(
    session: Session, vendor: str
) -> tuple[set[tuple[UUID, str | None]], set[UUID]]:
    """Return the items that are answered, and the filings that wait no more.

    Whose request was asked again by itself, too: it is listed by its own number.
    """
    waiting, row = broadcasts.BroadcastAnswer, requests.Request
    answer, listing = matching.ListAnswer, matching.Listing
    done = {
        (found[0], found[1])
        for found in session.execute(
            select(waiting.filing_id, waiting.item).where(
                waiting.vendor == vendor, waiting.code.is_not(None)
            )
        )
    }
    of_it = (row.vendor == vendor, row.route == RouteKind.MATCHING)
    taken = (
        select(answer.filing_id, answer.item)
        .join(row, (row.filing_id == answer.filing_id) & (row.id == answer.request_id))
        .where(*of_it, answer.code.is_not(None))
    )
    done |= {(found[0], found[1]) for found in session.execute(taken)}
    apart = (
        select(row.filing_id)
        .outerjoin(
            listing,
            (listing.filing_id == row.filing_id) & (listing.request_id == row.id),
        )
        .where(*of_it, row.status.not_in(LISTED) | listing.sealed.is_not(None))
    )
    return done, set(session.scalars(apart))


def _of_requests(
    session: Session, vendor: str, opened: Mapping[int, bytes], since: int
) -> Iterator[Pending]:
    row, listing = requests.Request, matching.Listing
    found = (
        select(listing, row.number)
        .join(
            row, (row.filing_id == listing.filing_id) & (row.id == listing.request_id)
        )
        .where(
            listing.vendor == vendor,
            listing.batch > since,
            row.status.in_(LISTED),
            listing.sealed.is_not(None),
        )
        .order_by(listing.batch, listing.request_id)
    )
    done = _answered(session, vendor)
    for one, number in session.execute(found):
        if one.batch not in opened:
            continue
        for suffix, value in sorted(_content(one, opened[one.batch]).items()):
            if (one.request_id, suffix) not in done:
                yield Pending(
                    rules.item_id(number, suffix), rules.list_of(suffix), value
                )


def _content(one: matching.Listing, batch_key: bytes) -> dict[str, str]:
    place = listing_place(one.request_id, one.vendor, one.batch)
    assert one.key_vendor is not None  # noqa: S101 - goes with what is sealed
    assert one.sealed is not None  # noqa: S101 - asked for
    data_key = decrypt(batch_key, one.key_vendor, place)
    return dict(json.loads(unpadded(decrypt(data_key, one.sealed, place))))


def _answered(session: Session, vendor: str) -> set[tuple[UUID, str | None]]:
    """Return the items that were answered since their request was listed."""
    answer, listing = matching.ListAnswer, matching.Listing
    found = (
        select(answer.request_id, answer.item)
        .join(
            listing,
            (listing.filing_id == answer.filing_id)
            & (listing.request_id == answer.request_id),
        )
        .where(
            listing.vendor == vendor,
            answer.code.is_not(None),
            answer.received_at >= listing.listed_at,
        )
    )
    return {(row[0], row[1]) for row in session.execute(found)}


def _gone(session: Session, vendor: str, since: int) -> Iterator[Gone]:
    for suffixes, number in (
        *_requests_gone(session, vendor, since),
        *_broadcasts_gone(session, vendor, since),
    ):
        for suffix in suffixes.split():
            yield Gone(rules.item_id(number, suffix), rules.list_of(suffix))


def _broadcasts_gone(
    session: Session, vendor: str, since: int
) -> Iterator[tuple[str, str]]:
    """Yield what was taken back since a batch was made, of all before it."""
    held, row = broadcasts.BatchDrawer, broadcasts.Broadcast
    made = session.scalar(
        select(matching.Batch.closed_at).where(
            matching.Batch.vendor == vendor, matching.Batch.number == since
        )
    )
    if made is None:
        return
    found = (
        select(row.items, row.number, row.withdrawn_at, row.filing_id)
        .join(
            held,
            (held.circle == row.circle)
            & (held.version == row.version)
            & (held.drawer == row.drawer),
        )
        .where(held.vendor == vendor, held.batch <= since, row.withdrawn_at > made)
        .order_by(row.withdrawn_at, row.filing_id)
        .distinct()
    )
    for one in session.execute(found):
        yield one[0], one[1]


def _requests_gone(
    session: Session, vendor: str, since: int
) -> Iterator[tuple[str, str]]:
    """Yield what the batches after ``since`` say to be taken back.

    Of a later batch too: who has a new key, or is asked again, was listed anew, and may
    have fetched it long before. A broadcast's request may have been listed by the number
    of either.
    """
    if since == 0:
        return
    row, listing = requests.Request, matching.Listing
    found = (
        select(listing.items, row.number, row.route, row.filing_id)
        .join(
            row, (row.filing_id == listing.filing_id) & (row.id == listing.request_id)
        )
        .where(listing.vendor == vendor, listing.taken_off > since)
        .order_by(listing.taken_off, listing.request_id)
    )
    for suffixes, number, route, filing_id in session.execute(found).all():
        yield suffixes, number
        if route is RouteKind.MATCHING:
            whole = session.get_one(broadcasts.Broadcast, filing_id)
            yield suffixes, whole.number
