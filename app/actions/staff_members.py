"""The members of staff to whom work can be given."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.staff import Role, Staff


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on the admin side, by the name that the others know."""

    id: UUID
    email: str

    @property
    def name(self) -> str:
        """What stands before the @: short enough for a table."""
        return short_name(self.email)


def colleagues(session: Session) -> tuple[Colleague, ...]:
    """Return who may record replies and has not been shut out."""
    found = session.execute(
        select(Staff.id, Staff.email)
        .where(
            Staff.enrolled_at.is_not(None),
            Staff.disabled_at.is_(None),
            Staff.role != Role.AUDITOR,
        )
        .order_by(Staff.email)
    )
    return tuple(Colleague(*row) for row in found)


def short_name(email: str) -> str:
    """Return what a member is called in tables: what stands before the @."""
    return email.partition("@")[0]
