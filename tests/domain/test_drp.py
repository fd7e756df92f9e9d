"""The Data Rights Protocol's words, and what they mean here."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from app.domain.drp import (
    DENIALS,
    EXPIRED,
    FINAL,
    FULFILLED,
    IN_PROGRESS,
    NEXT_STATES,
    OPEN,
    PROOF_ASKED,
    REVOKED,
    TOO_MANY,
    Exercise,
    Profile,
    Said,
    State,
    after_failure,
    identity_of,
    may_follow,
    moment_of,
    needs_of,
    next_read,
    phone_of,
    regime_of,
    said,
    state_of,
)
from app.domain.timeline import NEXT, DenialGround, EventKind, Status
from app.domain.vendors import Identifier

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
DELETION, OPT_OUT = Exercise.DELETION, Exercise.OPT_OUT
ALL = {OPEN, IN_PROGRESS, PROOF_ASKED, FULFILLED, REVOKED, EXPIRED, *DENIALS}


@pytest.mark.parametrize(
    ("status", "reason", "state"),
    [
        ("open", None, OPEN),
        ("open", "", OPEN),
        ("in_progress", "need_user_verification", PROOF_ASKED),
        ("in_progress", "no_match", None),
        ("denied", None, state_of("denied", "other")),
        ("denied", "need_user_verification", None),
        ("fulfilled", "because", None),
        ("done", None, None),
        (None, None, None),
        (["open"], None, None),
    ],
)
def test_a_companys_words_are_a_state_or_none(
    status: object, reason: object, state: State | None
) -> None:
    assert state_of(status, reason) == state


@pytest.mark.parametrize(
    ("reason", "kind", "ground"),
    [
        ("no_match", EventKind.NOTHING_FOUND, None),
        ("outside_jurisdiction", EventKind.REFUSED, DenialGround.OUTSIDE_JURISDICTION),
        ("insuf_verification", EventKind.REFUSED, DenialGround.IDENTITY_NOT_VERIFIED),
        ("suspected_fraud", EventKind.REFUSED, DenialGround.IDENTITY_NOT_VERIFIED),
        ("claim_not_covered", EventKind.REFUSED, DenialGround.OUT_OF_SCOPE),
        (
            "too_many_requests",
            EventKind.REFUSED,
            DenialGround.MANIFESTLY_UNFOUNDED_OR_EXCESSIVE,
        ),
        ("other", EventKind.REFUSED, DenialGround.OTHER),
        (None, EventKind.REFUSED, DenialGround.OTHER),
    ],
)
def test_each_denial_has_its_word(
    reason: str | None, kind: EventKind, ground: DenialGround | None
) -> None:
    denied = state_of("denied", reason)
    assert denied is not None
    found = said(IN_PROGRESS, denied, DELETION, stands=Status.ACKNOWLEDGED, later=False)

    assert found == (Said(kind, ground),)
    assert denied.word == f"denied/{reason or 'other'}"


@pytest.mark.parametrize(
    ("before", "now", "stands", "kinds"),
    [
        (None, OPEN, Status.SENT, []),
        (OPEN, OPEN, Status.SENT, []),
        (None, IN_PROGRESS, Status.SENT, ["acknowledged"]),
        (IN_PROGRESS, IN_PROGRESS, Status.ACKNOWLEDGED, []),
        (IN_PROGRESS, PROOF_ASKED, Status.ACKNOWLEDGED, ["identity_requested"]),
        (PROOF_ASKED, PROOF_ASKED, Status.IDENTITY_REQUESTED, []),
        (PROOF_ASKED, IN_PROGRESS, Status.IDENTITY_REQUESTED, ["identity_given"]),
        (OPEN, FULFILLED, Status.SENT, ["deleted"]),
        (IN_PROGRESS, REVOKED, Status.WITHDRAWN, []),
        (IN_PROGRESS, REVOKED, Status.ACKNOWLEDGED, ["withdrawn"]),
        (IN_PROGRESS, EXPIRED, Status.ACKNOWLEDGED, []),
    ],
)
def test_what_is_recorded_can_follow(
    before: State | None, now: State, stands: Status, kinds: list[str]
) -> None:
    found = said(before, now, DELETION, stands=stands, later=False)

    assert [one.kind for one in found] == kinds
    assert all((stands, one.kind) in NEXT for one in found)


def test_an_opt_out_that_is_done_is_an_opt_out() -> None:
    found = said(OPEN, FULFILLED, OPT_OUT, stands=Status.SENT, later=True)

    assert found == (Said(EventKind.OPTED_OUT),)


def test_a_later_promise_is_more_time() -> None:
    found = said(OPEN, IN_PROGRESS, DELETION, stands=Status.SENT, later=True)

    assert [one.kind for one in found] == ["acknowledged", "extended"]


def test_nothing_follows_an_end_but_itself() -> None:
    for before, now in product(ALL, ALL):
        assert may_follow(before, now) == (
            before == now or now in NEXT_STATES.get(before, ())
        )
        if before in FINAL | {TOO_MANY}:
            assert may_follow(before, now) is (before == now)
    assert not may_follow(PROOF_ASKED, OPEN)


@pytest.mark.parametrize(
    ("entry", "needs"),
    [
        ({}, "name email"),
        ({"supported_verifications": []}, "name email"),
        ({"supported_verfications": ["email", "phone"]}, "name email phones"),
        ({"supported_verifications": ["phone_number"]}, "name phones"),
        ({"supported_verifications": ["address", "iris"]}, "name addresses"),
        ({"supported_verifications": ["iris"]}, "name email"),
    ],
)
def test_only_what_a_business_can_verify_is_needed(
    entry: dict[str, Any], needs: str
) -> None:
    assert needs_of(entry) == {Identifier(each) for each in needs.split()}


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("+1 (415) 555-9317", "DE", "+14155559317"),
        ("415.555.9317", "US", "+14155559317"),
        ("1-415-555-9317", "CA", "+14155559317"),
        ("0044 20 7946 0018", "GB", "+442079460018"),
        ("020 7946 0018", "GB", None),
        ("555-9317", "US", None),
        ("call me", "US", None),
    ],
)
def test_a_number_is_sent_only_as_the_protocol_writes_it(
    typed: str, country: str, number: str | None
) -> None:
    assert phone_of(typed, country) == number


def identity(*needs: str, **given: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": "Zoë Quillfeather",
        "email": "zoe@example.org",
        "phones": ["unknown", "415 555 9317"],
        "addresses": ["1 Long Road, Fresno"],
        "residence": "US-CA",
        **given,
    }
    return identity_of(frozenset(map(Identifier, needs)), **known)


def test_fields_that_are_not_needed_stay_here() -> None:
    assert identity("email") == {"email": "zoe@example.org", "email_verified": True}
    assert identity("name") == {"name": "Zoë Quillfeather"}
    assert identity("phones") == {"phone_number": "+14155559317"}
    assert identity("phones", phones=[]) == {}
    assert identity("addresses", addresses=[]) == {}


def test_an_address_says_where_it_is() -> None:
    found = identity("addresses"), identity("addresses", residence="FR")

    assert [one["address"] for one in found] == [
        {"formatted": "1 Long Road, Fresno", "country": "US", "region": "CA"},
        {"formatted": "1 Long Road, Fresno", "country": "FR"},
    ]


def test_only_californias_law_is_named() -> None:
    assert regime_of(["us-ca-delete-act", "us-ca-ccpa"]) == "ccpa"
    assert regime_of(["us-co-cpa"]) is None


def test_the_lite_form_spells_an_opt_out_its_own_way() -> None:
    assert OPT_OUT.spelled(Profile.FULL) == "sale:opt-out"
    assert OPT_OUT.spelled(Profile.PS) == "sale:opt_out"
    assert Profile.PS.lasts == timedelta(minutes=15)
    assert Profile.FULL.lasts == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("state", "expected", "calls_back", "days"),
    [
        pytest.param(OPEN, None, True, 3, id="every few days"),
        pytest.param(OPEN, None, False, 1, id="no callback"),
        pytest.param(PROOF_ASKED, None, True, 1, id="proof"),
        pytest.param(OPEN, AT + timedelta(days=40), True, 3, id="promised late"),
        pytest.param(OPEN, AT - timedelta(days=1), True, 3, id="promise broken"),
        pytest.param(OPEN, AT + timedelta(days=1), True, 1.125, id="promised soon"),
        pytest.param(FULFILLED, None, True, None, id="end"),
        pytest.param(TOO_MANY, None, True, None, id="too many"),
    ],
)
def test_a_server_is_asked_seldom(
    state: State, expected: datetime | None, calls_back: bool, days: float | None
) -> None:
    found = next_read(state, expected, at=AT, calls_back=calls_back, chance=0.5)

    assert found == (AT + timedelta(days=days) if days else None)


def test_reads_are_spread() -> None:
    first, last = (
        next_read(OPEN, None, at=AT, calls_back=True, chance=chance)
        for chance in (0.0, 1.0)
    )
    assert first
    assert last
    assert last - first > timedelta(days=1)


def test_a_server_that_does_not_answer_is_left_alone_longer_and_longer() -> None:
    waits = [after_failure(n, at=AT, chance=0.5) - AT for n in range(1, 12)]

    assert waits[0] == timedelta(hours=1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=3)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T12:00:00Z", AT),
        ("2026-11-23T14:00:00+02:00", AT),
        ("2026-11-23T12:00:00", AT),
        ("2026-11-23", AT.replace(hour=0)),
        ("soon", None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_a_moment_may_be_written_in_many_ways(
    text: str | None, moment: datetime | None
) -> None:
    assert moment_of(text) == moment
