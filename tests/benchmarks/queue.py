"""The first and the hundredth page of the queue, with a million requests in it.

Then each part that its filters offer, and how the database goes about it.
"""

import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert

from app.actions.queue import (
    NOBODY,
    Cursor,
    Wanted,
    Why,
    next_in_queue,
    read_queue,
)
from app.domain.timeline import Status
from app.domain.ways import HandWork
from app.installation import shipped
from app.store import schema
from app.store.keys import Keys, begin_epoch, master_keys
from app.store.requests import Request
from app.store.session import Store
from tests.filings import NOON, make_filing

REQUESTS = 1_000_000
AT_ONCE = 10_000
DEEP = 100
TODAY = NOON.date()
STATUSES = (
    Status.SENT,
    Status.ACKNOWLEDGED,
    Status.IDENTITY_REQUESTED,
    Status.UNDELIVERABLE,
    Status.ANSWERED,
    *(Status.CLOSED,) * 5,
)
"""Half of it has ended, as in a portal that runs for some years."""
MEMBER = UUID(int=7)
"""Looks after a tenth of what is open."""
PARTS: Mapping[str, Wanted] = {
    "everything": Wanted(),
    "one status": Wanted(status=Status.SENT),
    "what has ended": Wanted(status=Status.CLOSED),
    "one company": Wanted(vendor="vendor-001"),
    "one member": Wanted(who=MEMBER),
    "nobody": Wanted(who=NOBODY),
    "nobody, one company": Wanted(vendor="vendor-001", who=NOBODY),
    "nobody, one status": Wanted(status=Status.SENT, who=NOBODY),
    **{f"why: {why}": Wanted(why=why) for why in Why},
}
"""Each filter that the page offers, and those that are often used together."""
IN_TURN = re.compile(r"-> +(Incremental )?Sort\b|TEMP B-TREE FOR ORDER BY")
WHOLE = re.compile(r"Seq Scan on request|SCAN request$")
ROWS = re.compile(r"Index Scan using \w+ on request|USING INDEX ix_request")


def measure_queue(rounds: int, database: str | None) -> None:
    """Print what each page takes, figures included, and the ratio of the two."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(database or f"sqlite:///{folder / 'bench.db'}")
        schema.rebuild(store, shipped("alembic.ini"), shipped("migrations"))
        _fill(store, folder)
        place = _deep(store, Wanted())
        first, deep = [], []
        for _ in range(rounds):
            first.append(_seconds(store, Wanted(), None))
            deep.append(_seconds(store, Wanted(), place))
        parts = list(_by_part(store, rounds))
        store.close()
    kind = "postgresql" if database else "sqlite"
    for what, took in (("page 1", first), (f"page {DEEP}", deep)):
        print(
            f"{'queue':12} {what:8} {statistics.median(took) * 1000:.1f} ms"
            f" ({min(took) * 1000:.1f} to {max(took) * 1000:.1f}; {kind},"
            f" {REQUESTS} requests)"
        )
    ratio = statistics.median(d / f for f, d in zip(first, deep, strict=True))
    print(f"{'queue':12} ratio    {ratio:.2f}", flush=True)
    for line in parts:
        print(f"{'queue':12} {line}", flush=True)


def _by_part(store: Store, rounds: int) -> Iterator[str]:
    """Say of each part what its pages take, and how they are read."""
    for name, wanted in PARTS.items():
        place = _deep(store, wanted)
        first = statistics.median(_seconds(store, wanted, None) for _ in range(rounds))
        deep = statistics.median(_seconds(store, wanted, place) for _ in range(rounds))
        told = ", ".join(sorted({_how(store, wanted, at) for at in (None, place)}))
        yield f"{name:20} {first * 1000:6.1f} ms, deep {deep * 1000:6.1f} ms; {told}"


def _how(store: Store, wanted: Wanted, after: Cursor | None) -> str:
    """Return how the keys of a page are found."""
    asked: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        asked.append((told[2], told[3]))

    with store.reading() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        next_in_queue(session, wanted, after, today=TODAY)
        event.remove(connection, "before_cursor_execute", note)
        steps = []
        for statement, values in asked:
            if "LIMIT" not in statement.upper():
                continue
            explain = "EXPLAIN QUERY PLAN" if store.sqlite else "EXPLAIN"
            plan = connection.exec_driver_sql(f"{explain} {statement}", values)
            steps += [str(row[3] if store.sqlite else row[0]) for row in plan]
    odd = {
        "sorts": any(IN_TURN.search(step) for step in steps),
        "goes through all": any(WHOLE.search(step) for step in steps),
        "reads rows": any(ROWS.search(step) for step in steps),
    }
    return " and ".join(what for what, so in odd.items() if so) or "from indexes alone"


def _fill(store: Store, folder: Path) -> None:
    begin_epoch(folder / "epochs", NOON)
    master = master_keys(None, folder / "master.key", create=True)
    with store.writing() as session:
        made = make_filing(session, Keys(master, folder / "epochs"))
        row = session.get_one(Request, (made.id, made.requests[0]))
        columns = {c.name: getattr(row, c.name) for c in Request.__table__.c}
    for begin in range(0, REQUESTS, AT_ONCE):
        with store.writing() as session:
            rows = [columns | _one(n) for n in range(begin, begin + AT_ONCE)]
            session.execute(insert(Request.__table__), rows)
    with store.writers.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.exec_driver_sql("ANALYZE" if store.sqlite else "VACUUM ANALYZE")


def _one(n: int) -> dict[str, object]:
    status = STATUSES[n % len(STATUSES)]
    due: date | None = TODAY + timedelta(days=n * 7919 % 60 - 10)
    return {
        "id": UUID(int=n),
        "vendor": f"vendor-{n % 500:03}",
        "status": status,
        "due": due if n % len(STATUSES) < 3 else None,
        "assigned_to": MEMBER if n % 7 == 0 else None,
        "unseen": 3 if n % 5000 == 0 else None,
        "by_hand": HandWork.TELL if n % 5000 == 7 else None,
    }


def _deep(store: Store, wanted: Wanted) -> Cursor | None:
    """Walk to where the hundredth page begins, or to the last one."""
    after: Cursor | None = None
    for _ in range(DEEP - 1):
        with store.reading() as session:
            page = read_queue(session, wanted, after, today=TODAY)
        if page.next is None:
            break
        after = page.next
    return after


def _seconds(store: Store, wanted: Wanted, after: Cursor | None) -> float:
    begin = time.perf_counter()
    with store.reading() as session:
        read_queue(session, wanted, after, today=TODAY)
    return time.perf_counter() - begin
