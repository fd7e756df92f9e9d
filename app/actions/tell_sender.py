"""Tell who sent a correction what became of it: once, where they confirmed to want it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.mail_out import mail_row
from app.domain.public_corrections import CorrectionState
from app.store import corrections
from app.store.corrections import Correction, CorrectionMail
from app.store.outbox import Message, MessageKind


def tell_sender(
    session: Session, desk: Desk, correction_id: UUID, *, at: datetime
) -> None:
    """Queue the one mail that says that it is decided, if somebody waits for it."""
    row = session.get(CorrectionMail, correction_id, with_for_update=True)
    if row is None or row.confirm_by is not None or row.told:
        return
    mail = mail_row(
        desk, correction_id, MessageKind.CORRECTION_NEWS, dedupe="decided", at=at
    )
    session.execute(insert(Message.__table__), mail)
    row.told = True


def tell_senders_of(
    session: Session, desk: Desk, note_id: UUID, *, at: datetime
) -> None:
    """Tell who sent the correction that a note came from."""
    found = select(Correction.id).where(Correction.note_id == note_id)
    for correction_id in session.scalars(found).all():
        tell_sender(session, desk, correction_id, at=at)


def lapse(session: Session, correction_id: UUID, *, desk: Desk, at: datetime) -> bool:
    """Destroy what nobody looked at in time, and tell who waits for it."""
    row = session.get(Correction, correction_id, with_for_update=True)
    if row is None or row.state is not CorrectionState.RECEIVED:
        return False
    row.state, row.decided_at = CorrectionState.LAPSED, at
    session.flush()
    corrections.destroy_text(session, correction_id)
    tell_sender(session, desk, correction_id, at=at)
    return True
