"""Ratios of the product to the least that the same work could take.

``python -m tests.benchmarks``, on a machine that does nothing else. Filings go to a
database of this run, in a folder of its own; ``--database`` names an empty PostgreSQL.
"""

import argparse
import json
import math
import os
import random
import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from app.domain.coverage import researched
from app.rulebook.load import load_rulebook, read_vendors
from tests.benchmarks.cells import measure_cells
from tests.benchmarks.imports import measure_imports
from tests.benchmarks.load import VISITORS, Asked, Crowd, Round, get, post
from tests.benchmarks.queue import measure_queue
from tests.benchmarks.servers import (
    BareInsert,
    BareJson,
    BarePage,
    Many,
    Product,
    Ready,
    served,
)

WARM_UP = 1.0
ELIGIBILITY = "/api/v1/eligibility"
ALIKE = f"{ELIGIBILITY}?residence=US-CA&vendor=clearview-ai"
SAMPLE = 200
"""Questions whose answers say how long one is."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The product and its baseline, both being served."""

    product: Crowd
    bare: Crowd


def filing(path: str) -> Callable[[int], bytes]:
    """Return filings of one request by mail, each by somebody else from elsewhere."""

    def request(number: int) -> bytes:
        body = {
            "residence": "US-CA",
            "vendors": ["epsilon"],
            "resident": {
                "name": "Synthetic Resident",
                "email": f"resident{number}@example.org",
            },
        }
        return post(
            path,
            json.dumps(body).encode(),
            Idempotency_Key=f"benchmark-{number:012}",
            X_Forwarded_For=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
        )

    return request


@contextmanager
def filings(
    folder: Path, database: str | None, *, shared: bool = False
) -> Iterator[Pair]:
    """Serve durable filing, and one durable row."""
    with (
        served(Product(folder / "product", database)) as product,
        served(BareInsert(folder / "bare", database, shared)) as bare,
    ):
        yield Pair(
            Crowd(product, Asked(filing("/api/v1/filings"), 201)),
            Crowd(bare, Asked(filing("/bare"), 201)),
        )


@contextmanager
def eligibility(folder: Path, database: str | None) -> Iterator[Pair]:
    """Serve the answer about one vendor, and the same document as a constant."""
    with ExitStack() as stack:
        asked = Asked(lambda _: get(ALIKE), 200)
        server = stack.enter_context(served(Product(folder, database)))
        product = Crowd(server, asked)
        document = json.loads(product.answer())
        server = stack.enter_context(served(BareJson(document)))
        yield Pair(product, Crowd(server, Asked(lambda _: get("/bare"), 200)))


def never_twice() -> Callable[[int], bytes]:
    """Return questions about every place, vendor and day, none of them twice."""
    rulebook = load_rulebook()
    places = [p.code for p in researched(rulebook.pack.laws, rulebook.places)]
    vendors = [vendor.slug for vendor in read_vendors()]
    pairs = [(place, vendor) for place in places for vendor in vendors]
    random.Random(1).shuffle(pairs)

    def request(number: int) -> bytes:
        earlier, which = divmod(number, len(pairs))
        place, vendor = pairs[which]
        on = date(2026, 11, 23) - timedelta(days=50 * earlier + which % 50)
        return get(f"{ELIGIBILITY}?residence={place}&vendor={vendor}&on={on}")

    return request


@contextmanager
def questions(folder: Path, database: str | None) -> Iterator[Pair]:
    """Serve questions that nobody asked before, and a document of usual length."""
    with ExitStack() as stack:
        server = stack.enter_context(served(Product(folder, database)))
        product = Crowd(server, Asked(never_twice(), 200))
        answers = sorted((product.answer() for _ in range(SAMPLE)), key=len)
        mean = statistics.mean(map(len, answers))
        usual = next(answer for answer in answers if len(answer) >= mean)
        server = stack.enter_context(served(BareJson(json.loads(usual))))
        yield Pair(product, Crowd(server, Asked(lambda _: get("/bare"), 200)))


@contextmanager
def coverage(folder: Path, database: str | None) -> Iterator[Pair]:
    """Serve the whole coverage page, and the same bytes as a constant template."""
    with ExitStack() as stack:
        asked = Asked(lambda _: get("/coverage"), 200)
        server = stack.enter_context(served(Product(folder, database)))
        product = Crowd(server, asked)
        text = product.answer().decode()
        server = stack.enter_context(served(BarePage(text)))
        yield Pair(product, Crowd(server, Asked(lambda _: get("/bare"), 200)))


MATRIX, CHANGES = "/coverage?region=US", "/changes?direction=gained"


@contextmanager
def anew(path: str, folder: Path, database: str | None) -> Iterator[Pair]:
    """Serve a page of 700 companies written anew each time, and its rows kept ready."""
    with ExitStack() as stack:
        anew = Asked(lambda number: get(f"{path}&written={number}"), 200)
        product = stack.enter_context(served(Many(folder, database)))
        bare = stack.enter_context(served(Ready(folder / "bare", database, path)))
        yield Pair(
            Crowd(product, anew), Crowd(bare, Asked(lambda _: get("/bare"), 200))
        )


@contextmanager
def unchanged(path: str, folder: Path, database: str | None) -> Iterator[Pair]:
    """Serve who has the page of 700 companies already, and a constant answer."""
    with ExitStack() as stack:
        server = stack.enter_context(served(Many(folder, database)))
        tag = Crowd(server, Asked(lambda _: get(path), 200)).tag()
        again = Asked(lambda _: get(path, If_None_Match=tag), 304)
        bare = stack.enter_context(served(BareJson({"status": "alive"})))
        yield Pair(
            Crowd(server, again), Crowd(bare, Asked(lambda _: get("/bare"), 200))
        )


RATIOS: dict[str, Callable[[Path, str | None], AbstractContextManager[Pair]]] = {
    "filing": filings,
    "shared": partial(filings, shared=True),
    "eligibility": eligibility,
    "questions": questions,
    "coverage": coverage,
    "matrix": partial(anew, MATRIX),
    "unchanged": partial(unchanged, MATRIX),
    "changes": partial(anew, CHANGES),
    "polled": partial(unchanged, "/changes.atom"),
}
NAMES = (*RATIOS, "cells", "imports", "queue")


def measure(name: str, pair: Pair, rounds: int, seconds: float) -> None:
    """Visit both in turn and print what came out."""
    sides = {"product": pair.product, "bare": pair.bare}
    for crowd in sides.values():
        crowd.visit(WARM_UP)
    done: dict[str, list[Round]] = {label: [] for label in sides}
    for number in range(rounds):
        # Each goes first as often as the other.
        for label in sorted(sides, reverse=number % 2 == 0):
            done[label].append(sides[label].visit(seconds))
    for label, came in done.items():
        print(f"{name:12} {label:8} {_said(came)}")
    pairs = zip(done["product"], done["bare"], strict=True)
    each = [product.rate / bare.rate for product, bare in pairs]
    least, ours = (_median(r.work for r in done[side]) for side in ("bare", "product"))
    print(
        f"{name:12} ratio    {statistics.median(each):.2f}"
        f" ({min(each):.2f} to {max(each):.2f} in {rounds} rounds),"
        f" by processor time {least / ours:.2f}",
        flush=True,
    )


def _said(rounds: list[Round]) -> str:
    rates = [one.rate for one in rounds]
    half = statistics.median(one.slowest(0.5) for one in rounds)
    most = statistics.median(one.slowest(0.99) for one in rounds)
    work = _median(one.work for one in rounds)
    return (
        f"{statistics.median(rates):7.0f}/s ({min(rates):.0f} to {max(rates):.0f}),"
        f" p50 {half:.1f} ms, p99 {most:.1f} ms, {work:.2f} ms of processor each"
    )


def _median(values: Iterable[float | None]) -> float:
    """Return the median of what is known; not a number where nothing is."""
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else math.nan


def main() -> None:
    """Measure what was named, or everything."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--database", help="an empty PostgreSQL instead of SQLite")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    print(
        f"{os.cpu_count()} cores shared by client, server and database;"
        f" load before {os.getloadavg()[0]:.2f}; {VISITORS} connections,"
        f" {asked.rounds} rounds of {asked.seconds:g} s in turn"
    )
    for name in asked.names or NAMES:
        if name == "cells":
            measure_cells(asked.rounds)
            continue
        if name == "queue":
            measure_queue(asked.rounds, asked.database)
            continue
        if name == "imports":
            measure_imports(asked.rounds, asked.database)
            continue
        with (
            tempfile.TemporaryDirectory() as folder,
            RATIOS[name](Path(folder), asked.database) as pair,
        ):
            measure(name, pair, asked.rounds, asked.seconds)


if __name__ == "__main__":
    main()
