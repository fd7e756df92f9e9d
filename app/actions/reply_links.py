"""The link in a letter on which its vendor answers, without an account.

One secret per filing, sealed with the person, makes the links of all its requests: the
worker and who holds the receipt can write them into a letter, nobody else. What they
are found by is a keyed hash.
"""

import base64
import secrets
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.store import requests
from app.store.keys import Keys
from app.store.sealing import key_from

ANSWERED_WITHIN = timedelta(days=365)
"""Longer than any law gives with an extension and an appeal; then there is the address
for answers, which lasts as long as the request."""
SECRET_BYTES = 32
SEALED_AS = "reply_links"
"""Where that secret stands in the sealed person."""
TOKEN_BYTES = 24


def new_secret() -> str:
    """Return what the links of a filing are made from."""
    return secrets.token_urlsafe(SECRET_BYTES)


def last_day(filed_on: date) -> date:
    """Return the last day on which the links of a filing take an answer."""
    return filed_on + ANSWERED_WITHIN


def token_of(secret: str, request_id: UUID) -> str:
    """Return the token of one request; it leads to no other of the filing."""
    made = key_from(secret.encode(), f"reply link {request_id}")
    return base64.urlsafe_b64encode(made[:TOKEN_BYTES]).decode()


def path_of(token: str) -> str:
    """Return the address of the page on which a vendor answers."""
    return f"/reply/{token}"


def link_row(
    keys: Keys, secret: str, filing_id: UUID, request_id: UUID, filed_on: date
) -> dict[str, object]:
    """Return the row by which a request is found from its link."""
    return {
        "token_hash": _hashes(keys, token_of(secret, request_id))[0],
        "filing_id": filing_id,
        "request_id": request_id,
        "until": last_day(filed_on),
    }


def find_link(session: Session, keys: Keys, token: str) -> requests.ReplyLink | None:
    """Return the row of a token, whatever may still be answered there."""
    found = requests.ReplyLink
    return session.scalar(
        select(found).where(found.token_hash.in_(_hashes(keys, token)))
    )


def hash_links_anew(session: Session, keys: Keys, secret: str, filing_id: UUID) -> None:
    """Move the hashes of a filing's links to the newest master key."""
    row = requests.ReplyLink
    links = session.execute(
        select(row.token_hash, row.request_id).where(row.filing_id == filing_id)
    ).all()
    for old, request_id in links:
        new = _hashes(keys, token_of(secret, request_id))[0]
        if new == old:
            continue
        session.execute(
            update(row)
            .where(row.token_hash == old)
            .values(token_hash=new)
            .execution_options(synchronize_session=False)
        )


def _hashes(keys: Keys, token: str) -> tuple[bytes, ...]:
    return keys.candidates("reply link", token.encode())
