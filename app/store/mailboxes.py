"""Mailboxes: when news went there last, and whether any is wanted. No address is here."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete, select, update
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


def held_mailbox(session: Session, filing_id: UUID) -> Mailbox | None:
    """Return a filing's mailbox held until the commit; None once it is destroyed.

    So two mails of news never meet. Whoever calls this holds the filing before, and
    afterwards persons' rows at most: a mailbox moves to a newer hash with all filings.
    """
    while (index := index_of(session, filing_id)) is not None:
        found = _held(session, index)
        if index_of(session, filing_id) == index:
            return found
        forget_unknown(session, index)  # it moved while we waited
    return None


def _held(session: Session, index: bytes) -> Mailbox:
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


def move_mailbox(session: Session, older: Sequence[bytes], newest: bytes) -> None:
    """Let a mailbox be known by its newest hash alone, in all its filings.

    What was stopped under any stays stopped. The oldest is held first, by everybody.
    """
    rows = [_held(session, index) for index in (*reversed(older), newest)]
    last = [(row.news_at, row.news_by) for row in rows if row.news_at is not None]
    stops = [row.stopped_at for row in rows if row.stopped_at is not None]
    kept = rows[-1]
    kept.stopped_at = min(stops, default=None)
    kept.news_at, kept.news_by = max(last, key=itemgetter(0), default=(None, None))
    session.execute(
        update(Person)
        .where(Person.email_index.in_(older))
        .values(email_index=newest)
        .execution_options(synchronize_session=False)
    )
    for index in older:
        forget_unknown(session, index)


def _is_known(session: Session, index: bytes) -> bool:
    known = select(Person.filing_id).where(Person.email_index == index).limit(1)
    return session.scalar(known) is not None
