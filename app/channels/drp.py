"""The Data Rights Protocol's calls: signed, sent, and read whatever comes back.

A signed message is the signature, then the JSON that it covers, in Base64 as a whole:
libsodium's combined mode. Answers are never trusted to be JSON.
"""

import base64
import binascii
import email.utils
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey

from app.channels.outward import Answered, Outward
from app.domain.drp import Exercise, Profile

VERSION_KEY = "drp.version"
OK, FORBIDDEN = 200, 403


class SigningKeyError(ValueError):
    """The signing key is not 32 bytes in Base64."""


@dataclass(frozen=True, slots=True)
class Business:
    """Where a company's server is, and how it wants to be spoken to."""

    api_base: str
    business_id: str
    profile: Profile = Profile.FULL
    trailing_slash: bool = False

    def address(self, *parts: str) -> str:
        """Return the address of one of its resources."""
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.api_base.rstrip('/')}/v1/{path}"


@dataclass(frozen=True, slots=True)
class Agent:
    """Who we are in the protocol: our id in its directory, and the key we sign with."""

    id: str
    _key: SigningKey = field(repr=False)

    @classmethod
    def of(cls, agent_id: str, seed: str) -> "Agent":
        """Return the agent of a Base64 seed.

        Raises:
            SigningKeyError: If it is none.
        """
        try:
            raw = base64.b64decode(seed, validate=True)
            return cls(agent_id, SigningKey(raw))
        except (binascii.Error, ValueError, CryptoError):
            raise SigningKeyError("is not 32 bytes in Base64") from None

    @property
    def verify_key(self) -> str:
        """The public half, as the directory publishes it."""
        return base64.b64encode(bytes(self._key.verify_key)).decode()

    def signed(self, message: Mapping[str, Any]) -> str:
        """Return a message as it is sent."""
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        return base64.b64encode(bytes(self._key.sign(text.encode()))).decode()


def new_seed() -> str:
    """Return a fresh signing key, as the setting holds it."""
    return base64.b64encode(bytes(SigningKey.generate())).decode()


class Protocol:
    """Speaks for one agent, through one way out."""

    def __init__(self, agent: Agent, outward: Outward) -> None:
        self.agent = agent
        self._outward = outward

    @property
    def longest(self) -> timedelta:
        """How long sending one message can take: token looked at, made anew, sent twice."""
        return timedelta(seconds=4 * self._outward.seconds)

    def set_up(self, to: Business, *, at: datetime) -> Answered:
        """Ask for the token that this business will know us by."""
        return self._outward.call(
            "POST",
            to.address("agent", self.agent.id),
            headers=_headers(),
            body=self.agent.signed(self._frame(to, at)),
        )

    def look_at_token(self, to: Business, token: str) -> Answered:
        """Ask whether a token still belongs to us."""
        where = to.address("agent", self.agent.id)
        return self._outward.call("GET", where, headers=_headers(token))

    def exercise(
        self,
        to: Business,
        token: str,
        right: Exercise,
        claims: Mapping[str, Any],
        *,
        request_id: str,
        at: datetime,
    ) -> Answered:
        """Use a right; ``request_id`` is ours, and the same for every try."""
        message = self._frame(to, at) | {
            "agent-request-id": request_id,
            "exercise": right.spelled(to.profile),
            **claims,
        }
        where = to.address("data-rights-request") + "/" * to.trailing_slash
        return self._outward.call(
            "POST", where, headers=_headers(token), body=self.agent.signed(message)
        )

    def status(self, to: Business, token: str, request_id: str) -> Answered:
        """Ask where a request stands; ``request_id`` is theirs."""
        where = to.address("data-rights-request", request_id)
        return self._outward.call("GET", where, headers=_headers(token))

    def revoke(
        self, to: Business, token: str, request_id: str, reason: str
    ) -> Answered:
        """Take a request back. What is signed is bound to nothing: never to be kept."""
        return self._outward.call(
            "DELETE",
            to.address("data-rights-request", request_id),
            headers=_headers(token),
            body=self.agent.signed({"reason": reason}),
        )

    def _frame(self, to: Business, at: datetime) -> dict[str, Any]:
        at = at.astimezone(UTC)
        return {
            "agent-id": self.agent.id,
            "business-id": to.business_id,
            "issued-at": at.isoformat(timespec="seconds"),
            "expires-at": (at + to.profile.lasts).isoformat(timespec="seconds"),
            VERSION_KEY: to.profile.value,
        }


def _headers(token: str | None = None) -> dict[str, str]:
    held = {"Authorization": f"Bearer {token}"} if token else {}
    return {
        "Content-Type": "text/plain",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "efface",
        **held,
    }


def document(answer: Answered) -> dict[str, Any]:
    """Return the JSON object of an answer; empty where it holds none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def token_in(answer: Answered, agent: Agent) -> str | None:
    """Return the token of a set-up, if it is one for us."""
    found = document(answer) if answer.status == OK else {}
    token = found.get("token")
    ours = found.get("agent-id", agent.id) == agent.id
    fits = isinstance(token, str) and token.isascii() and token.isprintable()
    return token if ours and fits and token else None


def clock_apart(answer: Answered, *, at: datetime) -> timedelta | None:
    """Return how far a server's clock is ahead of ours; None where it shows none."""
    try:
        theirs = email.utils.parsedate_to_datetime(answer.date or "")
    except ValueError:
        return None
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    return theirs - at.replace(microsecond=0)
