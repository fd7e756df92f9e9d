"""Mail that lies in a folder is taken in by the worker; the doctor says how."""

from pathlib import Path

import pytest
from sqlalchemy import select

from app.commands.house import house
from app.store.inbox import InboxMessage, MailState
from tests.commands.conftest import Efface
from tests.letterbox import mail


def test_the_worker_takes_in_what_lies_in_the_folder(
    efface: Efface, ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = tmp_path / "box"
    box.mkdir()
    (box / "1.eml").write_bytes(mail("desk@portal.example.org", sender="x@y.example"))
    monkeypatch.setenv("EFFACE_INBOX_URL", f"folder:{box}")

    for _ in range(2):
        assert efface("worker --once").code == 0

    assert [file.name for file in (box / "read").iterdir()] == ["1.eml"]
    with house() as opened, opened.store.reading() as session:
        assert list(session.scalars(select(InboxMessage.state))) == [MailState.WAITING]
    doctor = efface("doctor").out
    assert "inbox: folder: a maildir, or .eml files" in doctor
    assert "mails for a person to look at: 1" in doctor
    assert "vendors that do not fetch their lists: 0" in doctor


@pytest.mark.parametrize("words", ["doctor", "worker --once"])
def test_an_inbox_that_is_not_safe_is_refused(
    efface: Efface, ready: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv("EFFACE_INBOX_URL", "imap://desk:secret@mail.example.org/INBOX")

    told = efface(words)

    assert told.code == 1
    assert "EFFACE_INBOX_URL must begin with imaps://" in told.err
    assert "secret" not in told.out + told.err
