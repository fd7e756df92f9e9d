"""Choose: decide for each vendor of a filing, and find the way to it."""

from dataclasses import dataclass
from datetime import date

from app.actions.check_eligibility import (
    UnknownValueError,
    residence_of,
    vendor_of,
)
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.domain.eligibility import Answer, concerned, question, verdict_on
from app.domain.vendors import Identifier, Route, RouteKind, Vendor


@dataclass(frozen=True, slots=True)
class Unfit:
    """The filing cannot be made as it is: the field, and why."""

    field: str
    why: str
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """One vendor of a filing: what was found, and how it is reached."""

    vendor: Vendor
    answer: Answer
    route: Route

    @property
    def kind(self) -> RouteKind:
        """The route; one that demands a photo or a document is the resident's own."""
        return RouteKind.WEBFORM if self.route.demands else self.route.kind


def choose(desk: Desk, body: FilingBody, on: date) -> tuple[Chosen, ...] | Unfit:
    """Decide for each vendor, and find its route."""
    try:
        place = residence_of(desk.rulebook.places, body.residence)
    except UnknownValueError as unknown:
        return Unfit("residence", "unknown residence", unknown.nearest)
    present = body.person.present_in
    if present is not None and present not in desk.rulebook.places:
        return Unfit("person.present_in", "unknown place")
    person = body.person.value()
    around = desk.rulebook.places.around
    laws = concerned(
        around(place.code) | around(present or place.code), desk.rulebook.pack.laws
    )
    chosen = []
    for slug in dict.fromkeys(body.vendors):
        try:
            vendor = vendor_of(desk.directory, slug)
        except UnknownValueError as unknown:
            return Unfit("vendors", "unknown vendor", unknown.nearest)
        route = vendor.route_on(on, around(place.code))
        if route is None or (vendor.closed_on and vendor.closed_on < on):
            return Unfit("vendors", "a vendor that can no longer be reached")
        asked = question(place.code, vendor, person)
        answer = verdict_on(asked, on, laws, desk.rulebook.places)
        chosen.append(Chosen(vendor, answer, route))
    unneeded = body.resident.given() - needed(chosen)
    if unneeded:
        return Unfit(f"resident.{min(unneeded)}", "no chosen vendor needs this")
    return tuple(chosen)


def needed(chosen: "list[Chosen] | tuple[Chosen, ...]") -> frozenset[Identifier]:
    """Return the identifiers that any of these vendors needs."""
    always = frozenset({Identifier.NAME, Identifier.EMAIL})
    return always.union(*(one.route.needs for one in chosen))
