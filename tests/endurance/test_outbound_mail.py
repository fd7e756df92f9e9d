"""G14: hostile strings into every outbound field.

Each mail is refused, or goes to exactly one recipient under the headers that we wrote,
and is read at the other end as it was written here. ``EFFACE_TEST_MAILS=2500`` is the
full size: more than ten thousand strings. So it is with drafts of mails, and with the
names of files that are given back.
"""

import os
import re
from collections import Counter
from email.message import EmailMessage
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.channels.envelope import MailRefusedError, compose, draft
from app.web.downloads import download
from tests.post_office import NOON, read

MAILS = int(os.environ.get("EFFACE_TEST_MAILS", "250"))
"""Seven strings each."""
SIGNS = (
    "\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029",
    "\u202e", "\u200f", "\u2066", "\ufeff", "\ud800", ",", ";", ":", "<", ">", "@", '"',
    "\\", "(", ")", "=?utf-8?q?a?=", "=?utf-8?b?QmNjOiBhQGIuYw==?=", "=?x?", " ", "  ",
    "\t", "Bcc: a@b.test", "\r\nBcc: a@b.test", "\r\n\r\n<b>", "é", "ß", "名", "😀",
    "a" * 90, ".", "..", "a@b.test", "a@b.test, c@d.test", "{{ it }}", "%0d%0a",
)  # fmt: skip
hostile = st.one_of(
    st.lists(st.one_of(st.sampled_from(SIGNS), st.text(max_size=8)), max_size=6).map(
        "".join
    ),
    st.text(max_size=40),
)
placed = st.tuples(
    st.sampled_from(["", "ada"]), hostile, st.sampled_from(["", "@example.org"])
).map("".join)
FIELDS: dict[str, Any] = {
    "sender": "efface@portal.example.org",
    "recipient": "ada@example.org",
    "subject": "News of your request",
    "text": "There is news.\n",
    "message_id": "<1@portal.example.org>",
    "reply_to": "k3m9@reply.example.org",
    "stop": None,
}
ALONE = ("message_id", "stop", "sender")
"""Fields that nobody types: each is tried in its turn."""
DRAFT = (
    "X-Unsent",
    "From",
    "To",
    "Cc",
    "Subject",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
)
NAMES = (
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Loop", "Reply-To",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
)  # fmt: skip
NAMED = re.compile(
    r"attachment; filename=\"[\w .()-]*\"(; filename\*=UTF-8''[\w.~%-]*)?"
)
came: Counter[str] = Counter()


@settings(
    max_examples=MAILS,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    subject=hostile,
    text=hostile,
    recipient=placed,
    reply_to=placed,
    made=st.tuples(st.sampled_from(ALONE), hostile),
)
def send_each(
    subject: str, text: str, recipient: str, reply_to: str, made: tuple[str, str]
) -> None:
    strings = {
        "subject": subject,
        "text": text,
        "recipient": recipient,
        "reply_to": reply_to,
        made[0]: made[1],
    }
    for field, value in strings.items():
        given = {**FIELDS, field: value}
        try:
            envelope = compose(at=NOON, **given)
        except MailRefusedError:
            came["refused"] += 1
            continue
        came["sent"] += 1
        assert "@" in envelope.recipient
        same_at_the_other_end(read(envelope.message.as_bytes()), given, envelope)
    draft_each(subject, recipient, reply_to)
    keep_each(text)


def draft_each(subject: str, recipient: str, copy: str) -> None:
    """Write a draft that somebody sends from their own program."""
    try:
        raw = draft(
            sender=FIELDS["recipient"],
            recipient=recipient,
            copy=copy,
            subject=subject,
            text="It is.\n",
        )
    except MailRefusedError:
        came["refused"] += 1
        return
    came["sent"] += 1
    mail = read(raw)
    assert sorted(mail.keys()) == sorted(DRAFT)
    assert len(mail["To"].addresses) == len(mail["Cc"].addresses) == 1
    assert mail["Subject"] == subject


def keep_each(name: str) -> None:
    """Give a file back under the name that it came with."""
    headers = download(name, b"").raw_headers
    [kept] = [value for key, value in headers if key == b"content-disposition"]
    came["files"] += 1
    assert NAMED.fullmatch(kept.decode("ascii"))
    assert len({key for key, _ in headers}) == len(headers)


def same_at_the_other_end(
    mail: EmailMessage, given: dict[str, Any], envelope: Any
) -> None:
    stops = ("List-Unsubscribe", "List-Unsubscribe-Post")
    named = (*NAMES, *stops) if given["stop"] is not None else NAMES
    assert sorted(mail.keys()) == sorted(named)
    assert len(mail["From"].addresses) == 1
    assert mail["Message-ID"] == given["message_id"]
    for name, field in (("To", "recipient"), ("Reply-To", "reply_to")):
        addresses = mail[name].addresses
        assert len(addresses) == 1
        assert addresses[0].display_name == ""
        if given[field].isascii():
            assert addresses[0].addr_spec == given[field] or '"' in (
                addresses[0].addr_spec
            )
    assert [a.addr_spec for a in mail["To"].addresses] == [envelope.recipient]
    assert mail["Subject"] == given["subject"]
    lines = given["text"].replace("\r\n", "\n").replace("\r", "\n")
    assert mail.get_content().rstrip("\n") == lines.rstrip("\n")


def test_no_string_makes_another_mail() -> None:
    came.clear()

    send_each()

    sent, refused = came["sent"], came["refused"]
    print(  # noqa: T201 - the figure
        f"G14: {sent + refused} mails, {refused} refused; {came['files']} names of files"
    )
    assert came.total() >= 7 * MAILS
    assert came["sent"] > MAILS
    assert came["refused"] > MAILS
