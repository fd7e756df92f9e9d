"""Changes of cover by their cause: a law, an offer, an order, a register.

One change is one day of one record, with all the answers that became others by it; its
name is made of these alone, so that it stays the same whoever else is in the directory.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.chronicle import Turn
from app.domain.coverage import Shift
from app.domain.dated import ALWAYS, Span
from app.domain.grounds import RANK, Verdict
from app.domain.laws import Law
from app.domain.vendors import Offer, Order, OrderStatus, Vendor

EVERYWHERE = "*"


class Cause(StrEnum):
    """What happened on the day, or in our record."""

    LAW_BEGAN = "law-began"
    LAW_AMENDED = "law-amended"
    """It reads otherwise, or reaches other places or companies."""
    LAW_ENDED = "law-ended"
    OFFERED = "offered"
    WITHDREW = "withdrew"
    OFFER_UNSEEN = "offer-unseen"
    """The first day on which nobody has seen the offer: it may have ended."""
    ORDER_MADE = "order-made"
    ORDER_MOVED = "order-moved"
    """It was appealed, ignored, or came into force again."""
    ORDER_ENDED = "order-ended"
    REGISTER = "register"
    """Companies stand in a register of data brokers, or no longer do."""
    FACTS = "facts"
    """A company is another from that day on: its seat, its size, what it does."""
    CORRECTED = "corrected"
    """Our own record said something else before."""


class Direction(StrEnum):
    """What a change did to answers."""

    GAINED = "gained"
    LOST = "lost"
    SAME = "same"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Block:
    """Some vendors, for the residents of some places: each in all of them."""

    vendors: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def answers(self) -> int:
        """How many answers that is."""
        return len(self.vendors) * len(self.places)


@dataclass(frozen=True, slots=True)
class Effect:
    """Answers that were one verdict and became another."""

    before: Verdict
    after: Verdict
    blocks: tuple[Block, ...]

    @property
    def gained(self) -> bool:
        """Whether the residents are owed more than before."""
        return RANK[self.after] < RANK[self.before]

    @property
    def answers(self) -> int:
        """How many answers became others."""
        return sum(block.answers for block in self.blocks)

    @property
    def vendors(self) -> tuple[str, ...]:
        """The vendors of all blocks."""
        return tuple(sorted({v for block in self.blocks for v in block.vendors}))

    @property
    def places(self) -> tuple[str, ...]:
        """The places of all blocks."""
        return tuple(sorted({p for block in self.blocks for p in block.places}))


@dataclass(frozen=True, slots=True)
class Rewritten:
    """An offer or an order of which our record said something else before."""

    vendor: str
    before: Offer | Order | None
    """None where it was not known of yet."""
    after: Offer | Order | None
    """None where it was taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One day of one record."""

    on: date
    cause: Cause
    record: str
    """A law's id, a vendor and its offer or order, the place of a register, or the
    moment of a correction."""
    vendor: str | None = None
    """Whose offer or order it is."""
    places: frozenset[str] = frozenset()
    """What the record is about, also where no answer changed."""
    effects: tuple[Effect, ...] = ()
    rewritten: tuple[Rewritten, ...] = ()
    """Of a correction: what was believed."""
    at: datetime | None = None
    """Of a correction: when it was written down."""

    @property
    def name(self) -> str:
        """What it is called in addresses and feeds, for ever."""
        return f"{self.cause}:{self.record}:{self.on.isoformat()}"

    @property
    def vendors(self) -> frozenset[str]:
        """Whose offer or order it is, or whose record was corrected."""
        named = {self.vendor} if self.vendor else set()
        return frozenset(named | {one.vendor for one in self.rewritten})

    @property
    def directions(self) -> frozenset[Direction]:
        """What it did to answers."""
        if self.cause is Cause.CORRECTED:
            return frozenset({Direction.CORRECTED})
        found = {self.direction_of(effect) for effect in self.effects}
        return frozenset(found or {Direction.SAME})

    def direction_of(self, effect: Effect | None) -> Direction:
        """Return what one of its effects is; None: no answer became another."""
        if self.cause is Cause.CORRECTED:
            return Direction.CORRECTED
        if effect is None:
            return Direction.SAME
        return Direction.GAINED if effect.gained else Direction.LOST


@dataclass(frozen=True, slots=True)
class Happening:
    """That something about a record is another from a day on."""

    on: date
    cause: Cause
    record: str
    vendor: str | None
    places: frozenset[str]


def happenings(
    laws: Mapping[str, Law], vendors: Mapping[str, Vendor]
) -> Iterator[Happening]:
    """Yield every day of every law, offer and order, also where no answer changes."""
    for law in laws.values():
        if not law.absent:
            for on in sorted(set(law.changes()) - {date.min}):
                yield Happening(on, _of_law(law, on), law.id, None, law.all_places)
    for vendor in vendors.values():
        for offer in vendor.offers:
            record = f"{vendor.slug}:{offer.id}"
            for on, cause in _of_offer(offer):
                yield Happening(on, cause, record, vendor.slug, offer.places)
        for order in vendor.orders:
            record = f"{vendor.slug}:{order.id}"
            for on, cause in _of_order(order):
                yield Happening(on, cause, record, vendor.slug, order.places)


def _of_law(law: Law, on: date) -> Cause:
    if on == law.first_day:
        return Cause.LAW_BEGAN
    if law.ended is not None and on > law.ended:
        return Cause.LAW_ENDED
    return Cause.LAW_AMENDED


def _of_offer(offer: Offer) -> Iterator[tuple[date, Cause]]:
    first, last = offer.span.first, offer.span.last
    if first is not None:
        yield first, Cause.OFFERED
    if offer.known_until is not None and (last is None or offer.known_until < last):
        yield offer.known_until + timedelta(days=1), Cause.OFFER_UNSEEN
    for on in Span(None, last).changes():
        yield on, Cause.WITHDREW


def _of_order(order: Order) -> Iterator[tuple[date, Cause]]:
    for number, (on, status) in enumerate(order.statuses):
        if number == 0:
            yield on, Cause.ORDER_MADE
        elif status is OrderStatus.ENDED:
            yield on, Cause.ORDER_ENDED
        else:
            yield on, Cause.ORDER_MOVED
    for on in Span(None, order.span.last).changes():
        yield on, Cause.ORDER_ENDED


def changes(
    turns: Iterable[Turn], laws: Mapping[str, Law], vendors: Mapping[str, Vendor]
) -> tuple[Change, ...]:
    """Return what happened, each with the answers that it changed, the oldest first."""
    known: dict[tuple[date, str], Happening] = {}
    for one in happenings(laws, vendors):
        known.setdefault((one.on, one.record), one)
    moved: dict[Happening, list[Shift]] = {one: [] for one in known.values()}
    for turn in turns:
        behind: dict[tuple[str, str | None], list[Shift]] = {}
        for shift in turn.shifts:
            alike = shift.vendor, shift.because
            if alike not in behind:
                cause = _behind(shift, turn.on, known, vendors)
                behind[alike] = moved.setdefault(cause, [])
            behind[alike].append(shift)
    found = [
        Change(
            on=one.on,
            cause=one.cause,
            record=one.record,
            vendor=one.vendor,
            places=one.places,
            effects=tuple(effects(shifts)),
        )
        for one, shifts in moved.items()
    ]
    return tuple(sorted(found, key=lambda change: (change.on, change.name)))


def _behind(
    shift: Shift,
    on: date,
    known: Mapping[tuple[date, str], Happening],
    vendors: Mapping[str, Vendor],
) -> Happening:
    """Return what made the difference: the ground that leads on the better day.

    A ground that has no such day of its own moved with the vendor: what is known of it,
    or where it is registered, is another from that day on.
    """
    ground = shift.because or ""
    mine = known.get((on, f"{shift.vendor}:{ground}"))
    if mine is not None:
        return mine
    law = known.get((on, ground))
    if law is not None:
        return law
    vendor = vendors[shift.vendor]
    if any(one.first == on for one in vendor.facts_from):
        return Happening(on, Cause.FACTS, vendor.slug, vendor.slug, frozenset())
    places = frozenset(
        entry.place for entry in vendor.registrations if on in set(entry.span.changes())
    )
    return Happening(on, Cause.REGISTER, "+".join(sorted(places)), None, places)


def effects(shifts: Iterable[Shift]) -> Iterator[Effect]:
    """Yield shifts by what the answer was and became, the best to come first."""
    kinds: dict[tuple[Verdict, Verdict], list[Shift]] = {}
    for shift in shifts:
        kinds.setdefault((shift.before, shift.after), []).append(shift)
    for before, after in sorted(kinds, key=lambda k: (RANK[k[1]], RANK[k[0]])):
        yield Effect(before, after, _blocks(kinds[before, after]))


def _blocks(shifts: Iterable[Shift]) -> tuple[Block, ...]:
    """Return the cells as few rectangles: by places that are alike, or by vendors."""
    there: dict[str, list[str]] = {}
    whose: dict[str, list[str]] = {}
    for shift in shifts:
        there.setdefault(shift.vendor, []).append(shift.residence)
        whose.setdefault(shift.residence, []).append(shift.vendor)
    by_place, by_vendor = _alike(whose), _alike(there)
    if len(by_place) < len(by_vendor):
        found = [Block(vendors, places) for places, vendors in by_place]
    else:
        found = [Block(vendors, places) for vendors, places in by_vendor]
    return tuple(sorted(found, key=lambda block: (block.vendors, block.places)))


def _alike(
    beside: Mapping[str, Iterable[str]],
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return those beside which the same others stand, and these others."""
    groups: dict[frozenset[str], list[str]] = {}
    for one, others in beside.items():
        groups.setdefault(frozenset(others), []).append(one)
    return [
        (tuple(sorted(ones)), tuple(sorted(others))) for others, ones in groups.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which changes are asked for; what is left out is everything."""

    vendors: frozenset[str] | None = None
    places: frozenset[str] | None = None
    """Residences."""
    cause: Cause | None = None
    direction: Direction | None = None
    days: Span = ALWAYS

    def of(
        self, found: Iterable[Change], around: Callable[[str], Collection[str]]
    ) -> Iterator[Change]:
        """Yield these changes, each with the effects that are asked for alone.

        ``around`` names what holds a residence.
        """
        for change in found:
            if change.on in self.days and self.cause in {None, change.cause}:
                narrowed = self._narrowed(change, around)
                if narrowed is not None:
                    yield narrowed

    def _narrowed(
        self, change: Change, around: Callable[[str], Collection[str]]
    ) -> Change | None:
        if not change.effects:
            return change if self._about(change, around) else None
        left = tuple(e for e in map(self._cut, change.effects) if e is not None)
        wanted = self.direction
        if wanted in {Direction.GAINED, Direction.LOST}:
            gains = wanted is Direction.GAINED
            left = tuple(effect for effect in left if effect.gained is gains)
        found = change if left == change.effects else replace(change, effects=left)
        if not left or (wanted is not None and wanted not in found.directions):
            return None
        return found

    def _about(self, change: Change, around: Callable[[str], Collection[str]]) -> bool:
        """Return whether a change of no answer is asked for."""
        return (
            (self.vendors is None or not self.vendors.isdisjoint(change.vendors))
            and (self.direction is None or self.direction in change.directions)
            and (
                self.places is None
                or EVERYWHERE in change.places
                or any(not change.places.isdisjoint(around(c)) for c in self.places)
            )
        )

    def _cut(self, effect: Effect) -> Effect | None:
        if self.vendors is None and self.places is None:
            return effect
        blocks = tuple(
            Block(vendors, places)
            for block in effect.blocks
            if (vendors := _within(block.vendors, self.vendors))
            and (places := _within(block.places, self.places))
        )
        return replace(effect, blocks=blocks) if blocks else None


def _within(those: tuple[str, ...], asked: frozenset[str] | None) -> tuple[str, ...]:
    return those if asked is None else tuple(one for one in those if one in asked)
