"""Spoofs and bombs: none is believed, none breaks its reader, the genuine all pass.

Security, finding 8, rows 21 to 24, and goal G15.
"""

import base64
import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import dkim
import pytest

from app.channels.mail_reader import MailReader, Raw
from app.channels.read_mail import MOST_READ, PATIENCE
from app.domain.authenticity import Authenticity, Doubt, Judged, judge, worth_checking
from app.domain.mails import Held
from tests.letterbox import DOMAIN, SELECTOR, SIGNED, VENDOR, Names, key, mail, names
from tests.letterbox import signed as under_dkim
from tests.post_office import NOON

ADDRESS = "k3m9q7d2vwx8hjtn@reply.example.org"
D = Doubt


@pytest.fixture(scope="module")
def reader() -> Iterator[MailReader]:
    reader = MailReader()
    yield reader
    reader.close()


def raw(content: bytes) -> Raw:
    return Raw(content, len(content))


def judged(
    reader: MailReader, content: bytes, dns: Names | None = None, **given: Any
) -> Judged:
    """Read, look up, verify and judge, as receiving does."""
    dns = dns or names()
    found = reader.read(raw(content))
    keys = {s.key_name: dns(s.key_name) for s in worth_checking(found, (DOMAIN,))}
    known = {name: record for name, record in keys.items() if record}
    checked = reader.verify(raw(content), known) if known else {}
    known_to_us: dict[str, Any] = {
        "domains": (DOMAIN,),
        "address": ADDRESS,
        "replayed": False,
        "at": NOON,
    }
    return judge(found, keys=keys, checked=checked, **known_to_us | given)


PLAIN = mail(ADDRESS, text="We deleted your data.", message_id="<1@probe.example.org>")
GOOD = under_dkim(PLAIN)
LATER = b"Received: from mx.example.net by us; Mon, 23 Nov 2026 11:00:01 +0000\r\n"


def with_header(line: bytes, content: bytes = GOOD) -> bytes:
    """Put a header in front, as whoever hands a mail on may do."""
    return line + b"\r\n" + content


def resigned(content: bytes = PLAIN, **given: Any) -> bytes:
    return under_dkim(content, **given)


def without(name: bytes, content: bytes = PLAIN) -> bytes:
    lines = content.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith(name + b":"))


def canonical(way: tuple[bytes, bytes], content: bytes = PLAIN) -> bytes:
    header: bytes = dkim.sign(
        content,
        SELECTOR.encode(),
        DOMAIN.encode(),
        key()[0],
        include_headers=list(SIGNED),
        canonicalize=way,
    )
    return header + content


MULTIPART = (
    f"From: Privacy <{VENDOR}>\r\nTo: <{ADDRESS}>\r\nSubject: Re: your\r\n request\r\n"
    "Date: Mon, 23 Nov 2026 11:00:00 +0000\r\nMessage-ID: <m@probe.example.org>\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\nDone\r\n--b\r\n"
    "Content-Type: text/html\r\n\r\n<p>Done</p>\r\n--b--\r\n"
).encode()
GENUINE = {
    "relaxed": GOOD,
    "simple": canonical((b"simple", b"simple")),
    "relaxed and simple": canonical((b"relaxed", b"simple")),
    "handed on by relays": with_header(LATER.rstrip() + b"\r\nX-Spam: no"),
    "multipart": resigned(MULTIPART),
    "line ends of a file": GOOD.replace(b"\r\n", b"\n"),
    "a name before the address": resigned(
        mail(ADDRESS, sender=f'"Probe Data, Privacy" <{VENDOR}>')
    ),
    "in several languages": resigned(
        mail(ADDRESS, text="Données effacées – gelöscht", subject="Réponse à Zoë")
    ),
    "signed by the mail service too": with_header(
        under_dkim(PLAIN, domain="mailer.example")[: -len(PLAIN)].rstrip()
    ),
    "two of us addressed": resigned(mail(f"{ADDRESS}, desk@portal.example.org")),
    "a longer key": under_dkim(PLAIN, pem=key(2048)[0]),
}
DNS = {"a longer key": Names({f"{SELECTOR}._domainkey.{DOMAIN}": key(2048)[1]})}


@pytest.mark.parametrize("name", GENUINE)
def test_the_genuine_is_believed(reader: MailReader, name: str) -> None:
    assert judged(reader, GENUINE[name], DNS.get(name)) == Judged(
        Authenticity.AUTHENTIC
    )


def dns(record: str | None) -> Names:
    return Names({f"{SELECTOR}._domainkey.{DOMAIN}": record})


FORGED_RESULTS = (
    b"Authentication-Results: mx.portal.example.org; dkim=pass header.d="
    + DOMAIN.encode()
)
SPOOFS: dict[str, tuple[bytes, Doubt]] = {
    "unsigned": (PLAIN, D.NO_SIGNATURE),
    "forged results": (with_header(FORGED_RESULTS, PLAIN), D.NO_SIGNATURE),
    "three forged results": (
        with_header(b"\r\n".join([FORGED_RESULTS] * 3), PLAIN),
        D.NO_SIGNATURE,
    ),
    "forged ARC": (
        with_header(b"ARC-Authentication-Results: i=1; x; dkim=pass", PLAIN),
        D.NO_SIGNATURE,
    ),
    "forged SPF": (with_header(b"Received-SPF: pass", PLAIN), D.NO_SIGNATURE),
    "subject put in front": (with_header(b"Subject: Deleted"), D.SEVERAL_HEADERS),
    "sender put in front": (
        with_header(b"From: ceo@probe.example.org"),
        D.SEVERAL_HEADERS,
    ),
    "recipient put in front": (with_header(b"To: x@y.example"), D.SEVERAL_HEADERS),
    "date put in front": (
        with_header(b"Date: Tue, 24 Nov 2026 11:00:00 +0000"),
        D.SEVERAL_HEADERS,
    ),
    "number put in front": (
        with_header(b"Message-ID: <2@probe.example.org>"),
        D.SEVERAL_HEADERS,
    ),
    "subject behind": (
        GOOD.replace(b"\r\n\r\n", b"\r\nSubject: Deleted\r\n\r\n", 1),
        D.SEVERAL_HEADERS,
    ),
    "odd case of a second subject": (
        with_header(b"sUbJeCt: Deleted"),
        D.SEVERAL_HEADERS,
    ),
    "space before a colon": (with_header(b"Subject : Deleted"), D.SEVERAL_HEADERS),
    "text changed": (GOOD.replace(b"deleted", b"ignored"), D.BROKEN),
    "text added": (GOOD + b"PS: pay here\r\n", D.BROKEN),
    "text cut": (GOOD[:-10], D.BROKEN),
    "subject changed": (GOOD.replace(b"Your request", b"Your invoice"), D.BROKEN),
    "date changed": (GOOD.replace(b"11:00:00", b"11:00:01"), D.BROKEN),
    "recipient changed": (
        resigned(mail("other@reply.example.org")).replace(
            b"other@reply.example.org", ADDRESS.encode()
        ),
        D.BROKEN,
    ),
    "signed in part": (resigned(length=True), D.PARTLY_SIGNED),
    "signed in part, words added": (
        resigned(length=True) + b"We deleted nothing.\r\n",
        D.PARTLY_SIGNED,
    ),
    **{
        f"{name.decode()} not signed": (
            resigned(signs=tuple(n for n in SIGNED if n != name)),
            D.NOT_ALL_SIGNED,
        )
        for name in (b"to", b"subject", b"date")
    },
    "only the sender signed": (resigned(signs=(b"from",)), D.NOT_ALL_SIGNED),
    **{
        f"domain {domain}": (resigned(domain=domain), D.OTHER_DOMAIN)
        for domain in (
            "probe.example.com",
            "probe-example.org",
            "xn--prbe-6qa.example.org",
            "mail.probe.example.org",
            "example.org",
            "probe.example.org.evil.example",
            "evilprobe.example.org",
        )
    },
    **{
        f"sender {sender}": (resigned(mail(ADDRESS, sender=sender)), D.OTHER_DOMAIN)
        for sender in (
            "privacy@probe.example.com",
            "privacy@mail.probe.example.org",
            f'"{DOMAIN}" <x@evil.example>',
        )
    },
    "an address as a name": (
        resigned(
            mail(ADDRESS).replace(
                f"From: {VENDOR}".encode(),
                f'From: "{VENDOR}" <x@evil.example>'.encode(),
            )
        ),
        D.SEVERAL_HEADERS,
    ),
    "two senders": (
        resigned(PLAIN.replace(VENDOR.encode(), f"{VENDOR}, x@evil.example".encode())),
        D.SEVERAL_HEADERS,
    ),
    "an address in a comment": (
        resigned(PLAIN.replace(VENDOR.encode(), f"x@evil.example ({VENDOR})".encode())),
        D.SEVERAL_HEADERS,
    ),
    "brackets before an address": (
        resigned(PLAIN.replace(VENDOR.encode(), f"<{VENDOR}>x@evil.example".encode())),
        D.SEVERAL_HEADERS,
    ),
    "a domain that goes on in other letters": (
        resigned(
            PLAIN.replace(VENDOR.encode(), f"x@{DOMAIN}.\u0435vil.example".encode())
        ),
        D.MISSING_HEADER,
    ),
    "no sender": (GOOD.replace(b"From: ", b"X-From: "), D.MISSING_HEADER),
    **{
        f"no {name.decode()}": (
            resigned(
                without(name.title() if name != b"message-id" else b"Message-ID"),
                signs=tuple(n for n in SIGNED if n != name),
            ),
            D.MISSING_HEADER,
        )
        for name in (b"subject", b"date", b"message-id")
    },
    "to another request": (resigned(mail("zzzz@reply.example.org")), D.NOT_TO_US),
    "to us in a copy alone": (
        resigned(mail("x@y.example", Cc=ADDRESS)),
        D.NOT_TO_US,
    ),
    "to us in the envelope alone": (
        with_header(
            b"Delivered-To: " + ADDRESS.encode(), resigned(mail("x@y.example"))
        ),
        D.NOT_TO_US,
    ),
    "another's key": (under_dkim(PLAIN, pem=key(1025)[0]), D.BROKEN),
    "a signature of nothing": (
        GOOD[: GOOD.index(b" b=") + 3] + b"AAAA\r\n" + PLAIN,
        D.BROKEN,
    ),
    "an empty signature": (
        with_header(
            f"DKIM-Signature: v=1; a=rsa-sha256; d={DOMAIN}; s={SELECTOR};"
            " h=from:to:subject:date; bh=; b=".encode(),
            PLAIN,
        ),
        D.BROKEN,
    ),
    "a signature without sense": (
        with_header(
            f"DKIM-Signature: ;;=; d={DOMAIN}; s=\x00; b==;x=²".encode(), PLAIN
        ),
        D.NOT_ALL_SIGNED,
    ),
    "an old algorithm": (GOOD.replace(b"rsa-sha256", b"rsa-sha1"), D.WEAK),
    "no algorithm": (GOOD.replace(b"rsa-sha256", b"none"), D.WEAK),
    "expired": (
        GOOD.replace(b"v=1;", b"v=1; x=1500000000;", 1),
        D.EXPIRED,
    ),
    "a mail in a mail": (
        b"From: x@evil.example\r\nTo: " + ADDRESS.encode() + b"\r\nSubject: s\r\n"
        b"Date: x\r\nMessage-ID: <9@x>\r\nContent-Type: message/rfc822\r\n\r\n" + GOOD,
        D.NO_SIGNATURE,
    ),
    "headers after an empty line": (
        b"From: x@evil.example\r\n\r\n" + GOOD,
        D.MISSING_HEADER,
    ),
    "a line that is no header": (with_header(b"this is no header"), D.BROKEN),
}
RECORDS: dict[str, tuple[str | None, Doubt]] = {
    "no key": ("", D.NO_KEY),
    "withdrawn": ("v=DKIM1; p=", D.BROKEN),
    "testing": (key()[1] + "; t=y", D.TESTING),
    "no record": ("hello", D.BROKEN),
    "short": (key(1026)[1], D.BROKEN),
    "unreached": (None, D.KEY_UNREACHED),
    "other kind": (key()[1].replace("k=rsa", "k=ed25519"), D.BROKEN),
}


@pytest.mark.parametrize("name", SPOOFS)
def test_a_spoof_is_not_believed(reader: MailReader, name: str) -> None:
    content, doubt = SPOOFS[name]

    found = judged(reader, content)

    assert found.verdict is Authenticity.NOT_PROVED
    assert doubt in found.doubts


@pytest.mark.parametrize("name", RECORDS)
def test_a_key_that_is_none_proves_nothing(reader: MailReader, name: str) -> None:
    record, doubt = RECORDS[name]

    found = judged(reader, GOOD, dns(record))

    assert found.verdict is not Authenticity.AUTHENTIC
    assert doubt in found.doubts


def beside(boundary: int) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (
        boundary,
        boundary,
    )


def encoded(text: bytes) -> bytes:
    return base64.encodebytes(text).replace(b"\n", b"\r\n")


BOMBS: dict[str, tuple[bytes, Held | None]] = {
    "nothing": (b"", None),
    "no head": (b"\r\n\r\n", None),
    "only zeros": (bytes(5000), None),
    "only line ends": (b"\r\n" * 5000, None),
    "only a colon": (b":" * 5000, None),
    "101 headers": (b"X: 1\r\n" * 101 + b"\r\nx", Held.MANY_HEADERS),
    "a hundred thousand headers": (b"X: 1\r\n" * 100_000, Held.MANY_HEADERS),
    "a long header": (b"X: " + b"y" * 8200 + b"\r\n\r\nx", Held.LONG_HEADER),
    "a long header in many lines": (
        b"X: y\r\n" + b" y\r\n" * 3000 + b"\r\nx",
        Held.LONG_HEADER,
    ),
    "20,000 recipients": (
        b"To: " + b", ".join(b"a%d@b.example" % n for n in range(20_000)),
        Held.LONG_HEADER,
    ),
    "20,000 encoded words": (
        b"Subject: " + b" ".join([b"=?utf-8?q?a?="] * 20_000),
        Held.LONG_HEADER,
    ),
    "encoded words up to the limit": (
        b"Subject: " + b" ".join([b"=?utf-8?q?a?="] * 570) + b"\r\n\r\nx",
        None,
    ),
    "5,000 parentheses": (b"From: " + b"(" * 5000 + b"\r\n\r\nx", None),
    "parentheses in a type": (
        b"Content-Type: text/plain; x=" + b"(" * 5000 + b"\r\n\r\nx",
        None,
    ),
    "a thousand nested parts": (
        b"".join(beside(n) for n in range(1000)),
        Held.UNREADABLE,
    ),
    "six nested parts": (
        b"".join(beside(n) for n in range(6)) + b"\r\nx\r\n",
        Held.DEEP,
    ),
    "21 parts": (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 21,
        Held.MANY_PARTS,
    ),
    "parts without an end": (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx",
        None,
    ),
    "mails in mails": (
        b"Content-Type: message/rfc822\r\n\r\n" * 7 + b"x",
        Held.DEEP,
    ),
    "parameters in pieces": (
        b"Content-Type: text/plain"
        + b"".join(b"; name*%d*=a" % n for n in range(400))
        + b"\r\n\r\nx",
        None,
    ),
    "unknown signs": (b"Content-Type: text/plain; charset=klingon\r\n\r\nx", None),
    "a codec that is no text": (
        b"Content-Type: text/plain; charset=zlib\r\n\r\nx",
        None,
    ),
    "broken base64": (
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A=\xff" * 1000,
        None,
    ),
    "broken quoted-printable": (
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=ZZ=" * 1000,
        None,
    ),
    "broken uuencode": (
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n" + b"~" * 99,
        None,
    ),
    "HTML without an end": (
        b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 1_000,
        None,
    ),
    "tags in tags": (
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 60_000,
        None,
    ),
    "a megabyte of words": (b"Subject: x\r\n\r\n" + b"word " * 199_990, None),
    "more than a megabyte": (b"Subject: x\r\n\r\n" + b"x" * MOST_READ, Held.CUT),
    "signs that turn others round": (
        "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "a\u202eb\u2066c\x00d\x1b[2J".encode(),
        None,
    ),
    "lone surrogates": (
        b"Subject: =?utf-8?b?7aCA?=\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\x00\xd8",
        None,
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_held_and_the_next_mail_is_read(
    reader: MailReader, name: str
) -> None:
    content, held = BOMBS[name]

    found = reader.read(raw(content))
    after = reader.read(raw(PLAIN))

    assert found.held is held
    assert after.text == "We deleted your data."


LONG = (
    b"To: "
    + ADDRESS.encode()
    + b"\r\nContent-Type: text/plain; charset=punycode\r\n\r\n"
    b"abcd-" + b"z9" * 300_000
)


def test_what_takes_too_long_is_given_up_and_still_finds_its_request() -> None:
    """By the clock with much to spare: other programs run beside this one."""
    reader = MailReader()
    began = time.monotonic()

    found = reader.read(raw(LONG))

    assert (found.held, found.to) == (Held.UNREADABLE, (ADDRESS,))
    assert time.monotonic() - began < 9
    reader.close()


def test_a_reader_that_is_killed_is_begun_anew(reader: MailReader) -> None:
    reader.read(raw(PLAIN))
    assert reader._running is not None
    reader._running.kill()
    reader._running.wait()

    assert reader.read(raw(PLAIN)).text == "We deleted your data."


def test_of_twenty_megabytes_the_head_alone_is_believed(reader: MailReader) -> None:
    found = reader.read(Raw(PLAIN[:300], 20_000_000))

    assert found.held is Held.TOO_LARGE
    assert found.sender == (VENDOR,)


HTML = b"""From: x@evil.example
Content-Type: text/html; charset=utf-8

<html><head><title>no</title><style>p{color:red}</style><script>alert(1)</script></head>
<body><p>We <b>deleted</b> it.</p><img src="https://track.evil.example/p.gif">
<p>See <a href="https://evil.example/login">https://probe.example.org</a></p>
<a href="javascript:alert(1)">press</a><iframe src="https://evil.example"></iframe>
&lt;script&gt;</body></html>
"""


def test_html_is_text_in_which_links_say_where_they_lead(reader: MailReader) -> None:
    text = reader.read(raw(HTML)).text

    assert "We deleted it." in text
    assert "https://probe.example.org <https://evil.example/login>" in text
    for gone in ("alert", "track.evil", "color", "iframe src"):
        assert gone not in text
    assert "<script>" in text  # what somebody wrote so; the page shows it as text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\r\nplain", "plain"),
        (
            b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded("né".encode()),
            "né",
        ),
        (
            b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nn\xe9",
            "né",
        ),
        (
            b"Content-Type: text/plain; charset=windows-1252\r\n\r\n\x93n\xe9\x94",
            "“né”",
        ),
        (
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\nn=C3=A9=\r\n!",
            "né!",
        ),
        (
            b"Content-Type: text/plain; charset=shift_jis\r\n\r\n\x8d\xed\x8f\x9c",
            "削除",
        ),
    ],
)
def test_words_are_read_as_they_were_written(
    reader: MailReader, content: bytes, text: str
) -> None:
    assert reader.read(raw(content)).text == text


def test_what_hangs_on_a_mail_is_named_and_not_read(reader: MailReader) -> None:
    content = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file\r\n"
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment;"
        b" filename*=utf-8''r%C3%A9ponse.txt\r\n\r\nsecret\r\n--b\r\n"
        b"Content-Type: application/pdf; name=answer.pdf\r\n\r\n%PDF\r\n--b--\r\n"
    )

    found = reader.read(raw(content))

    assert (found.text, found.files) == (
        "See the file",
        ("réponse.txt", "answer.pdf"),
    )


def hung_with(content: bytes, name: str = "x.pdf") -> bytes:
    message = EmailMessage()
    message["From"] = VENDOR
    message.set_content("See the file.")
    message.add_attachment(
        content, maintype="application", subtype="pdf", filename=name
    )
    return message.as_bytes()


def test_files_are_told_by_their_bytes_and_taken_one_by_one(reader: MailReader) -> None:
    pdf, program = raw(hung_with(b"%PDF-1.7")), raw(hung_with(b"MZ\x90\x00"))

    assert [(f.name, f.size, f.kind) for f in reader.files(pdf)] == [
        ("x.pdf", 8, "pdf")
    ]
    assert [f.kind for f in reader.files(program)] == [None]
    taken = reader.file(pdf, 0)
    assert taken is not None
    assert taken.content == b"%PDF-1.7"
    assert reader.file(program, 0) is None
    assert reader.file(pdf, 1) is None


@pytest.mark.parametrize(
    "content",
    [
        b"From: a@example.org\r\n" + b"X: y\r\n" * 200 + b"\r\nwords",
        b"\x00\xff" * 1000,
        b"",
    ],
    ids=["many headers", "no mail", "nothing"],
)
def test_nothing_is_taken_from_a_mail_that_is_none(
    reader: MailReader, content: bytes
) -> None:
    assert reader.files(raw(content)) == ()
    assert reader.file(raw(content), 0) is None


def test_files_of_a_mail_of_which_only_the_head_is_here_are_not_listed(
    reader: MailReader,
) -> None:
    assert reader.files(Raw(hung_with(b"%PDF-1.7")[:200], 20_000_000)) == ()


def test_the_largest_mail_that_is_kept_is_taken_apart_in_its_time(
    reader: MailReader,
) -> None:
    large = raw(hung_with(b"%PDF-" + bytes(7_300_000)))
    begin = time.monotonic()

    [file] = reader.files(large)
    taken = reader.file(large, 0)

    assert file.size == 7_300_005
    assert taken is not None
    assert len(taken.content) == file.size
    assert time.monotonic() - begin < PATIENCE
