"""Watches: who wants to be told when an answer changes, and what is watched at all."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Delete, Index, LargeBinary, Select, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, insert_once
from app.store.outbox import Message
from app.store.people import SealedColumns
from app.store.sealing import Where

ANY = ""
"""Stands for every company."""
HEADS = "heads"
"""Stands for the signed heads, where else a place is watched."""


class Watch(SealedColumns, Base):
    """One mailbox that wants to be told; its address is for the worker alone."""

    __tablename__ = "watch"
    __table_args__ = (
        Index("ix_watch_scope", "residence", "vendor", "told"),
        Index(None, "mailbox"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mailbox: Mapped[bytes] = mapped_column(LargeBinary)
    """Keyed hash of the address."""
    residence: Mapped[str]
    vendor: Mapped[str]
    language: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    """Of the token in its links."""
    confirm_by: Mapped[datetime | None] = mapped_column(index=True)
    """None once it is confirmed."""
    told: Mapped[int | None]
    """The change that was told last, by its number; None before it is confirmed."""


class Watched(Base):
    """What is watched, whoever does it: looked at once for all of them."""

    __tablename__ = "watched"

    residence: Mapped[str] = mapped_column(primary_key=True)
    vendor: Mapped[str] = mapped_column(primary_key=True)
    verdicts: Mapped[dict[str, str]] = mapped_column(JSON)
    """By company, as it was when it was last looked at."""
    changed: Mapped[dict[str, str]] = mapped_column(JSON)
    """What each company that changed last was before."""
    changed_on: Mapped[date | None]
    change: Mapped[int]
    """Numbers the changes."""
    untold: Mapped[bool]
    """Whether some of its watches may not have been told of the last one."""
    look_on: Mapped[date | None]
    """The next day on which a law or a promise here may change."""
    looked_by: Mapped[str]
    """The rules and the directory by which it was last looked at."""


def place_of(watch_id: UUID) -> Where:
    """Return where the address of a watch is sealed."""
    return Where("watch", str(watch_id))


def by_token(
    session: Session, hashes: Sequence[bytes], *, hold: bool = False
) -> Watch | None:
    """Return the watch behind a mailed link, held until the commit if asked."""
    found = select(Watch).where(Watch.token_hash.in_(hashes))
    if hold:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def held_scope(session: Session, new: Mapping[str, object]) -> Watched:
    """Return what is watched, held until the commit; ``new`` is its row if it is new.

    Whoever is last to stop watching takes it away, perhaps at this very moment: then it
    is put back.
    """
    key = (new["residence"], new["vendor"])
    while True:
        insert_once(session, Watched.__table__, new)
        found = session.get(Watched, key, with_for_update=True, populate_existing=True)
        if found is not None:
            return found


def destroy(session: Session, ids: Sequence[UUID]) -> None:
    """Destroy watches, what was to be mailed about them, and what nobody watches now."""
    session.flush()
    of_them = select(Watch.id).where(
        Watch.id.in_(ids),
        Watch.residence == Watched.residence,
        Watch.vendor == Watched.vendor,
        Watch.told.is_not(None),
    )
    scopes = session.execute(
        select(Watched.residence, Watched.vendor)
        .where(of_them.exists())
        .order_by(Watched.residence, Watched.vendor)
        .with_for_update()
    ).all()
    gone: tuple[Delete, ...] = (
        delete(Watch).where(Watch.id.in_(ids)),
        delete(Message).where(Message.filing_id.in_(ids)),
        *(
            delete(Watched).where(
                Watched.residence == residence,
                Watched.vendor == vendor,
                ~_confirmed(residence, vendor).exists(),
            )
            for residence, vendor in scopes
        ),
    )
    for statement in gone:
        session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()


def _confirmed(residence: str, vendor: str) -> Select[UUID]:
    return select(Watch.id).where(
        Watch.residence == residence, Watch.vendor == vendor, Watch.told.is_not(None)
    )


def of_mailbox(session: Session, hashes: Sequence[bytes]) -> list[UUID]:
    """Return the watches of a mailbox, by the hashes under which it may stand."""
    return list(session.scalars(select(Watch.id).where(Watch.mailbox.in_(hashes))))


def of_answers(session: Session, mailbox: bytes) -> list[UUID]:
    """Return the watches of a mailbox that are about answers, not the signed heads."""
    found = select(Watch.id).where(Watch.mailbox == mailbox, Watch.residence != HEADS)
    return list(session.scalars(found))


def alike(session: Session, watch: Watch) -> list[UUID]:
    """Return the other confirmed watches of one mailbox for the same."""
    found = _confirmed(watch.residence, watch.vendor).where(
        Watch.mailbox == watch.mailbox, Watch.id != watch.id
    )
    return list(session.scalars(found))


def untold(session: Session, scope: Watched) -> bool:
    """Return whether somebody who watches was not told of the last change."""
    found = _confirmed(scope.residence, scope.vendor).where(Watch.told < scope.change)
    return session.scalar(found.limit(1)) is not None
