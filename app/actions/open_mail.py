"""Show what a mail says: with a reason, on record, as text alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from app.actions.reveal_identity import (
    REVEALED_FOR,
    Asked,
    AskedFile,
    NobodyLeft,
    Pending,
    Reason,
    too_many,
    unsealed,
)
from app.actions.sign_in import Wait
from app.domain.mails import Hanging
from app.domain.suggestions import Because
from app.store import audit, inbox, requests
from app.store.base import new_id
from app.store.keys import Keys
from app.store.staff import Reveal


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """What a mail says, and what led to its suggestion."""

    sender: tuple[str, ...]
    to: tuple[str, ...]
    subject: str
    written: str
    message_id: str
    text: str
    files: tuple[Hanging, ...]
    reference: str
    because: tuple[Because, ...]
    keys: tuple[tuple[str, str], ...]
    """The DNS answers by which it was judged."""
    until: datetime
    """Until when it is shown."""


def ask_mail(
    session: Session,
    keys: Keys,
    mail_id: UUID,
    reason: Reason,
    public_key: bytes,
    *,
    at: datetime,
    staff_id: UUID,
    file: int | None = None,
) -> Asked | NobodyLeft | Wait:
    """Ask the worker to open a mail to one key; that it was asked is on record.

    With ``file`` it is one of the files that hang on it, by its place.
    """
    mail = inbox.mail_by_id(session, mail_id)
    if mail is None or mail.thing is None:
        return NobodyLeft()
    wait = too_many(session, keys, staff_id, at=at)
    if wait is not None:
        return wait
    session.execute(
        delete(Reveal)
        .where(_asked_by(mail_id, staff_id, file) | (Reveal.expires_at <= at))
        .execution_options(synchronize_session=False)
    )
    reveal = Reveal(
        id=new_id(at),
        filing_id=mail.filing_id,
        request_id=mail.request_id,
        evidence_id=None,
        mail_id=mail_id,
        mail_file=file,
        staff_id=staff_id,
        public_key=public_key,
        answer=None,
        asked_at=at,
        answered_at=None,
        expires_at=at + REVEALED_FOR,
    )
    session.add(reveal)
    key = (mail.filing_id, mail.request_id)
    request = session.get(requests.Request, key) if mail.request_id else None
    audit.append(
        session,
        at=at,
        actor=str(staff_id),
        action="mail opened" if file is None else "file of mail opened",
        subject=request.number if request else "",
        reason=reason,
        mail=str(mail_id),
        **({} if file is None else {"file": file + 1}),
    )
    return Asked(reveal.id)


def _asked_by(mail_id: UUID, staff_id: UUID, file: int | None) -> ColumnElement[bool]:
    return and_(
        Reveal.mail_id == mail_id,
        Reveal.mail_file.is_not_distinct_from(file),
        Reveal.staff_id == staff_id,
    )


def asked_mail_files(
    session: Session, mail_id: UUID, staff_id: UUID, *, at: datetime
) -> Mapping[int, AskedFile]:
    """Return the files of a mail that a member asked for, without their bytes."""
    rows = session.execute(
        select(Reveal.mail_file, Reveal.id, Reveal.answered_at).where(
            Reveal.mail_id == mail_id,
            Reveal.mail_file.is_not(None),
            Reveal.staff_id == staff_id,
            Reveal.expires_at > at,
        )
    )
    return {
        file: AskedFile(one, at is not None)
        for file, one, at in rows
        if file is not None
    }


def pending_mail(
    session: Session,
    mail_id: UUID,
    staff_id: UUID,
    *,
    at: datetime,
    file: int | None = None,
) -> Pending | None:
    """Return the mail, or the file of it, that a member asked for and may still see."""
    row = session.scalar(
        select(Reveal)
        .where(_asked_by(mail_id, staff_id, file), Reveal.expires_at > at)
        .order_by(Reveal.id.desc())
        .limit(1)
    )
    return Pending(row.id, row.answer, row.expires_at) if row else None


def opened_mail(pending: Pending, private_key: bytes) -> OpenedMail | None:
    """Open a mail with the private half; None where it is another one, or gone."""
    content = unsealed(pending, private_key)
    if not content:
        return None
    found: dict[str, Any] = json.loads(content)
    return OpenedMail(
        sender=tuple(found["sender"]),
        to=tuple(found["to"]),
        subject=found["subject"],
        written=found["written"],
        message_id=found["message_id"],
        text=found["text"],
        files=tuple(Hanging(**one) for one in found["hanging"]),
        reference=found["reference"] or "",
        because=tuple(Because(what, words) for what, words in found["because"]),
        keys=tuple((name, key or "") for name, key in found["keys"].items()),
        until=pending.expires_at,
    )
