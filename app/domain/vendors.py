"""Vendors, the ways to reach them, what they offer, and what binds them.

Offer, order and law are three different things that often disagree; each has its own
dates and evidence.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.dated import ALWAYS, Span
from app.domain.facts import VendorFacts
from app.domain.hours import Hours
from app.domain.laws import Confidence
from app.domain.refusals import Refuses, Refusing


class RouteKind(StrEnum):
    """A way to reach a vendor."""

    EMAIL = "email"
    DRP = "drp"
    WEBFORM = "webform"
    """Its own form, which the resident fills in."""
    LETTER = "letter"
    MATCHING = "matching"
    """Its list of hashed identifiers; a request of a broadcast, and no route of a file."""


class Demand(StrEnum):
    """Proof that a vendor demands and that Efface never takes."""

    FACE_PHOTO = "face_photo"
    IDENTITY_DOCUMENT = "identity_document"


class Identifier(StrEnum):
    """What a vendor may need to find the record; the fields of a filing."""

    NAME = "name"
    EMAIL = "email"
    OTHER_NAMES = "other_names"
    OTHER_EMAILS = "other_emails"
    PHONES = "phones"
    ADDRESSES = "addresses"
    BIRTH_DATE = "birth_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to reach a vendor, for some places and days."""

    kind: RouteKind
    address: str | None = None
    """The mailbox, or the postal address."""
    url: str | None = None
    """The form."""
    api_base: str | None = None
    business_id: str | None = None
    profile: str | None = None
    trailing_slash: bool = False
    needs: frozenset[Identifier] = frozenset({Identifier.NAME, Identifier.EMAIL})
    demands: frozenset[Demand] = frozenset()
    places: frozenset[str] | None = None
    """Residences it serves; None: all."""
    languages: tuple[str, ...] = ()
    """In which letters may come this way, best first; empty: the vendor's own."""
    span: Span = ALWAYS
    mandate: bool = False
    """Whether it takes a letter for somebody else only with the permission in it."""
    hours: Hours | None = None
    """Its working hours at its seat, within which alone letters leave; None: always."""
    source: str | None = None
    confidence: Confidence = Confidence.MEDIUM
    note: str | None = None


class OfferRight(StrEnum):
    """What a vendor says it does on request."""

    DELETION = "deletion"
    OPT_OUT = "opt_out"
    DE_INDEXING = "de_indexing"
    ACCESS = "access"


class OfferBasis(StrEnum):
    """Why a vendor offers it."""

    STATUTE = "statute"
    ORDER = "order"
    SETTLEMENT = "settlement"
    VOLUNTARY = "voluntary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A vendor's own published willingness, for listed places and days."""

    id: str
    right: OfferRight
    places: frozenset[str]
    """Codes or groups; ``*`` is everybody."""
    span: Span = ALWAYS
    known_until: date | None = None
    """Last day on which it was seen; later it may have ended unnoticed."""
    basis: OfferBasis = OfferBasis.VOLUNTARY
    words: str
    """What it says, in one plain sentence."""
    demands: tuple[str, ...] = ()
    """Proof asked for, in words."""
    agents: bool | None = None
    """Whether it says that somebody else may ask for the person; None: not known."""
    evidence: str | None = None
    sources: tuple[str, ...]
    confidence: Confidence
    checked_on: date


class OrderStatus(StrEnum):
    """What became of an order."""

    IN_FORCE = "in_force"
    APPEALED = "appealed"
    IGNORED = "ignored"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A regulator's order, a judgment or a settlement that binds one vendor."""

    id: str
    by: str
    """Who made it."""
    places: frozenset[str]
    span: Span = ALWAYS
    statuses: tuple[tuple[date, OrderStatus], ...]
    """What became of it, oldest first; the first entry is its own day."""
    words: str
    """What it says, in one plain sentence."""
    right: OfferRight = OfferRight.DELETION
    """What it makes the vendor give."""
    everybody: bool = True
    """False where it is about one complainant only."""
    binding: bool = True
    """False for findings that only recommend."""
    sources: tuple[str, ...]
    confidence: Confidence
    checked_on: date

    def status_on(self, day: date) -> OrderStatus | None:
        """Return what had become of it by ``day``; None before it was made."""
        current: OrderStatus | None = None
        for since, status in self.statuses:
            if since > day:
                break
            current = status
        return current


class Declared(StrEnum):
    """What a broker told a register that it collects."""

    ACCOUNT = "account"
    """Logins or numbers with what opens the account."""
    BIOMETRIC = "biometric"
    CHILD_DATA = "child_data"
    CITIZENSHIP = "citizenship"
    GENDER_IDENTITY = "gender_identity"
    GOVERNMENT_ID = "government_id"
    LOCATION = "location"
    REPRODUCTIVE_HEALTH = "reproductive_health"
    SEXUAL_ORIENTATION = "sexual_orientation"
    UNION = "union"


class Receiver(StrEnum):
    """To whom a broker told a register that it gave or sold data."""

    AI_DEVELOPER = "ai_developer"
    FEDERAL_GOVERNMENT = "federal_government"
    FOREIGN_ACTOR = "foreign_actor"
    LAW_ENFORCEMENT = "law_enforcement"
    STATE_GOVERNMENT = "state_government"


class Family(StrEnum):
    """What was asked for in the requests that a broker counts for a register."""

    DELETE = "delete"
    KNOW_COLLECTED = "know_collected"
    KNOW_SOLD = "know_sold"
    OPT_OUT = "opt_out"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a broker says of one kind of request in one year; None was not told."""

    family: Family
    year: int
    received: int | None = None
    in_whole: int | None = None
    """Requests with which it complied in whole."""
    in_part: int | None = None
    denied: int | None = None
    mean_days: float | None = None
    """Days until it answered in substance."""
    median_days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A vendor's entry in the register of data brokers of one place and year.

    What it says is the broker's own word, which no office has checked.
    """

    place: str
    year: int
    """The register's own: its version."""
    span: Span = ALWAYS
    """A register names no day for a broker: from the first of its year, to the day
    before the register was first seen without it."""
    name: str | None = None
    """The legal name that stands there."""
    rights_url: str | None = None
    """The broker's page on how to exercise the rights."""
    declares: frozenset[Declared] = frozenset()
    gives_to: frozenset[Receiver] = frozenset()
    figures: tuple[Figures, ...] = ()
    source: str | None = None
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFrom:
    """What one fact of a vendor is from a day on, by a source of its own."""

    fact: str
    """Its name, as in the facts document."""
    value: Any
    """None: from then on it is not known."""
    first: date | None = None
    """The first day; None: it was so on every day, whatever else the record says."""
    sources: tuple[str, ...]
    confidence: Confidence
    checked_on: date


@dataclass(frozen=True, slots=True)
class Double:
    """That a record turned out to be about a vendor that has one already."""

    of: str
    """Slug of the record that stands for both."""
    since: date
    why: str
    """How it is known, in one plain sentence."""
    waits: bool = False
    """Whether that day lay ahead, and nothing of it counts yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """The controller, business or data broker that holds the data."""

    slug: str
    name: str
    facts: VendorFacts
    language: str = "en"
    """In which letters reach it best."""
    zone: str = "UTC"
    """Time zone of its seat: the day of receipt is the day there."""
    domains: tuple[str, ...] = ()
    group: str | None = None
    """Slug of the family whose one request serves all."""
    brands: tuple[str, ...] = ()
    """Other names under which people know it: trade names, services that it runs."""
    about: str | None = None
    closed_on: date | None = None
    """Last day of a vendor that no longer exists."""
    successor: str | None = None
    routes: tuple[Route, ...] = ()
    offers: tuple[Offer, ...] = ()
    orders: tuple[Order, ...] = ()
    registrations: tuple[Registration, ...] = ()
    facts_from: tuple[FactFrom, ...] = ()
    """Facts that changed on a day, the earlier first; before them, those that were
    corrected for every day, which ``facts`` holds already."""
    double: Double | None = None
    """None where it is nobody's double."""
    sources: tuple[str, ...] = ()
    confidence: Confidence = Confidence.MEDIUM
    checked_on: date
    recorded_on: date | None = None
    """When its record last changed here; None where it comes from a file alone."""

    def changes(self) -> Iterator[date]:
        """Yield the days on which what it offers or owes may change."""
        for offer in self.offers:
            yield from offer.span.changes()
            yield from Span(None, offer.known_until).changes()
        for order in self.orders:
            yield from order.span.changes()
            yield from (since for since, _ in order.statuses)
        yield from self.turns()

    def turns(self) -> Iterator[date]:
        """Yield the days on which its facts may change."""
        for entry in self.registrations:
            yield from entry.span.changes()
        yield from (one.first for one in self.facts_from if one.first is not None)

    def facts_on(self, day: date) -> VendorFacts:
        """Return what is known of it on a day: what had changed, and where it stood.

        Before the first register that we know of a place, what the undated fact says
        stands; after the last one it is known not to be registered there.
        """
        known: dict[str, Any] = {
            one.fact: one.value
            for one in self.facts_from
            if one.first is not None and one.first <= day
        }
        facts = replace(self.facts, **known) if known else self.facts
        if not self.registrations:
            return facts
        stands = {one.place for one in self.registrations if day in one.span}
        begun = {
            one.place
            for one in self.registrations
            if one.span.first is None or one.span.first <= day
        }
        undated = facts.registered_broker_in
        if undated is None and not begun:
            return facts
        places = frozenset(((undated or frozenset()) - begun) | stands)
        return replace(facts, registered_broker_in=places)

    def language_for(self, route: Route, spoken: str) -> str:
        """Return the language of a letter: the resident's own where it is read there."""
        if spoken in route.languages:
            return spoken
        return route.languages[0] if route.languages else self.language

    def routes_on(self, day: date, around: frozenset[str]) -> list[Route]:
        """Return the routes that serve a residence on a day, the best first."""
        return [
            route
            for route in self.routes
            if day in route.span
            and (route.places is None or not route.places.isdisjoint(around))
        ]

    def route_on(
        self, day: date, around: frozenset[str], *, protocol: bool = True
    ) -> Route | None:
        """Return the best route for a residence on a day, the first listed.

        One by the Data Rights Protocol comes last where that cannot carry the request.
        """
        serving = self.routes_on(day, around)
        first = [r for r in serving if protocol or r.kind is not RouteKind.DRP]
        return next(iter(first or serving), None)


@dataclass(frozen=True, slots=True)
class Directory:
    """Every vendor, as one immutable snapshot."""

    vendors: Mapping[str, Vendor] = field(default_factory=dict)
    """By slug: whoever can be asked, shown and searched for."""
    version: int = 0
    doubles: Mapping[str, Vendor] = field(default_factory=dict)
    """By slug: records that turned out to be another's double. What was sent to one
    still belongs to it; nothing new begins there."""

    def on(self, day: date) -> "Directory":
        """Return the directory as it is on a day, or will be by what is known now."""
        begun = [directory for first, directory in self.later if first <= day]
        return begun[-1] if begun else self

    @property
    def records(self) -> Mapping[str, Vendor]:
        """Every record by its slug, doubles too: for what is told of other days."""
        return {**self.doubles, **self.vendors}

    def vendor(self, slug: str) -> Vendor | None:
        """Return the record of a slug, a double's too."""
        return self.vendors.get(slug) or self.doubles.get(slug)

    def names(self) -> dict[str, str]:
        """Return what every vendor is called, by slug, doubles too."""
        return {one.slug: one.name for one in self._every()}

    def _every(self) -> Iterator[Vendor]:
        yield from self.vendors.values()
        yield from self.doubles.values()

    def known(self, slugs: Iterable[str]) -> list[str]:
        """Return under which slugs vendors stand now, each once; unknown ones go."""
        now = dict.fromkeys(map(self.stands_for, slugs))
        return [slug for slug in now if slug in self.vendors]

    def refused_by(self, vendor: Vendor) -> dict[str, Refuses]:
        """Return how a vendor refuses people, by residence: the latest record of each.

        What was learnt of a double is so of the vendor that it turned out to be.
        """
        both = {vendor.slug, *(one.slug for one in self.doubles_of(vendor.slug))}
        mine = [
            (residence, one)
            for (slug, residence), one in self.refusing.items()
            if slug in both
        ]
        return dict(sorted(mine, key=lambda it: (it[1].recorded_on, it[0])))

    def doubles_of(self, slug: str) -> tuple[Vendor, ...]:
        """Return the records for which a vendor's stands, the latest first."""
        return tuple(
            sorted(
                (
                    one
                    for one in self.doubles.values()
                    if self.stands_for(one.slug) == slug
                ),
                key=lambda one: one.double.since if one.double else date.min,
                reverse=True,
            )
        )

    def stands_for(self, slug: str) -> str:
        """Return the slug under which a vendor stands now: a double's leads on."""
        seen: set[str] = set()
        while slug not in seen:
            seen.add(slug)
            record = self.doubles.get(slug)
            if record is None or record.double is None:
                return slug
            slug = record.double.of
        return slug

    refusing: Refusing = field(default_factory=dict)
    """Who was found to refuse people because of where they live."""
    later: tuple[tuple[date, "Directory"], ...] = ()
    """What it will be from days ahead on which records become doubles, the next first."""
