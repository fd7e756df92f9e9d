"""Read mails of strangers: a program of its own, run by ``mail_reader``.

It takes mails from its standard input, one after another, and writes to its output what
stands in each, as JSON. Each is read in a process of its own that gives itself limits
first: one that is made to harm harms that process alone (security, decision 8, finding
10, rows 22 and 24). It imports nothing of ours and reaches no network.

Frames: 4 bytes for the length of a JSON order, 4 for that of the mail, then both. An
answer: 4 bytes for its length, then JSON; nothing but the length 0 for a mail that
could not be read.
"""

import base64
import email
import email.header
import email.message
import hashlib
import html.parser
import json
import os
import re
import resource
import signal
import struct
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeAlias

MOST_READ = 1_000_000
"""Bytes of a mail that are read; what hangs on it comes last."""
MOST_HEADERS = 100
LONGEST_HEADER = 8_192
LONGEST_HEAD = 65_536
MOST_PARTS = 20
DEEPEST = 5
MOST_SIGNATURES = 5
LONGEST_TEXT = 50_000
LONGEST_HTML = 300_000
"""Signs of HTML that are turned into text: the parser takes its time for odd ones."""
LONGEST_ANSWER = 2_000_000
LONGEST_FILE = 14_000_000
"""Signs of an answer that holds a file: a third more than the mail it hung on."""
HEAD_OF_FILE = 16
"""Bytes by which a kind of file is told."""
MEMORY = 256_000_000
SECONDS = 1
"""Of the processor; a mail of a megabyte takes a twentieth of it."""
SECONDS_OF_FILES = 5
"""To take a mail of ten megabytes apart."""
PATIENCE = 10
"""Seconds by the clock, on a machine that has much to do."""
MOST_NAMES = 20
Part: TypeAlias = "email.message.Message[str, str]"
FRAME = struct.Struct(">II")
LENGTH = struct.Struct(">I")

ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?(?!\.?[\w@-])"
)
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
QUOTED_ID = re.compile(r"(?im)^[>|\s]{0,10}message-id:\s{0,5}(<[!-;=?-~]{3,250}>)")
STEERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MOMENT = re.compile(r"[0-9]{1,11}")
SEEN_HEADERS = ("from", "to", "subject", "date", "message-id")
ADDRESSED = ("to", "cc", "delivered-to", "x-original-to")
SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript"})
BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer"}
    | {"form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p"}
    | {"pre", "section", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)


def limit_itself(seconds: int) -> None:
    """Give this process no more than one mail needs."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.alarm(PATIENCE)


def read(raw: bytes, marks: list[str]) -> dict[str, Any]:
    """Return what stands in a mail; ``marks`` names headers to be given as they are."""
    found = Headers(raw)
    held = found.held
    tree = None if held else email.message_from_bytes(raw)
    parts = [] if tree is None else list(walk(tree))
    if len(parts) > MOST_PARTS:
        held = "many_parts"
    elif any(depth > DEEPEST for depth, _ in parts):
        held = "deep"
    if held:
        parts = []
    texts = texts_of(parts)
    text = cleaned("\n\n".join(texts))[:LONGEST_TEXT]
    return {
        "counts": found.counts,
        "marks": {name: found.first(name) for name in marks if found.counts.get(name)},
        "sender": found.addresses("from"),
        "to": found.addresses("to"),
        "addressed": [a for name in ADDRESSED for a in found.addresses(name)],
        "subject": cleaned(decoded(found.first("subject"))).replace("\n", " ")[:500],
        "written": cleaned(found.first("date")).replace("\n", " ")[:100],
        "message_id": next(iter(found.ids("message-id")), ""),
        "refers_to": found.ids("references") + found.ids("in-reply-to"),
        "text": text,
        "files": [name for _, part in parts if (name := file_name(part))],
        "signatures": found.signatures(),
        "content_type": tree.get_content_type() if tree is not None and parts else "",
        "reports": reports_of(parts),
        "quoted": quoted(parts, text),
        "digest": found.digest(raw),
        "held": held,
    }


class Headers:
    """The headers of a mail, taken apart without a parser that believes them."""

    def __init__(self, raw: bytes) -> None:
        head, self._rest = split(raw)
        lines = re.split(rb"\r?\n(?![ \t])", head)
        whole = [line for line in lines if b":" in line]
        self.held = None
        if len(whole) > MOST_HEADERS:
            self.held = "many_headers"
        elif any(len(line) > LONGEST_HEADER for line in whole):
            self.held = "long_header"
        self.counts: dict[str, int] = {}
        self._pairs: list[tuple[str, str]] = []
        for line in whole[:MOST_HEADERS]:
            name, _, value = line[:LONGEST_HEADER].partition(b":")
            known = name.strip().decode("ascii", "replace").lower()[:80]
            unfolded = re.sub(rb"\r?\n[ \t]", b" ", value).strip()
            self.counts[known] = self.counts.get(known, 0) + 1
            self._pairs.append((known, unfolded.decode("utf-8", "replace")))

    def first(self, name: str) -> str:
        """Return the first header of a name; empty where there is none."""
        return next((value for known, value in self._pairs if known == name), "")

    def all_of(self, name: str) -> list[str]:
        """Return every header of a name."""
        return [value for known, value in self._pairs if known == name]

    def addresses(self, name: str) -> list[str]:
        """Return every address that a header shows, also one in a display name."""
        text = " ".join(self.all_of(name))
        return list(dict.fromkeys(a.lower() for a in ADDRESS.findall(text)))[:50]

    def ids(self, name: str) -> list[str]:
        """Return the Message-IDs in a header."""
        found = MESSAGE_ID.findall(" ".join(self.all_of(name)))
        return list(dict.fromkeys(found))[-MOST_NAMES:]

    def signatures(self) -> list[dict[str, Any]]:
        """Return what each DKIM signature says of itself."""
        given = self.all_of("dkim-signature")[:MOST_SIGNATURES]
        return [signature_of(value) for value in given]

    def digest(self, raw: bytes) -> str:
        """Return a hash of what a reader sees: the way that it came is left out."""
        seen = [f"{n}:{v}" for n in SEEN_HEADERS for v in self.all_of(n)]
        body = self._rest.replace(b"\r\n", b"\n").rstrip()
        whole = "\n".join(seen).encode("utf-8", "replace") + b"\0" + body
        return hashlib.sha256(whole if seen or body else raw).hexdigest()


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Return head and body."""
    found = re.search(rb"\r?\n\r?\n", raw)
    return (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")


def signature_of(value: str) -> dict[str, Any]:
    """Return the tags of one DKIM signature (RFC 6376, section 3.5)."""
    parts = (part.partition("=") for part in value.split(";"))
    tags = {name.strip(): re.sub(r"\s+", "", rest) for name, _, rest in parts}
    expires = tags.get("x", "")
    return {
        "domain": tags.get("d", "").lower(),
        "selector": tags.get("s", "").lower(),
        "algorithm": tags.get("a", "").lower(),
        "signs": [name.lower() for name in tags.get("h", "").split(":") if name],
        "partial": "l" in tags,
        "expires": int(expires) if MOMENT.fullmatch(expires) else None,
        "digest": hashlib.sha256(tags.get("b", "").encode()).hexdigest(),
    }


def decoded(value: str) -> str:
    """Return a header in readable signs (RFC 2047)."""
    try:
        parts = email.header.decode_header(value)
        return str(email.header.make_header(parts))
    except (LookupError, ValueError, email.errors.MessageError):
        return value


def walk(part: Part, depth: int = 1) -> Iterator[tuple[int, Part]]:
    """Yield every part with its depth, one too many at most."""
    yield depth, part
    if depth <= DEEPEST and part.is_multipart():
        for inner in inside(part)[: MOST_PARTS + 1]:
            yield from walk(inner, depth + 1)


def inside(
    part: Part,
) -> list[Part]:
    """Return the parts of a part."""
    payload = part.get_payload()
    found = payload if isinstance(payload, list) else []
    return [inner for inner in found if isinstance(inner, email.message.Message)]


def file_name(part: Part) -> str:
    """Return what a part that hangs on the mail is called; empty for its words."""
    name = part.get_filename("")
    if not name and part.get_content_disposition() == "attachment":
        name = part.get_content_type()
    return cleaned(decoded(str(name))).replace("\n", " ")[:120]


def texts_of(parts: list[tuple[int, Part]]) -> list[str]:
    """Return the words of a mail: its plain text, else its HTML as text."""
    words: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for _, part in parts:
        kind = part.get_content_type()
        if kind in words and not file_name(part) and not part.is_multipart():
            words[kind].append(text_of(part))
    plain = [text for text in words["text/plain"] if text.strip()]
    return plain or [plain_of(text[:LONGEST_HTML]) for text in words["text/html"]]


def text_of(part: Part) -> str:
    """Return a part's text, whatever it says of its signs."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


class Plain(html.parser.HTMLParser):
    """Turns HTML into text: nothing is fetched, links stand as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._skipped = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line where a block begins; keep where a link leads."""
        if tag in SKIPPED:
            self._skipped += 1
        elif tag in BLOCKS:
            self.out.append("\n")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        """End what began; a link is followed by its address."""
        if tag in SKIPPED:
            self._skipped = max(self._skipped - 1, 0)
        elif tag in BLOCKS:
            self.out.append("\n")
        elif tag == "a" and self._links:
            link = self._links.pop()
            if link.startswith(("http:", "https:", "mailto:")):
                self.out.append(f" <{link[:500]}>")

    def handle_data(self, data: str) -> None:
        """Keep what a reader would see."""
        if not self._skipped:
            self.out.append(re.sub(r"\s+", " ", data))


def plain_of(text: str) -> str:
    """Return HTML as text."""
    parser = Plain()
    parser.feed(text)
    parser.close()
    lines = (line.strip() for line in "".join(parser.out).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def cleaned(text: str) -> str:
    """Return a text without signs that nobody sees, or that turn others round."""
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign
        for sign in one_kind
        if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"}
    ).strip()


def reports_of(
    parts: list[tuple[int, Part]],
) -> list[dict[str, str]]:
    """Return what a delivery report says of each recipient."""
    found = []
    for _, part in parts:
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in inside(part)[:MOST_NAMES]:
                action = str(block.get("Action", "")).strip().lower()
                status = str(block.get("Status", "")).strip()
                if action:
                    found.append({"action": action[:40], "status": status[:40]})
    return found


def quoted(parts: list[tuple[int, Part]], text: str) -> list[str]:
    """Return the Message-IDs of mails that this one brings back."""
    ids = []
    for depth, part in parts:
        if depth > 1 and part.get("Message-ID"):
            ids += MESSAGE_ID.findall(str(part["Message-ID"])[:LONGEST_HEADER])
        if part.get_content_type() == "text/rfc822-headers":
            ids += QUOTED_ID.findall(text_of(part)[:LONGEST_TEXT])
    ids += QUOTED_ID.findall(text)
    return list(dict.fromkeys(ids))[:MOST_NAMES]


def verify(raw: bytes, keys: dict[str, str]) -> dict[str, Any]:
    """Return, by the digest of each signature, whether it fits, and the key's length."""
    import logging  # noqa: PLC0415 - as the next: only where there is something to verify

    import dkim  # noqa: PLC0415

    silent = logging.getLogger("silent")
    silent.disabled = True
    found: dict[str, Any] = {}

    def answer(name: bytes, timeout: float = 5) -> bytes | None:  # noqa: ARG001
        asked = name.decode("ascii", "replace").rstrip(".").lower()
        return keys[asked].encode() if keys.get(asked) else None

    given = Headers(raw).signatures()
    for place, signature in enumerate(given):
        if keys.get(f"{signature['selector']}._domainkey.{signature['domain']}"):
            checker = dkim.DKIM(raw, logger=silent, minkey=0)
            try:
                fits = bool(checker.verify(place, dnsfunc=answer))
            except Exception:  # noqa: BLE001 - whatever is wrong with it, it does not fit
                fits = False
            found[signature["digest"]] = {"fits": fits, "bits": checker.keysize}
    return found


def files_of(raw: bytes) -> list[tuple[str, Part]]:
    """Return what hangs on a mail, with its name; nothing of one with too much in it."""
    if Headers(raw).held:
        return []
    parts = list(walk(email.message_from_bytes(raw)))
    if len(parts) > MOST_PARTS or any(depth > DEEPEST for depth, _ in parts):
        return []
    named = [(file_name(part), part) for _, part in parts]
    return [(name, part) for name, part in named if name]


def bytes_of(part: Part) -> bytes:
    """Return what a part holds, without what it was packed in for the way."""
    content = None if part.is_multipart() else part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def is_plain(content: bytes) -> bool:
    """Return whether bytes are text, and no sign in them steers anything."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return bool(text) and STEERS.search(text) is None


def list_files(raw: bytes) -> list[dict[str, Any]]:
    """Return the name and size of each file, and by what its kind is told."""
    found = [(name, bytes_of(part)) for name, part in files_of(raw)]
    return [
        {
            "name": name,
            "size": len(content),
            "head": content[:HEAD_OF_FILE].hex(),
            "plain": is_plain(content),
        }
        for name, content in found
    ]


def one_file(raw: bytes, place: int) -> dict[str, Any]:
    """Return one file, by its place among those of a mail."""
    name, part = files_of(raw)[place]
    content = bytes_of(part)
    return {
        "name": name,
        "content": base64.b64encode(content).decode(),
        "plain": is_plain(content),
    }


def answer_to(order: dict[str, Any], raw: bytes) -> bytes:
    """Return the answer to one order."""
    done: object
    if "keys" in order:
        done = verify(raw, order["keys"])
    elif "file" in order:
        place = order["file"]
        done = list_files(raw) if place is None else one_file(raw, place)
    else:
        done = read(raw, order["marks"])
    return json.dumps(done).encode()


def in_a_process_of_its_own(order: dict[str, Any], raw: bytes) -> bytes:
    """Return the answer of a process that may die of the mail; empty where it did."""
    of_files = "file" in order
    out_of, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out_of)
        try:
            limit_itself(SECONDS_OF_FILES if of_files else SECONDS)
            with os.fdopen(into, "wb") as out:
                out.write(answer_to(order, raw))
        except BaseException:  # noqa: BLE001 - it ends here, whatever it was
            os._exit(1)
        os._exit(0)
    os.close(into)
    with os.fdopen(out_of, "rb") as source:
        answer = source.read(LONGEST_FILE if of_files else LONGEST_ANSWER)
    _, status = os.waitpid(child, 0)
    return answer if status == 0 else b""


def exactly(source: BinaryIO, length: int) -> bytes:
    """Return so many bytes.

    Raises:
        EOFError: If there are fewer: whoever gave them is gone.
    """
    content = source.read(length)
    if len(content) < length:
        raise EOFError
    return content


def main() -> int:
    """Answer until nothing comes any more."""
    import dkim  # noqa: F401, PLC0415 - once, before the processes that need it

    source, out = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            for_order, for_mail = FRAME.unpack(exactly(source, FRAME.size))
            order = json.loads(exactly(source, for_order))
            raw = exactly(source, for_mail)
        except EOFError:
            return 0
        answer = in_a_process_of_its_own(order, raw)
        out.write(LENGTH.pack(len(answer)) + answer)
        out.flush()


if __name__ == "__main__":
    sys.exit(main())
