"""Where a request stands after what happened to it (contract, section 7)."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from app.domain.timeline import (
    NEXT,
    Actor,
    CannotFollowError,
    DenialGround,
    Event,
    EventKind,
    Evidence,
    Outcome,
    Standing,
    Status,
    advance,
    as_answered,
    as_told,
    following,
    has_appealed,
    link,
    may_answer,
    replay,
    sent_no_earlier,
    taken_back_with,
    told_again,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
K = EventKind


def event(
    kind: EventKind,
    *,
    days: int = 0,
    retracts: int | None = None,
    resumes: Status | None = None,
    evidence: Evidence | None = None,
    denial_ground: DenialGround | None = None,
    until: date | None = None,
    on: date | None = None,
) -> Event:
    return Event(
        kind=kind,
        at=NOON + timedelta(days=days),
        by=Actor.STAFF,
        on=on,
        retracts=retracts,
        resumes=resumes,
        evidence=evidence,
        denial_ground=denial_ground,
        until=until,
    )


def after(*kinds: EventKind) -> Standing:
    return replay([event(kind) for kind in kinds])


SENT = (K.FILED, K.CONFIRMED, K.SENT)


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ((K.FILED,), Status.UNCONFIRMED),
        ((K.FILED, K.EXPIRED), Status.EXPIRED),
        ((K.FILED, K.CONFIRMED), Status.QUEUED),
        (SENT, Status.SENT),
        ((*SENT, K.ACKNOWLEDGED), Status.ACKNOWLEDGED),
        ((*SENT, K.EXTENDED), Status.ACKNOWLEDGED),
        ((*SENT, K.IDENTITY_REQUESTED), Status.IDENTITY_REQUESTED),
        ((*SENT, K.IDENTITY_REQUESTED, K.IDENTITY_GIVEN), Status.ACKNOWLEDGED),
        ((*SENT, K.UNDELIVERABLE), Status.UNDELIVERABLE),
        ((*SENT, K.REFUSED), Status.ANSWERED),
        ((*SENT, K.REFUSED, K.APPEALED), Status.APPEALED),
        ((*SENT, K.WITHDRAWN), Status.WITHDRAWN),
        ((*SENT, K.CLOSED, K.DELETED), Status.ANSWERED),
    ],
    ids=lambda value: value[-1].value if isinstance(value, tuple) else value.value,
)
def test_each_event_leads_to_its_status(
    kinds: tuple[EventKind, ...], status: Status
) -> None:
    assert after(*kinds).status is status


@pytest.mark.parametrize(
    "kinds",
    [
        (K.CONFIRMED,),
        (K.FILED, K.SENT),
        (K.FILED, K.FILED),
        (*SENT, K.APPEALED),
        (*SENT, K.DELETED, K.WITHDRAWN),
        (K.FILED, K.EXPIRED, K.CONFIRMED),
    ],
    ids=lambda kinds: "-".join(k.value for k in kinds),
)
def test_what_cannot_follow_is_refused(kinds: tuple[EventKind, ...]) -> None:
    with pytest.raises(CannotFollowError):
        after(*kinds)


def test_closing_without_an_answer_says_that_there_was_none() -> None:
    assert after(*SENT, K.CLOSED).outcome is Outcome.NO_ANSWER
    assert after(*SENT, K.DELETED, K.CLOSED).outcome is Outcome.DELETED


def test_an_answer_brings_its_ground_and_evidence_and_a_later_one_replaces_them() -> (
    None
):
    refused = event(
        K.REFUSED,
        denial_ground=DenialGround.OUTSIDE_JURISDICTION,
        evidence=Evidence.VENDOR_LINK,
    )
    standing = replay([*map(event, SENT), refused])
    assert standing.denial_ground is DenialGround.OUTSIDE_JURISDICTION
    assert standing.evidence is Evidence.VENDOR_LINK

    later = advance(advance(standing, event(K.APPEALED)), event(K.DELETED))
    assert later.outcome is Outcome.DELETED
    assert later.denial_ground is None


def test_evidence_may_come_with_any_event() -> None:
    standing = advance(after(*SENT), event(K.ACKNOWLEDGED, evidence=Evidence.MAIL))

    assert standing.evidence is Evidence.MAIL


def test_day_0_is_the_day_that_the_letter_left_not_the_day_of_recording() -> None:
    sent = event(K.SENT, days=3, on=date(2026, 11, 24))

    standing = replay([event(K.FILED), event(K.CONFIRMED), sent])

    assert standing.sent_on == date(2026, 11, 24)


def test_identity_asked_again_is_not_yet_given() -> None:
    given = replay(
        [
            *map(event, SENT),
            event(K.IDENTITY_REQUESTED, days=1),
            event(K.IDENTITY_GIVEN, days=2),
        ]
    )
    assert given.identity_given_on == date(2026, 11, 25)

    again = advance(given, event(K.IDENTITY_REQUESTED, days=5))
    assert again.identity_asked_on == date(2026, 11, 28)
    assert again.identity_given_on is None


def test_an_extension_promises_a_day_that_stays() -> None:
    promised = event(K.EXTENDED, until=date(2027, 1, 31))

    standing = replay([*map(event, SENT), promised, event(K.IDENTITY_REQUESTED)])

    assert standing.until == date(2027, 1, 31)


def test_reopened_to_send_again_forgets_the_answer_and_its_days() -> None:
    answered = replay([*map(event, SENT), event(K.EXTENDED, until=date(2027, 1, 31))])
    answered = advance(answered, event(K.REFUSED))

    again = advance(answered, event(K.REOPENED, resumes=Status.QUEUED))

    assert again == Standing(Status.QUEUED)


def test_reopened_to_wait_for_an_answer_keeps_its_days() -> None:
    answered = after(*SENT, K.REFUSED)

    waits = advance(answered, event(K.REOPENED, resumes=Status.ACKNOWLEDGED))

    assert waits.status is Status.ACKNOWLEDGED
    assert waits.outcome is None
    assert waits.sent_on == date(2026, 11, 23)


def test_a_retracted_event_never_happened() -> None:
    events = [*map(event, SENT), event(K.REFUSED), event(K.RETRACTED, retracts=4)]

    assert replay(events) == after(*SENT)


@pytest.mark.parametrize("place", [1, 6])
def test_filing_and_what_is_not_there_cannot_be_retracted(place: int) -> None:
    with pytest.raises(ValueError, match="cannot be taken back"):
        replay([*map(event, SENT), event(K.RETRACTED, retracts=place)])


def test_a_retraction_must_leave_a_timeline_that_holds_together() -> None:
    with pytest.raises(CannotFollowError):
        replay([*map(event, SENT), event(K.RETRACTED, retracts=2)])


def test_an_empty_timeline_is_none() -> None:
    with pytest.raises(ValueError, match="begins with its filing"):
        replay([])


def test_anybody_can_compute_the_chain_with_standard_tools() -> None:
    here = datetime(2026, 11, 23, 13, tzinfo=timezone(timedelta(hours=1)))
    filed = Event(kind=K.FILED, at=here, by=Actor.RESIDENT)
    written = {
        "at": "2026-11-23T12:00:00.000000+00:00",
        "by": "resident",
        "commitment": None,
        "denial_ground": None,
        "evidence": None,
        "kind": "filed",
        "on": None,
        "outcome": None,
        "place": 1,
        "request": "R-1",
        "resumes": None,
        "retracts": None,
        "until": None,
    }

    first = link(bytes(32), filed, request="R-1", place=1)

    text = json.dumps(written, separators=(",", ":"))
    assert first == sha256(bytes(32) + text.encode()).digest()
    assert first != link(bytes(32), filed, request="R-2", place=1)


@pytest.mark.parametrize("status", Status)
def test_what_can_follow_is_what_is_not_refused(status: Status) -> None:
    assert set(following(status)) == {kind for was, kind in NEXT if was is status}


def test_what_a_vendor_writes_after_its_answer_is_what_counts() -> None:
    answered = [event(kind) for kind in (*SENT, K.REFUSED)]

    new = as_told(Status.ANSWERED, event(K.DELETED, days=3))

    now = replay([*answered, *new])
    assert [one.kind for one in new] == [K.REOPENED, K.DELETED]
    assert (now.status, now.outcome) == (Status.ANSWERED, Outcome.DELETED)


def test_more_time_after_an_answer_leaves_no_answer_standing() -> None:
    answered = [event(kind) for kind in (*SENT, K.PARTLY_DELETED)]
    longer = event(K.EXTENDED, days=3, until=date(2027, 2, 1))

    now = replay([*answered, *as_told(Status.ANSWERED, longer)])

    assert (now.status, now.outcome) == (Status.ACKNOWLEDGED, None)
    assert now.until == date(2027, 2, 1)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.ANSWERED}))
def test_nothing_is_opened_again_that_was_not_answered(status: Status) -> None:
    assert not told_again(status)
    assert len(as_told(status, event(K.DELETED))) == 1


def test_who_answers_a_letter_that_nobody_saw_arrive_has_it() -> None:
    waiting = [event(kind) for kind in (K.FILED, K.CONFIRMED)]
    said = event(K.DELETED, on=date(2026, 12, 1))

    arrived, answer = as_answered(waiting, said)

    assert (arrived.kind, arrived.by, arrived.on) == (K.SENT, Actor.VENDOR, said.on)
    assert answer is said
    assert may_answer(waiting) == may_answer([*waiting, event(K.SENT)])
    assert replay([*waiting, arrived, answer]).outcome is Outcome.DELETED


def test_who_answers_what_came_back_and_went_another_way_has_it() -> None:
    waiting = [event(kind) for kind in (*SENT, K.UNDELIVERABLE, K.REROUTED)]

    assert replay(waiting).sent_on is None, "its days are counted anew"
    assert len(as_answered(waiting, event(K.DELETED))) == 2


def test_an_answer_to_an_earlier_letter_does_not_overtake_the_next_one() -> None:
    again = [event(kind) for kind in (*SENT, K.REFUSED, K.REOPENED)]

    assert replay(again).status is Status.QUEUED
    assert not may_answer(again)
    assert as_answered(again, event(K.DELETED)) == (event(K.DELETED),)


def test_a_vendor_may_say_again_what_the_resident_may_tell_of() -> None:
    answered = [event(kind) for kind in (*SENT, K.REFUSED)]

    assert may_answer(answered) == told_again(Status.ANSWERED)
    assert len(as_answered(answered, event(K.DELETED))) == 2


def test_a_receipt_after_an_answer_says_nothing() -> None:
    assert K.ACKNOWLEDGED not in told_again(Status.ANSWERED)


def test_who_takes_the_later_answer_back_has_the_earlier_one_again() -> None:
    first = [event(kind) for kind in (*SENT, K.REFUSED)]
    history = [*first, *as_told(Status.ANSWERED, event(K.DELETED))]

    gone = [event(K.RETRACTED, retracts=n) for n in taken_back_with(history, 6)]

    assert replay([*history, *gone]) == replay(first)


def test_who_takes_the_earlier_answer_back_keeps_the_later_one() -> None:
    first = [event(kind) for kind in (*SENT, K.REFUSED)]
    history = [*first, *as_told(Status.ANSWERED, event(K.DELETED))]

    gone = [event(K.RETRACTED, retracts=n) for n in taken_back_with(history, 4)]

    now = replay([*history, *gone])
    assert (now.status, now.outcome) == (Status.ANSWERED, Outcome.DELETED)
    assert now.opened is None


def test_with_a_question_goes_the_proof_that_was_given_for_it() -> None:
    first = [event(kind) for kind in (*SENT, K.REFUSED)]
    asked = as_told(Status.ANSWERED, event(K.IDENTITY_REQUESTED))
    history = [*first, *asked, event(K.IDENTITY_GIVEN)]

    gone = [event(K.RETRACTED, retracts=n) for n in taken_back_with(history, 6)]

    assert taken_back_with(history, 6) == (5, 6, 7)
    assert replay([*history, *gone]) == replay(first)


def test_nothing_goes_with_an_answer_that_an_appeal_rests_on() -> None:
    history = [event(kind) for kind in (*SENT, K.REFUSED, K.APPEALED)]
    before = [*history, event(K.RETRACTED, retracts=2)]

    assert taken_back_with(history, 4) == (4,)
    assert taken_back_with(before, 4) == (4,)


def test_what_is_closed_after_more_came_keeps_its_answer() -> None:
    answered = [event(kind) for kind in (*SENT, K.REFUSED)]
    asked = as_told(Status.ANSWERED, event(K.IDENTITY_REQUESTED))

    now = replay([*answered, *asked, event(K.CLOSED)])

    assert now.outcome is Outcome.REFUSED


@pytest.mark.parametrize("last", [K.UNDELIVERABLE, K.REFUSED])
def test_what_is_sent_again_left_no_earlier_than_what_came_last(
    last: EventKind,
) -> None:
    sent = [event(kind) for kind in SENT]
    filed_on = NOON.date()

    assert sent_no_earlier(sent, filed_on) == filed_on
    came = [*sent, event(last, days=9, on=date(2026, 12, 1))]
    assert sent_no_earlier(came, filed_on) == date(2026, 12, 1)
    opened = [*came, event(K.REOPENED, days=10, resumes=Status.QUEUED)]
    assert sent_no_earlier(opened, filed_on) == date(2026, 12, 3)


def test_a_letter_that_left_again_has_no_answer_yet() -> None:
    again = event(K.REOPENED, resumes=Status.QUEUED)
    answered = [event(kind) for kind in (*SENT, K.REFUSED)]

    now = replay([*answered, again, event(K.SENT)])

    assert (now.answer, now.opened) == (None, None)


@pytest.mark.parametrize(
    ("then", "appealed"),
    [
        ((), True),
        ((event(K.REFUSED), event(K.REOPENED, resumes=Status.ACKNOWLEDGED)), True),
        ((event(K.RETRACTED, retracts=5),), False),
        ((event(K.REFUSED), event(K.REOPENED), event(K.SENT)), False),
    ],
    ids=["made", "decided and more came", "taken back", "asked anew"],
)
def test_an_appeal_is_made_once_about_what_was_sent(
    then: tuple[Event, ...], appealed: bool
) -> None:
    made = [event(kind) for kind in (*SENT, K.REFUSED, K.APPEALED)]

    assert not has_appealed(made[:-1])
    assert has_appealed([*made, *then]) is appealed
