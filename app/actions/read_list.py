"""Give a vendor its matching list; only its own key opens what was listed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.file_request import Limited
from app.actions.vendor_key import PURPOSE, key_holder
from app.domain import matching as rules
from app.domain.drop import RULES
from app.domain.matching import LISTED, ListType
from app.store import limits, matching, requests
from app.store.keys import Keys
from app.store.matching import batch_place, listing_place
from app.store.sealing import decrypt, open_sealed_to, receipt_private, unpadded

CALLS_AN_HOUR = 120
"""Of one vendor, to fetch and to answer."""


class NoKey(StrEnum):
    """Why somebody is not let in."""

    UNKNOWN = "unknown"
    ANOTHERS = "anothers"
    """The key is another vendor's."""


def admit_vendor(
    session: Session, keys: Keys, vendor: str, key: str, *, at: datetime
) -> Limited | NoKey | None:
    """Let a vendor's program in by its key; None where it may go on."""
    holder = key_holder(session, keys, key)
    if holder != vendor:
        return NoKey.UNKNOWN if holder is None else NoKey.ANOTHERS
    wait = limits.take(
        session,
        keys.hash("limit matching", vendor.encode()),
        at=at,
        limit=CALLS_AN_HOUR,
        period=timedelta(hours=1),
    )
    return Limited(int(wait.total_seconds()) + 1) if wait is not None else None


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

    Of all requests that were listed before, those that were taken back since are named.
    """
    hashes = keys.candidates(PURPOSE, key.encode())
    opened = _batch_keys(session, vendor, key, hashes)
    items = (
        Pending(one.id, one.list, rules.keyed(one.hash, key) if keyed else one.hash)
        for one in _pending(session, vendor, opened, since)
    )
    return MatchingList(
        vendor,
        keyed,
        max(opened, default=0),
        tuple(one for one in items if only in {None, one.list}),
        tuple(one for one in _gone(session, vendor, since) if only in {None, one.list}),
    )


def _batch_keys(
    session: Session, vendor: str, key: str, hashes: tuple[bytes, ...]
) -> dict[int, bytes]:
    """Return the batches that are closed and sealed to a key, and what opens each."""
    private = receipt_private(key.encode()).private_bytes_raw()
    found = select(matching.Batch).where(
        matching.Batch.vendor == vendor,
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
    row, listing = requests.Request, matching.Listing
    found = (
        select(listing.items, row.number)
        .join(
            row, (row.filing_id == listing.filing_id) & (row.id == listing.request_id)
        )
        .where(
            listing.vendor == vendor,
            listing.batch <= since,
            listing.taken_off > since,
        )
        .order_by(listing.taken_off, listing.request_id)
    )
    for suffixes, number in session.execute(found):
        for suffix in suffixes.split():
            yield Gone(rules.item_id(number, suffix), rules.list_of(suffix))
