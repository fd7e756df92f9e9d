"""Maps of tiles: where each place stands, and what its tile wears."""

from collections import Counter

from app.domain.coverage import researched
from app.rulebook.load import load_rulebook
from app.web.coverage.tiles import IN_ORDER, Grid, Mark, draw, layout

RULEBOOK = load_rulebook()
PLACES = RULEBOOK.places
UNINHABITED = {"AQ", "BV", "GS", "HM", "TF", "UM", "US-UM"}
MOST_ACROSS = 12
"""Columns of a grid with links: a tile is 25 pixels on a phone."""


def marked(**signs: str) -> dict[str, Grid]:
    """Return the grids where these places wear these signs; "US_CA" is US-CA."""
    by_code = {code.replace("_", "-"): sign for code, sign in signs.items()}
    marks = {code: Mark(sign, code, f"/{code}") for code, sign in by_code.items()}
    return draw(marks, PLACES)


def worn(grid: Grid) -> dict[str, str]:
    """Return what each tile of a grid wears, by what stands on it."""
    return {s.short: sign for sign, squares in grid.grounds for s in squares}


def test_every_tile_is_a_place_and_no_two_stand_on_one_another() -> None:
    for name, tiles in layout().items():
        assert {tile.code for tile in tiles} <= {place.code for place in PLACES}
        spots = Counter((tile.x, tile.y) for tile in tiles)
        assert spots.most_common(1)[0][1] == 1, name


def test_every_place_that_was_researched_and_where_people_live_has_a_tile() -> None:
    drawn = {tile.code for tiles in layout().values() for tile in tiles}
    known = {p.code for p in researched(RULEBOOK.pack.laws, PLACES)}

    assert known - drawn <= UNINHABITED


def test_grids_with_links_are_narrow_enough_for_a_phone() -> None:
    grids = marked(US_CA="eligible", CA_ON="eligible", DE="eligible")

    assert {n for n, grid in grids.items() if grid.linked} == {"ca", "us", "eu"}
    assert all(g.width <= MOST_ACROSS for g in grids.values() if g.linked)


def test_a_place_stands_with_its_sign_in_each_grid_that_has_it() -> None:
    grids = marked(DE="eligible", JP="uncertain", US_TX="from")

    assert worn(grids["eu"]) == {"DE": "eligible"}
    assert worn(grids["us"]) == {"TX": "from"}
    assert worn(grids["world"]) == {"DE": "eligible", "JP": "uncertain", "US": "from"}


def test_a_country_whose_parts_differ_says_that_it_varies() -> None:
    grids = marked(US_CA="eligible", US_TX="offered", CA_ON="uncertain")

    assert worn(grids["world"]) == {"US": "varies", "CA": "uncertain"}


def test_a_country_that_is_a_state_too_wears_the_state_s_sign() -> None:
    assert worn(marked(US_PR="not_eligible")["world"])["PR"] == "not_eligible"


def test_signs_come_in_one_order_and_places_as_one_reads() -> None:
    grid = marked(IT="offered", FR="offered", DE="eligible", SE="offered")["eu"]

    assert [sign for sign, _ in grid.grounds] == ["eligible", "offered"]
    assert [s.short for s in grid.grounds[1][1]] == ["SE", "FR", "IT"]
    assert IN_ORDER[0] == "eligible"


def test_what_changed_is_ringed_also_in_the_country_that_holds_it() -> None:
    marks = {c: Mark("eligible", c, f"/{c}") for c in ("US-CA", "US-TX", "DE")}
    grids = draw(marks, PLACES, ringed={"US-CA"})

    def ringed(name: str) -> set[str]:
        return {
            s.short for _, squares in grids[name].grounds for s in squares if s.ringed
        }

    assert ringed("us") == {"CA"}
    assert ringed("world") == {"US"}
    assert ringed("eu") == set()
