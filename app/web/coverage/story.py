"""One company's story: what it promised, what bound it, and which law reached it when.

A picture with a lane for each set of places that it named, and a table with all of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.changes import Change, Wanted
from app.domain.coverage import Coverage, researched
from app.domain.dated import Span
from app.domain.grounds import Verdict
from app.domain.places import Place
from app.domain.vendors import Directory, Offer, Order, OrderStatus, Vendor
from app.rulebook.load import Rulebook
from app.web.coverage.change_views import ChangeView, Viewer
from app.web.coverage.lanes import A_DAY, Bar, Drawing, Picture, side_by_side
from app.web.coverage.regions import gathered
from app.words.languages import Language, place_name

SINCE = date(2018, 1, 1)
"""From when the story is told, where the company itself named no day."""
LANES = 24
"""Lanes of the picture at most; the table has everything."""
STANDING = 6
"""Places that are named where people stood on the day; more are counted."""


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
    drawing = Drawing.of(since, [today], table.on)
    return Story(
        since=since,
        standing=tuple(_standing(vendor.slug, table, known, language)),
        picture=_picture(drawing, vendor, covered, rulebook, known, language),
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


def _picture(
    drawing: Drawing,
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
    lanes = []
    for codes, those in list(named.items())[:LANES]:
        offers = [one for one in those if isinstance(one, Offer)]
        orders = [one for one in those if isinstance(one, Order)]
        rows = [
            _laws(drawing, codes, covered, rulebook),
            *side_by_side(_offer(drawing, one) for one in offers),
            *side_by_side(_order(drawing, one) for one in orders),
        ]
        lanes.append((_label(codes, rulebook, known, language), rows))
    return drawing.picture(lanes)


def _laws(
    drawing: Drawing,
    codes: frozenset[str],
    covered: dict[str, tuple[Span, ...]],
    rulebook: Rulebook,
) -> list[Bar]:
    """Return when a law covered the residents of all these places."""
    around = rulebook.places.around
    there = [s for p, s in covered.items() if not codes.isdisjoint(around(p))]
    if not there:
        return []
    days = {drawing.since}
    days |= {day for spans in there for span in spans for day in span.changes()}
    steps = sorted(day for day in days if drawing.since <= day < drawing.end)
    found: list[Bar] = []
    for day, following in zip(steps, [*steps[1:], drawing.end], strict=True):
        if all(any(day in span for span in spans) for spans in there):
            found += drawing.bar("law", day, following - A_DAY)
    return found


def _offer(drawing: Drawing, offer: Offer) -> Iterator[Bar]:
    seen, last = offer.known_until, offer.span.last
    if seen is None:
        yield from drawing.bar("offer", offer.span.first, last)
        return
    yield from drawing.bar("offer", offer.span.first, seen)
    if last is None or last > seen:
        yield from drawing.bar("unseen", seen + A_DAY, last)


def _order(drawing: Drawing, order: Order) -> Iterator[Bar]:
    began: date | None = None
    for on, status in order.statuses:
        if status is OrderStatus.ENDED and began is not None:
            yield from drawing.bar("order", began, on - A_DAY)
            began = None
        elif status is not OrderStatus.ENDED and began is None:
            began = on
    if began is not None:
        yield from drawing.bar("order", began, order.span.last)


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
