"""Mail handed to a real server, which answers as it likes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from app.channels.base import Channel, Delivery
from app.channels.email import MailUrlError, channel_for
from app.channels.envelope import compose
from tests.mail_server import Handler, mail_server
from tests.post_office import NOON, read


@contextmanager
def server(handler: Handler) -> Iterator[Channel]:
    with mail_server(handler) as port:
        yield channel_for(f"smtp://127.0.0.1:{port}")


def letter(text: str = "Delete it.\n") -> Any:
    return compose(
        sender="efface@portal.example.org",
        recipient="privacy@probe.example.org",
        subject="Request",
        text=text,
        message_id="<1@portal.example.org>",
        at=NOON,
        reply_to="k3m9@reply.example.org",
    )


def test_a_mail_is_handed_over_to_one_recipient() -> None:
    handler = Handler()
    with server(handler) as channel:
        assert channel.send(letter()) is Delivery.DELIVERED

    [(sender, recipients, raw)] = handler.taken
    assert sender == "efface@portal.example.org"
    assert recipients == ["privacy@probe.example.org"]
    assert read(raw)["Message-ID"] == "<1@portal.example.org>"


def test_lines_that_begin_with_a_dot_arrive_as_they_were() -> None:
    handler = Handler()
    text = ".one\n..two\n.\nthree\n"
    with server(handler) as channel:
        channel.send(letter(text))

    assert read(handler.taken[0][2]).get_content() == text


@pytest.mark.parametrize(
    ("handler", "came"),
    [
        pytest.param(Handler(at_rcpt="550 no such"), Delivery.REFUSED, id="mailbox"),
        pytest.param(Handler(at_rcpt="451 wait"), Delivery.DEFERRED, id="greylist"),
        pytest.param(Handler(at_data="554 spam"), Delivery.REFUSED, id="text"),
        pytest.param(Handler(at_data="452 full"), Delivery.DEFERRED, id="full"),
        pytest.param(Handler(at_mail="550 you"), Delivery.DEFERRED, id="our sender"),
        pytest.param(Handler(at_data=None), Delivery.UNKNOWN, id="dropped at the end"),
    ],
)
def test_what_the_server_says_decides(handler: Handler, came: Delivery) -> None:
    with server(handler) as channel:
        assert channel.send(letter()) is came


def test_a_server_that_never_answers_leaves_it_unknown() -> None:
    handler = Handler(stalls=1.2)
    with mail_server(handler) as port:
        channel = channel_for(f"smtp://127.0.0.1:{port}?patience=1")

        assert channel.send(letter()) is Delivery.UNKNOWN

    assert len(handler.taken) == 1


def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    with server(Handler()) as channel:
        pass

    assert channel.send(letter()) is Delivery.DEFERRED


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_that_is_refused_refuses_no_letter() -> None:
    options = {"auth_required": True, "auth_require_tls": False}
    with mail_server(Handler(), authenticator=lambda *_: _no(), **options) as port:
        channel = channel_for(f"smtp://user:wrong@127.0.0.1:{port}")

        assert channel.send(letter()) is Delivery.DEFERRED


def _no() -> AuthResult:
    return AuthResult(success=False, handled=False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://127.0.0.1",
        "smtp://",
        "folder:",
        "smtp://h:port",
        "smtps://",
        "smtp://h?patience=soon",
        "smtp://h?patience=0",
    ],
)
def test_another_address_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(MailUrlError) as wrong:
        channel_for(url)

    assert "EFFACE_MAIL_URL" in str(wrong.value)
