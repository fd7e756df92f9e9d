"""What a page shows of a change, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.changes import Change, Effect
from app.domain.coverage import researched
from app.domain.grounds import Verdict
from app.domain.places import Place
from app.domain.vendors import Directory, Offer, Order
from app.rulebook.load import Rulebook
from app.web.coverage.regions import by_region, gathered
from app.words.catalog import translations
from app.words.changes import ChangeRead, read_change
from app.words.languages import Language, day_in_words, place_name
from app.words.terms import OFFERS, ORDER_STATUSES, VERDICTS

NAMED = 3
"""How many companies are named in a line; more are counted."""


@dataclass(frozen=True, slots=True)
class EffectView:
    """Answers that became others."""

    before: Verdict
    after: Verdict
    gained: bool
    answers: int
    companies: str
    """In a few words."""
    places: str
    """In a few words."""
    vendors: tuple[tuple[str, str], ...]
    """Slug and name of each, on the change's own page."""
    codes: tuple[tuple[str, str], ...]
    """Code and name of each place, there too."""


@dataclass(frozen=True, slots=True)
class SaidView:
    """What our record says of an offer or an order, and what it said."""

    company: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    words_before: str
    words_after: str
    """The record's own, in English."""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change on a page."""

    read: ChangeRead
    name: str
    gained: tuple[EffectView, ...]
    lost: tuple[EffectView, ...]
    said: tuple[SaidView, ...]

    @property
    def effects(self) -> tuple[EffectView, ...]:
        """What it did, the good first."""
        return self.gained + self.lost


class Viewer:
    """Puts changes into the words of one reader."""

    def __init__(
        self, directory: Directory, rulebook: Rulebook, language: Language
    ) -> None:
        self._directory, self._rulebook = directory, rulebook
        self._language = language
        self._say = translations(language)
        self._known = researched(rulebook.pack.laws, rulebook.places)

    def read(self, changes: Iterable[Change]) -> tuple[ChangeRead, ...]:
        """Return changes in words."""
        laws, vendors = self._rulebook.pack.laws, self._directory.records
        return tuple(read_change(c, laws, vendors, self._language) for c in changes)

    def views(
        self, changes: Iterable[Change], *, whole: bool = False
    ) -> tuple[ChangeView, ...]:
        """Return changes as a page shows them; ``whole`` with every name."""
        return tuple(self._view(read, whole) for read in self.read(changes))

    def sentence(self, effect: EffectView) -> str:
        """Return what an effect was, in one line of plain text."""
        say = self._say.gettext
        turn = f"{say(VERDICTS[effect.before])} → {say(VERDICTS[effect.after])}"
        return f"{turn}: {effect.companies} · {effect.places}"

    def _view(self, read: ChangeRead, whole: bool) -> ChangeView:
        effects = [self._effect(effect, whole) for effect in read.change.effects]
        return ChangeView(
            read=read,
            name=read.change.name,
            gained=tuple(effect for effect in effects if effect.gained),
            lost=tuple(effect for effect in effects if not effect.gained),
            said=tuple(self._said(read.change)),
        )

    def _effect(self, effect: Effect, whole: bool) -> EffectView:
        slugs, codes = effect.vendors, frozenset(effect.places)
        vendors = self.vendors(slugs) if whole or len(slugs) <= NAMED else []
        places = [p for p in self._known if p.code in codes] if whole else []
        return EffectView(
            before=effect.before,
            after=effect.after,
            gained=effect.gained,
            answers=effect.answers,
            companies=self._companies(len(slugs), vendors),
            places=gathered(codes, self._known, self._language),
            vendors=tuple(vendors),
            codes=tuple(self._named(places)),
        )

    def _named(self, places: Iterable[Place]) -> Iterable[tuple[str, str]]:
        for region in by_region(places, self._language):
            for place in region.places:
                yield place.code, place_name(place.code, self._language)

    def vendors(self, slugs: Iterable[str]) -> list[tuple[str, str]]:
        """Return companies by slug and name, in the order of their names."""
        named = ((slug, self._name(slug)) for slug in slugs)
        return sorted(named, key=lambda pair: pair[1].lower())

    def companies(self, named: list[tuple[str, str]]) -> str:
        """Return companies in a few words: their names, or how many they are."""
        return self._companies(len(named), named)

    def _companies(self, count: int, named: list[tuple[str, str]]) -> str:
        if count <= NAMED:
            return ", ".join(name for _, name in named)
        words = self._say.ngettext("%(num)s company", "%(num)s companies", count)
        return words % {"num": count}

    def _name(self, slug: str) -> str:
        vendor = self._directory.vendor(slug)
        return vendor.name if vendor else slug

    def _said(self, change: Change) -> Iterable[SaidView]:
        for one in change.rewritten:
            before, after = one.before, one.after
            yield SaidView(
                company=self._name(one.vendor),
                before=tuple(self._terms(before)) if before else (),
                after=tuple(self._terms(after)) if after else (),
                words_before=before.words if before else "",
                words_after=after.words if after else "",
            )

    def _terms(self, one: Offer | Order) -> Iterable[str]:
        """Yield what is dated and placed of an offer or an order."""
        say, language = self._say.gettext, self._language
        if isinstance(one, Offer):
            yield say(OFFERS[one.right])
            first, last = one.span.first, one.span.last
            if first:
                yield say("from %(day)s") % {"day": day_in_words(first, language)}
            if last:
                yield say("until %(day)s") % {"day": day_in_words(last, language)}
        else:
            for day, status in one.statuses:
                yield f"{day_in_words(day, language)} {say(ORDER_STATUSES[status])}"
        yield ", ".join(place_name(code, language) for code in sorted(one.places))
