"""Read the inbox as staff see it: everything but what the mails say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.actions.answer_mail import AnswerGiven, answer_given, may_answer
from app.actions.open_mail import asked_mail_files, pending_mail
from app.actions.reveal_identity import AskedFile, Pending
from app.actions.split_mail import Part, parts_of
from app.domain.authenticity import Authenticity, Doubt
from app.domain.mail_kinds import MailKind
from app.domain.mails import Held
from app.domain.timeline import OPEN, DenialGround, EventKind, Status
from app.store import inbox, requests
from app.store.inbox import InboxMessage, MailState, MatchedBy

AT_ONCE = 50
NEAR = 5
"""Open requests of one vendor that are offered for a mail."""


class Shelf(StrEnum):
    """A part of the inbox."""

    MATCHED = "matched"
    PARKED = "parked"
    """It is not known which request they are about."""
    QUIET = "quiet"
    """Automatic replies, and letters that came back."""
    RECORDED = "recorded"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail, closed."""

    id: UUID
    received_at: datetime
    size: int
    kind: MailKind
    state: MailState
    vendor: str | None
    number: str | None
    """Of the request that it is about."""
    request_id: UUID | None
    matched_by: MatchedBy | None
    held: Held | None
    authenticity: Authenticity
    doubts: tuple[Doubt, ...]
    suggested: EventKind | None
    ground: DenialGround | None
    until: date | None
    place: int | None
    destroyed: bool
    """Whether what it said is gone, with its filing."""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A part of one shelf, and how much lies on each."""

    lines: tuple[MailLine, ...]
    counts: dict[Shelf, int]
    older: UUID | None
    """The mail after which the next page begins."""


@dataclass(frozen=True, slots=True)
class Near:
    """A request that a mail may be about, and why."""

    number: str
    vendor: str
    status: Status
    sent_on: date | None
    named: bool
    """Whether the mail names it; else it is an open one of the same vendor."""


@dataclass(frozen=True, slots=True)
class MailFile:
    """One mail, closed, with all that is known about it."""

    line: MailLine
    near: tuple[Near, ...]
    pending: Pending | None
    can_record: bool
    """Whether a reply can follow where its request stands."""
    parts: tuple[Part, ...] = ()
    """Other requests that it answers."""
    asked: Mapping[int, AskedFile] = field(default_factory=dict)
    """The files of it that this member asked for, by their places."""
    can_answer: bool = False
    """Whether a member can answer it."""
    answer: AnswerGiven | None = None
    """What a member answered to it."""

    def about(self, request_id: UUID) -> bool:
        """Return whether it is about a request, as a whole or in part."""
        of_part = (part.request_id for part in self.parts)
        return request_id in {self.line.request_id, *of_part}


def read_inbox(session: Session, shelf: Shelf, before: UUID | None) -> InboxPage:
    """Return one shelf, newest first."""
    chosen = select(InboxMessage).where(*_on(shelf))
    if before is not None:
        chosen = chosen.where(InboxMessage.id < before)
    chosen = chosen.order_by(InboxMessage.id.desc()).limit(AT_ONCE + 1)
    rows = session.scalars(chosen).all()
    counts = {
        one: session.scalar(select(func.count(InboxMessage.id)).where(*_on(one))) or 0
        for one in Shelf
    }
    shown = rows[:AT_ONCE]
    return InboxPage(
        tuple(_line(session, row) for row in shown),
        counts,
        shown[-1].id if len(rows) > AT_ONCE else None,
    )


def read_mail(
    session: Session, mail_id: UUID, *, staff_id: UUID, at: datetime
) -> MailFile | None:
    """Return one mail, closed."""
    row = inbox.mail_by_id(session, mail_id)
    if row is None:
        return None
    line = _line(session, row)
    request = (
        session.get(requests.Request, (row.filing_id, row.request_id))
        if row.request_id
        else None
    )
    return MailFile(
        line,
        _near(session, row) if request is None else (),
        pending_mail(session, mail_id, staff_id, at=at),
        can_record=request is not None and line.state is not MailState.RECORDED,
        parts=parts_of(session, mail_id),
        asked=asked_mail_files(session, mail_id, staff_id, at=at),
        can_answer=may_answer(session, row),
        answer=answer_given(session, row),
    )


def _on(shelf: Shelf) -> tuple[ColumnElement[bool], ...]:
    waiting = InboxMessage.state == MailState.WAITING
    match shelf:
        case Shelf.MATCHED:
            return waiting, InboxMessage.request_id.is_not(None)
        case Shelf.PARKED:
            return waiting, InboxMessage.request_id.is_(None)
        case Shelf.QUIET:
            return (InboxMessage.state == MailState.SETTLED,)
        case Shelf.RECORDED:
            return (InboxMessage.state == MailState.RECORDED,)
        case Shelf.NOISE:
            return (InboxMessage.state == MailState.NOISE,)


def _line(session: Session, row: InboxMessage) -> MailLine:
    request = (
        session.get(requests.Request, (row.filing_id, row.request_id))
        if row.request_id
        else None
    )
    return MailLine(
        id=row.id,
        received_at=row.received_at,
        size=row.size,
        kind=row.kind,
        state=row.state,
        vendor=row.vendor,
        number=request.number if request else None,
        request_id=row.request_id,
        matched_by=row.matched_by,
        held=row.held,
        authenticity=row.authenticity,
        doubts=tuple(Doubt(one) for one in row.doubts),
        suggested=row.suggested_kind,
        ground=row.suggested_ground,
        until=row.suggested_until,
        place=row.place,
        destroyed=row.thing is None,
    )


def _near(session: Session, row: InboxMessage) -> tuple[Near, ...]:
    """Return what a mail names, then the newest open requests of its vendor."""
    named = [requests.by_number(session, number) for number in row.near]
    found = [(request, True) for request in named if request is not None]
    if row.vendor is not None:
        known = [request.id for request, _ in found]
        found += [(one, False) for one in _open(session, row.vendor, known)]
    return tuple(
        Near(one.number, one.vendor, one.status, one.sent_on, is_named)
        for one, is_named in found
    )


def _open(
    session: Session, vendor: str, known: Sequence[UUID]
) -> Sequence[requests.Request]:
    chosen = (
        select(requests.Request)
        .where(
            requests.Request.vendor == vendor,
            requests.Request.status.in_(OPEN),
            requests.Request.id.not_in(known),
        )
        .order_by(requests.Request.id.desc())
        .limit(NEAR)
    )
    return session.scalars(chosen).all()
