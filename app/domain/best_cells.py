"""What a place's residents get at best, over many vendors."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.coverage import Coverage
from app.domain.entries import Cell
from app.domain.grounds import RANK
from app.domain.places import Place
from app.domain.vendors import Vendor


@dataclass(frozen=True, slots=True)
class Best:
    """The best cell of a place: one that stands in the coverage table."""

    place: Place
    vendor: Vendor
    """The first vendor, in the table's order, of whom it is true."""
    cell: Cell
    alike: int
    """How many vendors have this verdict there."""


def best_cells(table: Coverage) -> Iterator[Best]:
    """Yield the best cell of each place; none where the table has no vendor."""
    for place in table.places if table.vendors else ():
        row = table.rows[place.code]
        first = min(range(len(row)), key=lambda n: RANK[row[n].verdict])
        cell = row[first]
        alike = sum(other.verdict is cell.verdict for other in row)
        yield Best(place, table.vendors[first], cell, alike)
