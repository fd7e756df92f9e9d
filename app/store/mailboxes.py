"""Mailboxes: when news went there last, and whether any is wanted. No address is here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, insert_once
from app.store.people import Person


class Mailbox(Base):
    """One mailbox, by its keyed hash, for as long as a filing is known by it."""

    __tablename__ = "mailbox"

    email_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    news_at: Mapped[datetime | None]
    """When the last mail of news was begun."""
    news_by: Mapped[UUID | None]
    """The message that it was: it may be tried again."""
    stopped_at: Mapped[datetime | None]
    """Since when no news is wanted."""


class StopLink(Base):
    """The mailed link that ends the news of a mailbox, by a filing of it."""

    __tablename__ = "stop_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), index=True)


def index_of(session: Session, filing_id: UUID) -> bytes | None:
    """Return the keyed hash of a filing's mailbox; None once it is destroyed."""
    return session.scalar(
        select(Person.email_index).where(Person.filing_id == filing_id)
    )


def mailbox_of(session: Session, filing_id: UUID) -> Mailbox | None:
    """Return what is known of a filing's mailbox, to look at."""
    index = index_of(session, filing_id)
    return session.get(Mailbox, index) if index is not None else None


def held_mailbox(session: Session, index: bytes) -> Mailbox:
    """Return a mailbox held until the commit, so that two mails of news never meet.

    Whoever calls this holds the filing before, and nothing after.
    """
    new = {"email_index": index, "news_at": None, "news_by": None, "stopped_at": None}
    while True:
        insert_once(session, Mailbox.__table__, new)
        found = session.get(
            Mailbox, index, with_for_update=True, populate_existing=True
        )
        if found is not None:  # else it was forgotten at this very moment
            return found


def forget_unknown(session: Session, index: bytes) -> None:
    """Forget a mailbox by which no filing is known any more; it is held before."""
    if not _is_known(session, index):
        session.execute(delete(Mailbox).where(Mailbox.email_index == index))


def move_mailbox(session: Session, old: bytes, new: bytes) -> None:
    """Let a mailbox be known by another hash, since a filing of it is."""
    session.flush()
    before = session.get(Mailbox, old, with_for_update=True)
    if before is None:
        return
    if session.get(Mailbox, new) is None:
        session.execute(
            insert(Mailbox.__table__),
            {
                "email_index": new,
                "news_at": before.news_at,
                "news_by": before.news_by,
                "stopped_at": before.stopped_at,
            },
        )
    forget_unknown(session, old)


def _is_known(session: Session, index: bytes) -> bool:
    known = select(Person.filing_id).where(Person.email_index == index).limit(1)
    return session.scalar(known) is not None
