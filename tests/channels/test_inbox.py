"""Ways in: a folder, a maildir, an IMAP server; nothing is deleted, or read twice."""

import mailbox
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.channels.inbox import InboxUrlError, inbox_for
from app.channels.mail_in import HEAD, MOST_KEPT, Inbox, InboxError

MAIL = b"From: a@b.example\r\nSubject: one\r\n\r\nHello\r\n"
OTHER = MAIL.replace(b"one", b"two")
LARGE = MAIL + b"x" * (MOST_KEPT * 2)


def took(inbox: Inbox, *, mark: bool = True) -> list[bytes]:
    """Read all that is there, and mark it."""
    found = []
    for arrived in inbox.arrived():
        found.append(arrived.raw.content)
        if mark:
            inbox.done(arrived.key)
    inbox.close()
    return found


def folder(path: Path) -> Inbox:
    return inbox_for(f"folder:{path}", production=True)


def test_a_folder_gives_each_file_until_it_is_marked(tmp_path: Path) -> None:
    (tmp_path / "2.eml").write_bytes(OTHER)
    (tmp_path / "1.eml").write_bytes(MAIL)
    (tmp_path / "half.eml.part").write_bytes(b"From: a")
    (tmp_path / ".hidden.eml").write_bytes(b"From: a")

    assert took(folder(tmp_path), mark=False) == [MAIL, OTHER]
    assert took(folder(tmp_path)) == [MAIL, OTHER]
    assert took(folder(tmp_path)) == []
    assert (tmp_path / "read" / "1.eml").read_bytes() == MAIL


def test_a_maildir_is_left_as_mail_programs_know_it(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    for raw in (MAIL, OTHER):
        box.add(raw)
    seen = mailbox.MaildirMessage(MAIL)
    seen.set_subdir("cur")
    seen.set_flags("S")
    box.add(seen)
    flagged = mailbox.MaildirMessage(LARGE[:1000])
    flagged.set_subdir("cur")
    flagged.set_flags("F")
    box.add(flagged)

    assert len(took(folder(tmp_path / "box"))) == 3
    assert took(folder(tmp_path / "box")) == []
    assert sorted(m.get_flags() for m in box) == ["FS", "S", "S", "S"]


def test_of_a_mail_that_is_too_large_only_the_head_is_taken(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(LARGE)

    [arrived] = folder(tmp_path).arrived()

    assert len(arrived.raw.content) == HEAD
    assert arrived.raw.size == len(LARGE)
    assert not arrived.raw.whole


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InboxError, match="the folder cannot be read"):
        took(folder(tmp_path / "none"))


@dataclass
class ImapServer:
    """The few commands that reading takes, over real lines on a real socket."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    breaks_at: str = ""
    """A command at which the connection is dropped."""
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as lines:
            lines.write(b"* OK ready\r\n")
            lines.flush()
            for line in lines:
                tag, _, words = line.decode().strip().partition(" ")
                self.asked.append(words)
                if self.breaks_at and self.breaks_at in words:
                    return
                lines.write(self.answer(words, tag))
                lines.flush()
                if words == "LOGOUT":
                    return

    def answer(self, words: str, tag: str) -> bytes:
        done = f"{tag} OK done\r\n".encode()
        if words == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n" + done
        if words.startswith("LOGIN"):
            good = words == 'LOGIN desk "p@ss word"'
            return done if good else f"{tag} NO no\r\n".encode()
        if words.startswith("SELECT"):
            good = words == 'SELECT "INBOX"'
            exists = f"* {len(self.mails)} EXISTS\r\n".encode()
            return exists + done if good else f"{tag} NO no\r\n".encode()
        if words == "UID SEARCH UNSEEN":
            unseen = " ".join(str(uid) for uid in self.mails if uid not in self.seen)
            return f"* SEARCH {unseen}\r\n".encode() + done
        if found := re.fullmatch(r"UID FETCH (\d+) \(RFC822.SIZE\)", words):
            uid = int(found[1])
            size = len(self.mails[uid])
            return f"* 1 FETCH (UID {uid} RFC822.SIZE {size})\r\n".encode() + done
        if found := re.fullmatch(r"UID FETCH (\d+) \(BODY.PEEK\[\]<0.(\d+)>\)", words):
            part = self.mails[int(found[1])][: int(found[2])]
            head = f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(part)}}}\r\n"
            return head.encode() + part + b")\r\n" + done
        if found := re.fullmatch(r"UID STORE (\d+) \+FLAGS.SILENT \(\\Seen\)", words):
            self.seen.add(int(found[1]))
            return done
        return b"* BYE\r\n" + done if words == "LOGOUT" else b"? BAD\r\n"


@contextmanager
def serving(server: ImapServer) -> Iterator[ImapServer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                server.talk(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def imap(server: ImapServer, login: str = "desk:p%40ss%20word") -> Inbox:
    url = f"imap://{login}@127.0.0.1:{server.port}/INBOX"
    return inbox_for(url, production=False)


def test_a_server_gives_each_mail_until_it_is_marked() -> None:
    with serving(ImapServer({3: MAIL, 11: OTHER})) as server:
        inbox = imap(server)

        assert took(inbox, mark=False) == [MAIL, OTHER]
        assert server.seen == set()
        assert took(inbox) == [MAIL, OTHER]
        assert took(inbox) == []
        assert server.seen == {3, 11}


def test_a_server_is_asked_for_no_more_of_a_large_mail_than_its_head() -> None:
    with serving(ImapServer({1: LARGE})) as server:
        [content] = took(imap(server))

    assert len(content) == HEAD


@pytest.mark.parametrize("command", ["LOGIN", "SEARCH", "SIZE", "PEEK", "STORE"])
def test_a_connection_that_is_lost_is_said_and_loses_nothing(command: str) -> None:
    with serving(ImapServer({1: MAIL}, breaks_at=command)) as server:
        inbox = imap(server)
        with pytest.raises(InboxError):
            took(inbox)
        server.breaks_at = ""

        assert took(inbox) == [MAIL]


def test_who_is_not_let_in_is_told_so_and_nothing_secret() -> None:
    with serving(ImapServer()) as server:
        inbox = imap(server, "desk:wrong-secret")
        with pytest.raises(InboxError) as told:
            took(inbox)

    assert "wrong-secret" not in f"{told.value!r} {inbox!r}"


def test_a_server_that_is_not_there_is_said() -> None:
    with serving(ImapServer()) as server:
        inbox = imap(server)
    with pytest.raises(InboxError, match="cannot be reached"):
        took(inbox)


@pytest.mark.parametrize(
    ("url", "production"),
    [
        ("imap://a:b@mail.example.org/INBOX", False),
        ("imap://a:b@127.0.0.1/INBOX", True),
        ("pop3://a:b@127.0.0.1/", False),
        ("imaps:///INBOX", False),
        ("imaps://a:b@host:port/INBOX", False),
        ("folder:", False),
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused(
    url: str, production: bool
) -> None:
    with pytest.raises(InboxUrlError, match="EFFACE_INBOX_URL"):
        inbox_for(url, production=production)


def test_a_server_far_away_is_reached_under_tls_alone() -> None:
    inbox_for("imaps://a:b@mail.example.org/INBOX", production=True)
