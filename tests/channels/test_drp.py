"""What a server that validates as laid down lets in, and at which step it refuses."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.channels.drp import (
    Agent,
    Business,
    Protocol,
    SigningKeyError,
    clock_apart,
    document,
    new_seed,
    token_in,
)
from app.channels.outward import Answered, Outward
from app.domain.drp import Exercise, Profile
from tests.rights_server import RightsServer, rights_server

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEED = new_seed()


@pytest.fixture(scope="module")
def running() -> Iterator[RightsServer]:
    with rights_server() as server:
        yield server


@pytest.fixture
def server(running: RightsServer) -> RightsServer:
    running.begin_anew()
    running.now = lambda: AT
    running.keys["US-1"] = Agent.of("US-1", SEED).verify_key
    return running


def speaks(agent_id: str = "US-1", seed: str = SEED) -> Protocol:
    return Protocol(Agent.of(agent_id, seed), Outward(local=True))


def business(server: RightsServer, **given: Any) -> Business:
    return replace(Business(server.base, "PROBE-1"), **given)


def token(server: RightsServer) -> str:
    answer = speaks().set_up(business(server), at=AT)
    found = token_in(answer, speaks().agent)
    assert found
    return found


def asks(
    protocol: Protocol, to: Business, bearer: str, *, at: datetime = AT
) -> Answered:
    claims = {"email": "ada@example.org", "email_verified": True}
    return protocol.exercise(
        to, bearer, Exercise.DELETION, claims, request_id="1", at=at
    )


def test_a_request_that_is_right_is_let_in(server: RightsServer) -> None:
    answer = asks(speaks(), business(server), token(server))

    assert answer.status == 200
    assert document(answer)["agent_request_id"] == "1"
    assert server.refusals == []


def test_each_step_of_the_validation_refuses_its_own(server: RightsServer) -> None:
    held, to = token(server), business(server)
    other = speaks(seed=new_seed())
    posing = Protocol(Agent.of("THEM-1", SEED), Outward(local=True))

    asks(speaks(), to, "no-such-token")
    asks(other, to, held)
    asks(posing, to, held)
    asks(speaks(), business(server, business_id="PROBE-2"), held)
    asks(speaks(), to, held, at=AT + timedelta(minutes=1))
    asks(speaks(), to, held, at=AT - timedelta(minutes=11))
    asks(speaks(), business(server, profile=Profile.PS), held)
    raw = Outward(local=True).call(
        "POST",
        f"{server.base}/v1/data-rights-request",
        headers={"Authorization": f"Bearer {held}", "Content-Type": "text/plain"},
        body="%%%",
    )

    assert raw.status == 400
    assert server.refusals == [
        "bearer", "signature", "agent-id", "business-id", "issued-at", "expires-at",
        "version", "base64",
    ]  # fmt: skip
    assert server.effects == 0


def test_a_message_is_its_signature_and_then_its_text() -> None:
    raw = base64.b64decode(Agent.of("US-1", SEED).signed({"name": "Zoë"}))

    assert len(raw) - len('{"name":"Zoë"}'.encode()) == 64
    assert json.loads(raw[64:]) == {"name": "Zoë"}


@pytest.mark.parametrize(
    "seed", ["", "short", "é" * 44, base64.b64encode(b"x").decode()]
)
def test_a_key_that_is_none_is_refused(seed: str) -> None:
    with pytest.raises(SigningKeyError):
        Agent.of("US-1", seed)


def test_a_key_shows_in_no_text() -> None:
    assert SEED not in repr(Agent.of("US-1", SEED))


@pytest.mark.parametrize(
    ("status", "body", "given"),
    [
        (200, b'{"agent-id": "US-1", "token": "a+/="}', "a+/="),
        (200, b'{"token": "a"}', "a"),
        (200, b'{"agent-id": "THEM-1", "token": "a"}', None),
        (200, b'{"agent-id": "US-1", "token": "a\\r\\nX: y"}', None),
        (200, b'{"agent-id": "US-1", "token": ""}', None),
        (200, b'{"agent-id": "US-1", "token": 7}', None),
        (200, b"<html>", None),
        (403, b"", None),
    ],
)
def test_only_a_token_for_us_is_one(
    status: int, body: bytes, given: str | None
) -> None:
    answer = Answered(status, body, None, None)

    assert token_in(answer, Agent.of("US-1", SEED)) == given


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Mon, 23 Nov 2026 12:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 12:00:00 -0000", 0),
        ("yesterday", None),
        (None, None),
    ],
)
def test_their_clock_is_read_from_what_they_answer(
    header: str | None, seconds: int | None
) -> None:
    apart = clock_apart(Answered(200, b"", header, None), at=AT)

    assert (apart.total_seconds() if apart is not None else None) == seconds


def test_an_id_of_theirs_cannot_lead_elsewhere(server: RightsServer) -> None:
    held = token(server)

    answer = speaks().status(business(server), held, "../agent/US-1?x=#")

    assert answer.status == 404
    assert server.calls[-1][1].startswith("/drp/v1/data-rights-request/")
