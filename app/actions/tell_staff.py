"""Tell staff by mail what was done with their account.

The mail says what and when, and nothing that opens anything; the worker writes it when
it leaves.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import mail_row
from app.store.base import new_id
from app.store.outbox import Message, MessageKind


def tell_member(
    session: Session, desk: Desk, staff_id: UUID, kind: MessageKind, *, at: datetime
) -> None:
    """Queue a mail to a staff member."""
    mail = mail_row(desk, staff_id, kind, dedupe=f"{kind} {new_id(at)}", at=at)
    session.execute(insert(Message.__table__), mail)
