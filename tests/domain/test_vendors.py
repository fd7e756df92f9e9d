"""How a vendor is written to, and in which registers it stands on a day."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.dated import Span
from app.domain.facts import Sector, VendorFacts
from app.domain.laws import Confidence
from app.domain.refusals import Reading, Refuses
from app.domain.vendors import (
    Directory,
    Double,
    FactFrom,
    Registration,
    Route,
    RouteKind,
    Vendor,
)


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


def fact(first: date | None, sector: Sector | None) -> FactFrom:
    return FactFrom(
        fact="sector",
        value=sector,
        first=first,
        sources=("https://probe.example",),
        confidence=Confidence.HIGH,
        checked_on=date(2026, 9, 1),
    )


CHANGED = Vendor(
    slug="probe",
    name="Probe",
    facts=VendorFacts(sector=Sector.BANK),
    facts_from=(fact(date(2026, 5, 1), Sector.INSURER), fact(date(2026, 8, 1), None)),
    checked_on=date(2026, 9, 1),
)


@pytest.mark.parametrize(
    ("day", "sector"),
    [
        pytest.param(date(2026, 4, 30), Sector.BANK, id="the day before"),
        pytest.param(date(2026, 5, 1), Sector.INSURER, id="the first day"),
        pytest.param(date(2026, 8, 1), None, id="not known any more"),
    ],
)
def test_a_fact_is_what_it_was_on_the_day(day: date, sector: Sector | None) -> None:
    assert CHANGED.facts_on(day).sector is sector
    assert {date(2026, 5, 1), date(2026, 8, 1)} <= set(CHANGED.changes())


def test_a_fact_that_changed_leaves_the_registers_as_they_are() -> None:
    entry = Registration(place="US-CA", year=2026, checked_on=date(2026, 9, 1))
    both = replace(CHANGED, registrations=(entry,)).facts_on(date(2026, 5, 1))

    assert both.sector is Sector.INSURER
    assert both.registered_broker_in == frozenset({"US-CA"})


def double(slug: str, of: str) -> Vendor:
    why = Double(of, date(2026, 9, 1), "One company, two names.")
    return replace(CHANGED, slug=slug, double=why)


def test_a_double_leads_to_the_record_that_stands_for_both() -> None:
    doubles = {one.slug: one for one in (double("a", "b"), double("b", "probe"))}
    directory = Directory({"probe": CHANGED}, 1, doubles)

    assert directory.stands_for("a") == "probe"
    assert directory.stands_for("probe") == "probe"
    assert directory.stands_for("nobody") == "nobody"
    assert directory.vendor("a") is doubles["a"]
    assert directory.vendor("probe") is CHANGED
    assert directory.vendor("nobody") is None
    assert directory.known(["a", "probe", "nobody"]) == ["probe"]
    assert directory.names() == {"probe": "Probe", "a": "Probe", "b": "Probe"}
    assert directory.records == {"probe": CHANGED, **doubles}
    assert {one.slug for one in directory.doubles_of("probe")} == {"a", "b"}


def test_a_double_that_refuses_people_is_the_company_that_does() -> None:
    earlier = Refuses(Reading.LEAVES_OUT, date(2026, 9, 1))
    later = Refuses(Reading.NEXUS, date(2026, 10, 1))
    refusing = {
        ("probe", "FR"): later,
        ("a", "FR"): earlier,
        ("a", "US-CA"): earlier,
        ("other", "US-NY"): later,
    }
    directory = Directory({"probe": CHANGED}, 1, {"a": double("a", "probe")}, refusing)

    assert directory.refused_by(CHANGED) == {"FR": later, "US-CA": earlier}


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        pytest.param(date(2026, 9, 1), "a", id="now"),
        pytest.param(date(2026, 11, 30), "a", id="the day before"),
        pytest.param(date(2026, 12, 1), "b", id="the first day"),
        pytest.param(date(2027, 1, 1), "probe", id="merged on"),
    ],
)
def test_a_directory_is_what_it_will_be_on_a_day_ahead(day: date, stands: str) -> None:
    once = Directory({"b": CHANGED, "probe": CHANGED}, 1, {"a": double("a", "b")})
    twice = replace(once, doubles={**once.doubles, "b": double("b", "probe")})
    later = (date(2026, 12, 1), once), (date(2027, 1, 1), twice)
    directory = Directory({"a": CHANGED, "b": CHANGED}, 1, later=later)

    assert directory.on(day).stands_for("a") == stands


def test_doubles_of_each_other_lead_nowhere_else() -> None:
    doubles = {one.slug: one for one in (double("a", "b"), double("b", "a"))}

    assert Directory({}, 1, doubles).stands_for("a") in doubles
