"""Figures: each quarter is counted once, and then stands."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from app.actions.count_figures import count_figures
from app.actions.erase_filing import destroy_personal
from app.actions.prepare_filing import Filed
from app.actions.read_figures import (
    PublishedFigure,
    published_figures,
    published_gaps,
    releases,
)
from app.actions.release_figures import publish, release_figures
from app.domain.figures import SEVERAL, Course, Quarter
from app.domain.grounds import Verdict
from app.domain.timeline import Actor, DenialGround, Event, EventKind, Outcome
from app.store import people, requests, watches
from app.store.base import new_id
from app.store.broadcasts import Broadcast
from app.worker import Worker
from tests.conftest import FakeClock
from tests.many_asked import FIRST_OF_OCTOBER, SPRING, Crowd
from tests.post_office import Office

PERIOD = Quarter(2026, 2)
LAW = "us-ca-ccpa"


@pytest.fixture
def crowd(office: Office) -> Crowd:
    return Crowd(office)


def told(crowd: Crowd, on: date = date(2026, 10, 1)) -> tuple[PublishedFigure, ...]:
    with crowd.office.store.reading() as session:
        return published_figures(session, on)


def courses(crowd: Crowd) -> dict[Course, int]:
    [one] = told(crowd)
    return dict(one.figure.courses.alone)


def test_a_quarter_is_told_by_company_and_law(crowd: Crowd) -> None:
    crowd.answered(range(12), days=20)
    crowd.answered(range(20, 31), EventKind.REFUSED, ground=DenialGround.OTHER, days=60)
    crowd.answered(range(40, 50), None)

    assert crowd.publish() == 1

    [one] = told(crowd)
    assert (one.quarter, one.vendor, one.law) == (PERIOD, "probe", LAW)
    figure = one.figure
    assert figure.courses.alone == {
        **dict.fromkeys(Course, 0),
        Course.IN_TIME: 12,
        Course.LATE: 11,
        Course.NO_ANSWER: 10,
    }
    assert figure.courses.whole == 33
    assert figure.answered == 23
    assert figure.outcomes.alone[Outcome.DELETED] == 12
    assert figure.outcomes.alone[Outcome.REFUSED] == 11
    assert figure.grounds.alone[DenialGround.OTHER] == 11
    assert figure.dots == {Course.IN_TIME: (20,), Course.LATE: (60,)}
    assert figure.quantile(0.5) == 40


def test_nine_people_are_told_of_nowhere(crowd: Crowd) -> None:
    crowd.answered(range(9))

    assert crowd.publish() == 1

    assert told(crowd) == ()
    with crowd.office.store.reading() as session:
        [release] = releases(session, FIRST_OF_OCTOBER.date())
    assert release.quarter == PERIOD


def test_a_quarter_is_counted_once_and_then_stands(crowd: Crowd) -> None:
    crowd.answered(range(12))
    crowd.publish()
    before = told(crowd)

    crowd.answered(range(20, 40))
    assert crowd.publish() == 0
    assert crowd.publish(FIRST_OF_OCTOBER + timedelta(days=80)) == 0

    assert told(crowd) == before


def test_a_quarter_is_published_on_its_day_and_not_before(crowd: Crowd) -> None:
    crowd.answered(range(12))

    assert crowd.publish(FIRST_OF_OCTOBER - timedelta(days=1)) == 0
    assert crowd.publish(FIRST_OF_OCTOBER) == 1

    assert told(crowd, date(2026, 9, 30)) == ()
    assert len(told(crowd, date(2026, 10, 1))) == 1


def test_a_day_that_was_missed_is_made_good_as_of_that_day(crowd: Crowd) -> None:
    crowd.answered(range(10), days=20)
    late = [crowd.asks(number) for number in range(20, 30)]
    for filed in late:
        crowd.gets(filed, days=170)  # after the first of October

    assert crowd.publish(FIRST_OF_OCTOBER + timedelta(days=30)) == 1

    assert courses(crowd)[Course.NO_ANSWER] == 10
    assert courses(crowd)[Course.IN_TIME] == 10


def test_every_quarter_since_the_first_filing_is_due(crowd: Crowd) -> None:
    crowd.answered(range(12))

    assert crowd.publish(FIRST_OF_OCTOBER + timedelta(days=100)) == 2


def test_whoever_asked_twice_counts_once(crowd: Crowd) -> None:
    crowd.answered(range(10))
    crowd.answered([3, 4, 5], None, at=SPRING + timedelta(days=3))
    crowd.publish()

    [one] = told(crowd)
    assert one.figure.courses.whole == 10


def test_who_never_confirmed_is_told_of_apart(crowd: Crowd) -> None:
    crowd.answered(range(10))
    for number in range(20, 31):
        crowd.asks(number, confirms=False)
    crowd.publish()

    [one] = told(crowd)
    assert one.figure.unconfirmed == 11
    assert one.figure.courses.whole == 10


def test_laws_that_few_asked_under_stand_together(crowd: Crowd) -> None:
    crowd.answered(range(6))
    crowd.answered(range(20, 26), residence="US-CO")
    crowd.answered(range(30, 33), residence="US-VA")
    crowd.publish()

    [one] = told(crowd)
    assert one.law == SEVERAL
    assert one.figure.courses.whole == 15


def test_a_request_that_was_answered_and_appealed_keeps_its_first_day(
    crowd: Crowd,
) -> None:
    crowd.answered(range(9))
    filed = crowd.asks(20)
    crowd.gets(filed, EventKind.REFUSED, days=30, ground=DenialGround.OTHER)
    crowd.happens(filed, EventKind.APPEALED, SPRING + timedelta(days=40))
    crowd.publish()

    assert courses(crowd)[Course.IN_TIME] == 10


def test_an_answer_that_was_taken_back_is_none(crowd: Crowd) -> None:
    crowd.answered(range(10))
    filed = crowd.asks(20)
    crowd.gets(filed)
    wrong = Event(
        kind=EventKind.RETRACTED,
        at=SPRING + timedelta(days=30),
        by=Actor.STAFF,
        retracts=4,
    )
    with crowd.office.writing() as session:
        [request] = requests.requests_of(session, filed.filing)
        requests.record(session, request, wrong)
    crowd.publish()

    assert courses(crowd)[Course.IN_TIME] == 10


def test_a_person_whose_data_was_destroyed_still_counts(crowd: Crowd) -> None:
    crowd.answered(range(10))
    with crowd.office.writing() as session:
        session.execute(update(people.Person).values(email_index=None))
    crowd.publish()

    assert courses(crowd)[Course.IN_TIME] == 10


def test_who_asked_a_whole_list_is_not_counted_with_those_who_chose(
    crowd: Crowd,
) -> None:
    crowd.answered(range(10))
    filed = crowd.asks(20)
    crowd.gets(filed)
    with crowd.office.writing() as session:
        session.add(list_of(filed.filing))
    crowd.publish()

    assert courses(crowd)[Course.IN_TIME] == 10


def forget(crowd: Crowd, filed: Filed) -> None:
    with crowd.office.writing() as session:
        destroy_personal(session, filed.filing, at=SPRING + timedelta(days=60))


@pytest.mark.parametrize("forgotten", [(0,), (1,), (0, 1), (1, 0)])
def test_a_forgotten_mailbox_does_not_become_two_people(
    crowd: Crowd, forgotten: tuple[int, ...]
) -> None:
    crowd.answered(range(8))
    twice = [crowd.asks(20), crowd.asks(20, at=SPRING + timedelta(days=3))]
    for filed in twice:
        crowd.gets(filed, at=SPRING + timedelta(days=4))
    for place in forgotten:
        forget(crowd, twice[place])
    crowd.publish()
    assert told(crowd) == ()


def test_a_forgotten_filing_that_nobody_confirmed_stands_for_no_other(
    crowd: Crowd,
) -> None:
    crowd.answered(range(9))
    never = crowd.asks(20, confirms=False)
    crowd.gets(crowd.asks(20, at=SPRING + timedelta(days=3)))
    forget(crowd, never)
    crowd.publish()

    assert courses(crowd)[Course.IN_TIME] == 10


def list_of(filing_id: UUID) -> Broadcast:
    return Broadcast(
        filing_id=filing_id,
        circle="us-ca-registry",
        version=1,
        number="R-7Q2M-4KDX",
        verdict=Verdict.ELIGIBLE,
        law=LAW,
        told={},
        drawer=None,
        items="",
        withdrawn_at=None,
        closed_on=None,
        sealed=None,
        key_drawer=None,
    )


def test_counting_stops_where_it_may_not_go_on(crowd: Crowd) -> None:
    crowd.answered(range(10))
    desk = crowd.office.post.desk

    done = release_figures(
        crowd.office.store, desk, at=FIRST_OF_OCTOBER, may_go_on=lambda: False
    )

    assert done == 0
    assert crowd.publish() == 1


def test_two_who_publish_at_once_leave_one_release(crowd: Crowd) -> None:
    crowd.answered(range(12))
    desk = crowd.office.post.desk
    counts = count_figures(crowd.office.store, desk, PERIOD)
    assert counts is not None

    crowd.publish()
    with crowd.office.writing() as session:
        assert not publish(session, PERIOD, counts, at=FIRST_OF_OCTOBER)


def test_the_worker_publishes_on_the_day(crowd: Crowd, now: FakeClock) -> None:
    crowd.answered(range(12))
    worker = Worker(crowd.office.post, now, now)

    now.at = FIRST_OF_OCTOBER - timedelta(days=1)
    worker.once()
    assert told(crowd) == ()

    now.at = FIRST_OF_OCTOBER
    worker.once()
    assert len(told(crowd)) == 1


def test_who_asked_a_whole_list_first_counts_by_what_was_asked_of_one(
    crowd: Crowd,
) -> None:
    crowd.answered(range(9))
    filed = crowd.asks(20)
    crowd.gets(filed)
    with crowd.office.writing() as session:
        session.add(list_of(filed.filing))
    crowd.gets(crowd.asks(20, at=SPRING + timedelta(days=3)))
    crowd.publish()

    assert courses(crowd)[Course.IN_TIME] == 10


# Gaps


def without_right(crowd: Crowd, numbers: range) -> None:
    for number in numbers:
        crowd.asks(number, residence="IN")


def test_requests_without_a_right_are_counted_as_gaps_alone(crowd: Crowd) -> None:
    without_right(crowd, range(11))
    crowd.publish()

    assert told(crowd) == ()
    with crowd.office.store.reading() as session:
        [gap] = published_gaps(session, FIRST_OF_OCTOBER.date())
    assert (gap.place, gap.vendor, gap.people) == ("IN", "probe", 11)


def test_who_waits_counts_with_who_asked_and_nobody_twice(crowd: Crowd) -> None:
    without_right(crowd, range(10))
    with crowd.office.writing() as session:
        mailboxes = [p.email_index for p in session.query(people.Person)]
        for mailbox in (mailboxes[0], b"another", b"one more"):
            session.add(watch(mailbox))
    crowd.publish()

    with crowd.office.store.reading() as session:
        [gap] = published_gaps(session, FIRST_OF_OCTOBER.date())
    assert gap.people == 12


def test_who_waits_counts_by_the_answer_of_the_day_on_which_they_came(
    crowd: Crowd,
) -> None:
    with crowd.office.writing() as session:
        for number in range(12):
            session.add(watch(b"without %d" % number))
            session.add(watch(b"covered %d" % number, "US-CA"))
        for place, now in (("IN", Verdict.ELIGIBLE), ("US-CA", Verdict.NOT_ELIGIBLE)):
            session.add(
                watches.Watched(
                    residence=place,
                    vendor="probe",
                    verdicts={"probe": now},
                    changed={},
                    changed_on=None,
                    change=0,
                    untold=False,
                    look_on=None,
                    looked_by="",
                )
            )
    crowd.publish()

    with crowd.office.store.reading() as session:
        [gap] = published_gaps(session, FIRST_OF_OCTOBER.date())
    assert (gap.place, gap.vendor, gap.people) == ("IN", "probe", 12)


def watch(mailbox: bytes | None, residence: str = "IN") -> watches.Watch:
    assert mailbox is not None
    return watches.Watch(
        id=new_id(SPRING),
        mailbox=mailbox,
        residence=residence,
        vendor="probe",
        language="en",
        token_hash=mailbox,
        confirm_by=None,
        told=0,
    )


def test_nine_without_a_right_are_told_of_nowhere(crowd: Crowd) -> None:
    without_right(crowd, range(9))
    crowd.publish()

    with crowd.office.store.reading() as session:
        assert published_gaps(session, FIRST_OF_OCTOBER.date()) == ()


def test_a_portal_where_nobody_filed_publishes_nothing(crowd: Crowd) -> None:
    assert crowd.publish() == 0
