"""Changes of cover as people and programs read them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from app.domain.about import About, RecordKind
from app.domain.changes import Cause, Change, Effect, Rewritten
from app.domain.grounds import GroundKind
from app.domain.laws import Confidence, Law
from app.domain.vendors import Offer, Order, Vendor
from app.words.answers import Say
from app.words.catalog import translations
from app.words.languages import Language, day_in_words, place_name
from app.words.marks import mark
from app.words.naming import name_of
from app.words.records import offer_document, order_document
from app.words.terms import OF_THE_COMPANY, OFFERS, ORDER_STATUSES

TITLES: Mapping[Cause, str] = {
    Cause.LAW_BEGAN: mark("{law} comes into force"),
    Cause.LAW_AMENDED: mark("{law} changes"),
    Cause.LAW_ENDED: mark("{law} ends"),
    Cause.OFFERED: mark("{company} begins to offer: {right}"),
    Cause.WITHDREW: mark("{company} no longer offers: {right}"),
    Cause.OFFER_UNSEEN: mark("{company} may have ended its offer: {right}"),
    Cause.ORDER_MADE: mark("Order against {company}"),
    Cause.ORDER_MOVED: mark("Order against {company}: {status}"),
    Cause.ORDER_ENDED: mark("Order against {company}: {status}"),
    Cause.REGISTER: mark("The register of data brokers changes: {places}"),
    Cause.FACTS: mark("{company} is no longer what it was: {facts}"),
    Cause.CORRECTED: mark("We corrected our record: {companies}"),
}
FINDING = mark("Finding about {company}, not binding")
FOR_ONE = mark("Order against {company}, for one person")
SEVERAL = mark("{company} and {count} more")
SETTLED = mark("Until then sources differed on whether it was in force.")
UNSEEN = mark("Nobody has seen it after {day}. Whether it still stands is not known.")
JOINED = mark("From then on it applies in: {places}.")
LEFT = mark("It no longer applies in: {places}.")
ABROAD = mark("From then on it reaches companies abroad.")
AND_MORE = mark("{places} and {count} more")
ANOTHER = mark("Register entries of companies began or ended on this day.")
WRITTEN = mark("What we said before about days that were over was not right.")
KINDS: Mapping[Cause, str] = {
    **dict.fromkeys((Cause.LAW_BEGAN, Cause.LAW_AMENDED, Cause.LAW_ENDED), "law"),
    **dict.fromkeys((Cause.OFFERED, Cause.WITHDREW, Cause.OFFER_UNSEEN), "offer"),
    **dict.fromkeys((Cause.ORDER_MADE, Cause.ORDER_MOVED, Cause.ORDER_ENDED), "order"),
    Cause.REGISTER: "register",
    Cause.FACTS: "facts",
    Cause.CORRECTED: "record",
}
"""What the record is, as a ground's kind where it is one."""
Value: TypeAlias = str | int | None
NAMED = 3
"""How many places or companies are named in a line; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRead:
    """A change in words."""

    change: Change
    kind: str
    title: str
    why: str
    """The record's own sentence, in English; empty where it has none."""
    note: str
    """Ours, in the reader's language."""
    by: str
    """Who made an order, as the record says it."""
    href: str
    """Where the whole record stands."""
    about: str
    """The record's name, for who finds it wrong; empty where it is gone."""
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None
    checked_on: date | None = None
    certain: bool = True
    """Whether sources agree on the day."""


def read_change(
    change: Change,
    laws: Mapping[str, Law],
    vendors: Mapping[str, Vendor],
    language: Language,
) -> ChangeRead:
    """Return a change in words."""
    say = translations(language).gettext
    match KINDS[change.cause]:
        case "law":
            return _law(change, laws[change.record], language, say)
        case "offer" | "order":
            slug, _, name = change.record.partition(":")
            vendor = vendors[slug]
            offers = {offer.id: offer for offer in vendor.offers}
            orders = {order.id: order for order in vendor.orders}
            if KINDS[change.cause] == "offer":
                return _offer(change, vendor, offers[name], language, say)
            return _order(change, vendor, orders[name], say)
        case "facts":
            return _facts(change, vendors[change.record], say)
        case "register":
            return _register(change, vendors, language, say)
        case _:
            return _correction(change, vendors, say)


def _law(change: Change, law: Law, language: Language, say: Say) -> ChangeRead:
    step = law.on(change.on)
    here = step if step is not None and step.start == change.on else None
    earlier = [one for one in law.steps if one.start < change.on]
    settles = here is not None and here.certain and bool(earlier)
    settles = settles and not earlier[-1].certain
    return ChangeRead(
        change=change,
        kind=GroundKind.LAW,
        title=say(TITLES[change.cause]).format(law=name_of(law, language)),
        why=(here.change if here else None) or law.name,
        note=" ".join(
            [*([say(SETTLED)] if settles else []), *_moved(change, law, language, say)]
        ),
        by="",
        href=f"/laws/{law.id}?on={change.on}",
        about=str(About(RecordKind.LAW, law.id)),
        sources=law.official_urls or law.sources,
        confidence=law.confidence,
        checked_on=law.checked_on,
        certain=here is None or here.certain,
    )


def _moved(change: Change, law: Law, language: Language, say: Say) -> Iterator[str]:
    """Yield where else an amended law applies than on the day before."""
    if change.cause is not Cause.LAW_AMENDED:
        return
    before = law.places_on(change.on - timedelta(days=1))
    now = law.places_on(change.on)
    for words, codes in ((JOINED, now - before), (LEFT, before - now)):
        if codes:
            yield say(words).format(places=_some(codes, language, say))
    if change.on == law.reach_from:
        yield say(ABROAD)


def _some(codes: Iterable[str], language: Language, say: Say) -> str:
    names = sorted(place_name(code, language) for code in codes)
    named = ", ".join(names[:NAMED])
    left = len(names) - NAMED
    return say(AND_MORE).format(places=named, count=left) if left > 0 else named


def _offer(
    change: Change, vendor: Vendor, offer: Offer, language: Language, say: Say
) -> ChangeRead:
    unseen = change.cause is Cause.OFFER_UNSEEN and offer.known_until is not None
    return ChangeRead(
        change=change,
        kind=GroundKind.OFFER,
        title=say(TITLES[change.cause]).format(
            company=vendor.name, right=say(OFFERS[offer.right]).lower()
        ),
        why=offer.words,
        note=say(UNSEEN).format(day=day_in_words(offer.known_until, language))
        if unseen and offer.known_until
        else "",
        by="",
        href=_page(vendor, change),
        about=str(About(RecordKind.OFFER, f"{vendor.slug}/{offer.id}")),
        sources=offer.sources,
        confidence=offer.confidence,
        checked_on=offer.checked_on,
    )


def _order(change: Change, vendor: Vendor, order: Order, say: Say) -> ChangeRead:
    words = TITLES[change.cause]
    if change.cause is Cause.ORDER_MADE and not order.binding:
        words = FINDING
    elif change.cause is Cause.ORDER_MADE and not order.everybody:
        words = FOR_ONE
    status = order.status_on(change.on)
    over = change.cause is Cause.ORDER_ENDED
    return ChangeRead(
        change=change,
        kind=GroundKind.ORDER,
        title=say(words).format(
            company=vendor.name,
            status=say(ORDER_STATUSES["ended" if over else status or "in_force"]),
        ),
        why=order.words,
        note="",
        by=order.by,
        href=_page(vendor, change),
        about=str(About(RecordKind.ORDER, f"{vendor.slug}/{order.id}")),
        sources=order.sources,
        confidence=order.confidence,
        checked_on=order.checked_on,
    )


def _facts(change: Change, vendor: Vendor, say: Say) -> ChangeRead:
    those = [one for one in vendor.facts_from if one.first == change.on]
    names = (OF_THE_COMPANY.get(f"vendor.{one.fact}", one.fact) for one in those)
    return ChangeRead(
        change=change,
        kind="facts",
        title=say(TITLES[change.cause]).format(
            company=vendor.name, facts=", ".join(say(name) for name in names)
        ),
        why="",
        note="",
        by="",
        href=_page(vendor, change),
        about=str(About(RecordKind.VENDOR, vendor.slug)),
        sources=tuple(dict.fromkeys(s for one in those for s in one.sources)),
        confidence=those[0].confidence if len(those) == 1 else None,
        checked_on=max(one.checked_on for one in those),
    )


def _register(
    change: Change, vendors: Mapping[str, Vendor], language: Language, say: Say
) -> ChangeRead:
    slugs = {slug for effect in change.effects for slug in effect.vendors}
    entries = [
        entry
        for slug in sorted(slugs)
        for entry in vendors[slug].registrations
        if change.on in set(entry.span.changes())
    ]
    names = [place_name(code, language) for code in sorted(change.places)]
    sources = {entry.source for entry in entries if entry.source}
    return ChangeRead(
        change=change,
        kind="register",
        title=say(TITLES[change.cause]).format(places=", ".join(names)),
        why="",
        note=say(ANOTHER),
        by="",
        href="/vendors",
        about=_about_register(slugs, change.places),
        sources=tuple(sorted(sources))[:NAMED],
        checked_on=max((entry.checked_on for entry in entries), default=None),
    )


def _about_register(slugs: set[str], places: frozenset[str]) -> str:
    """Return whose record an entry stands in; of many, that of the register's place."""
    if len(slugs) == 1 or not places:
        return str(About(RecordKind.VENDOR, min(slugs))) if slugs else ""
    return str(About(RecordKind.PLACE, min(places)))


def _correction(change: Change, vendors: Mapping[str, Vendor], say: Say) -> ChangeRead:
    slugs = {slug for effect in change.effects for slug in effect.vendors}
    slugs |= change.vendors
    known = sorted((vendors[s].name, s) for s in slugs if s in vendors)
    said = known[0][0] if known else ""
    if len(known) > 1:
        said = say(SEVERAL).format(company=said, count=len(known) - 1)
    now = [one.after for one in change.rewritten if one.after is not None]
    return ChangeRead(
        change=change,
        kind="record",
        title=say(TITLES[change.cause]).format(companies=said),
        why="",
        note=say(WRITTEN),
        by="",
        href=f"/vendors/{min(slugs)}" if len(slugs) == 1 else "/vendors",
        about=str(About(RecordKind.VENDOR, known[0][1])) if known else "",
        sources=tuple(dict.fromkeys(s for one in now for s in one.sources)),
        confidence=now[0].confidence if len(now) == 1 else None,
        checked_on=max((one.checked_on for one in now), default=None),
    )


def _page(vendor: Vendor, change: Change) -> str:
    return f"/vendors/{vendor.slug}?on={change.on}"


CHANGE_COLUMNS = (
    "on",
    "id",
    "number",
    "cause",
    "direction",
    "record",
    "title",
    "before",
    "after",
    "answers",
    "vendors",
    "places",
    "why",
    "confidence",
    "sources",
)
"""The columns of changes as CSV."""


def change_rows(read: Iterable[ChangeRead]) -> Iterator[tuple[Value, ...]]:
    """Yield changes as rows: one for the same turn of the same vendors and places."""
    for one in read:
        change = one.change
        for number, (turn, vendors, places) in enumerate(_cells(change), start=1):
            yield (
                change.on.isoformat(),
                change.name,
                number,
                change.cause,
                change.direction_of(turn),
                change.record,
                one.title,
                turn.before if turn else None,
                turn.after if turn else None,
                len(vendors) * len(places),
                " ".join(vendors),
                " ".join(places),
                one.why or one.note,
                one.confidence,
                " ".join(one.sources),
            )


_Cells: TypeAlias = tuple[Effect | None, tuple[str, ...], tuple[str, ...]]


def _cells(change: Change) -> list[_Cells]:
    found: list[_Cells] = [
        (effect, block.vendors, block.places)
        for effect in change.effects
        for block in effect.blocks
    ]
    return found or [(None, (), ())]


def change_document(one: ChangeRead) -> dict[str, Any]:
    """Return a change as JSON."""
    change = one.change
    return {
        "id": change.name,
        "on": change.on.isoformat(),
        "cause": change.cause,
        "directions": sorted(change.directions),
        "record": change.record,
        "vendor": change.vendor,
        "title": one.title,
        "why": one.why or None,
        "note": one.note or None,
        "by": one.by or None,
        "certain": one.certain,
        "sources": list(one.sources),
        "confidence": one.confidence,
        "checked_on": one.checked_on.isoformat() if one.checked_on else None,
        "effects": [
            {
                "before": effect.before,
                "after": effect.after,
                "gained": effect.gained,
                "answers": effect.answers,
                "cells": [
                    {"vendors": list(block.vendors), "places": list(block.places)}
                    for block in effect.blocks
                ],
            }
            for effect in change.effects
        ],
        "corrected": [_rewritten(it) for it in change.rewritten],
    }


def _rewritten(one: Rewritten) -> dict[str, Any]:
    return {
        "vendor": one.vendor,
        "before": _said(one.before),
        "after": _said(one.after),
    }


def _said(one: Offer | Order | None) -> dict[str, Any] | None:
    match one:
        case Offer():
            return offer_document(one)
        case Order():
            return order_document(one)
        case None:
            return None
