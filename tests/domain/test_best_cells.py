"""What a place's residents get at best, over many vendors."""

from datetime import date

from app.domain.best_cells import best_cells
from app.domain.coverage import cover, researched
from app.domain.grounds import best
from app.rulebook.load import load_rulebook, read_vendors

ON = date(2026, 11, 23)
RULEBOOK = load_rulebook()
LAWS, PLACES = RULEBOOK.pack.laws, RULEBOOK.places
KNOWN = researched(LAWS, PLACES)
TABLE = cover([shape.value() for shape in read_vendors()], ON, LAWS, PLACES, KNOWN)


def test_the_best_is_a_cell_of_the_table_and_none_is_better() -> None:
    for found in best_cells(TABLE):
        row = TABLE.rows[found.place.code]

        assert TABLE[found.vendor.slug, found.place.code] is found.cell
        assert found.cell.verdict is best(cell.verdict for cell in row)
        assert found.alike == sum(c.verdict is found.cell.verdict for c in row)


def test_each_place_has_one_and_the_first_vendor_is_named() -> None:
    found = list(best_cells(TABLE))
    germany = next(b for b in found if b.place.code == "DE")
    alike = [v for v in TABLE.vendors if TABLE[v.slug, "DE"].verdict == "eligible"]

    assert [b.place for b in found] == list(KNOWN)
    assert germany.vendor is alike[0]


def test_without_a_vendor_there_is_nothing_to_be_best() -> None:
    assert list(best_cells(TABLE.part((), KNOWN))) == []
