"""Do the same to several requests: first shown for each, then done to each alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.assign_request import Assigned, GivenMeanwhile, assign_request
from app.actions.close_by_hand import close_by_hand
from app.actions.desk import Desk
from app.actions.file_request import OtherBody
from app.actions.note_request import Noted, NoteText, note_request
from app.actions.preview_reply import Preview, preview_closing, preview_reply
from app.actions.record_reply import (
    CannotFollow,
    MovedOn,
    NotThatDay,
    Recorded,
    ReplyBody,
    record_reply,
)
from app.actions.since_shown import Since, since_shown
from app.actions.staff_members import Colleague, colleagues
from app.domain.timeline import Status
from app.store import people, requests

AT_ONCE = 50
"""Requests that are taken together: two pages of the queue."""


@dataclass(frozen=True, slots=True)
class Give:
    """Give them to a member, or lay them down."""

    to: UUID | None


@dataclass(frozen=True, slots=True)
class CloseThem:
    """Close them."""


Act: TypeAlias = Give | CloseThem | NoteText | ReplyBody


class Came(StrEnum):
    """What came, or would come, of one request."""

    DONE = "done"
    CANNOT_FOLLOW = "cannot_follow"
    NOT_THAT_DAY = "not_that_day"
    MOVED_ON = "moved_on"
    NOTHING_LEFT = "nothing_left"
    """Its personal data is destroyed, or it is not there."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """One request of those that were ticked, as it was shown."""

    id: UUID
    number: str
    vendor: str
    status: Status
    events: int
    who: UUID | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What would come of one."""

    it: Ticked
    came: Came
    preview: Preview | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one, and what others did meanwhile."""

    came: Came
    since: tuple[Since, ...] = ()


def ticked(
    session: Session, numbers: Sequence[str]
) -> tuple[tuple[Ticked, ...], tuple[Colleague, ...]]:
    """Return the requests of these numbers that there are, and to whom they can go."""
    found = (requests.by_number(session, n) for n in dict.fromkeys(numbers[:AT_ONCE]))
    return tuple(_ticked(row) for row in found if row is not None), colleagues(session)


def _ticked(row: requests.Request) -> Ticked:
    return Ticked(
        row.id, row.number, row.vendor, row.status, row.events, row.assigned_to
    )


def effects(
    session: Session, desk: Desk, numbers: Sequence[str], act: Act, *, at: datetime
) -> tuple[Effect, ...]:
    """Return what an act would do to each; nothing is changed."""
    found, _ = ticked(session, numbers)
    return tuple(_effect(session, desk, it, act, at) for it in found)


def _effect(session: Session, desk: Desk, it: Ticked, act: Act, at: datetime) -> Effect:
    seen: object
    match act:
        case Give():
            return Effect(it, Came.DONE)
        case NoteText():
            row = requests.by_id(session, it.id)
            filing = session.get_one(people.Filing, row.filing_id) if row else None
            left = filing is not None and filing.purged_at is None
            return Effect(it, Came.DONE if left else Came.NOTHING_LEFT)
        case CloseThem():
            seen = preview_closing(session, desk, it.id, at=at)
        case ReplyBody():
            seen = preview_reply(session, desk, it.id, act, at=at)
    match seen:
        case Preview():
            return Effect(it, Came.DONE, seen)
        case CannotFollow():
            return Effect(it, Came.CANNOT_FOLLOW)
        case NotThatDay():
            return Effect(it, Came.NOT_THAT_DAY)
        case _:
            return Effect(it, Came.NOTHING_LEFT)


def do_to_one(
    session: Session,
    desk: Desk,
    it: Ticked,
    act: Act,
    *,
    at: datetime,
    staff_id: UUID,
    nonce: str,
) -> Result:
    """Do it to one request, if it stands as it was shown; twice does it once."""
    done: object
    match act:
        case Give(to):
            done = assign_request(
                session, it.id, to, was=it.who, at=at, staff_id=staff_id
            )
        case NoteText():
            done = note_request(
                session, desk, it.id, act, at=at, staff_id=staff_id, nonce=nonce
            )
        case CloseThem():
            done = close_by_hand(
                session, desk, it.id, at=at, staff_id=staff_id, shown=it.events
            )
        case ReplyBody():
            done = record_reply(
                session,
                desk,
                it.id,
                act,
                at=at,
                staff_id=staff_id,
                idempotency_key=nonce,
                shown=it.events,
            )
    match done:
        case Recorded() | Assigned() | Noted():
            return Result(Came.DONE)
        case MovedOn() | OtherBody() | GivenMeanwhile():
            return Result(Came.MOVED_ON, since_shown(session, it.id, it.events))
        case CannotFollow():
            return Result(Came.CANNOT_FOLLOW)
        case NotThatDay():
            return Result(Came.NOT_THAT_DAY)
        case _:
            return Result(Came.NOTHING_LEFT)
