"""What staff have to know of companies' own systems, and the word to try one again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store import audit, protocol, requests
from app.store.protocol import (
    Fault,
    Oddity,
    ProtocolAnswer,
    ProtocolPair,
    ProtocolRequest,
)

ON_A_PAGE = 50
ORDINARY = frozenset({Oddity.FIRST, Oddity.HINT})
"""Answers that are kept and of which nobody need be told."""


@dataclass(frozen=True, slots=True)
class System:
    """One company's system that needs somebody."""

    vendor: str
    api_base: str
    business_id: str
    parked_at: datetime | None
    fault: Fault | None
    skew: int | None
    """Seconds by which its clock is ahead, where that is far."""


@dataclass(frozen=True, slots=True)
class OddAnswer:
    """An answer of which staff have to know, still closed."""

    at: datetime
    number: str
    vendor: str
    oddity: Oddity
    http_status: int | None


@dataclass(frozen=True, slots=True)
class ProtocolFigures:
    """Where everything stands by the protocol."""

    systems: tuple[System, ...]
    odd: tuple[OddAnswer, ...]
    known: int
    """Businesses with which we have a token."""
    requests: Mapping[str, int]
    """How many stand where, by the companies' own words."""
    to_read: int
    """How many are to be asked about now."""


def look_at_protocol(session: Session, *, at: datetime) -> ProtocolFigures:
    """Return what needs somebody, and the figures."""
    table = ProtocolRequest
    counted = session.execute(select(table.status, func.count()).group_by(table.status))
    due = select(func.count()).where(table.next_read <= at)
    known = select(func.count()).where(ProtocolPair.key_epoch.is_not(None))
    return ProtocolFigures(
        systems=tuple(_system(pair) for pair in protocol.parked(session)),
        odd=_odd(session),
        known=session.scalar(known) or 0,
        requests={status or "unanswered": count for status, count in counted},
        to_read=session.scalar(due) or 0,
    )


def _system(pair: ProtocolPair) -> System:
    far = pair.skew is not None and abs(pair.skew) > protocol.CLOCKS_APART
    return System(
        pair.vendor,
        pair.api_base,
        pair.business_id,
        pair.parked_at,
        pair.fault,
        pair.skew if far else None,
    )


def _odd(session: Session) -> tuple[OddAnswer, ...]:
    answer, request = ProtocolAnswer, requests.Request
    rows = session.execute(
        select(
            answer.at, request.number, request.vendor, answer.oddity, answer.http_status
        )
        .join(
            request,
            (request.filing_id == answer.filing_id) & (request.id == answer.request_id),
        )
        .where(answer.oddity.not_in(ORDINARY))
        .order_by(answer.at.desc(), request.number)
        .limit(ON_A_PAGE)
    )
    return tuple(OddAnswer(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class ByProtocol:
    """Where one request stands by its company's own system."""

    word: str | None
    """In its own words."""
    expected_by: datetime | None
    read_at: datetime | None
    next_read: datetime | None
    failures: int
    odd: tuple[OddAnswer, ...]


def by_protocol(session: Session, request: requests.Request) -> ByProtocol | None:
    """Return where a request stands by its company's system; None for other ways."""
    row = session.get(ProtocolRequest, (request.filing_id, request.id))
    if row is None:
        return None
    found = session.scalars(
        select(ProtocolAnswer)
        .where(
            ProtocolAnswer.filing_id == request.filing_id,
            ProtocolAnswer.request_id == request.id,
            ProtocolAnswer.oddity.not_in(ORDINARY),
        )
        .order_by(ProtocolAnswer.at.desc())
    )
    odd = tuple(
        OddAnswer(a.at, request.number, request.vendor, a.oddity, a.http_status)
        for a in found
    )
    return ByProtocol(
        row.state.word if row.state else None,
        row.expected_by,
        row.read_at,
        row.next_read,
        row.failures,
        odd,
    )


def try_again(
    session: Session, api_base: str, business_id: str, *, at: datetime, staff_id: UUID
) -> bool:
    """Let messages go to a business again; return whether they were kept back."""
    pair = session.get(ProtocolPair, (api_base, business_id), with_for_update=True)
    if pair is None or pair.parked_at is None:
        return False
    pair.parked_at = pair.fault = None
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="system tried again",
        subject=pair.vendor,
    )
    return True
