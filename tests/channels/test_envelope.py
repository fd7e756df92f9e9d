"""One mail to one recipient, refused where it would be something else."""

from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from app.channels.envelope import Envelope, MailRefusedError, compose
from tests.post_office import NOON, read

GIVEN: dict[str, Any] = {
    "sender": "efface@portal.example.org",
    "recipient": "ada@example.org",
    "subject": "News of your request",
    "text": "There is news.\n",
    "message_id": "<0190@portal.example.org>",
    "at": NOON,
}


def written(**given: Any) -> Envelope:
    return compose(**GIVEN | given)


def test_a_mail_has_the_headers_that_the_contract_names() -> None:
    mail = read(written().message.as_bytes())

    assert mail["Message-ID"] == "<0190@portal.example.org>"
    assert parsedate_to_datetime(mail["Date"]) == NOON
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"].addresses[0].addr_spec == "efface@portal.example.org"
    assert "Reply-To" not in mail


def test_a_letter_is_text_alone_and_says_where_to_answer() -> None:
    mail = read(written(reply_to="k3m9@reply.example.org").message.as_bytes())

    assert mail["Reply-To"].addresses[0].addr_spec == "k3m9@reply.example.org"
    assert mail.get_content_type() == "text/plain"


def test_what_somebody_answers_stands_in_the_thread_and_is_no_programs() -> None:
    asked = f"<{'q' * 120}@{'mail.' * 20}probe.example.org>"
    mail = read(written(answers=asked, by_hand=True).message.as_bytes())

    assert mail["In-Reply-To"] == mail["References"] == asked
    assert mail["Auto-Submitted"] == "no"


def test_a_mail_to_a_resident_is_text_and_page() -> None:
    mail = read(written(html="<p>There is news.</p>").message.as_bytes())

    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "text/plain",
        "text/html",
    ]


def test_a_mail_goes_to_one_mailbox() -> None:
    envelope = written()
    to = read(envelope.message.as_bytes())["To"].addresses

    assert envelope.recipient == "ada@example.org"
    assert [one.addr_spec for one in to] == ["ada@example.org"]


def test_a_domain_of_other_signs_goes_out_in_its_wire_form() -> None:
    assert written(recipient="ada@straße.example").recipient == (
        "ada@xn--strae-oqa.example"
    )


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\0", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("where", ["subject", "recipient", "message_id", "reply_to"])
def test_a_line_end_in_a_header_is_refused(sign: str, where: str) -> None:
    value = f"{GIVEN.get(where, 'k3m9@reply.example.org')}{sign}Bcc: eve@example.org"

    with pytest.raises(MailRefusedError):
        written(**{where: value})


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.org, eve@example.org",
        "ada@example.org;eve@example.org",
        "Ada <ada@example.org>",
        "<ada@example.org>eve@example.org",
        "ada@example.org)eve@evil.test",
        '"ada@example.org"@evil.test',
        "ada@evil.test@example.org",
        "ada(comment)@example.org",
        "friends:ada@example.org;",
        "=?utf-8?q?ada=40evil.test=3E?=@example.org@",
        "ada\u202e@example.org",
        "zoë@example.org",
        "ada",
        "@example.org",
        "ada@",
        "ada@-example.org",
        "ada@[127.0.0.1]",
        "",
    ],
)
def test_what_is_not_exactly_one_address_is_refused(address: str) -> None:
    with pytest.raises(MailRefusedError):
        written(recipient=address)


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
def test_a_text_that_no_mail_can_hold_is_refused(text: str) -> None:
    with pytest.raises(MailRefusedError):
        written(text=text)


def test_a_refusal_never_shows_the_value() -> None:
    with pytest.raises(MailRefusedError) as refused:
        written(recipient="secret@name\r\nBcc: eve@example.org")

    assert "secret" not in str(refused.value)
