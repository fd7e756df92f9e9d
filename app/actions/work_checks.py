"""Vendors to look at again: by law, given to somebody, and done with a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.plain_words import Plain
from app.actions.staff_members import Colleague, colleagues, short_name
from app.domain.about import Found
from app.domain.legal_calendar import Turn
from app.store import audit
from app.store.checks import RecordTurn, VendorCheck
from app.store.staff import Staff

ON_A_PAGE = 50
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One turn, and how far its vendors are."""

    id: UUID
    record: str
    turn: Turn
    day: date
    vendors: int
    open: int
    mine: int


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One vendor to look at, or that somebody has looked at."""

    vendor: str
    who: str
    """Who looks after it, by the name that the others know."""
    who_id: UUID | None
    found: Found | None
    words: str
    done_on: date | None
    done_by: str


@dataclass(frozen=True, slots=True)
class TurnFile:
    """One turn with a page of its vendors, those that are open first."""

    line: TurnLine
    checks: tuple[CheckLine, ...]
    next: str | None
    """Where the next page begins."""
    colleagues: tuple[Colleague, ...]


class Done(BaseModel):
    """What somebody found, in a word."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    found: Found
    words: Annotated[str, Field(min_length=1, max_length=LONGEST), Plain]


def open_checks(session: Session) -> int:
    """Return how many vendors are to be looked at."""
    found = select(func.count()).where(VendorCheck.done_at.is_(None))
    return session.scalars(found).one()


def read_turns(
    session: Session, *, staff_id: UUID, done: bool = False
) -> tuple[TurnLine, ...]:
    """Return the turns with vendors to look at, or those that are done: newest first."""
    lines = _lines(session, staff_id)
    return tuple(line for line in lines if (line.open == 0) is done)


def _lines(
    session: Session, staff_id: UUID, turn_id: UUID | None = None
) -> list[TurnLine]:
    is_open = VendorCheck.done_at.is_(None)
    found = (
        select(
            RecordTurn.id,
            RecordTurn.record,
            RecordTurn.turn,
            RecordTurn.day,
            RecordTurn.vendors,
            func.count().filter(is_open),
            func.count().filter(is_open, VendorCheck.assigned_to == staff_id),
        )
        .join(VendorCheck, VendorCheck.turn_id == RecordTurn.id)
        .group_by(RecordTurn.id)
        .order_by(RecordTurn.day.desc(), RecordTurn.record)
    )
    if turn_id is not None:
        found = found.where(RecordTurn.id == turn_id)
    return [TurnLine(*row) for row in session.execute(found)]


def read_turn(
    session: Session,
    turn_id: UUID,
    *,
    staff_id: UUID,
    after: str = "",
    done: bool = False,
) -> TurnFile | None:
    """Return a page of the vendors of one turn: those to look at, or those done."""
    line = next(iter(_lines(session, staff_id, turn_id)), None)
    if line is None:
        return None
    ended = VendorCheck.done_at
    rows = session.scalars(
        select(VendorCheck)
        .where(
            VendorCheck.turn_id == turn_id,
            VendorCheck.vendor > after,
            ended.is_not(None) if done else ended.is_(None),
        )
        .order_by(VendorCheck.vendor)
        .limit(ON_A_PAGE + 1)
    ).all()
    shown = rows[:ON_A_PAGE]
    return TurnFile(
        line,
        _checks(session, shown),
        shown[-1].vendor if len(rows) > ON_A_PAGE else None,
        colleagues(session),
    )


def _names(session: Session, rows: Sequence[VendorCheck]) -> dict[UUID | None, str]:
    ids = {row.assigned_to for row in rows} | {row.done_by for row in rows}
    found = session.execute(
        select(Staff.id, Staff.email).where(Staff.id.in_(ids - {None}))
    )
    return {id_: short_name(email) for id_, email in found}


def _checks(session: Session, rows: Sequence[VendorCheck]) -> tuple[CheckLine, ...]:
    names = _names(session, rows)
    return tuple(_check(row, names) for row in rows)


def _check(row: VendorCheck, names: dict[UUID | None, str]) -> CheckLine:
    return CheckLine(
        row.vendor,
        names.get(row.assigned_to, ""),
        row.assigned_to,
        row.found,
        row.words or "",
        row.done_at.date() if row.done_at else None,
        names.get(row.done_by, ""),
    )


def open_vendors(session: Session, turn_id: UUID) -> tuple[str, ...]:
    """Return the vendors of a turn that are still to be looked at."""
    rows = session.scalars(
        select(VendorCheck.vendor)
        .where(VendorCheck.turn_id == turn_id, VendorCheck.done_at.is_(None))
        .order_by(VendorCheck.vendor)
    )
    return tuple(rows)


def give_checks(
    session: Session,
    turn_id: UUID,
    vendors: Sequence[str],
    to: UUID | None,
    *,
    had: Mapping[str, UUID | None],
    at: datetime,
    staff_id: UUID,
) -> tuple[CheckLine, ...] | None:
    """Give vendors of a turn to a member, or lay them down.

    ``had`` is who had each when the form was shown. Those that somebody gave to somebody
    else since stay there, and are returned. None where there is no such member to whom
    work can be given.
    """
    names = {one.id: one.name for one in colleagues(session)}
    if to is not None and to not in names:
        return None
    held = [r for r in _held(session, turn_id, vendors) if r.assigned_to != to]
    kept = [r for r in held if had.get(r.vendor, r.assigned_to) != r.assigned_to]
    rows = [row for row in held if row not in kept]
    for row in rows:
        row.assigned_to = to
    if rows:
        _record(
            session,
            "checks laid down" if to is None else "checks given",
            turn_id,
            rows,
            at=at,
            staff_id=staff_id,
            **({} if to is None else {"name": names[to]}),
        )
    return _checks(session, kept)


def finish_checks(
    session: Session,
    turn_id: UUID,
    vendors: Sequence[str],
    done: Done,
    *,
    at: datetime,
    staff_id: UUID,
) -> tuple[CheckLine, ...]:
    """Write down what was found of vendors of a turn.

    What somebody else wrote of one meanwhile stays, and is returned.
    """
    rows = _held(session, turn_id, vendors)
    before = _done_before(session, turn_id, vendors, done, staff_id)
    for row in rows:
        row.done_at, row.done_by = at, staff_id
        row.found, row.words = done.found, done.words
    if rows:
        _record(
            session,
            "checks done",
            turn_id,
            rows,
            at=at,
            staff_id=staff_id,
            found=done.found,
            words=done.words,
        )
    return before


def _done_before(
    session: Session,
    turn_id: UUID,
    vendors: Sequence[str],
    done: Done,
    staff_id: UUID,
) -> tuple[CheckLine, ...]:
    """Return those that are done already, unless this is the same form once more."""
    rows = session.scalars(
        select(VendorCheck)
        .where(
            VendorCheck.turn_id == turn_id,
            VendorCheck.vendor.in_(vendors),
            VendorCheck.done_at.is_not(None),
        )
        .order_by(VendorCheck.vendor)
    )
    same = staff_id, done.found, done.words
    others = [row for row in rows if (row.done_by, row.found, row.words) != same]
    return _checks(session, others)


def _held(
    session: Session, turn_id: UUID, vendors: Sequence[str]
) -> Sequence[VendorCheck]:
    """Return those of the vendors that are still to be looked at."""
    return session.scalars(
        select(VendorCheck)
        .where(
            VendorCheck.turn_id == turn_id,
            VendorCheck.vendor.in_(vendors),
            VendorCheck.done_at.is_(None),
        )
        .order_by(VendorCheck.vendor)
        .with_for_update()
    ).all()


def _record(
    session: Session,
    action: str,
    turn_id: UUID,
    rows: Sequence[VendorCheck],
    *,
    at: datetime,
    staff_id: UUID,
    **detail: str,
) -> None:
    turn = session.get_one(RecordTurn, turn_id)
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action=action,
        subject=turn.record,
        day=turn.day.isoformat(),
        vendors=" ".join(row.vendor for row in rows),
        **detail,
    )
