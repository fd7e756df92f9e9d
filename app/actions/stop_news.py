"""Stop the mails of news to a mailbox, and begin them again.

What is stopped stays so for every filing of the mailbox, also for one that comes later
while another is still kept: with the last of them the choice is forgotten.
Codes, and what somebody asked for just now, are no news.
"""

import base64
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.store import mailboxes, people
from app.store.base import insert_once
from app.store.keys import Keys
from app.store.mailboxes import StopLink
from app.store.sealing import key_from

TOKEN_BYTES = 24


def stop_token(secret: str) -> str:
    """Return the token of a filing's link, from the secret that makes its links."""
    made = key_from(secret.encode(), "stop link")
    return base64.urlsafe_b64encode(made[:TOKEN_BYTES]).decode()


def stop_path(token: str) -> str:
    """Return the address of the page with the button."""
    return f"/news/{token}/stop"


def keep_link(session: Session, keys: Keys, token: str, filing_id: UUID) -> None:
    """Let a filing be found by its link; under an older master key no more."""
    newest, *older = _hashes(keys, token)
    session.execute(
        delete(StopLink)
        .where(StopLink.token_hash.in_(older))
        .execution_options(synchronize_session=False)
    )
    row = {"token_hash": newest, "filing_id": filing_id}
    insert_once(session, StopLink.__table__, row)


def hash_stop_anew(session: Session, keys: Keys, secret: str, filing_id: UUID) -> None:
    """Move the hash of a filing's link to the newest master key, if it has one."""
    if session.scalar(
        select(StopLink.filing_id).where(StopLink.filing_id == filing_id)
    ):
        keep_link(session, keys, stop_token(secret), filing_id)


def news_wanted(session: Session, keys: Keys, token: str) -> bool | None:
    """Return whether news is mailed to who has a link; None if it leads nowhere."""
    filing_id = _filing_of(session, keys, token)
    return None if filing_id is None else wants_news(session, filing_id)


def wants_news(session: Session, filing_id: UUID) -> bool:
    """Return whether news is mailed about a filing."""
    mailbox = mailboxes.mailbox_of(session, filing_id)
    return mailbox is None or mailbox.stopped_at is None


def choose_by_link(
    session: Session, keys: Keys, token: str, *, wanted: bool, at: datetime
) -> bool:
    """Stop or begin by the mailed link; return whether it leads anywhere."""
    filing_id = _filing_of(session, keys, token)
    return filing_id is not None and choose_news(
        session, filing_id, wanted=wanted, at=at
    )


def choose_news(
    session: Session, filing_id: UUID, *, wanted: bool, at: datetime
) -> bool:
    """Stop or begin the mails of news; return whether there is a mailbox."""
    people.held(session, filing_id)
    mailbox = mailboxes.held_mailbox(session, filing_id)
    if mailbox is None:
        return False
    mailbox.stopped_at = None if wanted else mailbox.stopped_at or at
    return True


def _filing_of(session: Session, keys: Keys, token: str) -> UUID | None:
    found = StopLink.token_hash.in_(_hashes(keys, token))
    return session.scalar(select(StopLink.filing_id).where(found))


def _hashes(keys: Keys, token: str) -> tuple[bytes, ...]:
    return keys.candidates("stop link", token.encode())
