"""Webhooks of vendors and of the operator, and the calls that wait."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.webhooks import HookEvent
from app.store.base import Base
from app.store.people import EMPTY, SealedColumns
from app.store.sealing import Where


class Webhook(SealedColumns, Base):
    """An address that is called; sealed: the secret by which its calls are signed."""

    __tablename__ = "webhook"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor: Mapped[str | None] = mapped_column(String, index=True)
    """Whose it is; None for the operator's."""
    url: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def place(self) -> Where:
        """The place of its secret."""
        return Where("webhook", str(self.id))


LIVE = text("done_at IS NULL")
"""As it stands in the index by which the worker finds what is due."""


class WebhookCall(Base):
    """One call, until it was taken or given up."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        Index(
            "ix_webhook_call_due",
            "next_try",
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    event: Mapped[UUID]
    """The same for every address that is told of it."""
    kind: Mapped[HookEvent]
    body: Mapped[str]
    """The document, byte for byte as it is signed; it names nobody."""
    attempts: Mapped[int]
    next_try: Mapped[datetime]
    done_at: Mapped[datetime | None]
    taken: Mapped[bool]


def living(session: Session, vendor: str | None) -> list[Webhook]:
    """Return the addresses of a vendor, or of the operator, that are called."""
    found = select(Webhook).where(
        Webhook.vendor.is_not_distinct_from(vendor), Webhook.ended_at.is_(None)
    )
    return list(session.scalars(found))


def end(hook: Webhook, *, at: datetime) -> None:
    """Call an address no more, and destroy its secret."""
    hook.ended_at = at
    for name, value in EMPTY.items():
        setattr(hook, name, value)
