"""Read the signed heads: for the public page, for who keeps one, and one that was kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.heads import SignedHead, newest_head, signed_by

ON_A_PAGE = 30
CHECK = """\
import json, subprocess
head = json.load(open("seal.json", encoding="utf-8"))
files = {"line": head["signed"].encode(), "signature": bytes.fromhex(head["signature"]),
    "key": bytes.fromhex("302a300506032b6570032100" + head["key"])}
for name, content in files.items():
    open(name, "wb").write(content)
subprocess.run("openssl pkeyutl -verify -rawin -in line -sigfile signature"
    " -pubin -keyform DER -inkey key".split(), check=True)
print("Signed by", head["key"])
print(head["signed"])"""
"""The ten lines with which anybody checks a head; OpenSSL knows Ed25519."""


@dataclass(frozen=True, slots=True)
class Head:
    """One signed head, as anybody may keep it."""

    number: int
    at: datetime
    audit_seq: int
    audit_hash: bytes
    timelines: int
    line: str
    """What is signed, to the letter."""
    key: bytes
    signature: bytes

    @property
    def document(self) -> dict[str, str]:
        """What somebody keeps: enough to check it without us."""
        return {
            "signed": self.line,
            "signature": self.signature.hex(),
            "key": self.key.hex(),
        }

    @property
    def signed(self) -> bool:
        """Whether its key signed it."""
        return signed_by(self.key, self.line, self.signature)


def read_heads(session: Session, before: int | None) -> Sequence[Head]:
    """Return the heads before one, newest first; one more than a page if there is."""
    rows = select(SignedHead).order_by(SignedHead.number.desc()).limit(ON_A_PAGE + 1)
    if before is not None:
        rows = rows.where(SignedHead.number < before)
    return tuple(_head(row) for row in session.scalars(rows))


def one_head(session: Session, number: int) -> Head | None:
    """Return a head by its number."""
    row = session.get(SignedHead, number)
    return _head(row) if row else None


def last_head(session: Session) -> Head | None:
    """Return the newest head."""
    row = newest_head(session)
    return _head(row) if row else None


def _head(row: SignedHead) -> Head:
    return Head(
        number=row.number,
        at=row.at,
        audit_seq=row.audit_seq,
        audit_hash=row.audit_hash,
        timelines=row.timelines,
        line=row.line,
        key=row.key,
        signature=row.signature,
    )


def kept_head(text: str) -> Head:
    """Return the head in a text: its document, alone or anywhere in a mail.

    Raises:
        ValueError: If there is none.
    """
    start = text.find('{"signed"')
    if start < 0:
        start = text.find("{")
    try:
        document, _ = json.JSONDecoder().raw_decode(text, max(start, 0))
        fields = json.loads(document["signed"])
        return Head(
            number=int(fields["number"]),
            at=datetime.fromisoformat(fields["at"]),
            audit_seq=int(fields["audit"]["seq"]),
            audit_hash=bytes.fromhex(fields["audit"]["hash"]),
            timelines=int(fields["timelines"]["grown"]),
            line=document["signed"],
            key=bytes.fromhex(document["key"]),
            signature=bytes.fromhex(document["signature"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ValueError("no signed head stands in it") from None
