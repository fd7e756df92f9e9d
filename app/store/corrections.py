"""Corrections from the public: what was sent is sealed, what is shown was moderated."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, LargeBinary, delete, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.public_corrections import CorrectionState
from app.store.base import Base
from app.store.outbox import LIVE, Message
from app.store.people import EMPTY, SealedColumns
from app.store.sealing import Where

UNREAD_LIVES = timedelta(days=90)
"""Until somebody must have looked at a correction, as at a mail of nobody."""


class Correction(SealedColumns, Base):
    """One correction; what was typed is sealed until somebody has decided."""

    __tablename__ = "correction"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    """By which it is tracked; it opens nothing that was not moderated."""
    record: Mapped[str]
    """Its name: ``law:eu-gdpr``."""
    received_at: Mapped[datetime]
    state: Mapped[CorrectionState]
    decided_at: Mapped[datetime | None]
    words: Mapped[str | None]
    """What is said to be wrong, or why nothing was changed: in words of staff."""
    credit: Mapped[str | None]
    """Whom to thank in public, as they wished; taken out again when they wish."""
    note_id: Mapped[UUID | None] = mapped_column(index=True)


class CorrectionMail(SealedColumns, Base):
    """The mailbox that is told what became of a correction; for the worker alone."""

    __tablename__ = "correction_mail"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The correction's."""
    mailbox: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    """Keyed hash of the address."""
    language: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    """Of the token in its links."""
    confirm_by: Mapped[datetime | None] = mapped_column(index=True)
    """None once it is confirmed."""
    told: Mapped[bool]
    """Whether the mail that tells it is queued: then only that has to leave."""


def text_of(correction_id: UUID) -> Where:
    """Return where what was typed is sealed."""
    return Where("correction", str(correction_id))


def address_of(correction_id: UUID) -> Where:
    """Return where the address is sealed."""
    return Where("correction_mail", str(correction_id))


def by_number(
    session: Session, number: str, *, hold: bool = False
) -> Correction | None:
    """Return the correction of a number, held until the commit if asked."""
    found = select(Correction).where(Correction.number == number)
    if hold:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def by_token(session: Session, hashes: Sequence[bytes]) -> CorrectionMail | None:
    """Return the mailbox behind a mailed link, held until the commit."""
    found = select(CorrectionMail).where(CorrectionMail.token_hash.in_(hashes))
    return session.scalar(found.with_for_update())


def forget_mail(session: Session, ids: Sequence[UUID]) -> None:
    """Destroy mailboxes, and what was to be mailed to them."""
    for gone in (
        delete(CorrectionMail).where(CorrectionMail.id.in_(ids)),
        delete(Message).where(Message.filing_id.in_(ids)),
    ):
        session.execute(gone.execution_options(synchronize_session=False))
    session.expire_all()


def of_mailbox(session: Session, hashes: Sequence[bytes]) -> list[UUID]:
    """Return the corrections of a mailbox, by the hashes under which it may stand."""
    found = select(CorrectionMail.id).where(CorrectionMail.mailbox.in_(hashes))
    return list(session.scalars(found))


def forget_old(session: Session, *, at: datetime) -> int:
    """Destroy what is out of date: what nobody read, and who needs no mail any more."""
    leaves = exists().where(LIVE, Message.filing_id == CorrectionMail.id)
    late = list(
        session.scalars(
            select(CorrectionMail.id).where(
                (CorrectionMail.confirm_by <= at) | (CorrectionMail.told & ~leaves)
            )
        )
    )
    if late:
        forget_mail(session, late)
    return len(late)


def to_lapse(session: Session, *, at: datetime) -> list[UUID]:
    """Return the corrections that nobody looked at in time."""
    return list(
        session.scalars(
            select(Correction.id).where(
                Correction.state == CorrectionState.RECEIVED,
                Correction.received_at <= at - UNREAD_LIVES,
            )
        )
    )


def destroy_text(session: Session, correction_id: UUID) -> None:
    """Destroy what was typed."""
    session.execute(
        update(Correction).where(Correction.id == correction_id).values(**EMPTY)
    )
