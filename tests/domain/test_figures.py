"""What became of requests, and which rows may tell it."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.disclosure import Told
from app.domain.figures import (
    GIVEN_UP_FIRST,
    GROUNDS,
    NOT_SAID,
    SEVERAL,
    Case,
    Course,
    Quarter,
    Tally,
    case_of,
    figure_of,
    figures_of,
)
from app.domain.gaps import Crowd, gaps_of
from app.domain.timeline import (
    Actor,
    DenialGround,
    Event,
    EventKind,
    Outcome,
    Status,
)

NOON = datetime(2026, 4, 20, 12, tzinfo=UTC)
DUE = date(2026, 6, 4)
ON = date(2026, 10, 1)
K = EventKind


def happened(
    *kinds: EventKind | tuple[EventKind, int], **given: object
) -> tuple[Event, ...]:
    """Return events, each on its own day; a filing comes first."""
    events = [Event(kind=K.FILED, at=NOON, by=Actor.RESIDENT)]
    for one in kinds:
        kind, days = one if isinstance(one, tuple) else (one, 0)
        refused = kind is K.REFUSED and "ground" in given
        ground = DenialGround.OTHER if refused else None
        again = given.get("again") or kind is not K.REOPENED
        resumes = None if again else Status.ACKNOWLEDGED
        events.append(
            Event(
                kind=kind,
                at=NOON + timedelta(days=days),
                by=Actor.STAFF,
                denial_ground=ground,
                resumes=resumes,
            )
        )
    return tuple(events)


def in_utc(at: datetime) -> date:
    return at.date()


SENT = (K.CONFIRMED, K.SENT)


# A quarter


@pytest.mark.parametrize(
    ("day", "written", "published"),
    [
        (date(2026, 1, 1), "2026-Q1", date(2026, 7, 1)),
        (date(2026, 6, 30), "2026-Q2", date(2026, 10, 1)),
        (date(2026, 12, 31), "2026-Q4", date(2027, 4, 1)),
    ],
)
def test_a_quarter_is_published_when_another_has_passed(
    day: date, written: str, published: date
) -> None:
    quarter = Quarter.of(day)

    assert str(quarter) == written
    assert Quarter.read(written) == quarter
    assert quarter.first <= day <= quarter.last
    assert quarter.published_on == published


@pytest.mark.parametrize("text", ["2026", "2026-Q5", "0000-Q1", "2026-q1", ""])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a quarter is written"):
        Quarter.read(text)


# One request


@pytest.mark.parametrize(
    ("events", "due", "course"),
    [
        ((*SENT, (K.DELETED, 45)), DUE, Course.IN_TIME),
        ((*SENT, (K.DELETED, 46)), DUE, Course.LATE),
        ((*SENT, (K.DELETED, 46)), None, Course.UNDATED),
        (SENT, DUE, Course.NO_ANSWER),
        (SENT, None, Course.NO_ANSWER),
        (SENT, ON, Course.NOT_DUE),
        ((*SENT, (K.IDENTITY_REQUESTED, 3)), DUE, Course.PROOF_ASKED),
        ((*SENT, (K.WITHDRAWN, 3)), DUE, Course.WITHDRAWN),
        ((*SENT, (K.CLOSED, 60)), DUE, Course.NO_ANSWER),
        ((*SENT, (K.CLOSED, 3)), ON, Course.WITHDRAWN),
        ((K.CONFIRMED, (K.UNDELIVERABLE, 1)), None, Course.UNDELIVERABLE),
        ((K.CONFIRMED,), None, Course.UNSENT),
    ],
)
def test_a_request_goes_one_of_nine_ways(
    events: tuple[EventKind | tuple[EventKind, int], ...],
    due: date | None,
    course: Course,
) -> None:
    found = case_of(happened(*events), due, ON, in_utc)

    assert found is not None
    assert found.course is course
    answered = course in {Course.IN_TIME, Course.LATE, Course.UNDATED}
    assert (found.outcome is not None) == answered


def test_what_was_not_confirmed_is_no_case() -> None:
    assert case_of(happened(), None, ON, in_utc) is None
    assert case_of(happened((K.EXPIRED, 1)), None, ON, in_utc) is None


def test_the_first_answer_counts_for_days_and_the_last_for_what_was_said() -> None:
    events = happened(*SENT, (K.REFUSED, 30), (K.APPEALED, 31), (K.DELETED, 70))

    assert case_of(events, DUE, ON, in_utc) == Case(
        Course.IN_TIME, Outcome.DELETED, None, days=30
    )


def test_opened_again_a_request_keeps_what_was_said_first() -> None:
    events = happened(*SENT, (K.REFUSED, 30), (K.REOPENED, 40), ground=True)

    assert case_of(events, DUE, ON, in_utc) == Case(
        Course.IN_TIME, Outcome.REFUSED, DenialGround.OTHER, days=30
    )


def test_sent_again_without_answer_a_request_keeps_what_was_said_first() -> None:
    again = ((K.REOPENED, 40), (K.SENT, 41), (K.CLOSED, 160))
    events = happened(*SENT, (K.REFUSED, 30), *again, ground=True, again=True)

    assert case_of(events, DUE, ON, in_utc) == Case(
        Course.IN_TIME, Outcome.REFUSED, DenialGround.OTHER, days=30
    )


def test_an_answer_is_late_by_the_days_of_the_place() -> None:
    evening = happened(*SENT, (K.DELETED, 45))
    last = replace(evening[-1], at=datetime(2026, 6, 5, 2, tzinfo=UTC))

    def in_california(at: datetime) -> date:
        return (at - timedelta(hours=7)).date()

    here = case_of((*evening[:-1], last), DUE, ON, in_california)
    elsewhere = case_of((*evening[:-1], last), DUE, ON, in_utc)

    assert here == Case(Course.IN_TIME, Outcome.DELETED, days=45)
    assert elsewhere == Case(Course.LATE, Outcome.DELETED, days=46)


def test_a_refusal_without_a_ground_is_called_that() -> None:
    found = case_of(happened(*SENT, (K.REFUSED, 3)), DUE, ON, in_utc)

    assert found is not None
    assert found.ground == NOT_SAID


def test_an_answer_to_what_never_left_has_no_days() -> None:
    events = happened(K.CONFIRMED, (K.UNDELIVERABLE, 1), (K.DELETED, 9))

    found = case_of(events, DUE, ON, in_utc)

    assert found is not None
    assert found.days is None


# One row


def tally(**counts: int) -> Tally:
    """Return so many requests of each course, every answer a deletion after 20 days."""
    made = Tally()
    for course, count in counts.items():
        answered = course in {"in_time", "late", "undated"}
        case = Case(
            Course(course),
            Outcome.DELETED if answered else None,
            days=20 if answered else None,
        )
        for _ in range(count):
            made.add(case)
    return made


def test_every_outcome_and_ground_has_its_place_in_line() -> None:
    assert set(GIVEN_UP_FIRST) == set(Outcome) - {Outcome.NO_ANSWER}
    assert set(GROUNDS) == {*DenialGround, NOT_SAID}


def test_a_row_of_nine_is_not_told() -> None:
    assert figure_of(tally(in_time=9)) is None
    assert figure_of(tally(**dict.fromkeys(Course, 9))) is None


def test_answers_of_a_course_that_is_hidden_are_told_of_nowhere() -> None:
    figure = figure_of(tally(in_time=12, late=9))

    assert figure is not None
    assert figure.courses == Told({Course.IN_TIME: 12}, None)
    assert figure.answered == 12
    assert figure.outcomes.whole == 12
    assert figure.dots == {Course.IN_TIME: (20,)}
    assert figure.quantile(0.5) == 20


def test_where_no_answer_is_told_nothing_of_them_is() -> None:
    figure = figure_of(tally(in_time=9, no_answer=12))

    assert figure is not None
    assert figure.outcomes.alone == {}
    assert figure.dots == {}
    assert figure.quantile(0.5) is None


def test_grounds_are_told_where_refusals_are() -> None:
    made = tally(in_time=10)
    for _ in range(10):
        made.add(Case(Course.IN_TIME, Outcome.REFUSED, DenialGround.OTHER, 10))

    figure = figure_of(made)

    assert figure is not None
    assert figure.grounds.alone[DenialGround.OTHER] == 10
    assert figure.grounds.alone[NOT_SAID] == 0


def test_what_nobody_confirmed_is_told_from_ten_on() -> None:
    made = tally(in_time=10)
    for _ in range(9):
        made.add(None)
    few = figure_of(made)
    made.add(None)
    more = figure_of(made)

    assert few is not None
    assert more is not None
    assert (few.unconfirmed, more.unconfirmed) == (None, 10)


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from([K.DELETED, K.REFUSED, K.SUPPRESSED]), max_size=3),
            st.booleans(),
            st.booleans(),
        ),
        min_size=10,
        max_size=40,
    )
)
def test_no_sum_of_a_row_misses_some_of_those_of_whom_it_tells(
    lives: list[tuple[list[EventKind], bool, bool]],
) -> None:
    made = Tally()
    for answers, again, closed in lives:
        days = itertools.count(1)
        kinds: list[EventKind | tuple[EventKind, int]] = []
        for answer in answers:
            kinds += [(K.SENT, next(days))] * (again or not kinds)
            kinds += [(answer, next(days)), (K.REOPENED, next(days))]
        kinds += [(K.SENT, next(days))] * (again or not kinds)
        kinds += [(K.CLOSED, next(days))] * closed
        made.add(case_of(happened(K.CONFIRMED, *kinds, again=again), DUE, ON, in_utc))
    figure = figure_of(made)

    if figure is not None:
        assert figure.outcomes.whole == figure.answered
        refused = figure.outcomes.alone.get(Outcome.REFUSED)
        assert figure.grounds.whole == (refused or 0)


# Rows beside each other


def rows(*people: int) -> dict[str, int | None]:
    """Return which laws have rows, for so many people under each."""
    tallies = {("one", str(law)): tally(in_time=n) for law, n in enumerate(people)}
    found = figures_of(tallies)
    return {law: figure.courses.whole for (_, law), figure in found.items()}


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ((9,), {}),
        ((12,), {"0": 12}),
        ((31, 9), {"0": 31}),
        ((31, 12, 5), {"0": 31, SEVERAL: 17}),
        ((25, 3), {SEVERAL: 28}),
        ((31, 12), {"0": 31, "1": 12}),
        ((21, 9), {SEVERAL: 30}),
        ((28, 29), {SEVERAL: 57}),
        ((28, 29, 4), {SEVERAL: 61}),
        ((4, 4), {}),
        ((9, 9), {SEVERAL: 18}),
    ],
)
def test_laws_that_are_seldom_asked_stand_together(
    people: tuple[int, ...], told: dict[str, int]
) -> None:
    assert rows(*people) == told


def test_how_few_asked_under_a_law_does_not_follow_from_the_rows() -> None:
    k, size, most = 3, 6, 14
    behind: dict[tuple[tuple[str, int | None], ...], list[tuple[int, ...]]] = {}
    for people in product(range(most), repeat=3):
        tallies = {("one", str(law)): tally(unsent=n) for law, n in enumerate(people)}
        found = figures_of(tallies, k, size)
        key = tuple((law, f.courses.whole) for (_, law), f in found.items())
        behind.setdefault(key, []).append(people)

    for rows_told, populations in behind.items():
        told = {law for law, _ in rows_told}
        for law in {"0", "1", "2"} - told:
            values = {people[int(law)] for people in populations}
            # Whoever asked under it knows that somebody did.
            somebody = values - {0}
            assert len(somebody) != 1 or min(somebody) >= k


# Gaps


def test_people_are_told_apart_until_they_are_ten() -> None:
    crowd = Crowd()
    for number in (1, 2, 2, 3):
        crowd.add(bytes([number]))
    assert crowd.count == 3

    for number in range(12):
        crowd.add(bytes([number]))
    assert crowd.few is None
    assert crowd.count == 12


def asked(*numbers: int) -> Crowd:
    crowd = Crowd()
    for number in numbers:
        crowd.add(bytes([number]))
    return crowd


def test_gaps_are_told_by_place_and_company() -> None:
    found = gaps_of(
        {
            ("IN", "one"): asked(*range(11)),
            ("IN", "two"): asked(*range(6)),
            ("IN", "three"): asked(*range(4, 11)),
            ("IN", "four"): asked(1),
            ("CL", "one"): asked(*range(9)),
            ("CL", "two"): asked(),
        }
    )

    assert found == {("IN", "one"): 11, ("IN", SEVERAL): 11}
