"""Find the route that a request takes: that of its filing, or the one it was given since."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.actions.desk import Desk
from app.domain.vendors import Route, RouteKind
from app.domain.ways import ByOneself, Way, leads

REROUTED = "rerouted_on"
"""Beside what the person was told: the day whose routes count, if not the filing's."""
NEEDS = "needs"
"""The same: what the first way needs, so what the form of the filing asked for."""


def way_of(kind: RouteKind, told: Mapping[str, Any]) -> Way:
    """Return the way that a request takes."""
    own = told.get("by_oneself")
    return Way(kind, ByOneself(own) if own else None)


def route_of(
    desk: Desk,
    vendor: str,
    kind: RouteKind,
    told: Mapping[str, Any],
    *,
    residence: str,
    filed_on: date,
) -> Route | None:
    """Return the route of a request to a vendor; None where none is known any more."""
    found = desk.directory.vendor(vendor)
    if found is None or residence not in desk.rulebook.places:
        return None
    changed = told.get(REROUTED)
    day = date.fromisoformat(changed) if changed else filed_on
    serving = found.routes_on(day, desk.rulebook.places.around(residence))
    way = way_of(kind, told)
    return next((route for route in serving if leads(route, way)), None)
