"""Tables as CSV in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV in which no cell is a formula (ASVS 1.2.10)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    texts = _Texts()  # most of what a large table says it says many times
    writer.writerows(
        [texts[v] if type(v) is str else _cell(v) for v in row] for row in rows
    )
    return out.getvalue()


class _Texts(dict[str, str]):
    """Cells by the text that they are to hold."""

    def __missing__(self, text: str) -> str:
        cell = self[text] = _cell(text)
        return cell


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
