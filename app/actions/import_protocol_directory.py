"""Record where companies' own systems are, from the protocol's public directory."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions.import_vendors import (
    IMPORTED,
    Effect,
    Imported,
    file_tables,
    import_vendors,
)
from app.actions.read_directory import vendor_tables
from app.domain.vendors import RouteKind
from app.rulebook.protocol_directory import Entry, Listed, ListedAgent
from app.rulebook.vendor_files import Rejected
from app.rulebook.vendor_schema import RouteShape, VendorShape

Tables = dict[str, Any]


def import_protocol_directory(
    session: Session,
    entries: Iterable[Entry],
    *,
    us: tuple[str, str] | None,
    at: datetime,
    dry_run: bool = False,
) -> list[Imported]:
    """Record the businesses and return what came of each entry, in their order.

    ``us`` is our own id and public key, where we are an agent: of agents nothing is
    kept, but the directory must know us by the key that we sign with.
    """
    known = vendor_tables(session)
    done = []
    for entry in entries:
        match entry:
            case Rejected(name, why):
                done.append(Imported(name, Effect.REJECTED, why))
            case ListedAgent():
                done.append(_agent(entry, us))
            case Listed():
                done.append(_business(session, known, entry, at=at, dry_run=dry_run))
    return done


def _agent(entry: ListedAgent, us: tuple[str, str] | None) -> Imported:
    if us is None or entry.id != us[0]:
        return Imported(entry.id, Effect.UNCHANGED, "an agent; agents are not kept")
    if entry.verify_key != us[1]:
        return Imported(
            entry.id, Effect.REJECTED, "the directory has another key for us"
        )
    return Imported(entry.id, Effect.UNCHANGED, "this is us, with our key")


def _business(
    session: Session,
    known: dict[str, Tables],
    entry: Listed,
    *,
    at: datetime,
    dry_run: bool,
) -> Imported:
    slug = _slug_of(known, entry)
    if slug is None:
        return Imported(entry.id, Effect.REJECTED, "its name makes no slug of its own")
    before = known.get(slug)
    tables = _with_route(dict(before), entry, at.date()) if before else None
    shape = (
        VendorShape.model_validate(tables)
        if tables is not None
        else VendorShape(
            slug=slug,
            name=entry.name,
            domains=(entry.host,) if entry.host else (),
            sources=(entry.web,),
            checked_on=at.date(),
            routes=(entry.route.model_copy(update={"first": at.date()}),),
        )
    )
    [one] = import_vendors(session, [shape], at=at, by=IMPORTED, dry_run=dry_run)
    known[slug] = file_tables(shape)
    left = f"; {one.why}" if one.why else ""
    return Imported(entry.id, one.effect, f"vendor {slug}{left}")


def _slug_of(known: Mapping[str, Mapping[str, object]], entry: Listed) -> str | None:
    """Return the vendor that a business is: by its route, its site, or a new name."""
    for slug, tables in known.items():
        if any(_same(route, entry) for route in _routes(tables)):
            return slug
    for slug, tables in known.items():
        domains = tables.get("domains") or []
        if entry.host and isinstance(domains, list) and entry.host in domains:
            return slug
    made = re.sub(r"[^a-z0-9]+", "-", entry.name.casefold()).strip("-")[:63].strip("-")
    return made if made and made not in known else None


def _routes(tables: Mapping[str, object]) -> list[Tables]:
    found = tables.get("routes") or []
    return list(found) if isinstance(found, list) else []


def _same(route: Mapping[str, Any], entry: Listed) -> bool:
    is_drp = route["kind"] == RouteKind.DRP
    return is_drp and route.get("business_id") == entry.id


def _with_route(tables: Tables, entry: Listed, today: date) -> Tables:
    """Return a vendor with the route in its place; a new one comes first.

    What somebody set by hand stays: its form of the protocol, the slash, its dates.
    """
    routes = _routes(tables)
    place = next((n for n, one in enumerate(routes) if _same(one, entry)), None)
    listed = {
        "api_base": entry.route.api_base,
        "needs": sorted(entry.route.needs),
        "source": entry.route.source,
    }
    if place is None:
        fresh = RouteShape.model_validate(
            {**listed, "kind": "drp", "business_id": entry.id, "from": today}
        )
        routes.insert(0, fresh.model_dump(by_alias=True, exclude_defaults=True))
    else:
        routes[place] = {**routes[place], **listed}
    return {**tables, "routes": routes}
