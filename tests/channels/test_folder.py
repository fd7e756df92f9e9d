"""Mail written to a folder, for who has no server."""

import os
from pathlib import Path
from typing import Any

import pytest

from app.channels.base import Delivery
from app.channels.email import channel_for
from app.channels.envelope import Envelope, compose
from tests.post_office import NOON, read


def mail(number: int, text: str = "Hello.\n") -> Envelope:
    return compose(
        sender="efface@portal.example.org",
        recipient="ada@example.org",
        subject="News",
        text=text,
        message_id=f"<{number}@portal.example.org>",
        at=NOON,
    )


def test_a_mail_is_a_file_that_any_mail_program_reads(tmp_path: Path) -> None:
    channel = channel_for(f"folder:{tmp_path / 'mail'}")

    assert channel.send(mail(1)) is Delivery.DELIVERED

    [file] = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert read(file.read_bytes()).get_content() == "Hello.\n"


def test_the_same_mail_again_is_the_same_file(tmp_path: Path) -> None:
    channel = channel_for(f"folder:{tmp_path}")
    for number in (1, 2, 1, 1):
        channel.send(mail(number))

    assert len(list(tmp_path.iterdir())) == 2


def test_no_mail_leaves_the_folder(tmp_path: Path) -> None:
    channel = channel_for(f"folder:{tmp_path / 'mail'}")
    envelope = mail(1)
    del envelope.message["Message-ID"]
    envelope.message["Message-ID"] = "<../../out@portal.example.org>"
    channel.send(envelope)

    assert [p.parent.name for p in tmp_path.rglob("*.eml")] == ["mail"]


def test_a_full_disk_defers_and_leaves_no_mail_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Any) -> None:
        raise OSError(28, "no space left")

    channel = channel_for(f"folder:{tmp_path}")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert channel.send(mail(1)) is Delivery.DEFERRED
    assert not list(tmp_path.glob("*.eml"))

    assert channel.send(mail(1)) is Delivery.DELIVERED
