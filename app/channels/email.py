"""Mail out: a server, or a folder of ``.eml`` files."""

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from app.channels.base import Channel, Delivery
from app.channels.envelope import Envelope
from app.channels.signing import Sign, SigningError, unsigned

TIMEOUT = 20
"""Seconds for each step of the talk."""
VERDICT_TIMEOUT = 90
"""Seconds for the answer to the whole text, unless the settings say otherwise: giving
up here leaves it unknown."""
BEFORE_THE_VERDICT = timedelta(minutes=4, seconds=30)
"""How long all other steps of the talk take at most."""
PATIENCE = range(1, 601)
PARTING_TIMEOUT = 2
SUCCESS, GO_ON, REFUSAL = 200, 354, 500
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NAME = re.compile(r"[^A-Za-z0-9.@-]")
DOT = re.compile(rb"(?m)^\.")


class MailUrlError(ValueError):
    """The mail address of the settings is none that we know."""


class SmtpChannel:
    """Delivers to a mail server."""

    def __init__(
        self,
        connect: Callable[[], smtplib.SMTP],
        sign: Sign = unsigned,
        *,
        patience: int = VERDICT_TIMEOUT,
    ) -> None:
        self._connect = connect
        self._sign = sign
        self._patience = patience
        """Seconds for the answer to the whole text."""

    @property
    def longest(self) -> timedelta:
        """How long one attempt can take."""
        return BEFORE_THE_VERDICT + timedelta(seconds=self._patience)

    def send(self, envelope: Envelope) -> Delivery:
        """Hand one mail to the server.

        Only what the server says of this mailbox or this text is final. A greeting, a
        password or a sender that is refused is our own trouble, and may pass.
        """
        try:
            text = self._sign(envelope.message.as_bytes())
            server = self._connect()
        except SigningError:
            return Delivery.UNSIGNED
        except (OSError, smtplib.SMTPException):
            return Delivery.DEFERRED
        try:
            return self._hand_over(server, envelope, text)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                _patience(server, PARTING_TIMEOUT)
                server.quit()
            server.close()

    def _hand_over(
        self, server: smtplib.SMTP, envelope: Envelope, text: bytes
    ) -> Delivery:
        """Send; what fails before the text is known, what fails after it is not."""
        try:
            if not _succeeds(server.mail(envelope.sender)[0]):
                return Delivery.DEFERRED
            code, _ = server.rcpt(envelope.recipient)
            if not _succeeds(code):
                return _by_code(code)
            code, _ = server.docmd("DATA")
            if code != GO_ON:
                return _by_code(code)
        except (OSError, smtplib.SMTPException):
            return Delivery.DEFERRED
        try:
            server.send(DOT.sub(b"..", text) + b".\r\n")
            _patience(server, self._patience)
            code, _ = server.getreply()
        except (OSError, smtplib.SMTPException):
            return Delivery.UNKNOWN
        return Delivery.DELIVERED if _succeeds(code) else _by_code(code)


def _patience(server: smtplib.SMTP, seconds: int) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _succeeds(code: int) -> bool:
    return SUCCESS <= code < SUCCESS + 100


def _by_code(code: int) -> Delivery:
    return Delivery.REFUSED if code >= REFUSAL else Delivery.DEFERRED


class FolderChannel:
    """Writes each mail as a file; the same mail again is the same file."""

    longest = timedelta(seconds=10)

    def __init__(self, folder: Path, sign: Sign = unsigned) -> None:
        self._folder = folder
        self._sign = sign

    def send(self, envelope: Envelope) -> Delivery:
        """Write one mail, all of it or nothing."""
        name = NAME.sub("", str(envelope.message["Message-ID"]))
        part = self._folder / f"{name}.part"
        try:
            text = self._sign(envelope.message.as_bytes())
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            part.replace(self._folder / f"{name}.eml")
        except SigningError:
            return Delivery.UNSIGNED
        except OSError:
            return Delivery.DEFERRED
        return Delivery.DELIVERED


def channel_for(url: str, sign: Sign = unsigned) -> Channel:
    """Return the way out that an address names.

    ``smtp://user:pass@host:port``, ``smtps://…``, or ``folder:PATH``. A password goes
    to another machine under TLS only. ``?patience=`` says for how many seconds a
    server's last word is waited for. Each mail leaves as ``sign`` gives it back.

    Raises:
        MailUrlError: If it is none of these.
    """
    if url.startswith("folder:") and url != "folder:":
        return FolderChannel(Path(url.removeprefix("folder:")), sign)
    try:
        parts = urlsplit(url)
        port = parts.port
        patience = int(dict(parse_qsl(parts.query)).get("patience", VERDICT_TIMEOUT))
    except ValueError:
        raise MailUrlError("EFFACE_MAIL_URL cannot be read") from None
    if patience not in PATIENCE:
        raise MailUrlError("the patience of EFFACE_MAIL_URL is 1 to 600 seconds")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise MailUrlError("EFFACE_MAIL_URL is smtp://, smtps:// or folder:")
    return SmtpChannel(
        _Server(
            parts.hostname,
            port,
            secure=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        ),
        sign,
        patience=patience,
    )


class _Server:
    """Opens a connection to one mail server, signed in where a user is named."""

    def __init__(
        self, host: str, port: int | None, *, secure: bool, user: str, password: str
    ) -> None:
        self._host, self._secure = host, secure
        self._port = port or (465 if secure else 25)
        self._user, self._password = user, password
        self._context = ssl.create_default_context()

    def __call__(self) -> smtplib.SMTP:
        server: smtplib.SMTP = (
            smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT, context=self._context
            )
            if self._secure
            else smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        )
        try:
            self._sign_in(server)
        except BaseException:
            server.close()
            raise
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """Say hello, under TLS where the server knows it.

        Raises:
            SMTPNotSupportedError: If the password would travel unprotected.
        """
        server.ehlo_or_helo_if_needed()
        protected = self._secure or self._host in LOOPBACK
        if not self._secure and server.has_extn("starttls"):
            server.starttls(context=self._context)
            server.ehlo()
            protected = True
        if self._user:
            if not protected:
                raise smtplib.SMTPNotSupportedError("no TLS for the password")
            server.login(self._user, self._password)
