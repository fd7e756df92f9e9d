"""Sealing what is personal. Nothing here can open what an epoch key has closed.

Each thing has a data key of its own, and that key is sealed twice: to the epoch, whose
private half only the worker has, and to the filing's receipt, whose holder is the
resident. Whoever has the receipt opens; whoever has neither can only add.

A seal to a public key costs as much as ten rows, and a filing makes several things at
once: so a fresh wrapping key is sealed to each of the two, and wraps their data keys.
"""

import secrets
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.store.keys import Epoch

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32
ENCAPSULATED_BYTES = 32
WRAPPING_BYTES = ENCAPSULATED_BYTES + KEY_BYTES + TAG_BYTES
"""A wrapping key sealed to a public one; a wrapped data key follows it."""
PAD = 256
"""Lengths are hidden to this many bytes."""


class CannotOpenError(ValueError):
    """The key does not fit, or the thing was moved or changed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed thing, and its data key sealed twice."""

    sealed: bytes
    key_epoch: bytes
    key_receipt: bytes
    epoch: str


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a sealed thing; it opens nowhere else."""

    table: str
    row: str
    column: str = "sealed"

    def bound(self, epoch: str) -> bytes:
        """Return the associated data that ties a thing to its place."""
        return f"{self.table}|{self.row}|{self.column}|{epoch}".encode()


class Sealer:
    """Seals what is made together so that the worker or the receipt's holder opens it.

    To be used within one action: its wrapping key is not for keeping. Without a receipt
    the worker alone opens it.
    """

    def __init__(self, epoch: Epoch, receipt_public: bytes | None) -> None:
        wrapping = AESGCM.generate_key(256)
        self._epoch = epoch.name
        self._wrapping = wrapping
        self._to_epoch = SUITE.encrypt(wrapping, epoch.public, info=_for(epoch.name))
        self._to_receipt: bytes | None = None
        if receipt_public is not None:
            holder = X25519PublicKey.from_public_bytes(receipt_public)
            self._to_receipt = SUITE.encrypt(wrapping, holder, info=_for(epoch.name))

    def seal(self, content: bytes, where: Where) -> Sealed:
        """Seal a thing under a data key of its own."""
        key, bound = AESGCM.generate_key(256), where.bound(self._epoch)
        to_receipt = b""
        if self._to_receipt is not None:
            to_receipt = self._to_receipt + encrypt(self._wrapping, key, bound)
        return Sealed(
            sealed=encrypt(key, padded(content), bound),
            key_epoch=self._to_epoch + encrypt(self._wrapping, key, bound),
            key_receipt=to_receipt,
            epoch=self._epoch,
        )


def _for(epoch: str) -> bytes:
    """Return the context of a wrapping key; the place binds what it wraps."""
    return f"wrapping|{epoch}".encode()


def rewrapped(
    thing: Sealed, where: Where, private: X25519PrivateKey, receipt_public: bytes
) -> Sealed:
    """Return a thing for another receipt, by the epoch's key; its content stays shut.

    Raises:
        CannotOpenError: If the key does not fit, or the thing was moved or changed.
    """
    bound = where.bound(thing.epoch)
    key = _unwrapped(thing.key_epoch, thing.epoch, bound, private)
    holder = X25519PublicKey.from_public_bytes(receipt_public)
    wrapping = AESGCM.generate_key(256)
    sealed = SUITE.encrypt(wrapping, holder, info=_for(thing.epoch))
    return replace(thing, key_receipt=sealed + encrypt(wrapping, key, bound))


def _unwrapped(
    sealed_key: bytes, epoch: str, bound: bytes, private: X25519PrivateKey
) -> bytes:
    wrapped = sealed_key[WRAPPING_BYTES:]
    # Without one the data key itself was sealed to the public key, bound to its place,
    # as all were before several things shared a wrapping key.
    info = _for(epoch) if wrapped else bound
    try:
        wrapping = SUITE.decrypt(sealed_key[:WRAPPING_BYTES], private, info=info)
    except (InvalidTag, ValueError):
        raise CannotOpenError("the key does not fit") from None
    return decrypt(wrapping, wrapped, bound) if wrapped else wrapping


def seal_to(content: bytes, public: bytes, info: bytes) -> bytes:
    """Seal a short thing to one public key, as a reveal to a staff session."""
    return SUITE.encrypt(content, X25519PublicKey.from_public_bytes(public), info=info)


def open_sealed_to(sealed: bytes, private: bytes, info: bytes) -> bytes:
    """Open what was sealed to one public key, with its private half.

    Raises:
        CannotOpenError: If the key does not fit, or the thing was moved.
    """
    try:
        key = X25519PrivateKey.from_private_bytes(private)
        return SUITE.decrypt(sealed, key, info=info)
    except (InvalidTag, ValueError):
        raise CannotOpenError("the key does not fit") from None


def open_with_receipt(thing: Sealed, where: Where, receipt: bytes) -> bytes:
    """Open a thing as the holder of its receipt.

    Raises:
        CannotOpenError: If the receipt is another one, or the thing was moved.
    """
    return opened(thing, where, thing.key_receipt, receipt_private(receipt))


def opened(
    thing: Sealed, where: Where, sealed_key: bytes, private: X25519PrivateKey
) -> bytes:
    """Open a thing with one of the two private keys.

    Raises:
        CannotOpenError: If the key does not fit, or the thing was moved.
    """
    bound = where.bound(thing.epoch)
    key = _unwrapped(sealed_key, thing.epoch, bound, private)
    return unpadded(decrypt(key, thing.sealed, bound))


def receipt_private(receipt: bytes) -> X25519PrivateKey:
    """Return the private key that a receipt stands for."""
    return X25519PrivateKey.from_private_bytes(_derived(receipt, b"efface receipt"))


def receipt_public(receipt: bytes) -> bytes:
    """Return the public half of a receipt's key, which stands in the filing."""
    return receipt_private(receipt).public_key().public_bytes_raw()


def key_from(secret: bytes, purpose: str) -> bytes:
    """Return a symmetric key from a secret of full strength, such as a cookie's."""
    return _derived(secret, purpose.encode())


def new_key() -> bytes:
    """Return a fresh random key."""
    return secrets.token_bytes(KEY_BYTES)


def _derived(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


def encrypt(key: bytes, content: bytes, bound: bytes) -> bytes:
    """Return nonce and ciphertext (AES-256-GCM)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, bound)


def decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """Return the content.

    Raises:
        CannotOpenError: If the key is another one or a bit has changed.
    """
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, bound)
    except (InvalidTag, ValueError):
        raise CannotOpenError("the key does not fit") from None


def padded(content: bytes) -> bytes:
    """Return the content with its length, filled up to a multiple of ``PAD``."""
    framed = len(content).to_bytes(4, "big") + content
    return framed + bytes(-len(framed) % PAD)


def unpadded(framed: bytes) -> bytes:
    """Return what was padded."""
    return framed[4 : 4 + int.from_bytes(framed[:4], "big")]
