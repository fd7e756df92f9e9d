"""The first and the hundredth page of the queue, with a million requests in it."""

import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from app.actions.queue import ON_A_PAGE, Cursor, Wanted, read_queue
from app.domain.timeline import Status
from app.main import shipped
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


def measure_queue(rounds: int, database: str | None) -> None:
    """Print what each page takes, figures included, and the ratio of the two."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(database or f"sqlite:///{folder / 'bench.db'}")
        schema.rebuild(store, shipped("alembic.ini"), shipped("migrations"))
        _fill(store, folder)
        place = _deep(store)
        first, deep = [], []
        for _ in range(rounds):
            first.append(_seconds(store, None))
            deep.append(_seconds(store, place))
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
    }


def _deep(store: Store) -> Cursor | None:
    """Walk to where the hundredth page begins."""
    after: Cursor | None = None
    for _ in range(DEEP - 1):
        with store.reading() as session:
            page = read_queue(session, Wanted(), after, today=TODAY)
        assert len(page.rows) == ON_A_PAGE
        after = page.next
    return after


def _seconds(store: Store, after: Cursor | None) -> float:
    begin = time.perf_counter()
    with store.reading() as session:
        read_queue(session, Wanted(), after, today=TODAY)
    return time.perf_counter() - begin
