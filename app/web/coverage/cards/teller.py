"""What all cards are made of: words of one language, days, numbers, maps."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from babel.numbers import format_decimal

from app.domain.best_cells import Best
from app.domain.coverage import researched
from app.domain.grounds import Verdict
from app.domain.laws import Law
from app.domain.places import Place
from app.pictures import Bar, Card
from app.rulebook.load import Rulebook
from app.web.coverage.tiles import CANADA, EUROPE, UNITED_STATES, WORLD, Mark, draw
from app.words.catalog import translations
from app.words.languages import Language, colon, day_in_words
from app.words.marks import mark
from app.words.naming import name_of
from app.words.terms import VERDICTS

SOURCE = mark("As of %(day)s. Source: Efface, %(host)s")
SOURCE_OF_TWO = mark("%(first)s and %(last)s. Source: Efface, %(host)s")
GRIDS = {"CA": CANADA, "US": UNITED_STATES, "EEA": EUROPE}


class Teller:
    """Has the words of one language for the pages of one installation."""

    def __init__(self, rulebook: Rulebook, language: Language, host: str = "") -> None:
        self.rulebook, self.language, self._host = rulebook, language, host
        self._catalog = translations(language)
        self.say, self.colon = self._catalog.gettext, colon(language)

    def card(
        self,
        heading: str,
        line: str,
        on: date,
        *,
        count: str = "",
        counts: tuple[tuple[str, str], ...] = (),
        bars: tuple[Bar, ...] = (),
    ) -> Card:
        """Return a card of a day."""
        foot = self.say(SOURCE) % {"day": self.day(on), "host": self._host}
        return Card(self.language.value, heading, line, foot, count, counts, bars=bars)

    def foot_of_two(self, days: tuple[date, date]) -> str:
        """Return what stands under a card of two days."""
        first, last = (self.day(day) for day in days)
        named = {"first": first, "last": last, "host": self._host}
        return self.say(SOURCE_OF_TWO) % named

    def day(self, on: date) -> str:
        """Return a day whose number and month no line end parts."""
        return day_in_words(on, self.language).replace(" ", "\u00a0", 2)

    def number(self, n: int) -> str:
        """Return a number as it is written."""
        return format_decimal(n, locale=self.language.value)

    def ngettext(self, one: str, more: str, n: int) -> str:
        """Return how many there are, the number set in the words for one or for more."""
        return self._catalog.ngettext(one, more, n) % {"num": self.number(n)}

    def companies(self, n: int) -> str:
        """Return how many companies."""
        return self.ngettext("%(num)s company", "%(num)s companies", n)

    def places(self, n: int) -> str:
        """Return how many places."""
        return self.ngettext("%(num)s place", "%(num)s places", n)

    def law(self, law: Law) -> str:
        """Return what a law is called."""
        return name_of(law, self.language)

    def counted(self, head: str, n: int) -> str:
        """Return a word with how many there are of it."""
        return f"{head}{self.colon} {self.number(n)}"

    def verdicts(self, counted: Mapping[Verdict, int]) -> tuple[tuple[str, str], ...]:
        """Return each verdict that is there, and how many have it, in words."""
        return tuple(
            (v.value, self.counted(self.say(VERDICTS[v]), counted[v]))
            for v in Verdict
            if counted.get(v)
        )

    @cached_property
    def known(self) -> tuple[Place, ...]:
        """Every place whose law was read."""
        return researched(self.rulebook.pack.laws, self.rulebook.places)

    def where(self, codes: Collection[str]) -> frozenset[str]:
        """Return the known places that lie in some."""
        around, those = self.rulebook.places.around, frozenset(codes)
        return frozenset(p.code for p in self.known if around(p.code) & those)

    def on_map(self, card: Card, best: Iterable[Best]) -> Card:
        """Return a card with the best answer of each place on a map."""
        return self.mapped(card, {one.place.code: one.cell.verdict for one in best})

    def filled(self, card: Card, codes: Collection[str]) -> Card:
        """Return a card with some places filled on a map of those that are known.

        That is of the country or union in which all of them lie, or of the world.
        """
        here = self.where(codes)
        around = [self.rulebook.places.around(code) for code in here]
        whole = (of for code, of in GRIDS.items() if all(code in a for a in around))
        return self.mapped(
            card,
            {
                place.code: Verdict.ELIGIBLE
                if place.code in here
                else Verdict.NOT_ELIGIBLE
                for place in self.known
            },
            next(whole, WORLD) if here else WORLD,
        )

    def mapped(self, card: Card, signs: Mapping[str, str], of: str = WORLD) -> Card:
        """Return a card with the signs of places on a map."""
        marks = {code: Mark(sign, "", "") for code, sign in signs.items()}
        grid = draw(marks, self.rulebook.places, linked=False)[of]
        tiles = tuple(
            (sign, s.short, s.x, s.y) for sign, those in grid.grounds for s in those
        )
        return replace(card, tiles=tiles)
