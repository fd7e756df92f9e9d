"""Check every chain beside all other work, and keep what was found for staff to see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.one_moment import one_moment
from app.actions.verify_chains import Verified, verify_chains
from app.store import audit
from app.store.audit import ChainCheck
from app.store.base import new_id
from app.store.keys import Keys, KeysError, head_keys
from app.store.session import Store

GIVEN_UP = timedelta(hours=6)
"""After so long a check is begun anew: whoever did it is gone."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the last check found."""

    at: datetime
    upto: int
    """The newest entry of the trail that it saw."""
    rows: int
    heads: int
    faults: int
    fault: str | None
    """The first row that does not fit, and why."""


@dataclass(frozen=True, slots=True)
class ChainState:
    """The last check, and one that was asked for and is not done."""

    last: Checked | None
    asked_at: datetime | None


def chain_state(session: Session) -> ChainState:
    """Return how the chains were found, and whether they are being checked."""
    last = session.scalar(
        select(ChainCheck)
        .where(ChainCheck.done_at.is_not(None))
        .order_by(ChainCheck.done_at.desc())
        .limit(1)
    )
    asked = session.scalar(
        select(func.min(ChainCheck.asked_at)).where(ChainCheck.done_at.is_(None))
    )
    return ChainState(_checked(last) if last else None, asked)


def _checked(row: ChainCheck) -> Checked | None:
    if row.done_at is None:
        return None
    return Checked(
        row.done_at,
        row.upto or 0,
        row.rows or 0,
        row.heads or 0,
        row.faults or 0,
        row.fault,
    )


def ask_check(session: Session, *, by: UUID, at: datetime) -> None:
    """Have the worker check every chain, unless it is about to."""
    if _open(session) is not None:
        return
    session.add(_row(str(by), at=at))
    audit.append(session, at=at, actor=str(by), action="chain check asked")


def keep_check(session: Session, found: Verified, *, by: str, at: datetime) -> None:
    """Keep what a command found."""
    row = _row(by, at=at)
    _fill(row, found, at=at)
    session.add(row)


def begin_check(session: Session, *, at: datetime) -> UUID | None:
    """Take the check that was asked for; None where there is none to do."""
    row = _open(session, hold=True)
    if row is None or not _is_free(row, at):
        return None
    row.began_at = at
    return row.id


def check_chains(store: Store, keys: Keys, check_id: UUID, *, at: datetime) -> None:
    """Do a check that was begun; it reads alone, and holds nobody up."""
    try:
        known = head_keys(keys.epochs)
    except KeysError:
        known = ()
    with store.reading() as session:
        one_moment(session)
        found = verify_chains(session, known)
    with store.writing() as session:
        row = session.get(ChainCheck, check_id, with_for_update=True)
        if row is not None:
            _fill(row, found, at=at)


def _row(by: str, *, at: datetime) -> ChainCheck:
    return ChainCheck(id=new_id(at), asked_at=at, asked_by=by)


def _fill(row: ChainCheck, found: Verified, *, at: datetime) -> None:
    row.done_at = at
    row.upto, row.rows, row.heads = found.upto, found.rows, found.heads
    row.faults = len(found.faults)
    row.fault = str(found.faults[0]) if found.faults else None


def _open(session: Session, *, hold: bool = False) -> ChainCheck | None:
    found = select(ChainCheck).where(ChainCheck.done_at.is_(None))
    found = found.order_by(ChainCheck.id).limit(1)
    if hold:
        found = found.with_for_update(skip_locked=True)
    return session.scalar(found)


def _is_free(row: ChainCheck, at: datetime) -> bool:
    return row.began_at is None or at - row.began_at > GIVEN_UP
