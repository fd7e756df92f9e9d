"""Mail that leaves bears a signature that its receiver can check."""

import base64
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from app.channels.base import Delivery
from app.channels.email import channel_for
from app.channels.envelope import Envelope, compose
from app.channels.signing import SigningError, signer_for
from tests.mail_server import Handler, mail_server
from tests.post_office import NOON

SENDER = "efface@portal.example.org"
SELECTOR = "autumn"
STANDS_AT = b"autumn._domainkey.portal.example.org."


@pytest.fixture(scope="module")
def secret() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def file(secret: rsa.RSAPrivateKey, tmp_path: Path) -> Path:
    return written(secret, tmp_path)


def written(secret: rsa.RSAPrivateKey, folder: Path) -> Path:
    file = folder / "dkim.pem"
    form = PrivateFormat.TraditionalOpenSSL
    file.write_bytes(secret.private_bytes(Encoding.PEM, form, NoEncryption()))
    return file


def fits(secret: rsa.RSAPrivateKey, raw: bytes) -> bool:
    """Return what a receiver finds who asks the DNS for the key."""
    public = secret.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    answers = {STANDS_AT: record}
    return bool(dkim.verify(raw, dnsfunc=lambda name, **_: answers.get(bytes(name))))


def letter() -> Envelope:
    return compose(
        sender=SENDER,
        recipient="privacy@probe.example.org",
        subject="Demande de suppression : Zoë Quillfeather, née à Besançon, " * 2,
        text=".a line that begins with a dot\n\nÀ bientôt  \n",
        message_id="<1@portal.example.org>",
        at=NOON,
        reply_to="k3m9@reply.example.org",
    )


def test_what_arrives_is_signed_by_our_domain(
    secret: rsa.RSAPrivateKey, file: Path
) -> None:
    handler = Handler()
    with mail_server(handler) as port:
        sign = signer_for(file, SELECTOR, SENDER)
        channel = channel_for(f"smtp://127.0.0.1:{port}", sign)
        assert channel.send(letter()) is Delivery.DELIVERED

    [(_, _, raw)] = handler.taken
    assert fits(secret, raw)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param((b"k3m9@reply", b"evil@reply"), id="where to answer"),
        pytest.param((b"To: privacy@", b"To: eve@"), id="to whom"),
        pytest.param((b"Subject: ", b"Subject: Other\r\nSubject: "), id="one more"),
        pytest.param((b"a line", b"no line"), id="text"),
    ],
)
def test_a_mail_that_was_changed_on_its_way_is_found_out(
    secret: rsa.RSAPrivateKey, file: Path, changed: tuple[bytes, bytes]
) -> None:
    signed = signer_for(file, SELECTOR, SENDER)(letter().message.as_bytes())
    assert fits(secret, signed)

    assert not fits(secret, signed.replace(*changed, 1))


def test_a_mail_in_the_folder_is_signed_too(
    secret: rsa.RSAPrivateKey, file: Path, tmp_path: Path
) -> None:
    mails = tmp_path / "mail"
    sign = signer_for(file, SELECTOR, SENDER)
    channel_for(f"folder:{mails}", sign).send(letter())

    [mail] = mails.glob("*.eml")
    assert fits(secret, mail.read_bytes())


def test_what_cannot_be_signed_does_not_leave(tmp_path: Path) -> None:
    def cannot(_: bytes) -> bytes:
        raise SigningError("the key is gone")

    handler, mails = Handler(), tmp_path / "mail"
    with mail_server(handler) as port:
        for address in (f"smtp://127.0.0.1:{port}", f"folder:{mails}"):
            channel = channel_for(address, cannot)
            assert channel.send(letter()) is Delivery.UNSIGNED

    assert handler.taken == []
    assert not mails.exists()


def test_a_mail_that_the_key_cannot_sign_is_told_from_one_that_left(
    file: Path,
) -> None:
    with pytest.raises(SigningError):
        signer_for(file, SELECTOR, SENDER)(b"no mail at all")


def test_without_a_key_mail_leaves_as_it_is() -> None:
    assert signer_for(None, None, SENDER)(b"From: a\r\n\r\n") == b"From: a\r\n\r\n"


def test_a_key_that_cannot_sign_is_told_before_any_mail(
    file: Path, tmp_path: Path
) -> None:
    short = tmp_path / "short"
    short.mkdir()
    weak = written(rsa.generate_private_key(65537, 1024), short)  # noqa: S505
    empty = tmp_path / "empty.pem"
    empty.write_text("no key")
    for key, selector in (
        (file, None),
        (None, SELECTOR),
        (tmp_path / "none.pem", SELECTOR),
        (empty, SELECTOR),
        (weak, SELECTOR),
        (file, "é"),
    ):
        with pytest.raises(SigningError, match="EFFACE_DKIM_KEY"):
            signer_for(key, selector, SENDER)
