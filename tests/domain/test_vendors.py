"""How a vendor is written to, and in which registers it stands on a day."""

from datetime import date

import pytest

from app.domain.dated import Span
from app.domain.facts import VendorFacts
from app.domain.vendors import Registration, Route, RouteKind, Vendor


@pytest.mark.parametrize(
    ("read", "spoken", "written"),
    [
        (("fr", "es"), "es", "es"),
        (("fr", "es"), "en", "fr"),
        ((), "fr", "de"),
    ],
    ids=["the resident's own", "the first of the route", "the vendor's"],
)
def test_a_letter_is_in_a_language_that_is_read_there(
    read: tuple[str, ...], spoken: str, written: str
) -> None:
    vendor = Vendor(
        slug="probe",
        name="Probe",
        facts=VendorFacts(),
        language="de",
        checked_on=date(2026, 11, 1),
    )
    route = Route(kind=RouteKind.EMAIL, languages=read)

    assert vendor.language_for(route, spoken) == written


NEVER_SEEN = VendorFacts()
SAID_TO_STAND = VendorFacts(registered_broker_in=frozenset({"US-CA", "US-VT"}))


@pytest.mark.parametrize(
    ("facts", "day", "places"),
    [
        pytest.param(NEVER_SEEN, date(2025, 12, 31), None, id="before, unknown"),
        pytest.param(NEVER_SEEN, date(2026, 1, 1), {"US-CA"}, id="the first day"),
        pytest.param(NEVER_SEEN, date(2026, 8, 31), {"US-CA"}, id="the last day"),
        pytest.param(NEVER_SEEN, date(2026, 9, 1), set(), id="after, known not to"),
        pytest.param(
            SAID_TO_STAND, date(2025, 12, 31), {"US-CA", "US-VT"}, id="before, undated"
        ),
        pytest.param(SAID_TO_STAND, date(2026, 9, 1), {"US-VT"}, id="after, elsewhere"),
    ],
)
def test_a_register_counts_for_its_days(
    facts: VendorFacts, day: date, places: set[str] | None
) -> None:
    entry = Registration(
        place="US-CA",
        year=2026,
        span=Span(date(2026, 1, 1), date(2026, 8, 31)),
        checked_on=date(2026, 9, 1),
    )
    vendor = Vendor(
        slug="probe",
        name="Probe",
        facts=facts,
        registrations=(entry,),
        checked_on=date(2026, 9, 1),
    )

    assert vendor.facts_on(day).registered_broker_in == places
