"""Every country is there, with a time zone that exists."""

from zoneinfo import available_timezones

import pycountry
import pytest

from app.rulebook.load import load_rulebook

PLACES = load_rulebook().places
REGIONS = {s.code for s in pycountry.subdivisions if s.country_code in {"US", "CA"}}
UNINHABITED = {"US-UM"}
OVERSEAS = {"GF", "GP", "MQ", "RE", "YT", "MF", "AX"}


def test_every_country_is_a_place() -> None:
    countries = {country.alpha_2 for country in pycountry.countries} | {"XK"}

    assert {place.code for place in PLACES if "-" not in place.code} == countries


def test_every_state_territory_and_province_is_a_place() -> None:
    assert {
        place.code for place in PLACES if "-" in place.code
    } == REGIONS - UNINHABITED


def test_every_zone_exists() -> None:
    zones = {place.zone for place in PLACES}

    assert zones - available_timezones() == set()


def test_a_region_lies_in_its_country() -> None:
    for place in PLACES:
        if "-" in place.code:
            assert place.within == {place.code[:2]}


@pytest.mark.parametrize(("group", "members"), [("EU", 27), ("EEA", 30)])
def test_the_union_has_its_members(group: str, members: int) -> None:
    found = {place.code for place in PLACES if group in place.within}

    assert len(found - OVERSEAS) == members
    assert found >= OVERSEAS


def test_residence_goes_by_region_where_the_law_does() -> None:
    assert {place.code for place in PLACES if place.regions_differ} == {"CA", "US"}


def test_illinois_and_new_york_are_known_to_have_no_general_right() -> None:
    known = {place.code for place in PLACES if place.no_law}

    assert known == {"US-IL", "US-NY"}
    assert all("Source: https://" in (PLACES[code].no_law or "") for code in known)
