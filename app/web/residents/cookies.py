"""The cookies of a resident: the key of their drafts, and what they just proved.

None is a name for the person: the first is random, the others are sealed under a key
of this installation. One holds the receipt of an open tracking page, another the filing
that was confirmed here by its mailed link, the last two the filing that was just
confirmed here, and a hash of the receipt behind which the mailbox was just proved by a
fresh code.
"""

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from app.actions.portal import DRAFT_LIVES, Portal
from app.store.keys import Keys
from app.store.sealing import CannotOpenError, decrypt, encrypt

TRACKED_FOR = timedelta(minutes=30)
OPEN_FOR = timedelta(minutes=15)
"""After a fresh code from the confirmed mailbox (contract, section 6)."""
KEY_BYTES = 32


def _set(
    response: Response, portal: Portal, name: str, value: str, lives: timedelta
) -> None:
    response.set_cookie(
        portal.cookie(name),
        value,
        max_age=int(lives.total_seconds()),
        path="/",
        secure=portal.secure,
        httponly=True,
        samesite="lax",
    )


def draft_key(request: Request, portal: Portal) -> bytes | None:
    """Return the key of this browser's drafts."""
    text = request.cookies.get(portal.cookie("draft"), "")
    try:
        key = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def new_draft_key() -> bytes:
    """Return a fresh key for a browser's drafts."""
    return secrets.token_bytes(KEY_BYTES)


def keep_draft_key(response: Response, portal: Portal, key: bytes) -> None:
    """Leave the drafts' key with the browser; only there does it exist."""
    text = base64.urlsafe_b64encode(key).decode()
    _set(response, portal, "draft", text, DRAFT_LIVES)


@dataclass(frozen=True, slots=True)
class Tracked:
    """An open tracking page."""

    receipt: str


def keep_tracked(
    response: Response, portal: Portal, keys: Keys, tracked: Tracked, *, at: datetime
) -> None:
    """Leave the receipt with the browser, sealed, for half an hour."""
    _keep(response, portal, keys, "track", tracked.receipt, at=at)


def keep_linked(
    response: Response, portal: Portal, keys: Keys, filing: UUID, *, at: datetime
) -> None:
    """Leave with the browser that it confirmed this filing by the mailed link."""
    _keep(response, portal, keys, "linked", str(filing), at=at)


def linked(
    request: Request, portal: Portal, keys: Keys, *, at: datetime
) -> UUID | None:
    """Return the filing that this browser has just confirmed by the mailed link."""
    held = _held(request, portal, keys, "linked", at=at)
    return UUID(held) if held else None


def forget_linked(response: Response, portal: Portal) -> None:
    """Take that away again: it gives one new receipt."""
    response.delete_cookie(portal.cookie("linked"), path="/", secure=portal.secure)


def keep_proved(
    response: Response, portal: Portal, keys: Keys, receipt: bytes, *, at: datetime
) -> None:
    """Leave with the browser that the mailbox behind a receipt was proved."""
    known = keys.hash("proved", receipt).hex()
    _keep(response, portal, keys, "proved", known, at=at, lives=OPEN_FOR)


def keep_confirmed(
    response: Response, portal: Portal, keys: Keys, filing: UUID, *, at: datetime
) -> None:
    """Leave with the browser that it has just proved the mailbox by confirming."""
    _keep(response, portal, keys, "confirmed", str(filing), at=at, lives=OPEN_FOR)


def has_confirmed(
    request: Request, portal: Portal, keys: Keys, filing: UUID, *, at: datetime
) -> bool:
    """Return whether this browser has just confirmed a filing."""
    return _held(request, portal, keys, "confirmed", at=at) == str(filing)


def has_proved(
    request: Request, portal: Portal, keys: Keys, receipt: bytes, *, at: datetime
) -> bool:
    """Return whether this browser has just proved the mailbox behind a receipt."""
    held = _held(request, portal, keys, "proved", at=at)
    return held in {hashed.hex() for hashed in keys.candidates("proved", receipt)}


def _keep(
    response: Response,
    portal: Portal,
    keys: Keys,
    name: str,
    value: str,
    *,
    at: datetime,
    lives: timedelta = TRACKED_FOR,
) -> None:
    content = {"r": value, "t": (at + lives).isoformat()}
    key = keys.hash("tracking cookie", b"")
    sealed = encrypt(key, json.dumps(content).encode(), name.encode())
    text = base64.urlsafe_b64encode(sealed).decode()
    _set(response, portal, name, text, lives)


def tracked(
    request: Request, portal: Portal, keys: Keys, *, at: datetime
) -> Tracked | None:
    """Return the receipt that this browser is tracking."""
    held = _held(request, portal, keys, "track", at=at)
    return Tracked(held) if held else None


def _held(
    request: Request, portal: Portal, keys: Keys, name: str, *, at: datetime
) -> str | None:
    text = request.cookies.get(portal.cookie(name), "")
    try:
        sealed = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        return None
    for key in keys.candidates("tracking cookie", b""):
        try:
            content = json.loads(decrypt(key, sealed, name.encode()))
        except (CannotOpenError, ValueError):
            continue
        if datetime.fromisoformat(content["t"]) >= at:
            return str(content["r"])
    return None


def forget_tracked(response: Response, portal: Portal) -> None:
    """Take the receipt away from the browser, what it had proved, and each way to it."""
    for name in ("track", "proved", "confirmed", "linked"):
        response.delete_cookie(portal.cookie(name), path="/", secure=portal.secure)
