"""What recording a reply writes, keeps sealed, and leaves alone."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from app.actions.erase_filing import destroy_personal
from app.actions.file_request import OtherBody
from app.actions.find_request import NotFound, find_request, number_of
from app.actions.prepare_filing import Filed
from app.actions.preview_reply import Preview, preview_reply, preview_retraction
from app.actions.record_reply import (
    CannotFollow,
    NotThatDay,
    Recorded,
    ReplyBody,
    UnknownRequest,
    record_reply,
)
from app.actions.retract_entry import retract_entry
from app.domain.timeline import (
    Actor,
    Event,
    EventKind,
    Evidence,
    Outcome,
    Status,
    replay,
)
from app.store import requests
from app.store.base import new_id
from app.store.outbox import MessageKind
from app.store.requests import Reply
from app.store.sealing import Where, open_with_receipt
from tests.post_office import NOON, Office

WORDS = "Nous n’avons rien trouvé sur Zoë."
CASE = "Case 17 / b"


def body(**given: Any) -> ReplyBody:
    whole = {
        "received_on": "2026-11-23",
        "kind": "refused",
        "denial_ground": "outside-jurisdiction",
        "text": WORDS,
        "evidence": "letter",
    }
    return ReplyBody.model_validate(whole | given)


def says(kind: str, **given: Any) -> ReplyBody:
    return body(kind=kind, denial_ground=None, **given)


def record(
    office: Office, filed: Filed, reply: ReplyBody, at: datetime = NOON, **more: Any
) -> Any:
    with office.writing() as session:
        return record_reply(
            session,
            office.post.desk,
            filed.requests[0].id,
            reply,
            at=at,
            staff_id=None,
            **more,
        )


def test_the_words_are_sealed_and_the_timeline_commits_to_them(office: Office) -> None:
    filed = office.sent()
    record(office, filed, body(vendor_reference=CASE))

    with office.store.reading() as session:
        kept = session.scalar(select(Reply).where(Reply.filing_id == filed.filing))
        assert kept is not None
        thing, place = kept.thing, Where("reply", str(kept.id))
    assert thing is not None
    assert WORDS.encode() not in thing.sealed
    content = json.loads(open_with_receipt(thing, place, office.receipt(filed)))
    assert content["text"] == WORDS
    assert content["vendor_reference"] == CASE
    nonce = bytes.fromhex(content["nonce"])
    event = office.timeline(filed)[-1]
    said = f'{{"files":[],"form":"efface words 2","text":"{WORDS}"}}'
    assert event.commitment == hashlib.sha256(nonce + said.encode()).digest()


def test_equal_words_are_committed_to_in_different_ways(office: Office) -> None:
    filed = office.sent()
    for kind in ("acknowledged", "identity_requested"):
        record(office, filed, says(kind))
    first, second = office.timeline(filed)[-2:]
    assert first.commitment != second.commitment


def test_an_answer_ends_what_is_owed(office: Office) -> None:
    filed = office.sent()
    assert office.request(filed).due is not None

    done = record(office, filed, says("deleted"))

    assert isinstance(done, Recorded)
    row = office.request(filed)
    assert (row.status, row.outcome) == (Status.ANSWERED, Outcome.DELETED)
    assert row.due is None
    assert row.respond_due is not None


def test_a_vendor_that_answers_late_still_answers(office: Office) -> None:
    filed = office.sent()
    late = datetime(2027, 6, 1, 12, tzinfo=UTC)
    record(office, filed, says("acknowledged"))
    done = record(office, filed, says("deleted", received_on="2027-05-30"), late)
    assert isinstance(done, Recorded)


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_the_same_key_records_once_and_never_another_reply(
    office: Office, after: int
) -> None:
    filed = office.sent()
    done = [
        record(office, filed, says("acknowledged"), idempotency_key="k")
        for _ in range(after)
    ]
    other = record(office, filed, says("deleted"), idempotency_key="k")

    assert all(isinstance(one, Recorded) for one in done)
    assert isinstance(other, OtherBody)
    assert len(office.timeline(filed)) == 4


def test_a_reply_to_nothing_records_nothing(office: Office) -> None:
    with office.writing() as session:
        desk, nothing = office.post.desk, new_id(NOON)
        assert isinstance(
            record_reply(session, desk, nothing, body(), at=NOON, staff_id=None),
            UnknownRequest,
        )
        assert isinstance(
            preview_reply(session, desk, nothing, body(), at=NOON), UnknownRequest
        )
        assert isinstance(
            preview_retraction(session, desk, nothing, 4, at=NOON), UnknownRequest
        )
        assert isinstance(
            retract_entry(session, desk, nothing, 4, at=NOON, staff_id=new_id(NOON)),
            UnknownRequest,
        )


# Days: the same moment has several


EVENING = datetime(2026, 11, 24, 6, tzinfo=UTC)
"""The 24th in New York, where the vendor sits; still the 23rd in California."""


@pytest.mark.parametrize(
    ("received", "fits"),
    [
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), True),
        (date(2026, 11, 25), False),
    ],
)
def test_a_day_is_taken_if_the_resident_or_the_vendor_could_have_written_it(
    office: Office, received: date, fits: bool
) -> None:
    filed = office.sent(at=EVENING)
    assert office.request(filed).sent_on == date(2026, 11, 24)

    done = record(office, filed, body(received_on=received), EVENING)

    assert isinstance(done, Recorded if fits else NotThatDay)
    assert len(office.timeline(filed)) == 3 + fits


def test_the_effect_is_refused_for_the_same_days_and_steps(office: Office) -> None:
    filed, unsent = office.sent(), office.file(residence="CA-ON")
    desk = office.post.desk
    with office.store.reading() as session:
        early = preview_reply(
            session,
            desk,
            filed.requests[0].id,
            body(received_on="2026-11-20"),
            at=NOON,
        )
        soon = preview_reply(session, desk, unsent.requests[0].id, body(), at=NOON)
    assert isinstance(early, NotThatDay)
    assert isinstance(soon, CannotFollow)
    assert soon.why == "refused cannot follow unconfirmed"


@pytest.mark.parametrize(
    ("promised", "extended"),
    [
        ("2026-12-15", "2027-01-07"),
        ("2027-02-01", "2027-02-01"),
        ("9999-12-31", "2027-02-22"),
    ],
)
def test_a_promise_moves_the_due_date_as_far_as_the_law_lets_it(
    office: Office, promised: str, extended: str
) -> None:
    filed = office.sent()

    record(office, filed, says("extended", until=promised))

    row = office.request(filed)
    assert str(row.extended_due) == str(row.due) == extended
    assert str(office.timeline(filed)[-1].until) == promised


@pytest.mark.parametrize(
    "reply",
    [
        body(),
        says("acknowledged"),
        says("identity_requested"),
        says("extended", until="2027-02-01"),
        says("nothing_found"),
    ],
    ids=lambda reply: str(reply.kind),
)
def test_the_effect_that_is_shown_is_the_one_that_comes(
    office: Office, reply: ReplyBody
) -> None:
    filed = office.sent()
    with office.store.reading() as session:
        shown = preview_reply(
            session, office.post.desk, filed.requests[0].id, reply, at=NOON
        )
    record(office, filed, reply)

    assert isinstance(shown, Preview)
    row = office.request(filed)
    assert shown.after == replay(office.timeline(filed))
    assert shown.due_after == row.due
    assert bool(shown.mails_from) is bool(office.messages(filed, MessageKind.ANSWERED))


# What the vendor calls it


def test_a_vendors_reference_finds_the_request_however_it_is_spaced(
    office: Office,
) -> None:
    filed = office.sent()
    record(office, filed, says("acknowledged", vendor_reference=CASE))
    record(office, filed, says("deleted", vendor_reference=CASE))

    with office.store.reading() as session:
        for name in (CASE, "CASE17/B", " case 17/ b "):
            found = number_of(session, office.post.desk, name)
            assert found == filed.requests[0].number


def test_a_reference_that_several_have_finds_none_of_them(office: Office) -> None:
    for residence in ("US-CA", "US-NY"):
        filed = office.sent(residence=residence)
        record(office, filed, says("acknowledged", vendor_reference=CASE))

    with office.store.reading() as session:
        found = find_request(session, office.post.desk, CASE)
    assert found is NotFound.SEVERAL


def test_of_who_is_forgotten_no_reference_and_no_words_stay(office: Office) -> None:
    filed = office.sent()
    record(office, filed, says("acknowledged", vendor_reference=CASE))
    with office.writing() as session:
        destroy_personal(session, filed.filing, at=NOON)
    mails = len(office.messages(filed, MessageKind.ANSWERED))
    later = datetime(2026, 11, 25, 12, tzinfo=UTC)

    done = record(office, filed, says("deleted", vendor_reference=CASE), later)

    assert isinstance(done, Recorded)
    assert office.request(filed).outcome is Outcome.DELETED
    assert len(office.messages(filed, MessageKind.ANSWERED)) == mails
    with office.store.reading() as session:
        kept = session.scalars(
            select(Reply).where(Reply.filing_id == filed.filing)
        ).all()
        assert [reply.thing for reply in kept] == [None]
        found = find_request(session, office.post.desk, CASE)
        assert found is NotFound.NONE


# Taking back


def test_what_is_taken_back_counts_as_if_it_had_never_come(office: Office) -> None:
    filed = office.sent()
    before = replay(office.timeline(filed))
    due = office.request(filed).due
    record(office, filed, says("extended", until="2027-02-01"))
    with office.writing() as session:
        done = retract_entry(
            session,
            office.post.desk,
            filed.requests[0].id,
            4,
            at=NOON,
            staff_id=new_id(NOON),
        )

    assert isinstance(done, Recorded)
    row = office.request(filed)
    assert replay(office.timeline(filed)) == before
    assert (row.due, row.extended_due) == (due, None)


def test_an_entry_on_which_another_rests_is_not_taken_back(office: Office) -> None:
    filed = office.sent()
    desk, request_id = office.post.desk, filed.requests[0].id
    record(office, filed, body())
    given = Event(kind=EventKind.APPEALED, at=NOON, by=Actor.RESIDENT)
    with office.writing() as session:
        row = requests.locked(session, filed.filing, request_id)
        assert row is not None
        requests.record(session, row, given)

    with office.writing() as session:
        shown = preview_retraction(session, desk, request_id, 4, at=NOON)
        taken = retract_entry(
            session, desk, request_id, 4, at=NOON, staff_id=new_id(NOON)
        )

    assert isinstance(shown, CannotFollow)
    assert isinstance(taken, CannotFollow)
    assert len(office.timeline(filed)) == 5


# The form of a reply


@pytest.mark.parametrize("kind", [k for k in EventKind if k.value in {"sent", "filed"}])
def test_a_vendor_cannot_say_everything(kind: EventKind) -> None:
    with pytest.raises(ValidationError):
        says(kind)


def test_a_body_is_closed_and_frozen() -> None:
    with pytest.raises(ValidationError):
        body(surprise=1)
    with pytest.raises(ValidationError):
        body().text = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "evidence", [Evidence.PROTOCOL, Evidence.VENDOR_LINK, Evidence.AUTHENTICATED_MAIL]
)
def test_what_the_portal_checks_itself_is_not_a_persons_to_say(
    evidence: Evidence,
) -> None:
    with pytest.raises(ValidationError):
        says("deleted", evidence=evidence)
