"""Give a request to a member of staff, hand it over, or lay it down."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.record_reply import UnknownRequest
from app.actions.staff_members import colleagues
from app.store import audit, requests


@dataclass(frozen=True, slots=True)
class Assigned:
    """It is theirs now, or nobody's."""

    number: str


@dataclass(frozen=True, slots=True)
class GivenMeanwhile:
    """Somebody gave it to somebody else since the form was shown; nothing was changed."""


@dataclass(frozen=True, slots=True)
class NoColleague:
    """There is no such member to whom work can be given."""


def assign_request(
    session: Session,
    request_id: UUID,
    to: UUID | None,
    *,
    was: UUID | None,
    at: datetime,
    staff_id: UUID,
) -> Assigned | GivenMeanwhile | NoColleague | UnknownRequest:
    """Give a request to a member; ``was`` is who had it when the form was shown."""
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not request:
        return UnknownRequest()
    if to is not None and to not in {one.id for one in colleagues(session)}:
        return NoColleague()
    if request.assigned_to == to:
        return Assigned(request.number)
    if request.assigned_to != was:
        return GivenMeanwhile()
    give(session, request, to, at=at, by=staff_id)
    return Assigned(request.number)


def give(
    session: Session,
    request: requests.Request,
    to: UUID | None,
    *,
    at: datetime,
    by: UUID,
) -> None:
    """Let a member look after a request, or nobody; on record where that is new."""
    if request.assigned_to == to:
        return
    request.assigned_to = to
    names = {one.id: one.name for one in colleagues(session)}
    audit.append(
        session,
        at=at,
        actor=str(by),
        action="request laid down" if to is None else "request given",
        subject=request.number,
        **({"name": names[to]} if to in names else {}),
    )
