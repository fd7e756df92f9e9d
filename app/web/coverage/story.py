"""One company's story: what it promised, what bound it, and which law reached it when.

A picture with a lane for each set of places that it named, and a table with all of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.changes import Change, Wanted
from app.domain.coverage import Coverage, researched
from app.domain.dated import Span
from app.domain.grounds import Verdict
from app.domain.places import Place
from app.domain.vendors import Directory, Offer, Order, OrderStatus, Vendor
from app.rulebook.load import Rulebook
from app.web.coverage.change_views import ChangeView, Viewer
from app.web.coverage.regions import gathered
from app.words.languages import Language, place_name

SINCE = date(2018, 1, 1)
"""From when the story is told, where the company itself named no day."""
LANES = 24
"""Lanes of the picture at most; the table has everything."""
STANDING = 6
"""Places that are named where people stood on the day; more are counted."""
YEARS = 7
"""Years that are written under the picture at most."""
LAST_YEAR = date.max.year - 1
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that held for a while: from where to where, in per cent."""

    kind: str
    """``law``, ``offer``, ``order``, or ``unseen``: whether it still held is unknown."""
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Lane:
    """Places that were named together, and what held there."""

    label: str
    rows: tuple[tuple[Bar, ...], ...]
    y: int
    """Pixels from the top."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The lanes, and the years under them."""

    lanes: tuple[Lane, ...]
    years: tuple[tuple[float, int], ...]
    on: float
    """Where the day of the page stands."""
    height: int


@dataclass(frozen=True, slots=True)
class Story:
    """All that a page tells."""

    since: date
    standing: tuple[tuple[Verdict, str], ...]
    """Each verdict on the day, and its places in a few words."""
    picture: Picture | None
    until: tuple[ChangeView, ...]
    """What had happened by the day, the oldest first."""
    after: tuple[ChangeView, ...]


def story(
    vendor: Vendor,
    table: Coverage,
    told: tuple[Change, ...],
    today: date,
    directory: Directory,
    rulebook: Rulebook,
    language: Language,
) -> Story:
    """Return the story of a vendor, as it is read on the day of ``table``."""
    around = rulebook.places.around
    mine = Wanted(vendors=frozenset({vendor.slug}))
    every = tuple(mine.of(told, around))
    since = _since(vendor)
    shown = tuple(change for change in every if since <= change.on)
    views = Viewer(directory, rulebook, language).views(shown)
    later = sum(change.on > table.on for change in shown)
    known = researched(rulebook.pack.laws, rulebook.places)
    covered = _covered(vendor.slug, table, every)
    end = date(min(max(table.on, today).year, LAST_YEAR) + 1, 1, 1)
    return Story(
        since=since,
        standing=tuple(_standing(vendor.slug, table, known, language)),
        picture=_Drawing(since, end, table.on).picture(
            vendor, covered, rulebook, known, language
        ),
        until=views[: len(views) - later],
        after=views[len(views) - later :],
    )


def _since(vendor: Vendor) -> date:
    """Return the first of the year in which it first said or was told something."""
    days = [offer.span.first for offer in vendor.offers]
    days += [order.statuses[0][0] for order in vendor.orders if order.statuses]
    first = min((day for day in days if day is not None), default=SINCE)
    return date(first.year, 1, 1)


def _standing(
    slug: str, table: Coverage, known: tuple[Place, ...], language: Language
) -> Iterator[tuple[Verdict, str]]:
    for verdict in Verdict:
        there = [p.code for p in known if table[slug, p.code].verdict is verdict]
        if there:
            yield verdict, gathered(there, known, language, STANDING)


def _covered(
    slug: str, table: Coverage, told: Iterable[Change]
) -> dict[str, tuple[Span, ...]]:
    """Return when a law covered the residents of each place."""
    turns: dict[str, list[tuple[date, Verdict, Verdict]]] = {}
    for change in told:
        for effect in change.effects:
            if change.at is None:
                for place in effect.places:
                    turn = change.on, effect.before, effect.after
                    turns.setdefault(place, []).append(turn)
    return {
        place.code: tuple(
            _spans(turns.get(place.code, []), table[slug, place.code].verdict)
        )
        for place in table.places
    }


def _spans(turns: list[tuple[date, Verdict, Verdict]], now: Verdict) -> Iterator[Span]:
    began: date | None = None
    covered = (turns[0][1] if turns else now) is Verdict.ELIGIBLE
    for on, _, after in turns:
        if covered and after is not Verdict.ELIGIBLE:
            yield Span(began, on - A_DAY)
        elif not covered:
            began = on
        covered = after is Verdict.ELIGIBLE
    if covered:
        yield Span(began)


class _Drawing:
    """Days as places in a picture."""

    def __init__(self, since: date, end: date, on: date) -> None:
        self._since, self._end, self._on = since, end, on

    def picture(
        self,
        vendor: Vendor,
        covered: dict[str, tuple[Span, ...]],
        rulebook: Rulebook,
        known: tuple[Place, ...],
        language: Language,
    ) -> Picture | None:
        """Return a lane for each set of places that was named; None without one."""
        named: dict[frozenset[str], list[Offer | Order]] = {}
        every: list[Offer | Order] = [*vendor.offers, *vendor.orders]
        for one in sorted(every, key=_begins):
            named.setdefault(one.places, []).append(one)
        lanes, y = [], 0
        for codes, those in list(named.items())[:LANES]:
            rows = [
                self._laws(codes, covered, rulebook),
                [
                    b
                    for one in those
                    if isinstance(one, Offer)
                    for b in self._offer(one)
                ],
                [
                    b
                    for one in those
                    if isinstance(one, Order)
                    for b in self._order(one)
                ],
            ]
            filled = tuple(tuple(bars) for bars in rows if bars)
            label = self._label(codes, rulebook, known, language)
            lanes.append(Lane(label, filled, y))
            y += 28 + 12 * len(filled)
        if not lanes:
            return None
        return Picture(tuple(lanes), tuple(self._years()), self._x(self._on), y + 22)

    def _x(self, day: date) -> float:
        whole = (self._end - self._since).days
        at = min(max((day - self._since).days, 0), whole)
        return round(100 * at / whole, 2)

    def _bar(self, kind: str, first: date | None, last: date | None) -> Iterator[Bar]:
        """Yield what can be seen of a span of days."""
        left = self._x(first or self._since)
        right = self._x(last + A_DAY) if last else 100.0
        if right > left:
            yield Bar(kind, left, round(right - left, 2))

    def _laws(
        self,
        codes: frozenset[str],
        covered: dict[str, tuple[Span, ...]],
        rulebook: Rulebook,
    ) -> list[Bar]:
        """Return when a law covered the residents of all these places."""
        around = rulebook.places.around
        there = [s for p, s in covered.items() if not codes.isdisjoint(around(p))]
        if not there:
            return []
        days = {self._since}
        days |= {day for spans in there for span in spans for day in span.changes()}
        steps = sorted(day for day in days if self._since <= day < self._end)
        found: list[Bar] = []
        for day, following in zip(steps, [*steps[1:], self._end], strict=True):
            if all(any(day in span for span in spans) for spans in there):
                found += self._bar("law", day, following - A_DAY)
        return found

    def _offer(self, offer: Offer) -> Iterator[Bar]:
        seen, last = offer.known_until, offer.span.last
        if seen is None:
            yield from self._bar("offer", offer.span.first, last)
            return
        yield from self._bar("offer", offer.span.first, seen)
        if last is None or last > seen:
            yield from self._bar("unseen", seen + A_DAY, last)

    def _order(self, order: Order) -> Iterator[Bar]:
        began: date | None = None
        for on, status in order.statuses:
            if status is OrderStatus.ENDED and began is not None:
                yield from self._bar("order", began, on - A_DAY)
                began = None
            elif status is not OrderStatus.ENDED and began is None:
                began = on
        if began is not None:
            yield from self._bar("order", began, order.span.last)

    def _years(self) -> Iterator[tuple[float, int]]:
        years = range(self._since.year, self._end.year)
        step = -(-len(years) // YEARS)
        return ((self._x(date(year, 1, 1)), year) for year in years[::step])

    @staticmethod
    def _label(
        codes: frozenset[str],
        rulebook: Rulebook,
        known: tuple[Place, ...],
        language: Language,
    ) -> str:
        """Return places as they were named; single ones in a few words."""
        single = {code for code in codes if code in rulebook.places}
        groups = sorted(place_name(code, language) for code in codes - single)
        some = gathered(single, known, language)
        return ", ".join([*groups, *([some] if some else [])])


def _begins(one: Offer | Order) -> date:
    first = one.span.first
    if isinstance(one, Order) and one.statuses:
        first = one.statuses[0][0]
    return first or date.min
