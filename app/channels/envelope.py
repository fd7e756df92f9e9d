"""One mail to one recipient. What does not belong in a header is refused."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime


class MailRefusedError(ValueError):
    """The mail would not be what it says; it is not sent. Never holds a value."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail and the one mailbox it goes to."""

    sender: str
    recipient: str
    message: EmailMessage


def compose(
    *,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    html: str | None = None,
    reply_to: str | None = None,
) -> Envelope:
    """Return a mail to exactly one mailbox.

    Raises:
        MailRefusedError: If an address is not one address, or a header would hold a
            control or a line end.
    """
    for value in (sender, recipient, subject, message_id, reply_to or ""):
        _plain(value)
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    message["From"] = _one(sender, name="Efface")
    message["To"] = _one(recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if reply_to is not None:
        message["Reply-To"] = _one(reply_to)
    message.set_content(text, cte="quoted-printable")
    if html is not None:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    return Envelope(sender, recipient, message)


def _one(address: str, name: str = "") -> Address:
    """Return one address.

    Raises:
        MailRefusedError: If it is none, or more than one.
    """
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or set(address) & set(',;:<>()[]"\\ '):
        raise MailRefusedError("not exactly one mail address")
    try:
        return Address(display_name=name, username=local, domain=domain)
    except (ValueError, IndexError):
        raise MailRefusedError("not exactly one mail address") from None


def _plain(value: str) -> None:
    for sign in value:
        if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}:
            raise MailRefusedError("a header holds a control")
