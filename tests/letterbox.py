"""A mailbox in memory, a DNS of our own, and mails as vendors write them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from app.actions.prepare_filing import Filed
from app.actions.receive import Letterbox, receive
from app.channels.mail_in import Arrived
from app.channels.mail_reader import MailReader, Raw
from app.store import inbox, outbox
from app.store.inbox import InboxMessage
from tests.post_office import NOON, Office

VENDOR = "privacy@probe.example.org"
DOMAIN = "probe.example.org"
SELECTOR = "s1"
SIGNED = (b"from", b"to", b"subject", b"date", b"message-id")


@dataclass
class Waiting:
    """A mailbox that holds what a test puts there."""

    mails: list[bytes] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def arrived(self) -> Iterator[Arrived]:
        for place, mail in enumerate(self.mails):
            if str(place) not in self.read:
                yield Arrived(str(place), Raw(mail, len(mail)))

    def done(self, key: str) -> None:
        self.read.append(key)

    def close(self) -> None:
        pass


@dataclass
class Names:
    """A DNS that answers what it is told, and counts who asks."""

    records: dict[str, str | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> str | None:
        self.asked.append(name)
        return self.records.get(name, "")


@dataclass
class Post:
    """An office with a letterbox."""

    office: Office
    reader: MailReader
    names: Names
    waiting: Waiting = field(default_factory=Waiting)

    @property
    def box(self) -> Letterbox:
        return Letterbox(self.waiting, self.reader, self.names)

    def takes(self, *mails: bytes, at: datetime = NOON) -> list[InboxMessage]:
        """Let mails come in; return what was kept of these, the oldest first."""
        before = {mail.id for mail in self.kept()}
        self.waiting.mails.extend(mails)
        desk = self.office.post.desk
        while receive(self.office.store, desk, self.box, at=at):
            pass
        return [mail for mail in self.kept() if mail.id not in before]

    def kept(self) -> list[InboxMessage]:
        with self.office.store.reading() as session:
            found = session.scalars(
                select(InboxMessage).order_by(InboxMessage.id)
            ).all()
            session.expunge_all()
        return list(found)

    def document(self, mail: InboxMessage) -> dict[str, object]:
        """Return what was read of a mail, opened as the worker does."""
        return dict(json.loads(self.content(mail).partition(b"\n")[0]))

    def content(self, mail: InboxMessage) -> bytes:
        assert mail.thing is not None
        return self.office.post.opener.open(mail.thing, inbox.place_of(mail.id))

    def address(self, filed: Filed, place: int = 0) -> str:
        request = self.office.request(filed, place)
        return f"{request.reply_to}@reply.example.org"

    def letter_id(self, filed: Filed) -> str:
        [letter] = self.office.messages(filed, outbox.MessageKind.LETTER)
        return letter.message_id


def mail(
    to: str,
    *,
    text: str = "We have received your request.",
    subject: str = "Your request",
    sender: str = VENDOR,
    message_id: str | None = None,
    **headers: str,
) -> bytes:
    """Return a plain mail; a header is named with _ for -."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Mon, 23 Nov 2026 11:00:00 +0000"
    message["Message-ID"] = message_id or f"<{next(_numbers)}@{DOMAIN}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes().replace(b"\n", b"\r\n")


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_numbers = _count()


@cache
def key(bits: int = 1024) -> tuple[bytes, str]:
    """Return a private key, and the record that stands in the DNS for it."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    bare = b"".join(public.splitlines()[1:-1]).decode()
    return pem, f"v=DKIM1; k=rsa; p={bare}"


def signed(
    raw: bytes,
    *,
    domain: str = DOMAIN,
    signs: tuple[bytes, ...] = SIGNED,
    length: bool = False,
    pem: bytes | None = None,
) -> bytes:
    """Return a mail under a DKIM signature."""
    header: bytes = dkim.sign(
        raw,
        SELECTOR.encode(),
        domain.encode(),
        pem or key()[0],
        include_headers=list(signs),
        length=length,
        canonicalize=(b"relaxed", b"relaxed"),
    )
    return header + raw


def names(domain: str = DOMAIN) -> Names:
    """Return a DNS that knows the vendor's key."""
    return Names({f"{SELECTOR}._domainkey.{domain}": key()[1]})


def report(
    quoted: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    to: str = "efface@portal.example.org",
) -> bytes:
    """Return a delivery report (RFC 3464)."""
    return (
        f"From: MAILER-DAEMON@mx.example.net\r\nTo: {to}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nReturn-Path: <>\r\n"
        "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
        f"Message-ID: <dsn{next(_numbers)}@mx.example.net>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
        "\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {VENDOR}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"From: efface@portal.example.org\r\nMessage-ID: {quoted}\r\n\r\nDear Sir\r\n"
        "--b--\r\n"
    ).encode()
