"""What must leave, once: written by whoever decides it, sent by the worker."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Index,
    TextClause,
    UniqueConstraint,
    and_,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.vendors import RouteKind
from app.store.audit import ChainCheck
from app.store.base import Base, insert_once
from app.store.people import EMPTY, Recovery, Reseal, SealedColumns, held
from app.store.staff import Reveal


class State(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    """Committed before the connection opens: who dies here leaves ``unknown``."""
    DONE = "done"
    UNKNOWN = "unknown"
    """It may have been accepted; a person decides after the second time."""
    FAILED = "failed"
    CANCELLED = "cancelled"


class MessageKind(StrEnum):
    """What a message is."""

    CONFIRM = "confirm"
    CODE = "code"
    HELD = "held"
    SENT = "sent"
    ANSWERED = "answered"
    UNDELIVERABLE = "undeliverable"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    LOST_CODE = "lost_code"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    EXTENSION_ENDED = "extension_ended"
    """Overdue, after the longer time that the vendor took."""
    LIST_OVERDUE = "list_overdue"
    """Companies of a broadcast owe an answer, and their day is over."""
    IDENTITY = "identity"
    """The vendor asked for proof, and none was given yet."""
    APPEAL = "appeal"
    """The vendor said no, and can still be asked to look again."""
    WINDOW = "window"
    """The last day of a complaint comes near."""
    RECHECK = "recheck"
    """Long after a good answer: is it still true?"""
    WATCH_CONFIRM = "watch_confirm"
    WATCH_RIGHT = "watch_right"
    """To who watches: something can be asked for now."""
    WATCH_CHANGED = "watch_changed"
    WATCH_HEAD = "watch_head"
    """To who keeps signed heads: the day's."""
    CORRECTION_CONFIRM = "correction_confirm"
    """To who sent a correction: do they want to be told what becomes of it?"""
    CORRECTION_NEWS = "correction_news"
    STAFF_INVITED = "staff_invited"
    """To a member of staff: the link with which they enrol."""
    STAFF_DEVICE = "staff_device"
    """To the same: signed in in a browser that was not known."""
    STAFF_PASSWORD = "staff_password"  # noqa: S105 - says that it changed
    STAFF_SECOND_STEP = "staff_second_step"
    """A passkey, or one-time codes, were added or taken away."""
    STAFF_RECOVERY = "staff_recovery"
    """A recovery code was used."""
    STAFF_TOKEN = "staff_token"  # noqa: S105 - says that one was made
    STAFF_HALF = "staff_half"
    """The right password was given somewhere unknown, and no second step."""
    LIST_WAITS = "list_waits"
    """To a vendor: people wait on a list that it does not fetch."""
    ADDRESS_LEFT = "address_left"
    """To a mailbox of a vendor: letters go there no more."""
    LETTER = "letter"
    """To the vendor."""
    WITHDRAWAL = "withdrawal"
    """To the vendor: a request that it has is taken back."""
    ANSWER = "answer"
    """To the vendor: what a member of staff answers to its mail."""
    EXERCISE = "exercise"
    """To the vendor's own system, by the Data Rights Protocol: what a letter asks."""
    DRAFT = "draft"
    """To nobody: the worker writes the letter that staff type into a form, or post."""
    REVOCATION = "revocation"
    """To the same: a request that it has is taken back."""


TO_WATCHER = frozenset(
    {
        MessageKind.WATCH_CONFIRM,
        MessageKind.WATCH_RIGHT,
        MessageKind.WATCH_CHANGED,
        MessageKind.WATCH_HEAD,
    }
)
"""Mails of a watch; their ``filing_id`` is its id, since there is no filing."""
TO_SENDER = frozenset({MessageKind.CORRECTION_CONFIRM, MessageKind.CORRECTION_NEWS})
"""Mails about a correction; their ``filing_id`` is the correction's id."""
TO_STAFF = frozenset(
    {
        MessageKind.STAFF_INVITED,
        MessageKind.STAFF_DEVICE,
        MessageKind.STAFF_PASSWORD,
        MessageKind.STAFF_SECOND_STEP,
        MessageKind.STAFF_RECOVERY,
        MessageKind.STAFF_TOKEN,
        MessageKind.STAFF_HALF,
    }
)
"""Mails to staff; their ``filing_id`` is the member's id. They hold nothing sealed."""
OF_NO_FILING = (
    TO_WATCHER
    | TO_SENDER
    | TO_STAFF
    | {MessageKind.LIST_WAITS, MessageKind.ADDRESS_LEFT}
)


ASKS = frozenset({MessageKind.LETTER, MessageKind.EXERCISE})
"""Messages that carry a request to its vendor."""
WRITES = ASKS | {MessageKind.DRAFT}
"""Those whose letter the worker writes where none was written when it was filed."""
BY_PROTOCOL = frozenset({MessageKind.EXERCISE, MessageKind.REVOCATION})
TO_VENDOR = ASKS | BY_PROTOCOL | {MessageKind.WITHDRAWAL, MessageKind.ANSWER}


def asking(route: RouteKind) -> MessageKind:
    """Return the message that carries a request by a route that leaves by us."""
    by_protocol = route is RouteKind.DRP
    return MessageKind.EXERCISE if by_protocol else MessageKind.LETTER


class KeptBack(StrEnum):
    """Why a letter that could leave waits."""

    TURN = "turn"
    """So many letters an hour go to one vendor; its next try is its turn."""
    PAUSE = "pause"
    """Letters to the vendor, or to all vendors, keep failing."""
    STOPPED = "stopped"
    """Staff stopped the letters to the vendor."""
    HOURS = "hours"
    """The vendor is not at work; its next try is when it is."""
    PARKED = "parked"
    """Somebody has to speak with the vendor: its system does not know us."""
    UNSIGNED = "unsigned"
    """Our key does not sign: somebody has to look at the settings."""


LIVE = text("state IN ('waiting', 'unknown', 'sending')")
"""In the statement's own words: a parameter would keep SQLite from the index."""


OF_LETTERS = text("kind IN ('letter', 'withdrawal', 'answer')")
"""As it stands in the index by which a letter that came back is found."""


class Message(SealedColumns, Base):
    """One message that must leave."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("filing_id", "dedupe"),
        Index(
            "ix_outbox_due",
            "next_try",
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index(
            "ix_outbox_of_letters",
            "message_id",
            sqlite_where=OF_LETTERS,
            postgresql_where=OF_LETTERS,
        ),
    )

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    """Whose it is: a filing's id, or another's of whom there is none (``OF_NO_FILING``)."""
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[MessageKind]
    dedupe: Mapped[str]
    """Names what it is about: the same thing is never queued twice."""
    request_id: Mapped[UUID | None]
    letter_id: Mapped[UUID | None]
    message_id: Mapped[str]
    """The same for every attempt."""
    state: Mapped[State]
    kept_back: Mapped[KeptBack | None]
    attempts: Mapped[int]
    unknowns: Mapped[int]
    next_try: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    owner: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class WorkerLease(Base):
    """One worker at a time, where the engine has one writer."""

    __tablename__ = "worker_lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime]


LEASE = timedelta(minutes=2)
FOR_A_PERSON = timedelta(days=36500)
"""After the second unknown the next try is so far off: a person decides."""


def claim(
    session: Session,
    *,
    at: datetime,
    owner: str,
    limit: int = 20,
    lasts: timedelta = LEASE,
) -> Sequence[tuple[UUID, UUID]]:
    """Take messages that are due, for this worker alone; return their keys, oldest first.

    The condition stands in the outer statement again: without it two workers take the
    same message.
    """
    due = and_(
        LIVE,
        Message.next_try <= at,
        or_(Message.lease_until.is_(None), Message.lease_until < at),
    )
    chosen = select(Message.filing_id, Message.id).where(due).order_by(Message.next_try)
    chosen = chosen.limit(limit)
    chosen = chosen.with_for_update(skip_locked=True)
    keys = [(row[0], row[1]) for row in session.execute(chosen)]
    if not keys:
        return []
    changed = session.execute(
        update(Message)
        .where(tuple_(Message.filing_id, Message.id).in_(keys), due)
        .values(lease_until=at + lasts, owner=owner)
        .returning(Message.filing_id, Message.id)
        .execution_options(synchronize_session=False)
    )
    taken = {(row[0], row[1]) for row in changed}  # in whatever order they were written
    return [key for key in keys if key in taken]


def ours(session: Session, key: tuple[UUID, UUID], *, owner: str) -> Message | None:
    """Return a claimed message, if it is still ours; its filing is held before it.

    A watch or a member of staff is not held: what is destroyed with a watch is gone from
    here, too.
    """
    kind = session.scalar(
        select(Message.kind).where(Message.filing_id == key[0], Message.id == key[1])
    )
    if kind is None:
        return None
    if kind not in OF_NO_FILING:
        held(session, key[0])
    message = session.get(Message, key, with_for_update=True)
    return message if message is not None and message.owner == owner else None


def let_go(session: Session, keys: Sequence[tuple[UUID, UUID]], *, owner: str) -> None:
    """Give claimed messages back that were not begun, so that nobody waits for them.

    One that somebody holds just now is left to the end of its lease: here messages of
    several filings are written, and waiting for one could be waiting in a ring.
    """
    chosen = (
        select(Message.filing_id, Message.id)
        .where(
            Message.owner == owner,
            Message.state != State.SENDING,
            tuple_(Message.filing_id, Message.id).in_(keys),
        )
        .with_for_update(skip_locked=True)
    )
    free = [tuple(row) for row in session.execute(chosen)]
    _free(session, tuple_(Message.filing_id, Message.id).in_(free))


def let_go_of_others(session: Session, *, owner: str) -> None:
    """Free what a worker that is gone had claimed, where there is one at a time."""
    _free(session, LIVE, Message.owner.is_not(None), Message.owner != owner)


def _free(session: Session, *which: ColumnElement[bool] | TextClause) -> None:
    session.execute(
        update(Message)
        .where(*which)
        .values(lease_until=None, owner=None)
        .execution_options(synchronize_session=False)
    )


def letter_of(session: Session, message_id: str) -> Message | None:
    """Return the letter to a vendor that left under a Message-ID."""
    found = select(Message).where(OF_LETTERS, Message.message_id == message_id)
    return session.scalar(found.limit(1))


def before(session: Session, message: Message) -> Message | None:
    """Return what has to leave to a request's vendor before this message.

    A request's messages leave in the order in which they were queued, whoever sends
    them, and however often one is put off.
    """
    earlier = tuple_(Message.created_at, Message.id) < (message.created_at, message.id)
    found = select(Message).where(
        LIVE,
        Message.filing_id == message.filing_id,
        Message.request_id == message.request_id,
        Message.kind.in_(TO_VENDOR),
        earlier,
    )
    order = Message.created_at, Message.id
    return session.scalar(found.order_by(*order).limit(1))


def waits(session: Session, filing_id: UUID, kind: MessageKind) -> bool:
    """Return whether a message of a kind waits to be begun, of a filing that is held."""
    found = select(Message.id).where(
        Message.filing_id == filing_id,
        Message.kind == kind,
        Message.state == State.WAITING,
    )
    return session.scalar(found.limit(1)) is not None


def settle(message: Message, state: State, *, at: datetime) -> None:
    """Write down how a message ended; what it said is destroyed with it."""
    message.state = state
    message.lease_until = None
    message.owner = None
    message.done_at = at
    for name, value in EMPTY.items():
        setattr(message, name, value)


def cancel_waiting(
    session: Session, filing_id: UUID, *, at: datetime, request_id: UUID | None = None
) -> None:
    """Cancel what has not left yet: a filing's, or one request's.

    What may have left already comes due, so that the worker tells the vendor. Whoever
    calls this holds the filing.
    """
    of_it = Message.filing_id == filing_id
    if request_id is not None:
        of_it &= Message.request_id == request_id
    for found, then in (
        (State.WAITING, {"state": State.CANCELLED, "done_at": at, **EMPTY}),
        (State.UNKNOWN, {"next_try": at}),
    ):
        session.execute(
            update(Message)
            .where(of_it, Message.state == found)
            .values(then)
            .execution_options(synchronize_session=False)
        )


def letters_of(
    session: Session, filing_id: UUID, request_id: UUID
) -> Sequence[Message]:
    """Return what is to carry a request and did not end yet, held until the commit.

    Whoever calls this holds the filing.
    """
    found = select(Message).where(
        LIVE,
        Message.filing_id == filing_id,
        Message.request_id == request_id,
        Message.kind.in_(WRITES),
    )
    return session.scalars(found.order_by(Message.id).with_for_update()).all()


def take_lease(
    session: Session, name: str, *, owner: str, at: datetime, lasts: timedelta
) -> bool:
    """Take or renew the lease that allows one worker at a time."""
    mine = {"name": name, "owner": owner, "until": at + lasts}
    insert_once(session, WorkerLease.__table__, mine)
    lease = session.get(WorkerLease, name, with_for_update=True)
    if lease is None or (lease.owner != owner and lease.until > at):
        return False
    lease.owner, lease.until = owner, at + lasts
    return True


def give_back(session: Session, name: str, *, owner: str) -> None:
    """Let the next worker begin at once, whatever its clock says."""
    lease = session.get(WorkerLease, name, with_for_update=True)
    if lease is not None and lease.owner == owner:
        session.delete(lease)


def anything_small(session: Session) -> bool:
    """Return whether a reveal, a receipt or a check of the chains waits for the worker."""
    waiting = (
        select(Reveal.id).where(Reveal.answered_at.is_(None)),
        select(Recovery.tries).where(Recovery.asked_at.is_not(None)),
        select(Reseal.filing_id),
        select(ChainCheck.id).where(
            ChainCheck.done_at.is_(None), ChainCheck.began_at.is_(None)
        ),
    )
    return any(session.scalar(one.limit(1)) is not None for one in waiting)


def anything_due(session: Session, *, at: datetime) -> bool:
    """Return whether a message is due that nobody is sending."""
    due = select(Message.id).where(
        LIVE,
        Message.next_try <= at,
        or_(Message.lease_until.is_(None), Message.lease_until < at),
    )
    return session.scalar(due.limit(1)) is not None
