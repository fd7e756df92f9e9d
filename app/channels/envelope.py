"""One mail to one recipient. What does not belong in a header is refused."""

import email
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
"""Nothing that would make a second address, a display name or a comment of a part."""
LONGEST_LINE = 998
"""Signs that a line of a header may have (RFC 5322, section 2.1.1)."""


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
    stop: str | None = None,
    answers: str | None = None,
    by_hand: bool = False,
) -> Envelope:
    """Return a mail to exactly one mailbox.

    ``message_id`` is the same for every attempt. ``html`` is for residents; a letter
    is text alone and has a ``reply_to``. ``stop`` is the address at which a mail
    program ends this kind of mail with one press (RFC 8058). ``answers`` is the
    Message-ID of the mail that it answers (RFC 5322, section 3.6.4); what somebody
    wrote ``by_hand`` does not say that a program did (RFC 3834, section 5).

    Raises:
        MailRefusedError: If an address is not one address, a header would hold a
            control or a line end, or whoever reads the mail would read something else
            than was written. Nothing is repaired.
    """
    for value in (sender, recipient, subject, message_id, reply_to or "", stop or ""):
        _plain(value)
    _plain(answers or "")
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    message["From"] = _one(sender, name="Efface")
    message["To"] = _one(recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "no" if by_hand else "auto-generated"
    message["X-Loop"] = _one(sender).addr_spec
    if reply_to is not None:
        message["Reply-To"] = _one(reply_to)
    if answers is not None:
        message["In-Reply-To"] = message["References"] = answers
    if stop is not None:
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    try:
        message.set_content(text, cte="quoted-printable")
        if html is not None:
            message.add_alternative(html, subtype="html", cte="quoted-printable")
        if stop or answers:  # an address that is folded or encoded is none
            message.policy = message.policy.clone(max_line_length=LONGEST_LINE)
        _read_again(message, subject=subject, message_id=message_id, answers=answers)
    except UnicodeError:
        raise MailRefusedError("holds what no mail can") from None
    to = message["To"].addresses[0].addr_spec
    return Envelope(message["From"].addresses[0].addr_spec, to, message)


def draft(
    *, sender: str, recipient: str | None, copy: str | None, subject: str, text: str
) -> bytes:
    """Return a mail that somebody opens in their own program, and sends from there.

    Raises:
        MailRefusedError: If an address is not one address, or a header would hold a
            control or a line end.
    """
    for value in (sender, recipient or "", copy or "", subject):
        _plain(value)
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    message["X-Unsent"] = "1"  # opens as a draft where a program knows it
    message["From"] = _one(sender)
    for name, address in (("To", recipient), ("Cc", copy)):
        if address is not None:
            message[name] = _one(address)
    message["Subject"] = subject
    message.set_content(text, cte="quoted-printable")
    return message.as_bytes()


def _one(address: str, name: str = "") -> Address:
    """Return one address, its domain as the wire has it.

    Raises:
        MailRefusedError: If it is none, or more than one.
    """
    local, _, domain = address.rpartition("@")
    try:
        wire = domain if domain.isascii() else _on_the_wire(domain)
        if LOCAL.fullmatch(local) and DOMAIN.fullmatch(wire):
            return Address(display_name=name, username=local, domain=wire)
    except (ValueError, IndexError, MessageError):
        pass
    raise MailRefusedError("not exactly one mail address")


def _on_the_wire(domain: str) -> str:
    """Return the ASCII form of a domain (IDNA 2008).

    Raises:
        ValueError: If it has none.
    """
    try:
        found = validate_email(
            f"a@{domain}", check_deliverability=False, test_environment=True
        )
    except EmailNotValidError:
        raise ValueError("no domain") from None
    return found.ascii_domain or ""


def _plain(value: str) -> None:
    for sign in value:
        if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}:
            raise MailRefusedError("a header holds a control")


def _read_again(
    message: EmailMessage, *, subject: str, message_id: str, answers: str | None
) -> None:
    """Read the mail as its receiver will.

    The standard library has written headers before that read as others: what it
    writes is looked at each time (CVE-2024-6923, CVE-2026-1299).

    Raises:
        MailRefusedError: If a header came, went or changed.
    """
    read = email.message_from_bytes(message.as_bytes(), policy=default)
    same = read.keys() == message.keys()
    for name in ("From", "To", "Reply-To"):
        if same and name in message:
            wanted, found = message[name].addresses, read[name].addresses
            same = len(found) == 1 and found[0].addr_spec == wanted[0].addr_spec
    same &= read["Subject"] == subject and read["Message-ID"] == message_id
    same &= read["In-Reply-To"] == read["References"] == answers
    if not same:
        raise MailRefusedError("would be read as another mail")
