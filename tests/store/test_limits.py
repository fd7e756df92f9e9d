"""Limits hold across restarts, threads and databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import func, select

from app.store import limits
from app.store.limits import Rate
from app.store.session import Store
from tests.filings import NOON

HOUR = timedelta(hours=1)
KEY = bytes(32)


def take(
    store: Store, after: timedelta = timedelta(0), key: bytes = KEY
) -> timedelta | None:
    with store.writing() as session:
        return limits.take(session, key, at=NOON + after, limit=4, period=HOUR)


def test_what_is_allowed_is_allowed_at_once(store: Store) -> None:
    assert [take(store) for _ in range(4)] == [None] * 4


def test_past_the_limit_it_says_how_long_to_wait(store: Store) -> None:
    for _ in range(4):
        take(store)

    assert take(store) == timedelta(minutes=15)
    assert take(store, timedelta(minutes=14)) == timedelta(minutes=1)


def test_waiting_that_long_is_enough(store: Store) -> None:
    for _ in range(4):
        take(store)
    wait = take(store)
    assert wait is not None

    assert take(store, wait) is None
    assert take(store, wait) is not None


def test_asking_too_often_does_not_lengthen_the_wait(store: Store) -> None:
    for _ in range(40):
        take(store)

    assert take(store) == timedelta(minutes=15)


def test_an_allowance_does_not_grow_while_nobody_asks(store: Store) -> None:
    take(store)

    later = timedelta(days=30)
    assert [take(store, later) for _ in range(5)].count(None) == 4


def test_each_key_has_its_own(store: Store) -> None:
    for _ in range(5):
        take(store)

    assert take(store, key=bytes(31) + b"1") is None


def test_a_restart_forgives_nothing(store: Store) -> None:
    for _ in range(4):
        take(store)

    again = Store(store.url)
    assert take(again) is not None
    again.close()


def test_what_came_to_nothing_is_given_back(store: Store) -> None:
    for _ in range(4):
        take(store)
    with store.writing() as session:
        limits.refund(session, KEY, limit=4, period=HOUR)
        limits.refund(session, b"unknown", limit=4, period=HOUR)

    assert take(store) is None
    assert take(store) is not None


def test_what_fails_takes_nothing(store: Store) -> None:
    for _ in range(10):
        with store.rehearsing() as session:
            limits.take(session, KEY, at=NOON, limit=4, period=HOUR)

    assert take(store) is None


def test_a_crowd_at_once_gets_no_more_than_the_limit(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(lambda _: take(store), range(24)))

    assert waits.count(None) == 4


def test_an_allowance_that_is_whole_is_forgotten(store: Store) -> None:
    take(store)
    take(store, timedelta(hours=2), key=bytes(31) + b"1")
    with store.writing() as session:
        limits.forget_old(session, at=NOON + HOUR)

    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Rate)) == 1


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(gaps=strategies.lists(strategies.integers(0, 1800), min_size=1, max_size=25))
def test_never_more_than_twice_the_limit_in_any_period(
    store: Store, gaps: list[int]
) -> None:
    """A full allowance at once, and what grows back meanwhile: the algorithm's bound."""
    now, passed = timedelta(0), []
    key = repr(gaps).encode()
    for gap in gaps:
        now += timedelta(seconds=gap)
        if take(store, now, key=key) is None:
            passed.append(now)

    for start in passed:
        within = [moment for moment in passed if start <= moment < start + HOUR]
        grown = (within[-1] - start) / (HOUR / 4)
        assert len(within) <= 4 + grown
