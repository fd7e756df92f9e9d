"""Queue a mail: the row that must leave, written with what decides it."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.store import people
from app.store.base import new_id
from app.store.outbox import Message, MessageKind, State
from app.store.sealing import Sealed, Sealer, Where

Seal = Callable[[bytes, Where], Sealed]


def mail_row(
    desk: Desk,
    filing_id: UUID,
    kind: MessageKind,
    *,
    seal: Seal | None = None,
    dedupe: str,
    at: datetime,
    secret: Mapping[str, str] | None = None,
    request_id: UUID | None = None,
    letter_id: UUID | None = None,
    not_before: datetime | None = None,
) -> dict[str, object]:
    """Return an outbox row; what it must not tell the database is sealed by ``seal``.

    ``filing_id`` is the filing's id, or that of the watch or correction that it is about.

    The address and the words come in when it leaves, where only the worker can read
    them.
    """
    message_id = new_id(at)
    domain = desk.portal.mail_from.rpartition("@")[2] or "localhost"
    sealed: dict[str, Any] = {**people.EMPTY, "epoch": None}
    if secret is not None:
        assert seal is not None  # noqa: S101 - what is secret comes with its seal
        content = json.dumps(dict(secret)).encode()
        sealed = people.columns(seal(content, Where("outbox", str(message_id))))
    return {
        "filing_id": filing_id,
        "id": message_id,
        "kind": kind,
        "dedupe": dedupe,
        "request_id": request_id,
        "letter_id": letter_id,
        "message_id": f"<{message_id}@{domain}>",
        "state": State.WAITING,
        "kept_back": None,
        "attempts": 0,
        "unknowns": 0,
        "next_try": not_before or at,
        "lease_until": None,
        "owner": None,
        "created_at": at,
        "done_at": None,
        **sealed,
    }


def queue_mail(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    kind: MessageKind,
    *,
    dedupe: str,
    at: datetime,
    secret: Mapping[str, str] | None = None,
    request_id: UUID | None = None,
    letter_id: UUID | None = None,
    not_before: datetime | None = None,
) -> None:
    """Queue a mail or a letter, unless the same thing is queued already."""
    there = session.scalar(
        select(Message.id).where(
            Message.filing_id == filing_id, Message.dedupe == dedupe
        )
    )
    if there is not None:
        return
    filing = session.get_one(people.Filing, filing_id)

    def seal(content: bytes, where: Where) -> Sealed:
        return Sealer(desk.keys.epoch, filing.receipt_public).seal(content, where)

    session.execute(
        insert(Message.__table__),
        mail_row(
            desk,
            filing_id,
            kind,
            dedupe=dedupe,
            at=at,
            secret=secret,
            seal=seal,
            request_id=request_id,
            letter_id=letter_id,
            not_before=not_before,
        ),
    )
