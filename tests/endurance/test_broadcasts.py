"""Broadcasts at size: rows and bytes of one filing each, whole lists, a quick page.

``EFFACE_TEST_BROADCASTS=10000 EFFACE_TEST_BROKERS=545 pytest -n0 -s`` is the size that
is meant; both engines hold the same.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, func, select, text

from app.actions.confirm_email import Confirmed, confirm_by_code
from app.actions.list_requests import make_lists
from app.actions.prepare_filing import Filed
from app.actions.read_list import read_list
from app.actions.vendor_key import new_vendor_key
from app.domain import drop
from app.store.base import Base
from app.store.keys import Keys
from app.store.outbox import MessageKind
from app.store.sealing import Where
from app.store.session import Store
from app.worker import Worker
from tests.broker import Broker, broker_of
from tests.conftest import FakeClock

FILINGS = int(os.environ.get("EFFACE_TEST_BROADCASTS", "30"))
BROKERS = int(os.environ.get("EFFACE_TEST_BROKERS", "8"))
LOOKED_AT = 5
"""Brokers whose whole list is read."""
ANSWERED = max(2, FILINGS // 100)
TO_ALL: dict[str, Any] = {"vendors": [], "broadcast": "us-ca-registry"}
LOOKS = 9


def filed(broker: Broker, number: int, **asked: Any) -> Filed:
    """File and confirm, by the code that waits to be mailed."""
    office = broker.office
    person = {"name": f"Somebody {number}", "email": f"s{number}@example.org"}
    made = office.file(**asked, resident=person)
    [mail] = office.messages(made, MessageKind.CONFIRM)
    assert mail.thing is not None
    where = Where("outbox", str(mail.id))
    code = json.loads(office.post.opener.open(mail.thing, where))["code"]
    with office.writing() as session:
        done = confirm_by_code(
            session, office.post.desk, made.filing, code, at=broker.now()
        )
    assert isinstance(done, Confirmed)
    return made


def size(store: Store) -> tuple[int, int]:
    """Return how many rows there are, and how many bytes they take on the disk."""
    with store.reading() as session:
        rows = sum(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        )
        if store.sqlite:
            pages = session.scalar(text("SELECT page_count FROM pragma_page_count"))
            free = session.scalar(
                text("SELECT freelist_count FROM pragma_freelist_count")
            )
            return rows, (pages - free) * 4096
        return rows, session.scalar(text("SELECT pg_database_size(current_database())"))


@contextmanager
def counted() -> Iterator[list[str]]:
    """Count the statements of what is done meanwhile."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_broadcast_costs_what_one_filing_costs(
    store: Store, keys: Keys, now: FakeClock, client: TestClient
) -> None:
    broker = broker_of(store, keys, now, client, others=BROKERS - 1)
    office = broker.office
    tokens = {"probe": broker.key}
    for number in range(BROKERS - 1):
        with office.writing() as session:
            slug = f"broker-{number}"
            tokens[slug] = new_vendor_key(session, keys, slug, at=now())

    start = size(store)
    ordinary = [filed(broker, n, vendors=["probe"]) for n in range(FILINGS)]
    middle = size(store)
    broadcasts = [filed(broker, FILINGS + n, **TO_ALL) for n in range(FILINGS)]
    began = time.perf_counter()
    make_lists(store, office.post.desk, office.post.opener, at=now())
    listed_in = time.perf_counter() - began
    end = size(store)

    fixed = 3 * len(tokens) + 10  # a batch and a drawer each, once a day
    each = [(b - a) / FILINGS for a, b in zip(start, middle, strict=True)]
    rows, octets = ((b - a) / FILINGS for a, b in zip(middle, end, strict=True))
    assert rows <= each[0] + fixed / FILINGS

    expected = {drop.hashed(f"s{FILINGS + n}@example.org") for n in range(FILINGS)}
    for slug in sorted(tokens)[:: max(1, len(tokens) // LOOKED_AT)]:
        with store.reading() as session:
            began = time.perf_counter()
            found = read_list(session, keys, slug, tokens[slug]).items
            read_in = time.perf_counter() - began
        assert len(found) == len({one.id for one in found}) == FILINGS
        assert {one.hash for one in found} == expected

    worker = Worker(office.post, now, now)
    worker._keep_house(now())  # the day's other chores
    before = size(store)[0]
    answers = {one.id: 5 for one in found[:ANSWERED]}
    broker.key, last = tokens[slug], slug
    told = client.post(
        f"/api/v1/matching/{last}/answers",
        json={"answers": [{"id": k, "status": v} for k, v in answers.items()]},
        headers={"X-API-Key": broker.key, "Idempotency-Key": "the-first-file"},
    )
    assert told.json()["accepted"] == ANSWERED
    worker._keep_house(now())
    of_exceptions = (size(store)[0] - before) / ANSWERED
    assert of_exceptions < each[0] + fixed / ANSWERED

    pages = {
        "one vendor": looked_at(client, ordinary[0]),
        "broadcast": looked_at(client, broadcasts[-1]),
    }
    assert pages["broadcast"][1] <= pages["one vendor"][1] + 4
    print(  # noqa: T201 - the figures
        f"broadcasts: {FILINGS} filings to {len(tokens)} brokers with keys on"
        f" {'SQLite' if store.sqlite else 'PostgreSQL'}: {rows:.2f} rows and"
        f" {octets:.0f} bytes each (one vendor: {each[0]:.2f} and {each[1]:.0f});"
        f" {of_exceptions:.2f} rows for an answer; listed in {listed_in:.1f} s, a list"
        f" of {len(found)} read in {read_in:.2f} s; tracking page"
        f" {pages['broadcast'][0] * 1000:.1f} ms and {pages['broadcast'][1]} statements"
        f" (one vendor: {pages['one vendor'][0] * 1000:.1f} ms and"
        f" {pages['one vendor'][1]})"
    )


def looked_at(client: TestClient, made: Filed) -> tuple[float, int]:
    """Return how long a tracking page takes, and with how many statements."""
    client.cookies.clear()
    client.post("/track", data={"receipt": made.receipt})
    took = []
    for _ in range(LOOKS):
        with counted() as seen:
            began = time.perf_counter()
            page = client.get("/track")
            took.append(time.perf_counter() - began)
        assert page.status_code == 200
        assert "Where your requests stand" in page.text
    return median(took), len(seen)
