"""Every country is there, with a time zone that exists."""

from datetime import date
from zoneinfo import available_timezones

import pycountry
import pytest

from app.domain.coverage import saying_none
from app.domain.eligibility import Question, verdict_on
from app.domain.facts import Facts, Sector, VendorFacts
from app.domain.grounds import Verdict
from app.rulebook.load import load_rulebook

RULEBOOK = load_rulebook()
PLACES = RULEBOOK.places
TODAY = date(2026, 11, 23)
REGIONS = {s.code for s in pycountry.subdivisions if s.country_code in {"US", "CA"}}
OVERSEAS = {"GF", "GP", "MQ", "RE", "YT", "MF", "AX"}


def test_every_country_is_a_place() -> None:
    countries = {country.alpha_2 for country in pycountry.countries} | {"XK"}

    assert {place.code for place in PLACES if "-" not in place.code} == countries


def test_every_state_territory_and_province_is_a_place() -> None:
    assert {place.code for place in PLACES if "-" in place.code} == REGIONS


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


def test_every_place_was_looked_at() -> None:
    laws = RULEBOOK.pack.laws
    asked = {place.code: Question(residence=place.code) for place in PLACES}

    answers = {
        code: verdict_on(question, TODAY, laws, PLACES)
        for code, question in asked.items()
    }

    unknown = {c for c, a in answers.items() for g in a.grounds if g.id == "no-record"}
    assert unknown == set()


@pytest.mark.parametrize(
    ("code", "on", "records"),
    [
        ("US-NY", TODAY, {"us-ny-none"}),
        ("US-AL", date(2027, 4, 30), {"us-al-none"}),
        ("US-AL", date(2027, 5, 1), set()),
        ("AF", TODAY, {"none"}),
        ("VU", TODAY, {"vu-dpp"}),
        ("PR", TODAY, set()),
        ("US-PR", TODAY, {"us-pr-none"}),
        ("FR", TODAY, set()),
    ],
)
def test_a_record_says_that_a_place_has_no_law(
    code: str, on: date, records: set[str]
) -> None:
    found = saying_none(PLACES[code], on, RULEBOOK.pack.laws)

    assert {law.id for law in found} == records


def test_a_record_without_a_law_makes_no_ground() -> None:
    answer = verdict_on(Question(residence="AF"), TODAY, RULEBOOK.pack.laws, PLACES)

    assert answer.grounds == ()
    assert answer.verdict is Verdict.NOT_ELIGIBLE


@pytest.mark.parametrize("code", ["PR", "GU", "VI", "AS", "MP"])
def test_a_territory_has_one_answer_under_both_its_codes(code: str) -> None:
    bureau = Facts(vendor=VendorFacts(sector=Sector.CREDIT_BUREAU))
    laws = RULEBOOK.pack.laws

    one, two = (
        verdict_on(Question(residence=residence, facts=bureau), TODAY, laws, PLACES)
        for residence in (code, f"US-{code}")
    )

    assert one.grounds == two.grounds != ()
