"""Mails as they come in the real world, and what should become of each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from email.message import EmailMessage
from random import Random

from app.domain.mail_kinds import MailKind
from app.domain.mails import Held
from app.domain.timeline import EventKind
from app.store.inbox import MailState

VENDOR = "privacy@probe.example.org"
US = "efface@portal.example.org"
ANSWERS: tuple[tuple[str, EventKind], ...] = (
    ("We have received your request.", EventKind.ACKNOWLEDGED),
    ("Your data has been permanently deleted.", EventKind.DELETED),
    ("We do not hold any data about this person.", EventKind.NOTHING_FOUND),
    ("We are unable to comply with your request.", EventKind.REFUSED),
    (
        "Please verify your identity with a copy of your ID.",
        EventKind.IDENTITY_REQUESTED,
    ),
    ("We need more time, until 2027-01-20.", EventKind.EXTENDED),
    ("Nous accusons réception de votre demande.", EventKind.ACKNOWLEDGED),
    ("Vos données ont été supprimées.", EventKind.DELETED),
    ("Nous ne pouvons pas donner suite à votre demande.", EventKind.REFUSED),
    ("Sus datos han sido eliminados.", EventKind.DELETED),
    ("No podemos atender su solicitud.", EventKind.REFUSED),
    ("Ihre Daten wurden vollständig gelöscht.", EventKind.DELETED),
    ("Wir haben Ihre Anfrage erhalten.", EventKind.ACKNOWLEDGED),
)
CHARSETS = ("utf-8", "iso-8859-1", "windows-1252", "utf-16")
ENCODINGS = ("base64", "quoted-printable")
TICKETS = ("Re: your request", "[Ticket 48213] Data request", "=?broken?=", "")


@dataclass(frozen=True, slots=True)
class Expected:
    """What should become of a mail."""

    kept: bool = True
    state: MailState = MailState.WAITING
    kind: MailKind = MailKind.WORDS
    matched: bool = True
    held: Held | None = None
    suggested: EventKind | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """One mail, how large it says it is, and what should become of it."""

    name: str
    content: bytes
    expected: Expected
    size: int | None = None


@dataclass
class Writer:
    """Writes mails to one request, by chance."""

    chance: Random
    address: str
    letter: str
    """The Message-ID of the letter that it got."""
    number: int = 0

    def shape(self) -> Shape:
        """Return the next mail: each kind of it in turn."""
        made = MAKERS[self.number % len(MAKERS)](self)
        self.number += 1
        return made

    def answered(self) -> tuple[str, EventKind]:
        return self.chance.choice(ANSWERS)

    def message(self, text: str, *, to: str | None = None, **more: str) -> EmailMessage:
        """Return a mail in an encoding that somebody uses."""
        message = EmailMessage()
        message["From"] = self.chance.choice((VENDOR, f"Probe Privacy Team <{VENDOR}>"))
        message["To"] = to or self.address
        message["Subject"] = self.chance.choice(("Re: your request", "Datenlöschung é"))
        message["Date"] = "Mon, 23 Nov 2026 11:00:00 +0000"
        message["Message-ID"] = (
            f"<{self.number}.{self.chance.random()}@probe.example.org>"
        )
        for name, value in more.items():
            message[name.replace("_", "-")] = value
        message.set_content(
            text, charset=self._charset(text), cte=self.chance.choice(ENCODINGS)
        )
        return message

    def _charset(self, text: str) -> str:
        charset = self.chance.choice(CHARSETS)
        try:
            text.encode(charset)
        except UnicodeEncodeError:
            return "utf-8"
        return charset


def plain(writer: Writer) -> Shape:
    text, kind = writer.answered()
    return Shape("plain", wire(writer.message(text)), Expected(suggested=kind))


def html_alone(writer: Writer) -> Shape:
    text, kind = writer.answered()
    message = writer.message("x")
    message.clear_content()
    message.set_content(
        f"<html><body><p>{text}</p><img src='https://t.example/p'></body></html>",
        subtype="html",
    )
    return Shape("HTML alone", wire(message), Expected(suggested=kind))


def alternatives(writer: Writer) -> Shape:
    text, kind = writer.answered()
    message = writer.message(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    return Shape("alternatives", wire(message), Expected(suggested=kind))


def with_a_file(writer: Writer) -> Shape:
    text, kind = writer.answered()
    message = writer.message(text)
    message.add_attachment(
        b"%PDF-1.7 " + bytes(writer.chance.randrange(5000)),
        maintype="application",
        subtype="pdf",
        filename="Réponse.pdf",
    )
    return Shape("with a file", wire(message), Expected(suggested=kind))


def answer_in_the_thread(writer: Writer) -> Shape:
    text, kind = writer.answered()
    message = writer.message(
        f"{text}\n\nOn Mon, 23 Nov 2026 at 10:00, Efface wrote:\n> delete my data",
        to=US,
        In_Reply_To=writer.letter,
        References=f"<0@x.example> {writer.letter}",
    )
    return Shape("in the thread", wire(message), Expected(suggested=kind))


def by_a_list(writer: Writer) -> Shape:
    text, kind = writer.answered()
    message = writer.message(text, to="dsr@probe.example.org", Cc=writer.address)
    return Shape("in a copy", wire(message), Expected(suggested=kind))


def delivered_to(writer: Writer) -> Shape:
    text, kind = writer.answered()
    raw = wire(writer.message(text, to="undisclosed-recipients:;"))
    head = f"Delivered-To: {writer.address}\r\nX-Original-To: {writer.address}\r\n"
    return Shape("delivered to", head.encode() + raw, Expected(suggested=kind))


def ticket_receipt(writer: Writer) -> Shape:
    message = writer.message(
        "We have received your request.", Auto_Submitted="auto-generated"
    )
    return Shape(
        "a ticket's receipt",
        wire(message),
        Expected(
            kind=MailKind.GENERATED,
            state=MailState.SETTLED,
            suggested=EventKind.ACKNOWLEDGED,
        ),
    )


def ticket_answer(writer: Writer) -> Shape:
    message = writer.message(
        "Your data has been permanently deleted.", Precedence="bulk"
    )
    return Shape(
        "a ticket's answer",
        wire(message),
        Expected(kind=MailKind.GENERATED, suggested=EventKind.DELETED),
    )


def automatic(writer: Writer) -> Shape:
    marks = writer.chance.choice(
        (
            {"Auto_Submitted": "auto-replied"},
            {"X_Autoreply": "yes"},
            {"X_Autorespond": "yes", "Precedence": "bulk"},
            {"Precedence": "auto_reply"},
        )
    )
    message = writer.message("I am away. Your data has been deleted.", **marks)
    return Shape("an automatic reply", wire(message), AUTOMATIC)


def away(writer: Writer) -> Shape:
    message = writer.message("Back on Monday.")
    del message["Subject"]
    message["Subject"] = writer.chance.choice(
        (
            "Automatic reply: x",
            "Réponse automatique : x",
            "Respuesta automática",
            "Abwesenheitsnotiz",
        )
    )
    return Shape("away", wire(message), AUTOMATIC)


AUTOMATIC = Expected(
    kind=MailKind.AUTOMATIC,
    state=MailState.SETTLED,
    suggested=EventKind.ACKNOWLEDGED,
)


def forged_sender(writer: Writer) -> Shape:
    text, kind = writer.answered()
    message = writer.message(text)
    message["Authentication-Results"] = "mx; dkim=pass header.d=probe.example.org"
    return Shape("a forged sender", wire(message), Expected(suggested=kind))


def no_headers(writer: Writer) -> Shape:
    name = writer.chance.choice(("From", "Subject", "Date", "Message-ID"))
    text, kind = writer.answered()
    message = writer.message(text)
    del message[name]
    return Shape(f"without {name}", wire(message), Expected(suggested=kind))


def stray(writer: Writer) -> Shape:
    message = writer.message(
        f"Buy now {writer.number}! https://shop.example/{writer.number}",
        to="desk@portal.example.org",
    )
    del message["From"]
    message["From"] = "shop@shop.example"
    return Shape("a stray", wire(message), Expected(matched=False))


def guessed_address(writer: Writer) -> Shape:
    message = writer.message("Hello there.", to="aaaaaaaaaaaaaaaa@reply.example.org")
    return Shape("a guessed address", wire(message), Expected(matched=False))


def delay(writer: Writer) -> Shape:
    return Shape(
        "a delay",
        report(writer, action="delayed", status="4.4.1"),
        Expected(kind=MailKind.DELAY, state=MailState.SETTLED),
    )


def foreign_bounce(writer: Writer) -> Shape:
    other = replace(writer, letter="<somebody@else.example>")
    return Shape(
        "a bounce of somebody's",
        report(other, action="failed", status="5.1.1"),
        Expected(kind=MailKind.BOUNCE, state=MailState.SETTLED, matched=False),
    )


def own_mail(writer: Writer) -> Shape:
    message = writer.message("There is news.", to=writer.address, X_Loop=US)
    del message["From"]
    message["From"] = f"Efface <{US}>"
    return Shape("our own", wire(message), Expected(kept=False))


def twenty_megabytes(writer: Writer) -> Shape:
    raw = wire(writer.message("See the film."))
    head = raw.partition(b"\r\n\r\n")[0]
    return Shape("20 MB", head, Expected(held=Held.TOO_LARGE), size=20_000_000)


def two_megabytes(writer: Writer) -> Shape:
    text, kind = writer.answered()
    message = writer.message(text)
    message.add_attachment(
        bytes(1_500_000), maintype="image", subtype="png", filename="scan.png"
    )
    return Shape("2 MB", wire(message), Expected(held=Held.CUT, suggested=kind))


def many_headers(writer: Writer) -> Shape:
    raw = wire(writer.message("Hello."))
    return Shape(
        "101 headers",
        raw.replace(b"\r\n\r\n", b"\r\n" + b"X-Hop: 1\r\n" * 101 + b"\r\n", 1),
        Expected(held=Held.MANY_HEADERS),
    )


def many_parts(writer: Writer) -> Shape:
    message = writer.message("Hello.")
    for _ in range(21):
        message.add_attachment(b"x", maintype="image", subtype="gif", filename="p.gif")
    return Shape("22 parts", wire(message), Expected(held=Held.MANY_PARTS))


def broken_parts(writer: Writer) -> Shape:
    raw = (
        f"From: {VENDOR}\r\nTo: {writer.address}\r\nSubject: x\r\n"
        f"Message-ID: <broken{writer.number}@probe.example.org>\r\n"
        "Content-Type: multipart/mixed\r\n\r\nno boundary, no part\r\n"
    ).encode()
    return Shape("broken parts", raw, Expected())


def odd_bytes(writer: Writer) -> Shape:
    noise = writer.chance.randbytes(400)
    raw = f"From: {VENDOR}\r\nTo: {writer.address}\r\nSubject: ".encode() + b"\xff\xfe"
    return Shape(
        "odd bytes",
        raw
        + f"\r\nMessage-ID: <odd{writer.number}@x.example>\r\n\r\n".encode()
        + noise,
        Expected(),
    )


def report(writer: Writer, *, action: str, status: str) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example.net\r\nTo: {US}\r\nReturn-Path: <>\r\n"
        f"Subject: Delivery Status\r\nMessage-ID: <dsn{writer.number}@mx.example.net>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
        "\r\n--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {VENDOR}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {writer.letter}\r\n--b--\r\n"
    ).encode()


def wire(message: EmailMessage) -> bytes:
    return message.as_bytes().replace(b"\n", b"\r\n")


MAKERS: tuple[Callable[[Writer], Shape], ...] = (
    plain, html_alone, alternatives, with_a_file, answer_in_the_thread, by_a_list,
    delivered_to, ticket_receipt, ticket_answer, automatic, away, forged_sender,
    no_headers, stray, guessed_address, delay, foreign_bounce, own_mail,
    twenty_megabytes, two_megabytes, many_headers, many_parts, broken_parts, odd_bytes,
)  # fmt: skip
