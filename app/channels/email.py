"""Mail out: a server, or a folder of ``.eml`` files."""

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.channels.base import Channel, Delivery
from app.channels.envelope import Envelope

TIMEOUT = 30
PERMANENT = 500
NAME = re.compile(r"[^A-Za-z0-9.@-]")


class MailUrlError(ValueError):
    """The mail address of the settings is none that we know."""


class SmtpChannel:
    """Delivers to a mail server."""

    def __init__(self, connect: Callable[[], smtplib.SMTP]) -> None:
        self._connect = connect

    def send(self, envelope: Envelope) -> Delivery:
        """Hand one mail to the server."""
        try:
            server = self._connect()
        except smtplib.SMTPResponseException as refused:
            return _by_code(refused.smtp_code)
        except (OSError, smtplib.SMTPException):
            return Delivery.DEFERRED
        try:
            return self._hand_over(server, envelope)
        finally:
            server.close()

    def _hand_over(self, server: smtplib.SMTP, envelope: Envelope) -> Delivery:
        """Send; what fails before the text is known, what fails after it is not."""
        try:
            for code, _ in (
                server.mail(envelope.sender),
                server.rcpt(envelope.recipient),
            ):
                if code >= 300:  # noqa: PLR2004 - a reply that is no success
                    return _by_code(code)
        except (OSError, smtplib.SMTPException):
            return Delivery.DEFERRED
        try:
            code, _ = server.data(envelope.message.as_bytes())
        except smtplib.SMTPDataError as refused:
            return _by_code(refused.smtp_code)
        except (OSError, smtplib.SMTPException):
            return Delivery.UNKNOWN
        return Delivery.DELIVERED if code < 300 else _by_code(code)  # noqa: PLR2004


def _by_code(code: int) -> Delivery:
    return Delivery.REFUSED if code >= PERMANENT else Delivery.DEFERRED


class FolderChannel:
    """Writes each mail as a file; the same mail again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, envelope: Envelope) -> Delivery:
        """Write one mail, all of it or nothing."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = NAME.sub("", str(envelope.message["Message-ID"]))
        part = self._folder / f"{name}.part"
        with part.open("wb") as out:
            out.write(envelope.message.as_bytes())
            out.flush()
            os.fsync(out.fileno())
        part.replace(self._folder / f"{name}.eml")
        return Delivery.DELIVERED


def channel_for(url: str) -> Channel:
    """Return the way out that an address names.

    ``smtp://user:pass@host:port``, ``smtps://…``, or ``folder:PATH``.

    Raises:
        MailUrlError: If it is none of these.
    """
    if url.startswith("folder:"):
        return FolderChannel(Path(url.removeprefix("folder:")))
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise MailUrlError("EFFACE_MAIL_URL is smtp://, smtps:// or folder:")
    host, secure = parts.hostname, parts.scheme == "smtps"
    port = parts.port or (465 if secure else 25)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")

    def connect() -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP = (
            smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
            if secure
            else smtplib.SMTP(host, port, timeout=TIMEOUT)
        )
        server.ehlo_or_helo_if_needed()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if user:
            server.login(user, password)
        return server

    return SmtpChannel(connect)
