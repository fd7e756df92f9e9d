"""Replies in bulk: a file, row by row, and what comes of each row.

What a row says is sealed to the worker alone. It is destroyed when the row is recorded,
for then it lies with its request, and as soon as it is clear that it will not be.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.bulk import AT_WORK, RowEffect, RowFault, RunState
from app.domain.timeline import EventKind, Status
from app.store.base import Base
from app.store.people import EMPTY, KEPT_AT_MOST, SealedColumns
from app.store.sealing import Where

WAITS = timedelta(days=7)
"""How long a file waits for somebody who says that it be recorded."""


class BulkRun(Base):
    """One file of replies."""

    __tablename__ = "bulk_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    """Who gave the file."""
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """Of the name under which it came: sent twice, it is taken once."""
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    rows: Mapped[int]
    state: Mapped[RunState] = mapped_column(index=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    undone_at: Mapped[datetime | None]
    """When somebody said that it be taken back."""
    ended_at: Mapped[datetime | None]
    """When the worker had come to the end of what it was told last."""


class BulkRow(SealedColumns, Base):
    """One row of a file."""

    __tablename__ = "bulk_row"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_run.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The line of the file on which it ends."""
    request_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[EventKind | None]
    effect: Mapped[RowEffect | None]
    """What it would do, then what it did; None until it was tried."""
    fault: Mapped[RowFault | None]
    why: Mapped[str]
    """The same in words, for programs; never what the row says."""
    shown: Mapped[int | None]
    """Length of the timeline for which its effect was found."""
    status_before: Mapped[Status | None]
    status_after: Mapped[Status | None]
    due_after: Mapped[date | None]
    place: Mapped[int | None]
    """The timeline entry that it became."""
    recorded_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a file there are of each sort."""

    rows: int = 0
    tried: int = 0
    changes: int = 0
    """Rows that record a reply, or would."""
    unchanged: int = 0
    rejected: int = 0
    recorded: int = 0
    taken_back: int = 0
    stays: int = 0
    """Rows that were recorded and could not be taken back."""


def place_of(run_id: UUID, line: int) -> Where:
    """Return where a row is sealed."""
    return Where("bulk_row", f"{run_id}/{line}")


def tally(session: Session, run_id: UUID) -> Tally:
    """Count the rows of a file."""
    row = BulkRow
    counted = session.execute(
        select(
            func.count(),
            func.count(row.effect),
            *(func.count().filter(row.effect == effect) for effect in RowEffect),
            func.count(row.recorded_at),
            func.count(row.taken_back_at),
            func.count().filter(row.fault == RowFault.STAYS),
        ).where(row.run_id == run_id)
    ).one()
    return Tally(*map(int, counted))


def next_rows(session: Session, run: BulkRun, *, limit: int) -> Sequence[BulkRow]:
    """Return the rows with which the worker goes on, in their order.

    What is taken back is so from the end: what was said last rests on the rest.
    """
    row = BulkRow
    found = select(row).where(row.run_id == run.id)
    match run.state:
        case RunState.TRYING:
            found = found.where(row.effect.is_(None)).order_by(row.line)
        case RunState.RECORDING:
            found = found.where(
                row.effect == RowEffect.RECORDED, row.recorded_at.is_(None)
            ).order_by(row.line)
        case RunState.UNDOING:
            found = found.where(
                row.recorded_at.is_not(None),
                row.taken_back_at.is_(None),
                row.fault.is_(None),
            ).order_by(row.line.desc())
        case _:
            return ()
    return session.scalars(found.limit(limit)).all()


def changes_before(
    session: Session, run_id: UUID, request_id: UUID, line: int
) -> Sequence[BulkRow]:
    """Return the earlier rows of a file that change the same request."""
    row = BulkRow
    found = select(row).where(
        row.run_id == run_id,
        row.request_id == request_id,
        row.effect == RowEffect.RECORDED,
        row.line < line,
    )
    return session.scalars(found.order_by(row.line)).all()


def runs_at_work(session: Session) -> list[UUID]:
    """Return the files that the worker is at, the first that came first."""
    found = select(BulkRun.id).where(BulkRun.state.in_(AT_WORK))
    return list(session.scalars(found.order_by(BulkRun.id)))


@contextmanager
def rehearsing(session: Session) -> Iterator[None]:
    """Keep nothing of what is done within, and hold nothing that it held."""
    rehearsal = session.begin_nested()
    try:
        yield
    finally:
        rehearsal.rollback()
        session.expire_all()


def destroy_rows(session: Session, run_ids: Sequence[UUID]) -> None:
    """Destroy what the rows of some files say."""
    session.execute(
        update(BulkRow)
        .where(BulkRow.run_id.in_(run_ids), BulkRow.key_epoch.is_not(None))
        .values(**EMPTY)
        .execution_options(synchronize_session=False)
    )


def destroy_rows_about(session: Session, request_ids: Sequence[UUID]) -> None:
    """Destroy what rows say about some requests."""
    session.execute(
        update(BulkRow)
        .where(BulkRow.request_id.in_(request_ids))
        .values(**EMPTY)
        .execution_options(synchronize_session=False)
    )


def forget_old_runs(session: Session, *, at: datetime) -> int:
    """Drop the files of which nobody decided in time, destroy the oldest; count them.

    One that somebody decides of, or the worker is at, this very moment is left alone.
    """
    undecided = (
        select(BulkRun.id)
        .where(
            BulkRun.state.in_((RunState.TRYING, RunState.TRIED)),
            BulkRun.received_at <= at - WAITS,
        )
        .with_for_update(skip_locked=True)
    )
    dropped = list(session.scalars(undecided))
    destroy_rows(session, dropped)
    session.execute(
        update(BulkRun)
        .where(BulkRun.id.in_(dropped))
        .values(state=RunState.DROPPED, ended_at=at)
        .execution_options(synchronize_session=False)
    )
    oldest = select(BulkRun.id).where(BulkRun.received_at <= at - KEPT_AT_MOST)
    gone = list(session.scalars(oldest))
    for table, key in ((BulkRow, BulkRow.run_id), (BulkRun, BulkRun.id)):
        session.execute(
            delete(table)
            .where(key.in_(gone))
            .execution_options(synchronize_session=False)
        )
    return len(dropped) + len(gone)
