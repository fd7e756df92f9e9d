"""How a vendor is written to."""

from datetime import date

import pytest

from app.domain.facts import VendorFacts
from app.domain.vendors import Route, RouteKind, Vendor


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
