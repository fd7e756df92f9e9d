"""Tell staff by mail what was done with their account.

The mail says what and when, and nothing that opens anything; the worker writes it when
it leaves.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import mail_row
from app.store.base import new_id
from app.store.outbox import Message, MessageKind, State
from app.store.staff import Staff, StaffSession


def tell_member(
    session: Session, desk: Desk, staff_id: UUID, kind: MessageKind, *, at: datetime
) -> None:
    """Queue a mail to a staff member."""
    mail = mail_row(desk, staff_id, kind, dedupe=f"{kind} {new_id(at)}", at=at)
    session.execute(insert(Message.__table__), mail)


def tell_of_token(session: Session, desk: Desk, email: str, *, at: datetime) -> None:
    """Queue a mail that a command made a token in a member's name."""
    staff_id = session.scalars(select(Staff.id).where(Staff.email == email)).one()
    tell_member(session, desk, staff_id, MessageKind.STAFF_TOKEN, at=at)


def tell_of_half(
    session: Session, desk: Desk, half: StaffSession, *, at: datetime, until: datetime
) -> None:
    """Queue a mail that a right password came from somewhere unknown.

    It leaves at ``until``, unless the second step came before
    (:func:`second_step_came`).
    """
    named, kind = _named(half), MessageKind.STAFF_HALF
    mail = mail_row(desk, half.staff_id, kind, dedupe=named, at=at, not_before=until)
    session.execute(insert(Message.__table__), mail)


def second_step_came(session: Session, half: StaffSession, *, at: datetime) -> None:
    """Say nothing of a password whose owner gave the second step, too."""
    session.execute(
        update(Message)
        .where(
            Message.filing_id == half.staff_id,
            Message.dedupe == _named(half),
            Message.state == State.WAITING,
        )
        .values(state=State.CANCELLED, done_at=at)
        .execution_options(synchronize_session=False)
    )


def _named(half: StaffSession) -> str:
    return f"{MessageKind.STAFF_HALF} {half.token_hash.hex()}"
