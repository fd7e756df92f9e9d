"""Companies' own systems, recorded from the public directory."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from app.actions.import_protocol_directory import import_protocol_directory
from app.actions.import_vendors import Effect, Imported
from app.actions.read_directory import read_directory
from app.domain.vendors import RouteKind, Vendor
from app.rulebook.protocol_directory import Listed, ListedAgent
from app.rulebook.vendor_files import Rejected
from app.rulebook.vendor_schema import RouteShape
from app.store.vendors import RouteRow
from tests.post_office import NOON, Office

LATER = NOON + timedelta(seconds=1)
"""After what the house itself recorded: of one moment the newest is not known."""


def listed(
    name: str, host: str | None = None, business: str = "P-1", **given: Any
) -> Listed:
    route = RouteShape.model_validate(
        {
            "kind": "drp",
            "api_base": "https://api.example.org/drp",
            "business_id": business,
            **given,
        }
    )
    return Listed(business, name, "https://example.org", host, route)


def read(office: Office, *entries: Any, **given: Any) -> list[Imported]:
    with office.writing() as session:
        return import_protocol_directory(
            session, entries, us=("US-1", "our key"), at=given.pop("at", LATER), **given
        )


def vendor(office: Office, slug: str) -> Vendor:
    with office.store.reading() as session:
        return read_directory(session).vendors[slug]


def test_a_business_that_is_new_becomes_a_vendor(office: Office) -> None:
    [done] = read(office, listed("Fresh & Co.", "fresh.example.org"))

    assert (done.effect, done.why) == (Effect.CREATED, "vendor fresh-co")
    [route] = vendor(office, "fresh-co").routes
    assert (route.kind, route.business_id) == (RouteKind.DRP, "P-1")
    assert date(2026, 11, 22) not in route.span


def test_a_vendor_that_is_known_gets_the_route_before_its_others(
    office: Office,
) -> None:
    domain = vendor(office, "clearview-ai").domains[0]

    [done] = read(office, listed("Another Name", domain))

    assert (done.effect, done.why) == (Effect.UPDATED, "vendor clearview-ai")
    routes = vendor(office, "clearview-ai").routes
    assert routes[0].kind is RouteKind.DRP
    assert len(routes) > 1


def test_reading_again_changes_nothing_and_what_moved_moves(office: Office) -> None:
    read(office, listed("Fresh", "fresh.example.org"))
    later = NOON + timedelta(days=9)

    [same] = read(office, listed("Fresh", "fresh.example.org"), at=later)
    [moved] = read(
        office,
        listed("Fresh", "fresh.example.org", api_base="https://new.example.org"),
        at=later,
    )

    assert (same.effect, moved.effect) == (Effect.UNCHANGED, Effect.UPDATED)
    [route] = vendor(office, "fresh").routes
    assert route.api_base == "https://new.example.org"
    assert date(2026, 11, 23) in route.span
    with office.store.reading() as session:
        rows = select(func.count()).where(RouteRow.vendor == "fresh")
        assert session.scalar(rows) == 2


def test_a_dry_run_says_what_would_happen(office: Office) -> None:
    [done] = read(office, listed("Fresh"), dry_run=True)

    assert done.effect is Effect.CREATED
    with office.store.reading() as session:
        assert "fresh" not in read_directory(session).vendors


def test_what_cannot_be_recorded_is_rejected(office: Office) -> None:
    done = read(
        office,
        Rejected("row 2", "id is missing"),
        listed("Probe"),
        listed("!!!", business="P-9"),
    )

    assert [one.effect for one in done] == [Effect.REJECTED] * 3


def test_the_directory_must_know_us_by_our_key(office: Office) -> None:
    done = read(
        office,
        ListedAgent("US-1", "our key"),
        ListedAgent("US-1", "a stolen place"),
        ListedAgent("THEM-1", "k"),
    )

    assert [one.effect for one in done] == ["unchanged", "rejected", "unchanged"]
