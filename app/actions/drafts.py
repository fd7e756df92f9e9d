"""Drafts: what was typed so far, under a key that only the visitor's cookie holds."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.actions.portal import DRAFT_LIVES
from app.store import people
from app.store.base import new_id
from app.store.sealing import (
    CannotOpenError,
    decrypt,
    encrypt,
    key_from,
    padded,
    unpadded,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft, opened."""

    id: UUID
    content: dict[str, Any]
    filing: UUID | None


def begin_draft(
    session: Session, secret: bytes, content: dict[str, Any], *, at: datetime
) -> UUID:
    """Keep a new draft and return its id, which stands in the form."""
    draft_id = new_id(at)
    session.execute(
        insert(people.Draft.__table__),
        {
            "id": draft_id,
            "sealed": _seal(secret, draft_id, content),
            "expires_at": at + DRAFT_LIVES,
            "filing_id": None,
        },
    )
    return draft_id


def read_draft(
    session: Session, secret: bytes, draft_id: UUID, *, at: datetime
) -> Draft | None:
    """Return a draft; None where it is gone, or is another browser's."""
    row = session.get(people.Draft, draft_id)
    if row is None or row.expires_at <= at:
        return None
    try:
        opened = decrypt(_key(secret), row.sealed, draft_id.bytes)
    except CannotOpenError:
        return None
    return Draft(row.id, json.loads(unpadded(opened)), row.filing_id)


def keep_draft(
    session: Session,
    secret: bytes,
    draft_id: UUID,
    content: dict[str, Any],
    *,
    at: datetime,
) -> None:
    """Write what was typed; the draft lives another day.

    A draft that was filed meanwhile, in another tab, stays as it is: it holds the
    receipt.
    """
    session.execute(
        update(people.Draft)
        .where(people.Draft.id == draft_id, people.Draft.filing_id.is_(None))
        .values(
            sealed=_seal(secret, draft_id, content),
            expires_at=at + DRAFT_LIVES,
        )
        .execution_options(synchronize_session=False)
    )


def keep_filed(
    session: Session,
    secret: bytes,
    draft_id: UUID,
    content: dict[str, Any],
    *,
    filing: UUID,
    at: datetime,
) -> None:
    """Put what a filed draft still needs in the place of what was typed."""
    session.execute(
        update(people.Draft)
        .where(people.Draft.id == draft_id)
        .values(
            sealed=_seal(secret, draft_id, content),
            expires_at=at + DRAFT_LIVES,
            filing_id=filing,
        )
        .execution_options(synchronize_session=False)
    )


def draft_of(
    session: Session, secret: bytes, filing: UUID, *, at: datetime
) -> Draft | None:
    """Return this browser's draft of a filing, if it is this browser's."""
    drafts = session.scalars(
        select(people.Draft.id).where(people.Draft.filing_id == filing)
    ).all()
    found = (read_draft(session, secret, draft, at=at) for draft in drafts)
    return next((draft for draft in found if draft is not None), None)


def forget_receipt(
    session: Session, secret: bytes, filing: UUID, *, at: datetime
) -> None:
    """Take the receipt out of this browser's draft of a filing: it was shown."""
    draft = draft_of(session, secret, filing, at=at)
    if draft is not None and draft.content.pop("receipt", None):
        keep_filed(session, secret, draft.id, draft.content, filing=filing, at=at)


def _key(secret: bytes) -> bytes:
    return key_from(secret, "draft")


def _seal(secret: bytes, draft_id: UUID, content: dict[str, Any]) -> bytes:
    written = json.dumps(content, ensure_ascii=False).encode()
    return encrypt(_key(secret), padded(written), draft_id.bytes)
