"""The keys of this installation, and what is made with the secret ones of them.

The master keys make keyed hashes: a receipt, a link or a mailbox is looked up by its
hash and stands nowhere itself. The epoch key pairs seal identity data; whoever only
files needs their public halves alone (security, decisions 1 and 2). One more pair signs the heads
of the hash chains: only the worker needs its private half.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)

KEY_BYTES = 32
EPOCH = re.compile(r"^\d{4}-\d{2}(-\d+)?$")
EPOCH_FILES = "[0-9]*"
"""How the names of the epochs' files begin; those of the head key do not."""
HEAD_KEY, HEAD_PUBLIC = "heads.key", "heads.pub"


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
        """The epoch to which new things are sealed.

        A rotation takes effect in every process at once, without its being told.
        """
        names = _epochs(self.epochs)
        if names and names[-1] != self._current.name:
            self.renew()
        return self._current

    def behind(self, at: datetime) -> bool:
        """Return whether the newest epoch is of an earlier month."""
        month = at.astimezone(UTC)
        return _order(self.epoch.name)[:2] < (month.year, month.month)

    def renew(self) -> None:
        """Look again which epoch is the newest."""
        self._current = newest_epoch(self.epochs)

    def hash(self, purpose: str, value: bytes) -> bytes:
        """Return the keyed hash of a value, by the newest master key."""
        return _hash(self._master[0], purpose, value)

    def marks(self, epoch: str) -> tuple[bytes, ...]:
        """Return what these keys are known by, one for each master key.

        Over the public key of an epoch; none where that is not here.
        """
        try:
            public = (self.epochs / f"{epoch}.pub").read_bytes().strip()
        except FileNotFoundError:
            return ()
        return self.candidates("marks", epoch.encode() + b"\0" + public)

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
        text = _kept_master(file, create=create).decode("ascii", errors="replace")
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
    names = _epochs(folder)
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
    taken = [epoch for epoch in _epochs(folder) if epoch.startswith(name)]
    if taken and not again:
        return taken[-1]
    if taken:
        name = f"{name}-{(_order(taken[-1])[2:] or (1,))[0] + 1}"
    fresh = X25519PrivateKey.generate().private_bytes_raw()
    # The public half is made from the file: two processes that begin an epoch at once
    # must not leave the halves of different pairs, which would open nothing.
    kept = _kept(folder / f"{name}.key", base64.b64encode(fresh), mode=0o600)
    private = X25519PrivateKey.from_private_bytes(base64.b64decode(kept))
    public = private.public_key().public_bytes_raw()
    _kept(folder / f"{name}.pub", base64.b64encode(public), mode=0o644)
    return name


def begin_head_key(folder: Path) -> None:
    """Make the key pair that signs heads, unless it is there.

    Raises:
        KeysError: If only the public half is: the private one is elsewhere.
    """
    private, public = folder / HEAD_KEY, folder / HEAD_PUBLIC
    if public.exists() and not private.exists():
        raise KeysError(f"{HEAD_KEY} is missing")
    fresh = Ed25519PrivateKey.generate().private_bytes_raw()
    kept = _kept(private, base64.b64encode(fresh), mode=0o600)
    signer = Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept))
    half = signer.public_key().public_bytes_raw()
    _kept(public, base64.b64encode(half), mode=0o644)


def head_signer(folder: Path) -> Ed25519PrivateKey:
    """Return the key that signs heads; it is made where there is none.

    Raises:
        KeysError: If it is elsewhere, or is none.
    """
    begin_head_key(folder)
    try:
        raw = base64.b64decode((folder / HEAD_KEY).read_bytes())
        return Ed25519PrivateKey.from_private_bytes(raw)
    except ValueError:
        raise KeysError(f"{HEAD_KEY} is no key") from None


def head_keys(folder: Path) -> tuple[bytes, ...]:
    """Return the public halves by which heads are checked, newest first.

    One a line in Base64: whoever changes the key leaves the old half below the new one.

    Raises:
        KeysError: If a line is none.
    """
    file = folder / HEAD_PUBLIC
    lines = file.read_bytes().split() if file.exists() else []
    try:
        keys = tuple(base64.b64decode(line, validate=True) for line in lines)
    except ValueError:
        keys = (b"",)
    if any(len(key) != KEY_BYTES for key in keys):
        raise KeysError(f"{HEAD_PUBLIC} holds a line that is no key")
    return keys


def _epochs(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    # Looked at for each thing that is sealed: a glob would cost as much as the seal.
    names = (p.stem for p in folder.iterdir() if p.suffix == ".pub")
    return sorted(filter(EPOCH.match, names), key=_order)


def _order(epoch: str) -> tuple[int, ...]:
    """Return what epochs are sorted by: the tenth of a month comes after the ninth."""
    return tuple(int(part) for part in epoch.split("-"))


def _kept_master(file: Path, *, create: bool) -> bytes:
    if file.exists():
        return file.read_bytes()
    if not create:
        raise KeysError(f"{file.name} is missing")
    fresh = base64.b64encode(secrets.token_bytes(KEY_BYTES))
    return _kept(file, fresh, mode=0o600)


def _kept(file: Path, content: bytes, *, mode: int) -> bytes:
    """Write a file unless there is one, all of it or nothing; return what it holds.

    Of several processes that write at once one wins, and all get what it wrote.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(part).chmod(mode)
        with suppress(FileExistsError):
            os.link(part, file)
    finally:
        Path(part).unlink()
    return file.read_bytes()
