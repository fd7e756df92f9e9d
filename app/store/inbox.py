"""Mail that came in: sealed, sorted, and waiting for a person."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.authenticity import Authenticity
from app.domain.mail_kinds import MailKind
from app.domain.mails import Held
from app.domain.timeline import DenialGround, EventKind
from app.store.base import Base, insert_once
from app.store.people import EMPTY, SealedColumns
from app.store.sealing import Where
from app.store.staff import Reveal

UNMATCHED_LIVES = timedelta(days=90)
"""Source: contract, section 8."""
SEEN_LIVES = timedelta(days=730)
"""How long a mail is known again: as long as any filing is kept."""
DESTROYED = 0
"""Stands for the place of an entry where all that is personal of its filing is gone."""


class MailState(StrEnum):
    """What is to be done with a mail."""

    WAITING = "waiting"
    """A person looks at it."""
    SETTLED = "settled"
    """Nobody has to: a program answered, or a letter came back."""
    RECORDED = "recorded"
    """A reply was recorded from it."""
    NOISE = "noise"


class MatchedBy(StrEnum):
    """How it is known which request a mail is about."""

    REPLY_ADDRESS = "reply_address"
    OUR_MESSAGE_ID = "our_message_id"
    VENDOR_REFERENCE = "vendor_reference"
    PERSON = "person"


class InboxMessage(SealedColumns, Base):
    """One mail: what was read of it, then its bytes, sealed together."""

    __tablename__ = "inbox_message"
    __table_args__ = (
        Index(None, "id"),
        Index(None, "state", "id"),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The filing that it is about; its own id while nobody knows."""
    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID | None]
    """None while nobody knows which request it is about."""
    received_at: Mapped[datetime] = mapped_column(index=True)
    size: Mapped[int]
    """Bytes of the whole mail, also where only its head is kept."""
    state: Mapped[MailState]
    kind: Mapped[MailKind]
    matched_by: Mapped[MatchedBy | None]
    vendor: Mapped[str | None]
    """Whom it seems to be from, by its domain; of a matched one, the vendor asked."""
    held: Mapped[Held | None]
    authenticity: Mapped[Authenticity]
    doubts: Mapped[list[str]] = mapped_column(JSON)
    """What speaks against its being authentic (:class:`Doubt`)."""
    suggested_kind: Mapped[EventKind | None]
    suggested_ground: Mapped[DenialGround | None]
    suggested_until: Mapped[date | None]
    near: Mapped[list[str]] = mapped_column(JSON)
    """Numbers of requests that it names, where it is matched to none."""
    place: Mapped[int | None]
    """The timeline entry that was recorded from it."""
    checks: Mapped[int]
    """How often its keys were looked up."""
    check_at: Mapped[datetime | None] = mapped_column(index=True)
    """When they are looked up again."""

    @property
    def matched(self) -> bool:
        """Whether it is known which request it is about."""
        return self.request_id is not None


class MailPart(Base):
    """Another request that a mail answers beside its own; a person said so."""

    __tablename__ = "mail_part"

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    """Of the other request."""
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    mail_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    place: Mapped[int | None]
    """The timeline entry that was recorded from it, or :data:`DESTROYED`."""


class InboxSeen(Base):
    """Keyed hashes by which a mail, its words or its signature are known again."""

    __tablename__ = "inbox_seen"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)


def place_of(mail_id: UUID) -> Where:
    """Return where a mail is sealed; it stays there when it is matched."""
    return Where("inbox_message", str(mail_id))


def mail_by_id(
    session: Session, mail_id: UUID, *, hold: bool = False
) -> InboxMessage | None:
    """Return a mail by its id alone, held until the commit if asked."""
    found = select(InboxMessage).where(InboxMessage.id == mail_id)
    if hold:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def part_of(
    session: Session, mail_id: UUID, filing_id: UUID, request_id: UUID
) -> MailPart | None:
    """Return what of a mail is about another request, held until the commit."""
    key = (filing_id, request_id, mail_id)
    return session.get(MailPart, key, with_for_update=True)


def shared_mails(session: Session, filing_id: UUID) -> Sequence[InboxMessage]:
    """Return the mails about a filing, also in part, held until the commit.

    They are held in one order: who destroys another filing of them waits.
    """
    part = select(MailPart.mail_id).where(MailPart.filing_id == filing_id)
    ids = session.scalars(part).all()
    found = select(InboxMessage).where(
        or_(InboxMessage.filing_id == filing_id, InboxMessage.id.in_(ids))
    )
    found = found.order_by(InboxMessage.id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).all()


def parts_of_mail(session: Session, mail_id: UUID) -> Sequence[MailPart]:
    """Return what of a mail is about other requests, held until the commit."""
    found = select(MailPart).where(MailPart.mail_id == mail_id)
    found = found.order_by(MailPart.filing_id, MailPart.request_id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).all()


def destroy_if_read(session: Session, mail: InboxMessage) -> None:
    """Destroy a mail about a filing that is destroyed, once nobody has to read it."""
    session.flush()
    parts = parts_of_mail(session, mail.id)
    gone = [part for part in parts if part.place == DESTROYED]
    waits = mail.state is MailState.WAITING or any(p.place is None for p in parts)
    if waits or not gone:
        return
    for name, nothing in EMPTY.items():
        setattr(mail, name, nothing)
    mail.check_at = None
    for part in gone:
        session.delete(part)
    session.execute(
        delete(Reveal)
        .where(Reveal.mail_id == mail.id)
        .execution_options(synchronize_session=False)
    )


def mails_of(session: Session, filing_id: UUID) -> Sequence[InboxMessage]:
    """Return the mails about a filing, the oldest first."""
    found = select(InboxMessage).where(InboxMessage.filing_id == filing_id)
    return session.scalars(found.order_by(InboxMessage.id)).all()


def wait_again(
    session: Session, filing_id: UUID, request_id: UUID, places: Sequence[int]
) -> None:
    """Let the mails wait again from which entries were recorded that are taken back.

    One that was destroyed since says nothing any more, and waits for nobody.
    """
    readable = select(InboxMessage.id).where(InboxMessage.key_epoch.is_not(None))
    session.execute(
        update(InboxMessage)
        .where(
            InboxMessage.filing_id == filing_id,
            InboxMessage.request_id == request_id,
            InboxMessage.place.in_(places),
            InboxMessage.key_epoch.is_not(None),
        )
        .values(state=MailState.WAITING, place=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(MailPart)
        .where(
            MailPart.filing_id == filing_id,
            MailPart.request_id == request_id,
            MailPart.place.in_(places),
            MailPart.mail_id.in_(readable),
        )
        .values(place=None)
        .execution_options(synchronize_session=False)
    )


def wait_no_more(session: Session, filing_id: UUID) -> None:
    """Let nobody look at the mails about a filing: what they said is destroyed."""
    session.execute(
        update(InboxMessage)
        .where(InboxMessage.filing_id == filing_id)
        .values(check_at=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(InboxMessage)
        .where(
            InboxMessage.filing_id == filing_id,
            InboxMessage.state == MailState.WAITING,
        )
        .values(state=MailState.SETTLED)
        .execution_options(synchronize_session=False)
    )


def was_seen(session: Session, hashes: Sequence[bytes]) -> bool:
    """Return whether one of these was noted, by the hashes it may stand under."""
    found = select(InboxSeen.hash).where(InboxSeen.hash.in_(hashes)).limit(1)
    return session.scalar(found) is not None


def note_seen(session: Session, hashes: Sequence[bytes], *, at: datetime) -> None:
    """Note by what something is known again."""
    for one in hashes:
        insert_once(session, InboxSeen.__table__, {"hash": one, "seen_at": at})


def forget_unmatched(session: Session, *, at: datetime) -> int:
    """Destroy the mails of which nobody knew what they are about; count them."""
    session.execute(
        delete(InboxSeen)
        .where(InboxSeen.seen_at <= at - SEEN_LIVES)
        .execution_options(synchronize_session=False)
    )
    gone = session.execute(
        delete(InboxMessage)
        .where(
            InboxMessage.request_id.is_(None),
            InboxMessage.received_at <= at - UNMATCHED_LIVES,
        )
        .returning(InboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def waiting_mails(session: Session) -> int:
    """Return how many mails a person has to look at."""
    found = select(func.count()).where(InboxMessage.state == MailState.WAITING)
    return session.scalar(found) or 0


def parked_mails(session: Session) -> int:
    """Return how many mails wait of which nobody knows what they are about."""
    found = select(func.count()).where(
        InboxMessage.state == MailState.WAITING, InboxMessage.request_id.is_(None)
    )
    return session.scalar(found) or 0


def mails_about(session: Session, filing_id: UUID, request_id: UUID) -> int:
    """Return how many mails about a request wait to be read."""
    found = select(func.count()).where(
        InboxMessage.filing_id == filing_id,
        InboxMessage.request_id == request_id,
        InboxMessage.state == MailState.WAITING,
    )
    return session.scalar(found) or 0


def to_check(session: Session, *, at: datetime, limit: int = 20) -> list[UUID]:
    """Return mails whose keys could not be looked up, and are due to be again."""
    due = select(InboxMessage.id).where(InboxMessage.check_at <= at)
    return list(session.scalars(due.order_by(InboxMessage.check_at).limit(limit)))
