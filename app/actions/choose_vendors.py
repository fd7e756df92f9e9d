"""Choose: decide for each vendor of a filing, and find the way to it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.actions.check_eligibility import (
    UnknownValueError,
    laws_for,
    residence_of,
    vendor_of,
    worth_knowing,
)
from app.actions.desk import Desk
from app.actions.filing_form import FilingBody
from app.domain.basis import Invoked, invoked
from app.domain.circles import facts_of, members, nearest
from app.domain.eligibility import Answer, Question, question, verdict_on
from app.domain.facts import Asks, Facts, PersonFacts
from app.domain.vendors import Identifier, Route, RouteKind, Vendor
from app.domain.ways import Way, protocol_carries, way_to
from app.rulebook.load import Rulebook


class Why(StrEnum):
    """Why a filing cannot be made as it is; the API says it in these words."""

    UNKNOWN_RESIDENCE = "unknown residence"
    UNKNOWN_PLACE = "unknown place"
    UNKNOWN_VENDOR = "unknown vendor"
    UNKNOWN_CIRCLE = "unknown register or kind of vendors"
    NOBODY_ELSE = "the law lets nobody else ask, so nothing can leave by us"
    UNREACHABLE = "a vendor that can no longer be reached"
    UNNEEDED = "no chosen vendor needs this"
    TO_COME = "a day that has not been yet"
    GONE = "gone"
    SAME = "the same"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Unfit:
    """The filing cannot be made as it is: the field, and why."""

    field: str
    why: Why
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """One vendor of a filing: what was found, and how it is reached."""

    vendor: Vendor
    answer: Answer
    rests: Invoked
    """On what the request rests."""
    route: Route
    way: Way
    """How the request gets there, and whose hands it leaves."""
    asked: Question
    rulebook: Rulebook = field(repr=False)

    def worth_knowing(self, among: Collection[str]) -> tuple[str, ...]:
        """Return which of these facts could change the answer, most helpful first."""
        return worth_knowing(self.rulebook, self.asked, self.answer, among=among)

    @property
    def kind(self) -> RouteKind:
        """The route that the request takes."""
        return self.way.kind


@dataclass(frozen=True, slots=True)
class ChosenCircle:
    """All vendors of a circle, and what was found of whoever belongs to it."""

    name: str
    vendors: tuple[str, ...]
    answer: Answer
    rests: Invoked
    asked: Question
    rulebook: Rulebook = field(repr=False)

    def worth_knowing(self, among: Collection[str]) -> tuple[str, ...]:
        """Return which of these facts could change the answer, most helpful first."""
        return worth_knowing(self.rulebook, self.asked, self.answer, among=among)


def choose_circle(
    desk: Desk, name: str, body: FilingBody, on: date
) -> ChosenCircle | Unfit:
    """Decide for a whole circle, by what makes a vendor belong to it."""
    wrong = unfit(desk, body, on)
    if wrong is not None:
        return wrong
    vendors = desk.directory.vendors.values()
    facts, slugs = facts_of(name), members(name, vendors, on)
    if facts is None or not slugs:
        near = nearest(name, vendors)
        return Unfit("broadcast", Why.UNKNOWN_CIRCLE, near)
    person = body.facts()
    asked = Question(residence=body.residence, facts=Facts(vendor=facts, person=person))
    places = desk.rulebook.places
    answer = verdict_on(asked, on, laws_for(desk.rulebook, asked), places)
    rests = invoked(answer, person, body.asked)
    if rests.agent_allowed is False:
        return Unfit("broadcast", Why.NOBODY_ELSE)
    return ChosenCircle(name, slugs, answer, rests, asked, desk.rulebook)


def unfit(desk: Desk, body: FilingBody, on: date) -> Unfit | None:
    """Return what is wrong with a filing, whoever it asks."""
    try:
        residence_of(desk.rulebook.places, body.residence)
    except UnknownValueError as unknown:
        return Unfit("residence", Why.UNKNOWN_RESIDENCE, unknown.nearest)
    present = body.person.present_in
    if present is not None and present not in desk.rulebook.places:
        return Unfit("person.present_in", Why.UNKNOWN_PLACE)
    to_come = _day_to_come(body, on)
    return Unfit(to_come, Why.TO_COME) if to_come is not None else None


def choose(desk: Desk, body: FilingBody, on: date) -> tuple[Chosen, ...] | Unfit:
    """Decide for each vendor, and find its route."""
    wrong = unfit(desk, body, on)
    if wrong is not None:
        return wrong
    place = residence_of(desk.rulebook.places, body.residence)
    person = body.facts()
    chosen = []
    for slug in dict.fromkeys(body.vendors):
        if slug in desk.directory.doubles:
            return _no_vendor(desk, slug)
        one = choose_one(desk, slug, place.code, person, body.asked, on)
        if isinstance(one, Unfit):
            return one
        chosen.append(one)
    unneeded = body.resident.given() - needed(chosen)
    if unneeded:
        return Unfit(f"resident.{min(unneeded)}", Why.UNNEEDED)
    return tuple(chosen)


def choose_one(
    desk: Desk,
    slug: str,
    residence: str,
    person: PersonFacts,
    asks: Asks,
    on: date,
    *,
    route: Route | None = None,
) -> Chosen | Unfit:
    """Decide for one vendor, and find the way to it: by ``route``, or by its best one."""
    vendor = desk.directory.vendor(slug)  # what was sent to a double belongs to it
    if vendor is None:
        return _no_vendor(desk, slug)
    protocol = desk.portal.protocol and protocol_carries(asks, person)
    around = desk.rulebook.places.around(residence)
    route = route or vendor.route_on(on, around, protocol=protocol)
    if route is None or (vendor.closed_on and vendor.closed_on < on):
        return Unfit("vendors", Why.UNREACHABLE)
    asked = question(residence, vendor, person, on)
    answer, rests = _decision(desk, asked, asks, on)
    way = way_to(vendor, route, answer, rests, protocol=protocol)
    return Chosen(vendor, answer, rests, route, way, asked, desk.rulebook)


def _no_vendor(desk: Desk, slug: str) -> Unfit:
    try:
        vendor_of(desk.directory, slug)
    except UnknownValueError as unknown:
        return Unfit("vendors", Why.UNKNOWN_VENDOR, unknown.nearest)
    raise AssertionError(f"{slug} is a vendor")


def _decision(
    desk: Desk, asked: Question, asks: Asks, on: date
) -> tuple[Answer, Invoked]:
    """Return what is owed and on what a request rests, once for all who ask alike."""
    person, vendor = asked.facts.person, asked.vendor

    def decide() -> tuple[Answer, Invoked]:
        places = desk.rulebook.places
        answer = verdict_on(asked, on, laws_for(desk.rulebook, asked), places)
        return answer, invoked(answer, person, asks)

    version, slug = desk.directory.version, vendor.slug if vendor else None
    key = (version, asked.residence, slug, person, asks, on)
    return desk.decided.once(key, decide)


def _day_to_come(body: FilingBody, on: date) -> str | None:
    """Return the field that holds a day after ``on``, the day at the residence."""
    born, acting = body.resident.birth_date, body.on_behalf
    if born is not None and born > on:
        return "resident.birth_date"
    if acting is not None and acting.mandate_agreed_on > on:
        return "on_behalf.mandate_agreed_on"
    return None


def needed(chosen: "list[Chosen] | tuple[Chosen, ...]") -> frozenset[Identifier]:
    """Return the identifiers that any of these vendors needs."""
    always = frozenset({Identifier.NAME, Identifier.EMAIL})
    return always.union(*(one.route.needs for one in chosen))
