"""What a resident is mailed about beside the day of an answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.actions.prepare_filing import Filed
from app.actions.remind import remind, tell_of, to_remind, to_tell_of
from app.domain.timeline import Actor, DenialGround, Event, EventKind
from app.store import requests
from app.store.outbox import MessageKind
from tests.post_office import MAILBOX, NOON, Office, ids, words

A_DAY = timedelta(days=1)
APPEALED_AND_REFUSED = [EventKind.REFUSED, EventKind.APPEALED, EventKind.REFUSED]


def happens(
    office: Office, filed: Filed, kind: EventKind, *, until: date | None = None
) -> None:
    with office.writing() as session:
        request = requests.locked(session, *ids(filed))
        assert request is not None
        ground = DenialGround.OTHER if kind is EventKind.REFUSED else None
        event = Event(kind=kind, at=NOON, by=Actor.STAFF, denial_ground=ground)
        requests.record(session, request, event)
        request.complaint_until = until


def told(office: Office, at: datetime) -> None:
    with office.writing() as session:
        desk = office.post.desk
        for one in to_tell_of(session, desk=desk, at=at):
            assert tell_of(session, one, desk=desk, at=at)


def days_of(office: Office, filed: Filed, kind: MessageKind, upto: int) -> list[int]:
    """Return on which days after the answer a mail of a kind was queued."""
    for day in range(0, upto, 2):
        told(office, NOON + day * A_DAY)
    return [(m.created_at - NOON).days for m in office.messages(filed, kind)]


def test_proof_that_was_asked_for_is_mailed_about_once(office: Office) -> None:
    filed = office.sent()
    happens(office, filed, EventKind.IDENTITY_REQUESTED)

    assert days_of(office, filed, MessageKind.IDENTITY, 40) == [8]


def test_proof_that_was_given_is_not_asked_for(office: Office) -> None:
    filed = office.sent()
    happens(office, filed, EventKind.IDENTITY_REQUESTED)
    happens(office, filed, EventKind.IDENTITY_GIVEN)

    assert days_of(office, filed, MessageKind.IDENTITY, 40) == []


@pytest.mark.parametrize(
    ("answer", "days"), [(EventKind.REFUSED, [46]), (EventKind.DELETED, [])]
)
def test_the_last_day_of_a_complaint_is_told_to_who_may_complain(
    office: Office, answer: EventKind, days: list[int]
) -> None:
    filed = office.sent()
    happens(office, filed, answer, until=NOON.date() + 60 * A_DAY)

    assert days_of(office, filed, MessageKind.WINDOW, 70) == days


@pytest.mark.parametrize(
    ("answer", "days"),
    [
        (EventKind.DELETED, [180]),
        (EventKind.NOTHING_FOUND, []),
        (EventKind.REFUSED, []),
    ],
)
def test_a_good_answer_is_asked_about_once_after_half_a_year(
    office: Office, answer: EventKind, days: list[int]
) -> None:
    filed = office.sent()
    happens(office, filed, answer)

    assert days_of(office, filed, MessageKind.RECHECK, 400) == days


def test_what_comes_on_one_day_is_one_mail(office: Office) -> None:
    filed = office.sent()
    happens(office, filed, EventKind.IDENTITY_REQUESTED, until=NOON.date() + 12 * A_DAY)
    with office.writing() as session:
        request = requests.locked(session, *ids(filed))
        assert request is not None
        request.due = NOON.date()
    at = NOON + 8 * A_DAY
    told(office, at)
    assert len(office.messages(filed, MessageKind.WINDOW)) == 1
    assert len(office.messages(filed, MessageKind.IDENTITY)) == 1

    office.deliver(at)
    office.deliver(at + 3 * A_DAY)

    [mail] = office.channel.to(MAILBOX)
    assert "waits for proof" in words(mail)
    assert "time limit of one of your requests" in words(mail)


@pytest.mark.parametrize(
    ("law", "answers", "days"),
    [
        ("us-va-vcdpa", [EventKind.REFUSED], [14]),
        ("us-va-vcdpa", [EventKind.SUPPRESSED], [14]),
        ("us-va-vcdpa", [EventKind.DELETED], []),
        ("us-va-vcdpa", APPEALED_AND_REFUSED, []),
        ("us-ca-ccpa", [EventKind.REFUSED], []),
    ],
)
def test_who_may_appeal_is_told_once_after_a_no(
    office: Office, law: str, answers: list[EventKind], days: list[int]
) -> None:
    filed = office.sent()
    for kind in answers:
        happens(office, filed, kind)
    with office.writing() as session:
        request = requests.locked(session, *ids(filed))
        assert request is not None
        request.law = law

    assert days_of(office, filed, MessageKind.APPEAL, 60) == days


@pytest.mark.parametrize(("since", "days"), [(NOON, [14]), (NOON + A_DAY, [])])
def test_an_appeal_is_told_of_if_the_law_had_one_when_the_letter_left(
    office: Office, since: datetime, days: list[int]
) -> None:
    filed, desk = office.sent(), office.post.desk
    happens(office, filed, EventKind.REFUSED)
    known = desk.rulebook.pack.laws
    law, terms = known["us-ca-ccpa"], known["us-va-vcdpa"].steps[-1].deadlines
    gained = replace(law.steps[-1], start=since.date(), deadlines=terms)
    laws = {law.id: replace(law, steps=(*law.steps, gained))}
    pack = replace(desk.rulebook.pack, laws=laws)
    rulebook = replace(desk.rulebook, pack=pack)
    office.post = replace(office.post, desk=replace(desk, rulebook=rulebook))

    assert days_of(office, filed, MessageKind.APPEAL, 20) == days


def test_the_end_of_an_extension_is_told_as_such(office: Office) -> None:
    filed, at = office.sent(), NOON + 10 * A_DAY
    with office.writing() as session:
        request = requests.locked(session, *ids(filed))
        assert request is not None
        request.extended_due = request.due = NOON.date() + 9 * A_DAY
        assert remind(session, ids(filed), desk=office.post.desk, at=at)

    office.deliver(at)

    [mail] = office.channel.to(MAILBOX)
    assert "longer time that a company took" in words(mail)


def test_nobody_is_late_before_the_day_is_over_everywhere(office: Office) -> None:
    filed = office.sent()
    with office.writing() as session:
        request = requests.locked(session, *ids(filed))
        assert request is not None
        request.due = NOON.date()
        request.reminded_on = NOON.date() - A_DAY
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    in_honolulu_too = midnight + timedelta(hours=12)

    with office.store.reading() as session:
        soon = to_remind(session, at=in_honolulu_too - timedelta(seconds=1))
        late = to_remind(session, at=in_honolulu_too)
    assert (soon, late) == ([], [ids(filed)])
