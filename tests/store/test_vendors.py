"""The directory: things change by newer rows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest

from app.store import vendors
from app.store.session import Store
from tests.filings import NOON


def add(
    store: Store,
    *documents: dict[str, Any] | None,
    part: str = "offer",
    vendor: str = "clearview-ai",
    at: datetime = NOON,
) -> None:
    with store.writing() as session:
        for document in documents:
            vendors.add(
                session,
                part,
                vendor=vendor,
                key="form",
                document=document,
                content_hash=bytes(32),
                valid=(date(2020, 1, 1), date(2021, 1, 1)),
                at=at,
                by="import",
            )


@pytest.mark.parametrize("part", list(vendors.PARTS))
def test_a_document_comes_back_as_it_went_in(store: Store, part: str) -> None:
    document = {"words": "löscht", "places": ["US-IL"], "demands": [], "deep": {"a": 1}}
    add(store, document, part=part)

    with store.reading() as session:
        (row,) = vendors.newest(session, part).values()
        assert row.document == document
        assert (row.valid_from, row.valid_to) == (date(2020, 1, 1), date(2021, 1, 1))
        assert (row.recorded_at, row.recorded_by) == (NOON, "import")


def test_the_newest_row_of_a_thing_counts(store: Store) -> None:
    add(store, {"version": 1})
    add(store, {"version": 2}, at=NOON.replace(hour=13))

    with store.reading() as session:
        found = vendors.newest(session, "offer")
        assert found["clearview-ai", "form"].document == {"version": 2}


def test_of_rows_of_one_moment_the_last_counts(store: Store) -> None:
    add(store, *({"version": number} for number in range(20)))

    with store.reading() as session:
        found = vendors.newest(session, "offer")
        assert found["clearview-ai", "form"].document == {"version": 19}


def test_a_row_without_a_document_takes_a_thing_out(store: Store) -> None:
    add(store, {"version": 1}, None)

    with store.reading() as session:
        assert vendors.newest(session, "offer")["clearview-ai", "form"].document is None


def test_one_vendors_things_can_be_asked_for(store: Store) -> None:
    add(store, {"version": 1})
    add(store, {"version": 1}, vendor="spokeo")

    with store.reading() as session:
        assert len(vendors.newest(session, "offer")) == 2
        assert set(vendors.newest(session, "offer", "spokeo")) == {("spokeo", "form")}


def test_every_change_is_counted(store: Store) -> None:
    def change(_: int) -> None:
        with store.writing() as session:
            vendors.count_change(session)

    with store.reading() as session:
        assert vendors.version(session) == 0
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, range(12)))

    with store.reading() as session:
        assert vendors.version(session) == 12
