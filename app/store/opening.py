"""Opening what was sealed, with the epochs' private keys. The worker's alone."""

import base64
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.store.keys import Epoch
from app.store.sealing import (
    CannotOpenError,
    Sealed,
    Sealer,
    Where,
    opened,
    rewrapped,
)


class Opener:
    """Holds the private halves of the epoch keys."""

    def __init__(self, epochs: Path) -> None:
        self._epochs = epochs
        self._private = lru_cache(maxsize=64)(self._read)

    def open(self, thing: Sealed, where: Where) -> bytes:
        """Open a sealed thing.

        Raises:
            CannotOpenError: If its epoch's key is gone, or the thing was moved.
        """
        return opened(thing, where, thing.key_epoch, self._private(thing.epoch))

    def reseal(self, thing: Sealed, where: Where, *, receipt_public: bytes) -> Sealed:
        """Return the thing for a new receipt; its content is not touched.

        Raises:
            CannotOpenError: If its epoch's key is gone, or the thing was moved.
        """
        return rewrapped(thing, where, self._private(thing.epoch), receipt_public)

    def moved(
        self,
        thing: Sealed,
        where: Where,
        epoch: Epoch,
        *,
        receipt_public: bytes | None,
    ) -> Sealed:
        """Return the thing sealed anew to another epoch."""
        return Sealer(epoch, receipt_public).seal(self.open(thing, where), where)

    def _read(self, epoch: str) -> X25519PrivateKey:
        file = self._epochs / f"{epoch}.key"
        if not file.is_file():
            raise CannotOpenError(f"the key of epoch {epoch} is not here")
        return X25519PrivateKey.from_private_bytes(
            base64.b64decode(file.read_text("ascii"))
        )
