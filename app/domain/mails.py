"""A mail as it was read: what it says of itself, and nothing that was believed of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Held(StrEnum):
    """Why a mail was not read, or not read whole."""

    TOO_LARGE = "too_large"
    """Only its head was kept: the rest lies in the mailbox."""
    CUT = "cut"
    """It is kept whole, and only its beginning was read."""
    MANY_HEADERS = "many_headers"
    LONG_HEADER = "long_header"
    MANY_PARTS = "many_parts"
    DEEP = "deep"
    UNREADABLE = "unreadable"
    """Reading it took more time or memory than any mail needs, or failed."""
    ID_USED = "id_used"
    """Another mail with other words came under its Message-ID."""
    FORGOTTEN = "forgotten"
    """It is about a request of which all that was personal is destroyed."""


BEGINS: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"%PDF-": "pdf",
}
"""How the name of a file ends, by its first bytes."""
TEXT = "txt"


def ending_by(head: bytes) -> str | None:
    """Return how the name of a file ends that begins so, whatever it says of itself."""
    found = (ending for begins, ending in BEGINS.items() if head.startswith(begins))
    return next(found, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """A file that hangs on a mail, without its bytes."""

    place: int
    """Among the files of the mail, from 0."""
    name: str
    """As the mail calls it, believed or not."""
    size: int
    kind: str | None
    """How its name ends by its bytes; None for what is not handed out, since it may be
    a program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One DKIM signature as it stands in a mail, believed or not."""

    domain: str
    selector: str
    algorithm: str
    signs: tuple[str, ...]
    """Names of the headers that it covers, in lower case."""
    partial: bool
    """Whether it covers only the beginning of the text (``l=``)."""
    expires: int | None = None
    """Seconds since 1970, where it says so."""
    digest: str = ""
    """Hash of the signature itself: the same one again is a replay."""

    @property
    def key_name(self) -> str:
        """Where its public key stands in the DNS."""
        return f"{self.selector}._domainkey.{self.domain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a delivery report says of one recipient (RFC 3464)."""

    action: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What stands in a mail. Addresses are in lower case."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """How often each header stands there, by its name in lower case."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Headers by which programs say that no person wrote."""
    sender: tuple[str, ...] = ()
    """Every address in its From."""
    to: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()
    """Every address in To, Cc, Delivered-To and X-Original-To."""
    subject: str = ""
    written: str = ""
    """Its Date, as it stands there."""
    message_id: str = ""
    refers_to: tuple[str, ...] = ()
    """Message-IDs in References and In-Reply-To."""
    text: str = ""
    files: tuple[str, ...] = ()
    """Names of what hangs on it."""
    signatures: tuple[Signature, ...] = ()
    content_type: str = ""
    reports: tuple[Report, ...] = ()
    quoted: tuple[str, ...] = ()
    """Message-IDs of mails that it quotes."""
    digest: str = ""
    """Hash of what a reader sees: headers of the way that it came are left out."""
    held: Held | None = None

    @property
    def sender_domain(self) -> str:
        """The domain of its one sender; empty where it has none, or several."""
        return self.sender[0].rpartition("@")[2] if len(self.sender) == 1 else ""
