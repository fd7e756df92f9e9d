"""What became of requests, and which rows may tell it."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

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
        ground = DenialGround.OTHER if kind is K.REFUSED and given else None
        resumes = Status.ACKNOWLEDGED if kind is K.REOPENED else None
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
    found = case_of(happened(*events), due, ON)

    assert found is not None
    assert found.course is course
    answered = course in {Course.IN_TIME, Course.LATE, Course.UNDATED}
    assert (found.outcome is not None) == answered


def test_what_was_not_confirmed_is_no_case() -> None:
    assert case_of(happened(), None, ON) is None
    assert case_of(happened((K.EXPIRED, 1)), None, ON) is None


def test_the_first_answer_counts_for_days_and_the_last_for_what_was_said() -> None:
    events = happened(*SENT, (K.REFUSED, 30), (K.APPEALED, 31), (K.DELETED, 70))

    assert case_of(events, DUE, ON) == Case(
        Course.IN_TIME, Outcome.DELETED, None, days=30
    )


def test_opened_again_a_request_keeps_what_was_said_first() -> None:
    events = happened(*SENT, (K.REFUSED, 30), (K.REOPENED, 40), ground=True)

    assert case_of(events, DUE, ON) == Case(
        Course.IN_TIME, Outcome.REFUSED, DenialGround.OTHER, days=30
    )


def test_a_refusal_without_a_ground_is_called_that() -> None:
    found = case_of(happened(*SENT, (K.REFUSED, 3)), DUE, ON)

    assert found is not None
    assert found.ground == NOT_SAID


def test_an_answer_to_what_never_left_has_no_days() -> None:
    events = happened(K.CONFIRMED, (K.UNDELIVERABLE, 1), (K.DELETED, 9))

    found = case_of(events, DUE, ON)

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
        ((28, 29), {"0": 28, "1": 29}),
        ((28, 29, 4), {"0": 28, "1": 29}),
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
            assert len(values) > 1 or values == {0}


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
