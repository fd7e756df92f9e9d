"""Tables as CSV in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV in which no cell is a formula (ASVS 1.2.10)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    rows = tuple(rows)
    # What a large table says it says many times: each value is looked at once.
    told = set(chain.from_iterable(rows)) - {None}
    if any(_cell(value) != str(value) for value in told):
        rows = tuple([_cell(value) for value in row] for row in rows)
    writer.writerows(rows)
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
