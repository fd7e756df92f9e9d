"""Letters to one vendor leave spread out; a vendor that fails is left alone."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.actions.look_after import kept_back, outbox_figures
from app.actions.pace import FAILURES_OF_ALL, FAILURES_OF_ONE, Pace, tried
from app.actions.withdraw_request import withdraw_open
from app.channels.base import Delivery
from app.domain.timeline import Status
from app.store.outbox import KeptBack, MessageKind, State
from tests.post_office import NOON, Office

VENDOR = "privacy@probe.example.org"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
START = NOON + HOUR
"""When the hold of all letters ends."""


@pytest.fixture
def office(holding: Office) -> Office:
    """A portal whose letters all wait for the end of their hold."""
    return holding


@pytest.fixture
def slow(office: Office) -> Office:
    """The same, with twenty letters an hour to one vendor."""
    office.post = replace(office.post, pace=Pace(20))
    return office


def confirmed(office: Office, count: int) -> None:
    """Confirm so many filings; what was to be mailed to their residents has left."""
    for number in range(count):
        office.confirmed(resident={"name": "A B", "email": f"a{number}@example.org"})
    office.deliver()
    office.channel.sent.clear()


def kept(office: Office) -> list[tuple[str, KeptBack, int]]:
    with office.store.reading() as session:
        return [(k.vendor, k.why, k.letters) for k in kept_back(session)]


def sent_at(office: Office, until: timedelta) -> list[datetime]:
    """Deliver minute by minute; return when each letter left."""
    times, at = [], START
    while at <= START + until:
        office.channel.sent.clear()
        office.deliver(at)
        times += [at] * len(office.channel.to(VENDOR))
        at += MINUTE
    return times


@pytest.mark.parametrize("an_hour", [1, 7, 20, 100, 1000])
def test_no_hour_has_more_letters_than_it_may(an_hour: int) -> None:
    pace = Pace(an_hour)
    between = pace.refilled / pace.at_once

    assert pace.at_once + (HOUR - between) / between <= an_hour + 0.001


def test_letters_beyond_the_hours_measure_wait_and_all_leave(slow: Office) -> None:
    confirmed(slow, 30)

    times = sent_at(slow, 3 * HOUR)

    assert len(times) == 30
    assert times[1] == START < times[2]
    for begin in times:
        assert sum(begin <= time < begin + HOUR for time in times) <= 20


def test_what_waits_is_counted_and_shown_to_staff(slow: Office) -> None:
    confirmed(slow, 5)

    slow.deliver(START)

    assert kept(slow) == [("probe", KeptBack.TURN, 3)]
    with slow.store.reading() as session:
        figures = outbox_figures(session, at=START)
    assert (figures.kept_back, figures.unknown) == (3, 0)
    slow.deliver(START + HOUR)
    assert kept(slow) == []


def test_mail_to_residents_and_letters_to_others_do_not_wait(slow: Office) -> None:
    confirmed(slow, 5)
    slow.confirmed(vendors=["zoominfo"])
    slow.file(at=START, resident={"name": "A B", "email": "late@example.org"})

    slow.deliver(START)

    recipients = Counter(envelope.recipient for envelope in slow.channel.sent)
    assert recipients["late@example.org"] == 1
    assert recipients["privacy@zoominfo.com"] == 1
    assert kept(slow) == [("probe", KeptBack.TURN, 3)]


def test_a_letter_that_waits_can_be_taken_back(slow: Office) -> None:
    mailboxes = [f"a{number}@example.org" for number in range(3)]
    all_filed = [
        slow.confirmed(resident={"name": "A B", "email": mailbox})
        for mailbox in mailboxes
    ]
    slow.deliver(START)
    [filed] = [f for f in all_filed if slow.request(f).status is Status.QUEUED]

    with slow.writing() as session:
        withdraw_open(session, slow.post.desk, filed.filing, at=START)
    slow.channel.sent.clear()
    slow.deliver(START + HOUR)

    assert slow.channel.to(VENDOR) == []
    assert kept(slow) == []


def test_a_vendor_that_keeps_failing_is_left_alone(office: Office) -> None:
    confirmed(office, 12)
    office.channel.answers = [Delivery.DEFERRED] * 5

    office.deliver(START)

    assert len(office.channel.to(VENDOR)) == FAILURES_OF_ONE
    assert kept(office) == [("probe", KeptBack.PAUSE, 7)]


def test_one_that_works_again_gets_everything(office: Office) -> None:
    confirmed(office, 12)
    office.channel.answers = [Delivery.UNKNOWN, *[Delivery.DEFERRED] * 4]
    office.deliver(START)
    office.channel.sent.clear()

    for quarter in range(1, 12):
        office.deliver(START + quarter * HOUR / 4)

    letters = Counter(str(mail["Message-ID"]) for mail in office.channel.to(VENDOR))
    assert len(letters) == 12
    assert set(letters.values()) == {1}
    assert kept(office) == []


def test_letters_to_one_that_never_works_end_undeliverable(office: Office) -> None:
    filed = [
        office.confirmed(resident={"name": "A B", "email": f"a{n}@example.org"})
        for n in range(8)
    ]
    tries = 0
    for hour in range(4 * 24):
        office.channel.answers = [Delivery.DEFERRED] * 99
        office.deliver(START + hour * HOUR)
        tries += len(office.channel.to(VENDOR))
        office.channel.sent.clear()

    states = {office.messages(one, MessageKind.LETTER)[0].state for one in filed}
    assert states == {State.FAILED}
    assert {office.request(one).status for one in filed} == {Status.UNDELIVERABLE}
    assert tries >= 8


def test_when_vendors_in_general_fail_no_letter_leaves_but_mail_does(
    office: Office,
) -> None:
    filed = office.confirmed()
    office.file(at=START, resident={"name": "A B", "email": "late@example.org"})
    with office.writing() as session:
        for number in range(FAILURES_OF_ALL):
            vendor = f"vendor {number % 10}"
            tried(session, office.post.desk.keys, vendor, well=False, at=START)

    office.deliver(START)

    assert "late@example.org" in {e.recipient for e in office.channel.sent}
    assert office.request(filed).status is Status.QUEUED
    office.deliver(START + HOUR)
    assert office.request(filed).status is Status.SENT


def test_a_few_failures_among_many_that_arrive_stop_nothing(office: Office) -> None:
    with office.writing() as session:
        for number in range(10 * FAILURES_OF_ALL):
            well, vendor = number % 3 > 0, f"vendor {number}"
            tried(session, office.post.desk.keys, vendor, well=well, at=START)
    filed = office.confirmed()

    office.deliver(START)

    assert office.request(filed).status is Status.SENT
