"""Webhooks: what is told to a vendor's or an operator's program, and how it is signed.

As California's platform signs its own: HMAC-SHA256 over the moment, a dot, and the body
byte for byte. Who is called holds the moment against the clock (five minutes), and the
event's id against those seen before. What is told names nobody: it only says that
there is something to fetch.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

VERSION = "1"


class HookEvent(StrEnum):
    """What may be told."""

    BATCH_READY = "batch.ready"
    """A vendor's matching list has something new."""
    ANSWERS_RECEIVED = "answers.received"
    """A vendor answered its list."""


def signature(secret: bytes, moment: int, body: bytes) -> str:
    """Return the signature of a body at a moment, in seconds since 1970."""
    signed = b"%d.%b" % (moment, body)
    return f"sha256={hmac.new(secret, signed, sha256).hexdigest()}"


def headers(
    secret: bytes,
    body: bytes,
    *,
    event: str,
    kind: HookEvent,
    delivery: str,
    at: datetime,
) -> Mapping[str, str]:
    """Return the headers of one call; ``delivery`` is the same each time it is tried."""
    moment = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "Efface-Event-Id": event,
        "Efface-Event-Type": kind,
        "Efface-Delivery-Id": delivery,
        "Efface-Timestamp": str(moment),
        "Efface-Version": VERSION,
        "Efface-Signature": signature(secret, moment, body),
    }
