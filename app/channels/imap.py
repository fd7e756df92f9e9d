"""A mailbox on an IMAP server, over the six commands that reading it takes.

With the standard library: a mailbox that is looked into every half minute needs
neither idling nor what a library adds to these.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.channels.mail_in import HEAD, MOST_KEPT, Arrived, InboxError
from app.channels.mail_reader import Raw

TIMEOUT = 20
"""Seconds for each step of the talk."""
SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
OK = "OK"
Answer: TypeAlias = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where it is, and who reads it."""

    host: str
    port: int
    secure: bool
    user: str
    password: str
    name: str

    def __repr__(self) -> str:
        """Return its host alone: the rest is secret."""
        return f"Mailbox({self.host})"


class ImapInbox:
    """Reads a mailbox; each look is a connection of its own."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._server: imaplib.IMAP4 | None = None

    def arrived(self) -> Iterator[Arrived]:
        """Yield what is not marked as seen, by its number in the mailbox.

        One mail that the server does not give is left for the next look.
        """
        self.close()
        server = self._server = self._connected()
        _, found = self._asked(lambda: server.uid("SEARCH", "UNSEEN"))
        uids = b" ".join(part for part in found if isinstance(part, bytes)).split()
        for uid in sorted(uids, key=int):
            raw = self._fetched(server, uid.decode("ascii"))
            if raw is not None:
                yield Arrived(uid.decode("ascii"), raw)
        self.close()

    def done(self, key: str) -> None:
        """Mark a mail as seen."""
        server = self._server
        if server is None:
            raise InboxError("the connection is closed")
        self._asked(lambda: server.uid("STORE", key, "+FLAGS.SILENT", r"(\Seen)"))

    def close(self) -> None:
        """Say farewell, where somebody is there to hear it."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()
            with suppress(OSError):  # a farewell that nobody hears leaves it open
                server.shutdown()

    def _connected(self) -> imaplib.IMAP4:
        box = self._mailbox
        try:
            server = (
                imaplib.IMAP4_SSL(
                    box.host,
                    box.port,
                    ssl_context=ssl.create_default_context(),
                    timeout=TIMEOUT,
                )
                if box.secure
                else imaplib.IMAP4(box.host, box.port, timeout=TIMEOUT)
            )
        except (OSError, imaplib.IMAP4.error):
            raise InboxError("the server cannot be reached") from None
        try:
            server.login(box.user, box.password)
            name = box.name.replace("\\", r"\\").replace('"', r"\"")
            status, _ = server.select(f'"{name}"')
        except (OSError, imaplib.IMAP4.error):
            status = "NO"
        if status != OK:
            with suppress(OSError, imaplib.IMAP4.error):
                server.shutdown()
            raise InboxError("the server does not let us in") from None
        return server

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        try:
            status, found = ask()
        except (OSError, imaplib.IMAP4.error):
            raise InboxError("the connection was lost") from None
        if status != OK:
            raise InboxError("the server says no")
        return status, found

    def _fetched(self, server: imaplib.IMAP4, uid: str) -> Raw | None:
        """Return a mail, or its head; the size that a server states caps nothing."""
        _, told = self._asked(lambda: server.uid("FETCH", uid, "(RFC822.SIZE)"))
        stated = SIZE.search(
            b" ".join(part for part in told if isinstance(part, bytes))
        )
        size = int(stated[1]) if stated else 0
        most = MOST_KEPT if size <= MOST_KEPT else HEAD
        _, given = self._asked(
            lambda: server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{most}>)")
        )
        content = next((part[1] for part in given if isinstance(part, tuple)), None)
        if content is None:
            return None
        return Raw(content[:most], max(size, len(content)))
