"""Every change of cover, day by day, told in one pass."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings, strategies

from app.domain.chronicle import chronicle
from app.domain.coverage import Shift, cover, researched, shifts
from app.domain.dated import Span
from app.domain.laws import Confidence, Law
from app.domain.places import Place, Places
from app.domain.vendors import Offer, OfferRight, Vendor
from app.rulebook.load import load_rulebook, read_vendors
from tests import made_up_laws
from tests.made_up_vendors import Maker

RULEBOOK = load_rulebook()
LAWS, PLACES = RULEBOOK.pack.laws, RULEBOOK.places
VENDORS = [shape.value() for shape in read_vendors()]
KNOWN = researched(LAWS, PLACES)
A_DAY = timedelta(days=1)


def one_by_one(
    vendors: list[Vendor],
    laws: Mapping[str, Law],
    places: Places,
    residences: Iterable[Place],
) -> dict[date, set[Shift]]:
    """Return what the tables of two days that follow each other say."""
    residences = tuple(residences)
    days = {day for law in laws.values() for day in law.changes()}
    days |= {day for vendor in vendors for day in vendor.changes()}
    found = {}
    for on in sorted(days - {date.min}):
        before = cover(vendors, on - A_DAY, laws, places, residences)
        came = set(shifts(before, cover(vendors, on, laws, places, residences)))
        if came:
            found[on] = came
    return found


def in_one_pass(
    vendors: list[Vendor],
    laws: Mapping[str, Law],
    places: Places,
    residences: Iterable[Place],
) -> dict[date, set[Shift]]:
    told = chronicle(vendors, laws, places, residences)
    return {turn.on: set(turn.shifts) for turn in told}


def test_it_says_what_the_tables_of_two_days_say() -> None:
    some = [PLACES[code] for code in ("DE", "CA-QC", "US-CA")]
    few = [v for v in VENDORS if v.slug in {"clearview-ai", "liveramp", "schufa"}]

    told = in_one_pass(few, LAWS, PLACES, some)

    assert told == one_by_one(few, LAWS, PLACES, some)
    assert date(2018, 5, 25) in told


@given(strategies.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_so_it_does_whatever_the_laws_and_vendors_are(chance: Random) -> None:
    lawmaker = made_up_laws.Lawmaker(chance)
    laws = {name: lawmaker.law(name) for name in ("first", "second")}
    maker = Maker(chance, made_up_laws.CODES)
    vendors = [
        replace(
            maker.vendor(f"vendor-{n}"),
            offers=(maker.offer(f"offer-{n}"),),
            orders=(maker.order(f"order-{n}"),),
            registrations=maker.registrations() if n % 2 else (),
        )
        for n in range(5)
    ]
    world = vendors, laws, made_up_laws.PLACES, made_up_laws.PLACES

    assert in_one_pass(*world) == one_by_one(*world)


@pytest.mark.parametrize("first", [date(2020, 7, 6), date(2024, 1, 1)], ids=str)
def test_the_changes_between_two_days_lead_from_one_table_to_the_other(
    first: date,
) -> None:
    last = date(2026, 11, 27)
    table = cover(VENDORS, first, LAWS, PLACES, KNOWN)
    now = {
        (v.slug, p.code): table[v.slug, p.code].verdict for v in VENDORS for p in KNOWN
    }

    for turn in chronicle(VENDORS, LAWS, PLACES, KNOWN):
        if first < turn.on <= last:
            for shift in turn.shifts:
                assert now[shift.vendor, shift.residence] is shift.before
                now[shift.vendor, shift.residence] = shift.after

    then = cover(VENDORS, last, LAWS, PLACES, KNOWN)
    assert now == {
        (v.slug, p.code): then[v.slug, p.code].verdict for v in VENDORS for p in KNOWN
    }


def test_where_nobody_read_the_law_an_offer_is_a_change_all_the_same() -> None:
    atlantis = Place(code="XA", name="Atlantis", zone="UTC")
    offer = Offer(
        id="everybody",
        right=OfferRight.DELETION,
        places=frozenset({"*"}),
        span=Span(date(2020, 1, 1), date(2020, 12, 31)),
        words="It deletes.",
        sources=("https://vendor.example",),
        confidence=Confidence.HIGH,
        checked_on=date(2026, 1, 1),
    )
    vendor = replace(VENDORS[0], slug="one", offers=(offer,), orders=())

    told = list(chronicle([vendor], {}, Places.of([atlantis]), [atlantis]))

    assert [turn.on for turn in told] == [date(2020, 1, 1), date(2021, 1, 1)]
    assert [shift.because for turn in told for shift in turn.shifts] == [
        "everybody",
        "everybody",
    ]
