"""Keep what is known by the Data Rights Protocol, sealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.channels.drp import Business
from app.channels.outward import Answered
from app.domain.drp import Profile
from app.store import people
from app.store.base import insert_once, new_id
from app.store.people import columns
from app.store.protocol import (
    Fault,
    Oddity,
    ProtocolAnswer,
    ProtocolPair,
    ProtocolRequest,
)
from app.store.sealing import CannotOpenError, Sealer, Where, open_with_receipt

KEPT_BYTES = 64_000
"""Of an odd answer; the rest says nothing more."""


def place_of(pair: ProtocolPair) -> Where:
    """Return the place of a token."""
    return Where("protocol_pair", f"{pair.api_base} {pair.business_id}")


def row_place(row: ProtocolRequest) -> Where:
    """Return the place of what is sealed of a request."""
    return Where("protocol_request", str(row.id))


def business_of(told: Mapping[str, Any]) -> Business:
    """Return where a company's server is, as it was kept."""
    return Business(
        told["api_base"],
        told["business_id"],
        Profile(told["profile"]),
        told["trailing_slash"],
    )


# Tokens


def pair_of(session: Session, to: Business) -> ProtocolPair | None:
    """Return what is known between us and a business."""
    return session.get(ProtocolPair, (to.api_base, to.business_id))


@dataclass(frozen=True, slots=True)
class Learned:
    """What a call taught us of a business itself."""

    token: str | None = None
    """A new one; None where nothing changed."""
    fault: Fault | None = None
    skew: timedelta | None = None


def keep_pair(
    session: Session,
    desk: Desk,
    to: Business,
    vendor: str,
    learned: Learned,
    *,
    at: datetime,
) -> None:
    """Keep what was learned: a new token, or that nothing may go there for now."""
    first = {
        "api_base": to.api_base,
        "business_id": to.business_id,
        "vendor": vendor,
        **dict.fromkeys(("set_up_at", "parked_at", "fault", "skew")),
        **people.EMPTY,
        "epoch": None,
    }
    insert_once(session, ProtocolPair.__table__, first)
    pair = session.get_one(
        ProtocolPair, (to.api_base, to.business_id), with_for_update=True
    )
    pair.vendor = vendor
    if learned.skew is not None:
        pair.skew = round(learned.skew.total_seconds())
    if learned.token is not None:
        sealer = Sealer(desk.keys.epoch, None)
        thing = sealer.seal(learned.token.encode(), place_of(pair))
        for name, value in columns(thing).items():
            setattr(pair, name, value)
        pair.set_up_at, pair.parked_at, pair.fault = at, None, None
    if learned.fault is not None:
        for name in people.EMPTY:
            setattr(pair, name, None)
        pair.parked_at, pair.fault = at, learned.fault


# Requests


def read_with_receipt(
    session: Session, key: tuple[UUID, UUID], receipt: bytes
) -> dict[str, Any] | None:
    """Return the same as the holder of the receipt; None where it is not to be read."""
    row = session.get(ProtocolRequest, key)
    if row is None or row.thing is None:
        return None
    try:
        found = open_with_receipt(row.thing, row_place(row), receipt)
    except CannotOpenError:
        return None
    return dict(json.loads(found))


def seal_row(
    session: Session, desk: Desk, row: ProtocolRequest, content: Mapping[str, Any]
) -> None:
    """Seal what is known of a request to the worker and to who holds its receipt."""
    filing = session.get_one(people.Filing, row.filing_id)
    written = json.dumps(dict(content), ensure_ascii=False).encode()
    thing = Sealer(desk.keys.epoch, filing.receipt_public).seal(written, row_place(row))
    for name, value in columns(thing).items():
        setattr(row, name, value)


# Answers


def keep_answer(
    session: Session,
    desk: Desk,
    key: tuple[UUID, UUID],
    oddity: Oddity,
    answer: Answered,
    *,
    at: datetime,
) -> None:
    """Keep an answer as it came, for staff; of several alike the newest."""
    filing = session.get_one(people.Filing, key[0])
    if filing.purged_at is not None:
        return
    session.execute(
        delete(ProtocolAnswer)
        .where(
            ProtocolAnswer.filing_id == key[0],
            ProtocolAnswer.request_id == key[1],
            ProtocolAnswer.oddity == oddity,
        )
        .execution_options(synchronize_session=False)
    )
    answer_id = new_id(at)
    content = {
        "secured": answer.secured,
        "body": answer.body[:KEPT_BYTES].decode("latin-1"),
    }
    sealer = Sealer(desk.keys.epoch, filing.receipt_public)
    where = Where("protocol_answer", str(answer_id))
    session.execute(
        insert(ProtocolAnswer.__table__),
        {
            "filing_id": key[0],
            "id": answer_id,
            "request_id": key[1],
            "at": at,
            "oddity": oddity,
            "http_status": answer.status or None,
            **columns(sealer.seal(json.dumps(content).encode(), where)),
        },
    )
