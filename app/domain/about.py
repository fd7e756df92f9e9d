"""What somebody speaks of: one record of the law pack or of the directory.

It is named by its kind and its id, as it stands in addresses: ``law:eu-gdpr``,
``offer:clearview-ai/opt-out-form``, ``regulator:eu-gdpr/FR``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.laws import Law, Regulator
from app.domain.places import Place, Places
from app.domain.vendors import Offer, Order, Route, Vendor


class RecordKind(StrEnum):
    """What kind of record it is."""

    LAW = "law"
    VENDOR = "vendor"
    OFFER = "offer"
    ROUTE = "route"
    """Named by its vendor and its place in the vendor's list, counted from one."""
    ORDER = "order"
    REGULATOR = "regulator"
    """Named by a law, and by the place where each has its own."""
    PLACE = "place"
    ANSWER = "answer"
    """What is said of a vendor for the people of a place."""


class Became(StrEnum):
    """What became of a note that a record looks wrong."""

    CORRECTED = "corrected"
    RIGHT = "right"
    """The record was right as it stood."""


class Found(StrEnum):
    """What somebody found who looked at a vendor again."""

    NOTHING = "nothing"
    """Its record says what is so."""
    CHANGED = "changed"
    """Its record was put right."""


LAW_PACK = frozenset({RecordKind.LAW, RecordKind.REGULATOR, RecordKind.PLACE})
"""Kinds that a new law pack corrects; the others are corrected in the directory."""


@dataclass(frozen=True, slots=True)
class About:
    """The name of a record."""

    kind: RecordKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def of_laws(self) -> bool:
        """Whether the law pack holds it, and not the directory."""
        return self.kind in LAW_PACK

    @property
    def first(self) -> str:
        """The law or vendor that it is a part of, or itself."""
        return self.id.partition("/")[0]

    @property
    def second(self) -> str:
        """The part; empty where it is the whole."""
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Record:
    """A record that is there, with what it is a part of."""

    about: About
    law: Law | None = None
    vendor: Vendor | None = None
    place: Place | None = None
    part: Offer | Order | Route | Regulator | None = None


def named(text: str) -> About | None:
    """Return the name that a text is; None if it is none."""
    kind, _, id_ = text.partition(":")
    if kind not in set(RecordKind) or not id_:
        return None
    return About(RecordKind(kind), id_)


def find(
    name: About, laws: Mapping[str, Law], vendors: Mapping[str, Vendor], places: Places
) -> Record | None:
    """Return the record of a name; None where there is none."""
    law, vendor = laws.get(name.first), vendors.get(name.first)
    match name.kind:
        case RecordKind.LAW:
            return Record(name, law=law) if law and not name.second else None
        case RecordKind.REGULATOR:
            return _regulator(name, law, places)
        case RecordKind.PLACE:
            there = name.id in places
            return Record(name, place=places[name.id]) if there else None
        case RecordKind.VENDOR:
            return Record(name, vendor=vendor) if vendor and not name.second else None
        case RecordKind.ANSWER:
            if vendor is None or name.second not in places:
                return None
            return Record(name, vendor=vendor, place=places[name.second])
        case _:  # an offer, an order or a route
            part = _part(name, vendor)
            return Record(name, vendor=vendor, part=part) if part else None


def _regulator(name: About, law: Law | None, places: Places) -> Record | None:
    if law is None or (name.second and name.second not in law.regulators):
        return None
    regulator = law.regulators.get(name.second, law.regulator)
    place = places.by_code.get(name.second)
    return Record(name, law=law, place=place, part=regulator) if regulator else None


def _part(name: About, vendor: Vendor | None) -> Offer | Order | Route | None:
    if vendor is None:
        return None
    if name.kind is RecordKind.ROUTE:
        routes = {str(n): route for n, route in enumerate(vendor.routes, start=1)}
        return routes.get(name.second)
    parts = vendor.offers if name.kind is RecordKind.OFFER else vendor.orders
    return next((part for part in parts if part.id == name.second), None)
