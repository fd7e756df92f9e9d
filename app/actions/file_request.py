"""File: write down the filing, its sealed person, its requests and first entries."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.actions.allowances import CODES, FILINGS, LAST_CODES, LOST_CODES, MAILS
from app.actions.broadcast import broadcast_rows
from app.actions.choose_vendors import Unfit
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.actions.prepare_filing import (
    Filed,
    FiledRequest,
    Prepared,
    mailbox_hash,
    mailbox_hashes,
)
from app.domain.grounds import Verdict
from app.domain.vendors import RouteKind
from app.store import people
from app.store.base import insert_together, take_place
from app.store.mailboxes import move_mailbox
from app.store.sealing import decrypt, encrypt, key_from

IDEMPOTENT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Limited:
    """Too many of something; try again later."""

    seconds: int


@dataclass(frozen=True, slots=True)
class OtherBody:
    """The same key came with another body."""


def file_request(
    session: Session,
    desk: Desk,
    prepared: Prepared,
    *,
    at: datetime,
    caller: bytes,
    idempotency_key: str | None = None,
) -> Filed | Unfit | Limited | OtherBody:
    """Record a filing; nothing is sent to a vendor before it is confirmed.

    ``caller`` is the keyed hash of the address that it comes from. The same
    ``idempotency_key`` with the same body gives the same answer for a day, whatever
    would be answered now.
    """
    if idempotency_key is not None:
        told = _told_before(session, desk, idempotency_key, prepared, at)
        if told is not None:
            return told
    if isinstance(prepared.outcome, Unfit):
        return prepared.outcome
    wait = _wait(session, desk, prepared.body, caller, at)
    if wait is not None:
        if idempotency_key is not None:
            people.forget_answer(session, _key_hash(desk, idempotency_key))
        return Limited(int(wait.total_seconds()) + 1)
    newest, *older = mailbox_hashes(desk, prepared.body.resident.email)
    if older:  # else nothing can be known by another hash
        move_mailbox(session, older, newest)
    rows = prepared.rows
    if prepared.circle is not None:
        rows += broadcast_rows(session, prepared.circle, prepared.outcome.filing, at=at)
    insert_together(session, *rows)
    return prepared.outcome


def _wait(
    session: Session, desk: Desk, body: FilingBody, caller: bytes, at: datetime
) -> timedelta | None:
    by_caller = FILINGS.use(session, desk.keys, caller, at=at)
    return by_caller or mail_allowance(
        session, desk, mailbox_hash(desk, body.resident.email), at=at
    )


def mail_allowance(
    session: Session, desk: Desk, mailbox: bytes, *, at: datetime
) -> timedelta | None:
    """Use one of the mails that ask a mailbox to confirm; return how long to wait.

    As many for a mailbox that we know as for any other: whoever files sees when there
    are no more (security, row 6).
    """
    return MAILS.use(session, desk.keys, mailbox, at=at)


def code_allowance(
    session: Session, desk: Desk, mailbox: bytes, *, ends: bool, at: datetime
) -> timedelta | None:
    """Use one of the codes of a mailbox that has confirmed; return how long to wait.

    They are counted apart from what asks to confirm, so that what its owner does here
    shows to nobody who files. ``ends`` is for what takes back or erases.
    """
    wait = CODES.use(session, desk.keys, mailbox, at=at)
    if wait is None or not ends:
        return wait
    return LAST_CODES.use(session, desk.keys, mailbox, at=at)


def lost_allowance(
    session: Session, desk: Desk, mailbox: bytes, *, at: datetime
) -> timedelta | None:
    """Use one of the codes for a lost receipt; return how long to wait.

    As many for a mailbox that we know as for any other (security, row 6).
    """
    return LOST_CODES.use(session, desk.keys, mailbox, at=at)


# The same key, the same answer


def _key_hash(desk: Desk, key: str) -> bytes:
    return desk.keys.hash("idempotency", key.encode())


def _told_before(
    session: Session, desk: Desk, key: str, prepared: Prepared, at: datetime
) -> Filed | OtherBody | None:
    """Return what was answered for a key; or keep for it what is answered now.

    Only what has expired makes room: who asks with the same key at this very moment
    waits here for our commit, and is told what we were.
    """
    newest, *older = desk.keys.candidates("idempotency", key.encode())
    body_hash = desk.keys.hash("body", prepared.body.model_dump_json().encode())
    found = people.told_before(session, older, at=at)
    if found is None and isinstance(prepared.outcome, Filed):
        content = json.dumps(_written(prepared.outcome)).encode()
        row = {
            "key_hash": newest,
            "body_hash": body_hash,
            "sealed_answer": encrypt(_answer_key(key), content, newest),
            "expires_at": at + IDEMPOTENT_FOR,
        }
        table = people.Idempotency.__table__
        if take_place(session, table, row, over="expires_at", at=at):
            return None
    found = found or people.told_before(session, [newest], at=at)
    if found is None:
        return None
    if found.body_hash != body_hash:
        return OtherBody()
    opened = decrypt(_answer_key(key), found.sealed_answer, found.key_hash)
    return _read(json.loads(opened))


def _answer_key(key: str) -> bytes:
    return key_from(key.encode(), "idempotent answer")


def _written(filed: Filed) -> dict[str, Any]:
    return {
        "filing": str(filed.filing),
        "receipt": filed.receipt,
        "confirm_by": filed.confirm_by.isoformat(),
        "requests": [
            [str(r.id), r.number, r.vendor, r.route, r.verdict] for r in filed.requests
        ],
        "broadcast": filed.broadcast,
        "mandate": filed.mandate,
    }


def _read(document: dict[str, Any]) -> Filed:
    return Filed(
        UUID(document["filing"]),
        document["receipt"],
        datetime.fromisoformat(document["confirm_by"]),
        tuple(
            FiledRequest(UUID(i), n, v, RouteKind(r), Verdict(d))
            for i, n, v, r, d in document["requests"]
        ),
        document.get("broadcast"),
        document.get("mandate"),
    )
