"""What an import writes, and what it leaves as it is."""

from typing import Any

import pytest

from app.actions.import_vendors import (
    IMPORTED,
    Effect,
    file_tables,
    import_vendors,
    record_bundled,
)
from app.actions.read_directory import read_directory, vendor_tables
from app.domain.vendors import Vendor
from app.rulebook.load import read_vendors
from app.rulebook.vendor_files import Source
from app.rulebook.vendor_schema import VendorShape
from app.store import vendors
from app.store.session import Store
from tests.post_office import NOON


def shape(**more: Any) -> VendorShape:
    return VendorShape.model_validate(
        {
            "slug": "own",
            "name": "Own",
            "sources": ["https://own.example"],
            "checked_on": "2026-11-23",
            **more,
        }
    )


MAIL = {"kind": "email", "address": "a@own.example"}
FORM = {"kind": "webform", "url": "https://own.example/form"}


def put(store: Store, one: VendorShape, *, by: str = IMPORTED) -> Effect:
    with store.writing() as session:
        [done] = import_vendors(session, [one], at=NOON, by=by)
    return done.effect


def own(store: Store) -> Vendor:
    with store.reading() as session:
        return read_directory(session).vendors["own"]


def version(store: Store) -> int:
    with store.reading() as session:
        return vendors.version(session)


def test_the_bundled_vendors_are_recorded_once(store: Store) -> None:
    before = version(store)

    with store.writing() as session:
        assert record_bundled(session, at=NOON) == 0

    assert version(store) == before
    with store.reading() as session:
        kept = {
            s: VendorShape.model_validate(t) for s, t in vendor_tables(session).items()
        }
    bundled = {one.slug: one for one in read_vendors()}
    assert {slug: parts(one) for slug, one in kept.items()} == {
        slug: parts(one) for slug, one in bundled.items()
    }


def parts(one: VendorShape) -> dict[str, Any]:
    """Return a vendor whose offers and orders stand in no order."""
    tables = file_tables(one)
    for name in ("offers", "orders"):
        tables[name] = sorted(tables.get(name, []), key=lambda part: str(part["id"]))
    return tables


def test_a_record_is_written_down_the_same_in_every_process() -> None:
    places = ["US-VA", "US-CA", "DE", "CA-ON", "GB"]
    kinds = ["photo", "biometric", "contact"]

    tables = file_tables(shape(seat=places, data_kinds=kinds))

    assert tables["seat"] == sorted(places)
    assert tables["data_kinds"] == sorted(kinds)
    assert tables["checked_on"] == "2026-11-23"


def test_a_record_is_created_updated_and_left_alone(store: Store) -> None:
    assert put(store, shape(routes=[MAIL])) is Effect.CREATED
    counted = version(store)
    assert put(store, shape(routes=[MAIL])) is Effect.UNCHANGED
    assert version(store) == counted
    assert put(store, shape(routes=[FORM])) is Effect.UPDATED
    assert version(store) == counted + 1
    assert [route.kind for route in own(store).routes] == ["webform"]


def test_what_is_gone_from_our_own_file_is_gone(store: Store) -> None:
    put(store, shape(routes=[MAIL, FORM]))

    assert put(store, shape(routes=[MAIL])) is Effect.UPDATED

    assert [route.kind for route in own(store).routes] == ["email"]


def test_a_dry_run_writes_nothing(store: Store) -> None:
    with store.writing() as session:
        [done] = import_vendors(session, [shape()], at=NOON, by=IMPORTED, dry_run=True)

    assert done.effect is Effect.CREATED
    with store.reading() as session:
        assert "own" not in read_directory(session).vendors


def test_a_newer_release_leaves_what_people_wrote(store: Store) -> None:
    put(store, shape(name="As people wrote it"))

    assert put(store, shape(name="As shipped"), by="bundled") is Effect.UNCHANGED
    assert own(store).name == "As people wrote it"


def test_a_foreign_record_makes_a_vendor_and_keeps_it_up_to_date(store: Store) -> None:
    assert put(store, shape(routes=[MAIL]), by=Source.COMPANIES) is Effect.CREATED
    assert put(store, shape(routes=[MAIL]), by=Source.COMPANIES) is Effect.UNCHANGED
    assert put(store, shape(routes=[FORM]), by=Source.COMPANIES) is Effect.UPDATED
    assert [route.kind for route in own(store).routes] == ["webform"]


def test_a_foreign_record_fills_gaps_and_replaces_nothing(store: Store) -> None:
    put(store, shape(seat=["DE"], routes=[MAIL], registered_broker_in=["US-TX"]))
    foreign = shape(
        name="Theirs",
        sector="data_broker",
        routes=[FORM],
    )

    assert put(store, foreign, by=Source.COMPANIES) is Effect.UPDATED
    assert put(store, foreign, by=Source.COMPANIES) is Effect.UNCHANGED

    found = own(store)
    assert found.name == "Own"
    assert found.facts.seat == frozenset({"DE"})
    assert found.facts.sector == "data_broker"
    assert found.facts.registered_broker_in == frozenset({"US-TX"})
    assert [route.kind for route in found.routes] == ["email"]


@pytest.mark.parametrize("by", [IMPORTED, "bundled"])
def test_our_own_record_replaces_a_foreign_one(store: Store, by: str) -> None:
    put(store, shape(name="Theirs", routes=[FORM, FORM]), by=Source.COMPANIES)

    assert put(store, shape(name="Ours", routes=[MAIL]), by=by) is Effect.UPDATED

    found = own(store)
    assert found.name == "Ours"
    assert [route.kind for route in found.routes] == ["email"]
