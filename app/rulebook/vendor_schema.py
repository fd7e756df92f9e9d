"""The shape of a vendor file; other programs import and export it too."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from app.domain import laws as d
from app.domain.facts import DataKind, DataSource, Sector, VendorFacts
from app.domain.vendors import (
    Demand,
    Identifier,
    Offer,
    OfferBasis,
    OfferRight,
    Order,
    OrderStatus,
    Route,
    RouteKind,
    Vendor,
)
from app.rulebook.shapes import Said, Shape, SpanShape

LetterLanguage: TypeAlias = Literal["en", "fr", "es", "de"]


class VendorFactsShape(Shape):
    """What is known of a vendor (contract, section 3); what is left out is unknown."""

    seat: frozenset[str] | None = None
    sector: Sector | None = None
    data_sources: frozenset[DataSource] | None = None
    data_kinds: frozenset[DataKind] | None = None
    annual_revenue_usd: float | None = Field(default=None, ge=0)
    residents_held: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    sells_data: bool | None = None
    revenue_share_from_sales: float | None = Field(default=None, ge=0, le=1)
    small_business: bool | None = None
    registered_broker_in: frozenset[str] | None = None
    government_contractor_only: bool | None = None
    nonprofit: bool | None = None
    employees: int | None = Field(default=None, ge=0)
    advertising_revenue_share: float | None = Field(default=None, ge=0, le=1)
    sells_smart_speakers_or_app_store: bool | None = None
    child_directed: bool | None = None
    local_nexus: frozenset[str] | None = None


FACT_NAMES = tuple(VendorFactsShape.model_fields)


class RouteShape(SpanShape):
    """A way to reach a vendor."""

    kind: RouteKind
    address: str | None = None
    url: str | None = None
    api_base: str | None = None
    business_id: str | None = None
    profile: str | None = None
    trailing_slash: bool = False
    needs: frozenset[Identifier] = frozenset({Identifier.NAME, Identifier.EMAIL})
    demands: frozenset[Demand] = frozenset()
    places: frozenset[str] | None = None
    languages: tuple[LetterLanguage, ...] = ()
    source: str | None = None
    confidence: d.Confidence = d.Confidence.MEDIUM
    note: str | None = None

    def route(self) -> Route:
        """Return the route."""
        plain = {
            k: getattr(self, k)
            for k in type(self).model_fields
            if k not in {"first", "last"}
        }
        return Route(span=self.value(), **plain)


class OfferShape(SpanShape):
    """A vendor's own published willingness."""

    id: str
    right: OfferRight
    places: frozenset[str] = Field(min_length=1)
    known_until: date | None = None
    basis: OfferBasis = OfferBasis.VOLUNTARY
    words: str
    demands: tuple[str, ...] = ()
    evidence: str | None = None
    sources: tuple[Said, ...] = Field(min_length=1)
    confidence: d.Confidence
    checked_on: date

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

    on: date
    status: OrderStatus


class OrderShape(SpanShape):
    """An order that binds one vendor."""

    id: str
    by: str
    places: frozenset[str] = Field(min_length=1)
    statuses: tuple[OrderStatusShape, ...] = Field(min_length=1)
    words: str
    right: OfferRight = OfferRight.DELETION
    everybody: bool = True
    binding: bool = True
    sources: tuple[Said, ...] = Field(min_length=1)
    confidence: d.Confidence
    checked_on: date

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


class VendorShape(VendorFactsShape):
    """One vendor file."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    name: str = Field(min_length=1, max_length=200)
    language: LetterLanguage = "en"
    zone: str = "UTC"
    domains: tuple[str, ...] = ()
    group: str | None = None
    about: str | None = None
    closed_on: date | None = None
    successor: str | None = None
    sources: tuple[Said, ...] = Field(min_length=1)
    confidence: d.Confidence = d.Confidence.MEDIUM
    checked_on: date
    routes: tuple[RouteShape, ...] = ()
    offers: tuple[OfferShape, ...] = ()
    orders: tuple[OrderShape, ...] = ()

    def value(self) -> Vendor:
        """Return the vendor."""
        return Vendor(
            slug=self.slug,
            name=self.name,
            facts=VendorFacts(**{name: getattr(self, name) for name in FACT_NAMES}),
            language=self.language,
            zone=self.zone,
            domains=self.domains,
            group=self.group,
            about=self.about,
            closed_on=self.closed_on,
            successor=self.successor,
            routes=tuple(route.route() for route in self.routes),
            offers=tuple(offer.offer() for offer in self.offers),
            orders=tuple(order.order() for order in self.orders),
            sources=self.sources,
            confidence=self.confidence,
            checked_on=self.checked_on,
        )
