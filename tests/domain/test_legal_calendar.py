"""On which day what begins, changes or ends, and whom to look at then."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.about import About, RecordKind
from app.domain.dated import Span
from app.domain.facts import Sector, VendorFacts
from app.domain.laws import (
    Confidence,
    Law,
    Reach,
    Regulator,
    Right,
    RightKind,
    Status,
    Step,
)
from app.domain.legal_calendar import (
    Entry,
    Turn,
    legal_calendar,
    to_check,
    without_a_day,
)
from app.domain.places import Place, Places
from app.domain.vendors import (
    Offer,
    OfferRight,
    Order,
    OrderStatus,
    Route,
    RouteKind,
    Vendor,
)

BEGINS, CHANGES, LAST = date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 31)
ENDS = date(2027, 1, 1)
ALL = Span(date(2020, 1, 1), date(2030, 1, 1))
RIGHT = Right(kind=RightKind.ERASURE, citation="s 2")
PLACES = Places.of(
    Place(code=code, name=code, zone="UTC", within=frozenset(within))
    for code, *within in (("AA",), ("AA-1", "AA"), ("BB",))
)
LAW = Law(
    id="aa-law",
    name="Data Act",
    short_name="DA",
    status=Status.IN_FORCE,
    places={"AA": Span(BEGINS, None)},
    reach=Reach.YES,
    steps=(
        Step(start=BEGINS, citation="s 1", rights=(RIGHT,)),
        Step(start=CHANGES, citation="s 1", rights=(RIGHT,), certain=False),
    ),
    ended=LAST,
    regulator=Regulator(name="Office"),
    citation="Act 1",
    sources=("https://law.example/aa",),
    confidence=Confidence.HIGH,
    checked_on=date(2026, 11, 1),
)
OFFER = Offer(
    id="form",
    right=OfferRight.DELETION,
    places=frozenset({"BB"}),
    span=Span(BEGINS, LAST),
    words="It deletes.",
    sources=(),
    confidence=Confidence.HIGH,
    checked_on=BEGINS,
)
ORDER = Order(
    id="ruling",
    by="Office",
    places=frozenset({"BB"}),
    span=Span(None, LAST),
    statuses=(
        (BEGINS, OrderStatus.IN_FORCE),
        (CHANGES, OrderStatus.APPEALED),
        (date(2026, 9, 1), OrderStatus.ENDED),
    ),
    words="It deletes.",
    sources=(),
    confidence=Confidence.HIGH,
    checked_on=BEGINS,
)
VENDOR = Vendor(
    slug="probe",
    name="Probe",
    facts=VendorFacts(seat=frozenset({"BB"}), sector=Sector.DATA_BROKER),
    checked_on=date(2025, 6, 1),
)


def turns(*laws: Law, vendors: tuple[Vendor, ...] = ()) -> list[tuple[date, Turn]]:
    return [(entry.day, entry.turn) for entry in legal_calendar(laws, vendors, ALL)]


def test_a_law_begins_changes_and_ends_on_the_first_day_without_it() -> None:
    assert turns(LAW) == [
        (BEGINS, Turn.LAW_BEGINS),
        (CHANGES, Turn.LAW_CHANGES),
        (ENDS, Turn.LAW_ENDS),
    ]


def test_a_day_about_which_sources_differ_is_not_certain() -> None:
    entries = legal_calendar([LAW], (), ALL)

    assert [entry.certain for entry in entries] == [True, False, True]


def test_a_place_that_comes_later_is_a_change_and_one_before_the_law_is_none() -> None:
    early, late = Span(date(2021, 1, 1), None), Span(date(2026, 3, 1), None)
    law = replace(LAW, places={"AA": early, "BB": late}, steps=LAW.steps[:1])

    assert turns(law) == [
        (BEGINS, Turn.LAW_BEGINS),
        (date(2026, 3, 1), Turn.LAW_CHANGES),
        (ENDS, Turn.LAW_ENDS),
    ]


def test_a_change_after_the_end_is_none() -> None:
    law = replace(LAW, reach_from=date(2028, 1, 1), steps=LAW.steps[:1])

    assert turns(law) == [(BEGINS, Turn.LAW_BEGINS), (ENDS, Turn.LAW_ENDS)]


def test_a_law_without_an_end_goes_on() -> None:
    law = replace(LAW, ended=None, reach_from=date(2028, 1, 1), steps=LAW.steps[:1])

    assert turns(law) == [
        (BEGINS, Turn.LAW_BEGINS),
        (date(2028, 1, 1), Turn.LAW_CHANGES),
    ]


def test_what_is_no_law_and_what_is_a_bill_have_no_day() -> None:
    absent = replace(LAW, status=Status.NO_GENERAL_LAW)
    bill = replace(LAW, status=Status.PENDING_BILL, steps=(), ended=None)

    assert turns(absent, bill) == []
    assert without_a_day([absent, bill, LAW]) == (bill,)


def test_an_offer_begins_and_ends_and_one_without_days_does_neither() -> None:
    dated = replace(VENDOR, offers=(OFFER,))
    endless = replace(VENDOR, offers=(replace(OFFER, span=Span()),))

    assert turns(vendors=(dated, endless)) == [
        (BEGINS, Turn.OFFER_BEGINS),
        (ENDS, Turn.OFFER_ENDS),
    ]


def test_an_order_is_made_stands_otherwise_and_ends() -> None:
    vendor = replace(VENDOR, orders=(ORDER,))

    assert turns(vendors=(vendor,)) == [
        (BEGINS, Turn.ORDER_MADE),
        (CHANGES, Turn.ORDER_CHANGES),
        (date(2026, 9, 1), Turn.ORDER_ENDS),
        (ENDS, Turn.ORDER_ENDS),
    ]


def test_only_the_days_that_were_asked_for_are_told() -> None:
    entries = legal_calendar([LAW], (), Span(CHANGES, CHANGES))

    assert [entry.turn for entry in entries] == [Turn.LAW_CHANGES]


LAW_BEGINS = Entry(BEGINS, Turn.LAW_BEGINS, About(RecordKind.LAW, "aa-law"))


def asked(entry: Entry, *vendors: Vendor, law: Law = LAW) -> tuple[str, ...]:
    return to_check(entry, {law.id: law}, {v.slug: v for v in vendors}, PLACES)


def test_a_vendor_whose_answer_changes_that_day_is_looked_at() -> None:
    assert asked(LAW_BEGINS, VENDOR) == ("probe",)


def test_nothing_changes_for_who_is_outside_the_law() -> None:
    person = replace(VENDOR, facts=VendorFacts(sector=Sector.INDIVIDUAL))

    assert asked(LAW_BEGINS, person) == ()


def test_a_change_that_another_ground_makes_is_not_the_laws() -> None:
    other = replace(LAW, id="aa-other", steps=LAW.steps[:1])
    nothing = replace(LAW, steps=(Step(start=BEGINS, citation="s 1"),))

    found = to_check(
        LAW_BEGINS,
        {nothing.id: nothing, other.id: other},
        {VENDOR.slug: VENDOR},
        PLACES,
    )

    assert found == ()


@pytest.mark.parametrize("says", ["offer", "route"])
def test_a_vendor_that_speaks_of_the_place_is_looked_at_too(says: str) -> None:
    here = frozenset({"AA"})
    person = replace(
        VENDOR,
        facts=VendorFacts(sector=Sector.INDIVIDUAL),
        offers=(replace(OFFER, places=here),) if says == "offer" else (),
        routes=(Route(kind=RouteKind.EMAIL, address="a@b.example", places=here),)
        if says == "route"
        else (),
    )

    assert asked(LAW_BEGINS, person) == ("probe",)


def test_a_law_that_follows_the_seat_is_asked_everywhere() -> None:
    seated = replace(VENDOR, facts=VendorFacts(seat=frozenset({"AA"})))
    elsewhere = replace(LAW, id="bb-law", places={"BB": Span(date(2020, 1, 1), None)})
    law = replace(LAW, follows_seat=True)

    found = to_check(
        LAW_BEGINS,
        {law.id: law, elsewhere.id: replace(elsewhere, steps=())},
        {"probe": seated},
        PLACES,
    )

    assert found == ("probe",)


def test_who_was_checked_since_or_is_closed_is_left_out() -> None:
    checked = replace(VENDOR, slug="checked", checked_on=BEGINS)
    closed = replace(VENDOR, slug="closed", closed_on=date(2025, 12, 31))
    closing = replace(VENDOR, slug="closing", closed_on=BEGINS)

    assert asked(LAW_BEGINS, checked, closed, closing) == ("closing",)


def test_the_end_of_an_offer_asks_for_its_vendor_alone() -> None:
    about = About(RecordKind.OFFER, "probe/form")
    other = replace(VENDOR, slug="other")

    assert asked(Entry(ENDS, Turn.OFFER_ENDS, about), VENDOR, other) == ("probe",)
    assert asked(Entry(BEGINS, Turn.OFFER_BEGINS, about), VENDOR, other) == ()
