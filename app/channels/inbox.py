"""Mail in: a mailbox on a server, a maildir, or a folder of ``.eml`` files.

Nothing is ever deleted there: what was noted is marked as read, or put aside.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.channels.imap import ImapInbox, Mailbox
from app.channels.mail_in import HEAD, MOST_KEPT, Arrived, Inbox, InboxError
from app.channels.mail_reader import Raw

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
IMAP, IMAPS = 143, 993


class InboxUrlError(ValueError):
    """The inbox of the settings is none that we know, or not safe."""


class FolderInbox:
    """A folder of ``.eml`` files. What was noted is put into its folder ``read``.

    Whoever writes here writes under another name first, and then renames.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def arrived(self) -> Iterator[Arrived]:
        """Yield the files, by name."""
        for file in _files(self._folder):
            if file.suffix == ".eml":
                yield from _read(file)

    def done(self, key: str) -> None:
        """Put a file aside."""
        aside = self._folder / "read"
        try:
            aside.mkdir(exist_ok=True)
            (self._folder / key).replace(aside / key)
        except OSError as wrong:
            raise InboxError("a mail cannot be put aside") from wrong

    def close(self) -> None:
        """Nothing is open."""


class MaildirInbox:
    """A maildir: what is in ``new``, and what nobody has seen in ``cur``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def arrived(self) -> Iterator[Arrived]:
        """Yield what is not marked as seen, by name: names begin with the time."""
        new, cur = (list(_files(self._folder / part)) for part in ("new", "cur"))
        unseen = [file for file in cur if "S" not in _flags(file.name)]
        for file in sorted([*new, *unseen], key=lambda file: file.name):
            yield from _read(file, under=f"{file.parent.name}/")

    def done(self, key: str) -> None:
        """Mark a mail as seen, where mail programs look for it."""
        file = self._folder / key
        bare = file.name.partition(":2,")[0]
        flags = "".join(sorted({*_flags(file.name), "S"}))
        try:
            file.replace(self._folder / "cur" / f"{bare}:2,{flags}")
        except OSError as wrong:
            raise InboxError("a mail cannot be marked") from wrong

    def close(self) -> None:
        """Nothing is open."""


def _flags(name: str) -> str:
    return name.partition(":2,")[2]


def _files(folder: Path) -> list[Path]:
    try:
        found = [f for f in folder.iterdir() if not f.name.startswith(".")]
        return sorted(file for file in found if file.is_file())
    except OSError as wrong:
        raise InboxError("the folder cannot be read") from wrong


def _read(file: Path, *, under: str = "") -> Iterator[Arrived]:
    """Yield a file, if it is still there."""
    with suppress(OSError):
        size = file.stat().st_size
        with file.open("rb") as source:
            content = source.read(MOST_KEPT if size <= MOST_KEPT else HEAD)
        yield Arrived(under + file.name, Raw(content, max(size, len(content))))


def inbox_for(url: str, *, production: bool) -> Inbox:
    """Return the way in that an address names.

    ``imaps://user:pass@host/INBOX``, ``imap://…`` on this machine, or ``folder:PATH``:
    a maildir, or a folder of ``.eml`` files.

    Raises:
        InboxUrlError: If it is none of these, or a password would travel unprotected.
    """
    if url.startswith("folder:") and url != "folder:":
        folder = Path(url.removeprefix("folder:"))
        is_maildir = (folder / "new").is_dir() and (folder / "cur").is_dir()
        return MaildirInbox(folder) if is_maildir else FolderInbox(folder)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InboxUrlError("EFFACE_INBOX_URL cannot be read") from None
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname:
        raise InboxUrlError("EFFACE_INBOX_URL is imaps:// or folder:")
    secure = parts.scheme == "imaps"
    if not secure and (production or parts.hostname not in LOOPBACK):
        raise InboxUrlError("EFFACE_INBOX_URL must begin with imaps://")
    return ImapInbox(
        Mailbox(
            host=parts.hostname,
            port=port or (IMAPS if secure else IMAP),
            secure=secure,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            name=unquote(parts.path.lstrip("/")) or "INBOX",
        )
    )
