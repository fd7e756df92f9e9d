"""Circles: who belongs to a register, or to a kind, on a day."""

from datetime import date
from typing import Any

from app.domain.circles import facts_of, members, nearest, one_of, place_of, sizes
from app.domain.dated import Span
from app.domain.facts import Sector, VendorFacts
from app.domain.vendors import Registration, Vendor

DAY = date(2026, 11, 23)


def vendor(slug: str, facts: VendorFacts | None = None, **more: Any) -> Vendor:
    return Vendor(
        slug=slug, name=slug, facts=facts or VendorFacts(), checked_on=DAY, **more
    )


STANDS = vendor(
    "stands",
    registrations=(
        Registration(
            place="US-CA", year=2026, span=Span(date(2026, 1, 1), None), checked_on=DAY
        ),
    ),
)
SAYS_SO = vendor(
    "says-so", facts=VendorFacts(registered_broker_in=frozenset({"US-CA"}))
)
GONE = vendor(
    "gone",
    facts=VendorFacts(registered_broker_in=frozenset({"US-CA"})),
    closed_on=date(2026, 11, 22),
)
FINDS_FACES = vendor("faces", facts=VendorFacts(sector=Sector.FACE_SEARCH))
ALL = (STANDS, SAYS_SO, GONE, FINDS_FACES)


def test_a_register_holds_who_stands_in_it_that_day() -> None:
    assert members("us-ca-registry", ALL, DAY) == ("says-so", "stands")
    assert members("us-ca-registry", ALL, date(2025, 12, 31)) == ("gone", "says-so")
    assert members("us-tx-registry", ALL, DAY) == ()


def test_a_kind_holds_who_is_of_it() -> None:
    assert members("face_search", ALL, DAY) == ("faces",)


def test_an_unknown_name_is_no_circle_and_has_neighbours() -> None:
    assert facts_of("everybody") is None
    assert members("everybody", ALL, DAY) == ()
    assert "us-ca-registry" in nearest("us-ca-registr", ALL)
    assert len(nearest("§", ALL)) == 5


def test_what_makes_a_vendor_belong_is_known_of_it() -> None:
    known = facts_of("us-ca-registry")

    assert known is not None
    assert known.registered_broker_in == frozenset({"US-CA"})
    assert known.sector is Sector.DATA_BROKER


def test_each_circle_has_the_size_of_its_members() -> None:
    abroad = vendor("abroad", facts=VendorFacts(registered_broker_in=frozenset({"FR"})))

    for day in (DAY, date(2025, 12, 31)):
        found = sizes((*ALL, abroad), day)
        assert found == {name: len(members(name, ALL, day)) for name in found}
        assert set(found) == {"us-ca-registry", "face_search"}


def test_of_somebody_in_a_circle_nothing_else_is_known() -> None:
    somebody = one_of("us-ca-registry", DAY)

    assert somebody is not None
    assert somebody.facts_on(DAY) == facts_of("us-ca-registry")
    assert (somebody.routes, somebody.offers, somebody.orders) == ((), (), ())
    assert one_of("everybody", DAY) is None


def test_a_register_is_of_a_place_and_a_kind_of_none() -> None:
    assert place_of("us-ca-registry") == "US-CA"
    assert place_of("people_search") is None
