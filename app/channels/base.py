"""What comes of an attempt to deliver."""

from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from app.channels.envelope import Envelope


class Delivery(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """For good: no such mailbox, or not wanted."""
    DEFERRED = "deferred"
    """Not now; try again later."""
    UNKNOWN = "unknown"
    """It may have been accepted: the connection was lost at the end."""
    UNSIGNED = "unsigned"
    """It did not leave: our own key cannot sign it just now."""


class Channel(Protocol):
    """A way out."""

    @property
    def longest(self) -> timedelta:
        """How long one attempt can take: whoever tries holds the message so long."""
        ...

    def send(self, envelope: Envelope) -> Delivery:
        """Try once to deliver, and say what came of it."""
        ...
