"""The keys of this installation, and what is made with the secret ones of them.

The master keys make keyed hashes: a receipt, a link or a mailbox is looked up by its
hash and stands nowhere itself. The epoch key pairs seal identity data; whoever only
files needs their public halves alone (security, decisions 1 and 2).
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)

KEY_BYTES = 32
EPOCH = re.compile(r"^\d{4}-\d{2}(-\d+)?$")


class KeysError(ValueError):
    """A key is missing or cannot be read; the message says which."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch's public key."""

    name: str
    public: X25519PublicKey


class Keys:
    """What every process may hold: the master keys, the newest epoch's public key."""

    def __init__(self, master: tuple[bytes, ...], epochs: Path) -> None:
        if not master:
            raise KeysError("there is no master key")
        self._master = master
        self.epochs = epochs
        self._current = newest_epoch(epochs)

    @property
    def epoch(self) -> Epoch:
        """The epoch to which new things are sealed."""
        return self._current

    def renew(self) -> None:
        """Look again which epoch is the newest, after a rotation."""
        self._current = newest_epoch(self.epochs)

    def hash(self, purpose: str, value: bytes) -> bytes:
        """Return the keyed hash of a value, by the newest master key."""
        return _hash(self._master[0], purpose, value)

    def candidates(self, purpose: str, value: bytes) -> tuple[bytes, ...]:
        """Return the hashes under which a value may be stored, newest first."""
        return tuple(_hash(key, purpose, value) for key in self._master)


def _hash(key: bytes, purpose: str, value: bytes) -> bytes:
    return hmac.new(key, purpose.encode() + b"\0" + value, hashlib.sha256).digest()


def master_keys(text: str | None, file: Path, *, create: bool) -> tuple[bytes, ...]:
    """Return the master keys, newest first: from the environment, else the file.

    Raises:
        KeysError: If one is not 32 bytes in base64, or there is none.
    """
    if text is None:
        if not file.exists():
            if not create:
                raise KeysError(f"{file.name} is missing")
            _write_secret(file, base64.b64encode(secrets.token_bytes(KEY_BYTES)))
        text = file.read_text("ascii")
    try:
        keys = tuple(
            base64.b64decode(part.strip(), validate=True)
            for part in text.replace("\n", ",").split(",")
            if part.strip()
        )
    except (binascii.Error, ValueError):
        raise KeysError("a master key is not base64") from None
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise KeysError("a master key is 32 bytes in base64")
    return keys


def newest_epoch(folder: Path) -> Epoch:
    """Return the newest epoch that has a public key.

    Raises:
        KeysError: If there is none.
    """
    names = sorted(p.stem for p in folder.glob("*.pub") if EPOCH.match(p.stem))
    if not names:
        raise KeysError("there is no epoch key; `efface db upgrade` makes one")
    raw = base64.b64decode((folder / f"{names[-1]}.pub").read_text("ascii"))
    return Epoch(names[-1], X25519PublicKey.from_public_bytes(raw))


def begin_epoch(folder: Path, at: datetime, *, again: bool = False) -> str:
    """Make the key pair of a month and return its name.

    Where the month has one already, that one stays, unless ``again``: then a further
    one of the same month is made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{at.astimezone(UTC):%Y-%m}"
    taken = sorted(p.stem for p in folder.glob(f"{name}*.pub"))
    if taken and not again:
        return taken[-1]
    if taken:
        name = f"{name}-{len(taken) + 1}"
    private = X25519PrivateKey.generate()
    _write_secret(folder / f"{name}.key", base64.b64encode(private.private_bytes_raw()))
    public = private.public_key().public_bytes_raw()
    (folder / f"{name}.pub").write_bytes(base64.b64encode(public))
    return name


def _write_secret(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read, all of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
