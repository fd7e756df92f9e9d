"""A member has looked at what a vendor answered on its link."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.store import audit, requests


def see_answer(
    session: Session, request_id: UUID, place: int, *, at: datetime, staff_id: UUID
) -> None:
    """Let the answer at ``place`` need nobody any more; a later one still does."""
    found = requests.by_id(session, request_id)
    request = found and requests.locked(session, found.filing_id, found.id)
    if not request or request.unseen is None or request.unseen > place:
        return
    request.unseen = None
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="answer looked at",
        subject=request.number,
        place=place,
    )
