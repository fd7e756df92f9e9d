"""A passkey in somebody's pocket: makes keys and signs, as a browser would hand it over."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class PocketKey:
    """One key for one site, that asked its owner for a finger."""

    origin: str = "http://testserver"
    verified: bool = True
    uses: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made_for(self, asked: dict[str, Any]) -> str:
        """Return what answers a site that asks for a new key."""
        public = self.private.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (public.x, public.y))
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        data = self._data(asked["rp"]["id"], ATTESTED) + held
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._handed_over(
            clientDataJSON=self._client("webauthn.create", asked),
            attestationObject=cbor2.dumps(attestation),
        )

    def signed(self, asked: dict[str, Any]) -> str:
        """Return what answers a site that asks whose key this is."""
        self.uses += 1
        data, client = self._data(asked["rpId"]), self._client("webauthn.get", asked)
        proof = self.private.sign(
            data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256())
        )
        return self._handed_over(
            clientDataJSON=client, authenticatorData=data, signature=proof
        )

    def _data(self, site: str, more: int = 0) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.verified else 0)
        said = bytes([flags]) + self.uses.to_bytes(4, "big")
        return hashlib.sha256(site.encode()).digest() + said

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(told).encode()

    def _handed_over(self, **response: bytes) -> str:
        told = {name: text(raw) for name, raw in response.items()}
        name = text(self.id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": told}
        )
