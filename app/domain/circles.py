"""Circles: whole sets of vendors that one filing asks at once.

All that stand in one register of data brokers on a day (``us-ca-registry``), or all of
one kind (``people_search``).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from app.domain.facts import Sector, VendorFacts
from app.domain.likeness import likest
from app.domain.vendors import Vendor

REGISTRY = re.compile(r"([a-z]{2}-[a-z]{2})-registry")


def facts_of(name: str) -> VendorFacts | None:
    """Return what is known of whoever belongs to a circle; None for an unknown name."""
    place = place_of(name)
    if place is not None:
        return VendorFacts(
            sector=Sector.DATA_BROKER, registered_broker_in=frozenset({place})
        )
    return VendorFacts(sector=Sector(name)) if name in set(Sector) else None


def one_of(name: str, on: date) -> Vendor | None:
    """Return somebody of whom nothing is known but that they belong to a circle.

    None for an unknown name.
    """
    known = facts_of(name)
    if known is None:
        return None
    return Vendor(slug=name, name=name, facts=known, checked_on=on)


def sizes(vendors: Iterable[Vendor], on: date) -> Mapping[str, int]:
    """Return how many vendors each circle has on a day, by its name."""
    found: Counter[str] = Counter()
    for vendor in vendors:
        if vendor.closed_on is not None and vendor.closed_on < on:
            continue
        if vendor.facts.sector is not None:
            found[vendor.facts.sector] += 1
        for place in vendor.facts_on(on).registered_broker_in or ():
            found[f"{place.lower()}-registry"] += 1
    return {name: n for name, n in found.items() if facts_of(name) is not None}


def place_of(name: str) -> str | None:
    """Return the place whose register a circle is; None for a kind."""
    found = REGISTRY.fullmatch(name)
    return found[1].upper() if found else None


def members(name: str, vendors: Iterable[Vendor], on: date) -> tuple[str, ...]:
    """Return the slugs of a circle's vendors on a day, in their order."""
    known = facts_of(name)
    places = known.registered_broker_in if known else None
    return tuple(
        sorted(
            vendor.slug
            for vendor in vendors
            if known and (vendor.closed_on is None or vendor.closed_on >= on)
            if (
                places <= (vendor.facts_on(on).registered_broker_in or frozenset())
                if places
                else vendor.facts_on(on).sector is known.sector
            )
        )
    )


def nearest(name: str, vendors: Iterable[Vendor]) -> tuple[str, ...]:
    """Return the names of circles that may have been meant."""
    places = {
        place for vendor in vendors for place in vendor.facts.registered_broker_in or ()
    } | {entry.place for vendor in vendors for entry in vendor.registrations}
    names = sorted([*(f"{place.lower()}-registry" for place in places), *Sector])
    return likest(name.strip().lower(), names) or tuple(names[:5])
