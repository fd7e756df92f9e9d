"""The shape of the rulebook's files. Unknown keys are errors.

A file is TOML; README.md beside this module shows one and explains its words. Each
model turns itself into the domain's value.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    model_validator,
)

from app.domain import conditions as c
from app.domain import laws as d
from app.domain.calendars import HolidayRule, Moves, OwnCalendar
from app.domain.conditions import NOTIONS, Predicate
from app.domain.dated import Span
from app.domain.facts import (
    Asks,
    Capacity,
    DataKind,
    DataSource,
    PersonFacts,
    Sector,
    VendorFacts,
)
from app.domain.timeline import DenialGround
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

FACTS = {
    f"{side}.{name}"
    for side, of in (("vendor", VendorFacts), ("person", PersonFacts))
    for name in of.__dataclass_fields__
}


CHOICES: Mapping[str, type[StrEnum]] = {
    "vendor.sector": Sector,
    "person.capacity": Capacity,
    "person.asks": Asks,
    "person.data_source": DataSource,
}
"""Facts with one word of a closed list."""
LISTS: Mapping[str, type[StrEnum] | None] = {
    "vendor.data_sources": DataSource,
    "vendor.data_kinds": DataKind,
    "person.data_kinds": DataKind,
    "vendor.seat": None,
    "vendor.local_nexus": None,
    "vendor.registered_broker_in": None,
}
"""Facts with several words; None where they are places."""
NUMBERS = frozenset(
    {
        "vendor.annual_revenue_usd",
        "vendor.revenue_share_from_sales",
        "vendor.advertising_revenue_share",
        "vendor.employees",
        "person.age",
    }
)
SAID = FACTS - {
    *CHOICES,
    *LISTS,
    *NUMBERS,
    "person.present_in",
    "vendor.residents_held",
}
"""Facts that are so, or not."""


def predicate(table: Any) -> Predicate:
    """Read a condition: an inline table with one telling key.

    Raises:
        ValueError: If the key is none of the closed set, or a fact is unknown.
    """
    if not isinstance(table, dict):
        raise ValueError("a condition is a table")  # noqa: TRY004 - pydantic's way
    match table:
        case {"all": list(parts), **rest} if not rest:
            return c.All(tuple(map(predicate, parts)))
        case {"any": list(parts), **rest} if not rest:
            return c.Any(tuple(map(predicate, parts)))
        case {"not": part, **rest} if not rest:
            return c.Not(predicate(part))
        case {"notion": str(notion), **rest} if not rest and notion in NOTIONS:
            return c.Named(notion)
        case {"open": str(words), **rest} if not rest:
            return c.Custom(words)
        case {"always": True, **rest} if not rest:
            return c.Always()
        case {"held": str(place), **rest} if len(rest) == 1:
            relation, number = next(iter(rest.items()))
            if relation in c.RELATIONS and isinstance(number, int):
                return c.Held(place, relation, number)
        case {"fact": str(fact), **rest} if fact in FACTS and len(rest) == 1:
            return _about(fact, *next(iter(rest.items())))
    raise ValueError(f"no such condition: {table}")


def _about(fact: str, relation: str, value: Any) -> Predicate:
    match relation, value:
        case "is", bool() if fact in SAID:
            return c.Is(fact, value)
        case "in", list() if fact in CHOICES:
            return c.OneOf(fact, _words(value, CHOICES[fact]))
        case "includes", list() if fact in LISTS:
            return c.Includes(fact, _words(value, LISTS[fact]))
        case _, int() | float() if relation in c.RELATIONS and fact in NUMBERS:
            return c.Compare(fact, relation, value)
    raise ValueError(f"{fact} cannot be asked for {relation} = {value}")


def _words(values: list[Any], known: type[StrEnum] | None) -> frozenset[str]:
    for value in values:
        if not isinstance(value, str) or (known and value not in set(known)):
            raise ValueError(f"{value} is no value of this fact")
    return frozenset(values)


Said = Annotated[str, Field(min_length=1)]
"""Words that may not be missing."""
Needs = Annotated[InstanceOf[object], BeforeValidator(predicate)]


class Shape(BaseModel):
    """A table of a rulebook file."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class SpanShape(Shape):
    """First and last day, both optional."""

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.value()
        return self

    def value(self) -> Span:
        """Return the days."""
        return Span(self.first, self.last)


class PeriodShape(Shape):
    """A period as the statute counts it."""

    count: int = Field(gt=0)
    unit: d.Unit
    first_day_counts: bool = False
    clear_days: bool = False
    month_end_runs_over: bool = False
    not_before: date | None = None
    since: date | None = None
    binding: bool = True
    note: str | None = None

    def value(self) -> d.Period:
        """Return the period."""
        return d.Period(**{k: getattr(self, k) for k in PeriodShape.model_fields})


class ExtensionShape(PeriodShape):
    """More time, and how it is counted."""

    counted_from: d.CountedFrom = d.CountedFrom.RECEIPT
    adds: bool = True
    notice_within: PeriodShape | None = None

    def extension(self) -> d.Extension:
        """Return the extension."""
        return d.Extension(
            period=self.value(),
            counted_from=self.counted_from,
            adds=self.adds,
            notice_within=self.notice_within.value() if self.notice_within else None,
            note=self.note,
        )


class ConditionShape(Shape):
    """A condition that decides whether the law reaches a case."""

    reason: str
    needs: Needs
    limited: Needs | None = None
    data_limit: frozenset[DataKind] | None = None
    words: str | None = None

    def value(self) -> d.Condition:
        """Return the condition."""
        return d.Condition(**{k: getattr(self, k) for k in type(self).model_fields})


class ContestShape(Shape):
    """Data for which sources differ."""

    sources: frozenset[DataSource] | None = None
    kinds: frozenset[DataKind] | None = None
    when: Needs | None = None
    why: str

    def value(self) -> d.Contest:
        """Return the contest."""
        return d.Contest(**{k: getattr(self, k) for k in type(self).model_fields})


class DataShape(Shape):
    """Which data a right is about."""

    kinds: frozenset[DataKind] | None = None
    sources: frozenset[DataSource] | None = None
    public: d.PublicData = d.PublicData.INCLUDED
    public_reached_when: Needs | None = None
    contested: tuple[ContestShape, ...] = ()

    def value(self) -> d.DataReach:
        """Return the reach."""
        return d.DataReach(
            kinds=self.kinds,
            sources=self.sources,
            public=self.public,
            public_reached_when=self.public_reached_when,  # type: ignore[arg-type]
            contested=tuple(contest.value() for contest in self.contested),
        )


class RightShape(Shape):
    """One thing that a person may ask."""

    kind: d.RightKind
    citation: Said
    words: str | None = None
    conditions: tuple[ConditionShape, ...] = ()
    data: DataShape = DataShape()
    respond: PeriodShape | None = None
    extension: ExtensionShape | None = None
    purpose: d.Purpose | None = None

    def value(self) -> d.Right:
        """Return the right."""
        return d.Right(
            kind=self.kind,
            citation=self.citation,
            words=self.words,
            conditions=tuple(condition.value() for condition in self.conditions),
            data=self.data.value(),
            respond=self.respond.value() if self.respond else None,
            extension=self.extension.extension() if self.extension else None,
            purpose=self.purpose,
        )


class RollShape(Shape):
    """How a due date leaves a day off."""

    rule: d.RollRule = d.RollRule.UNKNOWN
    calendar: str | None = None
    words: str | None = None


class PartShape(Shape):
    """Something that must happen inside the period."""

    what: str
    period: PeriodShape | None = None


class AppealShape(Shape):
    """A second look by the vendor."""

    response: PeriodShape | None = None
    extension: PeriodShape | None = None
    window: str | None = None
    then: str | None = None

    def value(self) -> d.Appeal:
        """Return the appeal."""
        return d.Appeal(
            response=self.response.value() if self.response else None,
            extension=self.extension.value() if self.extension else None,
            window=self.window,
            then=self.then,
        )


class DeadlinesShape(Shape):
    """How long the vendor may take."""

    purpose: d.Purpose | None = None
    acknowledge: PeriodShape | None = None
    respond: PeriodShape | None = None
    extension: ExtensionShape | None = None
    parts: tuple[PartShape, ...] = ()
    clock: d.Clock = d.Clock.RUNS
    roll: RollShape = RollShape()
    appeal: AppealShape | None = None
    reliability: d.Reliability = d.Reliability.NO_NUMBER

    def value(self) -> d.Deadlines:
        """Return the deadlines."""
        return d.Deadlines(
            purpose=self.purpose,
            acknowledge=self.acknowledge.value() if self.acknowledge else None,
            respond=self.respond.value() if self.respond else None,
            extension=self.extension.extension() if self.extension else None,
            parts=tuple(
                d.PartStep(what=p.what, period=p.period.value() if p.period else None)
                for p in self.parts
            ),
            clock=self.clock,
            roll=d.Roll(**self.roll.model_dump()),
            appeal=self.appeal.value() if self.appeal else None,
            reliability=self.reliability,
        )


class ComplaintShape(Shape):
    """Where to complain."""

    to: str
    prerequisite: str | None = None
    silence_is_refusal: bool = False
    time_limit: PeriodShape | None = None
    note: str | None = None

    def value(self) -> d.Complaint:
        """Return the complaint."""
        limit = self.time_limit
        plain = self.model_dump(exclude={"time_limit"})
        return d.Complaint(time_limit=limit.value() if limit else None, **plain)


class StepShape(Shape):
    """The law as it reads from one day on."""

    start: date = Field(alias="from")
    certain: bool = True
    citation: Said
    change: str | None = None
    agent: d.AgentRule = d.AgentRule.UNCLEAR
    denial_grounds: tuple[DenialGround, ...] = ()
    conditions: tuple[ConditionShape, ...] = ()
    deadlines: DeadlinesShape = DeadlinesShape()
    complaint: ComplaintShape | None = None
    rights: tuple[RightShape, ...] = ()

    def value(self) -> d.Step:
        """Return the step."""
        return d.Step(
            start=self.start,
            certain=self.certain,
            citation=self.citation,
            change=self.change,
            agent=self.agent,
            denial_grounds=self.denial_grounds,
            conditions=tuple(condition.value() for condition in self.conditions),
            deadlines=self.deadlines.value(),
            complaint=self.complaint.value() if self.complaint else None,
            rights=tuple(right.value() for right in self.rights),
        )


class BesideShape(Shape):
    """Where a law applies beside another one."""

    places: frozenset[str]
    sectors: frozenset[Sector] | None = None
    seat_outside: bool = False
    words: str | None = None


class PredecessorShape(Shape):
    """The law before this one."""

    name: str
    until: date
    record: str | None = None


class RegulatorShape(Shape):
    """Who enforces a law."""

    name: str
    url: str | None = None
    complaint_url: str | None = None

    def value(self) -> d.Regulator:
        """Return the regulator."""
        return d.Regulator(**self.model_dump())


class ReachShape(Shape):
    """Whom the law claims without a seat in its place."""

    kind: d.Reach = d.Reach.NOT_ASKED
    test: str | None = None
    establishment_alone: bool = False
    first: date | None = Field(default=None, alias="from")
    needs_business: bool = False


class LawShape(Shape):
    """One law file."""

    id: str = Field(pattern=r"^[a-z]{2}-[a-z0-9-]+$")
    name: Said
    short_name: Said
    citation: Said
    status: d.Status
    places: tuple[str, ...] = Field(min_length=1)
    place_dates: Mapping[str, SpanShape] = {}
    zone: str | None = None
    confidence: d.Confidence
    checked_on: date
    source_checked: str | None = None
    sources: tuple[Said, ...] = Field(min_length=1)
    official_urls: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    pending_change: str | None = None
    notes: str | None = None
    follows_seat: bool = False
    follows_presence: bool = False
    sectors: frozenset[Sector] | None = None
    excluded_sectors: frozenset[Sector] = frozenset()
    ended: date | None = None
    details: Mapping[str, str] = {}
    reach: ReachShape = ReachShape()
    beside: tuple[BesideShape, ...] = ()
    predecessor: PredecessorShape | None = None
    regulator: RegulatorShape
    regulators: Mapping[str, RegulatorShape] = {}
    steps: tuple[StepShape, ...] = ()

    def value(self) -> d.Law:
        """Return the law."""
        dates = self.place_dates
        return d.Law(
            id=self.id,
            name=self.name,
            short_name=self.short_name,
            citation=self.citation,
            status=self.status,
            places={p: dates[p].value() if p in dates else Span() for p in self.places},
            zone=self.zone,
            confidence=self.confidence,
            checked_on=self.checked_on,
            source_checked=self.source_checked,
            sources=self.sources,
            official_urls=self.official_urls,
            doubts=self.doubts,
            pending_change=self.pending_change,
            notes=self.notes,
            follows_seat=self.follows_seat,
            follows_presence=self.follows_presence,
            sectors=self.sectors,
            excluded_sectors=frozenset(self.excluded_sectors),
            ended=self.ended,
            details=self.details,
            reach=self.reach.kind,
            reach_test=self.reach.test,
            establishment_alone=self.reach.establishment_alone,
            reach_from=self.reach.first,
            nexus_needs_business=self.reach.needs_business,
            beside=tuple(d.Beside(**b.model_dump()) for b in self.beside),
            predecessor=d.Predecessor(**self.predecessor.model_dump())
            if self.predecessor
            else None,
            regulator=self.regulator.value(),
            regulators={code: r.value() for code, r in self.regulators.items()},
            steps=tuple(step.value() for step in self.steps),
        )


class PlaceShape(Shape):
    """One jurisdiction."""

    name: str
    zone: str
    within: frozenset[str] = frozenset()
    regions_differ: bool = False
    no_law: str | None = None


class RuleShape(Shape):
    """One holiday; ``app/domain/calendars.py`` says which keys go together."""

    name: Said
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    easter: int | None = None
    on_sunday: Moves = Moves.STAYS
    since: int | None = None
    until: int | None = None

    @model_validator(mode="after")
    def _names_a_day(self) -> Self:
        self.value()
        return self

    def value(self) -> HolidayRule:
        """Return the rule."""
        return HolidayRule(**self.model_dump())


class CalendarShape(Shape):
    """The holidays that a law itself names."""

    source: Said
    off: frozenset[Annotated[int, Field(ge=0, le=6)]]
    rules: tuple[RuleShape, ...] = ()

    def value(self, name: str) -> OwnCalendar:
        """Return the calendar; its file gives the name."""
        return OwnCalendar(
            name=name,
            off=self.off,
            rules=tuple(rule.value() for rule in self.rules),
            source=self.source,
        )


class ObsoleteShape(Shape):
    """An id that must never be used again."""

    since: date
    why: Said
    now: str | None = None


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
    language: Literal["en", "fr", "es", "de"] = "en"
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
