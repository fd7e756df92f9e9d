"""What every table shares."""

from datetime import datetime, timedelta, timezone
from threading import Thread
from uuid import RFC_4122, UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError

from app.domain.timeline import Actor, EventKind
from app.store.base import insert_once, new_id
from app.store.keys import Keys
from app.store.limits import Rate
from app.store.people import Filing
from app.store.requests import Request, TimelineEntry, requests_of
from app.store.session import Store
from tests.filings import NOON, make_filing


def test_a_moment_comes_back_in_utc_as_it_went_in(store: Store, keys: Keys) -> None:
    there = datetime(2026, 11, 23, 7, 0, 0, 123456, timezone(timedelta(hours=-5)))
    with store.writing() as session:
        make_filing(session, keys, at=there)

    with store.reading() as session:
        found = session.scalar(select(Filing.filed_at))

    assert found == there
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 11, 23, 7)  # noqa: DTZ001 - that is the point
    with (
        pytest.raises(StatementError, match="without a time zone"),
        store.writing() as session,
    ):
        session.add(Rate(key=b"key", until=naive))


def test_an_enum_is_stored_by_its_value(store: Store, keys: Keys) -> None:
    with store.writing() as session:
        make_filing(session, keys)

    with store.reading() as session:
        stored = session.execute(text('SELECT kind, "by" FROM timeline_entry')).one()
        read = session.execute(select(TimelineEntry.kind, TimelineEntry.by)).one()
    assert tuple(stored) == ("filed", "resident")
    assert tuple(read) == (EventKind.FILED, Actor.RESIDENT)


def test_an_id_is_a_uuid_of_version_7_that_tells_its_moment() -> None:
    found = new_id(NOON)

    assert (found.version, found.variant) == (7, RFC_4122)
    assert found.int >> 80 == int(NOON.timestamp() * 1000)


def test_ids_of_one_moment_keep_the_order_in_which_they_were_made() -> None:
    made = [new_id(NOON) for _ in range(10_000)]

    assert made == sorted(made)
    assert new_id(NOON + timedelta(milliseconds=1)) > made[-1]


def test_threads_never_make_the_same_id() -> None:
    made: list[UUID] = []

    def some() -> None:
        made.extend([new_id(NOON) for _ in range(2000)])

    threads = [Thread(target=some) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == len(made)


def test_rows_of_one_filing_go_in_together(store: Store, keys: Keys) -> None:
    vendors = tuple(f"vendor-{number:02}" for number in range(30))
    with store.writing() as session:
        made = make_filing(session, keys, vendors=vendors)

    with store.reading() as session:
        found = requests_of(session, made.id)
        assert [request.vendor for request in found] == list(vendors)
        assert session.scalar(select(func.count()).select_from(Request)) == 30


def test_a_row_that_is_there_stays_as_it_is(store: Store) -> None:
    later = NOON + timedelta(days=1)
    with store.writing() as session:
        insert_once(session, Rate.__table__, {"key": b"key", "until": NOON})
        insert_once(session, Rate.__table__, {"key": b"key", "until": later})

    with store.reading() as session:
        assert session.scalars(select(Rate.until)).all() == [NOON]
