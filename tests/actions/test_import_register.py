"""What an import of a register makes of the vendors that we know."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.actions.import_found import import_found
from app.actions.import_vendors import Effect, Imported, import_vendors, record_bundled
from app.actions.read_directory import read_directory
from app.domain.eligibility import question, verdict_on
from app.domain.facts import PersonFacts
from app.domain.laws import Unmet
from app.domain.vendors import Vendor
from app.rulebook.load import load_rulebook
from app.rulebook.vendor_files import Rejected, Source, Yardstick, read_vendor_file
from app.rulebook.vendor_schema import VendorShape
from app.store import vendors
from app.store.session import Store
from tests.made_up_registers import company, registry
from tests.post_office import NOON

TODAY = NOON.date()
PACK = load_rulebook()
Cells = Mapping[int, dict[str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def put(
    store: Store,
    folder: Path,
    year: int,
    numbers: Iterable[int],
    cells: Cells | None = None,
    on: date = TODAY,
) -> dict[str, Imported]:
    file = folder / "registry.csv"
    file.write_text(registry(year, numbers, cells), "utf-8", newline="")
    found = list(read_vendor_file(file, Yardstick(on, PACK.places, local=False)))
    with store.writing() as session:
        done = import_found(session, found, at=NOON)
    return {one.name: one for one in done}


def known(store: Store) -> Mapping[str, Vendor]:
    with store.reading() as session:
        return read_directory(session).vendors


def version(store: Store) -> int:
    with store.reading() as session:
        return vendors.version(session)


def slug(number: int) -> str:
    return f"broker-{number:04}-data-inc"


def spans(vendor: Vendor) -> list[tuple[int, date | None, date | None]]:
    return [(one.year, one.span.first, one.span.last) for one in vendor.registrations]


def test_the_same_register_again_changes_nothing_however_much_later(
    store: Store, folder: Path
) -> None:
    cells = {2: {"name": "Clearview AI, Inc.", "primary website:": "clearview.ai"}}
    first = put(store, folder, 2026, [1, 2, 3], cells, on=TODAY - timedelta(days=40))
    counted = version(store)
    with store.writing() as session:
        assert record_bundled(session, at=NOON) == 0

    again = put(store, folder, 2026, [1, 2, 3], cells)

    assert [one.effect for one in first.values()] == [
        Effect.CREATED,
        Effect.UPDATED,
        Effect.CREATED,
    ]
    assert {one.effect for one in again.values()} == {Effect.UNCHANGED}
    assert version(store) == counted
    assert [one.year for one in known(store)["clearview-ai"].registrations] == [2026]


def test_who_left_the_register_is_known_not_to_stand_in_it_from_that_day(
    store: Store, folder: Path
) -> None:
    put(store, folder, 2026, [1, 2], on=date(2026, 2, 1))

    done = put(store, folder, 2026, [1], on=date(2026, 9, 1))

    assert done[slug(2)].effect is Effect.UPDATED
    assert "its entry ends on 2026-08-31" in (done[slug(2)].why or "")
    gone = known(store)[slug(2)]
    assert spans(gone) == [(2026, date(2026, 1, 1), date(2026, 8, 31))]
    assert gone.closed_on is None
    assert says_not_registered(gone, date(2026, 9, 1))
    assert not says_not_registered(gone, date(2026, 8, 31))
    assert {one.effect for one in put(store, folder, 2026, [1]).values()} == {
        Effect.UNCHANGED
    }
    back = put(store, folder, 2026, [1, 2])
    assert back[slug(2)].effect is Effect.UPDATED
    assert spans(known(store)[slug(2)]) == [(2026, date(2026, 1, 1), None)]


def test_a_broker_whose_row_is_refused_has_not_left_the_register(
    store: Store, folder: Path
) -> None:
    put(store, folder, 2026, [1, 2], on=date(2026, 2, 1))
    by = Yardstick(date(2026, 9, 1), PACK.places, local=False)
    found = list(read_vendor_file(folder / "registry.csv", by))
    found[-1] = Rejected("line 3", "for whatever reason", slug(2))

    with store.writing() as session:
        *_, last = import_found(session, found, at=NOON)

    assert last.effect is Effect.REJECTED
    assert spans(known(store)[slug(2)]) == [(2026, date(2026, 1, 1), None)]


def test_a_sign_that_nobody_sees_in_a_register_is_left_out(
    store: Store, folder: Path
) -> None:
    pasted = {1: {"name": "Broker\u200b 0001 Data\u00ad Inc", "as:": "Bro\ufeffker"}}

    done = put(store, folder, 2026, [1], pasted)

    assert done[slug(1)].effect is Effect.CREATED
    assert known(store)[slug(1)].name == "Broker 0001 Data Inc"


def says_not_registered(vendor: Vendor, on: date) -> bool:
    asked = question("US-CA", vendor, PersonFacts(), on)
    answer = verdict_on(asked, on, PACK.pack.laws, PACK.places)
    [act] = [g for g in answer.grounds if g.id == "us-ca-delete-act"]
    return Unmet.NOT_REGISTERED in {reason.code for reason in act.reasons}


@pytest.mark.parametrize(
    ("on", "last"),
    [(date(2026, 1, 20), None), (date(2026, 2, 1), date(2025, 12, 31))],
    ids=["while the new register fills", "after the last day to register"],
)
def test_a_new_years_register_ends_the_entries_of_the_year_before(
    one_engine: Store, folder: Path, on: date, last: date | None
) -> None:
    put(one_engine, folder, 2025, [1, 2], on=date(2025, 6, 1))

    put(one_engine, folder, 2026, [1], on=on)

    assert spans(known(one_engine)[slug(1)]) == [
        (2025, date(2025, 1, 1), date(2025, 12, 31)),
        (2026, date(2026, 1, 1), None),
    ]
    assert spans(known(one_engine)[slug(2)]) == [(2025, date(2025, 1, 1), last)]


def test_an_older_register_adds_its_year_and_takes_nothing_back(
    one_engine: Store, folder: Path
) -> None:
    put(one_engine, folder, 2026, [1])

    put(one_engine, folder, 2024, [1, 2], {1: {"contact email": "old@else.example"}})

    vendor = known(one_engine)[slug(1)]
    assert spans(vendor) == [
        (2024, date(2024, 1, 1), date(2024, 12, 31)),
        (2026, date(2026, 1, 1), None),
    ]
    assert [route.address for route in vendor.routes] == ["privacy@broker0001.example"]
    assert spans(known(one_engine)[slug(2)]) == [
        (2024, date(2024, 1, 1), date(2024, 12, 31))
    ]
    again = put(one_engine, folder, 2026, [1])
    assert {one.effect for one in again.values()} == {Effect.UNCHANGED}


def test_a_file_with_few_of_the_brokers_ends_nobody(
    one_engine: Store, folder: Path
) -> None:
    put(one_engine, folder, 2026, range(1, 6))

    done = put(one_engine, folder, 2026, [1, 2])

    assert done["us-ca-2026"].why == "names 2 of 5 brokers; nobody was ended"
    assert spans(known(one_engine)[slug(5)]) == [(2026, date(2026, 1, 1), None)]


def test_a_broker_that_calls_itself_otherwise_is_found_again(
    one_engine: Store, folder: Path
) -> None:
    put(one_engine, folder, 2025, [1, 2, 3], {3: {"doing business": "Old Brand"}})
    renamed = {
        1: {"name": "Wholly Renamed Ltd"},
        2: {"name": "Broker 0002 Data LLC"},
        3: {"name": "Old Brand", "primary website:": "elsewhere.example"},
    }

    done = put(one_engine, folder, 2026, [1, 2, 3], renamed)

    assert set(done) == {slug(1), slug(2), slug(3)}


def test_a_site_that_others_share_makes_nobody_the_same(
    one_engine: Store, folder: Path
) -> None:
    shared = {"primary website:": "https://facebook.com/somebody"}
    platform = VendorShape.model_validate(
        {
            "slug": "platform",
            "name": "Platform",
            "domains": ["facebook.com"],
            "sources": ["https://platform.example"],
            "checked_on": TODAY,
        }
    )
    with one_engine.writing() as session:
        import_vendors(session, [platform], at=NOON, by=Source.COMPANIES)

    done = put(one_engine, folder, 2026, [1], {1: shared})

    assert set(done) == {slug(1)}
    assert known(one_engine)["platform"].registrations == ()


def test_a_brand_that_is_answered_by_another_broker_is_of_its_group(
    one_engine: Store, folder: Path
) -> None:
    brand = {2: {"contact email": "privacy@broker0001.example"}}

    put(one_engine, folder, 2026, [1, 2], brand)

    assert known(one_engine)[slug(2)].group == slug(1)
    assert known(one_engine)[slug(1)].group is None


def test_two_sources_take_turns_and_change_nothing(
    one_engine: Store, folder: Path
) -> None:
    both = {1: {"name": "Firm 0001", "primary website:": "firm-0001.example"}}
    put(one_engine, folder, 2026, [1], both)
    record = folder / "firm.json"
    record.write_text(str(company(1)).replace("'", '"'), "utf-8")

    def companies() -> list[Imported]:
        by = Yardstick(TODAY, PACK.places, local=False)
        found = list(read_vendor_file(record, by))
        with one_engine.writing() as session:
            return import_found(session, found, at=NOON)

    companies()
    assert [one.effect for one in companies()] == [Effect.UNCHANGED]
    again = put(one_engine, folder, 2026, [1], both)
    assert {one.effect for one in again.values()} == {Effect.UNCHANGED}
    assert [one.effect for one in companies()] == [Effect.UNCHANGED]


def test_our_own_file_leaves_what_a_register_said(
    one_engine: Store, folder: Path
) -> None:
    put(one_engine, folder, 2026, [1])
    ours = VendorShape.model_validate(
        {
            "slug": slug(1),
            "name": "As we call it",
            "sources": ["https://broker0001.example"],
            "checked_on": TODAY,
        }
    )

    with one_engine.writing() as session:
        import_vendors(session, [ours], at=NOON, by="import")

    found = known(one_engine)[slug(1)]
    assert found.name == "As we call it"
    assert found.facts_on(TODAY).registered_broker_in == frozenset({"US-CA"})
