"""An import of a registry and of company records, against a bare insert of the rows."""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from app.actions.import_found import import_found
from app.actions.import_vendors import Effect
from app.installation import shipped
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_files import Yardstick, read_vendor_file
from app.store import schema, vendors
from app.store.session import Store
from tests.made_up_registers import registry, write_companies

BROKERS, COMPANIES = 600, 3000
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def measure_imports(rounds: int, database: str | None) -> None:
    """Print the rates of both, in turn, and what a second run costs and changes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = _files(folder)
        url = database or f"sqlite:///{folder / 'bench.db'}"
        came = [_round(Store(url), files) for _ in range(rounds)]
    count = came[0][3]
    whole, written, bare, again = (
        statistics.median(one[n] for one in came) for n in (0, 1, 2, 4)
    )
    kind = "postgresql" if database else "sqlite"
    print(
        f"{'imports':12} product  {count / whole:7.0f} rows/s with reading {BROKERS}"
        f" brokers and {COMPANIES} records from their files, {count / written:.0f} of"
        f" records that were read ({kind}, {count} rows)"
    )
    print(f"{'imports':12} bare     {count / bare:7.0f} rows/s")
    print(
        f"{'imports':12} ratio    {statistics.median(o[2] / o[0] for o in came):.2f}"
        f" with reading, {statistics.median(o[2] / o[1] for o in came):.2f} without;"
        f" a second run in {again:.2f} s, which changes nothing",
        flush=True,
    )


def _files(folder: Path) -> tuple[Path, Path]:
    table, companies = folder / "registry.csv", folder / "companies"
    table.write_text(registry(2026, range(BROKERS)), "utf-8", newline="")
    write_companies(companies, range(COMPANIES))
    return table, companies


def _round(
    store: Store, files: tuple[Path, Path]
) -> tuple[float, float, float, int, float]:
    """Return the seconds of all, of the recording, of the bare insert; the rows; again."""
    schema.rebuild(store, shipped("alembic.ini"), shipped("migrations"))
    by = Yardstick(AT.date(), load_rulebook().places, local=False)

    def run() -> tuple[float, set[Effect]]:
        found = [list(read_vendor_file(file, by)) for file in files]
        read = time.perf_counter()
        with store.writing() as session:
            done = [one for some in found for one in import_found(session, some, at=AT)]
        return read, {one.effect for one in done}

    start = time.perf_counter()
    read, effects = run()
    ended = time.perf_counter()
    assert effects == {Effect.CREATED}
    _, effects = run()
    second = time.perf_counter() - ended
    assert effects == {Effect.UNCHANGED}
    bare, count = _bare(store)
    store.close()
    return ended - start, ended - read, bare, count, second


def _bare(store: Store) -> tuple[float, int]:
    """Insert the same rows again in bulk, and nothing else; return seconds and rows."""
    tables = [table.__table__ for table in vendors.PARTS.values()]
    with store.reading() as session:
        rows = [
            [dict(row) for row in session.execute(select(table)).mappings()]
            for table in tables
        ]
    schema.rebuild(store, shipped("alembic.ini"), shipped("migrations"))
    start = time.perf_counter()
    with store.writing() as session:
        for table, some in zip(tables, rows, strict=True):
            if some:
                session.connection().execute(insert(table), some)
    return time.perf_counter() - start, sum(map(len, rows))
