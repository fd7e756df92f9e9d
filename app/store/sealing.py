"""Sealing what is personal. Nothing here can open what an epoch key has closed.

Each thing has a data key of its own, and that key is sealed twice: to the epoch, whose
private half only the worker has, and to the filing's receipt, whose holder is the
resident. Whoever has the receipt opens; whoever has neither can only add.
"""

import secrets
from dataclasses import dataclass

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


def seal(content: bytes, where: Where, epoch: Epoch, receipt_public: bytes) -> Sealed:
    """Seal something so that only the worker or the receipt's holder opens it."""
    key = AESGCM.generate_key(256)
    bound = where.bound(epoch.name)
    holder = X25519PublicKey.from_public_bytes(receipt_public)
    return Sealed(
        sealed=encrypt(key, padded(content), bound),
        key_epoch=SUITE.encrypt(key, epoch.public, info=bound),
        key_receipt=SUITE.encrypt(key, holder, info=bound),
        epoch=epoch.name,
    )


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
    try:
        key = SUITE.decrypt(sealed_key, private, info=bound)
    except (InvalidTag, ValueError):
        raise CannotOpenError("the key does not fit") from None
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
    return secrets.token_bytes(32)


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
