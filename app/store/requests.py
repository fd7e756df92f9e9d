"""Requests, their timelines, their letters, their replies and what proves these."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    bindparam,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.grounds import Verdict
from app.domain.timeline import (
    NO_LINK,
    OPEN,
    OVER,
    Actor,
    DenialGround,
    Event,
    EventKind,
    Evidence,
    Outcome,
    Standing,
    Status,
    link,
    replay,
)
from app.domain.vendors import RouteKind
from app.domain.ways import HandWork, hand_work
from app.store.base import Base
from app.store.people import SealedColumns, held, reopen

ASSIGNED = text("assigned_to IS NOT NULL")
UNASSIGNED = text("assigned_to IS NULL AND status != 'unconfirmed'")
"""A filing that is not confirmed yet costs no entry; nobody takes it on either."""
UNSEEN = text("unseen IS NOT NULL")
BY_HAND = "by_hand"
"""Beside what the person was told: that one of us types it into the vendor's form, or
posts it."""
TO_DO_BY_HAND = text("by_hand IS NOT NULL")
OUTSIDE = text("denial_ground = 'outside-jurisdiction'")


class Request(Base):
    """One resident's deletion request to one vendor."""

    __tablename__ = "request"
    __table_args__ = (
        # The last column is for who reads a page of the queue: it reads no row.
        Index("ix_request_queue", "status", "due", "vendor", "id", "filing_id"),
        # With the member, who else is read from the row.
        Index(
            "ix_request_vendor",
            *("vendor", "status", "due", "id", "filing_id", "assigned_to"),
        ),
        Index(
            "ix_request_assigned",
            *("assigned_to", "status", "due", "vendor", "id", "filing_id"),
            sqlite_where=ASSIGNED,
            postgresql_where=ASSIGNED,
        ),
        Index(
            "ix_request_unassigned",
            *("status", "due", "vendor", "id", "filing_id", "assigned_to"),
            sqlite_where=UNASSIGNED,
            postgresql_where=UNASSIGNED,
        ),
        Index(
            "ix_request_unseen",
            *("due", "vendor", "id", "filing_id", "status", "unseen", "assigned_to"),
            sqlite_where=UNSEEN,
            postgresql_where=UNSEEN,
        ),
        Index(
            "ix_request_unseen_vendor",
            *("vendor", "due", "id", "filing_id", "status", "unseen", "assigned_to"),
            sqlite_where=UNSEEN,
            postgresql_where=UNSEEN,
        ),
        Index(
            "ix_request_by_hand",
            *("by_hand", "due", "vendor", "id", "filing_id"),
            *("status", "unseen", "assigned_to"),
            sqlite_where=TO_DO_BY_HAND,
            postgresql_where=TO_DO_BY_HAND,
        ),
        Index(
            "ix_request_by_hand_vendor",
            *("vendor", "by_hand", "due", "id", "filing_id"),
            *("status", "unseen", "assigned_to"),
            sqlite_where=TO_DO_BY_HAND,
            postgresql_where=TO_DO_BY_HAND,
        ),
        Index(
            "ix_request_outside",
            *("vendor", "filing_id", "id"),
            sqlite_where=OUTSIDE,
            postgresql_where=OUTSIDE,
        ),
        Index(None, "id"),
    )

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    vendor: Mapped[str]
    route: Mapped[RouteKind]
    reply_to: Mapped[str]
    """Local part of its own reply address."""
    verdict: Mapped[Verdict]
    law: Mapped[str | None]
    """The law that its dates rest on."""
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the person was told of this vendor, without anything about them."""
    status: Mapped[Status]
    """Last step of the timeline, kept beside it so that queues can filter."""
    outcome: Mapped[Outcome | None]
    denial_ground: Mapped[DenialGround | None]
    evidence: Mapped[Evidence | None]
    sent_on: Mapped[date | None]
    respond_due: Mapped[date | None]
    extended_due: Mapped[date | None]
    due: Mapped[date | None]
    """The day on which an answer is owed, an extension included; None where none is.

    Kept beside the dates that it follows from, so that queues can sort by it.
    """
    certainty: Mapped[str]
    complaint_until: Mapped[date | None]
    reminded_on: Mapped[date | None]
    events: Mapped[int]
    """Length of the timeline: the place of the next entry, without reading it."""
    head: Mapped[bytes] = mapped_column(LargeBinary)
    """Hash of its last entry."""
    assigned_to: Mapped[UUID | None]
    """The member of staff who looks after it."""
    unseen: Mapped[int | None]
    """Place of the vendor's own answer at which nobody here has looked since."""
    by_hand: Mapped[HandWork | None]
    """What one of us has yet to do for it by hand; queues find it by this."""

    def set_due(self) -> None:
        """Let the day by which queues sort follow from status and dates."""
        owed = self.extended_due or self.respond_due
        self.due = owed if self.status in OPEN else None


class RequestNumber(Base):
    """Finds a request by the number it is called by."""

    __tablename__ = "request_number"

    number: Mapped[str] = mapped_column(primary_key=True)
    filing_id: Mapped[UUID]
    request_id: Mapped[UUID]


class ReplyAddress(Base):
    """Finds a request by the local part of its reply address."""

    __tablename__ = "reply_address"

    local: Mapped[str] = mapped_column(primary_key=True)
    filing_id: Mapped[UUID]
    request_id: Mapped[UUID]


class ReplyLink(Base):
    """Finds a request by the link on which its vendor answers."""

    __tablename__ = "reply_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(index=True)
    request_id: Mapped[UUID]
    until: Mapped[date]
    """The last day on which it takes an answer."""


class VendorReference(Base):
    """Finds requests by what the vendor calls them; only the keyed hash is kept."""

    __tablename__ = "vendor_reference"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    request_id: Mapped[UUID] = mapped_column(primary_key=True)


class TimelineEntry(Base):
    """Something that happened to a request; never changed, never removed."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["filing_id", "request_id"], ["request.filing_id", "request.id"]
        ),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Position in the timeline. Two entries of one moment keep their order."""
    kind: Mapped[EventKind]
    at: Mapped[datetime]
    by: Mapped[Actor]
    on: Mapped[date | None]
    outcome: Mapped[Outcome | None]
    denial_ground: Mapped[DenialGround | None]
    evidence: Mapped[Evidence | None]
    until: Mapped[date | None]
    retracts: Mapped[int | None]
    resumes: Mapped[Status | None]
    commitment: Mapped[bytes | None] = mapped_column(LargeBinary)
    route: Mapped[RouteKind | None]
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


OWN_REQUEST = "own_request"
"""Kind of a letter that the resident sent. It is never sent again by us."""


class Letter(SealedColumns, Base):
    """A letter as it leaves, sealed at filing, or when the resident says it was sent."""

    __tablename__ = "letter"
    __table_args__ = (
        ForeignKeyConstraint(
            ["filing_id", "request_id"], ["request.filing_id", "request.id"]
        ),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID]
    kind: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]


NO_ENTRY = 0
"""Place of a message from which nothing follows: entries count from one."""


class Reply(SealedColumns, Base):
    """The words of a vendor's answer, sealed; or of a message that is none."""

    __tablename__ = "reply"
    __table_args__ = (
        ForeignKeyConstraint(
            ["filing_id", "request_id"], ["request.filing_id", "request.id"]
        ),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID]
    place: Mapped[int]
    """The timeline entry that it is behind, or ``NO_ENTRY``."""
    received_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(index=True)


class EvidenceFile(SealedColumns, Base):
    """A file that is evidence of a reply, sealed with its name.

    The resident gave it, or the vendor with its own answer.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["filing_id", "request_id"], ["request.filing_id", "request.id"]
        ),
        Index(None, "place", "given_at"),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID]
    place: Mapped[int | None]
    """The timeline entry that it is behind; None until that is saved."""
    given_at: Mapped[datetime]
    kind: Mapped[str | None]
    """How its name ends, by its bytes; None where it was given before that was kept."""


class StaffNote(SealedColumns, Base):
    """What a member wrote down about a request, sealed: it may name the person."""

    __tablename__ = "staff_note"
    __table_args__ = (
        ForeignKeyConstraint(
            ["filing_id", "request_id"], ["request.filing_id", "request.id"]
        ),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime]


EVENT_FIELDS = (
    "kind",
    "at",
    "by",
    "on",
    "outcome",
    "denial_ground",
    "evidence",
    "until",
    "retracts",
    "resumes",
    "commitment",
    "route",
)


def first_entry(filing_id: UUID, request_id: UUID, event: Event) -> dict[str, Any]:
    """Return the row of the entry with which a timeline begins."""
    return _entry(filing_id, request_id, 1, event, NO_LINK)


def _entry(
    filing_id: UUID, request_id: UUID, place: int, event: Event, previous: bytes
) -> dict[str, Any]:
    return {
        "filing_id": filing_id,
        "request_id": request_id,
        "place": place,
        **{name: getattr(event, name) for name in EVENT_FIELDS},
        "previous": previous,
        "hash": link(previous, event, request=str(request_id), place=place),
    }


_TIMELINE = (
    select(*(TimelineEntry.__table__.c[name] for name in EVENT_FIELDS))
    .where(
        TimelineEntry.filing_id == bindparam("filing_id"),
        TimelineEntry.request_id == bindparam("request_id"),
    )
    .order_by(TimelineEntry.place)
)


def timeline(session: Session, filing_id: UUID, request_id: UUID) -> tuple[Event, ...]:
    """Return a request's whole timeline, oldest first."""
    rows = session.execute(
        _TIMELINE, {"filing_id": filing_id, "request_id": request_id}
    )
    return tuple(Event(**row) for row in rows.mappings())


_TIMELINES = (
    select(
        TimelineEntry.request_id,
        *(TimelineEntry.__table__.c[name] for name in EVENT_FIELDS),
    )
    .where(TimelineEntry.filing_id == bindparam("filing_id"))
    .order_by(TimelineEntry.request_id, TimelineEntry.place)
)


def timelines(session: Session, filing_id: UUID) -> dict[UUID, tuple[Event, ...]]:
    """Return the timelines of all requests of a filing, each oldest first."""
    rows = session.execute(_TIMELINES, {"filing_id": filing_id}).mappings()
    found: dict[UUID, list[Event]] = {}
    for row in rows:
        fields = {name: row[name] for name in EVENT_FIELDS}
        found.setdefault(row["request_id"], []).append(Event(**fields))
    return {request_id: tuple(events) for request_id, events in found.items()}


def locked(session: Session, filing_id: UUID, request_id: UUID) -> Request | None:
    """Return a request's row, held against other writers until the commit.

    Its filing is held before it (:func:`app.store.people.held`).
    """
    held(session, filing_id)
    return session.scalar(
        select(Request)
        .where(Request.filing_id == filing_id, Request.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def record(session: Session, request: Request, *events: Event) -> Standing:
    """Append ``events`` to a timeline, all or none, and move the request with them.

    This is the only way in which a request moves. The row is read again and held, so
    that two who record at once follow each other. A request that was over and is not
    any more opens its filing again.

    Raises:
        CannotFollowError: If they cannot follow; nothing is changed.
    """
    session.flush()
    session.refresh(request, with_for_update=True)
    history = timeline(session, request.filing_id, request.id)
    standing = replay((*history, *events))
    if request.status in OVER and standing.status not in OVER:
        reopen(session, request.filing_id)
    for event in events:
        place = request.events + 1
        row = _entry(request.filing_id, request.id, place, event, request.head)
        session.execute(insert(TimelineEntry.__table__), row)
        request.events, request.head = place, row["hash"]
    request.status = standing.status
    request.outcome = standing.outcome
    request.denial_ground = standing.denial_ground
    request.evidence = standing.evidence
    request.sent_on = standing.sent_on
    request.by_hand = hand_work(
        request.by_hand,
        standing.status,
        by_hand=bool(request.told.get(BY_HAND)),
        sent=standing.sent_on is not None,
    )
    if standing.until is None:
        request.extended_due = None
    request.set_due()
    session.flush()
    return standing


_OF_FILING = (
    select(Request)
    .where(Request.filing_id == bindparam("filing_id"))
    .order_by(Request.id)
)


def requests_of(session: Session, filing_id: UUID) -> Sequence[Request]:
    """Return the requests of a filing, in the order in which they were made."""
    return session.scalars(_OF_FILING, {"filing_id": filing_id}).all()


def by_id(session: Session, request_id: UUID) -> Request | None:
    """Return a request by its id alone, as programs of staff name it."""
    return session.scalar(select(Request).where(Request.id == request_id))


def by_number(session: Session, number: str) -> Request | None:
    """Return a request by the number that people call it by."""
    found = session.get(RequestNumber, number)
    if found is None:
        return None
    return session.get(Request, (found.filing_id, found.request_id))


def by_reply_address(session: Session, local: str) -> Request | None:
    """Return a request by the local part of its reply address."""
    found = session.get(ReplyAddress, local.lower())
    if found is None:
        return None
    return session.get(Request, (found.filing_id, found.request_id))


def by_vendor_reference(
    session: Session, hashes: tuple[bytes, ...]
) -> Sequence[Request]:
    """Return the requests that vendors call by a reference, by its keyed hashes."""
    found = session.scalars(
        select(VendorReference).where(VendorReference.hash.in_(hashes)).limit(2)
    )
    keys = [(row.filing_id, row.request_id) for row in found]
    rows = (session.get(Request, key) for key in keys)
    return [row for row in rows if row is not None]
