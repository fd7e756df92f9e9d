"""Vendors × jurisdictions on a day, on the real law."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings, strategies

from app.domain.coverage import Coverage, Shift, cover, researched, shifts
from app.domain.eligibility import laws_of, question, verdict_on
from app.domain.entries import PRIVATE_PERSON, Cell
from app.domain.grounds import NO_RECORD, Verdict
from app.domain.laws import Law
from app.domain.places import Place, Places
from app.domain.vendors import Vendor
from app.rulebook.load import load_rulebook, read_vendors
from tests import made_up_laws
from tests.made_up_vendors import Maker

ON = date(2026, 11, 23)
RULEBOOK = load_rulebook()
LAWS, PLACES = RULEBOOK.pack.laws, RULEBOOK.places
VENDORS = [shape.value() for shape in read_vendors()]
KNOWN = researched(LAWS, PLACES)
CODES = [*(place.code for place in PLACES), "EU", "EEA"]


def told(
    vendor: Vendor,
    place: Place,
    on: date,
    laws: Mapping[str, Law] = LAWS,
    places: Places = PLACES,
) -> Cell:
    """Return what a resident who asks about this vendor alone is told."""
    there = laws_of(place.code, laws, places)
    asked = question(place.code, vendor, PRIVATE_PERSON, on)
    answer = verdict_on(asked, on, there, places)
    leading = answer.leading
    if leading is None:
        return Cell(answer.verdict)
    return Cell(answer.verdict, leading.id, leading.short_name)


def made_up(chance: Random, codes: Sequence[str], count: int) -> list[Vendor]:
    """Return vendors with facts, an offer and an order."""
    maker = Maker(chance, codes)
    return [
        replace(
            maker.vendor(f"vendor-{n}"),
            offers=(maker.offer(f"offer-{n}"),),
            orders=(maker.order(f"order-{n}"),),
        )
        for n in range(count)
    ]


def of(vendors: Iterable[Vendor], on: date, *codes: str) -> Coverage:
    return cover(vendors, on, LAWS, PLACES, [PLACES[code] for code in codes])


@pytest.mark.parametrize(
    "on",
    [date(2018, 5, 24), date(2020, 7, 6), ON],
    ids=str,
)
def test_each_cell_says_what_a_resident_is_told(on: date) -> None:
    coverage = cover(VENDORS, on, LAWS, PLACES, KNOWN)

    for place in KNOWN:
        for vendor in VENDORS:
            assert coverage[vendor.slug, place.code] == told(vendor, place, on)


@given(
    strategies.randoms(use_true_random=False),
    strategies.sampled_from(
        sorted({d for law in LAWS.values() for d in law.changes()})
    ),
    strategies.lists(strategies.sampled_from(KNOWN), min_size=1, max_size=8),
)
@settings(max_examples=30, deadline=None)
def test_so_it_does_whatever_is_known_of_the_vendors(
    chance: Random, on: date, residences: list[Place]
) -> None:
    vendors = made_up(chance, CODES, 12)

    coverage = cover(vendors, on, LAWS, PLACES, residences)

    for place in residences:
        for vendor in vendors:
            assert coverage[vendor.slug, place.code] == told(vendor, place, on)


@given(
    strategies.randoms(use_true_random=False),
    strategies.sampled_from(made_up_laws.DAYS),
)
@settings(max_examples=40, deadline=None)
def test_so_it_does_whatever_the_laws_say(chance: Random, on: date) -> None:
    places = made_up_laws.PLACES
    lawmaker = made_up_laws.Lawmaker(chance)
    laws = {name: lawmaker.law(name) for name in ("first", "second")}
    maker = Maker(chance, made_up_laws.CODES)
    vendors = [maker.vendor(f"vendor-{n}") for n in range(40)]

    coverage = cover(vendors, on, laws, places, places)

    for place in places:
        for vendor in vendors:
            expected = told(vendor, place, on, laws, places)
            assert coverage[vendor.slug, place.code] == expected


def test_a_place_of_which_nobody_read_the_law_is_uncertain() -> None:
    atlantis = Place(code="XA", name="Atlantis", zone="UTC")
    places = Places.of([*PLACES, atlantis])

    coverage = cover(VENDORS, ON, {}, places, [atlantis])

    assert coverage["epsilon", "XA"] == Cell(Verdict.UNCERTAIN, NO_RECORD, "Atlantis")


def test_nobody_at_all_is_covered_by_an_empty_table() -> None:
    assert of([], ON, "DE").rows == {"DE": ()}


def test_a_cell_names_the_ground_that_leads() -> None:
    cell = of(VENDORS, ON, "DE")["clearview-ai", "DE"]

    assert (cell.verdict, cell.ground) == (Verdict.ELIGIBLE, "eu-gdpr")


def test_a_part_of_the_table_says_the_same() -> None:
    whole = of(VENDORS, ON, "DE", "US-IL")
    [clearview] = [v for v in VENDORS if v.slug == "clearview-ai"]

    part = whole.part([clearview], [PLACES["US-IL"]])

    assert part["clearview-ai", "US-IL"] == whole["clearview-ai", "US-IL"]
    assert ("clearview-ai", "DE") not in part
    assert ("epsilon", "US-IL") not in part


def test_what_changed_between_two_days_names_the_ground() -> None:
    [clearview] = [v for v in VENDORS if v.slug == "clearview-ai"]
    before = of([clearview], date(2018, 5, 24), "DE", "US-IL")
    after = of([clearview], date(2018, 5, 25), "DE", "US-IL")

    assert list(shifts(before, after)) == [
        Shift("clearview-ai", "DE", Verdict.UNCERTAIN, Verdict.ELIGIBLE, "eu-gdpr")
    ]
    assert list(shifts(after, before)) == [
        Shift("clearview-ai", "DE", Verdict.ELIGIBLE, Verdict.UNCERTAIN, "eu-gdpr")
    ]


def test_what_stands_on_one_of_the_days_alone_is_no_change() -> None:
    before, after = of([], date(2018, 5, 24), "DE"), of(VENDORS, ON, "DE")

    assert list(shifts(before, after)) == []


def test_a_country_that_is_asked_by_region_is_left_to_its_regions() -> None:
    codes = [place.code for place in KNOWN]

    assert codes == sorted(codes)
    assert "CA-ON" in codes
    assert not {"CA", "US"} & set(codes)


def test_a_vendors_own_seat_brings_its_law_everywhere() -> None:
    assert "eu-gdpr" in laws_of("US-NY", LAWS, PLACES)
    assert "us-va-vcdpa" not in laws_of("US-NY", LAWS, PLACES)


def test_the_pack_finds_the_laws_of_a_place_at_once() -> None:
    for place in PLACES:
        found = RULEBOOK.pack.near(PLACES.around(place.code))
        assert list(found) == list(laws_of(place.code, LAWS, PLACES))
