"""The shape of a vendor file; other programs import and export it too."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias, TypeVar

from pydantic import AfterValidator, Field, PlainSerializer, model_validator

from app.domain import laws as d
from app.domain.drp import Profile
from app.domain.facts import DataKind, DataSource, Sector, VendorFacts
from app.domain.hours import Hours
from app.domain.vendors import (
    Declared,
    Demand,
    Double,
    FactFrom,
    Family,
    Figures,
    Identifier,
    Offer,
    OfferBasis,
    OfferRight,
    Order,
    OrderStatus,
    Receiver,
    Registration,
    Route,
    RouteKind,
    Vendor,
)
from app.rulebook.shapes import Count, Day, Number, Said, Shape, SpanShape, YesNo

Member = TypeVar("Member")
Several = Annotated[frozenset[Member], PlainSerializer(sorted, when_used="json")]
"""A set, which every process writes in one order."""
Part: TypeAlias = Literal["offer", "order", "registration", "fact", "route"]
"""What one record can leave to another."""
LetterLanguage: TypeAlias = Literal["en", "fr", "es", "de"]


def _hours(written: str) -> str:
    Hours.read(written)
    return written


WorkingHours = Annotated[str, AfterValidator(_hours)]


class VendorFactsShape(Shape):
    """What is known of a vendor (contract, section 3); what is left out is unknown."""

    of: ClassVar[type] = VendorFacts

    seat: Several[str] | None = None
    sector: Sector | None = None
    """What kind of vendor it is."""
    data_sources: Several[DataSource] | None = None
    """Where its data comes from."""
    data_kinds: Several[DataKind] | None = None
    """What its data is about."""
    annual_revenue_usd: Number | None = Field(default=None, ge=0)
    """Revenue of a year in US dollars."""
    residents_held: Mapping[str, Annotated[Count, Field(ge=0)]] = {}
    sells_data: YesNo | None = None
    """Whether it sells data."""
    revenue_share_from_sales: Number | None = Field(default=None, ge=0, le=1)
    small_business: YesNo | None = None
    """Whether it is small by the rules of the US Small Business Administration."""
    registered_broker_in: Several[str] | None = None
    """Places in whose register of data brokers it stands."""
    government_contractor_only: YesNo | None = None
    """Whether it works for governments alone."""
    nonprofit: YesNo | None = None
    """Whether it is run without profit."""
    employees: Count | None = Field(default=None, ge=0)
    """How many people work there."""
    advertising_revenue_share: Number | None = Field(default=None, ge=0, le=1)
    """Share of revenue that comes from advertising, 0 to 1."""
    sells_smart_speakers_or_app_store: YesNo | None = None
    """Whether it sells smart speakers or runs an app store."""
    child_directed: YesNo | None = None
    """Whether it serves children."""
    local_nexus: Several[str] | None = None


FACT_NAMES = tuple(VendorFactsShape.model_fields)


class FactFromShape(Shape):
    """What one fact is from a day on."""

    of: ClassVar[type] = FactFrom

    id: str
    """Its own, within the vendor: the fact and its first day."""
    fact: Literal[
        "seat",
        "sector",
        "data_sources",
        "data_kinds",
        "annual_revenue_usd",
        "residents_held",
        "sells_data",
        "revenue_share_from_sales",
        "small_business",
        "registered_broker_in",
        "government_contractor_only",
        "nonprofit",
        "employees",
        "advertising_revenue_share",
        "sells_smart_speakers_or_app_store",
        "child_directed",
        "local_nexus",
    ]
    value: YesNo | Count | Number | str | tuple[str, ...] | Mapping[str, Count] | None
    """What it is, as the fact itself is written; null where it is not known."""
    first: Day | None = Field(default=None, alias="from")
    sources: tuple[Said, ...] = Field(min_length=1)
    """Where this was seen."""
    confidence: d.Confidence
    """How sure this is."""
    checked_on: Day
    """The day on which somebody last looked."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self.known()
        return self

    def known(self) -> Any:
        """Return the value as the facts hold it."""
        written = {} if self.value is None else {self.fact: self.value}
        return getattr(VendorFactsShape.model_validate(written), self.fact)

    def fact_from(self) -> FactFrom:
        """Return the fact."""
        return FactFrom(
            fact=self.fact,
            value=self.known(),
            first=self.first,
            sources=self.sources,
            confidence=self.confidence,
            checked_on=self.checked_on,
        )


class DoubleShape(Shape):
    """That a record is about a vendor that has one already."""

    of: ClassVar[type] = Double

    of_: str = Field(alias="of")
    since: Day
    """From this day on the two are one."""
    why: Said
    source: str | None = None
    """Where it was read, while that day lies ahead."""
    take: tuple[Part, ...] | None = None
    """The parts that the other record takes over on that day; left out once it has."""

    @model_validator(mode="after")
    def _cited(self) -> Self:
        if self.take is not None and self.source is None:
            raise ValueError("what is to be taken over on a day ahead needs a source")
        return self

    def double(self) -> Double:
        """Return it."""
        return Double(self.of_, self.since, self.why, waits=self.take is not None)


class RouteShape(SpanShape):
    """A way to reach a vendor."""

    of: ClassVar[type] = Route

    kind: Literal[RouteKind.EMAIL, RouteKind.DRP, RouteKind.WEBFORM, RouteKind.LETTER]
    """How it is reached."""
    address: str | None = None
    url: str | None = None
    api_base: str | None = None
    """The address of its Data Rights Protocol service."""
    business_id: str | None = None
    """Its name in that protocol."""
    profile: Profile | None = None
    """Which profile of the protocol it speaks."""
    trailing_slash: bool = False
    """Whether addresses of that service end in a slash."""
    needs: Several[Identifier] = frozenset({Identifier.NAME, Identifier.EMAIL})
    """What it needs to find the record."""
    demands: Several[Demand] = frozenset()
    """Proof that it demands and that Efface never takes."""
    places: Several[str] | None = None
    languages: tuple[LetterLanguage, ...] = ()
    mandate: bool = False
    hours: WorkingHours | None = None
    """Written as 09:00-17:00: its working hours at its seat, within which alone letters
    leave."""
    source: str | None = None
    """Where this was seen."""
    confidence: d.Confidence = d.Confidence.MEDIUM
    """How sure this is."""
    note: str | None = None
    """A remark."""

    def route(self) -> Route:
        """Return the route."""
        plain = {
            k: getattr(self, k)
            for k in type(self).model_fields
            if k not in {"first", "last", "hours"}
        }
        hours = Hours.read(self.hours) if self.hours else None
        return Route(span=self.value(), hours=hours, **plain)


class OfferShape(SpanShape):
    """A vendor's own published willingness."""

    of: ClassVar[type] = Offer

    id: str
    """Its own, within the vendor."""
    right: OfferRight
    """What it does on request."""
    places: Several[str] = Field(min_length=1)
    known_until: Day | None = None
    basis: OfferBasis = OfferBasis.VOLUNTARY
    """Why it offers that."""
    words: str
    demands: tuple[str, ...] = ()
    agents: bool | None = None
    evidence: str | None = None
    """What was kept as proof."""
    sources: tuple[Said, ...] = Field(min_length=1)
    """Where this was seen."""
    confidence: d.Confidence
    """How sure this is."""
    checked_on: Day
    """The day on which somebody last looked."""

    def offer(self) -> Offer:
        """Return the offer."""
        plain = {
            k: getattr(self, k)
            for k in type(self).model_fields
            if k not in {"first", "last"}
        }
        return Offer(span=self.value(), **plain)


class OrderStatusShape(Shape):
    """What became of an order, from a day on."""

    on: Day
    """From this day."""
    status: OrderStatus
    """What had become of it."""


class OrderShape(SpanShape):
    """An order that binds one vendor."""

    of: ClassVar[type] = Order

    id: str
    """Its own, within the vendor."""
    by: str
    places: Several[str] = Field(min_length=1)
    """Codes or groups; `*` is everybody."""
    statuses: tuple[OrderStatusShape, ...] = Field(min_length=1)
    words: str
    right: OfferRight = OfferRight.DELETION
    everybody: bool = True
    binding: bool = True
    sources: tuple[Said, ...] = Field(min_length=1)
    """Where this was seen."""
    confidence: d.Confidence
    """How sure this is."""
    checked_on: Day
    """The day on which somebody last looked."""

    def order(self) -> Order:
        """Return the order."""
        plain = {
            k: getattr(self, k)
            for k in type(self).model_fields
            if k not in {"first", "last", "statuses"}
        }
        return Order(
            span=self.value(),
            statuses=tuple((s.on, s.status) for s in self.statuses),
            **plain,
        )


class FiguresShape(Shape):
    """What a broker says of one kind of request in one year."""

    of: ClassVar[type] = Figures

    family: Family
    """What was asked for."""
    year: Count
    """In which the requests came."""
    received: Count | None = Field(default=None, ge=0)
    """How many requests came."""
    in_whole: Count | None = Field(default=None, ge=0)
    in_part: Count | None = Field(default=None, ge=0)
    """Requests with which it complied in part."""
    denied: Count | None = Field(default=None, ge=0)
    """Requests that it denied."""
    mean_days: Number | None = Field(default=None, ge=0)
    median_days: Number | None = Field(default=None, ge=0)
    """The median of these days."""

    def value(self) -> Figures:
        """Return the figures."""
        return Figures(**{k: getattr(self, k) for k in type(self).model_fields})


class RegistrationShape(SpanShape):
    """An entry in the register of data brokers of one place and year."""

    of: ClassVar[type] = Registration

    id: str
    """Its own, within the vendor: place and year, as us-ca-2026."""
    place: str
    """Whose register it is."""
    year: Count
    name: str | None = None
    rights_url: str | None = None
    declares: Several[Declared] = frozenset()
    """What it says that it collects."""
    gives_to: Several[Receiver] = frozenset()
    """To whom it says that it gave or sold data in the year before."""
    figures: tuple[FiguresShape, ...] = ()
    """Its own figures, each of one kind of request and one year."""
    source: str | None = None
    """Where the register was seen."""
    checked_on: Day
    """The day on which it was seen."""

    def registration(self) -> Registration:
        """Return the entry."""
        return Registration(
            place=self.place,
            year=self.year,
            span=self.value(),
            name=self.name,
            rights_url=self.rights_url,
            declares=self.declares,
            gives_to=self.gives_to,
            figures=tuple(one.value() for one in self.figures),
            source=self.source,
            checked_on=self.checked_on,
        )


class VendorShape(VendorFactsShape):
    """One vendor file."""

    of: ClassVar[type] = Vendor

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    """Never changes; the file has this name."""
    name: str = Field(min_length=1, max_length=200)
    """What pages call it."""
    language: LetterLanguage = "en"
    zone: str = "UTC"
    domains: tuple[str, ...] = ()
    """Its sites."""
    group: str | None = None
    brands: tuple[Said, ...] = ()
    about: str | None = None
    """What it does, in one sentence."""
    closed_on: Day | None = None
    successor: str | None = None
    """Slug of the vendor that took its place."""
    sources: tuple[Said, ...] = Field(min_length=1)
    """What this rests on."""
    confidence: d.Confidence = d.Confidence.MEDIUM
    """How sure this is."""
    checked_on: Day
    """The day on which somebody last looked."""
    routes: tuple[RouteShape, ...] = ()
    """How to reach it; the first that serves the residence is taken."""
    offers: tuple[OfferShape, ...] = ()
    """What it says that it does."""
    orders: tuple[OrderShape, ...] = ()
    """What an authority or a court told it."""
    registrations: tuple[RegistrationShape, ...] = ()
    """Its entries in registers of data brokers, one for each place and year."""
    facts_from: tuple[FactFromShape, ...] = ()
    double: DoubleShape | None = None
    """Where it turned out to be about a vendor that has a record already."""

    def value(self) -> Vendor:
        """Return the vendor."""
        return Vendor(
            slug=self.slug,
            name=self.name,
            facts=self._facts(),
            language=self.language,
            zone=self.zone,
            domains=self.domains,
            group=self.group,
            brands=self.brands,
            about=self.about,
            closed_on=self.closed_on,
            successor=self.successor,
            routes=tuple(route.route() for route in self.routes),
            offers=tuple(offer.offer() for offer in self.offers),
            orders=tuple(order.order() for order in self.orders),
            registrations=tuple(one.registration() for one in self.registrations),
            facts_from=self._facts_from(),
            double=self.double.double() if self.double else None,
            sources=self.sources,
            confidence=self.confidence,
            checked_on=self.checked_on,
        )

    def _facts(self) -> VendorFacts:
        """Return the facts, with what was corrected for every day."""
        facts = VendorFacts(**{name: getattr(self, name) for name in FACT_NAMES})
        always: dict[str, Any] = {
            one.fact: one.known() for one in self.facts_from if one.first is None
        }
        return replace(facts, **always) if always else facts

    def _facts_from(self) -> tuple[FactFrom, ...]:
        """Return the facts that changed: what was always so first, then by day."""
        found = (one.fact_from() for one in self.facts_from)
        return tuple(sorted(found, key=lambda one: (one.first or date.min, one.fact)))
