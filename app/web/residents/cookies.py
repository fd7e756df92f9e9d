"""The two cookies of a resident: the key of their drafts, and an open tracking page.

Neither is a name for the person: the first is random, the second holds the receipt,
sealed under a key of this installation, for half an hour.
"""

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from fastapi.responses import Response

from app.actions.portal import DRAFT_LIVES, Portal
from app.store.keys import Keys
from app.store.sealing import CannotOpenError, decrypt, encrypt

TRACKED_FOR = timedelta(minutes=30)
KEY_BYTES = 32


def _name(portal: Portal, name: str) -> str:
    return f"__Host-{name}" if portal.secure else name


def _set(
    response: Response, portal: Portal, name: str, value: str, lives: timedelta
) -> None:
    response.set_cookie(
        _name(portal, name),
        value,
        max_age=int(lives.total_seconds()),
        path="/",
        secure=portal.secure,
        httponly=True,
        samesite="lax",
    )


def draft_key(request: Request, portal: Portal) -> bytes | None:
    """Return the key of this browser's drafts."""
    text = request.cookies.get(_name(portal, "draft"), "")
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
    content = {"r": tracked.receipt, "t": (at + TRACKED_FOR).isoformat()}
    key = keys.hash("tracking cookie", b"")
    sealed = encrypt(key, json.dumps(content).encode(), b"track")
    text = base64.urlsafe_b64encode(sealed).decode()
    _set(response, portal, "track", text, TRACKED_FOR)


def tracked(
    request: Request, portal: Portal, keys: Keys, *, at: datetime
) -> Tracked | None:
    """Return the receipt that this browser is tracking."""
    text = request.cookies.get(_name(portal, "track"), "")
    try:
        sealed = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        return None
    for key in keys.candidates("tracking cookie", b""):
        try:
            content = json.loads(decrypt(key, sealed, b"track"))
        except (CannotOpenError, ValueError):
            continue
        if datetime.fromisoformat(content["t"]) >= at:
            return Tracked(content["r"])
    return None


def forget_tracked(response: Response, portal: Portal) -> None:
    """Take the receipt away from the browser."""
    response.delete_cookie(_name(portal, "track"), path="/", secure=portal.secure)
