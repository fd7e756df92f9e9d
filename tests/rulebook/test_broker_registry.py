"""California's registry of data brokers, as it is published in each year."""

from datetime import date
from pathlib import Path

import pytest

from app.domain.vendors import Declared, Family, Receiver, RouteKind
from app.rulebook.broker_registry import Register
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_files import (
    Foreign,
    Found,
    Rejected,
    Yardstick,
    read_vendor_file,
)
from app.rulebook.vendor_schema import VendorShape
from tests.made_up_registers import LABELS, registry

ON = date(2026, 11, 23)
BY = Yardstick(ON, load_rulebook().places, local=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "registry.csv"


def read(file: Path, text: str) -> list[Found]:
    file.write_text(text, "utf-8", newline="")
    return list(read_vendor_file(file, BY))


def only(found: list[Found]) -> VendorShape:
    [one] = [one.shape for one in found if isinstance(one, Foreign)]
    return one


@pytest.mark.parametrize(("year", "wide"), [(2024, 12), (2025, 67), (2026, 77)])
def test_a_year_is_known_by_its_labels(file: Path, year: int, wide: int) -> None:
    assert len(LABELS[year]) == wide

    found = read(file, registry(year, [7]))

    assert found[0] == Register("US-CA", year, ON)
    broker = only(found)
    assert (broker.slug, broker.name) == (
        "broker-0007-data-inc",
        "Broker 0007 Data, Inc.",
    )
    assert broker.domains[0] == "broker0007.example"
    assert [(r.kind, r.address) for r in broker.routes] == [
        (RouteKind.EMAIL, "privacy@broker0007.example")
    ]
    assert broker.seat == frozenset({"US-TX"})
    [entry] = broker.registrations
    assert (entry.place, entry.year, entry.first) == ("US-CA", year, date(year, 1, 1))


FIGURES = {
    2026: {
        "Requests to delete - Total requests received": "1,200",
        "Requests to delete - Total requests received - Complied in whole": "700",
        "Requests to delete - Total requests received - Complied in part": "n/a",
        "Requests to delete - Total requests received - Denied": "0",
        "Requests to delete - The number of days to respond substantively to a request to"
        " know in 2024 - Mean": "9.5",
        "Requests to delete - The number of days to respond substantively to a request to"
        " know in 2024 - Median": "5",
    },
    2025: {
        "number of requests to delete received": "1,200",
        "number of requests to delete complied with in whole": "700",
        "number of requests to delete complied with in part": "n/a",
        "number of requests to delete denied": "0",
        "mean number of days taken to respond substantively to a request to delete": "9.5",
        "median number of days taken to respond substantively to a request to delete": "5",
    },
}


@pytest.mark.parametrize("year", FIGURES)
def test_a_brokers_own_figures_are_those_of_two_years_before(
    file: Path, year: int
) -> None:
    [entry] = only(read(file, registry(year, [1], {1: FIGURES[year]}))).registrations

    assert [(one.family, one.year) for one in entry.figures] == [
        (family, year - 2) for family in Family
    ]
    deleted = entry.figures[0]
    assert (deleted.received, deleted.in_whole, deleted.in_part, deleted.denied) == (
        1200,
        700,
        None,
        0,
    )
    assert (deleted.mean_days, deleted.median_days) == (9.5, 5)


def test_what_a_broker_says_that_it_collects_and_gives_is_kept(file: Path) -> None:
    words = {"collects": "No", "shared or sold": "No"}
    words |= {"biometric": "Yes", "geolocation": "no ", "law enforcement": " YES"}

    [entry] = only(read(file, registry(2026, [1], {1: words}))).registrations

    assert entry.declares == {Declared.BIOMETRIC}
    assert entry.gives_to == {Receiver.LAW_ENFORCEMENT}


def test_a_cell_may_hold_several_sites_and_another_name(file: Path) -> None:
    cells = {
        "primary website:": "https://www.first.example;\nsecond.example/start, n/a",
        "doing business": "First People Search; N/A",
        "contact email": "privacy [at] first [dot] example; legal@first.example",
    }

    broker = only(read(file, registry(2026, [1], {1: cells})))

    assert broker.domains == ("first.example", "second.example")
    assert broker.brands == ("First People Search",)
    assert broker.routes[0].address == "privacy@first.example"


@pytest.mark.parametrize(
    ("cells", "kind", "where"),
    [
        pytest.param(
            {"contact email": "see site"},
            RouteKind.WEBFORM,
            "https://www.broker0001.example/rights",
            id="the page on rights",
        ),
        pytest.param(
            {"contact email": "", "exercise": "n/a"},
            RouteKind.WEBFORM,
            "https://www.broker0001.example",
            id="the site",
        ),
        pytest.param(
            {"contact email": "", "exercise": "", "primary website:": ""},
            RouteKind.LETTER,
            "1 Main St., Austin, TX, 78701, USA",
            id="the street",
        ),
    ],
)
def test_a_broker_without_a_mailbox_is_reached_otherwise(
    file: Path, cells: dict[str, str], kind: RouteKind, where: str
) -> None:
    [route] = only(read(file, registry(2026, [1], {1: cells}))).routes

    assert (route.kind, route.url or route.address) == (kind, where)


def test_a_row_that_is_no_new_broker_says_why(file: Path) -> None:
    text = registry(2026, [1, 2, 3, 4], {2: {"name": ""}, 4: {"name": "???"}})
    again = text + registry(2026, [1]).partition("\r\n")[2] + ",,,\r\n"

    found = read(file, again)

    assert [(one.name, one.why) for one in found if isinstance(one, Rejected)] == [
        ("line 3", "the broker has no name"),
        ("line 5", "???: no slug can be made of this name"),
        ("line 6", "Broker 0001 Data, Inc.: stands on line 2 already"),
    ]
    assert sum(isinstance(one, Foreign) for one in found) == 2


def test_brokers_of_no_known_year_stand_in_no_register(file: Path) -> None:
    found = read(file, "Name,Email\nProbe LLC,desk@probe.example\n")

    assert not any(isinstance(one, Register) for one in found)
    assert only(found).registrations == ()


def test_a_year_may_stand_in_the_name_of_the_file(tmp_path: Path) -> None:
    found = read(tmp_path / "registry2025.csv", "Name,Email\nProbe LLC,a@b.example\n")

    assert found[0] == Register("US-CA", 2025, ON)


def test_a_label_that_counts_nothing_we_know_is_passed_over(file: Path) -> None:
    found = read(
        file,
        "Name,Email,Requests to dance denied in 2024,Requests to delete denied in 2024\n"
        "Probe LLC,a@b.example,7,8\n",
    )

    [entry] = only(found).registrations
    assert entry.year == 2026
    assert [(one.family, one.denied) for one in entry.figures] == [(Family.DELETE, 8)]
