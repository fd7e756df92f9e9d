"""What every way in is: mails that come, one after another, and are marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from app.channels.mail_reader import Raw

MOST_KEPT = 10_000_000
"""Bytes of a mail that are kept: as much as residents may upload."""
HEAD = 65_536
"""Bytes that are kept of a mail that is larger."""


class InboxError(Exception):
    """The inbox cannot be read now. Never holds what it said."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail that was not noted yet."""

    key: str
    """By which the inbox knows it again."""
    raw: Raw


class Inbox(Protocol):
    """A way in."""

    def arrived(self) -> Iterator[Arrived]:
        """Yield what is not marked as read yet, the oldest first.

        Raises:
            InboxError: If it cannot be read now.
        """
        ...

    def done(self, key: str) -> None:
        """Mark a mail as read, after it was noted.

        Raises:
            InboxError: If it cannot be marked now; it comes again, and counts once.
        """
        ...

    def close(self) -> None:
        """End what is open."""
        ...
