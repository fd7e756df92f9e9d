"""Places in the order in which people look for them."""

from app.domain.coverage import researched
from app.rulebook.load import load_rulebook
from app.web.coverage.regions import by_region


def test_provinces_and_states_come_first_and_accents_do_not_part_names() -> None:
    rulebook = load_rulebook()
    places = researched(rulebook.pack.laws, rulebook.places)

    regions = by_region(places, "en")

    names = [region.name for region in regions]
    assert names == [
        "Canada",
        "United States",
        "European Economic Area",
        "Elsewhere in Europe",
        "Elsewhere in the Americas",
        "Africa",
        "Asia",
        "Oceania",
        "Islands and Antarctica",
    ]
    codes = [place.code for region in regions for place in region.places]
    assert sorted(codes) == [place.code for place in places]
    assert [place.code for place in regions[2].places[:2]] == ["AX", "AT"]
