"""What the record of vendors said before, read from its rows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.actions.import_vendors import IMPORTED, import_vendors
from app.actions.read_editions import read_editions
from app.domain.corrections import Edited
from app.rulebook.vendor_schema import VendorShape
from app.store import vendors
from app.store.session import Store

FIRST = datetime(2026, 11, 24, tzinfo=UTC)
LATER, LAST = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
OFFER: dict[str, Any] = {
    "id": "promise",
    "right": "deletion",
    "places": ["US-WY"],
    "from": "2020-01-01",
    "words": "It deletes.",
    "sources": ["https://vendor.example"],
    "confidence": "high",
    "checked_on": "2026-11-23",
}

ROUTE = {
    "kind": "email",
    "address": "privacy@vendor.example",
    "source": "https://vendor.example",
    "confidence": "high",
}


def shape(**more: Any) -> VendorShape:
    tables: dict[str, Any] = {
        "slug": "example",
        "name": "Example",
        "sector": "data_broker",
        "seat": ["US-NY"],
        "sources": ["https://vendor.example"],
        "confidence": "high",
        "checked_on": "2026-11-23",
    }
    return VendorShape.model_validate({**tables, **more})


def put(store: Store, at: datetime, *shapes: VendorShape) -> None:
    with store.writing() as session:
        import_vendors(session, shapes, at=at, by=IMPORTED)


def editions(store: Store) -> tuple[Edited, ...]:
    with store.reading() as session:
        return read_editions(session)


def test_what_was_written_down_once_has_no_editions(store: Store) -> None:
    assert editions(store) == ()


def test_each_moment_has_the_vendor_before_and_after(store: Store) -> None:
    put(store, FIRST, shape())
    put(store, LATER, shape(offers=[OFFER]))
    put(store, LAST, shape(offers=[{**OFFER, "words": "It hides."}]))

    first, second = editions(store)

    assert (first.at, second.at) == (LATER, LAST)
    [came] = first.editions
    assert came.before.offers == ()
    assert [offer.words for offer in came.after.offers] == ["It deletes."]
    [changed] = second.editions
    assert changed.before == came.after
    assert [offer.words for offer in changed.after.offers] == ["It hides."]


def test_what_is_taken_out_is_gone_after(store: Store) -> None:
    put(store, FIRST, shape(offers=[OFFER]))
    put(store, LATER, shape())

    [edited] = editions(store)

    [gone] = edited.editions
    assert len(gone.before.offers) == 1
    assert gone.after.offers == ()


def test_a_new_route_is_no_edition(store: Store) -> None:
    put(store, FIRST, shape())
    put(store, LATER, shape(routes=[ROUTE]))

    assert editions(store) == ()


def test_a_route_that_came_between_stands_in_both_editions(store: Store) -> None:
    put(store, FIRST, shape())
    put(store, LATER, shape(routes=[ROUTE]))
    put(store, LAST, shape(routes=[ROUTE], offers=[OFFER]))

    [edited] = editions(store)

    [edition] = edited.editions
    assert len(edition.before.routes) == len(edition.after.routes) == 1


def test_two_vendors_of_one_moment_are_one_edit(store: Store) -> None:
    put(store, FIRST, shape(), shape(slug="other"))
    put(store, LATER, shape(offers=[OFFER]), shape(slug="other", offers=[OFFER]))

    [edited] = editions(store)

    assert {one.after.slug for one in edited.editions} == {"example", "other"}


def test_a_vendor_that_was_taken_out_has_no_edition(store: Store) -> None:
    put(store, FIRST, shape())
    with store.writing() as session:
        vendors.add(
            session,
            "vendor",
            vendor="example",
            key="",
            document=None,
            content_hash=b"",
            valid=(None, None),
            at=LATER,
            by=IMPORTED,
        )

    assert editions(store) == ()
