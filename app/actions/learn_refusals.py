"""Learn from refusals because of where people live: propose, and let somebody decide.

A proposal counts filings and names nobody. What is decided warns people before they file
and changes no verdict: that is the law's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, case, func, insert, select, text
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.plain_words import Plain
from app.actions.staff_members import short_name
from app.domain.refusals import Reading, worth_proposing
from app.domain.timeline import DenialGround, EventKind
from app.domain.vendors import Directory
from app.store import audit, vendors
from app.store.base import new_id
from app.store.people import Filing
from app.store.refusals import RefusalProposal, ResidencyRefusal, standing
from app.store.requests import Request, TimelineEntry
from app.store.staff import Staff

LONGEST = 1_000
OUTSIDE = text("request.denial_ground = 'outside-jurisdiction'")
"""In the statement's own words: a parameter would keep SQLite from its index."""


class Decided(BaseModel):
    """As what refusals are recorded, and why."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    reading: Reading
    words: Annotated[str, Field(min_length=1, max_length=LONGEST), Plain]


class Pair(NamedTuple):
    """A vendor and a residence."""

    vendor: str
    residence: str


@dataclass(frozen=True, slots=True)
class Refused:
    """How often a vendor refused people of a place for that, and since when."""

    pair: Pair
    filings: int
    since: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody should decide about."""

    id: UUID
    vendor: str
    residence: str
    since: date
    filings: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was decided, and stands."""

    vendor: str
    residence: str
    reading: Reading
    since: date
    filings: int
    words: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class RefusalsFile:
    """What waits for a decision, and what was decided."""

    proposals: tuple[Proposal, ...]
    recorded: tuple[Recorded, ...]


def refused_outside(session: Session, directory: Directory) -> list[Refused]:
    """Return who was refused because of where they live, by vendor and residence.

    What was sent to a vendor's double belongs to it; a filing that asked both counts
    once.
    """
    entry = TimelineEntry
    vendor = _stands_for(directory).label("stands_for")
    rows = session.execute(
        select(
            vendor,
            Filing.residence,
            func.count(Request.filing_id.distinct()),
            func.min(entry.on),
        )
        .join(Filing, Filing.id == Request.filing_id)
        .join(
            entry,
            (entry.filing_id == Request.filing_id) & (entry.request_id == Request.id),
        )
        .where(
            OUTSIDE,
            entry.kind == EventKind.REFUSED,
            entry.denial_ground == DenialGround.OUTSIDE_JURISDICTION,
        )
        .group_by("stands_for", Filing.residence)
        .order_by("stands_for", Filing.residence)
    )
    return [
        Refused(Pair(vendor, residence), filings, since)
        for vendor, residence, filings, since in rows
        if since is not None  # an answer has its day
    ]


def _stands_for(directory: Directory) -> ColumnElement[str]:
    """Return the vendor to which a request belongs now."""
    doubles = {slug: directory.stands_for(slug) for slug in directory.doubles}
    if not doubles:
        return Request.vendor.expression
    return case(doubles, value=Request.vendor, else_=Request.vendor)


def to_propose(
    session: Session,
    *,
    desk: Desk,
    at: datetime,  # noqa: ARG001
) -> list[Refused]:
    """Return what should be put before somebody and is not yet, or not as it is now.

    That of which no refusal is left, or that is about another record by now, counts none.
    """
    directory = desk.directory
    open_ones = {
        Pair(row.vendor, row.residence): (row.filings, row.since)
        for row in session.scalars(
            select(RefusalProposal).where(RefusalProposal.decided_at.is_(None))
        )
    }
    decided = {
        Pair(directory.stands_for(row.vendor), row.residence): row
        for row in sorted(standing(session), key=lambda row: row.id)
    }
    found = []
    now = refused_outside(session, directory)
    for one in now:
        if one.pair in open_ones:
            if open_ones[one.pair] != (one.filings, one.since):
                found.append(one)
            continue
        last = decided.get(one.pair)
        if worth_proposing(
            one.filings,
            last.filings if last else 0,
            recorded=last is not None and last.reading is not Reading.NOTHING,
        ):
            found.append(one)
    gone = open_ones.keys() - {one.pair for one in now}
    return found + [Refused(pair, 0, open_ones[pair][1]) for pair in sorted(gone)]


def propose(session: Session, refused: Refused, *, desk: Desk, at: datetime) -> bool:
    """Put refusals before somebody, or bring up to date what is there.

    Where none is left, nobody has to decide any more.
    What waits about a double of the vendor goes into the one about the vendor.
    """
    vendor, residence = refused.pair
    both = [vendor, *(one.slug for one in desk.directory.doubles_of(vendor))]
    waiting = session.scalars(
        select(RefusalProposal)
        .where(
            RefusalProposal.vendor.in_(both),
            RefusalProposal.residence == residence,
            RefusalProposal.decided_at.is_(None),
        )
        .order_by(RefusalProposal.id)
        .with_for_update()
    ).all()
    if refused.filings == 0:
        for one in waiting:
            one.decided_at = at
        return bool(waiting)
    row = next(iter(waiting), None)
    for other in waiting[1:]:
        other.decided_at = at
    if row is None:
        row = RefusalProposal(
            id=new_id(at),
            vendor=vendor,
            residence=residence,
            since=refused.since,
            filings=refused.filings,
            proposed_at=at,
            decided_at=None,
        )
        session.add(row)
        audit.append(
            session,
            at=at,
            actor="worker",
            action="refusals proposed",
            subject=vendor,
            residence=residence,
            filings=refused.filings,
        )
        return True
    row.vendor = vendor
    row.since, row.filings = refused.since, refused.filings
    return True


def count_proposals(session: Session) -> int:
    """Return how many wait for a decision."""
    found = select(func.count()).where(RefusalProposal.decided_at.is_(None))
    return session.scalars(found).one()


def read_refusals(session: Session) -> RefusalsFile:
    """Return what waits and what was decided."""
    order = RefusalProposal.filings.desc(), RefusalProposal.id
    waiting = session.scalars(
        select(RefusalProposal)
        .where(RefusalProposal.decided_at.is_(None))
        .order_by(*order)
    )
    kept = standing(session)
    names = _names(session, {row.recorded_by for row in kept})
    return RefusalsFile(
        tuple(
            Proposal(row.id, row.vendor, row.residence, row.since, row.filings)
            for row in waiting
        ),
        tuple(
            Recorded(
                row.vendor,
                row.residence,
                row.reading,
                row.since,
                row.filings,
                row.words,
                row.recorded_at.date(),
                names.get(row.recorded_by, ""),
            )
            for row in kept
        ),
    )


def _names(session: Session, ids: set[UUID]) -> Mapping[UUID, str]:
    found = session.execute(select(Staff.id, Staff.email).where(Staff.id.in_(ids)))
    return {id_: short_name(email) for id_, email in found}


def decide_refusals(
    session: Session,
    proposal_id: UUID,
    decided: Decided,
    *,
    at: datetime,
    staff_id: UUID,
) -> bool:
    """Write down what somebody decided; False where somebody else has."""
    row = session.get(RefusalProposal, proposal_id, with_for_update=True)
    if row is None or row.decided_at is not None:
        return False
    row.decided_at = at
    about = Refused(Pair(row.vendor, row.residence), row.filings, row.since)
    _record(session, about, decided, at=at, staff_id=staff_id)
    return True


def take_back_refusal(
    session: Session, pair: Pair, words: str, *, at: datetime, staff_id: UUID
) -> bool:
    """Say that a vendor no longer refuses; False where nothing says that it does."""
    vendors.hold(session)  # of two at once the second finds nothing
    last = next(
        (r for r in standing(session) if (r.vendor, r.residence) == tuple(pair)), None
    )
    if last is None or last.reading is Reading.NOTHING:
        return False
    about = Refused(pair, last.filings, last.since)
    decided = Decided(reading=Reading.NOTHING, words=words)
    _record(session, about, decided, at=at, staff_id=staff_id)
    return True


def _record(
    session: Session,
    about: Refused,
    decided: Decided,
    *,
    at: datetime,
    staff_id: UUID,
) -> None:
    session.execute(
        insert(ResidencyRefusal.__table__),
        {
            "id": new_id(at),
            **about.pair._asdict(),
            "reading": decided.reading,
            "since": about.since,
            "filings": about.filings,
            "words": decided.words,
            "recorded_at": at,
            "recorded_by": staff_id,
        },
    )
    vendors.count_change(session)
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="refusals decided",
        subject=about.pair.vendor,
        residence=about.pair.residence,
        reading=decided.reading,
        filings=about.filings,
        words=decided.words,
    )
