"""Answer what a resident is owed, from the facts that were given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    field_serializer,
)

from app.domain.eligibility import Answer, Question, decide, question
from app.domain.facts import (
    Asks,
    Capacity,
    DataKind,
    DataSource,
    Facts,
    PersonFacts,
    VendorFacts,
)
from app.domain.grounds import Ground
from app.domain.laws import Law, Right
from app.domain.likeness import likest
from app.domain.places import Place, Places, UnknownPlaceError
from app.domain.unknowns import worth_asking
from app.domain.vendors import Directory, Vendor
from app.rulebook.load import Rulebook
from app.rulebook.shapes import Count, YesNo
from app.rulebook.vendor_schema import VendorFactsShape


class PersonFactsShape(BaseModel):
    """What is known of the person (contract, section 3)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    capacity: Capacity | None = None
    age: Annotated[Count, Field(ge=0, le=150)] | None = None
    asks: Asks | None = None
    data_source: DataSource | None = None
    data_kinds: frozenset[DataKind] | None = None
    through_agent: YesNo | None = None
    data_is_wrong: YesNo | None = None
    data_is_obsolete_or_unlawful: YesNo | None = None
    consent_withdrawn: YesNo | None = None
    image_without_consent: YesNo | None = None
    serious_harm: YesNo | None = None
    identity_theft: YesNo | None = None
    present_in: str | None = None

    @field_serializer("data_kinds")
    def _in_one_order(self, kinds: frozenset[DataKind] | None) -> list[str] | None:
        """Write it in one order, or another process would see another body."""
        return None if kinds is None else sorted(kinds)

    def value(self) -> PersonFacts:
        """Return the facts."""
        return PersonFacts(**{k: getattr(self, k) for k in type(self).model_fields})


class NullableVendorFacts(VendorFactsShape):
    """Vendor facts in a document, where null is another word for left out."""

    residents_held: Mapping[str, Annotated[Count, Field(ge=0)] | None] | None = None  # type: ignore[assignment]

    def value(self) -> VendorFacts:
        """Return the facts."""
        given = {k: getattr(self, k) for k in VendorFactsShape.model_fields}
        held = given["residents_held"] or {}
        given["residents_held"] = {k: n for k, n in held.items() if n is not None}
        return VendorFacts(**given)


class FactsDocument(BaseModel):
    """The facts document of contract section 3; any fact may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vendor: NullableVendorFacts = NullableVendorFacts()
    person: PersonFactsShape = PersonFactsShape()

    def value(self) -> Facts:
        """Return the facts."""
        return Facts(vendor=self.vendor.value(), person=self.person.value())


class UnknownValueError(LookupError):
    """A code, slug, fact or value that is none of ours; with the nearest ones."""

    def __init__(self, field: str, value: str, nearest: tuple[str, ...]) -> None:
        near = f"; nearest: {', '.join(nearest)}" if nearest else ""
        super().__init__(f"{field}: unknown value {value!r}{near}")
        self.field, self.value, self.nearest = field, value, nearest


class RegionMissingError(UnknownValueError):
    """A country whose regions have laws of their own; the region must be named."""

    def __init__(self, field: str, value: str, regions: tuple[str, ...]) -> None:
        super().__init__(field, value, regions)
        self.args = (f"{field}: {value!r} needs its region: {', '.join(regions)}",)


GROUPS = frozenset({"EU", "EEA"})
NAMED = 5
"""How many values are named to who gives one that resembles none."""


def residence_of(places: Places, code: str) -> Place:
    """Return the place of a residence, which must be a region where regions differ.

    Raises:
        UnknownValueError: If there is none, or its region is missing.
    """
    try:
        place = places[code]
    except UnknownPlaceError as unknown:
        some = unknown.nearest or tuple(sorted(p.code for p in places)[:NAMED])
        raise UnknownValueError("residence", code, some) from None
    if place.regions_differ:
        regions = tuple(sorted(p.code for p in places if code in p.within))
        raise RegionMissingError("residence", code, regions)
    return place


def law_of(laws: Mapping[str, Law], law_id: str) -> Law:
    """Return a law of the pack.

    Raises:
        UnknownValueError: If there is none.
    """
    law = laws.get(law_id)
    if law is None:
        raise UnknownValueError("law", law_id, _like(law_id, laws))
    return law


def _like(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return what was most likely meant, else some; names are in small letters."""
    names = sorted(names)
    return likest(name.strip().lower(), names) or tuple(names[:NAMED])


def vendor_of(directory: Directory, slug: str) -> Vendor:
    """Return a vendor of the directory.

    Raises:
        UnknownValueError: If there is none.
    """
    vendor = directory.vendors.get(slug)
    if vendor is None:
        now = directory.stands_for(slug)  # another's double leads to that one
        near = (now,) if now != slug else _like(slug, directory.vendors)
        raise UnknownValueError("vendor", slug, near)
    return vendor


def check_vendor(
    rulebook: Rulebook,
    directory: Directory,
    *,
    residence: str,
    vendor: str,
    person: PersonFacts,
    on: date,
) -> tuple[Answer, Vendor]:
    """Return what a resident is owed by a vendor of the directory.

    Raises:
        UnknownValueError: If the residence or the vendor is unknown.
    """
    place = residence_of(rulebook.places, residence)
    found = vendor_of(directory.on(on), vendor)
    asked = question(place.code, found, person, on)
    return decide(asked, on, laws_for(rulebook, asked), rulebook.places), found


def check_facts(
    rulebook: Rulebook, *, residence: str, document: FactsDocument, on: date
) -> Answer:
    """Return what a resident is owed by a vendor of whom these facts are known.

    Raises:
        UnknownValueError: If the residence is unknown.
    """
    place = residence_of(rulebook.places, residence)
    asked = Question(residence=place.code, facts=document.value())
    return decide(asked, on, laws_for(rulebook, asked), rulebook.places)


def laws_for(rulebook: Rulebook, asked: Question) -> Mapping[str, Law]:
    """Return the laws that can say anything about who asks, at any time."""
    around, present = rulebook.places.around, asked.facts.person.present_in
    return rulebook.pack.near(
        around(asked.residence) | around(present or asked.residence)
    )


def worth_knowing(
    rulebook: Rulebook,
    asked: Question,
    answer: Answer,
    *,
    among: Iterable[str] | None = None,
) -> tuple[str, ...]:
    """Return the unknown facts that could change an answer, what helps most first."""
    facts = asked.facts
    vendor = asked.vendor
    beside = (vendor.offers, vendor.orders) if vendor else ()
    key = repr((id(rulebook), asked.residence, answer.on, facts, beside))
    return _worth(
        _Searched(
            key, None if among is None else frozenset(among), rulebook, asked, answer
        )
    )


@dataclass(frozen=True, slots=True)
class _Searched:
    """A search, and all that its result depends on."""

    key: str
    among: frozenset[str] | None
    rulebook: Rulebook = field(compare=False)
    asked: Question = field(compare=False)
    answer: Answer = field(compare=False)


@lru_cache(maxsize=2048)
def _worth(it: _Searched) -> tuple[str, ...]:
    """Search once for all vendors of which the same is known: it can take long."""
    laws = laws_for(it.rulebook, it.asked)
    places = it.rulebook.places
    return worth_asking(it.asked, it.answer, laws, places, among=it.among)


def seat_of(
    vendor: Vendor, law_places: Mapping[str, Any], places: Places
) -> str | None:
    """Return the vendor's seat that lies inside a law's place (contract, D6)."""
    for seat in sorted(vendor.facts.seat or ()):
        if not places.around(seat).isdisjoint(law_places):
            return seat
    return None


def right_of(law: Law, ground: Ground, on: date) -> Right | None:
    """Return the right of a ground as its law reads on a day.

    Where an amendment gave its provision another number, the first of its kind.
    """
    step = law.on(on)
    alike = [r for r in step.rights if r.kind == ground.right] if step else []
    same = (r for r in alike if r.citation == ground.citation)
    return next(same, alike[0] if alike else None)
