"""A real receiving mail server, which answers as it is told."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Handler:
    """Refuses, or drops the line, at the step it is told to."""

    at_rcpt: str = "250 OK"
    at_mail: str = "250 OK"
    at_data: str | None = "250 OK"
    """None: the text is taken, and the line dropped before the answer."""
    stalls: float = 0
    """Seconds for which it is silent when it has the text."""
    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        envelope.mail_from = address
        return self.at_mail

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.at_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_rcpt

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: Any, _session: Any, envelope: Any
    ) -> str:
        if self.at_data is None or self.at_data.startswith("250"):
            taken = envelope.mail_from, envelope.rcpt_tos, envelope.original_content
            self.taken.append(taken)
        await asyncio.sleep(self.stalls)
        if self.at_data is None:
            server.transport.abort()
            return "250 unheard"
        return self.at_data


@contextmanager
def mail_server(handler: Any, **options: Any) -> Iterator[int]:
    """Run a server and give its port."""
    with socket.socket() as probe:  # the library connects to the port it was given
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Controller(handler, hostname="127.0.0.1", port=port, **options)
    running.start()
    try:
        yield port
    finally:
        running.stop()
