"""The whole coverage table of one day, against reading as many cells from a dict."""

import multiprocessing
import statistics
import time
from collections.abc import Iterable
from datetime import date
from random import Random

from app.domain.coverage import cover, researched
from app.rulebook.load import load_rulebook
from tests.made_up_vendors import Maker

VENDORS = 700
ON = date(2026, 11, 23)


def measure_cells(rounds: int) -> None:
    """Print what the table costs, in seconds of processor time and in bare loops."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(1, maxtasksperchild=1) as fresh:  # so that each table is cold
        came = fresh.map(one_table, range(rounds), chunksize=1)
    each = [table / bare for table, bare, _ in came]
    print(
        f"{'cells':12} table    {_milliseconds(table for table, _, _ in came)} ms of"
        f" processor for {came[0][2]} cells, bare loop"
        f" {_milliseconds(bare for _, bare, _ in came)} ms"
    )
    print(
        f"{'cells':12} ratio    {statistics.median(each):.1f} bare loops"
        f" ({min(each):.1f} to {max(each):.1f} in {rounds} rounds)",
        flush=True,
    )


def _milliseconds(seconds: Iterable[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.0f}"


def one_table(seed: int) -> tuple[float, float, int]:
    """Return the cost of a cold table whose every cell is read, and of a bare loop."""
    rulebook = load_rulebook()
    laws, places = rulebook.pack.laws, rulebook.places
    residences = researched(laws, places)
    maker = Maker(Random(seed), [place.code for place in places])
    vendors = [maker.vendor(f"vendor-{n}") for n in range(VENDORS)]
    slugs, codes = [v.slug for v in vendors], [p.code for p in residences]

    start = time.process_time()
    table = cover(vendors, ON, laws, places, residences)
    for vendor in slugs:
        for place in codes:
            table[vendor, place]
    covered = time.process_time()
    d = {(vendor, place): table[vendor, place] for vendor in slugs for place in codes}
    before = time.process_time()
    for vendor in slugs:
        for place in codes:
            d[vendor, place]
    return covered - start, time.process_time() - before, len(d)
