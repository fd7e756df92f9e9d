"""A member keeps a part of the queue under a name, or lets it go."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.store.base import new_id
from app.store.staff import SavedView

LONGEST_NAME = 60
MOST = 20
"""Of one member."""


@dataclass(frozen=True, slots=True)
class ViewBody:
    """What a member calls a part of the queue, and the part."""

    name: str
    query: str


def keep_view(
    session: Session, staff_id: UUID, body: ViewBody, *, at: datetime
) -> bool:
    """Keep a view; return False where the member has too many.

    A part that is kept already, or a name that is used, is written over.
    """
    mine = SavedView.staff_id == staff_id
    session.execute(
        delete(SavedView)
        .where(mine, (SavedView.query == body.query) | (SavedView.name == body.name))
        .execution_options(synchronize_session=False)
    )
    there = session.scalar(select(func.count()).where(mine)) or 0
    if there >= MOST:
        return False
    view = SavedView(staff_id=staff_id, id=new_id(at), name=body.name, query=body.query)
    session.add(view)
    return True


def drop_view(session: Session, staff_id: UUID, view_id: UUID) -> None:
    """Let a view go; that of somebody else stays."""
    session.execute(
        delete(SavedView)
        .where(SavedView.staff_id == staff_id, SavedView.id == view_id)
        .execution_options(synchronize_session=False)
    )
