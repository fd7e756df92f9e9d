"""What mails told vendors of the people who wait on their lists."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base


class ListNotice(Base):
    """The last mail that told a vendor of its list; it knows nobody."""

    __tablename__ = "list_notice"

    vendor: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(index=True, unique=True)
    """By which the outbox knows the vendor: its mails are those of no filing."""
    residence: Mapped[str]
    """Of some who wait: it leads to the route that serves them."""
    people: Mapped[int]
    laws: Mapped[list[str]] = mapped_column(JSON)
    due: Mapped[date | None]
    """By when the first answer is due; None where no day is counted yet."""
    queued_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    """When such a mail last left."""


def notice_of(session: Session, notice_id: UUID) -> ListNotice:
    """Return the notice whose mail stands under an id in the outbox."""
    return session.scalars(select(ListNotice).where(ListNotice.id == notice_id)).one()
