"""Vendors × jurisdictions on a day, on the real law."""

from datetime import date

from app.domain.coverage import cover, researched
from app.domain.eligibility import decide, laws_of, question
from app.domain.facts import PersonFacts
from app.domain.grounds import GroundKind
from app.rulebook.load import load_rulebook, read_vendors

ON = date(2026, 11, 23)
RULEBOOK = load_rulebook()
LAWS, PLACES = RULEBOOK.pack.laws, RULEBOOK.places
VENDORS = [shape.value() for shape in read_vendors()]


def test_each_cell_says_what_the_answer_to_a_resident_says() -> None:
    residences = [PLACES[code] for code in ("DE", "CA-ON", "US-VA", "US-IL")]

    coverage = cover(VENDORS, ON, LAWS, PLACES, residences)

    assert len(coverage.cells) == len(VENDORS) * len(residences)
    for vendor in VENDORS:
        for place in residences:
            cell = coverage.cells[vendor.slug, place.code]
            asked = question(place.code, vendor, PersonFacts())
            assert cell.verdict is decide(asked, ON, LAWS, PLACES).verdict


def test_a_cell_names_the_ground_that_leads() -> None:
    coverage = cover(VENDORS, ON, LAWS, PLACES, [PLACES["DE"]])

    leading = coverage.cells["clearview-ai", "DE"].leading
    assert leading is not None
    assert (leading.kind, leading.id) == (GroundKind.LAW, "eu-gdpr")


def test_a_country_that_is_asked_by_region_is_left_to_its_regions() -> None:
    codes = [place.code for place in researched(LAWS, PLACES)]

    assert codes == sorted(codes)
    assert "CA-ON" in codes
    assert not {"CA", "US"} & set(codes)


def test_a_vendors_own_seat_brings_its_law_everywhere() -> None:
    assert "eu-gdpr" in laws_of("US-NY", LAWS, PLACES)
    assert "us-va-vcdpa" not in laws_of("US-NY", LAWS, PLACES)
