"""Sign mail that leaves, so that its receiver can tell whose it is (RFC 6376)."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Sign: TypeAlias = Callable[[bytes], bytes]
"""Takes a whole mail with the line ends of the wire and returns it, signed or not.

It raises a ``SigningError`` where it cannot.
"""

SHORTEST = 2048
"""Bits of a key; signers should use no less (RFC 8301, section 3.2)."""
SIGNED = (
    b"from",
    b"reply-to",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"auto-submitted",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"from",
    b"reply-to",
    b"to",
    b"subject",
    b"date",
)
"""Headers that the signature covers. A header that is named once more than it stands
there can be neither put in nor put before ours (RFC 6376, section 5.4.2)."""


class SigningError(ValueError):
    """Mail cannot be signed with what the settings give; never holds a key."""


def unsigned(mail: bytes) -> bytes:
    """Return a mail as it is."""
    return mail


def signer_for(key: Path | None, selector: str | None, sender: str) -> Sign:
    """Return what signs for the domain of ``sender``; mail stays as it is without a key.

    Args:
        key: A file with an RSA private key of 2,048 bits or more, as PEM.
        selector: Under which name in the DNS its public half stands.
        sender: The address that mail is from.

    Raises:
        SigningError: If one of the two is missing, or the key cannot sign.
    """
    if key is None and selector is None:
        return unsigned
    if key is None or selector is None:
        raise SigningError("EFFACE_DKIM_KEY and EFFACE_DKIM_SELECTOR go together")
    # Slow to import, and only an installation with a key needs it.
    import dkim  # noqa: PLC0415
    from dkim.crypto import (  # noqa: PLC0415
        UnparsableKeyError,
        parse_pem_private_key,
    )

    try:
        secret = key.read_bytes()
        bits = parse_pem_private_key(secret)["modulus"].bit_length()
    except (OSError, UnparsableKeyError, ValueError):
        raise SigningError(
            "EFFACE_DKIM_KEY is no file with an RSA private key as PEM"
        ) from None
    if bits < SHORTEST:
        raise SigningError(f"EFFACE_DKIM_KEY has {bits} bits; {SHORTEST} are needed")

    def sign(mail: bytes) -> bytes:
        try:
            header: bytes = dkim.DKIM(mail).sign(
                name,
                domain,
                secret,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=list(SIGNED),
            )
        except Exception:  # noqa: BLE001 - whatever it is, the mail has not left
            raise SigningError("EFFACE_DKIM_KEY and _SELECTOR cannot sign") from None
        return header + mail

    try:
        domain = sender.rpartition("@")[2].encode("idna")
        name = selector.encode("ascii")
    except UnicodeError:
        raise SigningError("EFFACE_DKIM_KEY and _SELECTOR cannot sign") from None
    sign(b"From: a@example.org\r\n\r\n")
    return sign
