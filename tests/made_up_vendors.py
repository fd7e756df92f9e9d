"""Vendors of which anything may be known, or unknown."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from random import Random
from typing import TypeVar

from app.domain.dated import Span
from app.domain.facts import DataKind, DataSource, Sector, VendorFacts
from app.domain.laws import Confidence
from app.domain.vendors import (
    Offer,
    OfferRight,
    Order,
    OrderStatus,
    Registration,
    Vendor,
)

T = TypeVar("T")
DAY = date(2026, 1, 1)
NUMBERS = (0, 1, 99, 100, 500, 10_000, 35_000, 100_000, 200_000)
SHARES = (0, 0.1, 0.2, 0.25, 0.3, 0.5, 0.9)
REVENUES = (0, 1e6, 2.5e7, 2.6e7, 2.7e7, 1e9, 2e9)


class Maker:
    """Makes vendors up, by chance, from the codes of places."""

    def __init__(self, chance: Random, codes: Sequence[str]) -> None:
        self._chance = chance
        self._codes = codes

    def vendor(self, slug: str) -> Vendor:
        """Return a vendor with facts alone."""
        return Vendor(slug=slug, name=slug, facts=self.facts(), checked_on=DAY)

    def facts(self) -> VendorFacts:
        """Return facts, of which each may be unknown."""
        maybe, some, one = self._maybe, self._some, self._chance.choice
        return VendorFacts(
            seat=maybe(lambda: some(self._codes, 2)),
            sector=maybe(lambda: one(list(Sector))),
            data_sources=maybe(lambda: some(list(DataSource), 3)),
            data_kinds=maybe(lambda: some(list(DataKind), 4)),
            annual_revenue_usd=maybe(lambda: one(REVENUES)),
            residents_held={one(self._codes): one(NUMBERS) for _ in range(3)},
            sells_data=self._yes_or_no(),
            revenue_share_from_sales=maybe(lambda: one(SHARES)),
            small_business=self._yes_or_no(),
            registered_broker_in=maybe(lambda: some(("US-CA", "US-TX"), 2)),
            government_contractor_only=self._yes_or_no(),
            nonprofit=self._yes_or_no(),
            employees=maybe(lambda: one(NUMBERS)),
            advertising_revenue_share=maybe(lambda: one(SHARES)),
            sells_smart_speakers_or_app_store=self._yes_or_no(),
            child_directed=self._yes_or_no(),
            local_nexus=maybe(lambda: some(self._codes, 4)),
        )

    def offer(self, id_: str) -> Offer:
        """Return something that the vendor says it does."""
        return Offer(
            id=id_,
            right=self._chance.choice(list(OfferRight)),
            places=self._places(),
            span=self._span(),
            known_until=self._maybe(self._day),
            words="We delete what you ask us to.",
            sources=("https://vendor.example/privacy",),
            confidence=Confidence.LOW,
            checked_on=DAY,
        )

    def order(self, id_: str) -> Order:
        """Return something that an authority made the vendor do."""
        made = self._day()
        return Order(
            id=id_,
            by="Office of Aland",
            places=self._places(),
            span=Span(made),
            statuses=((made, self._chance.choice(list(OrderStatus))),),
            words="It shall delete.",
            right=self._chance.choice(list(OfferRight)),
            everybody=self._chance.random() < 0.5,
            binding=self._chance.random() < 0.5,
            sources=("https://office.example/order",),
            confidence=Confidence.LOW,
            checked_on=DAY,
        )

    def registrations(self) -> tuple[Registration, ...]:
        """Return entries in registers of brokers, perhaps none."""
        return tuple(
            Registration(place=place, year=2026, span=self._span(), checked_on=DAY)
            for place in self._some(("US-CA", "US-TX"), 2)
        )

    def _places(self) -> frozenset[str]:
        return self._some((*self._codes, "*"), 3)

    def _span(self) -> Span:
        return Span(*sorted((self._day(), self._day())))

    def _day(self) -> date:
        return date(self._chance.randint(2005, 2030), self._chance.randint(1, 12), 1)

    def _yes_or_no(self) -> bool | None:
        return self._chance.choice((True, False, None))

    def _some(self, words: Iterable[T], most: int) -> frozenset[T]:
        return frozenset(
            self._chance.sample(tuple(words), self._chance.randint(0, most))
        )

    def _maybe(self, make: Callable[[], T]) -> T | None:
        return None if self._chance.random() < 0.25 else make()
