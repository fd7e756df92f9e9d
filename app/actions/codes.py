"""Mailed codes: send one, and see whether the one that was typed is right."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.actions.desk import Desk
from app.actions.file_request import Limited, code_allowance, mail_allowance
from app.actions.mail_out import queue_mail
from app.actions.portal import CODE_TRIES
from app.actions.prepare_filing import SIX_DIGITS, code_hash, code_row
from app.domain.receipts import MisreadError, code_from, read_code
from app.store import people
from app.store.base import new_id
from app.store.outbox import MessageKind
from app.store.people import CodePurpose, FilingStatus


class CodeFault(StrEnum):
    """What is wrong with a code."""

    WRONG = "wrong"
    USED = "used"
    EXPIRED = "expired"
    TOO_MANY = "too_many"
    MISSING = "missing"


STATUS_OF_FAULT = {
    CodeFault.WRONG: 422,
    CodeFault.USED: 409,
    CodeFault.EXPIRED: 410,
    CodeFault.TOO_MANY: 429,
    CodeFault.MISSING: 403,
}
"""What each is told as (contract, section 5)."""


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way."""


@dataclass(frozen=True, slots=True)
class NoCode:
    """No code can be sent for this: nothing waits for it."""


def send_code(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    purpose: CodePurpose,
    *,
    ends: bool = False,
    at: datetime,
) -> CodeSent | NoCode | Limited:
    """Mail a new code and void the older one.

    ``ends`` says of a code that opens the pages that it is wanted for taking back or
    erasing.
    """
    filing = people.held(session, filing_id)
    person = session.get(people.Person, filing_id)
    if person is None or person.thing is None or person.email_index is None:
        return NoCode()
    waiting = filing.status is FilingStatus.UNCONFIRMED
    if (purpose is CodePurpose.CONFIRM) != waiting or (
        at > filing.confirm_by and waiting
    ):
        return NoCode()
    mailbox = person.email_index
    ends = ends or purpose in {CodePurpose.WITHDRAW, CodePurpose.ERASE}
    wait = (
        mail_allowance(session, desk, mailbox, at=at)
        if waiting
        else code_allowance(session, desk, mailbox, ends=ends, at=at)
    )
    if wait is not None:
        return Limited(int(wait.total_seconds()) + 1)
    code = code_from(secrets.randbelow(SIX_DIGITS))
    old = session.get(people.Code, (filing_id, purpose))
    if old is not None:
        session.delete(old)
        session.flush()
    session.execute(
        insert(people.Code.__table__), code_row(desk, filing_id, purpose, code, at)
    )
    queue_mail(
        session,
        desk,
        filing_id,
        MessageKind.CODE,
        dedupe=f"code {new_id(at)}",
        secret={"code": code},
        at=at,
    )
    return CodeSent()


def use_code(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    purpose: CodePurpose,
    typed: str,
    *,
    at: datetime,
) -> CodeFault | None:
    """Use a code up; return what is wrong with it, or None if it is right.

    A wrong one costs a try, so this must be committed whatever comes of it.
    """
    people.held(session, filing_id)
    row = session.get(people.Code, (filing_id, purpose), with_for_update=True)
    if row is None:
        return CodeFault.MISSING
    return judge(
        row, typed, lambda digits: code_hash(desk, filing_id, purpose, digits), at=at
    )


def prove(
    session: Session,
    desk: Desk,
    filing_id: UUID,
    purpose: CodePurpose,
    typed: str | None,
    *,
    at: datetime,
) -> CodeFault | None:
    """Use a code up, unless the mailbox was proved a moment ago: then it is None."""
    if typed is None:
        people.held(session, filing_id)
        return None
    return use_code(session, desk, filing_id, purpose, typed, at=at)


def judge(
    row: people.Code | people.Recovery,
    typed: str,
    hashed: Callable[[str], bytes],
    *,
    at: datetime,
) -> CodeFault | None:
    """Use up the code of a row, by the keyed hash that fits it."""
    if row.used_at is not None:
        return CodeFault.USED
    if at > row.expires_at:
        return CodeFault.EXPIRED
    if row.tries >= CODE_TRIES:
        return CodeFault.TOO_MANY
    try:
        code = read_code(typed)
    except MisreadError:
        code = ""
    if not code or not secrets.compare_digest(hashed(code), row.code_hash or b""):
        row.tries += 1
        return CodeFault.WRONG
    row.used_at = at
    return None
