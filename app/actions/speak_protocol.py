"""Speak with a company's own system: with a token, and a new one where it is refused.

No transaction is open meanwhile.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from app.actions.protocol_rows import Learned
from app.channels.base import Delivery
from app.channels.drp import (
    FORBIDDEN,
    OK,
    Business,
    Protocol,
    clock_apart,
    document,
    token_in,
)
from app.channels.outward import Answered, ForbiddenError, LostError, NotSentError
from app.domain.drp import Exercise
from app.store.protocol import Fault

NOT_NOW = frozenset({408, 425, 429, 503})
"""What says that nothing was done, and that it may be asked again."""
SERVER_FAULTS = 500
REASON = "I take my request back."


class What(Enum):
    """What is asked of a server."""

    EXERCISE = "exercise"
    READ = "read"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to ask of a server, opened and ready."""

    what: What
    to: Business
    vendor: str
    token: str | None = field(repr=False)
    our_id: str
    their_id: str | None
    right: Exercise = Exercise.DELETION
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of it."""

    delivery: Delivery
    answer: Answered | None = None
    learned: Learned = field(default_factory=Learned)


class _ParkedError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def speak(protocol: Protocol, call: Call, *, at: datetime) -> Came:
    """Ask once; a second time only where the first was refused for its token.

    What may have been taken by the server is *unknown*, never simply tried again.
    """
    talk = _Talk(protocol, call, at)
    try:
        answer = talk.held()
    except _ParkedError as parked:
        learned = Learned(fault=parked.fault, skew=talk.skew)
        return Came(Delivery.DEFERRED, talk.last, learned)
    except ForbiddenError:
        return Came(Delivery.DEFERRED, None, Learned(fault=Fault.FORBIDDEN))
    except NotSentError:
        return Came(Delivery.DEFERRED, None, talk.learned)
    except LostError:
        asked = talk.asked and call.what is What.EXERCISE
        lost = Delivery.UNKNOWN if asked else Delivery.DEFERRED
        return Came(lost, None, talk.learned)
    return Came(_delivery(call.what, answer), answer, talk.learned)


def _delivery(what: What, answer: Answered) -> Delivery:
    if answer.status // 100 == 2:  # noqa: PLR2004 - what HTTP calls a success
        good = what is not What.EXERCISE or bool(document(answer).get("request_id"))
        return Delivery.DELIVERED if good else Delivery.UNKNOWN
    if answer.status in NOT_NOW:
        return Delivery.DEFERRED
    if answer.status >= SERVER_FAULTS:
        # It may have been taken before the fault; asked to forget, it may forget twice.
        asks = what is What.EXERCISE
        return Delivery.UNKNOWN if asks else Delivery.DEFERRED
    if what is What.REVOKE or document(answer).get("fatal") is True:
        return Delivery.REFUSED
    return Delivery.DEFERRED


class _Talk:
    """One conversation: what was learned stays, however it ends."""

    def __init__(self, protocol: Protocol, call: Call, at: datetime) -> None:
        self._protocol, self._call, self._at = protocol, call, at
        self._fresh: str | None = None
        self.asked = False
        """Whether what is asked for itself is under way."""
        self.last: Answered | None = None
        self.skew: timedelta | None = None

    @property
    def learned(self) -> Learned:
        return Learned(token=self._fresh, skew=self.skew)

    def held(self) -> Answered:
        token = self._call.token or self._set_up()
        answer = self._ask(token)
        if answer.status != FORBIDDEN or self._knows_us(token):
            return answer
        if self._fresh is not None:
            raise _ParkedError(Fault.NOT_OURS)
        return self._ask(self._set_up())

    def _set_up(self) -> str:
        answer = self._heard(lambda: self._protocol.set_up(self._call.to, at=self._at))
        token = token_in(answer, self._protocol.agent)
        if token is not None:
            self._fresh = token
            return token
        if answer.status in NOT_NOW or answer.status >= SERVER_FAULTS:
            raise NotSentError("no token just now")
        raise _ParkedError(Fault.NO_TOKEN)

    def _knows_us(self, token: str) -> bool:
        looked = self._heard(lambda: self._protocol.look_at_token(self._call.to, token))
        return looked.status != FORBIDDEN

    def _heard(self, ask: Callable[[], Answered]) -> Answered:
        self.last = answer = ask()
        self.skew = clock_apart(answer, at=self._at)
        return answer

    def _ask(self, token: str) -> Answered:
        call, say = self._call, self._protocol
        self.asked = True
        answer = self._heard(lambda: self._said(call, say, token))
        self.asked = False
        return answer

    def _said(self, call: Call, say: Protocol, token: str) -> Answered:
        if call.what is What.REVOKE and call.their_id:
            return say.revoke(call.to, token, call.their_id, REASON)
        if call.their_id:
            read = say.status(call.to, token, call.their_id)
            if call.what is What.READ or _is_ours(read, call):
                return read
        return say.exercise(
            call.to,
            token,
            call.right,
            call.claims,
            request_id=call.our_id,
            at=self._at,
        )


def _is_ours(read: Answered, call: Call) -> bool:
    """Return whether a server has our request under the id that its callback named."""
    found = document(read)
    ours = found.get("agent_request_id") in {None, "", call.our_id}
    return read.status == OK and bool(found.get("request_id")) and ours
